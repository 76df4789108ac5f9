"""Virtual interfaces: one VLAN with a BGP session each, and with its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final
from xml.sax.saxutils import escape

from .bgp_peers import BgpPeer
from .lifecycle import Answer, Resource, without_nones
from .routes import Route
from .states import VirtualInterfaceState, VirtualInterfaceType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .behaviour import Behaviour, Delay
    from .gateways import DirectConnectGateway
    from .world import World

SECRET_WORD: Final = "0xHushHush"  # noqa: S105 - no secret: tests search for it where no secret may be
"""Part of every secret that the sandbox makes up."""

DELETED_LISTED_SECONDS: Final = 15 * 60
"""AWS: "Virtual interfaces deleted fewer than 15 minutes before you make the request are also returned."""

PUBLIC_ASN: Final = 7224
PRIVATE_ASN: Final = 64512


@dataclass(slots=True, kw_only=True)
class VirtualInterface(Resource):
    arn_type: ClassVar[str] = "dxvif"

    connection_id: str  # or that of a LAG
    type: str
    name: str
    vlan: int
    location: str
    device: str
    peers: list[BgpPeer]
    amazon_side_asn: int = 64512
    virtual_gateway_id: str | None = None
    direct_connect_gateway_id: str | None = None
    route_filter_prefixes: list[str] = field(default_factory=list)
    mtu: int = 1500
    jumbo_frame_capable: bool = True
    site_link_enabled: bool = False
    prefix_pool_allocated_count_ipv4: int | None = None
    prefix_pool_allocated_count_ipv6: int | None = None
    rate_limit: str | None = None
    routes: list[Route] = field(default_factory=list)

    def deleted_listed_seconds(self, _behaviour: Behaviour) -> float:
        return DELETED_LISTED_SECONDS

    def shown_tags(self, behaviour: Behaviour, caller: str) -> list[dict[str, str]]:
        if self.owner_account != caller and not behaviour.foreign_tags_visible:
            return []
        return Resource.shown_tags(self, behaviour, caller)

    @property
    def customer_router_config(self) -> str:
        lines = [f"  <vlan>{self.vlan}</vlan>"]
        for peer in self.peers:
            prefix = "ipv6_" if peer.address_family == "ipv6" else ""
            lines += [
                f"  <{prefix}customer_address>{escape(peer.customer_address)}</{prefix}customer_address>",
                f"  <{prefix}amazon_address>{escape(peer.amazon_address)}</{prefix}amazon_address>",
                f"  <{prefix}bgp_asn>{peer.asn}</{prefix}bgp_asn>",
                f"  <{prefix}bgp_auth_key>{escape(peer.auth_key)}</{prefix}bgp_auth_key>",
            ]
        lines += [
            f"  <amazon_bgp_asn>{self.amazon_side_asn}</amazon_bgp_asn>",
            f"  <connection_type>{escape(self.type)}</connection_type>",
        ]
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<logical_connection id="{self.id}">\n'
        return head + "\n".join(lines) + "\n</logical_connection>\n"

    def to_dict(self, world: World, caller: str) -> Answer:
        first = self.peers[0]
        return without_nones(
            {
                "ownerAccount": self.owner_account,
                "virtualInterfaceId": self.id,
                "location": self.location,
                "connectionId": self.connection_id,
                "virtualInterfaceType": str(self.type),
                "virtualInterfaceName": self.name,
                "vlan": self.vlan,
                "asn": first.short_asn,
                "asnLong": first.asn,
                "amazonSideAsn": self.amazon_side_asn,
                "authKey": first.auth_key,
                "amazonAddress": first.amazon_address,
                "customerAddress": first.customer_address,
                "addressFamily": first.address_family,
                "virtualInterfaceState": str(self.state),
                "customerRouterConfig": self.customer_router_config,
                "mtu": self.mtu,
                "jumboFrameCapable": self.jumbo_frame_capable,
                "virtualGatewayId": self.virtual_gateway_id or "",  # recorded: empty, not absent
                "directConnectGatewayId": self.direct_connect_gateway_id,
                "routeFilterPrefixes": [{"cidr": cidr} for cidr in self.route_filter_prefixes],
                "bgpPeers": [peer.to_dict(self.state, self.device) for peer in self.peers],
                "region": self.region,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "tags": self.shown_tags(world.behaviour, caller),
                "siteLinkEnabled": self.site_link_enabled,
                "prefixPoolAllocatedCountIpv4": self.prefix_pool_allocated_count_ipv4,
                "prefixPoolAllocatedCountIpv6": self.prefix_pool_allocated_count_ipv6,
                "rateLimit": self.rate_limit,
            }
        )


