"""
The rehearsal: BGP is down, nothing is deleted, and the run listens for whoever misses it. Pure, as the decision is.

A test is the run's own only if its id came from AWS's own answer to this run. Other people's tests are never touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from decommission.decided import LookAgain, Stop
from decommission.models import Alarm, FailoverTest, Observation, VirtualInterface, VirtualInterfaceState
from decommission.remains import what_is_left
from decommission.run import RECOVERY_TIME, Call, Outcome, Phase, Rehearsal, Run, Verdict
from decommission.words import counted, listed, moment, shortened

# AWS may show a test that was just started, or the state of its virtual interface, only after a while.
SETTLING_TIME = timedelta(minutes=2)
# So long BGP stays down while AWS does not answer who objects.
BLIND_TIME = timedelta(minutes=3)
OK = "OK"
NEVER = datetime.max.replace(tzinfo=UTC)
# A result holds it several times, and is bounded.
MOST_OF_A_PROBLEM = 700


def rehearsal_ends_at(run: Run) -> datetime:
    """Return when AWS itself ends the first of the tests, if nobody stops it before."""
    return run.on_trial.started_at + timedelta(minutes=run.request.rehearsal_minutes)


def recovers_at(run: Run) -> datetime:
    """Return when BGP has been back for as long as it was down, or for five minutes if that comes first."""
    ended_at = run.on_trial.ended_at or rehearsal_ends_at(run)
    return ended_at + min(RECOVERY_TIME, ended_at - run.on_trial.started_at)


def is_heard(on_trial: Rehearsal, now: datetime) -> bool:
    """Return True if whoever objects was heard a short while ago, so that BGP may stay down."""
    return now < (on_trial.watched_at or on_trial.started_at) + BLIND_TIME


def running(on_trial: Rehearsal, shown: Iterable[FailoverTest], now: datetime) -> tuple[str, ...]:
    """
    List the virtual interfaces on which AWS shows a test of the run as running, and none that began after it.

    Whether AWS moves the end of a test that is stopped is not known: it may have been stopped.
    """
    latest = _latest(on_trial, shown, now)
    return tuple(id_ for id_, test_id in on_trial.tests.items() if latest.get(id_) == test_id)


def _latest(on_trial: Rehearsal, shown: Iterable[FailoverTest], now: datetime) -> dict[str, str]:
    """Return the test that AWS shows as running on each virtual interface; of several, the one that began last."""

    def began(test: FailoverTest) -> datetime:
        return test.started_at or (on_trial.started_at if test.test_id in on_trial.tests.values() else NEVER)

    under_way = (test for test in shown if test.ends_at is None or test.ends_at > now)
    return {test.virtual_interface_id: test.test_id for test in sorted(under_way, key=began)}


def still_down(
    run: Run, shown: Iterable[FailoverTest] | None, seen: Mapping[str, VirtualInterface], now: datetime
) -> tuple[str, ...]:
    """
    List the virtual interfaces that may still be down through this run.

    ``shown`` are the tests that AWS shows, None if it refuses to; ``seen`` is what is on trial, wherever it is now.
    What AWS shows as running is over only once it has agreed to stop it, and shows the interface in another state than
    ``testing``. What it does not show may still be running, until AWS itself must have ended it.
    """
    on_trial = run.on_trial
    # The last one began a little later than the first.
    if shown is None:
        return () if now >= rehearsal_ends_at(run) + SETTLING_TIME else tuple(on_trial.tests)
    latest, known = _latest(on_trial, shown, now), {test.test_id for test in shown}

    def may_be_down(id_: str, test_id: str) -> bool:
        interface = seen.get(id_)
        is_testing = interface is not None and interface.state == VirtualInterfaceState.TESTING
        if latest.get(id_) == test_id:
            is_deleted = interface is not None and not interface.is_to_be_deleted
            is_up = interface is not None and not is_testing and id_ in on_trial.stopped
            return not (is_deleted or is_up)
        if test_id in known:
            return False
        if now < on_trial.started_at + SETTLING_TIME:
            return True
        return is_testing and id_ not in latest and now < rehearsal_ends_at(run) + SETTLING_TIME

    return tuple(id_ for id_, test_id in on_trial.tests.items() if may_be_down(id_, test_id))


def trouble(names: Iterable[str], alarms: Mapping[str, Alarm], *, since: datetime | None = None) -> str:
    """Say which of the named alarms are not OK, or have not been so all the time; an empty text if all are."""
    found: list[str] = []
    for name in names:
        alarm = alarms.get(name)
        if alarm is None:
            found.append(_missing(name))
        elif alarm.state != OK:
            found.append(f"the alarm {name} is in the state {alarm.state}")
        elif since and alarm.changed_at and alarm.changed_at > since:
            found.append(f"the alarm {name} was not OK until {moment(alarm.changed_at)}")
    return "; ".join(found)


def foreseen(names: Iterable[str], alarms: Mapping[str, Alarm]) -> tuple[Verdict, ...]:
    """Object to a plan whose rehearsal cannot begin: an alarm that is missing is mistyped, and a notice may be long."""
    missing = [_missing(name) for name in names if name not in alarms]
    return (_objects("; ".join(missing)),) if missing else ()


def _missing(name: str) -> str:
    return f"there is no alarm {name} in the region and account of the connection"


def _objects(problem: str) -> Verdict:
    return Verdict(guard="rehearsal", outcome=Outcome.BLOCK, reason=shortened(problem, MOST_OF_A_PROBLEM))


def went_on(
    run: Run,
    objects: str,
    shown: Iterable[FailoverTest] | None,
    seen: Mapping[str, VirtualInterface],
    now: datetime,
) -> Rehearsal:
    """Return the rehearsal as this look leaves it; ``objects`` says who objects, the others are as above."""
    on_trial, ends_at = run.on_trial, rehearsal_ends_at(run)
    down = still_down(run, shown, seen, now)
    problem = on_trial.problem or objects or _moved(run, seen)
    if not problem and on_trial.pending and now >= min(on_trial.started_at + SETTLING_TIME, ends_at):
        problem = f"AWS was too busy or too slow to start BGP failover tests on {listed(on_trial.pending)}"
    if not problem and now < ends_at:
        problem = _ended_early(on_trial, shown, seen, down, now)
        if not problem:
            return replace(on_trial, watched_at=now)
    kept = shortened(problem, MOST_OF_A_PROBLEM) or None
    return replace(on_trial, watched_at=now, problem=kept, ended_at=None if down else now)


def _moved(run: Run, seen: Mapping[str, VirtualInterface]) -> str:
    """Say which interfaces somebody has moved away, and so wants to keep; an empty text if none."""
    here = {run.request.port_id, *run.plan.leaving_ids}
    moved = [seen[id_] for id_ in run.on_trial.tests if id_ in seen and seen[id_].connection_id not in here]
    return "; ".join(f"somebody moved {v.virtual_interface_id} to {v.connection_id}" for v in moved)


def _ended_early(
    on_trial: Rehearsal,
    shown: Iterable[FailoverTest] | None,
    seen: Mapping[str, VirtualInterface],
    down: Iterable[str],
    now: datetime,
) -> str:
    """Say which tests do not run that should; an empty text if all do, as far as AWS shows it yet."""
    if shown is None:
        return "AWS refuses to show the BGP failover tests of this run"
    ended = {id_: "" for id_ in on_trial.tests if id_ not in down}
    if now >= on_trial.started_at + SETTLING_TIME:
        states = {id_: seen[id_].state if id_ in seen else "not shown" for id_ in on_trial.tests}
        ended |= {id_: f" ({state})" for id_, state in states.items() if state != VirtualInterfaceState.TESTING}
    they = listed(f"{id_}{ended[id_]}" for id_ in on_trial.tests if id_ in ended)
    return f"the BGP failover test of this run on {they} ended early, or somebody stopped it" if ended else ""


def decided_by(run: Run, observation: Observation, now: datetime) -> LookAgain | Stop:
    """Decide how a run goes on after a look at its rehearsal."""
    on_trial, ends_at = run.on_trial, rehearsal_ends_at(run)
    if on_trial.ended_at is None:
        down = f"BGP of {counted(on_trial.tests)} is down on trial until {moment(ends_at)}"
        if on_trial.problem or now >= ends_at:
            down = f"{on_trial.problem or 'the rehearsal is over'}; BGP is being brought back"
        return LookAgain(phase=Phase.REHEARSING, reason=down)
    back = f"the BGP failover tests of this run had ended by {moment(now)}, and BGP comes back"
    if not on_trial.problem:
        return LookAgain(phase=Phase.REHEARSING, reason=f"nobody objected to the rehearsal; {back}")
    up = {v.virtual_interface_id for v in observation.remaining if v.is_up}
    if not_yet := [id_ for id_ in on_trial.tests if id_ not in up]:
        back = f"{back}; AWS does not show it up yet, so make sure that it comes: {listed(not_yet)}"
    return blocked_by_rehearsal(observation, run, f"{on_trial.problem}; {back}")


def not_started(run: Run, call: Call) -> str:
    """Say that AWS did not start a test; one whose answer was lost may be running, and nobody knows its id."""
    said = f'AWS did not start a BGP failover test on {call.resource_id}: "{call.words}"'
    if call.may_have_had_effect:
        latest = call.requested_at + timedelta(minutes=run.request.rehearsal_minutes)
        return f"{said}; if it did after all, it ends that test itself by {moment(latest)}"
    return said


def blocked_by_rehearsal(observation: Observation, run: Run, problem: str) -> Stop:
    """End a run whose rehearsal did not go well, or could not begin."""
    verdict = _objects(problem)
    reason = f"{run.request.port_id} is blocked by rehearsal: {verdict.reason}; {what_is_left(observation, run)}"
    return Stop(phase=Phase.BLOCKED, reason=reason, verdicts=(verdict,))
