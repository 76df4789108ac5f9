"""Virtual interfaces: one VLAN with a BGP session each, and with its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final
from xml.sax.saxutils import escape

from .exceptions import DirectConnectClientException
from .lifecycle import Answer, Request, Resource, without_nones
from .paging import page
from .states import GONE, BgpPeerState, BgpStatus, VirtualInterfaceState, VirtualInterfaceType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .behaviour import Behaviour, Delay
    from .gateways import DirectConnectGateway
    from .models import DirectConnectBackend

SECRET_WORD: Final = "0xHushHush"  # noqa: S105  # the opposite of a secret: what a test looks for where it must not be
"""Part of every secret that the sandbox makes up."""

DELETED_LISTED_SECONDS: Final = 15 * 60
"""AWS: "Virtual interfaces deleted fewer than 15 minutes before you make the request are also returned."""

LARGEST_SHORT_ASN: Final = 2_147_483_647  # above it AWS answers 0 as `asn`, and the number as `asnLong` alone

_PEERS: Final[dict[str, tuple[BgpPeerState, BgpStatus]]] = {
    VirtualInterfaceState.CONFIRMING: (BgpPeerState.PENDING, BgpStatus.DOWN),
    VirtualInterfaceState.VERIFYING: (BgpPeerState.VERIFYING, BgpStatus.DOWN),
    VirtualInterfaceState.PENDING: (BgpPeerState.PENDING, BgpStatus.DOWN),
    VirtualInterfaceState.AVAILABLE: (BgpPeerState.AVAILABLE, BgpStatus.UP),
    VirtualInterfaceState.DOWN: (BgpPeerState.AVAILABLE, BgpStatus.DOWN),
    VirtualInterfaceState.TESTING: (BgpPeerState.AVAILABLE, BgpStatus.DOWN),
    VirtualInterfaceState.DELETING: (BgpPeerState.DELETING, BgpStatus.DOWN),
    VirtualInterfaceState.DELETED: (BgpPeerState.DELETED, BgpStatus.DOWN),
    VirtualInterfaceState.REJECTED: (BgpPeerState.DELETED, BgpStatus.DOWN),
}
_PEER_OF_ANOTHER_STATE: Final = (BgpPeerState.AVAILABLE, BgpStatus.UNKNOWN)


@dataclass(slots=True, kw_only=True)
class BgpPeer:
    id: str
    asn: int
    auth_key: str
    amazon_address: str
    customer_address: str
    address_family: str = "ipv4"


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

    def to_dict(self, world: DirectConnectBackend, caller: str) -> Answer:
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
                "asn": _short(first.asn),
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
                "bgpPeers": [self._peer_to_dict(peer) for peer in self.peers],
                "region": self.region,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "tags": self.shown_tags(world.behaviour, caller),
                "siteLinkEnabled": self.site_link_enabled,
            }
        )

    def _peer_to_dict(self, peer: BgpPeer) -> Answer:
        state, status = _PEERS.get(self.state, _PEER_OF_ANOTHER_STATE)
        return {
            "bgpPeerId": peer.id,
            "asn": _short(peer.asn),
            "asnLong": peer.asn,
            "authKey": peer.auth_key,
            "addressFamily": peer.address_family,
            "amazonAddress": peer.amazon_address,
            "customerAddress": peer.customer_address,
            "bgpPeerState": str(state),
            "bgpStatus": str(status),
            "awsDeviceV2": self.device,
            "awsLogicalDeviceId": self.device,
        }


def _short(asn: int) -> int:
    return asn if asn <= LARGEST_SHORT_ASN else 0


def add_virtual_interface(  # noqa: PLR0913  # each is a field that a test world sets
    world: DirectConnectBackend,
    connection_id: str,
    virtual_interface_id: str | None = None,
    *,
    type: str = VirtualInterfaceType.PRIVATE,  # noqa: A002  # AWS's word
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
) -> VirtualInterface:
    """
    Attach an interface to a connection or a LAG, by the id of either.

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
        amazon_side_asn=7224 if is_public else 64512,
        virtual_gateway_id=virtual_gateway_id or None,
        direct_connect_gateway_id=direct_connect_gateway_id or None,
        route_filter_prefixes=["203.0.113.0/24"] if is_public else [],
        mtu=mtu,
    )
    world.virtual_interfaces[virtual_interface.id] = virtual_interface
    return virtual_interface


def _default_gateway(world: DirectConnectBackend) -> DirectConnectGateway:
    return next(iter(world.direct_connect_gateways.values()), None) or world.add_direct_connect_gateway()


def describe_virtual_interfaces(world: DirectConnectBackend, request: Request) -> Answer:
    interface_id = request.parameters.get("virtualInterfaceId")
    parents = _parents(world, request)
    listed = [
        one
        for one in world.virtual_interfaces.values()
        if interface_id in (None, one.id)
        and (parents is None or one.connection_id in parents)
        # The sandbox is the world as its account sees it; another account sees what it owns.
        and request.caller in (world.account_id, one.owner_account)
        and one.is_listed(world.behaviour, request.moment)
    ]
    if interface_id and not listed and (message := world.behaviour.gone_virtual_interface_message):
        raise DirectConnectClientException(message.replace("{id}", interface_id))
    shown, more = page(request, listed, world.behaviour.page_size)
    answer: Answer = {"virtualInterfaces": [one.to_dict(world, request.caller) for one in shown], **more}
    for one in shown:
        one.look(request.moment)
    return answer


def _parents(world: DirectConnectBackend, request: Request) -> set[str] | None:
    """Ids whose interfaces are asked for; None for all."""
    parent_id = request.parameters.get("connectionId")
    if parent_id is None:
        return None
    parent = world.find_port(parent_id, request.moment)
    if parent is None and (message := world.behaviour.gone_parent_message):
        raise DirectConnectClientException(message.replace("{id}", parent_id))
    member = world.connections.get(parent_id)
    if member is not None and member.lag_id is not None and world.behaviour.member_lists_lag_interfaces:
        return {parent_id, member.lag_id}
    return {parent_id}


def delete_virtual_interface(world: DirectConnectBackend, request: Request) -> Answer:
    now = request.moment
    one = world.virtual_interface(request.parameters["virtualInterfaceId"], now)
    behaviour = world.behaviour
    if one.state in {VirtualInterfaceState.DELETING, *GONE}:
        if behaviour.repeated_delete_refused:
            raise DirectConnectClientException(f"Delete failed. {one.id} is in state {one.state}")
    elif one.state == VirtualInterfaceState.CONFIRMING and request.caller == one.owner_account:
        # Its owner declines it; AWS never calls such an interface deleted.
        one.state = VirtualInterfaceState.REJECTED
        one.settle(now)
    elif one.state == VirtualInterfaceState.TESTING and not behaviour.testing_can_be_deleted:
        raise DirectConnectClientException(f"Delete failed. {one.id} is in state {one.state}")
    else:
        delay = one.deletion or behaviour.virtual_interface_deletion
        one.move(VirtualInterfaceState.DELETING, VirtualInterfaceState.DELETED, delay, now)
    return {"virtualInterfaceState": str(one.state)}
