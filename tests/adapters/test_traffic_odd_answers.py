"""An incomplete or odd answer of CloudWatch is an error; it never counts as no traffic."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.models import Traffic
from decommission.traffic import TrafficMeter
from sandbox.directconnect import AccessDenied, Fault, Refusal
from sandbox.in_process import CloudWatch
from tests.support.answers import BUSY
from tests.support.strategies import CONNECTION_ID

NOW: Final = datetime(2026, 1, 5, 12, 3, 20, tzinfo=UTC)
INGRESS: Final = f"{CONNECTION_ID} Ingress"
EGRESS: Final = f"{CONNECTION_ID} Egress"


class Answering(CloudWatch):
    """Gives these answers one after the other."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        super().__init__()
        self.answers = list(answers)

    def get_metric_data(self, **_: object) -> dict[str, Any]:
        return dict(self.answers.pop(0))


def result(label: str, *values: float, status: str = "Complete", minutes_ago: int = 30) -> dict[str, Any]:
    timestamps = [NOW - timedelta(minutes=minutes_ago - place) for place in range(len(values))]
    return {"Id": "q", "Label": label, "Values": list(values), "Timestamps": timestamps, "StatusCode": status}


def answer(*results: object, token: object = None) -> dict[str, Any]:
    return {"MetricDataResults": list(results)} | ({} if token is None else {"NextToken": token})


def measure(cloudwatch: CloudWatch) -> Traffic:
    meter = TrafficMeter(lambda: cast("Any", cloudwatch), lookback_minutes=60)
    return meter.measure((CONNECTION_ID,), (), (CONNECTION_ID,), now=NOW)[CONNECTION_ID]


def test_a_metric_on_two_pages() -> None:
    cloudwatch = Answering(
        answer(result(INGRESS, 5.0, 9.0, status="PartialData"), token="next"),
        answer(result(INGRESS, 7.0, minutes_ago=28), result(EGRESS, 1.0, 1.0, 1.0), token=""),
    )

    assert Traffic(ingress=9.0, egress=1.0, points=3, expected_points=9) == measure(cloudwatch)


def test_points_on_two_pages_count_once() -> None:
    cloudwatch = Answering(
        answer(result(INGRESS, 5.0, 9.0, status="PartialData"), token="next"),
        answer(result(INGRESS, 5.0, 9.0, 7.0), result(EGRESS, 1.0, 1.0, 1.0), token=""),
    )

    assert 3 == measure(cloudwatch).points


def test_a_value_that_is_not_a_number_on_the_first_page() -> None:
    cloudwatch = Answering(
        answer(result(INGRESS, float("nan"), status="PartialData"), token="next"),
        answer(result(INGRESS, 7.0), result(EGRESS)),
    )

    assert float("inf") == measure(cloudwatch).ingress


WHOLE: Final = result(EGRESS, 1.0)
ODD: Final = {
    "a part, and no next page": [answer(result(INGRESS, 1.0, status="PartialData"), WHOLE)],
    "a part, and a next page without the rest": [
        answer(result(INGRESS, 1.0, status="PartialData"), WHOLE, token="a"),
        answer(),
    ],
    "an error inside the answer": [answer(result(INGRESS, status="InternalError"), WHOLE)],
    "a denial inside the answer": [answer(result(INGRESS, status="Forbidden"), WHOLE)],
    "an error, and a next page": [answer(result(INGRESS, status="InternalError"), WHOLE, token="a"), answer()],
    "no status": [answer({k: v for k, v in result(INGRESS).items() if k != "StatusCode"}, WHOLE)],
    "the same page again": [answer(token="a"), answer(token="a"), answer()],
    "a token that is not a text": [answer(token=5)],
    "a metric missing": [answer(WHOLE)],
    "a metric that was not asked for": [answer(result(INGRESS), WHOLE, result("dxvif-1 Ingress"))],
    "no values": [answer({k: v for k, v in result(INGRESS).items() if k != "Values"}, WHOLE)],
    "no timestamps": [answer({k: v for k, v in result(INGRESS).items() if k != "Timestamps"}, WHOLE)],
    "null for values": [answer(result(INGRESS) | {"Values": None}, WHOLE)],
    "a null among the values": [answer(result(INGRESS, 1.0) | {"Values": [None]}, WHOLE)],
    "a text among the values": [answer(result(INGRESS, 1.0) | {"Values": ["1"]}, WHOLE)],
    "more values than timestamps": [answer(result(INGRESS, 1.0) | {"Timestamps": []}, WHOLE)],
    "timestamps without a value": [answer(result(INGRESS, 1.0) | {"Values": []}, WHOLE)],
    "a timestamp that is none": [answer(result(INGRESS, 1.0) | {"Timestamps": ["now"]}, WHOLE)],
    "a timestamp without a zone": [answer(result(INGRESS, 1.0) | {"Timestamps": [datetime(2026, 1, 5)]}, WHOLE)],  # noqa: DTZ001 - that is the point
    "a label that is a list": [answer(result(INGRESS) | {"Label": []}, WHOLE)],
    "null for a result": [answer(None, WHOLE)],
    "null for the results": [{"MetricDataResults": None}],
    "a text for the results": [{"MetricDataResults": "text"}],
    "nothing": [{}],
}


@pytest.mark.parametrize("name", ODD)
def test_an_incomplete_or_odd_answer(name: str) -> None:
    with pytest.raises(AwsBusyError, match="cloudwatch:GetMetricData answered") as raised:
        measure(Answering(*cast("list[Mapping[str, Any]]", ODD[name])))
    assert raised.value.__context__ is None


@pytest.mark.parametrize("fault", [*BUSY.values(), Refusal("InvalidParameterValue", "No")], ids=[*BUSY, "refused"])
def test_busy(fault: Fault) -> None:
    cloudwatch = CloudWatch()
    cloudwatch.faults.add("GetMetricData", fault)

    with pytest.raises(AwsBusyError, match="cloudwatch:GetMetricData"):
        measure(cloudwatch)


def test_denied() -> None:
    cloudwatch = CloudWatch()
    cloudwatch.faults.add("GetMetricData", AccessDenied())

    with pytest.raises(AwsDeniedError, match="cloudwatch:GetMetricData"):
        measure(cloudwatch)
