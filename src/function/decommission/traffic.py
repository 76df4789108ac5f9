"""What CloudWatch knows of the traffic on a connection and on its virtual interfaces."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from decommission.calls import RefusedError, call
from decommission.errors import DirectConnectBusyError
from decommission.models import Traffic

if TYPE_CHECKING:
    from botocore.client import BaseClient

# Direct Connect publishes every five minutes: https://docs.aws.amazon.com/directconnect/latest/UserGuide/viewing-metrics.html
PERIOD_SECONDS = 300
# What one call takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
MOST_QUERIES = 500


class TrafficMeter:
    """``client`` makes the CloudWatch client: only the first step of a run needs it."""

    def __init__(self, client: Callable[[], "BaseClient"]) -> None:
        self._client = client

    def peaks(
        self, connection_id: str, virtual_interface_ids: tuple[str, ...], *, since: datetime, until: datetime
    ) -> dict[str, Traffic]:
        """
        Find the highest bits per second, by id, in both directions; one call for a connection with its 51 interfaces.

        Raises DirectConnectBusyError and DirectConnectDeniedError.
        """
        queries = list(_queries(connection_id, virtual_interface_ids))
        peaks: dict[str, float] = {}
        for start in range(0, len(queries), MOST_QUERIES):
            for result in self._results(queries[start : start + MOST_QUERIES], since, until):
                peaks[result["Label"]] = max([*result["Values"], peaks.get(result["Label"], float("-inf"))])
        return {
            id_: Traffic(ingress=_known(peaks, f"{id_} Ingress"), egress=_known(peaks, f"{id_} Egress"))
            for id_ in (connection_id, *virtual_interface_ids)
        }

    def _results(self, queries: list[dict[str, Any]], since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        # Whole periods only: CloudWatch is fastest, and leaves no half of one out, when the start is aligned.
        aligned = datetime.fromtimestamp(since.timestamp() // PERIOD_SECONDS * PERIOD_SECONDS, tz=since.tzinfo)
        seen: set[str] = set()
        token: str | None = None
        while True:
            try:
                page = call(
                    self._client(),
                    "GetMetricData",
                    MetricDataQueries=queries,
                    StartTime=aligned,
                    EndTime=until + timedelta(seconds=1),
                    **({"NextToken": token} if token else {}),
                )
            except RefusedError as refusal:
                raise DirectConnectBusyError(f"AWS refused cloudwatch:GetMetricData: {refusal}") from refusal
            for result in page["MetricDataResults"]:
                status = result.get("StatusCode", "Complete")
                # PartialData is the rest to come on the next page; without one, the rest is not known.
                if status != "Complete" and not (status == "PartialData" and page.get("NextToken")):
                    raise DirectConnectBusyError(f"CloudWatch answered {status}, which is not all of the traffic")
                yield result
            token = page.get("NextToken")
            if not token:
                return
            if token in seen:
                raise DirectConnectBusyError("CloudWatch answered the same page token twice")
            seen.add(token)


def _queries(connection_id: str, virtual_interface_ids: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    parts = [(connection_id, "Connection", {"ConnectionId": connection_id})]
    parts += [
        (id_, "VirtualInterface", {"ConnectionId": connection_id, "VirtualInterfaceId": id_})
        for id_ in virtual_interface_ids
    ]
    for number, (id_, kind, dimensions) in enumerate(parts):
        for direction in ("Ingress", "Egress"):
            yield {
                "Id": f"{direction.lower()}{number}",
                "Label": f"{id_} {direction}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/DX",
                        "MetricName": f"{kind}Bps{direction}",
                        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
                    },
                    "Period": PERIOD_SECONDS,
                    "Stat": "Maximum",
                },
            }


def _known(peaks: dict[str, float], label: str) -> float | None:
    peak = peaks.get(label, float("-inf"))
    return None if peak == float("-inf") else peak
