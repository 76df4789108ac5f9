"""
The rehearsal: BGP is down, nothing is deleted, and the run listens for whoever misses it. Pure, as the decision is.

A test is the run's own only if its id came from AWS's own answer to this run. Other people's tests are never touched.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from decommission.decided import LookAgain, Stop
from decommission.models import Alarm, FailoverTest, Observation, VirtualInterface, VirtualInterfaceState
from decommission.remains import what_is_left
from decommission.run import RECOVERY_TIME, Call, Outcome, Phase, Rehearsal, Run, Verdict
from decommission.words import counted, described_all, listed, moment, shortened

# AWS may show a test that was just started, or the state of its virtual interface, only after a while.
SETTLING_TIME = timedelta(minutes=2)
# So long BGP stays down while AWS does not answer who objects.
BLIND_TIME = timedelta(minutes=3)
# AWS's clock is not ours; a test that ends so early has ended.
SKEW = timedelta(seconds=15)
OK = "OK"
NEVER = datetime.max.replace(tzinfo=UTC)
# A result holds it several times, and is bounded.
MOST_OF_A_PROBLEM = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    One look at what is on trial, in a step that ``began_at`` a time; a slow AWS makes it last.

    ``histories`` are the tests that AWS shows, by virtual interface; what it refuses to show is in ``refused``, and
    what it was too busy to show in neither. ``interfaces`` is what is on trial, by id, wherever it is now.
    """

    began_at: datetime
    at: datetime
    observation: Observation
    histories: Mapping[str, tuple[FailoverTest, ...]]
    refused: frozenset[str] = frozenset()
    interfaces: Mapping[str, VirtualInterface]

    def is_testing(self, id_: str) -> bool:
        return id_ in self.interfaces and self.interfaces[id_].state == VirtualInterfaceState.TESTING


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


def settles_at(on_trial: Rehearsal) -> datetime:
    """Return when AWS shows all that was started."""
    return (on_trial.last_started_at or on_trial.started_at) + SETTLING_TIME


def starts_until(run: Run) -> datetime:
    """
    Return until when tests may be started: in the first quarter of the time.

    Only while all are down together does nothing carry their traffic.
    """
    return run.on_trial.started_at + timedelta(minutes=run.request.rehearsal_minutes) / 4


def over_at(run: Run) -> datetime:
    """Return when AWS itself has ended the last of the tests, and shows it."""
    return settles_at(run.on_trial) + timedelta(minutes=run.request.rehearsal_minutes)


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


def still_down(run: Run, seen: Seen) -> tuple[str, ...]:
    """
    List the virtual interfaces that may still be down through this run.

    What AWS shows as running is over only once it has agreed to stop it, and shows the interface in another state than
    ``testing``. What it does not show may still be running, until AWS itself must have ended it.
    """
    return tuple(id_ for id_, test_id in run.on_trial.tests.items() if _may_be_down(id_, test_id, run, seen))


def _may_be_down(id_: str, test_id: str, run: Run, seen: Seen) -> bool:
    on_trial, interface, history = run.on_trial, seen.interfaces.get(id_), seen.histories.get(id_)
    if interface is not None and not interface.is_to_be_deleted:
        # What is being deleted has no BGP to come back.
        return False
    if history is None:
        return seen.at < over_at(run)
    latest = _latest(on_trial, history, seen.at).get(id_)
    if latest == test_id:
        return interface is None or seen.is_testing(id_) or id_ not in on_trial.stopped
    # Unless somebody else's took its place.
    is_testing = latest is None and seen.is_testing(id_)
    if own := [test for test in history if test.test_id == test_id]:
        # AWS may show the state a little longer than the test.
        return is_testing and any(test.ends_at and seen.at < test.ends_at + SETTLING_TIME for test in own)
    if seen.at < settles_at(on_trial):
        return True
    return is_testing and seen.at < over_at(run)


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


def went_on(run: Run, objects: str, seen: Seen) -> Rehearsal:
    """Return the rehearsal as this look leaves it; ``objects`` says who objects."""
    on_trial, down = run.on_trial, still_down(run, seen)
    problem = on_trial.problem or objects or next(filter(None, _problems(run, seen, down)), "")
    is_over = not down and (bool(problem) or seen.at >= rehearsal_ends_at(run))
    return replace(
        on_trial,
        watched_at=seen.at,
        problem=shortened(problem, MOST_OF_A_PROBLEM) or None,
        ended_at=seen.at if is_over else None,
    )


def _problems(run: Run, seen: Seen, down: Iterable[str]) -> Iterator[str]:
    """Say why a rehearsal is broken off although nobody objects."""
    on_trial = run.on_trial
    # While a step lasts, it is hearing everybody.
    if not is_heard(on_trial, seen.began_at):
        since = moment(on_trial.watched_at or on_trial.started_at)
        yield f"nobody could be heard from {since} to {moment(seen.at)}, and BGP was not to stay down so long"
    yield from _taken_away(run, seen)
    if unknown := [v for v in seen.observation.to_be_deleted if _is_tested_by_somebody(v, on_trial)]:
        yield (
            f"a BGP failover test that is not known to be this run's runs on {described_all(unknown)}; perhaps a step "
            "was killed that started it. AWS ends it in its time, StopBgpFailoverTest at once"
        )
    is_late = seen.began_at >= starts_until(run) or seen.at >= rehearsal_ends_at(run)
    up = [v for v in seen.observation.to_be_deleted if v.is_up]
    # What is down by then carries nothing.
    if is_late and (late := [v.virtual_interface_id for v in up if v.virtual_interface_id in on_trial.pending]):
        yield f"BGP failover tests could not be started in time on {listed(late)}"
    if not on_trial.tests and (is_late or not on_trial.pending):
        yield "no BGP failover test could be started"
    yield came_up(seen.observation, {*on_trial.tests, *on_trial.pending})
    if refused := [id_ for id_ in on_trial.tests if id_ in seen.refused and seen.at < rehearsal_ends_at(run)]:
        yield f"AWS refuses to show the BGP failover tests of this run on {listed(refused)}"
    yield _ended_early(run, seen, down)


