"""The operations on Direct Connect gateways and their attachments."""

from collections.abc import Iterator
from typing import Final

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.resources.gateways import GatewayAttachment
from sandbox.directconnect.states import GONE, AttachmentState, VirtualInterfaceState
from sandbox.directconnect.world import World

_STATES: Final[dict[str, AttachmentState]] = {
    VirtualInterfaceState.CONFIRMING: AttachmentState.ATTACHING,
    VirtualInterfaceState.VERIFYING: AttachmentState.ATTACHING,
    VirtualInterfaceState.PENDING: AttachmentState.ATTACHING,
    VirtualInterfaceState.DELETING: AttachmentState.DETACHING,
}
"""The attachment's state, by that of the interface; in any other state an interface is attached."""


def describe_direct_connect_gateways(world: World, call: Call) -> Answer:
    gateway_id = call.parameters.get("directConnectGatewayId")
    # AWS: deleted Direct Connect gateways are not returned.
    existing = {gateway.id: gateway for gateway in world.direct_connect_gateways.values() if gateway.gone_since is None}
    listed = world.listed(existing, gateway_id, call.moment)
    return page(world, call, "directConnectGateways", listed, lambda one: one.to_dict(world.behaviour, call.caller))


def describe_direct_connect_gateway_attachments(world: World, call: Call) -> Answer:
    gateway_id = call.parameters.get("directConnectGatewayId")
    interface_id = call.parameters.get("virtualInterfaceId")
    if gateway_id is None and interface_id is None:
        raise DirectConnectClientException("Specify a Direct Connect gateway, a virtual interface, or both.")
    if gateway_id is not None:
        _refuse_foreign(world, gateway_id, call.caller)
    listed = [
        one
        for one in (*_local_attachments(world), *world.remote_attachments)
        if gateway_id in {None, one.direct_connect_gateway_id} and interface_id in {None, one.virtual_interface_id}
    ]
    listed.sort(key=lambda one: one.sequence)
    return page(world, call, "directConnectGatewayAttachments", listed, GatewayAttachment.to_dict)


def _refuse_foreign(world: World, gateway_id: str, caller: str) -> None:
    # A gateway that is not in this world belongs to another account, or does not exist.
    gateway = world.direct_connect_gateways.get(gateway_id)
    is_own = gateway is not None and gateway.owner_account == caller
    if not is_own and not world.behaviour.foreign_attachments_visible:
        raise DirectConnectClientException(f"Direct Connect Gateway {gateway_id} does not exist.")


def _local_attachments(world: World) -> Iterator[GatewayAttachment]:
    for one in world.virtual_interfaces.values():
        if one.direct_connect_gateway_id is not None and one.state not in GONE:
            yield GatewayAttachment(
                sequence=one.sequence,
                direct_connect_gateway_id=one.direct_connect_gateway_id,
                virtual_interface_id=one.id,
                region=one.region,
                owner_account=one.owner_account,
                state=_STATES.get(one.state, AttachmentState.ATTACHED),
                type=one.type,
            )
