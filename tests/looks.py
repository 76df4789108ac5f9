"""What tests show to the decision: a look at the world, in a run that is just beginning or on its way."""

from dataclasses import replace
from datetime import timedelta

from decommission.models import Observation, VirtualInterface
from decommission.plan import Plan
from decommission.run import Override, Phase, Request, Run, Verdict
from tests.strategies import CONNECTION_ID, START, connection

NOW = START + timedelta(minutes=10)
RUN = Run(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)


def see(connection_state: str | None, *interfaces: VirtualInterface, lag_id: str | None = None) -> Observation:
    shown = None if connection_state is None else connection(connection_state, lag_id)
    return Observation(region="eu-central-1", connection=shown, virtual_interfaces=interfaces)


def planned(*interfaces: VirtualInterface, lag_id: str | None = None) -> Run:
    plan = Plan.of(connection(lag_id=lag_id), interfaces)
    return replace(RUN, plan=plan, phase=Phase.DELETING_VIRTUAL_INTERFACES, phase_started_at=START)


def first(*interfaces: VirtualInterface, verdicts: tuple[Verdict, ...] = (), dry_run: bool = False) -> Run:
    request = replace(RUN.request, dry_run=dry_run)
    return replace(RUN, request=request, plan=Plan.of(connection(), interfaces), verdicts=verdicts)


def overriding(run: Run, guard: str) -> Run:
    return replace(run, request=replace(run.request, overrides=(Override(guard=guard, reason="CHG-1234"),)))
