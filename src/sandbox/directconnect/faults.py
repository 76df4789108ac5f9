"""What can go wrong on purpose: queued for an operation, used up in the order of their coming."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

OPERATOR: Final = "arn:aws:sts::123456789012:assumed-role/operator/session"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing happens, and the answer is an error."""

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """Nothing happens; the text names the operation and the resource, as AWS's does."""

    user: str = OPERATOR


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The call takes effect, but its answer is HTTP 500, or never arrives because the connection breaks."""

    connection_breaks: bool = False


@dataclass(frozen=True, slots=True)
class StaleAnswer:
    """A describe answers what it answered to the same question last time; the first time there is nothing stale."""


type Fault = Refusal | AccessDenied | AnswerLost | StaleAnswer

THROTTLED: Final = Refusal("ThrottlingException", "Rate exceeded")
SERVER_ERROR: Final = Refusal("DirectConnectServerException", "A server-side error occurred.", status=500)
SERVER_ERROR_AS_400: Final = Refusal("DirectConnectServerException", "A server-side error occurred.", status=400)


def client_error(message: str) -> Refusal:
    return Refusal("DirectConnectClientException", message)


@dataclass(slots=True)
class _Repeated:
    fault: Fault
    times: float


@dataclass(slots=True)
class Faults:
    _queues: defaultdict[str, deque[_Repeated]] = field(default_factory=lambda: defaultdict(deque))

    def add(self, operation: str, fault: Fault, times: float = 1) -> None:
        """Let the next `times` calls of the operation meet the fault; `math.inf` for all."""
        self._queues[operation].append(_Repeated(fault, times))

    def clear(self) -> None:
        self._queues.clear()

    def take(self, operation: str) -> Fault | None:
        queue = self._queues.get(operation)
        if not queue:
            return None
        first = queue[0]
        first.times -= 1
        if first.times <= 0:
            queue.popleft()
        return first.fault