def came_up(observation: Observation, known_ids: Collection[str]) -> str:
    """Say what is up besides what the rehearsal knows of; an empty text if nothing is."""
    up = [v for v in observation.to_be_deleted if v.is_up and v.virtual_interface_id not in known_ids]
    words = "no BGP failover test was made of what came up meanwhile, and may carry the rest"
    return f"{words}: {described_all(up)}" if up else ""


def _is_tested_by_somebody(v: VirtualInterface, on_trial: Rehearsal) -> bool:
    return v.state == VirtualInterfaceState.TESTING and v.virtual_interface_id not in on_trial.tests


def _taken_away(run: Run, seen: Seen) -> Iterator[str]:
    """Say what somebody has moved away, and so wants to keep, or has deleted."""
    here = {run.request.port_id, *run.plan.leaving_ids}
    on_trial = {id_: v for id_, v in seen.interfaces.items() if id_ in run.on_trial.tests}
    if moved := [f"{id_} to {v.connection_id}" for id_, v in on_trial.items() if v.connection_id not in here]:
        yield f"somebody moved {listed(moved)}"
    if deleted := [id_ for id_, v in on_trial.items() if not v.is_to_be_deleted]:
        yield f"somebody deleted {listed(deleted)}"


def _ended_early(run: Run, seen: Seen, down: Iterable[str]) -> str:
    """Say which tests did not run as long as they should; an empty text if all did, as far as AWS shows it yet."""
    fates = {id_: _early_end(id_, run, seen, down) for id_ in run.on_trial.tests}
    they = listed(f"{id_}{fate}" for id_, fate in fates.items() if fate is not None)
    return f"the BGP failover test of this run on {they} ended early, or somebody stopped it" if they else ""


def _early_end(id_: str, run: Run, seen: Seen, down: Iterable[str]) -> str | None:
    """Return the state of an interface whose test ended early, or an empty text if AWS shows the end; else None."""
    own, due = run.on_trial.tests[id_], rehearsal_ends_at(run) - SKEW
    ends = [test.ends_at for test in seen.histories.get(id_, ()) if test.test_id == own and test.ends_at]
    if any(end <= seen.at for end in ends):
        return "" if any(end < due for end in ends) else None
    # In a short rehearsal, AWS must have shown the test before half of it is over.
    half = run.on_trial.started_at + timedelta(minutes=run.request.rehearsal_minutes) / 2
    may_be_hidden = seen.at < min(settles_at(run.on_trial), half)
    if seen.at >= due or (id_ in down and (seen.is_testing(id_) or may_be_hidden)):
        return None
    return f" ({seen.interfaces[id_].state if id_ in seen.interfaces else 'not shown'})"


def decided_by(run: Run, seen: Seen) -> LookAgain | Stop:
    """Decide how a run goes on after a look at its rehearsal."""
    on_trial, ends_at, now = run.on_trial, rehearsal_ends_at(run), seen.at
    if on_trial.ended_at is None:
        down = f"BGP of {counted(on_trial.tests)} is down on trial until {moment(ends_at)}"
        if on_trial.problem or now >= ends_at:
            down = f"{on_trial.problem or 'the rehearsal is over'}; BGP is being brought back{_out_of_reach(run, seen)}"
        return LookAgain(phase=Phase.REHEARSING, reason=down)
    back = f"the BGP failover tests of this run had ended by {moment(now)}, and BGP comes back"
    if not on_trial.problem:
        return LookAgain(phase=Phase.REHEARSING, reason=f"nobody objected to the rehearsal; {back}")
    if not on_trial.tests:
        return blocked_by_rehearsal(seen.observation, run, on_trial.problem)
    up = {id_ for id_, v in seen.interfaces.items() if v.is_up}
    if not_yet := [id_ for id_ in on_trial.tests if id_ not in up]:
        back = f"{back}; AWS does not show it up yet, so make sure that it comes: {listed(not_yet)}"
    return blocked_by_rehearsal(seen.observation, run, f"{on_trial.problem}; {back}")


def _out_of_reach(run: Run, seen: Seen) -> str:
    """Say which tests the run must not stop, because AWS does not show that they are its own and running."""
    known = {id_ for id_, history in seen.histories.items() if running(run.on_trial, history, seen.at)}
    known.update(run.on_trial.stopped)
    if not (hidden := [id_ for id_ in still_down(run, seen) if id_ not in known]):
        return ""
    return (
        f"; AWS does not show the test of this run on {listed(hidden)}, which ends by {moment(over_at(run))}, and at "
        "once with StopBgpFailoverTest"
    )


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
