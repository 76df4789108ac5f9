"""Creating virtual interfaces: for the own account, or for another account to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exceptions import DirectConnectClientException
from .states import VirtualInterfaceState, VirtualInterfaceType
from .tagging import asked_tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lifecycle import Answer, Request
    from .virtual_interfaces import VirtualInterface
    from .world import World


def provision(
    kind: VirtualInterfaceType, parameter: str, wrapper: str | None = None
) -> Callable[[World, Request], Answer]:
    """Make one of the six operations that create an interface; only the names of their parameters differ."""

    def operation(world: World, request: Request) -> Answer:
        asked = request.parameters[parameter]
        parent = world.port(request.parameters["connectionId"], request.moment)
        owner = request.parameters.get("ownerAccount", request.caller)
        created = world.add_virtual_interface(
            parent.id,
            type=kind,
            owner_account=owner,
            name=asked.get("virtualInterfaceName"),
            vlan=asked.get("vlan"),
            asn=asked.get("asnLong", asked.get("asn")),
            auth_key=asked.get("authKey"),
            mtu=asked.get("mtu", 1500),
            virtual_gateway_id=asked.get("virtualGatewayId", ""),
            direct_connect_gateway_id=asked.get("directConnectGatewayId", ""),
            tags=asked_tags(asked),
            state=VirtualInterfaceState.CONFIRMING,
        )
        created.site_link_enabled = asked.get("enableSiteLink", False)
        created.prefix_pool_allocated_count_ipv4 = asked.get("prefixPoolAllocatedCountIpv4")
        created.prefix_pool_allocated_count_ipv6 = asked.get("prefixPoolAllocatedCountIpv6")
        created.rate_limit = asked.get("rateLimit")
        created.route_filter_prefixes = [prefix["cidr"] for prefix in asked.get("routeFilterPrefixes", [])]
        for peer in created.peers:
            peer.amazon_address = asked.get("amazonAddress", peer.amazon_address)
            peer.customer_address = asked.get("customerAddress", peer.customer_address)
            peer.address_family = asked.get("addressFamily", peer.address_family)
        if owner == parent.owner_account:
            _begin(world, created, request)
        answer = created.to_dict(world, request.caller)
        return {wrapper: answer} if wrapper else answer

    return operation


def _begin(world: World, created: VirtualInterface, request: Request) -> None:
    # "Each public virtual interface needs validation before the virtual interface can be created."
    is_public = created.type == VirtualInterfaceType.PUBLIC
    first = VirtualInterfaceState.VERIFYING if is_public else VirtualInterfaceState.PENDING
    created.move(first, VirtualInterfaceState.AVAILABLE, world.behaviour.provisioning, request.moment)


def confirm_virtual_interface(world: World, request: Request) -> Answer:
    asked = request.parameters
    confirmed = world.virtual_interface(asked["virtualInterfaceId"], request.moment)
    world.refuse_strangers(confirmed, request.caller)
    if confirmed.state != VirtualInterfaceState.CONFIRMING:
        raise DirectConnectClientException(f"Confirm failed. {confirmed.id} is in state {confirmed.state}")
    confirmed.virtual_gateway_id = asked.get("virtualGatewayId")
    confirmed.direct_connect_gateway_id = asked.get("directConnectGatewayId")
    _begin(world, confirmed, request)
    return {"virtualInterfaceState": str(confirmed.state)}
