"""
The rehearsal: BGP is down, nothing is deleted, and the run listens for whoever misses it. Pure, as the decision is.

A test is the run's own only if its id came from AWS's own answer to this run. Other people's tests are never touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from decommission.decided import LookAgain, Stop
from decommission.models import Alarm, FailoverTest, Observation, VirtualInterfaceState
from decommission.remains import what_is_left
from decommission.run import Call, Outcome, Phase, Rehearsal, Run, Verdict
from decommission.words import counted, listed, moment, shortened

# AWS may show a test that was just started, or the state of its virtual interface, only after a while.
SETTLING_TIME = timedelta(minutes=2)
# BGP needs a while to come up, and its routes to be announced; until then, the guard of routes would see none.
RECOVERY_TIME = timedelta(minutes=5)
OK = "OK"
# A result holds it several times, and is bounded.
MOST_OF_A_PROBLEM = 800


def rehearsal_ends_at(run: Run) -> datetime:
    """Return when AWS itself ends the first of the tests, if nobody stops it before."""
    return run.on_trial.started_at + timedelta(minutes=run.request.rehearsal_minutes)


def recovers_at(run: Run) -> datetime:
    """Return when BGP has been back for as long as it was down, or for five minutes if that comes first."""
    ended_at = run.on_trial.ended_at or rehearsal_ends_at(run)
    return ended_at + min(RECOVERY_TIME, ended_at - run.on_trial.started_at)


def running(
    on_trial: Rehearsal, shown: Iterable[FailoverTest], now: datetime, observation: Observation | None = None
) -> tuple[str, ...]:
    """
    List the virtual interfaces on which a test of the run is running, of the tests that AWS shows.

    Whether AWS moves the end of a test that is stopped is not known, so the state of its interface counts as well, if
    there is an observation.
    """
    under_way = {
        test.virtual_interface_id: test.test_id for test in shown if test.ends_at is None or test.ends_at > now
    }
    own = [id_ for id_, test_id in on_trial.tests.items() if under_way.get(id_) == test_id]
    if observation is None or now < on_trial.started_at + SETTLING_TIME:
        return tuple(own)
    testing = {v.virtual_interface_id for v in observation.remaining if v.state == VirtualInterfaceState.TESTING}
    return tuple(id_ for id_ in own if id_ in testing)


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


def objection(run: Run, decided: object, alarms: Mapping[str, Alarm]) -> str:
    """Say who objects at this look: the plan, the brake or an alarm; an empty text if nobody does."""
    if isinstance(decided, Stop):
        return decided.reason
    if blocks := [f"{verdict.guard}: {verdict.reason}" for verdict in run.blocks]:
        return "; ".join(blocks)
    return trouble(run.request.alarm_names, alarms, since=run.on_trial.started_at)


def went_on(
    run: Run, objects: str, shown: Iterable[FailoverTest] | None, observation: Observation, now: datetime
) -> Rehearsal:
    """
    Return the rehearsal as this look leaves it; ``shown`` are the tests that AWS shows, None if it refuses to.

    What AWS does not show may still be running: only after a while, or when AWS itself has ended it, it is over.
    """
    on_trial, ends_at = run.on_trial, rehearsal_ends_at(run)
    under_way = running(on_trial, shown or (), now, observation)
    if shown is None:
        # The last one began a little later than the first.
        unclear = {} if now >= ends_at + SETTLING_TIME else on_trial.tests
    else:
        known = {test.test_id for test in shown}
        is_settled = now >= on_trial.started_at + SETTLING_TIME
        unclear = {} if is_settled else {id_: test for id_, test in on_trial.tests.items() if test not in known}
    problem = on_trial.problem or objects
    if not problem and on_trial.pending and now >= min(on_trial.started_at + SETTLING_TIME, ends_at):
        problem = f"AWS was too busy to start BGP failover tests on {listed(on_trial.pending)}"
    if not problem and now < ends_at:
        ended = [id_ for id_ in on_trial.tests if id_ not in under_way and id_ not in unclear]
        if shown is None:
            problem = "AWS refuses to show the BGP failover tests of this run"
        elif ended:
            problem = f"the BGP failover test of this run on {listed(ended)} ended early, or somebody stopped it"
        else:
            return on_trial
    is_over = not under_way and not unclear
    kept = shortened(problem, MOST_OF_A_PROBLEM) or None
    return replace(on_trial, problem=kept, ended_at=now if is_over else None)


def decided_by(run: Run, observation: Observation, now: datetime) -> LookAgain | Stop:
    """Decide how a run goes on after a look at its rehearsal."""
    on_trial, ends_at = run.on_trial, rehearsal_ends_at(run)
    if on_trial.ended_at is None:
        down = f"BGP of {counted(on_trial.tests)} is down on trial until {moment(ends_at)}"
        if on_trial.problem or now >= ends_at:
            down = f"{on_trial.problem or 'the rehearsal is over'}; BGP is being brought back"
        return LookAgain(phase=Phase.REHEARSING, reason=down)
    if on_trial.problem:
        return blocked_by_rehearsal(observation, run, f"{on_trial.problem}; {_back(now)}")
    return LookAgain(phase=Phase.REHEARSING, reason=f"nobody objected to the rehearsal; {_back(now)}")


def _back(now: datetime) -> str:
    return f"the BGP failover tests of this run had ended by {moment(now)}, and BGP comes back"


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
