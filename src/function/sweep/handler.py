"""
The entry point of the function that begins and ends a sweep.

The state machine calls it twice: to list what is to be decommissioned, and to sum up how each of these ended. It can
delete nothing.
"""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from decommission.bucket import Bucket
from decommission.clients import clients_with
from decommission.errors import DecommissionError, InvalidRequestError
from decommission.log import logger
from decommission.places import Places
from decommission.schemas import JSON
from sweep import summary
from sweep.listing import Listing
from sweep.settings import SweepSettings
from sweep.summary import End

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_settings = SweepSettings.from_environment(os.environ)
_bucket = Bucket(partial(clients_with(), "s3"), _settings.record_bucket)
_listing = Listing(
    # It measures no traffic.
    Places(clients_with, external_id=_settings.spoke_external_id, lookback_minutes=0),
    _bucket,
    _settings,
)


@logger.inject_lambda_context(clear_state=True)
def handler(event: JSON, context: "LambdaContext") -> JSON:  # noqa: ARG001 - Lambda calls with two parameters
    """Begin or end a sweep; see sweep.asl.yaml for the two events. Raises as the step of a decommission does."""
    try:
        match event:
            case {"listFor": asked, "startedAt": str(started_at), "execution": str(execution)}:
                return _listing.write(asked, datetime.fromisoformat(started_at).astimezone(UTC), execution)
            case {"summarise": dict(listed)}:
                return _summarise(listed)
            case _:
                raise InvalidRequestError("the event is not one of the two that sweep.asl.yaml sends")
    except DecommissionError as error:
        logger.error(str(error), error=type(error).__name__)
        raise


def _summarise(listed: JSON) -> JSON:
    """Write the summary, which the notifier sends on, and count how the sweep went."""
    folder = listed["folder"]
    items = json.loads(_bucket.get(listed["list"]))
    written = set(_bucket.keys(f"{folder}/"))
    summed_up = summary.summed_up(_entries(items, written))
    # If the Map itself failed, Step Functions could not read the list, or could not go on.
    error = {name: listed[name] for name in ("error",) if name in listed}
    document = {name: listed[name] for name in ("sweep", "dryRun", "isScheduled", "execution")} | summed_up | error
    document["endedAt"] = datetime.now(UTC).isoformat()
    if _bucket.put_once(f"{folder}/summary.json", json.dumps(document, indent=1).encode()):
        _count(summed_up["counts"])
    return {"sweep": listed["sweep"], "counts": summed_up["counts"], "blockedBy": summed_up["blockedBy"]} | error


def _entries(items: Iterable[JSON], written: set[str]) -> Iterator[JSON]:
    for item in items:
        outcome = json.loads(_bucket.get(item["outcome"])) if item["outcome"] in written else None
        yield summary.entry(item, outcome)


def _count(counts: JSON) -> None:
    metrics = EphemeralMetrics()
    for end, count in counts.items():
        metrics.add_metric(name=summary.metric_of(End(end)), unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
