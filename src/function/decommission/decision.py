"""
The decision: from one look at the world to one thing to do.

Every function here is pure and total: it answers for every state, every word that AWS may invent, and every time, and
each answer carries a sentence that an operator can act on.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from decommission.decided import Decided, Delete, KeepNotice, LookAgain, MakePlan, Rehearse, SeemsGone, Stop
from decommission.documents import TOO_LITTLE_TIME
from decommission.gone import blocked_at_start, not_shown, on_port, one_answer, seems_gone, shown, unproven
from decommission.models import Lag, Observation, Presence, VirtualInterfaceState
from decommission.plan import Plan
from decommission.rehearsal import blocked_by_rehearsal, came_up, recovers_at
from decommission.remains import phase_of, timed_out, what_is_left
from decommission.run import Action, NewRun, Outcome, Phase, Run, Verdict
from decommission.words import are, counted, described_all, listed, moment, several, shortened

# AWS's words for an id of the wrong form. No other message decides anything.
MALFORMED = "has an invalid format"
# The reason of a result becomes the cause of a failed execution, which Step Functions limits to 32,768 characters. The
# verdicts and calls of the result hold the rest.
MOST_OF_A_VERDICT = 600


def first(observation: Observation, run: NewRun) -> MakePlan | SeemsGone | Stop:
    """Decide what the first step of a run does. It deletes nothing: if it broke off, its retry would plan anew."""
    port, id_ = observation.port, run.request.port_id
    if observation.has_port:
        if observation.remaining or not observation.named:
            return MakePlan()
        names = observation.named
        return SeemsGone(
            already_gone=True,
            reason=f"when the run began, AWS did not show {listed(names)} on {id_}, so nothing was deleted. A mistyped "
            "id looks the same",
        )
    if there := on_port(observation, id_):
        reason = f"{shown(observation, id_)}, but lists on it {there}"
        return blocked_at_start(run, f"{reason}; start again once AWS shows both or neither")
    if port is not None:
        reason = f"{id_} was already {port.state} when the run began, so nothing was deleted"
        return SeemsGone(already_gone=True, reason=reason)
    if observation.refusal and MALFORMED in observation.refusal:
        return blocked_at_start(run, f'AWS says: "{observation.refusal}"; correct the id and start again')
    words = f' AWS says: "{observation.refusal}".' if observation.refusal else ""
    return SeemsGone(
        already_gone=True,
        reason=f"there was no {id_} in {observation.region} in this account when the run began, so nothing was deleted."
        f"{words} A mistyped id or the wrong region looks the same: make sure that nobody still pays for the real one",
    )


def planned(observation: Observation, run: NewRun, verdicts: Iterable[Verdict]) -> LookAgain | Stop:
    """Decide how the first step ends, after the guards have spoken."""
    blocks, plan = _blocks(verdicts), Plan.of(observation)
    what, stays = _what(observation), f"; {run.request.port_id} stays" if observation.named else ""
    shown_ids = {v.virtual_interface_id for v in observation.virtual_interfaces}
    if unseen := [id_ for id_ in observation.named if id_ not in shown_ids]:
        stays += f"; AWS shows no {listed(unseen)} on it, which is gone already or mistyped"
    if run.request.dry_run:
        verdict = f"; it would be {blocks}" if blocks else ""
        digest = f"; the plan has the digest {plan.digest}"
        reason = f"dry run: a run would delete {what}{stays}{_before(observation, run)}{digest}{verdict}"
        return Stop(phase=Phase.PLANNED, reason=reason)
    if blocks:
        return Stop(phase=Phase.BLOCKED, reason=f"{run.request.port_id} is {blocks}; nothing was deleted")
    leaves = ""
    if plan.minimum_links:
        leaves = f"; before that its minimum of {several(plan.minimum_links, 'link')} is lowered to 0"
    elif plan.connection_id and plan.lag_id:
        leaves = f"; before that it leaves {plan.lag_id}"
    reason = f"the plan is made: {what} will be deleted{stays or leaves}"
    if run.request.notice_minutes:
        return LookAgain(phase=Phase.NOTICE, reason=f"{reason}; {_not_before(run)}")
    return LookAgain(phase=phase_of(observation, run), reason=f"{reason}{_before(observation, run)}")


def _before(observation: Observation, run: NewRun) -> str:
    """Say what comes before the first deletion; an empty text if nothing does."""
    down = run.request.rehearsal_minutes if observation.to_be_deleted else 0
    asked = {"notice": run.request.notice_minutes, "rehearsal": down}
    before = [f"a {name} of {several(minutes, 'minute')}" for name, minutes in asked.items() if minutes]
    return f", after {' and '.join(before)}" if before else ""


def _not_before(run: NewRun) -> str:
    notice, down = (several(n, "minute") for n in (run.request.notice_minutes, run.request.rehearsal_minutes))
    why = f", the end of the notice of {notice}"
    if run.request.rehearsal_minutes:
        why = f": the notice of {notice} ends at {moment(run.notice_ends_at)}, then BGP goes down on trial for {down}"
    return (
        f"nothing of {run.request.port_id} is deleted before {moment(run.earliest_deletion)}{why}; to stop the run, "
        "set the protection tag or take off the approval"
    )


def _what(observation: Observation) -> str:
    """Name what the plan deletes; of interfaces that somebody deletes already, there may be nothing."""
    ready = observation.to_be_deleted
    what = [f"{counted(ready)} ({described_all(ready)})"] if ready else []
    what += [] if observation.named else [listed(observation.ports)]
    return " and ".join(what) or "nothing more"


def next_step(observation: Observation, run: Run, now: datetime, *, least_patience: timedelta) -> Decided:
    """
    Decide what a later step does. Only what the plan names is ever deleted, virtual interfaces first.

    The first deletion needs half of ``least_patience`` before the deadline, so that no run begins what it cannot end.
    """
    if seems_gone(observation, run):
        return not_shown(observation, run, now)
    if now >= run.deadline:
        return Stop(phase=Phase.TIMED_OUT, reason=timed_out(observation, run))
    if differences := run.plan.differences(observation, run.left_ids):
        return _changed(observation, run, differences)
    if now < run.notice_ends_at:
        return KeepNotice(phase=Phase.NOTICE, reason=_not_before(run))
    deletion = _deletion(observation, run, now)
    if isinstance(deletion, Delete) and (not run.has_begun or _is_untouched(observation, run)):
        return _beginning(deletion, observation, run, now, least_patience)
    return deletion


def _is_untouched(observation: Observation, run: Run) -> bool:
    """Return True if a rehearsal was asked for, and none of the run's calls had an effect: all may still come up."""
    here = {v.virtual_interface_id for v in observation.to_be_deleted}
    asked = {call.resource_id for call in run.calls if call.may_have_had_effect}
    return bool(run.request.rehearsal_minutes and here) and not run.deleted_ids and asked <= here


