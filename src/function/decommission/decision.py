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
    DISASSOCIATE_FROM_LAG = "DISASSOCIATE_FROM_LAG"
    DELETE_CONNECTION = "DELETE_CONNECTION"
    LOOK_AGAIN = "LOOK_AGAIN"
    STOP = "STOP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``virtual_interface_ids`` are those to delete, and empty for every other action."""

    action: Action
    phase: Phase
    reason: str
    virtual_interface_ids: tuple[str, ...] = ()
    already_gone: bool = False


def decide(observation: Observation, run: Run, now: datetime) -> Decision:
    """
    Choose what this step does. Only what the plan names is ever deleted, virtual interfaces first.

    The first step, which is the one before there is a phase, makes the plan and asks the guards, and deletes nothing:
    if it broke off, its retry would plan anew, and what appeared in between would be deleted with the rest.
    """
    connection, remaining = observation.connection, observation.remaining
    gone = connection is None or connection.presence is Presence.GONE
    if gone and not remaining and not run.blocks:
        return _completed(observation, run)
    if run.request.dry_run:
        return _stop(Phase.PLANNED, _planned(observation, run))
    if run.blocks:
        return _stop(Phase.BLOCKED, f"{run.request.connection_id} is {_blocks(run)}; nothing was deleted")
    if now >= run.deadline:
        return _stop(Phase.TIMED_OUT, _timed_out(observation, run))
    if connection is None or gone or run.plan is None:
        return _contradiction(remaining, run)
    return _begun(connection, remaining) if run.phase is None else _go_on(connection, remaining, run, run.plan)


def _completed(observation: Observation, run: Run) -> Decision:
    connection_id = run.request.connection_id
    if run.phase is None:
        reason = (
            f"there was no {connection_id} in {observation.region} in this account when the run began, and nothing was "
            "deleted; a mistyped id or the wrong region look just like a connection that is already gone, so make sure "
            "that nobody still pays for the real one"
        )
        return Decision(action=Action.STOP, phase=Phase.COMPLETED, reason=reason, already_gone=True)
    count = len(run.plan.virtual_interfaces) if run.plan else 0
    return _stop(Phase.COMPLETED, f"{connection_id} is gone" + (f", with {_interfaces(count)}" if count else ""))


def _contradiction(remaining: tuple[VirtualInterface, ...], run: Run) -> Decision:
    reason = f"AWS no longer shows {run.request.connection_id}, but still lists on it {_listed(remaining)}"
    if run.phase is None:
        return _stop(Phase.BLOCKED, f"{reason}; start again once the two agree")
    return _look_again(Phase.DELETING_VIRTUAL_INTERFACES, reason)


def _begun(connection: Connection, remaining: tuple[VirtualInterface, ...]) -> Decision:
    named = f"{_interfaces(len(remaining))} ({_listed(remaining)}) and " if remaining else ""
    phase = Phase.DELETING_VIRTUAL_INTERFACES if remaining else Phase.DELETING_CONNECTION
    return _look_again(phase, f"the plan is made: next {named}{connection.connection_id} will be deleted")


def _planned(observation: Observation, run: Run) -> str:
    remaining = observation.remaining
    named = f"{_interfaces(len(remaining))} ({_listed(remaining)}) and " if remaining else ""
    verdict = f"; it would be {_blocks(run)}" if run.blocks else ""
    return f"dry run: a run would delete {named}{run.request.connection_id}{verdict}"


def _blocks(run: Run) -> str:
    *names, last = [verdict.guard for verdict in run.blocks]
    reasons = "; ".join(f"{verdict.guard}: {verdict.reason}" for verdict in run.blocks)
    return f"blocked by {', '.join(names) + ' and ' if names else ''}{last}: {reasons}"


