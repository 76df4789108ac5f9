"""What CloudWatch is told, in the embedded metric format (EMF) on standard output."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from decommission.decision import Decision
from decommission.models import Observation
from decommission.run import Phase, Run


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


def seen(run: Run, observation: Observation, decision: Decision, now: datetime) -> dict[Metric, float]:
    """
    Measure what this step saw for the first time in its run.

    ``run`` is the run before this step, so that what an earlier step saw go is not counted again.
    """
    remaining = {v.virtual_interface_id for v in observation.remaining}
    values: dict[Metric, float] = {
        Metric.VIRTUAL_INTERFACES_REMAINING: len(remaining),
        Metric.VIRTUAL_INTERFACE_DELETED: len(run.remaining_ids - remaining),
    }
    match decision.phase:
        case Phase.COMPLETED if decision.already_gone:
            values[Metric.CONNECTION_ALREADY_GONE] = 1
        case Phase.COMPLETED:
            values[Metric.CONNECTION_DELETED] = 1
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
    return {metric: value for metric, value in values.items() if value or metric is Metric.VIRTUAL_INTERFACES_REMAINING}


def publish(connection_id: str, values: Mapping[Metric, float]) -> None:
    """
    Print one EMF document.

    Namespace and service come from the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME). The
    connection's id is metadata: as a dimension, each connection would be a new metric, and billed as one.
    """
    metrics = EphemeralMetrics()
    metrics.add_metadata("connectionId", connection_id)
    for metric, value in values.items():
        metrics.add_metric(name=metric, unit=metric.unit, value=value)
    metrics.flush_metrics()
