"""Virtual interfaces: each is a VLAN with BGP sessions, and has the secrets of those."""

from dataclasses import dataclass, field
from typing import ClassVar, Final
from xml.sax.saxutils import escape

from sandbox.directconnect.behaviour import Behaviour, Delay
from sandbox.directconnect.calls import Answer, without_nones
from sandbox.directconnect.lifecycle import Choices, Resource
from sandbox.directconnect.resources.bgp_peers import BgpPeer
from sandbox.directconnect.resources.ports import device
from sandbox.directconnect.resources.routes import Route
from sandbox.directconnect.states import AddressFamily, VirtualInterfaceType

SECRET_WORD: Final = "0xHushHush"  # noqa: S105 - tests search for it where no secret may be
"""Part of every BGP key that the sandbox makes up."""

DELETED_LISTED_SECONDS: Final = 15 * 60
"""AWS: "Virtual interfaces deleted fewer than 15 minutes before you make the request are also returned."""


class VirtualInterfaceChoices(Choices, total=False):
    type: str
    name: str
    vlan: int
    mtu: int
    direct_connect_gateway_id: str | None
    virtual_gateway_id: str | None
    deletion: Delay | None


@dataclass(slots=True, kw_only=True)
class VirtualInterface(Resource):
    arn_type: ClassVar[str] = "dxvif"

    connection_id: str  # or the id of a LAG
    location: str
    peers: list[BgpPeer]
    amazon_side_asn: int
    name: str
    vlan: int
    type: str = VirtualInterfaceType.PRIVATE
    virtual_gateway_id: str | None = None
    direct_connect_gateway_id: str | None = None
    route_filter_prefixes: list[str] = field(default_factory=list)
    mtu: int = 1500
    site_link_enabled: bool = False
    prefix_pool_allocated_count_ipv4: int | None = None
    prefix_pool_allocated_count_ipv6: int | None = None
    rate_limit: str | None = None
    routes: list[Route] = field(default_factory=list)
    deletion: Delay | None = None  # takes precedence over the behaviour of the world

    @property
    def device(self) -> str:
        return device(self.location)

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
            prefix = "ipv6_" if peer.address_family == AddressFamily.IPV6 else ""
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

    def to_dict(self, behaviour: Behaviour, caller: str) -> Answer:
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
                "jumboFrameCapable": True,
                "virtualGatewayId": self.virtual_gateway_id or "",  # recorded: empty, not absent
                "directConnectGatewayId": self.direct_connect_gateway_id,
                "routeFilterPrefixes": [{"cidr": cidr} for cidr in self.route_filter_prefixes],
                "bgpPeers": [peer.to_dict(self.state, self.device) for peer in self.peers],
                "region": self.region,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "tags": self.shown_tags(behaviour, caller),
                "siteLinkEnabled": self.site_link_enabled,
                "prefixPoolAllocatedCountIpv4": self.prefix_pool_allocated_count_ipv4,
                "prefixPoolAllocatedCountIpv6": self.prefix_pool_allocated_count_ipv6,
                "rateLimit": self.rate_limit,
            }
        )
