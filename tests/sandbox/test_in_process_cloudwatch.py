"""GetMetricData in this process answers one point for each period, as CloudWatch does."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest

from sandbox.in_process import CloudWatch, Measured

CONNECTION_ID: Final = "dxcon-fg5678gh"
END: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
PERIOD: Final = timedelta(seconds=300)


def queries(*ids: str, period: int = 300) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"{direction.lower()}{number}",
            "Label": f"{id_} {direction}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DX",
                    "MetricName": f"ConnectionBps{direction}",
                    "Dimensions": [{"Name": "ConnectionId", "Value": id_}],
                },
                "Period": period,
                "Stat": "Maximum",
            },
        }
        for number, id_ in enumerate(ids)
        for direction in ("Ingress", "Egress")
    ]


def ask(cloudwatch: CloudWatch, *ids: str, minutes: float = 60, end: datetime = END, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3
    return cloudwatch.get_metric_data(
        MetricDataQueries=queries(*(ids or (CONNECTION_ID,)), period=more.pop("period", 300)),
        StartTime=end - timedelta(minutes=minutes),
        EndTime=end,
        **more,
    )


def ingress(cloudwatch: CloudWatch, **more: Any) -> list[tuple[datetime, float]]:  # noqa: ANN401 - as boto3
    result = ask(cloudwatch, **more)["MetricDataResults"][0]
    return list(zip(result["Timestamps"], result["Values"], strict=True))


def measuring(measured: Measured) -> CloudWatch:
    cloudwatch = CloudWatch()
    cloudwatch.measured[CONNECTION_ID] = measured
    return cloudwatch


def test_without_data_of_a_test_every_point_is_zero() -> None:
    points = ingress(CloudWatch(), ScanBy="TimestampAscending")

    assert points == [(END - PERIOD * ago, 0.0) for ago in range(12, 0, -1)]


@pytest.mark.parametrize("minutes", [5, 60, 24 * 60])
@pytest.mark.parametrize("offset", [0, 1, 200, 299])
def test_timestamps_are_aligned_and_within_the_window(minutes: int, offset: int) -> None:
    end = END + timedelta(seconds=offset)

    times = [at for at, _ in ingress(CloudWatch(), minutes=minutes, end=end)]

    assert minutes // 5 == len(times)
    assert {0} == {int(at.timestamp()) % 300 for at in times}
    assert all(end - timedelta(minutes=minutes) <= at < end for at in times)


def test_the_newest_point_comes_first_by_default() -> None:
    cloudwatch = measuring(Measured(ingress=[1.0, 2.0]))

    assert [2.0, 1.0, 0.0] == [value for _, value in ingress(cloudwatch)][:3]
    assert [0.0, 1.0, 2.0] == [value for _, value in ingress(cloudwatch, ScanBy="TimestampAscending")][-3:]
    assert ingress(cloudwatch)[::-1] == ingress(cloudwatch, ScanBy="TimestampAscending")


def test_each_direction_has_its_own_values() -> None:
    cloudwatch = measuring(Measured(ingress=7.0, egress=[9.0]))

    first, second = ask(cloudwatch)["MetricDataResults"]

    assert [7.0] * 12 == first["Values"]
    assert [9.0, *[0.0] * 11] == second["Values"]
    assert [f"{CONNECTION_ID} Ingress", f"{CONNECTION_ID} Egress"] == [first["Label"], second["Label"]]


def test_values_older_than_the_window_are_left_out() -> None:
    values = [value for _, value in ingress(measuring(Measured(ingress=[float(n) for n in range(20)])))]

    assert [float(n) for n in range(19, 7, -1)] == values


@pytest.mark.parametrize("nothing", [None, []])
def test_a_resource_without_data_has_no_points(nothing: list[float] | None) -> None:
    assert [] == ingress(measuring(Measured(ingress=nothing)))


@pytest.mark.parametrize(("share", "expected"), [(1.0, 288), (0.9, 260), (0.5, 144), (0.01, 3), (0.0, 0)])
def test_missing_points_are_spread_evenly(share: float, expected: int) -> None:
    times = [at for at, _ in ingress(measuring(Measured(share=share)), minutes=24 * 60)]

    assert expected == len(times) == len(set(times))
    assert not times or times[0] == END - PERIOD, "the newest exists"
    gaps = {(new - old) // PERIOD for new, old in pairwise(times)}
    assert max(gaps, default=0) - min(gaps, default=0) <= 1


def test_the_last_minutes_have_no_points() -> None:
    points = ingress(measuring(Measured(ingress=[5.0], quiet_minutes=15)))

    assert ((END - PERIOD * 4, 5.0), 9) == (points[0], len(points))


def test_points_of_a_longer_period() -> None:
    end = END + timedelta(minutes=10)

    points = ingress(CloudWatch(), minutes=24 * 60, end=end, period=3600, ScanBy="TimestampAscending")

    assert (24, END) == (len(points), points[-1][0])
    assert {0} == {int(at.timestamp()) % 3600 for at, _ in points}


def pages(cloudwatch: CloudWatch, *ids: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as boto3
    answers = [ask(cloudwatch, *ids, **more)]
    while "NextToken" in answers[-1]:
        answers.append(ask(cloudwatch, *ids, NextToken=answers[-1]["NextToken"], **more))
    return answers


@pytest.mark.parametrize(
    ("most_points", "expected"), [(100, 1), (48, 1), (47, 2), (24, 2), (12, 4), (10, 5), (7, 7), (1, 48)]
)
def test_an_answer_has_at_most_so_many_points(most_points: int, expected: int) -> None:
    cloudwatch = measuring(Measured(ingress=[1.0, 2.0, 3.0], egress=4.0))
    whole = {result["Id"]: result for result in ask(cloudwatch, CONNECTION_ID, "dxcon-other123")["MetricDataResults"]}
    cloudwatch.most_points = most_points

    answers = pages(cloudwatch, CONNECTION_ID, "dxcon-other123")

    assert expected == len(answers)
    seen: dict[str, list[tuple[datetime, float]]] = {}
    for answer in answers:
        assert sum(len(result["Values"]) for result in answer["MetricDataResults"]) <= most_points
        for result in answer["MetricDataResults"]:
            points = seen.setdefault(result["Id"], [])
            points += zip(result["Timestamps"], result["Values"], strict=True)
            assert ("Complete" if len(points) == 12 else "PartialData") == result["StatusCode"]
    assert {
        id_: list(zip(result["Timestamps"], result["Values"], strict=True)) for id_, result in whole.items()
    } == seen


@pytest.mark.parametrize(("page_size", "expected"), [(1, 4), (2, 2), (3, 2), (4, 1)])
def test_an_answer_has_at_most_so_many_metrics(page_size: int, expected: int) -> None:
    cloudwatch = CloudWatch()
    cloudwatch.page_size = page_size

    answers = pages(cloudwatch, CONNECTION_ID, "dxcon-other123")

    assert expected == len(answers)
    assert ["ingress0", "egress0", "ingress1", "egress1"] == [
        result["Id"] for answer in answers for result in answer["MetricDataResults"]
    ]


def test_a_partial_answer_without_a_next_page() -> None:
    cloudwatch = CloudWatch()
    cloudwatch.is_partial = True

    answer = ask(cloudwatch)

    assert ["PartialData"] * 2 == [result["StatusCode"] for result in answer["MetricDataResults"]]
    assert "NextToken" not in answer


def test_a_hundred_days_of_a_full_connection_take_two_seconds() -> None:
    cloudwatch = CloudWatch()
    ids = [f"dxvif-{number:08}" for number in range(52)]
    began = time.perf_counter()

    for second in range(100):
        ask(cloudwatch, *ids, minutes=24 * 60, end=END + timedelta(seconds=second))

    assert time.perf_counter() - began < 2
