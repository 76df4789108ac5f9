"""
The decision: from one look at the world to one thing to do.

Every function here is pure and total: it answers for every state, every word that AWS may invent, and every time, and
each answer carries a sentence that an operator can act on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from decommission.models import Aftermath, Connection, Observation, Presence, VirtualInterface
from decommission.remains import digest_of_what_is_left, what_is_left
from decommission.run import ABSENT, Action, NewRun, Outcome, Phase, Run, Verdict
from decommission.words import counted, described_all, listed, shortened

# AWS's words for an id of the wrong form. No other message decides anything.
MALFORMED = "has an invalid format"
# The reason of a result becomes the cause of a failed execution, which Step Functions limits to 32,768 characters. The
# verdicts and calls of the result hold the rest.
MOST_OF_A_VERDICT = 600
# A list of interconnects may lag behind a connection that has just left its LAG. How long is not known.
SETTLING_TIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan:
    """The first step: make the plan, ask the guards, delete nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Make ``action`` for each of ``resource_ids``, if the guards still agree."""

    action: Action
    resource_ids: tuple[str, ...]
    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain:
    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeemsGone:
    """The connection is no longer shown; ``confirmed`` decides what that means, after one more look around."""

    reason: str
    already_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """
    The run has ended.

    ``verdicts`` are those that the end adds to the verdicts of the run.
    """

    phase: Phase
    reason: str
    already_gone: bool = False
    verdicts: tuple[Verdict, ...] = ()


def first(observation: Observation, run: NewRun) -> MakePlan | SeemsGone | Stop:
    """Decide what the first step of a run does. It deletes nothing: if it broke off, its retry would plan anew."""
    connection, id_ = observation.connection, run.request.connection_id
    if connection is not None and not connection.is_gone:
        return MakePlan()
    if observation.remaining:
        reason = (
            f"{_shown(observation, id_)}, but lists virtual interfaces on it: {described_all(observation.remaining)}"
        )
        return _blocked_at_start(run, f"{reason}; start again once AWS shows both or neither")
    if connection is not None:
        reason = f"{id_} was already {connection.state} when the run began, so nothing was deleted"
        return SeemsGone(already_gone=True, reason=reason)
    if observation.refusal and MALFORMED in observation.refusal:
        return _blocked_at_start(run, f'AWS says: "{observation.refusal}"; correct the connectionId and start again')
    words = f' AWS says: "{observation.refusal}".' if observation.refusal else ""
    return SeemsGone(
        already_gone=True,
        reason=f"there was no {id_} in {observation.region} in this account when the run began, so nothing was deleted."
        f"{words} A mistyped id or the wrong region looks the same: make sure that nobody still pays for the real one",
    )


def planned(observation: Observation, run: NewRun, verdicts: Iterable[Verdict]) -> LookAgain | Stop:
    """Decide how the first step ends, after the guards have spoken."""
    connection, ready = observation.connection, observation.to_be_deleted
    blocks = _blocks(verdicts)
    named = f"{counted(ready)} ({described_all(ready)}) and " if ready else ""
    if run.request.dry_run:
        verdict = f"; it would be {blocks}" if blocks else ""
        plan = f"; the plan has the digest {digest_of_what_is_left(observation)}"
        reason = f"dry run: a run would delete {named}{run.request.connection_id}{plan}{verdict}"
        return Stop(phase=Phase.PLANNED, reason=reason)
    if blocks:
        return Stop(phase=Phase.BLOCKED, reason=f"{run.request.connection_id} is {blocks}; nothing was deleted")
    leaves = f"; before that it leaves {connection.lag_id}" if connection and connection.lag_id else ""
    reason = f"the plan is made: {named}{run.request.connection_id} will be deleted{leaves}"
    return LookAgain(phase=phase_of(observation.remaining), reason=reason)


def next_step(
    observation: Observation, run: Run, now: datetime, *, least_patience: timedelta
) -> Delete | LookAgain | SeemsGone | Stop:
    """
    Decide what a later step does. Only what the plan names is ever deleted, virtual interfaces first.

    The first deletion needs half of ``least_patience`` before the deadline, so that no run begins what it cannot end.
    """
    connection, remaining = observation.connection, observation.remaining
    if connection is None or connection.is_gone:
        return _without_connection(observation, run, now)
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=_timed_out(observation, run))
    if differences := run.plan.differences(connection, remaining):
        return _changed(observation, run, differences)
    if unclear := _unclear(connection, remaining, run, now):
        return LookAgain(phase=phase_of(remaining), reason=f"nothing is deleted while {unclear}")
    deletion = _deletion(connection, observation, run)
    if isinstance(deletion, Delete) and not run.has_begun and now > run.deadline - least_patience / 2:
        accepted = "AWS accepted no deletion, and " if run.calls else ""
        reason = f"{accepted}too little time was left to begin: {_timed_out(observation, run)}"
        return Stop(phase=Phase.TIMED_OUT, reason=reason)
    return deletion


def blocked(observation: Observation, run: Run) -> Stop:
    """End a run that a guard blocks after its first step."""
    reason = f"{run.request.connection_id} is {_blocks(run.verdicts)}; {what_is_left(observation, run)}"
    return Stop(phase=Phase.BLOCKED, reason=reason)


def confirmed(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    """Decide whether a connection that is not shown is really gone."""
    id_ = run.request.connection_id
    if aftermath.is_interconnect:
        reason = (
            f"{id_} is an interconnect, which carries the connections of a partner's customers: a partner's connection "
            "that leaves its LAG becomes one. It still exists and is still billed; this application does not delete it"
        )
        verdict = Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=reason)
        if isinstance(run, Run):
            return Stop(phase=Phase.BLOCKED, reason=f"blocked by hosted-connections: {reason}", verdicts=(verdict,))
        return replace(_blocked_at_start(run, reason), verdicts=(verdict,))
    if aftermath.is_interconnect is None and not isinstance(run, Run):
        reason = f"AWS refuses to say whether {id_} is an interconnect, which may still be billed; ask AWS Support"
        return _blocked_at_start(run, reason)
    if isinstance(run, Run) and (doubt := _doubt(aftermath, run, now)):
        if now < run.deadline:
            return LookAgain(phase=Phase.DELETING_CONNECTION, reason=doubt)
        return Stop(phase=Phase.TIMED_OUT, reason=f"{doubt}; ask AWS Support before the port is written off")
    moved = {
        v.virtual_interface_id: f"{v.virtual_interface_id} was moved to {v.connection_id} and was not deleted"
        for v in aftermath.elsewhere
    }
    gone = set(run.plan.virtual_interface_ids) - set(moved) if isinstance(run, Run) else set()
    what = f"{seems_gone.reason}, with {counted(gone)}" if gone else seems_gone.reason
    reason = "; ".join([what, *moved.values()])
    return Stop(phase=Phase.COMPLETED, reason=reason, already_gone=seems_gone.already_gone)


def _doubt(aftermath: Aftermath, run: Run, now: datetime) -> str:
    """Say why a connection that left its LAG may be an interconnect; an empty text if it cannot be one."""
    id_ = run.request.connection_id
    if run.plan.lag_id is None or run.has_accepted(Action.DELETE_CONNECTION):
        return ""
    if aftermath.is_interconnect is None:
        return f"AWS does not show {id_} any more, and refuses to say whether it became an interconnect"
    settled = max(run.last_asked(id_), run.phase_started_at) + SETTLING_TIME
    if now < settled:
        return (
            f"AWS does not show {id_} any more; until {settled:%H:%M:%S} UTC it may still turn out to be an "
            "interconnect, as a partner's connection becomes that leaves its LAG"
        )
    return ""


def _blocked_at_start(run: NewRun, reason: str) -> Stop:
    if run.request.dry_run:
        return Stop(phase=Phase.PLANNED, reason=f"dry run: a run would be blocked: {reason}")
    return Stop(phase=Phase.BLOCKED, reason=f"blocked: {reason}; nothing was deleted")


def _without_connection(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that AWS shows the connection as deleted, or not at all."""
    remaining, id_ = observation.remaining, run.request.connection_id
    # One answer that does not show it proves nothing, unless AWS has accepted its deletion.
    is_proven = (
        observation.connection is not None
        or run.connection_state == ABSENT
        or run.has_accepted(Action.DELETE_CONNECTION)
    )
    if not remaining and is_proven:
        return SeemsGone(reason=f"{id_} is gone")
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=_timed_out(observation, run))
    if not remaining:
        reason = f"AWS does not show {id_} any more; one answer is no proof, so the next step looks again"
        return LookAgain(phase=Phase.DELETING_CONNECTION, reason=reason)
    reason = f"{_shown(observation, id_)}, but still lists on it {described_all(remaining)}"
    return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=reason)


