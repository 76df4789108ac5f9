"""Alarms are read by their names, of both kinds."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

import pytest

from decommission.alarms import Alarms
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.models import Alarm
from sandbox.directconnect import THROTTLED, AccessDenied, Fault, Html, client_error
from sandbox.directconnect.calls import Answer
from sandbox.in_process import Alarm as Shown
from sandbox.in_process import CloudWatch

CHANGED: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)


def states(cloudwatch: object, *names: str) -> Mapping[str, Alarm]:
    return Alarms(lambda: cast("Any", cloudwatch)).states(names)


@pytest.fixture
def cloudwatch() -> CloudWatch:
    cloudwatch = CloudWatch()
    cloudwatch.alarms = {
        "metric": Shown("ALARM", changed_at=CHANGED),
        "composite": Shown("OK", is_composite=True),
        "other": Shown("OK"),
    }
    return cloudwatch


def test_alarms_of_both_kinds(cloudwatch: CloudWatch) -> None:
    expected = {"metric": Alarm(state="ALARM", changed_at=CHANGED), "composite": Alarm(state="OK", changed_at=None)}
    assert expected == states(cloudwatch, "metric", "composite", "missing")


def test_without_names_nothing_is_asked(cloudwatch: CloudWatch) -> None:
    assert {} == states(cloudwatch)
    assert [] == cloudwatch.calls


def test_the_alarms_of_aws_itself(http_client: Callable[[str], Any]) -> None:
    """The parameters are those of boto3, and moto answers them."""
    client = http_client("cloudwatch")
    client.put_metric_alarm(
        AlarmName="metric",
        Namespace="Site",
        MetricName="Reachable",
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    client.set_alarm_state(AlarmName="metric", StateValue="ALARM", StateReason="so")

    assert ["ALARM"] == [alarm.state for alarm in states(client, "metric", "missing").values()]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (THROTTLED, AwsBusyError),
        (client_error("No"), AwsBusyError),
        (Html(), AwsBusyError),
        (AccessDenied(), AwsDeniedError),
    ],
    ids=["throttled", "refused", "HTML", "denied"],
)
def test_aws_does_not_tell(fault: Fault, error: type[Exception], cloudwatch: CloudWatch) -> None:
    cloudwatch.faults.add("DescribeAlarms", fault)
    with pytest.raises(error, match="cloudwatch:DescribeAlarms"):
        states(cloudwatch, "metric")


@pytest.mark.parametrize(
    "described",
    [{}, {"AlarmName": "metric"}, {"AlarmName": 5, "StateValue": "OK"}, {"AlarmName": "metric", "StateValue": ""}],
)
def test_an_answer_that_makes_no_sense(described: Answer, cloudwatch: CloudWatch) -> None:
    cloudwatch.describe_alarms = lambda **_: {"MetricAlarms": [described], "CompositeAlarms": []}  # type: ignore[method-assign]
    with pytest.raises(AwsBusyError, match="DescribeAlarms"):
        states(cloudwatch, "metric")
