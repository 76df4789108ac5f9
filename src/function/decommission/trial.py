"""Taking BGP down for a rehearsal, watching it, and bringing it back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from decommission import rehearsal
from decommission.calls import RefusedError
from decommission.decided import LookAgain, Stop
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.log import log_call, logger
from decommission.models import FailoverTest, Observation
from decommission.places import Here
from decommission.rehearsal import Seen
from decommission.run import Call, CallOutcome, Rehearsal, Run


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

        An alarm goes off late, so all are watched until the first deletion. Raises AwsBusyError and AwsDeniedError.
        """
        if run.rehearsal is None or run.has_begun:
            return ""
        names = run.request.alarm_names
        return rehearsal.trouble(names, self._here.alarms.states(names), since=run.rehearsal.started_at)

    def go_on(self, run: Run, objects: str, observation: Observation) -> tuple[Run, LookAgain | Stop]:
        """See how the rehearsal goes, and stop it if it is over or somebody ``objects``."""
        seen = self._see(run.on_trial, observation)
        run = replace(run, rehearsal=rehearsal.went_on(run, objects, seen))
        goes_on = rehearsal.decided_by(run, seen)
        if not run.is_rehearsing or not (run.on_trial.problem or seen.at >= rehearsal.rehearsal_ends_at(run)):
            return run, goes_on
        down = rehearsal.still_down(run, seen)
        calls = [call for id_ in down for call in self._stop_own(run.on_trial, seen.histories.get(id_, ()))]
        stopped = dict.fromkeys([*run.on_trial.stopped, *(c.resource_id for c in calls if _has_ended(c, seen))])
        words = [f'AWS on {call.resource_id}: "{call.words}"' for call in calls if not call.is_accepted]
        run = replace(run, rehearsal=replace(run.on_trial, stopped=tuple(stopped)))
        return run, replace(goes_on, reason="; ".join([goes_on.reason, *words]))

    def bring_back(self, on_trial: Rehearsal) -> tuple[list[str], list[str]]:
        """
        Stop whatever can be seen to be the run's own and running, as far as AWS answers at all.

        Returns the ids of the virtual interfaces whose test was stopped, and of those on which one may still run.
        """
        stopped: list[str] = []
        left: list[str] = []
        for id_, test_id in on_trial.tests.items():
            try:
                history = self._here.direct_connect.failover_tests(id_)
            except (RefusedError, AwsBusyError, AwsDeniedError):
                left.append(id_)
                continue
            calls = self._stop_own(on_trial, history)
            if any(call.is_accepted for call in calls):
                stopped.append(id_)
            elif calls or not any(test.test_id == test_id for test in history):
                left.append(id_)
        return stopped, left

    def _see(self, on_trial: Rehearsal, observation: Observation) -> Seen:
        """See what is on trial, wherever it is now; an answer that is missing hides nothing of the others."""
        direct_connect = self._here.direct_connect
        interfaces = {v.virtual_interface_id: v for v in observation.virtual_interfaces}
        histories: dict[str, tuple[FailoverTest, ...]] = {}
        refused: set[str] = set()
        for id_ in on_trial.tests:
            try:
                if id_ not in interfaces:
                    interfaces |= {v.virtual_interface_id: v for v in direct_connect.virtual_interface(id_)}
                histories[id_] = direct_connect.failover_tests(id_)
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
            interfaces={id_: v for id_, v in interfaces.items() if id_ in on_trial.tests},
        )

    def _stop_own(self, on_trial: Rehearsal, history: Iterable[FailoverTest]) -> list[Call]:
        """Stop tests that AWS has just shown to be the run's own and running."""
        own = rehearsal.running(on_trial, history, self._clock())
        calls = [self._here.direct_connect.stop_failover_test(id_, self._clock()) for id_ in own]
        for call in calls:
            log_call(call)
        return calls


def _has_ended(stop: Call, seen: Seen) -> bool:
    """Return True if AWS agreed to stop a test, or refuses to because it shows its interface as up again."""
    interface = seen.interfaces.get(stop.resource_id)
    is_up = interface is not None and interface.is_up
    return stop.is_accepted or (stop.outcome is CallOutcome.REFUSED and is_up)
