"""Taking BGP down for a rehearsal, watching it, and bringing it back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from decommission import rehearsal
from decommission.calls import RefusedError
from decommission.decided import LookAgain, Stop
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.log import log_call
from decommission.models import FailoverTest, Observation, VirtualInterface
from decommission.places import Here
from decommission.run import Call, CallOutcome, Rehearsal, Run


class Trial:
    """The BGP failover tests of a run. ``clock`` answers in UTC."""

    def __init__(self, here: Here, clock: Callable[[], datetime]) -> None:
        self._here = here
        self._clock = clock

    def begin(self, run: Run, ids: Sequence[str], *, until: datetime) -> Run:
        """Start a test on each of these virtual interfaces, up to the first that AWS does not start in time."""
        begun = run.rehearsal or Rehearsal(started_at=self._clock())
        minutes = run.request.rehearsal_minutes
        for number, id_ in enumerate(ids):
            now = self._clock()
            # Whoever objects is heard only between two steps.
            if number and now > until:
                return replace(run, rehearsal=replace(begun, pending=tuple(ids[number:])))
            call, test_id = self._here.direct_connect.start_failover_test(id_, minutes, now)
            log_call(call)
            if call.outcome is CallOutcome.THROTTLED:
                return replace(run, rehearsal=replace(begun, pending=tuple(ids[number:])))
            if test_id is None:
                return replace(run, rehearsal=replace(begun, problem=rehearsal.not_started(run, call)))
            begun = replace(begun, tests={**begun.tests, id_: test_id})
        return replace(run, rehearsal=replace(begun, pending=()))

    def missed(self, run: Run) -> str:
        """
        Say which alarm misses what is or was down on trial; an empty text if none does.

        An alarm goes off late, so all are watched until the first deletion. Raises AwsBusyError and AwsDeniedError.
        """
        if run.rehearsal is None or run.has_begun:
            return ""
        names = run.request.alarm_names
        return rehearsal.trouble(names, self._here.alarms.states(names), since=run.rehearsal.started_at)

    def go_on(
        self, run: Run, objects: str, observation: Observation, *, lasts: timedelta
    ) -> tuple[Run, LookAgain | Stop]:
        """
        See how the rehearsal goes; stop it if it is over or somebody ``objects``, and else start what is pending.

        Nothing is started later than the observation ``lasts``. Raises AwsBusyError.
        """
        shown, seen, now = self._shown(run.on_trial), self._seen(run.on_trial, observation), self._clock()
        run = replace(run, rehearsal=rehearsal.went_on(run, objects, shown, seen, now))
        goes_on = rehearsal.decided_by(run, observation, now)
        if not run.is_rehearsing:
            return run, goes_on
        if run.on_trial.problem or now >= rehearsal.rehearsal_ends_at(run):
            down = rehearsal.still_down(run, shown, seen, now)
            calls = self._stop(id_ for id_ in rehearsal.running(run.on_trial, shown or (), now) if id_ in down)
            stopped = dict.fromkeys([*run.on_trial.stopped, *(call.resource_id for call in calls if call.is_accepted)])
            words = [f'AWS on {call.resource_id}: "{call.words}"' for call in calls if not call.is_accepted]
            run = replace(run, rehearsal=replace(run.on_trial, stopped=tuple(stopped)))
            return run, replace(goes_on, reason="; ".join([goes_on.reason, *words]))
        # Only what is still where it was planned.
        up = [v.virtual_interface_id for v in observation.to_be_deleted if v.is_up]
        return self.begin(run, [id_ for id_ in run.on_trial.pending if id_ in up], until=now + lasts), goes_on

    def bring_back(self, on_trial: Rehearsal) -> list[str]:
        """
        Stop whatever can be seen to be the run's own and running, as far as AWS answers at all.

        Returns the ids of the virtual interfaces on which a test may still be running.
        """
        left: list[str] = []
        for id_ in on_trial.tests:
            try:
                shown = self._here.direct_connect.failover_tests(id_)
            except (RefusedError, AwsBusyError, AwsDeniedError):
                left.append(id_)
            else:
                calls = self._stop(rehearsal.running(on_trial, shown, self._clock()))
                left += [call.resource_id for call in calls if not call.is_accepted]
        return left

    def _shown(self, on_trial: Rehearsal) -> list[FailoverTest] | None:
        """List the tests on what is on trial, of whomever they are; None if AWS refuses."""
        try:
            return [test for id_ in on_trial.tests for test in self._here.direct_connect.failover_tests(id_)]
        except (RefusedError, AwsDeniedError):
            return None

    def _seen(self, on_trial: Rehearsal, observation: Observation) -> dict[str, VirtualInterface]:
        """See what is on trial, also what somebody has moved away meanwhile."""
        seen = {v.virtual_interface_id: v for v in observation.virtual_interfaces}
        moved = [id_ for id_ in on_trial.tests if id_ not in seen]
        return seen | {
            v.virtual_interface_id: v for id_ in moved for v in self._here.direct_connect.virtual_interface(id_)
        }

    def _stop(self, ids: Iterable[str]) -> list[Call]:
        """Stop tests that were just seen to be the run's own and running."""
        calls = [self._here.direct_connect.stop_failover_test(id_, self._clock()) for id_ in ids]
        for call in calls:
            log_call(call)
        return calls
