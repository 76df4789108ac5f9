"""Taking BGP down for a rehearsal, watching it, and bringing it back."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from decommission import rehearsal
from decommission.calls import RefusedError
from decommission.decided import LookAgain, Stop
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.log import log_call, logger
from decommission.models import FailoverTest, Observation, VirtualInterface, VirtualInterfaceState
from decommission.places import Here
from decommission.rehearsal import Seen
from decommission.run import Call, CallOutcome, Rehearsal, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """
    What became of the tests of a ``run``, which knows what was stopped.

    ``left`` are the virtual interfaces on which one may still run, ``words`` is what AWS said.
    """

    run: Run
    left: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Trial:
    """The BGP failover tests of a run, in one step, which begins now. ``clock`` answers in UTC."""

    def __init__(self, here: Here, clock: Callable[[], datetime]) -> None:
        self._here = here
        self._clock = clock
        self._began_at = clock()

    def begin(self, run: Run, ids: Sequence[str], *, until: datetime) -> Run:
        """
        Start a test on each of these virtual interfaces, up to the first that AWS does not start in time.

        Of the others that are pending, nothing changes. Raises AwsBusyError and AwsDeniedError before the first.
        """
        begun = run.rehearsal or Rehearsal(started_at=self._clock(), pending=tuple(ids))
        if ids and (problem := self._hides_tests(ids[0])):
            return replace(run, rehearsal=replace(begun, problem=problem))
        for id_ in ids:
            now = self._clock()
            # Whoever objects is heard only between two steps.
            if now > until:
                break
            call, test_id = self._here.direct_connect.start_failover_test(id_, run.request.rehearsal_minutes, now)
            log_call(call)
            if call.outcome is CallOutcome.THROTTLED:
                break
            if test_id is None:
                return replace(run, rehearsal=replace(begun, problem=rehearsal.not_started(run, call)))
            pending = tuple(one for one in begun.pending if one != id_)
            begun = replace(begun, tests={**begun.tests, id_: test_id}, pending=pending, last_started_at=self._clock())
        return replace(run, rehearsal=begun)

    def _hides_tests(self, id_: str) -> str:
        """Say that AWS refuses to show tests: then none could be stopped."""
        try:
            self._here.direct_connect.failover_tests(id_)
        except RefusedError as refusal:
            return f'AWS refuses to show the BGP failover tests of {id_}: "{refusal}"'
        return ""

    def missed(self, run: Run) -> str:
        """
        Say which alarm misses what is or was down on trial; an empty text if none does.

        An alarm goes off late, so all are watched until AWS agrees to the first deletion of this run. Raises
        AwsBusyError and AwsDeniedError.
        """
        if run.deleted_ids:
            return ""
        names, since = run.request.alarm_names, run.rehearsal.started_at if run.rehearsal else None
        return rehearsal.trouble(names, self._here.alarms.states(names), since=since)

    def go_on(self, run: Run, objects: str, observation: Observation) -> tuple[Run, LookAgain | Stop]:
        """See how the rehearsal goes, and stop it if it is over or somebody ``objects``."""
        is_over = bool(objects or run.on_trial.problem) or self._clock() >= rehearsal.rehearsal_ends_at(run)
        there = self._find(run.on_trial, observation)
        stopped = self.bring_back(run, there) if is_over else Stopped(run=run)
        run, seen = stopped.run, self._see(run.on_trial, observation, there)
        run = replace(run, rehearsal=rehearsal.went_on(run, objects, seen))
        goes_on = rehearsal.decided_by(run, seen)
        if run.is_rehearsing and run.on_trial.problem and not is_over:
            # Only this look has found what is wrong.
            stopped = self.bring_back(run, there)
        else:
            stopped = replace(stopped, run=run)
        return stopped.run, replace(goes_on, reason="; ".join([goes_on.reason, *stopped.words]))

    def bring_back(self, run: Run, there: Mapping[str, VirtualInterface] | None = None) -> Stopped:
        """
        Stop, one by one, what AWS has just shown to be the run's own and running, as far as it answers at all.

        ``there`` is what a look showed of what is on trial, if there was one.
        """
        on_trial = run.on_trial
        settled = self._clock() >= rehearsal.settles_at(on_trial)
        calls: list[Call] = []
        ended: list[str] = []
        left: list[str] = []
        for id_, test_id in on_trial.tests.items():
            is_back = there is not None and id_ in there and there[id_].state != VirtualInterfaceState.TESTING
            if id_ in on_trial.stopped and (is_back or there is None):
                continue
            try:
                history = self._here.direct_connect.failover_tests(id_)
            except (RefusedError, AwsBusyError, AwsDeniedError):
                left.append(id_)
                continue
            if id_ not in rehearsal.running(on_trial, history, self._clock()):
                left += [] if any(test.test_id == test_id for test in history) else [id_]
                continue
            calls.append(self._here.direct_connect.stop_failover_test(id_, self._clock()))
            log_call(calls[-1])
            # AWS refuses to stop what has ended; only then is another state than testing not an old one.
            is_refused = calls[-1].outcome is CallOutcome.REFUSED and is_back and settled
            (ended if calls[-1].is_accepted or is_refused else left).append(id_)
        return Stopped(
            run=replace(run, rehearsal=replace(on_trial, stopped=tuple(dict.fromkeys([*on_trial.stopped, *ended])))),
            words=tuple(f'AWS on {call.resource_id}: "{call.words}"' for call in calls if not call.is_accepted),
            left=tuple(left),
        )

    def _find(self, on_trial: Rehearsal, observation: Observation) -> dict[str, VirtualInterface]:
        """Find what is on trial, wherever it is now; what AWS does not show is left out."""
        there = {v.virtual_interface_id: v for v in observation.virtual_interfaces}
        for id_ in on_trial.tests:
            if id_ not in there:
                with suppress(AwsBusyError, AwsDeniedError):
                    there |= {v.virtual_interface_id: v for v in self._here.direct_connect.virtual_interface(id_)}
        return {id_: there[id_] for id_ in on_trial.tests if id_ in there}

    def _see(self, on_trial: Rehearsal, observation: Observation, there: Mapping[str, VirtualInterface]) -> Seen:
        """See how the tests go; an answer that is missing hides nothing of the others."""
        histories: dict[str, tuple[FailoverTest, ...]] = {}
        refused: set[str] = set()
        for id_ in on_trial.tests:
            try:
                histories[id_] = self._here.direct_connect.failover_tests(id_)
            except (RefusedError, AwsDeniedError):
                refused.add(id_)
            except AwsBusyError:
                logger.warning("AWS was too busy to show the BGP failover tests", resourceId=id_)
        return Seen(
            began_at=self._began_at,
            at=self._clock(),
            observation=observation,
            histories=histories,
            refused=frozenset(refused),
            interfaces=there,
        )
