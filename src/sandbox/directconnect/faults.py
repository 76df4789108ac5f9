"""Faults on demand: a queue for each operation, which its calls use up in order."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import ClassVar, Final

OPERATOR: Final = "arn:aws:sts::123456789012:assumed-role/operator/session"

# The unclosed tag keeps botocore from reading the page as XML; it is no JSON either.
HTML_PAGE: Final = (
    "<html>\r\n<head><title>Sign in</title></head>\r\n<body>\r\n<h1>Sign in</h1>\r\n<hr>proxy\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing happens, and the answer is an error."""

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """Nothing happens, and the error names the operation and the resource, as AWS does."""

    user: str = OPERATOR


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The call takes effect, but its answer is HTTP 500, or never arrives because the connection breaks."""

    connection_breaks: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection breaks before the call takes effect."""


@dataclass(frozen=True, slots=True)
class StaleAnswer:
    """A describe or list repeats its last answer to the same parameters; the first such call answers as usual."""


@dataclass(frozen=True, slots=True)
class Html:
    """Nothing happens, and the answer is HTTP 200 with a proxy's HTML page."""

    body: ClassVar[str] = HTML_PAGE
    content_type: ClassVar[str] = "text/html"


@dataclass(frozen=True, slots=True)
class EmptyBody:
    """Nothing happens, and the answer is HTTP 200 without a body."""

    body: ClassVar[str] = ""
    content_type: ClassVar[str] = "application/x-amz-json-1.1"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing happens, and the answer is HTTP 200 with ``{}``."""

    body: ClassVar[str] = "{}"
    content_type: ClassVar[str] = "application/x-amz-json-1.1"


@dataclass(frozen=True, slots=True)
class Nulls:
    """The call takes effect, but every list at the top of its answer is ``null``."""


@dataclass(frozen=True, slots=True)
class CutJson:
    """
    Nothing happens, and the answer is HTTP 400 with half a JSON text, with a BGP key if there is one.

    The text is the usual answer of a describe or list; any other call gets that of DescribeVirtualInterfaces.
    """


@dataclass(frozen=True, slots=True)
class Slow:
    """The call takes effect, and its answer arrives after so many seconds of a ``ManualClock``."""

    seconds: float


type NoAnswer = Html | EmptyBody | Nothing
type Fault = Refusal | AccessDenied | AnswerLost | Reset | StaleAnswer | NoAnswer | Nulls | CutJson | Slow

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
        """Have the next ``times`` calls of the operation meet the fault; ``math.inf`` for all."""
        self._queues[operation].append(_Repeated(fault, times))

    def clear(self) -> None:
        self._queues.clear()

    def waiting(self, operation: str) -> Fault | None:
        """Return the fault that the next call of the operation will meet."""
        queue = self._queues.get(operation)
        return queue[0].fault if queue else None

    def take(self, operation: str) -> Fault | None:
        queue = self._queues.get(operation)
        if not queue:
            return None
        first = queue[0]
        first.times -= 1
        if first.times <= 0:
            queue.popleft()
        return first.fault