def _beginning(
    deletion: Delete, observation: Observation, run: Run, now: datetime, least_patience: timedelta
) -> Delete | Rehearse | LookAgain | Stop:
    """Decide what comes before the first deletion: a rehearsal, if one was asked for and something is up."""
    asked = run.request.rehearsal_minutes and run.rehearsal is None
    # A test that runs now is not known to be this run's: the guards say so, and AWS starts no second one.
    up = [v for v in observation.to_be_deleted if v.is_up or v.state == VirtualInterfaceState.TESTING] if asked else []
    needed = least_patience / 2 + (run.request.rehearsal_time if up else timedelta(0))
    if now > run.deadline - needed:
        accepted = "AWS accepted no deletion, and " if run.calls else ""
        reason = f"{accepted}{TOO_LITTLE_TIME}: {timed_out(observation, run)}"
        return Stop(phase=Phase.TIMED_OUT, reason=reason)
    if run.rehearsal is not None:
        return _after_rehearsal(deletion, observation, run, now)
    if up:
        return Rehearse(
            phase=Phase.REHEARSING,
            resource_ids=tuple(v.virtual_interface_id for v in up),
            reason=f"taking BGP down on trial, for {several(run.request.rehearsal_minutes, 'minute')}: "
            f"{described_all(up)}",
        )
    if now < run.earliest_deletion and (run.plan.virtual_interfaces or run.request.notice_minutes):
        # What has only been down for a moment must not be deleted unheard, nor anything before the time announced.
        latest = min(run.earliest_deletion, run.deadline - least_patience / 2 - run.request.rehearsal_time)
        return KeepNotice(
            phase=Phase.NOTICE if run.request.notice_minutes else deletion.phase,
            reason=f"no virtual interface is up that could be taken down on trial: nothing of {run.request.port_id} is "
            f"deleted before {moment(run.earliest_deletion)}, and what comes up until {moment(latest)} is taken down "
            "first",
        )
    unheard = "nothing was up to be taken down on trial; " if asked else ""
    return replace(deletion, reason=f"{unheard}{deletion.reason}")


def _after_rehearsal(deletion: Delete, observation: Observation, run: Run, now: datetime) -> Delete | LookAgain | Stop:
    if run.on_trial.problem:
        return blocked_by_rehearsal(observation, run, run.on_trial.problem)
    if run.on_trial.ended_at and (problem := came_up(observation, run.on_trial.tests)):
        return blocked_by_rehearsal(observation, run, problem)
    if now < (recovered := recovers_at(run)):
        return LookAgain(
            phase=Phase.REHEARSING,
            reason=f"the rehearsal of {run.request.port_id} is over, and nobody objected to it; the guards are asked "
            f"again when BGP has had time to announce its routes anew, at {moment(recovered)}",
        )
    return deletion


def blocked(observation: Observation, run: Run) -> Stop:
    """End a run that a guard blocks after its first step."""
    reason = f"{run.request.port_id} is {_blocks(run.verdicts)}; {what_is_left(observation, run)}"
    return Stop(phase=Phase.BLOCKED, reason=reason)


