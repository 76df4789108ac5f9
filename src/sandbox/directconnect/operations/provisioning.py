"""Creating virtual interfaces, for the caller or for another account to confirm, and further BGP peers of them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.refusals import refuse_before_approval, refuse_strangers, wrong_state
from sandbox.directconnect.operations.tagging import asked_tags
from sandbox.directconnect.resources.bgp_peers import BgpPeer
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import AddressFamily, VirtualInterfaceState, VirtualInterfaceType
from sandbox.directconnect.world import World

# The parameters that a resource keeps as they are, and the fields that keep them.
OF_INTERFACE: Final[Mapping[str, str]] = {
    "virtualInterfaceName": "name",
    "vlan": "vlan",
    "mtu": "mtu",
    "enableSiteLink": "site_link_enabled",
    "prefixPoolAllocatedCountIpv4": "prefix_pool_allocated_count_ipv4",
    "prefixPoolAllocatedCountIpv6": "prefix_pool_allocated_count_ipv6",
    "rateLimit": "rate_limit",
}
OF_PEER: Final[Mapping[str, str]] = {
    "asn": "asn",
    "asnLong": "asn",
    "authKey": "auth_key",
    "addressFamily": "address_family",
    "amazonAddress": "amazon_address",
    "customerAddress": "customer_address",
}


def provision(
    kind: VirtualInterfaceType, parameter: str, wrapper: str | None = None
) -> Callable[[World, Call], Answer]:
    """Make one of the six operations that create an interface; they differ in the names of their parameters only."""

    def operation(world: World, call: Call) -> Answer:
        created = _create(world, call, kind, call.parameters[parameter])
        answer = created.to_dict(world.behaviour, call.caller)
        return {wrapper: answer} if wrapper else answer

    return operation


def _create(world: World, call: Call, kind: VirtualInterfaceType, asked: Mapping[str, Any]) -> VirtualInterface:
    parent = world.port(call.parameters["connectionId"], call.moment)
    refuse_before_approval("Create", parent)
    _refuse_custom_ipv6_addresses(asked)
    created = world.add_virtual_interface(
        parent.id,
        type=kind,
        owner_account=call.parameters.get("ownerAccount", call.caller),
        virtual_gateway_id=asked.get("virtualGatewayId", ""),
        direct_connect_gateway_id=asked.get("directConnectGatewayId", ""),
        tags=asked_tags(asked),
        state=VirtualInterfaceState.CONFIRMING,
    )
    if asked.get("addressFamily") == AddressFamily.IPV6:
        created.peers.clear()
        world.add_bgp_peer(created, asn=created.amazon_side_asn, address_family=AddressFamily.IPV6)
    _set(created, OF_INTERFACE, asked)
    _set(created.peers[0], OF_PEER, asked)
    created.route_filter_prefixes = [prefix["cidr"] for prefix in asked.get("routeFilterPrefixes", [])]
    if created.owner_account == parent.owner_account:
        _begin(world, call, created)
    return created


def create_bgp_peer(world: World, call: Call) -> Answer:
    asked = call.parameters["newBGPPeer"]
    interface = world.virtual_interface(call.parameters["virtualInterfaceId"], call.moment)
    _refuse_custom_ipv6_addresses(asked)
    family = AddressFamily(asked.get("addressFamily", AddressFamily.IPV4))
    if family in {peer.address_family for peer in interface.peers}:
        raise DirectConnectClientException(f"{interface.id} already has a BGP peer of the address family {family}.")
    peer = world.add_bgp_peer(interface, asn=asked.get("asn", 0), address_family=family)
    _set(peer, OF_PEER, asked)
    return {"virtualInterface": interface.to_dict(world.behaviour, call.caller)}


def _set(resource: VirtualInterface | BgpPeer, fields: Mapping[str, str], asked: Mapping[str, Any]) -> None:
    for parameter, field in fields.items():
        if parameter in asked:
            setattr(resource, field, asked[parameter])


def _refuse_custom_ipv6_addresses(asked: Mapping[str, Any]) -> None:
    """Refuse as AWS's page of CreateBGPPeer says: "you cannot specify custom IPv6 addresses"."""
    if asked.get("addressFamily") == AddressFamily.IPV6 and {"amazonAddress", "customerAddress"} & asked.keys():
        raise DirectConnectClientException("Custom IPv6 addresses are not supported.")


def _begin(world: World, call: Call, created: VirtualInterface) -> None:
    # "Each public virtual interface needs validation before the virtual interface can be created."
    is_public = created.type == VirtualInterfaceType.PUBLIC
    first = VirtualInterfaceState.VERIFYING if is_public else VirtualInterfaceState.PENDING
    created.move(first, VirtualInterfaceState.AVAILABLE, world.behaviour.provisioning, call.moment)


def confirm_virtual_interface(world: World, call: Call) -> Answer:
    confirmed = world.virtual_interface(call.parameters["virtualInterfaceId"], call.moment)
    refuse_strangers(confirmed, call.caller)
    if confirmed.state != VirtualInterfaceState.CONFIRMING:
        raise wrong_state("Confirm", confirmed)
    confirmed.virtual_gateway_id = call.parameters.get("virtualGatewayId")
    confirmed.direct_connect_gateway_id = call.parameters.get("directConnectGatewayId")
    _begin(world, call, confirmed)
    return {"virtualInterfaceState": str(confirmed.state)}
