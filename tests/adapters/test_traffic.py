"""The peaks that CloudWatch measured, and how many of the expected data points exist."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from decommission.models import Traffic
from decommission.traffic import TrafficMeter
from sandbox.in_process import CloudWatch, Measured
from tests.support.strategies import CONNECTION_ID

NOW: Final = datetime(2026, 1, 5, 12, 3, 20, tzinfo=UTC)
INTERFACE_IDS: Final = ("dxvif-aaaaaaa0", "dxvif-aaaaaaa1")
HOUR: Final = 60
DAY: Final = 24 * HOUR


def measure(
    cloudwatch: object, ids: tuple[str, ...] = INTERFACE_IDS, *, lookback_minutes: int = HOUR, now: datetime = NOW
) -> dict[str, Traffic]:
    meter = TrafficMeter(lambda: cast("Any", cloudwatch), lookback_minutes=lookback_minutes)
    return meter.measure((CONNECTION_ID,), ids, (CONNECTION_ID,), now=now)


@pytest.fixture
def cloudwatch() -> CloudWatch:
    return CloudWatch()


@pytest.fixture
def put(http_client: Callable[[str], Any]) -> Callable[..., object]:
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


def test_the_peak_of_each_direction(put: Callable[..., object], http_client: Callable[[str], Any]) -> None:
    for minutes_ago, value in ((50, 7.0), (30, 12_000_000.0), (10, 9.0)):
        put("ConnectionBpsIngress", value, minutes_ago=minutes_ago)
    put("ConnectionBpsEgress", 0.0, minutes_ago=40)
    put("VirtualInterfaceBpsEgress", 5.0, minutes_ago=40, virtual_interface_id=INTERFACE_IDS[0])
    put("ConnectionPpsIngress", 99.0, minutes_ago=10)

    assert {
        CONNECTION_ID: Traffic(ingress=12_000_000.0, egress=0.0, points=1, expected_points=9),
        INTERFACE_IDS[0]: Traffic(ingress=None, egress=5.0, points=0, expected_points=9),
        INTERFACE_IDS[1]: Traffic(ingress=None, egress=None, points=0, expected_points=9),
    } == measure(http_client("cloudwatch"))


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        pytest.param(0, (5.0, 0), id="now: loud, but not counted"),
        # 15 minutes ago it was 11:48:20, so the last period that counts ended at 11:45.
        pytest.param(18, (5.0, 0), id="too new to be counted"),
        pytest.param(19, (5.0, 1), id="old enough"),
        # The period of the start began at 11:00, and counts as a whole.
        pytest.param(63, (5.0, 1), id="in the period of the start"),
        pytest.param(64, (None, 0), id="in the period before"),
        pytest.param(-6, (None, 0), id="to come"),
    ],
)
def test_which_points_count(
    minutes_ago: float,
    expected: tuple[float | None, int],
    put: Callable[..., object],
    http_client: Callable[[str], Any],
) -> None:
    put("ConnectionBpsIngress", 5.0, minutes_ago=minutes_ago)
    put("ConnectionBpsEgress", 5.0, minutes_ago=minutes_ago)

    measured = measure(http_client("cloudwatch"))[CONNECTION_ID]
    assert expected == (measured.ingress, measured.points)


@pytest.mark.parametrize(
    ("lookback_minutes", "period", "start", "expected_points"),
    [
        pytest.param(60, 300, datetime(2026, 1, 5, 11, 0, tzinfo=UTC), 9, id="an hour"),
        pytest.param(DAY, 300, datetime(2026, 1, 4, 12, 0, tzinfo=UTC), 285, id="a day"),
        pytest.param(DAY + 1, 3600, datetime(2026, 1, 4, 12, 0, tzinfo=UTC), 23, id="a minute more"),
        pytest.param(63 * DAY, 3600, datetime(2025, 11, 3, 12, 0, tzinfo=UTC), 63 * 24 - 1, id="63 days"),
    ],
)
def test_the_query(
    lookback_minutes: int, period: int, start: datetime, expected_points: int, cloudwatch: CloudWatch
) -> None:
    measured = measure(cloudwatch, lookback_minutes=lookback_minutes)

    ((_, asked),) = cloudwatch.calls
    assert (start, NOW + timedelta(seconds=1)) == (asked["StartTime"], asked["EndTime"])
    queries = asked["MetricDataQueries"]
    assert [("AWS/DX", "Maximum", period)] * 6 == [
        (q["MetricStat"]["Metric"]["Namespace"], q["MetricStat"]["Stat"], q["MetricStat"]["Period"]) for q in queries
    ]
    assert len(queries) == len({query["Id"] for query in queries}) == len({query["Label"] for query in queries})
    assert [(expected_points, expected_points)] * 3 == [(t.points, t.expected_points) for t in measured.values()]


@pytest.mark.parametrize("second", [0, 1, 299])
@pytest.mark.parametrize("minute", [0, 14, 15, 16, 59])
@pytest.mark.parametrize("lookback_minutes", [60, 61, DAY, DAY + 1, 2 * DAY])
def test_a_complete_series_has_the_expected_points(
    lookback_minutes: int, minute: int, second: int, cloudwatch: CloudWatch
) -> None:
    now = NOW.replace(minute=minute, second=0) + timedelta(seconds=second)

    measured = measure(cloudwatch, (), lookback_minutes=lookback_minutes, now=now)[CONNECTION_ID]
    assert measured.expected_points == measured.points > 0


def test_one_direction_without_points(cloudwatch: CloudWatch) -> None:
    cloudwatch.measured[CONNECTION_ID] = Measured(ingress=None)

    assert Traffic(ingress=None, egress=0.0, points=0, expected_points=9) == measure(cloudwatch)[CONNECTION_ID]


@pytest.mark.parametrize(
    ("interfaces", "lookback_minutes", "expected"),
    [
        pytest.param(0, HOUR, 1, id="no interface"),
        pytest.param(249, HOUR, 1, id="500 metrics"),
        pytest.param(250, HOUR, 2, id="502 metrics"),
        pytest.param(51, DAY, 1, id="104 metrics of 289 points"),
        pytest.param(173, DAY, 1, id="348 metrics of 289 points"),
        pytest.param(174, DAY, 2, id="350 metrics of 289 points"),
        pytest.param(51, 63 * DAY, 2, id="104 metrics of 1513 points"),
    ],
)
def test_the_number_of_calls(interfaces: int, lookback_minutes: int, expected: int, cloudwatch: CloudWatch) -> None:
    ids = tuple(f"dxvif-{number:08}" for number in range(interfaces))
    last = (ids or (CONNECTION_ID,))[-1]
    cloudwatch.measured[last] = Measured(egress=[1.0, 77.0])

    found = measure(cloudwatch, ids, lookback_minutes=lookback_minutes)

    assert expected == len(cloudwatch.calls), "no call needs a second page"
    assert ([CONNECTION_ID, *ids], 77.0) == ([*found], found[last].egress)


@pytest.mark.parametrize("most_points", [5, 13, 14, 100])
@pytest.mark.parametrize("page_size", [1, 2, 5, 6])
def test_pages(page_size: int, most_points: int, cloudwatch: CloudWatch) -> None:
    cloudwatch.page_size, cloudwatch.most_points = page_size, most_points
    cloudwatch.measured[INTERFACE_IDS[1]] = Measured(ingress=[9.0, *[0.0] * 12], egress=[4.0])

    assert Traffic(ingress=9.0, egress=4.0, points=9, expected_points=9) == measure(cloudwatch)[INTERFACE_IDS[1]]


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("place", range(3))
def test_a_value_that_is_not_a_number_is_infinite(place: int, value: float, cloudwatch: CloudWatch) -> None:
    values = [1.0, 1.0, 1.0]
    values[place] = value
    cloudwatch.measured[CONNECTION_ID] = Measured(egress=values)

    assert math.inf == measure(cloudwatch)[CONNECTION_ID].egress


def test_the_time_that_it_takes(cloudwatch: CloudWatch) -> None:
    ids = tuple(f"dxvif-{number:08}" for number in range(51))
    measure(cloudwatch, ids, lookback_minutes=DAY)

    began = time.perf_counter()
    measure(cloudwatch, ids, lookback_minutes=DAY)
    assert time.perf_counter() - began < 0.05, "it is about 2 ms"


class TestARehearsal:
    """The look-back is longer by the time in which BGP was down, whose points may be missing."""

    BEGAN = NOW - timedelta(minutes=60)
    ENDED = NOW - timedelta(minutes=30)

    def measured(self, cloudwatch: object, began: datetime = BEGAN, ended: datetime = ENDED) -> Traffic:
        meter = TrafficMeter(lambda: cast("Any", cloudwatch), lookback_minutes=HOUR)
        return meter.measure((CONNECTION_ID,), (), (CONNECTION_ID,), now=NOW, rehearsed=(began, ended))[CONNECTION_ID]

    def test_as_many_points_count_as_without_it(self, cloudwatch: CloudWatch) -> None:
        # Of 75 minutes that are old enough, 35 are not counted: BGP was down in some of each of these seven periods.
        assert (8, 8) == (self.measured(cloudwatch).points, self.measured(cloudwatch).expected_points)

    @pytest.mark.parametrize(
        ("minutes_ago", "points"), [(64, 1), (63, 0), (45, 0), (31, 0), (29, 0), (28, 1), (19, 1), (17, 0), (89, 1)]
    )
    def test_which_points_count(
        self, minutes_ago: float, points: int, put: Callable[..., object], http_client: Callable[[str], Any]
    ) -> None:
        for metric in ("ConnectionBpsIngress", "ConnectionBpsEgress"):
            put(metric, 7.0, minutes_ago=minutes_ago)
        measured = self.measured(http_client("cloudwatch"))
        assert (7.0, points) == (measured.ingress, measured.points), "its traffic counts in any case"

    def test_one_that_ended_just_now(self, cloudwatch: CloudWatch) -> None:
        measured = self.measured(cloudwatch, NOW - timedelta(minutes=10), NOW)
        assert measured.points == measured.expected_points == 11