def _shown(observation: Observation, id_: str) -> str:
    connection = observation.connection
    return f"AWS shows {id_} as {connection.state}" if connection else f"AWS does not show {id_}"


def _changed(observation: Observation, run: Run, differences: tuple[str, ...]) -> Stop:
    reason = f"since the plan was made: {'; '.join(differences)}. Find out who changed it, then start again"
    verdict = Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason)
    return Stop(
        phase=Phase.BLOCKED,
        reason=f"{run.request.connection_id} is blocked by plan: {reason}; {what_is_left(observation, run)}",
        verdicts=(verdict,),
    )


def _unclear(connection: Connection, remaining: tuple[VirtualInterface, ...], run: Run, now: datetime) -> str:
    """Name what is in an unclear state that no override of ``state`` covers; an empty text if there is none."""
    states = {connection.connection_id: connection} | {v.virtual_interface_id: v for v in remaining}
    overrides = run.request.overrides_of("state")
    unclear = [
        f"the state of {id_} is {resource.state!r}"
        for id_, resource in states.items()
        if resource.presence is Presence.UNCLEAR
        and not any(override.covers(id_, at=now, has_begun=run.has_begun) for override in overrides)
    ]
    incomplete = [
        f"AWS does not show the owner or the type of {v.virtual_interface_id}"
        for v in remaining
        if v.is_to_be_deleted and not v.is_described
    ]
    return "; ".join([*unclear, *incomplete])