def add_virtual_interface(  # noqa: PLR0913 - each is a field that a test world sets
    world: World,
    connection_id: str,
    virtual_interface_id: str | None = None,
    *,
    type: str = VirtualInterfaceType.PRIVATE,  # noqa: A002 - AWS's word
    state: str = VirtualInterfaceState.AVAILABLE,
    owner_account: str | None = None,
    name: str | None = None,
    vlan: int | None = None,
    asn: int | None = None,
    auth_key: str | None = None,
    mtu: int = 1500,
    direct_connect_gateway_id: str | None = None,
    virtual_gateway_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    deletion: Delay | None = None,
    announces: Iterable[str] = (),
) -> VirtualInterface:
    """
    Attach an interface to a connection or a LAG, by the id of either.

    ``announces`` are the prefixes that the customer's router announces on it.

    Without the id of any gateway, a private or transit interface uses the first Direct Connect gateway of the
    account, which is made if there is none. An empty string is AWS's own way to say "no gateway".
    """
    parent = world.port(connection_id, world.clock())
    number = world.next_sequence()
    is_public = type == VirtualInterfaceType.PUBLIC
    if direct_connect_gateway_id is None and virtual_gateway_id is None and not is_public:
        direct_connect_gateway_id = _default_gateway(world).id
    peer = BgpPeer(
        id=world.new_id("dxpeer"),
        asn=asn or 65000,
        auth_key=auth_key or f"{SECRET_WORD}-{number}",
        amazon_address=f"169.254.{number // 64 % 256}.{number % 64 * 4 + 1}/30",
        customer_address=f"169.254.{number // 64 % 256}.{number % 64 * 4 + 2}/30",
    )
    virtual_interface = VirtualInterface(
        id=virtual_interface_id or world.new_id("dxvif"),
        partition=world.partition,
        region=world.region_name,
        owner_account=owner_account or world.account_id,
        sequence=number,
        state=state,
        tags=dict(tags or {}),
        deletion=deletion,
        connection_id=parent.id,
        type=type,
        name=name or f"interface-{number}",
        vlan=101 + number % 3900 if vlan is None else vlan,
        location=parent.location,
        device=parent.device,
        peers=[peer],
        amazon_side_asn=_amazon_side_asn(world, direct_connect_gateway_id, is_public=is_public),
        virtual_gateway_id=virtual_gateway_id or None,
        direct_connect_gateway_id=direct_connect_gateway_id or None,
        route_filter_prefixes=["203.0.113.0/24"] if is_public else [],
        mtu=mtu,
        routes=[Route(cidr=cidr, as_path=(peer.asn,), installed_at=world.clock()) for cidr in announces],
    )
    world.virtual_interfaces[virtual_interface.id] = virtual_interface
    return virtual_interface


def _amazon_side_asn(world: World, gateway_id: str | None, *, is_public: bool) -> int:
    if is_public:
        return PUBLIC_ASN
    gateway = world.direct_connect_gateways.get(gateway_id or "")
    return gateway.amazon_side_asn if gateway else PRIVATE_ASN


def _default_gateway(world: World) -> DirectConnectGateway:
    return next(iter(world.direct_connect_gateways.values()), None) or world.add_direct_connect_gateway()
