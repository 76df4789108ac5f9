"""The world: what exists, what time it is, how it behaves, and what was asked of it."""

from __future__ import annotations

import json
import random
import uuid
from contextlib import suppress
from itertools import chain, count
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import moto.directconnect
import moto.directconnect.models
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from . import connections, gateways, hosting, lags, virtual_interfaces
from .behaviour import GONE_CONNECTION_MESSAGES, Behaviour
from .clock import utc_now
from .exceptions import AnswerLostError, DirectConnectClientException, DirectConnectError, DirectConnectServerException
from .faults import AccessDenied, AnswerLost, Faults, Refusal, StaleAnswer
from .lifecycle import Call, Request
from .operations import OPERATIONS
from .states import GONE, ConnectionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from .connections import Connection
    from .failover_tests import FailoverTest
    from .gateways import DirectConnectGateway
    from .hosting import Interconnect
    from .lags import Lag
    from .lifecycle import Answer, Resource
    from .virtual_interfaces import VirtualInterface

LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class DirectConnectBackend(BaseBackend, TaggableResourcesMixin):
    """
    Direct Connect in one Region, as one account sees it.

    Not a child of moto's own backend: that one deletes at once and answers codes that AWS does not have, and every
    method of it that is not replaced would be a way around this one.
    """

    SERVICE_NAMESPACE = "directconnect"

    # How a world is built; the operations use the same.
    add_connection = connections.add_connection
    add_virtual_interface = virtual_interfaces.add_virtual_interface
    add_lag = lags.add_lag
    add_interconnect = hosting.add_interconnect
    add_direct_connect_gateway = gateways.add_direct_connect_gateway
    add_virtual_gateway = gateways.add_virtual_gateway

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.connections: dict[str, Connection] = {}
        self.lags: dict[str, Lag] = {}
        self.interconnects: dict[str, Interconnect] = {}
        self.virtual_interfaces: dict[str, VirtualInterface] = {}
        self.direct_connect_gateways: dict[str, DirectConnectGateway] = {}
        self.virtual_gateways: dict[str, str] = {}
        self.failover_tests: list[FailoverTest] = []

        self.clock: Callable[[], datetime] = utc_now
        self.behaviour = Behaviour()
        self.faults = Faults()
        self.calls: list[Call] = []
        self.before: dict[str, Callable[[Mapping[str, Any]], object]] = {}

        self._lock = RLock()
        self._sequence = count()
        self._previous: dict[str, Answer] = {}
        # The same steps make the same ids, so that a history can be repeated.
        self.random = random.Random(f"{account_id} {region_name}")  # noqa: S311  # ids, not keys

    def run(self, operation: str, parameters: Mapping[str, Any], caller: str | None = None) -> Answer:
        """
        Answer one call, in process or over HTTP.

        Raises `DirectConnectError` for an answer that is an error, and `AnswerLostError` if there is no answer.
        """
        self.calls.append(Call(operation, parameters, self.clock()))
        if (hook := self.before.get(operation)) is not None:
            hook(parameters)
        with self._lock:
            return self._answer_or_fail(Request(operation, parameters, self.clock(), caller or self.account_id))

    def _answer_or_fail(self, request: Request) -> Answer:
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
            case StaleAnswer():
                return self._previous.get(_question(request)) or self._answer(request)
            case None:
                return self._answer(request)

    def _answer(self, request: Request) -> Answer:
        for resource in self.resources():
            resource.settle(request.moment)
        answer = OPERATIONS[request.operation](self, request)
        if request.operation.startswith(("Describe", "List")):
            self._previous[_question(request)] = answer
        return answer

    def _resource_arn(self, parameters: Mapping[str, Any]) -> str:
        named = {parameters.get(name) for name in ("virtualInterfaceId", "connectionId", "lagId", "resourceArn")}
        for resource in self.resources():
            if named & {resource.id, resource.arn}:
                return resource.arn
        return "*"

    # What operations look for -----------------------------------------------------------------------------------

    def resources(self) -> Iterator[Resource]:
        return chain(
            self.virtual_interfaces.values(),
            self.connections.values(),
            self.interconnects.values(),
            self.lags.values(),
            self.direct_connect_gateways.values(),
        )

    def find_port(self, port_id: str, now: datetime) -> Connection | Lag | None:
        """Find what can carry virtual interfaces, as long as AWS shows it."""
        port = self.connections.get(port_id) or self.interconnects.get(port_id) or self.lags.get(port_id)
        return port if port is not None and port.is_listed(self.behaviour, now) else None

    def port(self, port_id: str, now: datetime) -> Connection | Lag:
        if (port := self.find_port(port_id, now)) is None:
            raise DirectConnectClientException(self._gone_message(port_id))
        return port

    def connection(self, connection_id: str, now: datetime) -> Connection:
        connection = self.connections.get(connection_id)
        if connection is None or not connection.is_listed(self.behaviour, now):
            raise DirectConnectClientException(self._gone_message(connection_id))
        return connection

    def _gone_message(self, connection_id: str) -> str:
        return (self.behaviour.gone_connection_message or GONE_CONNECTION_MESSAGES[0]).replace("{id}", connection_id)

    def lag(self, lag_id: str, now: datetime) -> Lag:
        lag = self.lags.get(lag_id)
        if lag is None or not lag.is_listed(self.behaviour, now):
            raise DirectConnectClientException(f"Could not find Lag with ID {lag_id}")
        return lag

    def virtual_interface(self, virtual_interface_id: str, now: datetime) -> VirtualInterface:
        virtual_interface = self.virtual_interfaces.get(virtual_interface_id)
        if virtual_interface is None or not virtual_interface.is_listed(self.behaviour, now):
            raise DirectConnectClientException(f"Virtual Interface {virtual_interface_id} does not exist.")
        return virtual_interface

    def children(self, port_id: str) -> list[Connection | VirtualInterface]:
        """List what stands on a port, gone or not: its virtual interfaces and the connections it hosts."""
        return [
            *(one for one in self.virtual_interfaces.values() if one.connection_id == port_id),
            *(one for one in self.connections.values() if one.parent_id == port_id),
        ]

    def members(self, lag_id: str) -> list[Connection]:
        return [one for one in self.connections.values() if one.lag_id == lag_id and one.state not in GONE]

    def operational_members(self, lag_id: str) -> list[Connection]:
        return [member for member in self.members(lag_id) if member.state == ConnectionState.AVAILABLE]

    def refuse_below_minimum_links(self, leaving: Connection) -> None:
        """Refuse if the connection's LAG would have fewer operational members than its minimum without it."""
        lag = self.lags.get(leaving.lag_id or "")
        if lag is None:
            return
        operational = self.operational_members(lag.id)
        if leaving in operational and len(operational) - 1 < lag.minimum_links:
            message = self.behaviour.lag_minimum_message
            raise DirectConnectClientException(message.replace("{lag_id}", lag.id).replace("{id}", leaving.id))

    def refuse_strangers(self, resource: Resource, caller: str) -> None:
        if resource.owner_account != caller:
            raise DirectConnectClientException(f"Account {caller} does not own {resource.id}.")

    def new_id(self, kind: str) -> str:
        return f"{kind}-f{''.join(self.random.choices(LETTERS, k=7))}"

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def next_sequence(self) -> int:
        return next(self._sequence)

    # The Resource Groups Tagging API asks every backend of moto -------------------------------------------------

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for resource in self.resources():
            yield TaggedResource(resource.arn, dict(resource.tags), f"directconnect:{resource.arn_type}")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self.run("TagResource", {"resourceArn": arn, "tags": [{"key": k, "value": v} for k, v in tags.items()]})

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        self.run("UntagResource", {"resourceArn": arn, "tagKeys": tag_keys})


def _question(request: Request) -> str:
    return json.dumps([request.operation, request.caller, request.parameters], sort_keys=True)


directconnect_backends = BackendDict(DirectConnectBackend, "directconnect")


def install() -> None:
    """Let moto answer Direct Connect with this backend; call it before the first request. Again does no harm."""
    for module in (moto.directconnect, moto.directconnect.models):
        setattr(module, "directconnect_backends", directconnect_backends)  # noqa: B010  # of another type than moto's
