"""CloudWatch for moto: GetMetricData answers whole periods, over HTTP."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.base_backend import BackendDict

from sandbox.cloudwatch import CloudWatchBackend, install

CONNECTION_ID: Final = "dxcon-fg5678gh"
NOW: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
PERIOD: Final = timedelta(minutes=5)


@pytest.fixture
def cloudwatch(http_client: Callable[[str], Any]) -> Iterator[Any]:
    before = cloudwatch_backends.backend
    install()
    BackendDict.reset()
    yield http_client("cloudwatch")
    cloudwatch_backends.backend = before
    BackendDict.reset()


def dimensions(interface_id: str | None = None) -> list[dict[str, str]]:
    ids = {"ConnectionId": CONNECTION_ID} | ({"VirtualInterfaceId": interface_id} if interface_id else {})
    return [{"Name": name, "Value": value} for name, value in ids.items()]


def put(cloudwatch: Any, *values: float, namespace: str = "AWS/DX", interface_id: str | None = None) -> None:  # noqa: ANN401 - as boto3
    """Put one value into each of the last periods, the newest last."""
    data = [
        {
            "MetricName": "BpsIngress",
            "Dimensions": dimensions(interface_id),
            "Timestamp": NOW - PERIOD * ago + timedelta(minutes=2),
            "Value": value,
        }
        for ago, value in enumerate(reversed(values), start=1)
    ]
    for start in range(0, len(data), 1000):
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + 1000])


def query(interface_id: str | None = None, period: int = 300, number: int = 0) -> dict[str, Any]:
    metric = {"Namespace": "AWS/DX", "MetricName": "BpsIngress", "Dimensions": dimensions(interface_id)}
    return {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": period, "Stat": "Maximum"}}


def points(
    cloudwatch: Any,  # noqa: ANN401 - as boto3
    query: dict[str, Any],
    start: datetime = NOW - timedelta(hours=1),
    end: datetime = NOW,
    **more: str,
) -> list[tuple[datetime, float]]:
    answer = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=end, **more)
    (result,) = answer["MetricDataResults"]
    assert "Complete" == result["StatusCode"]
    return list(zip(result["Timestamps"], result["Values"], strict=True))


def test_a_point_has_the_start_of_its_period(cloudwatch: Any) -> None:  # noqa: ANN401 - as boto3
    put(cloudwatch, 1.0, 2.0, 3.0)

    expected = [(NOW - PERIOD * ago, 4.0 - ago) for ago in (1, 2, 3)]
    assert expected == points(cloudwatch, query())
    assert expected[::-1] == points(cloudwatch, query(), ScanBy="TimestampAscending")


def test_a_window_that_begins_within_a_period_has_whole_periods_only(cloudwatch: Any) -> None:  # noqa: ANN401 - as boto3
    put(cloudwatch, 1.0, 2.0, 3.0)

    shifted = timedelta(seconds=100)

    assert [(NOW - PERIOD, 3.0), (NOW - PERIOD * 2, 2.0)] == points(
        cloudwatch, query(), start=NOW - PERIOD * 3 + shifted, end=NOW + shifted
    )


def test_a_longer_period_has_its_highest_value(cloudwatch: Any) -> None:  # noqa: ANN401 - as boto3
    put(cloudwatch, *(float(number) for number in range(24)))

    assert [(NOW - timedelta(hours=1), 23.0), (NOW - timedelta(hours=2), 11.0)] == points(
        cloudwatch, query(period=3600), start=NOW - timedelta(hours=3)
    )


def test_a_query_finds_only_its_own_namespace_and_dimensions(cloudwatch: Any) -> None:  # noqa: ANN401 - as boto3
    put(cloudwatch, 1.0)
    put(cloudwatch, 2.0, interface_id="dxvif-a")
    put(cloudwatch, 3.0, interface_id="dxvif-b")
    put(cloudwatch, 4.0, namespace="AWS/Other", interface_id="dxvif-a")
    reordered = query("dxvif-a")
    reordered["MetricStat"]["Metric"]["Dimensions"].reverse()

    answers = [points(cloudwatch, query()), points(cloudwatch, query("dxvif-a")), points(cloudwatch, reordered)]

    assert [[1.0], [2.0], [2.0]] == [[value for _, value in answer] for answer in answers]


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_steady_metric_has_a_point_in_every_period_until_now(cloudwatch: Any, *, newest_first: bool) -> None:  # noqa: ANN401 - as boto3
    backend = cast("CloudWatchBackend", cloudwatch_backends["123456789012"]["eu-central-1"])
    backend.steady["AWS/DX", "BpsIngress", frozenset({("ConnectionId", CONNECTION_ID)})] = 7.0
    now = datetime.now(UTC)
    order = "TimestampDescending" if newest_first else "TimestampAscending"
    found = points(cloudwatch, query(), start=now - timedelta(hours=1), end=now + timedelta(hours=1), ScanBy=order)
    times = [moment for moment, _ in found]
    assert 12 == len(found)
    assert ({7.0}, True) == ({value for _, value in found}, max(times) <= now)
    assert sorted(times, reverse=newest_first) == times
    assert [] == points(cloudwatch, query("dxvif-a"))


def test_a_day_of_a_full_connection_is_answered_in_seconds(cloudwatch: Any) -> None:  # noqa: ANN401 - as boto3
    ids = [None, *(f"dxvif-{number:08}" for number in range(51))]
    backend = cloudwatch_backends["123456789012"]["eu-central-1"]
    for id_ in ids:
        backend.put_metric_data(
            "AWS/DX",
            [
                {
                    "MetricName": "BpsIngress",
                    "Dimensions": dimensions(id_),
                    "Timestamp": NOW - PERIOD * ago,
                    "Value": 1.0,
                }
                for ago in range(1, 289)
            ],
        )
    began = time.perf_counter()

    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[query(id_, number=number) for number, id_ in enumerate(ids)],
        StartTime=NOW - timedelta(days=1),
        EndTime=NOW,
    )

    assert [288] * 52 == [len(result["Values"]) for result in answer["MetricDataResults"]]
    assert time.perf_counter() - began < 5