def _deletion(connection: Connection, observation: Observation, run: Run) -> Delete | LookAgain:
    remaining, ready, id_ = observation.remaining, observation.to_be_deleted, connection.connection_id
    deleting = [v.virtual_interface_id for v in remaining if not v.is_to_be_deleted]
    if remaining:
        phase = Phase.DELETING_VIRTUAL_INTERFACES
        # One that somebody was deleting before the run began is in no plan.
        total = counted({*run.plan.virtual_interface_ids, *(v.virtual_interface_id for v in remaining)})
        are = "is" if len(deleting) == 1 else "are"
        waiting = f"{len(deleting)} of {total} {are} still being deleted: {listed(deleting)}" if deleting else ""
        if not ready:
            return LookAgain(phase=phase, reason=waiting)
        reason = f"deleting {len(ready)} of {total}: {described_all(ready)}"
        return Delete(
            action=Action.DELETE_VIRTUAL_INTERFACE,
            # One that never answers in time must not hold up the others: what was asked last is asked last.
            resource_ids=tuple(sorted((v.virtual_interface_id for v in ready), key=run.last_asked)),
            phase=phase,
            reason=f"{waiting}; {reason}" if waiting else reason,
        )
    phase = Phase.DELETING_CONNECTION
    if connection.presence is Presence.DELETING:
        return LookAgain(phase=phase, reason=f"{id_} is still being deleted")
    if connection.lag_id:
        reason = f"{id_} leaves {connection.lag_id} before it is deleted"
        return Delete(action=Action.DISASSOCIATE_FROM_LAG, resource_ids=(id_,), phase=phase, reason=reason)
    reason = f"no virtual interface is left: deleting {id_} ({connection.state})"
    return Delete(action=Action.DELETE_CONNECTION, resource_ids=(id_,), phase=phase, reason=reason)


def phase_of(remaining: tuple[VirtualInterface, ...]) -> Phase:
    """Return the phase of a run while these virtual interfaces are left."""
    return Phase.DELETING_VIRTUAL_INTERFACES if remaining else Phase.DELETING_CONNECTION


def _blocks(verdicts: Iterable[Verdict]) -> str:
    """Say which guards block and why; an empty text if none does."""
    blocks = [verdict for verdict in verdicts if verdict.outcome is Outcome.BLOCK]
    if not blocks:
        return ""
    reasons = {verdict.guard: shortened(verdict.reason, MOST_OF_A_VERDICT) for verdict in blocks}
    # Of several, each says whose reason it is.
    said = [f"{guard}: {reason}" for guard, reason in reasons.items()] if len(reasons) > 1 else reasons.values()
    return f"blocked by {listed(reasons)}: {'; '.join(said)}"


def _timed_out(observation: Observation, run: Run) -> str:
    return (
        f"the deadline, {run.request.patience_minutes} minutes after the start, is {run.deadline:%Y-%m-%d %H:%M:%S} "
        f"UTC; {what_is_left(observation, run)}; a new run goes on from here"
    )
