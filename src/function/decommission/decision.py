"""
The decision: from one look at the world to one thing to do.

``decide`` is pure and total. It answers for every state, every word that AWS may invent, and every time,
and each answer carries a sentence that an operator can act on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from decommission.models import Connection, Observation, Presence, VirtualInterface, VirtualInterfaceState
from decommission.plan import Plan
from decommission.run import Phase, Run


class Action(StrEnum):
    """What is to be done; what was done is the result's to tell."""

    DELETE_VIRTUAL_INTERFACES = "DELETE_VIRTUAL_INTERFACES"
    DELETE_CONNECTION = "DELETE_CONNECTION"
    LOOK_AGAIN = "LOOK_AGAIN"
    STOP = "STOP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``virtual_interface_ids`` are those to delete, and empty for every other action."""

    action: Action
    phase: Phase
    reason: str
    plan: Plan | None
    virtual_interface_ids: tuple[str, ...] = ()
    already_gone: bool = False


def decide(observation: Observation, run: Run, now: datetime) -> Decision:
    """Choose what this step does. Only what the plan names is ever deleted, virtual interfaces first."""
    connection, remaining = observation.connection, observation.remaining
    gone = connection is None or connection.presence is Presence.GONE
    if gone and not remaining:
        return _completed(observation, run)
    if now >= run.deadline:
        return _stop(Phase.TIMED_OUT, _timed_out(observation, run), run.plan)
    if connection is None or gone:
        return _contradiction(remaining, run)
    if run.plan is None:
        return _first_step(connection, remaining, run)
    return _go_on(connection, remaining, run.plan)


def _completed(observation: Observation, run: Run) -> Decision:
    connection_id = run.request.connection_id
    if run.plan is None:
        reason = (
            f"there was no {connection_id} in {observation.region} in this account when the run began, and nothing was "
            "deleted; a mistyped id or the wrong region look just like a connection that is already gone, so make sure "
            "that nobody still pays for the real one"
        )
        return Decision(action=Action.STOP, phase=Phase.COMPLETED, reason=reason, plan=None, already_gone=True)
    count = len(run.plan.virtual_interfaces)
    reason = (
        f"{connection_id} is gone, with {_counted(count, 'virtual interface')}" if count else f"{connection_id} is gone"
    )
    return _stop(Phase.COMPLETED, reason, run.plan)


def _contradiction(remaining: tuple[VirtualInterface, ...], run: Run) -> Decision:
    reason = f"AWS no longer shows {run.request.connection_id}, but still lists on it {_listed(remaining)}"
    if run.plan is None:
        return _stop(Phase.BLOCKED, f"{reason}; start again once the two agree", None)
    return _look_again(Phase.DELETING_VIRTUAL_INTERFACES, reason, run.plan)


def _first_step(connection: Connection, remaining: tuple[VirtualInterface, ...], run: Run) -> Decision:
    plan = Plan.of(connection, remaining)
    obstacle = _obstacle(connection, plan, run)
    if run.request.dry_run:
        named = f"{_counted(len(remaining), 'virtual interface')} ({_listed(remaining)}) and " if remaining else ""
        verdict = f"; it would be blocked: {obstacle}" if obstacle else ""
        reason = f"dry run: a run would delete {named}{connection.connection_id} ({connection.state}){verdict}"
        return _stop(Phase.PLANNED, reason, plan)
    if obstacle:
        return _stop(Phase.BLOCKED, f"{obstacle}; nothing was deleted", plan)
    return _go_on(connection, remaining, plan)


def _obstacle(connection: Connection, plan: Plan, run: Run) -> str | None:
    if connection.lag_id:
        return _member(connection)
    if run.request.plan_digest not in {None, plan.digest}:
        return (
            f"planDigest is {run.request.plan_digest}, but today's plan has {plan.digest}: what is attached to "
            f"{connection.connection_id} is no longer what was approved; look at a new plan and approve that"
        )
    return None


