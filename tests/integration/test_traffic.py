"""What CloudWatch measured: the peaks of every resource, in few calls, and never a zero for what is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from decommission.errors import DirectConnectBusyError
from decommission.models import Traffic
from decommission.traffic import TrafficMeter
from sandbox.in_process import CloudWatch, Measured
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW: Final = datetime(2026, 1, 5, 12, 3, 20, tzinfo=UTC)
SINCE: Final = NOW - timedelta(minutes=60)
INTERFACE_IDS: Final = ("dxvif-aaaaaaa0", "dxvif-aaaaaaa1")
SILENT: Final = Traffic(ingress=None, egress=None)


class Answering(CloudWatch):
    """Gives these answers, one after the other, whatever is asked."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        super().__init__()
        self.answers = list(answers)

    def get_metric_data(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  # as boto3
        self._called("GetMetricData", parameters)
        return dict(self.answers.pop(0))


def result(label: str, *values: float, status: str = "Complete") -> dict[str, Any]:
    return {"Id": "ingress0", "Label": label, "Values": list(values), "StatusCode": status}


def answer(*results: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
    return {"MetricDataResults": list(results)} | ({"NextToken": token} if token else {})


def peaks(cloudwatch: object, ids: tuple[str, ...] = INTERFACE_IDS) -> dict[str, Traffic]:
    meter = TrafficMeter(lambda: cast("Any", cloudwatch))
    return meter.peaks(CONNECTION_ID, ids, since=SINCE, until=NOW)


@pytest.fixture
def cloudwatch() -> CloudWatch:
    return CloudWatch()


@pytest.fixture
def measure(http_client: Callable[[str], Any]) -> Callable[..., object]:
    """Put what was measured so many minutes ago where moto's CloudWatch finds it."""

    def put(metric: str, value: float, *, minutes_ago: float, virtual_interface_id: str | None = None) -> None:
        dimensions = {"ConnectionId": CONNECTION_ID}
        dimensions |= {"VirtualInterfaceId": virtual_interface_id} if virtual_interface_id else {}
        datum = {
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": id_} for name, id_ in dimensions.items()],
            "Timestamp": NOW - timedelta(minutes=minutes_ago),
            "Value": value,
        }
        http_client("cloudwatch").put_metric_data(Namespace="AWS/DX", MetricData=[datum])

    return put


def test_the_highest_of_each_direction(measure: Callable[..., object], http_client: Callable[[str], Any]) -> None:
    for minutes_ago, value in ((50, 7.0), (30, 12_000_000.0), (10, 9.0)):
        measure("ConnectionBpsIngress", value, minutes_ago=minutes_ago)
    measure("ConnectionBpsEgress", 0.0, minutes_ago=10)
    measure("VirtualInterfaceBpsEgress", 5.0, minutes_ago=10, virtual_interface_id=INTERFACE_IDS[0])
    measure("ConnectionPpsIngress", 99.0, minutes_ago=10)

    assert {
        CONNECTION_ID: Traffic(ingress=12_000_000.0, egress=0.0),
        INTERFACE_IDS[0]: Traffic(ingress=None, egress=5.0),
        INTERFACE_IDS[1]: SILENT,
    } == peaks(http_client("cloudwatch"))


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        pytest.param(0, 5.0, id="now"),
        pytest.param(60, 5.0, id="at the start"),
        # The period that the start is in began at 11:00, and counts as a whole.
        pytest.param(63, 5.0, id="in the period of the start"),
        pytest.param(64, None, id="in the period before"),
        pytest.param(-6, None, id="to come"),
    ],
)
def test_how_far_it_looks_back(
    minutes_ago: float,
    expected: float | None,
    measure: Callable[..., object],
    http_client: Callable[[str], Any],
) -> None:
    measure("ConnectionBpsIngress", 5.0, minutes_ago=minutes_ago)

    assert expected == peaks(http_client("cloudwatch"))[CONNECTION_ID].ingress


def test_what_it_asks(cloudwatch: CloudWatch) -> None:
    peaks(cloudwatch)

    ((_, asked),) = cloudwatch.calls
    assert datetime(2026, 1, 5, 11, 0, tzinfo=UTC) == asked["StartTime"], "aligned to whole periods"
    assert NOW + timedelta(seconds=1) == asked["EndTime"], "the end is exclusive"
    queries = asked["MetricDataQueries"]
    assert [("AWS/DX", "Maximum", 300)] * 6 == [
        (q["MetricStat"]["Metric"]["Namespace"], q["MetricStat"]["Stat"], q["MetricStat"]["Period"]) for q in queries
    ]
    assert len(queries) == len({query["Id"] for query in queries}) == len({query["Label"] for query in queries})


@pytest.mark.parametrize(("interfaces", "expected"), [(0, 1), (51, 1), (249, 1), (250, 2), (500, 3)])
def test_calls(interfaces: int, expected: int, cloudwatch: CloudWatch) -> None:
    ids = tuple(f"dxvif-{number:08}" for number in range(interfaces))
    last = (ids or (CONNECTION_ID,))[-1]
    cloudwatch.measured[last] = Measured(egress=[1.0, 77.0])

    found = peaks(cloudwatch, ids)

    assert expected == len(cloudwatch.calls)
    assert all(len(asked["MetricDataQueries"]) <= 500 for _, asked in cloudwatch.calls)
    assert ([CONNECTION_ID, *ids], 77.0) == ([*found], found[last].egress)


@pytest.mark.parametrize("page_size", [1, 2, 5, 6])
def test_pages(page_size: int, cloudwatch: CloudWatch) -> None:
    cloudwatch.page_size = page_size
    cloudwatch.measured[INTERFACE_IDS[1]] = Measured(ingress=[3.0], egress=[4.0])

    assert Traffic(ingress=3.0, egress=4.0) == peaks(cloudwatch)[INTERFACE_IDS[1]]


def test_a_metric_that_goes_on_on_the_next_page(cloudwatch: CloudWatch) -> None:
    label = f"{CONNECTION_ID} Ingress"
    cloudwatch = Answering(
        answer(result(label, 5.0, 9.0, status="PartialData"), token="next"),
        answer(result(label, 7.0), result(f"{CONNECTION_ID} Egress")),
    )

    assert {CONNECTION_ID: Traffic(ingress=9.0, egress=None)} == peaks(cloudwatch, ())


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([answer(result("…", 1.0, status="PartialData"))], id="a part, and no next page"),
        pytest.param([answer(result("…", status="InternalError"))], id="an error inside the answer"),
        pytest.param([answer(token="a"), answer(token="a"), answer()], id="the same page again"),
    ],
)
def test_what_is_not_all_is_not_taken_for_all(answers: list[dict[str, Any]]) -> None:
    with pytest.raises(DirectConnectBusyError, match="CloudWatch"):
        peaks(Answering(*answers))
