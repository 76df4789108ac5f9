"""The traffic of a connection and of its virtual interfaces, as CloudWatch measured it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, inf, isnan
from typing import TYPE_CHECKING, Any

from decommission.calls import RefusedError, pages
from decommission.errors import AwsBusyError
from decommission.models import Traffic

if TYPE_CHECKING:
    from botocore.client import BaseClient

# Direct Connect publishes every five minutes: https://docs.aws.amazon.com/directconnect/latest/UserGuide/viewing-metrics.html
FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Data points of periods that ended later than this may still be on their way.
SETTLED = timedelta(minutes=15)
# What one call takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
MOST_QUERIES = 500
MOST_POINTS = 100_800

_EPOCH = datetime.fromtimestamp(0, tz=UTC)


@dataclass(frozen=True, slots=True)
class _Window:
    """
    Whole periods from ``start``; the points of the periods before ``settled`` are counted.

    Those from ``excused`` on and before ``resumed`` are read, and not counted.
    """

    period: timedelta
    start: datetime
    settled: datetime
    end: datetime
    excused: datetime
    resumed: datetime

    @property
    def expected_points(self) -> int:
        return max((self.settled - self.start - (self.resumed - self.excused)) // self.period, 0)

    @property
    def queries_per_call(self) -> int:
        return max(1, min(MOST_QUERIES, MOST_POINTS // ceil((self.end - self.start) / self.period)))


@dataclass(slots=True)
class _Series:
    peak: float | None = None
    points: int = 0
    last: datetime | None = None
    is_complete: bool = False


class TrafficMeter:
    """``client`` makes the CloudWatch client when it is needed."""

    def __init__(self, client: "Callable[[], BaseClient]", *, lookback_minutes: int) -> None:
        self._client = client
        self._lookback = timedelta(minutes=lookback_minutes)

    def measure(
        self,
        connection_ids: tuple[str, ...],
        virtual_interface_ids: tuple[str, ...],
        port_ids: tuple[str, ...],
        *,
        now: datetime,
        rehearsed: tuple[datetime, datetime] | None = None,
    ) -> dict[str, Traffic]:
        """
        Find the highest bits per second in both directions, by id, of connections and of virtual interfaces.

        Under which of the ids of a LAG and its connections AWS publishes the traffic of the LAG's virtual interfaces is
        not known: what all ``port_ids`` show of one is added up.

        The look-back is longer by the time in which BGP was ``rehearsed`` to be down, whose points may be missing.

        A value that is not a number counts as infinite. Raises AwsBusyError and AwsDeniedError.
        """
        window = _window(now, self._lookback, rehearsed)
        of = {id_: (id_,) for id_ in connection_ids} | dict.fromkeys(virtual_interface_ids, port_ids)
        queries = list(_queries(of, window.period))
        series = {query["Label"]: _Series() for query in queries}
        for first in range(0, len(queries), window.queries_per_call):
            for result in self._results(queries[first : first + window.queries_per_call], window):
                _add(series, result, window)
        if missing := [label for label, one in series.items() if not one.is_complete]:
            raise AwsBusyError(f"cloudwatch:GetMetricData answered only a part of {', '.join(missing[:3])}")
        return {
            id_: _traffic(
                [(series[_label(id_, port, "Ingress")], series[_label(id_, port, "Egress")]) for port in ports], window
            )
            for id_, ports in of.items()
        }

    def _results(self, queries: list[dict[str, Any]], window: _Window) -> Iterator[Mapping[str, Any]]:
        try:
            yield from pages(
                self._client(),
                "GetMetricData",
                "MetricDataResults",
                "NextToken",
                MetricDataQueries=queries,
                StartTime=window.start,
                EndTime=window.end,
                ScanBy="TimestampAscending",
            )
        except RefusedError as refusal:
            raise AwsBusyError(f"AWS refused cloudwatch:GetMetricData: {refusal}") from None


def _window(now: datetime, lookback: timedelta, rehearsed: tuple[datetime, datetime] | None) -> _Window:
    # Whole periods only: CloudWatch is fastest, and leaves no half of one out, when the start is aligned.
    period = FIVE_MINUTES if lookback <= DAY else HOUR
    settled = _floor(now - SETTLED, period)
    began, ended = rehearsed or (now, now)
    excused = min(_floor(began, period), settled)
    # The period in which BGP came back is not whole either.
    resumed = min(_floor(ended, period) + period, settled) if rehearsed else excused
    return _Window(
        period=period,
        start=_floor(now - lookback - (ended - began), period),
        settled=settled,
        # The end is exclusive.
        end=now + timedelta(seconds=1),
        excused=excused,
        resumed=resumed,
    )


def _floor(moment: datetime, period: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % period


def _add(series: dict[str, _Series], result: Mapping[str, Any], window: _Window) -> None:
    """Add one page of a series; the points are in ascending order of time."""
    try:
        values, timestamps, one = result["Values"], result["Timestamps"], series[result["Label"]]
        # PartialData has its rest on a later page. Any other word, such as InternalError, is not all of the traffic.
        one.is_complete = result["StatusCode"] == "Complete"
        fits = len(values) == len(timestamps) and result["StatusCode"] in {"Complete", "PartialData"}
        if values:
            # A sum shows whether any value is not a number; a maximum may hide it.
            peak = inf if isnan(sum(values)) else float(max(values))
            one.peak = peak if one.peak is None else max(one.peak, peak)
            # Points that came on an earlier page already do not count twice.
            first = bisect_left(timestamps, window.start) if one.last is None else bisect_right(timestamps, one.last)
            counted = [bisect_left(timestamps, at) for at in (window.settled, window.resumed, window.excused)]
            one.points += max(counted[0] - first, 0) - max(counted[1] - max(counted[2], first), 0)
            one.last = timestamps[-1]
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
        fits = False
    if not fits:
        raise AwsBusyError("cloudwatch:GetMetricData answered a series that failed or does not fit AWS's model")


def _traffic(directions: list[tuple[_Series, _Series]], window: _Window) -> Traffic:
    """Add up what each port shows; its points are those of the direction that has fewer, of the port that has most."""

    def total(peaks: list[float | None]) -> float | None:
        known = [peak for peak in peaks if peak is not None]
        return sum(known) if known else None

    return Traffic(
        ingress=total([ingress.peak for ingress, _ in directions]),
        egress=total([egress.peak for _, egress in directions]),
        points=max(min(ingress.points, egress.points) for ingress, egress in directions),
        expected_points=window.expected_points,
    )


def _label(id_: str, port_id: str, direction: str) -> str:
    return f"{id_} {direction}" if id_ == port_id else f"{id_} {direction} on {port_id}"


def _queries(of: Mapping[str, tuple[str, ...]], period: timedelta) -> Iterator[dict[str, Any]]:
    parts = [(id_, port_id) for id_, port_ids in of.items() for port_id in port_ids]
    for number, (id_, port_id) in enumerate(parts):
        is_port = id_ == port_id
        dimensions = {"ConnectionId": port_id} | ({} if is_port else {"VirtualInterfaceId": id_})
        for direction in ("Ingress", "Egress"):
            yield {
                "Id": f"{direction.lower()}{number}",
                "Label": _label(id_, port_id, direction),
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/DX",
                        "MetricName": f"{'Connection' if is_port else 'VirtualInterface'}Bps{direction}",
                        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
                    },
                    "Period": period // timedelta(seconds=1),
                    "Stat": "Maximum",
                },
            }
