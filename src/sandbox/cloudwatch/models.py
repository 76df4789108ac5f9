"""
A CloudWatch backend that reads each data point once.

moto's own compares every point with every period of every query, which takes minutes for a day of a connection with 51
interfaces. It also ignores the namespace, and depends on the order of dimensions.
"""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, override

from moto.cloudwatch.models import CloudWatchBackend as MotoCloudWatchBackend
from moto.cloudwatch.models import MetricDatumBase, Statistics, cloudwatch_backends

type _Key = tuple[str, str, frozenset[tuple[str, str]]]


class CloudWatchBackend(MotoCloudWatchBackend):
    """``steady`` metrics have this value in every period until now, without a data point being kept for each."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.steady: dict[_Key, float] = {}

    @override
    def get_metric_data(
        self,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        """Answer a point for each whole period in which something was measured, at the period's start."""
        is_empty = int(_seconds(start_time)) >= int(_seconds(end_time))
        if is_empty or not all("MetricStat" in query for query in queries):
            # moto itself refuses an empty window and calculates expressions.
            return super().get_metric_data(queries, start_time, end_time, scan_by)
        data = _by_metric(self.get_all_metrics())
        window = _seconds(start_time), _seconds(end_time)
        newest_first = scan_by == "TimestampDescending"
        return [
            self._steady(query, window, newest_first=newest_first)
            if _key(query) in self.steady
            else _result(query, data, window, newest_first=newest_first)
            for query in queries
        ]

    def _steady(self, query: Mapping[str, Any], window: tuple[float, float], *, newest_first: bool) -> dict[str, Any]:
        period = int(query["MetricStat"]["Period"])
        first, behind = (math.ceil(second / period) for second in (window[0], min(window[1], time.time())))
        timestamps = [datetime.fromtimestamp(place * period, UTC) for place in range(first, behind)]
        values: list[Any] = [self.steady[_key(query)]] * len(timestamps)
        return _answer(query, timestamps[::-1] if newest_first else timestamps, values)


def _by_metric(data: Iterable[MetricDatumBase]) -> Mapping[_Key, list[MetricDatumBase]]:
    by_metric: defaultdict[_Key, list[MetricDatumBase]] = defaultdict(list)
    for datum in data:
        dimensions = frozenset((str(one.name), str(one.value)) for one in datum.dimensions)
        by_metric[datum.namespace, datum.name, dimensions].append(datum)
    return by_metric


def _result(
    query: Mapping[str, Any],
    data: Mapping[_Key, list[MetricDatumBase]],
    window: tuple[float, float],
    *,
    newest_first: bool,
) -> dict[str, Any]:
    stat = query["MetricStat"]
    period, name = int(stat["Period"]), stat["Stat"]
    first, behind = (math.ceil(second / period) for second in window)
    periods: defaultdict[int, list[MetricDatumBase]] = defaultdict(list)
    for datum in data.get(_key(query), []):
        if first <= (place := math.floor(_seconds(datum.timestamp) / period)) < behind:
            periods[place].append(datum)
    timestamps: list[datetime] = []
    values: list[Any] = []
    for place in sorted(periods, reverse=newest_first):
        statistics = Statistics([name], datetime.fromtimestamp(place * period, UTC))
        statistics.metric_data = periods[place]
        timestamps.append(statistics.timestamp)
        values.append(statistics.get_statistics_for_type(name))
    return _answer(query, timestamps, values)


def _key(query: Mapping[str, Any]) -> _Key:
    metric = query["MetricStat"]["Metric"]
    dimensions = frozenset((one["Name"], one["Value"]) for one in metric.get("Dimensions", []))
    return metric["Namespace"], metric["MetricName"], dimensions


def _answer(query: Mapping[str, Any], timestamps: list[datetime], values: list[Any]) -> dict[str, Any]:
    stat = query["MetricStat"]
    return {
        "id": query["Id"],
        "label": query.get("Label") or f"{stat['Metric']['MetricName']} {stat['Stat']}",
        "timestamps": timestamps,
        "values": values,
        "status_code": "Complete",
    }


def _seconds(moment: datetime) -> float:
    # moto's own times are in UTC and have no time zone.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def install() -> None:
    """Have moto make our backend from now on."""
    cloudwatch_backends.backend = CloudWatchBackend
