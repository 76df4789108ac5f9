"""The backend: a world that answers calls, or fails on demand."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from threading import RLock
from typing import Any

import moto.directconnect
import moto.directconnect.models
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.clock import ManualClock
from sandbox.directconnect.exceptions import (
    AnswerLostError,
    DirectConnectError,
    DirectConnectServerException,
    RawAnswerError,
)
from sandbox.directconnect.faults import (
    AccessDenied,
    AnswerLost,
    CutJson,
    EmptyBody,
    Faults,
    Html,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    Slow,
    StaleAnswer,
)
from sandbox.directconnect.hooks import Hooked, in_hook
from sandbox.directconnect.operations import OPERATIONS
from sandbox.directconnect.wire import as_json, first_half
from sandbox.directconnect.world import World


class DirectConnectBackend(BaseBackend, World, Hooked, TaggableResourcesMixin):
    """
    Direct Connect in one Region, for moto's server and for clients in this process.

    ``before`` holds a hook for each operation, called with the parameters; ``before_each`` and ``after_each`` are
    called for every operation. Hooks must not call over HTTP.

    Not a subclass of moto's own backend: inherited methods would bypass this model. That backend deletes at once, and
    answers codes that AWS does not have.
    """

    SERVICE_NAMESPACE = "directconnect"

    def __init__(self, region_name: str, account_id: str) -> None:
        BaseBackend.__init__(self, region_name, account_id)
        World.__init__(self, region_name, account_id, self.partition)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.before: dict[str, Callable[[Mapping[str, Any]], object]] = {}
        self._lock = RLock()
        self._previous: dict[str, Answer] = {}
        self._requests = count(1)

    def new_request_id(self) -> str:
        return f"in-process-{next(self._requests)}"

    def run(self, operation: str, parameters: Mapping[str, Any], caller: str | None = None) -> Answer:
        """
        Answer one call, in process or over HTTP.

        Raises ``DirectConnectError`` if AWS answers an error, ``AnswerLostError`` if no answer arrives, and
        ``RawAnswerError`` if its body is not what the model shows.
        """
        call = Call(operation, parameters, self.clock(), caller or self.account_id)
        self.calls.append(call)
        with self.hooks(operation, parameters):
            if (hook := self.before.get(operation)) is not None:
                with in_hook():
                    hook(parameters)
            with self._lock:
                # A hook may have moved the clock.
                return self._answer_or_fail(replace(call, moment=self.clock()))

    def _answer_or_fail(self, call: Call) -> Answer:  # noqa: C901 - a case for each fault
        match self.faults.take(call.operation):
            case Refusal(code, message, status):
                raise DirectConnectError(code, message, status)
            case AccessDenied(user):
                raise DirectConnectError(
                    "AccessDeniedException",
                    f"User: {user} is not authorized to perform: directconnect:{call.operation}"
                    f" on resource: {self._resource_arn(call.parameters)}",
                )
            case AnswerLost(connection_breaks):
                with suppress(DirectConnectError):
                    self._answer(call)
                raise AnswerLostError if connection_breaks else DirectConnectServerException
            case Reset():
                raise AnswerLostError
            case Html() | EmptyBody() | Nothing() as fault:
                raise RawAnswerError(200, fault.body, fault.content_type)
            case CutJson():
                raise RawAnswerError(400, first_half(as_json(self._describe(call))))
            case Nulls():
                answer = self._answer(call)
                return {name: None if isinstance(value, list) else value for name, value in answer.items()}
            case Slow(seconds):
                try:
                    return self._answer(call)
                finally:
                    if isinstance(self.clock, ManualClock):
                        self.clock.advance(seconds=seconds)
            case StaleAnswer():
                return self._previous.get(_question(call)) or self._answer(call)
            case None:
                return self._answer(call)

    def _answer(self, call: Call) -> Answer:
        for resource in self.resources():
            resource.settle(call.moment)
        answer = OPERATIONS[call.operation](self, call)
        if _changes_nothing(call.operation):
            self._previous[_question(call)] = answer
        return answer

    def _describe(self, call: Call) -> Answer:
        """Answer a call that changes nothing; answer any other as if it were DescribeVirtualInterfaces."""
        if _changes_nothing(call.operation):
            return self._answer(call)
        return self._answer(replace(call, operation="DescribeVirtualInterfaces", parameters={}))

    def _resource_arn(self, parameters: Mapping[str, Any]) -> str:
        named = {parameters.get(name) for name in ("virtualInterfaceId", "connectionId", "lagId", "resourceArn")}
        for resource in self.resources():
            if named & {resource.id, resource.arn}:
                return resource.arn
        return "*"

    # moto's Resource Groups Tagging API calls the following three of every backend.

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for resource in self.resources():
            yield TaggedResource(resource.arn, dict(resource.tags), f"directconnect:{resource.arn_type}")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self.run("TagResource", {"resourceArn": arn, "tags": [{"key": k, "value": v} for k, v in tags.items()]})

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        self.run("UntagResource", {"resourceArn": arn, "tagKeys": tag_keys})


def _changes_nothing(operation: str) -> bool:
    return operation.startswith(("Describe", "List"))


def _question(call: Call) -> str:
    return json.dumps([call.operation, call.caller, call.parameters], sort_keys=True)


directconnect_backends = BackendDict(DirectConnectBackend, "directconnect")


def install() -> None:
    """Let moto answer Direct Connect with this backend; call it before the first call. Again does no harm."""
    for module in (moto.directconnect, moto.directconnect.models):
        setattr(module, "directconnect_backends", directconnect_backends)  # noqa: B010 - of another type than moto's
