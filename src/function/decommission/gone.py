"""
What it means that AWS does not show something any more. Pure, as the decision is.

One answer that does not show a thing is no proof that it is gone.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from decommission.decided import LookAgain, SeemsGone, Stop
from decommission.models import Aftermath, Observation
from decommission.remains import timed_out
from decommission.run import ABSENT, Action, NewRun, Outcome, Phase, Run, Verdict
from decommission.words import are, counted, described_all, listed

# A list of interconnects may lag behind a connection that has just left its LAG. How long is not known.
SETTLING_TIME = timedelta(minutes=15)


def not_shown(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that AWS does not show what a run deletes: the connection, or its virtual interfaces."""
    is_missing = observation.connection is None or observation.connection.is_gone
    decided = (_without_connection if is_missing else _without_interfaces)(observation, run, now)
    if isinstance(decided, LookAgain) and (run.is_rehearsing or now < run.notice_ends_at):
        return replace(decided, phase=Phase.REHEARSING if run.is_rehearsing else Phase.NOTICE)
    return decided


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
        return Stop(phase=Phase.TIMED_OUT, reason=timed_out(observation, run))
    if not remaining:
        reason = f"AWS does not show {id_} any more; one answer is no proof, so the next step looks again"
        return LookAgain(phase=Phase.DELETING_CONNECTION, reason=reason)
    reason = f"{shown(observation, id_)}, but still lists on it {described_all(remaining)}"
    return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=reason)


def _without_interfaces(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that none of the virtual interfaces is left that a run deletes from a connection."""
    shown_gone = {v.virtual_interface_id for v in observation.virtual_interfaces}
    proven = {*shown_gone, *run.gone_at, *run.deleted_ids}
    planned = run.plan.virtual_interface_ids
    if not (doubtful := [id_ for id_ in planned if id_ not in proven]):
        gone = planned or observation.named
        return SeemsGone(reason=f"{listed(gone)} {are(gone)} gone, and {run.request.connection_id} stays")
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=timed_out(observation, run))
    reason = f"AWS does not show {listed(doubtful)} any more; one answer is no proof, so the next step looks again"
    return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=reason)


def shown(observation: Observation, id_: str) -> str:
    connection = observation.connection
    return f"AWS shows {id_} as {connection.state}" if connection else f"AWS does not show {id_}"


def confirmed(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    """Decide whether a connection, or the virtual interfaces of it that a run names, are really gone."""
    confirm = _confirmed_interfaces if run.request.virtual_interface_ids else _confirmed_connection
    return confirm(seems_gone, aftermath, run, now)


def _confirmed_connection(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    id_ = run.request.connection_id
    if aftermath.is_interconnect:
        reason = (
            f"{id_} is an interconnect, which carries the connections of a partner's customers: a partner's connection "
            "that leaves its LAG becomes one. It still exists and is still billed; this application does not delete it"
        )
        verdict = Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=reason)
        if isinstance(run, Run):
            return Stop(phase=Phase.BLOCKED, reason=f"blocked by hosted-connections: {reason}", verdicts=(verdict,))
        return replace(blocked_at_start(run, reason), verdicts=(verdict,))
    if aftermath.is_interconnect is None and not isinstance(run, Run):
        reason = f"AWS refuses to say whether {id_} is an interconnect, which may still be billed; ask AWS Support"
        return blocked_at_start(run, reason)
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


def _confirmed_interfaces(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    """Decide whether virtual interfaces are gone whose connection stays: one that was moved is not."""
    if aftermath.elsewhere:
        moved = listed(f"{v.virtual_interface_id} is on {v.connection_id}" for v in aftermath.elsewhere)
        if not isinstance(run, Run):
            reason = f"{moved}, and not on {run.request.connection_id}; name that connection if it is to go"
            return replace(blocked_at_start(run, reason), verdicts=(_blocked_by_plan(reason),))
        reason = f"{moved} and was not deleted; find out who moved it, and name that connection if it is to go"
        return Stop(phase=Phase.BLOCKED, reason=f"blocked by plan: {reason}", verdicts=(_blocked_by_plan(reason),))
    if aftermath.still_listed:
        still = listed(v.virtual_interface_id for v in aftermath.still_listed)
        reason = f"AWS does not show {still} by the id of the connection, but in the list of all virtual interfaces"
        if not isinstance(run, Run):
            return blocked_at_start(run, f"{reason}; start again once AWS shows both or neither")
        if now < run.deadline:
            return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=reason)
        return Stop(phase=Phase.TIMED_OUT, reason=f"{reason}; ask AWS Support whether it still exists")
    return Stop(phase=Phase.COMPLETED, reason=seems_gone.reason, already_gone=seems_gone.already_gone)


def _blocked_by_plan(reason: str) -> Verdict:
    return Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason)


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


def blocked_at_start(run: NewRun, reason: str) -> Stop:
    if run.request.dry_run:
        return Stop(phase=Phase.PLANNED, reason=f"dry run: a run would be blocked: {reason}")
    return Stop(phase=Phase.BLOCKED, reason=f"blocked: {reason}; nothing was deleted")
