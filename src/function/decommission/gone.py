"""
What it means that AWS does not show something any more. Pure, as the decision is.

One answer that does not show a thing is no proof that it is gone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from decommission.decided import LookAgain, SeemsGone, Stop
from decommission.models import Aftermath, Observation
from decommission.remains import phase_of, timed_out
from decommission.run import ABSENT, NewRun, Outcome, Phase, Run, Verdict
from decommission.words import are, counted, described, listed

# A list of interconnects may lag behind a connection that has just left its LAG. How long is not known.
SETTLING_TIME = timedelta(minutes=15)


def seems_gone(observation: Observation, run: NewRun) -> bool:
    """Return True if AWS does not show what a run deletes, or not the port on which it shows the rest."""
    if observation.named and not observation.remaining:
        return True
    if observation.has_port:
        return False
    # The connections that have left a LAG are deleted also if the LAG is gone already.
    return not observation.connections or bool(on_port(observation, run.request.port_id))


def on_port(observation: Observation, port_id: str) -> str:
    """Name what AWS shows on a port, whether it shows the port or not; an empty text if it shows nothing."""
    interfaces = [v for v in observation.remaining if v.connection_id == port_id]
    members = [c.connection_id for c in observation.connections if c.lag_id == port_id]
    return listed([*map(described, interfaces), *members])


def not_shown(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that AWS does not show what a run deletes: the port, or its virtual interfaces."""
    decided = (_without_interfaces if observation.has_port else _without_port)(observation, run, now)
    if isinstance(decided, LookAgain) and (run.is_rehearsing or now < run.notice_ends_at):
        return replace(decided, phase=Phase.REHEARSING if run.is_rehearsing else Phase.NOTICE)
    return decided


