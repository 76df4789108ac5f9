"""The backend: answers calls about the world, or fails on demand."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

import moto.directconnect
import moto.directconnect.models
from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from .clock import ManualClock
from .exceptions import AnswerLostError, DirectConnectError, DirectConnectServerException, RawAnswerError
from .faults import (
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
from .hooks import Hooked, in_hook
from .lifecycle import Call, Request
from .operations import OPERATIONS
from .wire import as_json, first_half
from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .lifecycle import Answer


class DirectConnectBackend(World, Hooked, TaggableResourcesMixin):
    """
    Direct Connect in one Region, for moto's server and for clients in this process.

    ``before`` has a hook for each operation, called with the parameters; ``before_each`` and ``after_each`` are called
    for every operation. ``after_each`` sees the world as the call left it, so it must not call over HTTP.

    Not a subclass of moto's own backend: that one deletes at once and answers codes that AWS does not have, and its
    inherited methods would bypass this model.
    """

    SERVICE_NAMESPACE = "directconnect"

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
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

        Raises ``DirectConnectError`` for an answer that is an error, ``AnswerLostError`` if there is no answer, and
        ``RawAnswerError`` for one that is not what the model shows.
        """
        self.calls.append(Call(operation, parameters, self.clock()))
        with self.hooks(operation, parameters):
            if (hook := self.before.get(operation)) is not None:
                with in_hook():
                    hook(parameters)
            with self._lock:
                return self._answer_or_fail(Request(operation, parameters, self.clock(), caller or self.account_id))

    def _answer_or_fail(self, request: Request) -> Answer:  # noqa: C901 - one case for each fault
        match self.faults.take(request.operation):
            case Refusal(code, message, status):
                raise DirectConnectError(code, message, status)
            case AccessDenied(user):
                raise DirectConnectError(
                    "AccessDeniedException",
                    f"User: {user} is not authorized to perform: directconnect:{request.operation}"
                    f" on resource: {self._resource_arn(request.parameters)}",
                )
            case AnswerLost(connection_breaks):
                with suppress(DirectConnectError):
                    self._answer(request)
                raise AnswerLostError if connection_breaks else DirectConnectServerException
            case Reset():
                raise AnswerLostError
            case Html() | EmptyBody() | Nothing() as fault:
                raise RawAnswerError(200, fault.body, fault.content_type)
            case CutJson():
                raise RawAnswerError(400, first_half(as_json(self._describe(request))))
            case Nulls():
                answer = self._answer(request)
                return {name: None if isinstance(value, list) else value for name, value in answer.items()}
            case Slow(seconds):
                try:
                    return self._answer(request)
                finally:
                    if isinstance(self.clock, ManualClock):
                        self.clock.advance(seconds=seconds)
            case StaleAnswer():
                return self._previous.get(_question(request)) or self._answer(request)
            case None:
                return self._answer(request)

    def _answer(self, request: Request) -> Answer:
        for resource in self.resources():
            resource.settle(request.moment)
        answer = OPERATIONS[request.operation](self, request)
        if _only_looks(request.operation):
            self._previous[_question(request)] = answer
        return answer

    def _describe(self, request: Request) -> Answer:
        """Answer a call if it changes nothing, and in place of any other DescribeVirtualInterfaces."""
        if _only_looks(request.operation):
            return self._answer(request)
        return self._answer(Request("DescribeVirtualInterfaces", {}, request.moment, request.caller))

    def _resource_arn(self, parameters: Mapping[str, Any]) -> str:
        named = {parameters.get(name) for name in ("virtualInterfaceId", "connectionId", "lagId", "resourceArn")}
        for resource in self.resources():
            if named & {resource.id, resource.arn}:
                return resource.arn
        return "*"

    # The Resource Groups Tagging API asks every backend of moto -------------------------------------------------

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for resource in self.resources():
            yield TaggedResource(resource.arn, dict(resource.tags), f"directconnect:{resource.arn_type}")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self.run("TagResource", {"resourceArn": arn, "tags": [{"key": k, "value": v} for k, v in tags.items()]})

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        self.run("UntagResource", {"resourceArn": arn, "tagKeys": tag_keys})


def _only_looks(operation: str) -> bool:
    return operation.startswith(("Describe", "List"))


def _question(request: Request) -> str:
    return json.dumps([request.operation, request.caller, request.parameters], sort_keys=True)


directconnect_backends = BackendDict(DirectConnectBackend, "directconnect")


def install() -> None:
    """Let moto answer Direct Connect with this backend; call it before the first request. Again does no harm."""
    for module in (moto.directconnect, moto.directconnect.models):
        setattr(module, "directconnect_backends", directconnect_backends)  # noqa: B010 - of another type than moto's
