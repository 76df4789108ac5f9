"""CloudWatch: GetMetricData, and DescribeAlarms."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Final

from sandbox.directconnect.calls import Answer
from sandbox.in_process.client import Client

type Bps = float | Sequence[float] | None

MOST_POINTS: Final = 100_800


@dataclass(frozen=True, slots=True)
class Measured:
    """
    The data points of one resource, in bits per second.

    A number is the value of every point. A list has the values of the last points, the newest last; earlier points are
    zero. None or an empty list means that there are no points. Only ``share`` of the points exist, spread evenly and
    with the newest among them, and none in the last ``quiet_minutes`` of the window.
    """

    ingress: Bps = 0.0
    egress: Bps = 0.0
    share: float = 1.0
    quiet_minutes: float = 0


_QUIET: Final = Measured()


@dataclass(slots=True)
class Alarm:
    state: str = "OK"
    changed_at: datetime | None = None
    is_composite: bool = False


class CloudWatch(Client):
    """
    Every resource has measured zero, except those in ``measured``, by id.

    An answer has at most ``page_size`` metrics and ``most_points`` data points. With ``is_partial``, AWS calls every
    metric partial and offers no next page.
    """

    service: ClassVar[str] = "cloudwatch"

    def __init__(self) -> None:
        super().__init__()
        self.measured: dict[str, Measured] = {}
        self.page_size = 500
        self.most_points = MOST_POINTS
        self.is_partial = False
        self.alarms: dict[str, Alarm] = {}

    def describe_alarms(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        return self.call("DescribeAlarms", parameters, lambda: self._described(parameters))

    def _described(self, parameters: Mapping[str, Any]) -> Answer:
        """Describe the alarms of these names; without types, AWS shows metric alarms only."""
        types = parameters.get("AlarmTypes", ["MetricAlarm"])
        answer: Answer = {"MetricAlarms": [], "CompositeAlarms": []}
        for name in parameters["AlarmNames"]:
            alarm = self.alarms.get(name)
            if alarm and (kind := "CompositeAlarm" if alarm.is_composite else "MetricAlarm") in types:
                described = {"AlarmName": name, "StateValue": alarm.state}
                changed = {"StateTransitionedTimestamp": alarm.changed_at} if alarm.changed_at else {}
                answer[f"{kind}s"].append(described | changed)
        return answer

    def get_metric_data(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        return self.call("GetMetricData", parameters, lambda: self._answer(parameters))

    def _answer(self, parameters: Mapping[str, Any]) -> Answer:
        """Fill a page, metric by metric; a metric that does not fit is partial and continues on the next page."""
        queries = parameters["MetricDataQueries"]
        number, done = map(int, parameters.get("NextToken", "0:0").split(":"))
        last = min(number + self.page_size, len(queries))
        room = self.most_points
        results: list[Answer] = []
        while number < last:
            timestamps, values = self._points(queries[number], parameters)
            end = min(len(values), done + room)
            if results and done == end < len(values):
                break
            complete = end == len(values)
            results.append(
                _result(
                    queries[number], timestamps[done:end], values[done:end], complete=complete and not self.is_partial
                )
            )
            room -= end - done
            number, done = (number + 1, 0) if complete else (number, end)
        answer: Answer = {"MetricDataResults": results}
        if number < len(queries):
            answer["NextToken"] = f"{number}:{done}"
        return answer

    def _points(self, query: Answer, asked: Mapping[str, Any]) -> tuple[list[datetime], list[float]]:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
        id_ = dimensions.get("VirtualInterfaceId") or dimensions["ConnectionId"]
        measured = self.measured.get(id_, _QUIET)
        bps = measured.ingress if metric["MetricName"].endswith("Ingress") else measured.egress
        start, end = asked["StartTime"].timestamp(), asked["EndTime"].timestamp()
        first, behind = math.ceil(start / stat["Period"]), math.ceil(end / stat["Period"])
        quiet = math.ceil((end - measured.quiet_minutes * 60) / stat["Period"])
        newest_first = asked.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        timestamps = _timestamps(first, min(behind, quiet), stat["Period"], measured.share, newest_first)
        if bps is None or bps == [] or not timestamps:
            return [], []
        if not isinstance(bps, Sequence):
            return timestamps, _constant(bps, len(timestamps))
        return timestamps, _latest(tuple(bps), len(timestamps), newest_first)


def _result(query: Answer, timestamps: list[datetime], values: list[float], *, complete: bool) -> Answer:
    return {
        "Id": query["Id"],
        "Label": query.get("Label", query["Id"]),
        "Timestamps": timestamps,
        "Values": values,
        "StatusCode": "Complete" if complete else "PartialData",
    }


@lru_cache(maxsize=512)
def _timestamps(first: int, behind: int, period: int, share: float, newest_first: bool) -> list[datetime]:  # noqa: FBT001 - lru_cache is faster without keywords
    """List the starts of the periods from ``first`` to ``behind``, or as many of them as ``share`` says, rounded up."""
    count = max(0, behind - first)
    kept = math.ceil(count * share - 1e-9)
    newest = behind - 1
    places = [newest - place * count // kept for place in range(kept)]
    if not newest_first:
        places.reverse()
    return [datetime.fromtimestamp(place * period, UTC) for place in places]


@lru_cache(maxsize=512)
def _constant(bps: float, count: int) -> list[float]:
    return [bps] * count


@lru_cache(maxsize=512)
def _latest(bps: tuple[float, ...], count: int, newest_first: bool) -> list[float]:  # noqa: FBT001 - lru_cache is faster without keywords
    values = [*[0.0] * (count - len(bps)), *bps[-count:]]
    return values[::-1] if newest_first else values
