"""A client in this process, with a log of its calls, hooks, and faults on demand."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from types import SimpleNamespace
from typing import Any, ClassVar

from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.clock import ManualClock
from sandbox.directconnect.faults import (
    AccessDenied,
    AnswerLost,
    CutJson,
    EmptyBody,
    Faults,
    Html,
    NoAnswer,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    Slow,
    StaleAnswer,
)
from sandbox.directconnect.hooks import Hooked


class Client(Hooked):
    """
    Makes one attempt at each call, as a boto3 client without retries does.

    ``read`` and ``read_cut`` do what botocore does with JSON; a service with another protocol overrides them.
    """

    service: ClassVar[str]

    def __init__(self) -> None:
        self.meta = SimpleNamespace(service_model=SimpleNamespace(service_name=self.service))
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.faults = Faults()
        self.clock: Callable[[], object] | None = None
        """``Slow`` advances it, if it is a ``ManualClock``."""
        self._requests = count(1)

    def call(self, operation: str, parameters: Mapping[str, Any], work: Callable[[], Answer]) -> Answer:
        """Log a call, and answer it with the result of ``work``, unless a fault is due."""
        self.calls.append((operation, parameters))
        with self.hooks(operation, parameters):
            return self._work_or_fail(operation, work)

    def _work_or_fail(self, operation: str, work: Callable[[], Answer]) -> Answer:  # noqa: C901 - a case for each fault
        match self.faults.take(operation):
            case Refusal(code, message, status):
                raise self.error(operation, code, message, status)
            case AccessDenied(user):
                message = f"User: {user} is not authorized to perform: {self.service}:{operation}"
                raise self.error(operation, "AccessDenied", message, 403)
            case AnswerLost(connection_breaks):
                with suppress(ClientError):
                    work()
                if not connection_breaks:
                    raise self.error(operation, "InternalFailure", "We encountered an internal error.", 500)
                raise ConnectionClosedError(endpoint_url="in process")
            case Reset():
                raise ConnectionClosedError(endpoint_url="in process")
            case Html() | EmptyBody() | Nothing() as fault:
                return self.read(operation, fault)
            case CutJson():
                raise self.read_cut(operation, work)
            case Nulls():
                # botocore leaves out what is null.
                return self._with_metadata({k: v for k, v in work().items() if not isinstance(v, list)})
            case Slow(seconds):
                try:
                    return self._with_metadata(work())
                finally:
                    if isinstance(self.clock, ManualClock):
                        self.clock.advance(seconds=seconds)
            case StaleAnswer() | None:
                return self._with_metadata(work())

    def read(self, _operation: str, _fault: NoAnswer) -> Answer:
        """Do what botocore does with HTTP 200 and a body that does not come from AWS."""
        return {"ResponseMetadata": metadata(200)}

    def read_cut(self, operation: str, work: Callable[[], Answer]) -> Exception:
        """Return what botocore raises for HTTP 400 and half of an answer."""
        text = json.dumps(work(), default=str)
        return unreadable(operation, text[: len(text) // 2], 400)

    def error(self, operation: str, code: str, message: str, status: int) -> ClientError:
        response: Any = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": metadata(status, self._request_id()),
        }
        return ClientError(response, operation)

    def _with_metadata(self, answer: Answer) -> Answer:
        return {**answer, "ResponseMetadata": metadata(200, self._request_id())}

    def _request_id(self) -> str:
        return f"{self.service}-{next(self._requests)}"


def unreadable(operation: str, message: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": str(status), "Message": message}, "ResponseMetadata": metadata(status)}
    return ClientError(response, operation)


def metadata(status: int, request_id: str | None = None) -> dict[str, Any]:
    """Return the metadata of an answer; one that does not come from AWS has no request id."""
    fields: dict[str, Any] = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
    return fields if request_id is None else {"RequestId": request_id, **fields}
