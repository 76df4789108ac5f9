"""The alarms of CloudWatch that a rehearsal watches."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, pages
from decommission.conversion import Described, converted, maybe, needed
from decommission.errors import AwsBusyError
from decommission.models import Alarm

if TYPE_CHECKING:
    from botocore.client import BaseClient

# Without a type, DescribeAlarms shows metric alarms only.
KINDS = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms"}
MOST_RECORDS = 100


class Alarms:
    """``client`` makes the CloudWatch client when it is needed."""

    def __init__(self, client: "Callable[[], BaseClient]") -> None:
        self._client = client

    def states(self, names: Iterable[str]) -> Mapping[str, Alarm]:
        """Read alarms by their names; one that does not exist is missing. Raises AwsBusyError and AwsDeniedError."""
        asked = list(names)
        return dict(alarm for kind in KINDS for alarm in self._of_kind(kind, asked)) if asked else {}

    def _of_kind(self, kind: str, names: list[str]) -> tuple[tuple[str, Alarm], ...]:
        try:
            found = list(
                pages(
                    self._client(),
                    "DescribeAlarms",
                    KINDS[kind],
                    "NextToken",
                    AlarmNames=names,
                    AlarmTypes=[kind],
                    MaxRecords=MOST_RECORDS,
                )
            )
        except RefusedError as refusal:
            raise AwsBusyError(f"AWS refused cloudwatch:DescribeAlarms: {refusal}") from None
        return converted("DescribeAlarms", found, _alarm)


def _alarm(described: Described) -> tuple[str, Alarm]:
    state, changed_at = needed(described, "StateValue", str), maybe(described, "StateTransitionedTimestamp", datetime)
    return needed(described, "AlarmName", str), Alarm(state=state, changed_at=changed_at)
