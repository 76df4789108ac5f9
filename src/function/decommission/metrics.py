"""What CloudWatch is told, in the embedded metric format (EMF) on standard output."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from decommission.decision import Action, Decision
from decommission.models import Observation
from decommission.run import Deletion, Phase, Run


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

    @property
    def unit(self) -> MetricUnit:
        return MetricUnit.Seconds if self is Metric.DECOMMISSION_DURATION else MetricUnit.Count


def requested(run: Run, answers: Iterable[Deletion]) -> dict[Metric, float]:
    """Count the deletions that AWS accepted in this step; not again what it accepted in an earlier step of the run."""
    before = {(d.action, d.resource_id) for d in run.deletions if d.is_accepted}
    accepted = Counter(a.action for a in answers if a.is_accepted and (a.action, a.resource_id) not in before)
    counted = {
        Metric.VIRTUAL_INTERFACE_DELETE_REQUESTED: accepted[Action.DELETE_VIRTUAL_INTERFACES],
        Metric.CONNECTION_DELETE_REQUESTED: accepted[Action.DELETE_CONNECTION],
    }
    return {metric: count for metric, count in counted.items() if count}


def ended(run: Run, observation: Observation, decision: Decision, now: datetime) -> dict[Metric, float]:
    """
    Count what a run came to, at its end; whoever wrote the report does so, and therefore once.

    What somebody else deleted meanwhile is not counted: two runs for one connection count it once.
    """
    standing = {v.virtual_interface_id for v in observation.remaining}
    planned = set(run.plan.virtual_interface_ids) if run.plan else set()
    values: dict[Metric, float] = {Metric.VIRTUAL_INTERFACE_DELETED: len((planned & run.deleted_ids) - standing)}
    match decision.phase:
        case Phase.COMPLETED if decision.already_gone:
            values[Metric.CONNECTION_ALREADY_GONE] = 1
        case Phase.COMPLETED:
            values[Metric.CONNECTION_DELETED] = int(run.request.connection_id in run.deleted_ids)
            values[Metric.DECOMMISSION_COMPLETED] = 1
            values[Metric.DECOMMISSION_DURATION] = (now - run.started_at).total_seconds()
        case Phase.TIMED_OUT:
            values[Metric.DECOMMISSION_TIMED_OUT] = 1
        case Phase.BLOCKED:
            values[Metric.DECOMMISSION_BLOCKED] = 1
        case Phase.DELETING_VIRTUAL_INTERFACES | Phase.DELETING_CONNECTION | Phase.PLANNED:
            pass
        case _:
            assert_never(decision.phase)
    return {metric: value for metric, value in values.items() if value}


def publish(connection_id: str, values: Mapping[Metric, float]) -> None:
    """
    Print one EMF document; none if there is nothing to tell.

    Namespace and service come from the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME). The
    connection's id is metadata: as a dimension, each connection would be a new metric, and billed as one.
    """
    if not values:
        return
    metrics = EphemeralMetrics()
    metrics.add_metadata("connectionId", connection_id)
    for metric, value in values.items():
        metrics.add_metric(name=metric, unit=metric.unit, value=value)
    metrics.flush_metrics()