def _go_on(connection: Connection, remaining: tuple[VirtualInterface, ...], run: Run, plan: Plan) -> Decision:
    planned = set(plan.virtual_interface_ids)
    unplanned = tuple(v for v in remaining if v.virtual_interface_id not in planned)
    if unplanned or connection.lag_id not in {None, plan.lag_id}:
        return _stop(Phase.BLOCKED, _changed(connection, unplanned))
    if _is_unclear(connection, run):
        phase = Phase.DELETING_VIRTUAL_INTERFACES if remaining else Phase.DELETING_CONNECTION
        return _look_again(phase, f"nothing is deleted while {_unclear(connection.connection_id, connection)}")
    if remaining:
        return _virtual_interfaces_first(remaining, run, plan)
    if connection.presence is Presence.DELETING:
        return _look_again(Phase.DELETING_CONNECTION, f"{connection.connection_id} is still being deleted")
    if connection.lag_id:
        return Decision(
            action=Action.DISASSOCIATE_FROM_LAG,
            phase=Phase.DELETING_CONNECTION,
            reason=f"{connection.connection_id} leaves {connection.lag_id} before it is deleted",
        )
    reason = f"no virtual interface is left: deleting {connection.connection_id} ({connection.state})"
    return Decision(action=Action.DELETE_CONNECTION, phase=Phase.DELETING_CONNECTION, reason=reason)


def _changed(connection: Connection, unplanned: tuple[VirtualInterface, ...]) -> str:
    id_ = connection.connection_id
    what = f"there appeared on {id_} {_listed(unplanned)}" if unplanned else f"{id_} joined {connection.lag_id}"
    return (
        f"since the plan was made {what}: somebody still builds on this connection; nothing more is deleted; find out "
        "who, then start again"
    )


def _virtual_interfaces_first(remaining: tuple[VirtualInterface, ...], run: Run, plan: Plan) -> Decision:
    total = _interfaces(len(plan.virtual_interfaces))
    reasons: list[str] = []
    ready: list[VirtualInterface] = []
    deleting: list[VirtualInterface] = []
    for v in remaining:
        if v.presence is Presence.DELETING:
            deleting.append(v)
        elif _is_unclear(v, run):
            reasons.append(_unclear(v.virtual_interface_id, v))
        # Whether AWS deletes an interface under test is not known, and somebody is working on it.
        elif v.state == VirtualInterfaceState.TESTING and not run.request.override_of("failover-test"):
            reasons.append(f"a BGP failover test runs on {v.virtual_interface_id}: stop it, or wait for its end")
        else:
            ready.append(v)
    if deleting:
        ids = ", ".join(v.virtual_interface_id for v in deleting)
        verb = "is" if len(deleting) == 1 else "are"
        reasons.insert(0, f"{len(deleting)} of {total} {verb} still being deleted: {ids}")
    if not ready:
        return _look_again(Phase.DELETING_VIRTUAL_INTERFACES, "; ".join(reasons))
    return Decision(
        action=Action.DELETE_VIRTUAL_INTERFACES,
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        reason="; ".join([f"deleting {len(ready)} of {total}: {_listed(ready)}", *reasons]),
        virtual_interface_ids=tuple(v.virtual_interface_id for v in ready),
    )


def _is_unclear(resource: Connection | VirtualInterface, run: Run) -> bool:
    """Say whether a state is no reason to go on; who overrides the guard of states takes it for present."""
    return resource.presence is Presence.UNCLEAR and not run.request.override_of("state")


def _timed_out(observation: Observation, run: Run) -> str:
    standing = [_described(v) for v in observation.remaining]
    connection = observation.connection
    if connection is not None and connection.presence is not Presence.GONE:
        standing.append(f"{connection.connection_id} ({connection.state})")
    return (
        f"the deadline, {run.request.patience_minutes} minutes after the start, has passed at "
        f"{run.deadline:%Y-%m-%d %H:%M:%S %Z}; still there: {', '.join(standing)}; nothing more is deleted; "
        "a new run goes on from here"
    )


def _stop(phase: Phase, reason: str) -> Decision:
    return Decision(action=Action.STOP, phase=phase, reason=reason)


def _look_again(phase: Phase, reason: str) -> Decision:
    return Decision(action=Action.LOOK_AGAIN, phase=phase, reason=reason)


def _unclear(resource_id: str, resource: Connection | VirtualInterface) -> str:
    return f"the state of {resource_id} is {resource.state!r}, which does not tell whether it is there"


def _listed(virtual_interfaces: Iterable[VirtualInterface]) -> str:
    return ", ".join(_described(v) for v in virtual_interfaces)


def _described(v: VirtualInterface) -> str:
    vlan = f", VLAN {v.vlan}" if v.vlan is not None else ""
    return f"{v.virtual_interface_id} ({v.type}{vlan}, {v.state})"


def _interfaces(count: int) -> str:
    return f"{count} virtual interface{'' if count == 1 else 's'}"
