"""Looks and runs for the tests of the decision."""

from dataclasses import replace
from datetime import timedelta

from decommission.decided import Delete, LookAgain, Rehearse, SeemsGone, Stop
from decommission.decision import next_step
from decommission.models import Observation, VirtualInterface
from decommission.run import Action, Call, CallOutcome, NewRun, Outcome, Override, Phase, Request, Run, Verdict
from tests.support.strategies import CONNECTION_ID, START, connection, plan_of, virtual_interface

NOW = START + timedelta(minutes=10)
LEAST_PATIENCE = timedelta(minutes=30)
NEW_RUN = NewRun(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)
DRY_RUN = replace(NEW_RUN, request=replace(NEW_RUN.request, dry_run=True))
ONE, TWO, THREE = (virtual_interface(f"aaaaaaa{number}") for number in (1, 2, 3))
# How a sentence describes ONE.
SHOWN = "dxvif-aaaaaaa1 (private, VLAN 101, available)"
# Two of these block.
VERDICTS = tuple(
    Verdict(guard=guard, outcome=outcome, reason=f"{number} found")
    for number, (guard, outcome) in enumerate(
        {
            "stack": Outcome.BLOCK,
            "lag": Outcome.PASS,
            "traffic": Outcome.BLOCK,
            "routes": Outcome.WARN,
            "state": Outcome.OVERRIDDEN,
        }.items()
    )
)


def see(connection_state: str | None, *interfaces: VirtualInterface, lag_id: str | None = None) -> Observation:
    shown = None if connection_state is None else connection(connection_state, lag_id)
    return Observation(region="eu-central-1", port=shown, virtual_interfaces=interfaces)


def under_way(*interfaces: VirtualInterface, lag_id: str | None = None) -> Run:
    return Run(
        request=NEW_RUN.request,
        started_at=START,
        plan=plan_of(connection(lag_id=lag_id), interfaces),
        port=connection(lag_id=lag_id),
        port_states={CONNECTION_ID: "available"},
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        phase_started_at=START,
    )


def overriding(run: Run, *overrides: Override) -> Run:
    return replace(run, request=replace(run.request, overrides=overrides))


def call(
    resource_id: str,
    outcome: CallOutcome = CallOutcome.ACCEPTED,
    *,
    action: Action = Action.DELETE_VIRTUAL_INTERFACE,
    minutes: int = 1,
    words: str | None = None,
) -> Call:
    """Return a call that the run made this many minutes after its start."""
    return Call(
        action=action,
        resource_id=resource_id,
        requested_at=START + timedelta(minutes=minutes),
        outcome=outcome,
        request_id=f"request-{minutes}",
        words=words,
    )


DELETED_CONNECTION = call(CONNECTION_ID, action=Action.DELETE_CONNECTION)


def after(run: Run, *calls: Call) -> Run:
    return run.with_calls(calls)


def decide(observation: Observation, run: Run) -> Delete | Rehearse | LookAgain | SeemsGone | Stop:
    return next_step(observation, run, NOW, least_patience=LEAST_PATIENCE)