def _changed(observation: Observation, run: Run, differences: tuple[str, ...]) -> Stop:
    reason = f"since the plan was made: {'; '.join(differences)}. Find out who changed it, then start again"
    verdict = Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason)
    return Stop(
        phase=Phase.BLOCKED,
        reason=f"{run.request.port_id} is blocked by plan: {reason}; {what_is_left(observation, run)}",
        verdicts=(verdict,),
    )


def _unclear(observation: Observation, run: Run, now: datetime) -> str:
    """Name what is in an unclear state that no override of ``state`` covers; an empty text if there is none."""
    remaining = observation.remaining
    states = observation.ports | {v.virtual_interface_id: v for v in remaining}
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


def _deletion(observation: Observation, run: Run, now: datetime) -> Delete | LookAgain:
    remaining, ready = observation.remaining, observation.to_be_deleted
    if unclear := _unclear(observation, run, now):
        return LookAgain(phase=phase_of(observation, run), reason=f"nothing is deleted while {unclear}")
    # Of a connection that AWS hides, no guard sees the tags.
    if doubtful := [id_ for id_ in unproven(observation, run) if id_ not in observation.ports]:
        return LookAgain(phase=phase_of(observation, run), reason=one_answer(doubtful))
    if not remaining:
        return _deletion_of_connections(observation, run) if observation.connections else _deletion_of_lag(observation)
    phase = Phase.DELETING_VIRTUAL_INTERFACES
    deleting = [v.virtual_interface_id for v in remaining if not v.is_to_be_deleted]
    # One that somebody was deleting before the run began is in no plan.
    total = counted({*run.plan.virtual_interface_ids, *(v.virtual_interface_id for v in remaining)})
    they = f"{len(deleting)} of {total} {are(deleting)}"
    waiting = f"{they} still being deleted: {listed(deleting)}" if deleting else ""
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


def _deletion_of_connections(observation: Observation, run: Run) -> Delete | LookAgain:
    """Decide about the connections, once no virtual interface is left: each leaves its LAG before it is deleted."""
    phase, lag = Phase.DELETING_CONNECTION, observation.port
    ready = [c for c in observation.connections if c.presence is not Presence.DELETING]
    deleting = [c.connection_id for c in observation.connections if c not in ready]
    if not ready:
        return LookAgain(phase=phase, reason=f"{listed(deleting)} {are(deleting)} still being deleted")
    # AWS lets the last member leave whatever the minimum is (DisassociateConnectionFromLag).
    if isinstance(lag, Lag) and lag.minimum_links and len(observation.inside) > 1:
        reason = f"lowering the minimum of links of {lag.lag_id} from {lag.minimum_links} to 0, so that all may leave"
        return Delete(action=Action.UPDATE_LAG, resource_ids=(lag.lag_id,), phase=phase, reason=reason)
    # As above, what was asked last is asked last.
    in_order = sorted(ready, key=lambda c: run.last_asked(c.connection_id))
    leave = in_order[0].lag_id is not None
    chosen = [c for c in in_order if (c.lag_id is not None) is leave]
    ids = tuple(c.connection_id for c in chosen)
    if leave:
        they = "they are" if len(ids) > 1 else "it is"
        reason = f"{listed(ids)} {'leave' if len(ids) > 1 else 'leaves'} {chosen[0].lag_id} before {they} deleted"
        return Delete(action=Action.DISASSOCIATE_FROM_LAG, resource_ids=ids, phase=phase, reason=reason)
    states = listed(f"{c.connection_id} ({c.state})" for c in chosen)
    reason = f"no virtual interface is left: deleting {states}"
    return Delete(action=Action.DELETE_CONNECTION, resource_ids=ids, phase=phase, reason=reason)


def _deletion_of_lag(observation: Observation) -> Delete | LookAgain:
    phase = Phase.DELETING_LAG
    (lag,) = observation.ports.values()
    if lag.presence is Presence.DELETING:
        return LookAgain(phase=phase, reason=f"{lag.id} is still being deleted")
    reason = f"no connection is left in it: deleting {lag.id} ({lag.state})"
    return Delete(action=Action.DELETE_LAG, resource_ids=(lag.id,), phase=phase, reason=reason)


def _blocks(verdicts: Iterable[Verdict]) -> str:
    """Say which guards block and why; an empty text if none does."""
    blocks = [verdict for verdict in verdicts if verdict.outcome is Outcome.BLOCK]
    if not blocks:
        return ""
    reasons = {verdict.guard: shortened(verdict.reason, MOST_OF_A_VERDICT, "guards") for verdict in blocks}
    # Of several, each says whose reason it is.
    said = [f"{guard}: {reason}" for guard, reason in reasons.items()] if len(reasons) > 1 else reasons.values()
    return f"blocked by {listed(reasons)}: {'; '.join(said)}"
