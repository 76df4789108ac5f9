"""The metrics, in CloudWatch's embedded metric format (EMF) on standard output."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from decommission.decided import Stop
from decommission.models import Observation
from decommission.run import Action, Call, NewRun, Outcome, Phase, Run
from decommission.schemas import JSON


class Metric(StrEnum):
    VIRTUAL_INTERFACE_DELETE_REQUESTED = "VirtualInterfaceDeleteRequested"
    VIRTUAL_INTERFACE_DELETED = "VirtualInterfaceDeleted"
    VIRTUAL_INTERFACES_REMAINING = "VirtualInterfacesRemaining"
    CONNECTION_DELETE_REQUESTED = "ConnectionDeleteRequested"
    CONNECTION_DELETED = "ConnectionDeleted"
    CONNECTION_ALREADY_GONE = "ConnectionAlreadyGone"
    DECOMMISSION_COMPLETED = "DecommissionCompleted"
    DECOMMISSION_TIMED_OUT = "DecommissionTimedOut"
    DECOMMISSION_BLOCKED = "DecommissionBlocked"
    DECOMMISSION_DURATION = "DecommissionDuration"
    GUARD_BLOCKED = "GuardBlocked"

    @property
    def unit(self) -> MetricUnit:
        return MetricUnit.Seconds if self is Metric.DECOMMISSION_DURATION else MetricUnit.Count


def requested(run: Run, calls: Iterable[Call]) -> dict[Metric, float]:
    """Count the deletions that AWS accepted in this step, except those that it accepted in an earlier step."""
    before = {(c.action, c.resource_id) for c in run.calls if c.is_accepted}
    accepted = Counter(c.action for c in calls if c.is_accepted and (c.action, c.resource_id) not in before)
    counted = {
        Metric.VIRTUAL_INTERFACE_DELETE_REQUESTED: accepted[Action.DELETE_VIRTUAL_INTERFACE],
        Metric.CONNECTION_DELETE_REQUESTED: accepted[Action.DELETE_CONNECTION],
    }
    return {metric: count for metric, count in counted.items() if count}


def ended(run: NewRun, observation: Observation, stop: Stop, now: datetime) -> dict[Metric, float]:
    """
    Return the end-of-run metrics. Only the step that wrote the report emits them, so that they count once.

    What somebody else deleted is not counted, and a dry run counts nothing.
    """
    values: dict[Metric, float] = {}
    deleted = run.deleted_ids if isinstance(run, Run) else frozenset()
    if isinstance(run, Run):
        remaining = {v.virtual_interface_id for v in observation.remaining}
        values[Metric.VIRTUAL_INTERFACE_DELETED] = len((deleted & set(run.plan.virtual_interface_ids)) - remaining)
    match stop.phase:
        case Phase.COMPLETED if stop.already_gone:
            values[Metric.CONNECTION_ALREADY_GONE] = int(not observation.named)
        case Phase.COMPLETED:
            leaving = set(run.plan.leaving_ids) - {run.request.lag_id} if isinstance(run, Run) else set()
            values[Metric.CONNECTION_DELETED] = len(deleted & leaving)
            values[Metric.DECOMMISSION_COMPLETED] = 1
            rehearsed = run.rehearsal.ended_at if isinstance(run, Run) and run.rehearsal else None
            values[Metric.DECOMMISSION_DURATION] = max((now - (rehearsed or run.notice_ends_at)).total_seconds(), 0)
        case Phase.TIMED_OUT:
            values[Metric.DECOMMISSION_TIMED_OUT] = 1
        case Phase.BLOCKED:
            values[Metric.DECOMMISSION_BLOCKED] = 1
        case (
            Phase.NOTICE
            | Phase.REHEARSING
            | Phase.DELETING_VIRTUAL_INTERFACES
            | Phase.DELETING_CONNECTION
            | Phase.DELETING_LAG
            | Phase.PLANNED
        ):
            pass
        case _:
            assert_never(stop.phase)
    return {metric: value for metric, value in values.items() if value}


def publish(run: NewRun, region: str, values: Mapping[Metric, float]) -> None:
    """
    Print one EMF document; none without values, and none for a dry run.

    Namespace and service come from the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME). The id of
    the connection or LAG and its place are metadata: as dimensions, each would be a new metric, and billed as one.
    """
    _print(run, region, values, dimensions={})


def publish_blocks(run: NewRun, region: str, stop: Stop, result: JSON) -> None:
    """
    Print one EMF document for each guard that blocks a run that ends as BLOCKED; none for a dry run.

    The guard is a dimension, because there are few of them; one document has one set of dimensions.
    """
    if stop.phase is Phase.BLOCKED:
        for verdict in result["guards"]:
            if verdict["outcome"] == Outcome.BLOCK:
                _print(run, region, {Metric.GUARD_BLOCKED: 1}, dimensions={"guard": verdict["guard"]})


def _print(run: NewRun, region: str, values: Mapping[Metric, float], *, dimensions: Mapping[str, str]) -> None:
    if not values or run.request.dry_run:
        return
    metrics = EphemeralMetrics()
    metrics.add_metadata("connectionId", run.request.port_id)
    metrics.add_metadata("region", region)
    if run.account is not None:
        metrics.add_metadata("account", run.account)
    for name, dimension in dimensions.items():
        metrics.add_dimension(name=name, value=dimension)
    for metric, value in values.items():
        metrics.add_metric(name=metric, unit=metric.unit, value=value)
    metrics.flush_metrics()