def _go_on(connection: Connection, remaining: tuple[VirtualInterface, ...], plan: Plan) -> Decision:
    if connection.lag_id:
        return _stop(Phase.BLOCKED, f"{_member(connection)}; nothing more is deleted", plan)
    planned = set(plan.virtual_interface_ids)
    unplanned = tuple(v for v in remaining if v.virtual_interface_id not in planned)
    if unplanned:
        reason = (
            f"since the plan was made there appeared on {connection.connection_id} {_listed(unplanned)}: somebody "
            "still builds on this connection; nothing more is deleted; find out who, then start again"
        )
        return _stop(Phase.BLOCKED, reason, plan)
    if connection.presence is Presence.UNCLEAR:
        phase = Phase.DELETING_VIRTUAL_INTERFACES if remaining else Phase.DELETING_CONNECTION
        return _look_again(phase, f"nothing is deleted while {_unclear(connection.connection_id, connection)}", plan)
    if remaining:
        return _virtual_interfaces_first(remaining, plan)
    if connection.presence is Presence.DELETING:
        return _look_again(Phase.DELETING_CONNECTION, f"{connection.connection_id} is still being deleted", plan)
    reason = f"no virtual interface is left: deleting {connection.connection_id} ({connection.state})"
    return Decision(action=Action.DELETE_CONNECTION, phase=Phase.DELETING_CONNECTION, reason=reason, plan=plan)


def _virtual_interfaces_first(remaining: tuple[VirtualInterface, ...], plan: Plan) -> Decision:
    total = _counted(len(plan.virtual_interfaces), "virtual interface")
    reasons: list[str] = []
    ready: list[VirtualInterface] = []
    deleting: list[VirtualInterface] = []
    for v in remaining:
        match v.presence:
            case Presence.UNCLEAR:
                reasons.append(_unclear(v.virtual_interface_id, v))
            case Presence.DELETING:
                deleting.append(v)
            # Whether AWS deletes an interface under test is not known, and somebody is working on it.
            case Presence.PRESENT if v.state == VirtualInterfaceState.TESTING:
                reasons.append(f"a BGP failover test runs on {v.virtual_interface_id}: stop it, or wait for its end")
            case _:
                ready.append(v)
    if deleting:
        ids = ", ".join(v.virtual_interface_id for v in deleting)
        reasons.insert(
            0, f"{len(deleting)} of {total} {'is' if len(deleting) == 1 else 'are'} still being deleted: {ids}"
        )
    if not ready:
        return _look_again(Phase.DELETING_VIRTUAL_INTERFACES, "; ".join(reasons), plan)
    return Decision(
        action=Action.DELETE_VIRTUAL_INTERFACES,
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        reason="; ".join([f"deleting {len(ready)} of {total}: {_listed(ready)}", *reasons]),
        plan=plan,
        virtual_interface_ids=tuple(v.virtual_interface_id for v in ready),
    )


def _timed_out(observation: Observation, run: Run) -> str:
    standing = [_described(v) for v in observation.remaining]
    connection = observation.connection
    if connection is not None and connection.presence is not Presence.GONE:
        standing.append(f"{connection.connection_id} ({connection.state})")
    return (
        f"the deadline, {run.request.patience_minutes} minutes after the start, has passed at "
        f"{run.deadline:%Y-%m-%d %H:%M:%S} UTC; still there: {', '.join(standing)}; nothing more is deleted; "
        "a new run goes on from here"
    )


def _stop(phase: Phase, reason: str, plan: Plan | None) -> Decision:
    return Decision(action=Action.STOP, phase=phase, reason=reason, plan=plan)


def _look_again(phase: Phase, reason: str, plan: Plan) -> Decision:
    return Decision(action=Action.LOOK_AGAIN, phase=phase, reason=reason, plan=plan)


def _unclear(resource_id: str, resource: Connection | VirtualInterface) -> str:
    return f"the state of {resource_id} is {resource.state!r}, which does not tell whether it is there"


def _member(connection: Connection) -> str:
    return (
        f"{connection.connection_id} is a member of {connection.lag_id}, and its virtual interfaces are those of the "
        "LAG; disassociate it from the LAG first"
    )


def _listed(virtual_interfaces: Iterable[VirtualInterface]) -> str:
    return ", ".join(_described(v) for v in virtual_interfaces)


def _described(v: VirtualInterface) -> str:
    vlan = f", VLAN {v.vlan}" if v.vlan is not None else ""
    return f"{v.virtual_interface_id} ({v.type}{vlan}, {v.state})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
