"""Run steps side by side, call by call, in an order that a test decides."""

from collections.abc import Callable
from threading import Semaphore, Thread

from decommission.schemas import JSON


class Stepping:
    """
    A step in a thread of its own, which stops before each call to AWS until the test lets it go on.

    ``work`` takes the step. Its argument is a function that it must call before each call to AWS.
    """

    def __init__(self, work: Callable[[Callable[[], None]], JSON]) -> None:
        self._work = work
        self._may_go_on = Semaphore(0)
        self._has_stopped = Semaphore(0)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        self._result: JSON | None = None
        self._error: BaseException | None = None
        self.has_ended = False

    def _run(self) -> None:
        self._may_go_on.acquire()
        try:
            self._result = self._work(self._stop)
        except BaseException as error:  # noqa: BLE001 - raised again where the step was started
            self._error = error
        finally:
            self.has_ended = True
            self._has_stopped.release()

    def _stop(self) -> None:
        self._has_stopped.release()
        self._may_go_on.acquire()

    def go_on(self, calls: int = 1) -> None:
        """Let the step make this number of calls, or fewer if it ends before."""
        for _ in range(calls):
            if self.has_ended:
                return
            self._may_go_on.release()
            self._has_stopped.acquire()

    def finish(self) -> JSON:
        """Let the step end; return its result, or raise its error."""
        while not self.has_ended:
            self.go_on()
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result
