"""The world: how tests and operations add to what exists."""

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Final, Unpack

from sandbox.directconnect.inventory import Inventory
from sandbox.directconnect.lifecycle import Choices
from sandbox.directconnect.resources.bgp_peers import BgpPeer
from sandbox.directconnect.resources.connections import Connection, ConnectionChoices, Interconnect
from sandbox.directconnect.resources.gateways import DirectConnectGateway, GatewayAttachment
from sandbox.directconnect.resources.lags import Lag, LagChoices
from sandbox.directconnect.resources.resiliency_groups import Association, ResiliencyGroup
from sandbox.directconnect.resources.routes import Route
from sandbox.directconnect.resources.virtual_interfaces import (
    SECRET_WORD,
    VirtualInterface,
    VirtualInterfaceChoices,
)
from sandbox.directconnect.states import AddressFamily, AssociationState, VirtualInterfaceType

PUBLIC_ASN: Final = 7224
PRIVATE_ASN: Final = 64512
# What AWS takes the addresses of a BGP peer from, and the length of their prefix.
_POOLS: Final = {
    AddressFamily.IPV4: (ip_network("169.254.0.0/16"), 30),
    AddressFamily.IPV6: (ip_network("2001:db8::/112"), 125),
}


class World(Inventory):
    """
    What Direct Connect holds in one Region, as one account sees it.

    Each ``add_`` method takes what matters to a test, and makes up the rest.
    """

    def add_connection(
        self, connection_id: str | None = None, *, owner_account: str | None = None, **fields: Unpack[ConnectionChoices]
    ) -> Connection:
        """Add a connection; ``parent_id`` is the interconnect or LAG of a hosted one."""
        connection = Connection(**self.new_identity("dxcon", connection_id, owner_account), **fields)
        self.connections[connection.id] = connection
        self.connection_ids.add(connection.id)
        return connection

    def add_interconnect(self, **fields: Unpack[Choices]) -> Interconnect:
        interconnect = Interconnect(**self.new_identity("dxcon"), name="interconnect", bandwidth="10Gbps", **fields)
        self.interconnects[interconnect.id] = interconnect
        self.connection_ids.add(interconnect.id)
        return interconnect

    def add_lag(self, lag_id: str | None = None, **fields: Unpack[LagChoices]) -> Lag:
        """Add an empty LAG; its members are the connections that name it as their ``lag_id``."""
        lag = Lag(**self.new_identity("dxlag", lag_id), **fields)
        self.lags[lag.id] = lag
        return lag

    def add_virtual_interface(
        self,
        connection_id: str,
        virtual_interface_id: str | None = None,
        *,
        owner_account: str | None = None,
        asn: int = 65000,
        announces: Iterable[str] = (),
        **fields: Unpack[VirtualInterfaceChoices],
    ) -> VirtualInterface:
        """
        Attach an interface to a connection or a LAG, by the id of either.

        The customer's router announces the prefixes ``announces`` on it. If the caller names no gateway, a private or
        transit interface uses the account's first Direct Connect gateway; AWS writes "no gateway" as ``""``.
        """
        parent = self.port(connection_id, self.clock())
        # The order of the ids is part of the digest in events/approved-plan.json.
        peer_id = self.new_id("dxpeer")
        identity = self.new_identity("dxvif", virtual_interface_id, owner_account)
        number = identity["sequence"]
        fields.setdefault("name", f"interface-{number}")
        fields.setdefault("vlan", 101 + number % 3900)
        is_public = fields.get("type") == VirtualInterfaceType.PUBLIC
        self._choose_gateway(fields)
        interface = VirtualInterface(
            **identity,
            connection_id=parent.id,
            location=parent.location,
            peers=[_peer(peer_id, number, asn, AddressFamily.IPV4)],
            amazon_side_asn=PUBLIC_ASN if is_public else self._amazon_side_asn(fields["direct_connect_gateway_id"]),
            route_filter_prefixes=["203.0.113.0/24"] if is_public else [],
            routes=[Route(cidr=cidr, as_path=(asn,), installed_at=self.clock()) for cidr in announces],
            **fields,
        )
        self.virtual_interfaces[interface.id] = interface
        return interface

    def add_bgp_peer(self, interface: VirtualInterface, *, asn: int, address_family: AddressFamily) -> BgpPeer:
        peer = _peer(self.new_id("dxpeer"), self.next_sequence(), asn, address_family)
        interface.peers.append(peer)
        return peer

    def _choose_gateway(self, fields: VirtualInterfaceChoices) -> None:
        chosen = fields.get("direct_connect_gateway_id"), fields.get("virtual_gateway_id")
        if chosen == (None, None) and fields.get("type") != VirtualInterfaceType.PUBLIC:
            first = next(iter(self.direct_connect_gateways.values()), None) or self.add_direct_connect_gateway()
            chosen = first.id, None
        fields["direct_connect_gateway_id"], fields["virtual_gateway_id"] = chosen[0] or None, chosen[1] or None

    def _amazon_side_asn(self, gateway_id: str | None) -> int:
        gateway = self.direct_connect_gateways.get(gateway_id or "")
        return gateway.amazon_side_asn if gateway else PRIVATE_ASN

    def add_direct_connect_gateway(
        self, *, name: str = "gateway", owner_account: str | None = None, **fields: Unpack[Choices]
    ) -> DirectConnectGateway:
        identity = self.new_identity("dx-gateway", self.new_uuid(), owner_account)
        gateway = DirectConnectGateway(**identity, name=name, **fields)
        self.direct_connect_gateways[gateway.id] = gateway
        return gateway

    def add_virtual_gateway(self) -> str:
        """Return the id of a new virtual private gateway; nothing else of it is modelled."""
        return f"vgw-{self._random.getrandbits(68):017x}"

    def add_remote_attachment(
        self, gateway_id: str, *, region: str = "us-east-1", owner_account: str | None = None
    ) -> GatewayAttachment:
        """Attach an interface of another Region or account to a gateway."""
        attachment = GatewayAttachment(
            sequence=self.next_sequence(),
            direct_connect_gateway_id=gateway_id,
            virtual_interface_id=self.new_id("dxvif"),
            region=region,
            owner_account=owner_account or self.account_id,
        )
        self.remote_attachments.append(attachment)
        return attachment

    def add_resiliency_group(
        self, *connection_ids: str, state: str = AssociationState.ASSOCIATED, group_id: str | None = None
    ) -> ResiliencyGroup:
        """Put connections into a new group; ``state`` is that of their associations."""
        id_ = group_id or self.new_id("dxrg", 17)
        associations = [
            Association(
                sequence=self.next_sequence(), group_id=id_, connection_arn=self.connections[one].arn, state=state
            )
            for one in connection_ids
        ]
        # Its ARN names no Region, unlike every other ARN of Direct Connect.
        arn = f"arn:{self.partition}:directconnect::{self.account_id}:dx-resiliency-group/{id_}"
        group = ResiliencyGroup(
            id=id_, arn=arn, owner_account=self.account_id, sequence=self.next_sequence(), associations=associations
        )
        self.resiliency_groups[id_] = group
        return group


def _peer(id_: str, number: int, asn: int, address_family: AddressFamily) -> BgpPeer:
    pool, length = _POOLS[address_family]
    network = pool[number * 2 ** (pool.max_prefixlen - length) % pool.num_addresses]
    return BgpPeer(
        id=id_,
        asn=asn,
        auth_key=f"{SECRET_WORD}-{number}",
        amazon_address=f"{network + 1}/{length}",
        customer_address=f"{network + 2}/{length}",
        address_family=str(address_family),
    )
