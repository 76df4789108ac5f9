"""Taking BGP down for a rehearsal, and bringing it back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from decommission.calls import RefusedError
from decommission.direct_connect import DirectConnect
from decommission.errors import AwsDeniedError
from decommission.log import log_call
from decommission.models import FailoverTest
from decommission.rehearsal import not_started
from decommission.run import CallOutcome, Rehearsal, Run


class Trial:
    """The BGP failover tests of a run. ``clock`` answers in UTC."""

    def __init__(self, direct_connect: DirectConnect, clock: Callable[[], datetime]) -> None:
        self._direct_connect = direct_connect
        self._clock = clock

    def begin(self, run: Run, ids: Sequence[str]) -> Rehearsal:
        """Start a test on each of these virtual interfaces, up to the first that AWS does not start."""
        begun = run.rehearsal or Rehearsal(started_at=self._clock())
        minutes = run.request.rehearsal_minutes
        for number, id_ in enumerate(ids):
            call, test_id = self._direct_connect.start_failover_test(id_, minutes, self._clock())
            log_call(call)
            if call.outcome is CallOutcome.THROTTLED:
                return replace(begun, pending=tuple(ids[number:]))
            if test_id is None:
                return replace(begun, problem=not_started(run, call))
            begun = replace(begun, tests={**begun.tests, id_: test_id})
        return replace(begun, pending=())

    def shown(self, on_trial: Rehearsal) -> list[FailoverTest] | None:
        """List the tests on what is on trial, of whomever they are; None if AWS refuses. Raises AwsBusyError."""
        try:
            return [test for id_ in on_trial.tests for test in self._direct_connect.failover_tests(id_)]
        except (RefusedError, AwsDeniedError):
            return None

    def stop(self, ids: Iterable[str]) -> list[str]:
        """Stop tests that were just seen to be the run's own and running; return AWS's words where it did not."""
        calls = [self._direct_connect.stop_failover_test(id_, self._clock()) for id_ in ids]
        for call in calls:
            log_call(call)
        return [f'AWS on {call.resource_id}: "{call.words}"' for call in calls if not call.is_accepted]