def _without_port(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that AWS shows the port as deleted, or not at all."""
    id_ = run.request.port_id
    there, doubtful = on_port(observation, id_), unproven(observation, run)
    if not there and not doubtful:
        return SeemsGone(reason=f"{listed(run.plan.leaving_ids or [id_])} {are(run.plan.leaving_ids or [id_])} gone")
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=timed_out(observation, run))
    reason = f"{shown(observation, id_)}, but still lists on it {there}" if there else one_answer(doubtful)
    return LookAgain(phase=phase_of(observation, run), reason=reason)


def unproven(observation: Observation, run: Run) -> list[str]:
    """
    List the ports of a run of which nothing proves that they are gone.

    One answer that does not show a port proves nothing, unless AWS has accepted its deletion.
    """
    seen = observation.members if observation.port is None else (observation.port, *observation.members)
    proven = {port.id for port in seen if port.is_gone} | run.deleted_ids
    proven |= {id_ for id_, state in run.port_states.items() if state == ABSENT}
    return [id_ for id_ in (run.plan.leaving_ids or [run.request.port_id]) if id_ not in proven]


def one_answer(ids: Iterable[str]) -> str:
    return f"AWS does not show {listed(ids)} any more; one answer is no proof, so the next step looks again"


def _without_interfaces(observation: Observation, run: Run, now: datetime) -> LookAgain | SeemsGone | Stop:
    """Decide what it means that none of the virtual interfaces is left that a run deletes from a connection."""
    shown_gone = {v.virtual_interface_id for v in observation.virtual_interfaces}
    proven = {*shown_gone, *run.gone_at, *run.deleted_ids}
    planned = run.plan.virtual_interface_ids
    if not (doubtful := [id_ for id_ in planned if id_ not in proven]):
        gone = planned or observation.named
        return SeemsGone(reason=f"{listed(gone)} {are(gone)} gone, and {run.request.port_id} stays")
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=timed_out(observation, run))
    return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=one_answer(doubtful))


def shown(observation: Observation, id_: str) -> str:
    port = observation.port
    return f"AWS shows {id_} as {port.state}" if port else f"AWS does not show {id_}"


def confirmed(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    """Decide whether a port, or the virtual interfaces of it that a run names, are really gone."""
    if run.request.virtual_interface_ids:
        decided: LookAgain | Stop = _confirmed_interfaces(seems_gone, aftermath, run)
    else:
        decided = _confirmed_port(seems_gone, aftermath, run, now)
    is_gone = isinstance(decided, Stop) and decided.phase is Phase.COMPLETED
    return _still_listed(aftermath, run, now) if is_gone and aftermath.still_listed else decided


def _still_listed(aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    """Decide what it means that AWS lists on the port, among all, what it does not show by the id of the port."""
    id_, still = run.request.port_id, listed(v.virtual_interface_id for v in aftermath.still_listed)
    reason = f"AWS does not show {still} by the id of {id_}, but on it in the list of all virtual interfaces"
    if not isinstance(run, Run):
        return blocked_at_start(run, f"{reason}; start again once AWS shows both or neither")
    if now < run.deadline:
        return LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=reason)
    return Stop(phase=Phase.TIMED_OUT, reason=f"{reason}; ask AWS Support whether it still exists")


def _confirmed_port(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun, now: datetime) -> LookAgain | Stop:
    if ids := aftermath.interconnect_ids:
        reason = (
            f"{listed(ids)} {are(ids)} an interconnect, which carries the connections of a partner's customers: a "
            "partner's connection that leaves its LAG becomes one. It still exists and is still billed; this "
            "application does not delete it"
        )
        verdict = Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=reason)
        if isinstance(run, Run):
            return Stop(phase=Phase.BLOCKED, reason=f"blocked by hosted-connections: {reason}", verdicts=(verdict,))
        return replace(blocked_at_start(run, reason), verdicts=(verdict,))
    if aftermath.interconnect_ids is None and not isinstance(run, Run):
        id_ = run.request.port_id
        reason = f"AWS refuses to say whether {id_} is an interconnect, which may still be billed; ask AWS Support"
        return blocked_at_start(run, reason)
    if isinstance(run, Run) and (doubt := _doubt(aftermath, run, now)):
        if now < run.deadline:
            phase = Phase.DELETING_LAG if run.request.lag_id else Phase.DELETING_CONNECTION
            return LookAgain(phase=phase, reason=doubt)
        return Stop(phase=Phase.TIMED_OUT, reason=f"{doubt}; ask AWS Support before the port is written off")
    moved = {
        v.virtual_interface_id: f"{v.virtual_interface_id} was moved to {v.connection_id} and was not deleted"
        for v in aftermath.elsewhere
    }
    gone = set(run.plan.virtual_interface_ids) - set(moved) if isinstance(run, Run) else set()
    what = f"{seems_gone.reason}, with {counted(gone)}" if gone else seems_gone.reason
    reason = "; ".join([what, *moved.values()])
    return Stop(phase=Phase.COMPLETED, reason=reason, already_gone=seems_gone.already_gone)


def _confirmed_interfaces(seems_gone: SeemsGone, aftermath: Aftermath, run: NewRun) -> Stop:
    """Decide whether virtual interfaces are gone whose connection stays: one that was moved is not."""
    if aftermath.elsewhere:
        moved = listed(f"{v.virtual_interface_id} is on {v.connection_id}" for v in aftermath.elsewhere)
        ports = listed(dict.fromkeys(v.connection_id for v in aftermath.elsewhere))
        instead = f"to delete a virtual interface there, start a run of {ports}"
        if not isinstance(run, Run):
            reason = f"{moved}, and not on {run.request.port_id}; {instead}"
            return replace(blocked_at_start(run, reason), verdicts=(_blocked_by_plan(reason),))
        reason = f"{moved} and was not deleted; find out who moved it; {instead}"
        return Stop(phase=Phase.BLOCKED, reason=f"blocked by plan: {reason}", verdicts=(_blocked_by_plan(reason),))
    return Stop(phase=Phase.COMPLETED, reason=seems_gone.reason, already_gone=seems_gone.already_gone)


def _blocked_by_plan(reason: str) -> Verdict:
    return Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason)


def _doubt(aftermath: Aftermath, run: Run, now: datetime) -> str:
    """Say why a connection that left its LAG may be an interconnect; an empty text if none can be one."""
    ids = [id_ for id_ in run.plan.leaving_ids if id_ not in {*run.deleted_ids, run.request.lag_id}]
    if run.plan.lag_id is None or not ids:
        return ""
    if aftermath.interconnect_ids is None:
        return f"AWS does not show {listed(ids)} any more, and refuses to say whether it became an interconnect"
    settled = max(*map(run.last_asked, ids), run.phase_started_at) + SETTLING_TIME
    if now < settled:
        return (
            f"AWS does not show {listed(ids)} any more; until {settled:%H:%M:%S} UTC it may still turn out to be an "
            "interconnect, as a partner's connection becomes that leaves its LAG"
        )
    return ""


def blocked_at_start(run: NewRun, reason: str) -> Stop:
    if run.request.dry_run:
        return Stop(phase=Phase.PLANNED, reason=f"dry run: a run would be blocked: {reason}")
    return Stop(phase=Phase.BLOCKED, reason=f"blocked: {reason}; nothing was deleted")
