"""The world: what exists, what time it is, and how AWS behaves."""

from __future__ import annotations

import random
import uuid
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from moto.core.base_backend import BaseBackend

from . import attachments, connections, gateways, hosting, lags, resiliency_groups, virtual_interfaces
from .behaviour import GONE_CONNECTION_MESSAGES, Behaviour
from .clock import utc_now
from .exceptions import DirectConnectClientException
from .states import GONE, ConnectionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from .attachments import GatewayAttachment
    from .connections import Connection
    from .failover_tests import FailoverTest
    from .gateways import DirectConnectGateway
    from .hosting import Interconnect
    from .lags import Lag
    from .lifecycle import Resource
    from .resiliency_groups import ResiliencyGroup
    from .virtual_interfaces import VirtualInterface

LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class World(BaseBackend):
    """What Direct Connect holds in one Region, as one account sees it."""

    # How a world is built; the operations use the same.
    add_connection = connections.add_connection
    add_virtual_interface = virtual_interfaces.add_virtual_interface
    add_lag = lags.add_lag
    add_interconnect = hosting.add_interconnect
    add_direct_connect_gateway = gateways.add_direct_connect_gateway
    add_virtual_gateway = gateways.add_virtual_gateway
    add_remote_attachment = attachments.add_remote_attachment
    add_resiliency_group = resiliency_groups.add_resiliency_group

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.connections: dict[str, Connection] = {}
        self.lags: dict[str, Lag] = {}
        self.interconnects: dict[str, Interconnect] = {}
        self.virtual_interfaces: dict[str, VirtualInterface] = {}
        self.direct_connect_gateways: dict[str, DirectConnectGateway] = {}
        self.virtual_gateways: dict[str, str] = {}
        self.remote_attachments: list[GatewayAttachment] = []
        self.resiliency_groups: dict[str, ResiliencyGroup] = {}
        self.failover_tests: list[FailoverTest] = []
        self.connection_ids: set[str] = set()
        """The id of every connection and interconnect that was ever added."""

        self.clock: Callable[[], datetime] = utc_now
        self.behaviour = Behaviour()

        self._sequence = count()
        # The same steps make the same ids, so that a history can be repeated.
        self.random = random.Random(f"{account_id} {region_name}")  # noqa: S311 - ids, not keys

    def resources(self) -> Iterator[Resource]:
        return chain(
            self.virtual_interfaces.values(),
            self.connections.values(),
            self.interconnects.values(),
            self.lags.values(),
            self.direct_connect_gateways.values(),
        )

    @property
    def is_partner(self) -> bool:
        """Whether the account has what only a Direct Connect partner has."""
        return bool(self.interconnects) or any(one.is_partners or one.parent_id for one in self.connections.values())

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
        """List the virtual interfaces of a port and the connections it hosts, gone or not."""
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

    def new_id(self, kind: str, length: int = 8) -> str:
        return f"{kind}-f{''.join(self.random.choices(LETTERS, k=length - 1))}"

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def next_sequence(self) -> int:
        return next(self._sequence)
