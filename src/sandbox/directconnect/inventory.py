"""What exists in one Region, and how it is found."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Final

from sandbox.directconnect.behaviour import GONE_CONNECTION_MESSAGES, Behaviour
from sandbox.directconnect.clock import utc_now
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.lifecycle import Identity, Resource
from sandbox.directconnect.resources.connections import Connection, Interconnect
from sandbox.directconnect.resources.failover_tests import FailoverTest
from sandbox.directconnect.resources.gateways import DirectConnectGateway, GatewayAttachment
from sandbox.directconnect.resources.lags import Lag
from sandbox.directconnect.resources.ports import Port
from sandbox.directconnect.resources.resiliency_groups import ResiliencyGroup
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import GONE, ConnectionState

LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Inventory:
    """Everything that Direct Connect holds in one Region, the time, and how AWS behaves."""

    def __init__(self, region_name: str, account_id: str, partition: str = "aws") -> None:
        self.region_name = region_name
        self.account_id = account_id
        self.partition = partition
        self.clock: Callable[[], datetime] = utc_now
        self.behaviour = Behaviour()

        self.connections = dict[str, Connection]()
        self.lags = dict[str, Lag]()
        self.interconnects = dict[str, Interconnect]()
        self.virtual_interfaces = dict[str, VirtualInterface]()
        self.direct_connect_gateways = dict[str, DirectConnectGateway]()
        self.remote_attachments = list[GatewayAttachment]()
        self.resiliency_groups = dict[str, ResiliencyGroup]()
        self.failover_tests = list[FailoverTest]()
        self.connection_ids = set[str]()
        """The id of every connection and interconnect that was ever added."""

        self._sequence = count()
        # The same steps make the same ids, so that a history can be repeated.
        self._random = random.Random(f"{account_id} {region_name}")  # noqa: S311 - ids, not keys

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
        """Whether the account has anything that only a Direct Connect partner has."""
        return bool(self.interconnects) or any(one.is_partners or one.parent_id for one in self.connections.values())

    def listed[T: Resource](self, resources: Mapping[str, T], id_: str | None, now: datetime) -> list[T]:
        """List those of the resources that AWS shows; only one of them if an id is given."""
        return [one for one in resources.values() if id_ in {None, one.id} and one.is_listed(self.behaviour, now)]

    def find_port(self, port_id: str, now: datetime) -> Port | None:
        """Find the connection, interconnect or LAG with this id, if AWS still shows it."""
        port = self.connections.get(port_id) or self.interconnects.get(port_id) or self.lags.get(port_id)
        return port if port is not None and port.is_listed(self.behaviour, now) else None

    # The following four raise ``DirectConnectClientException`` for what AWS does not show.

    def port(self, port_id: str, now: datetime) -> Port:
        if (port := self.find_port(port_id, now)) is None:
            raise DirectConnectClientException(self._gone_message(port_id))
        return port

    def connection(self, connection_id: str, now: datetime) -> Connection:
        return self._only(self.connections, connection_id, now, self._gone_message(connection_id))

    def lag(self, lag_id: str, now: datetime) -> Lag:
        return self._only(self.lags, lag_id, now, f"Could not find Lag with ID {lag_id}")

    def virtual_interface(self, interface_id: str, now: datetime) -> VirtualInterface:
        message = f"Virtual Interface {interface_id} does not exist."
        return self._only(self.virtual_interfaces, interface_id, now, message)

    def _only[T: Resource](self, resources: Mapping[str, T], id_: str, now: datetime, message: str) -> T:
        one = resources.get(id_)
        if one is None or not one.is_listed(self.behaviour, now):
            raise DirectConnectClientException(message)
        return one

    def _gone_message(self, connection_id: str) -> str:
        return (self.behaviour.gone_connection_message or GONE_CONNECTION_MESSAGES[0]).replace("{id}", connection_id)

    def children(self, port_id: str) -> list[Connection | VirtualInterface]:
        """List the virtual interfaces of a port and the connections that it hosts, gone or not."""
        return [
            *(one for one in self.virtual_interfaces.values() if one.connection_id == port_id),
            *(one for one in self.connections.values() if one.parent_id == port_id),
        ]

    def members(self, lag_id: str) -> list[Connection]:
        return [one for one in self.connections.values() if one.lag_id == lag_id and one.state not in GONE]

    def operational_members(self, lag_id: str) -> list[Connection]:
        return [member for member in self.members(lag_id) if member.state == ConnectionState.AVAILABLE]

    def new_id(self, kind: str, length: int = 8) -> str:
        return f"{kind}-f{''.join(self._random.choices(LETTERS, k=length - 1))}"

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_identity(self, kind: str, id_: str | None = None, owner_account: str | None = None) -> Identity:
        """Return the identity of a new resource; its id begins with ``kind`` unless it is given."""
        return {
            "id": id_ or self.new_id(kind),
            "partition": self.partition,
            "region": self.region_name,
            "owner_account": owner_account or self.account_id,
            "sequence": self.next_sequence(),
        }

    def next_sequence(self) -> int:
        return next(self._sequence)
