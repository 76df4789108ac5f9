"""Attachments of virtual interfaces to Direct Connect gateways, in all Regions and accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .exceptions import DirectConnectClientException
from .paging import page
from .states import GONE, AttachmentState, VirtualInterfaceState, VirtualInterfaceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lifecycle import Answer, Request
    from .virtual_interfaces import VirtualInterface
    from .world import World

_STATES: Final[dict[str, AttachmentState]] = {
    VirtualInterfaceState.CONFIRMING: AttachmentState.ATTACHING,
    VirtualInterfaceState.VERIFYING: AttachmentState.ATTACHING,
    VirtualInterfaceState.PENDING: AttachmentState.ATTACHING,
    VirtualInterfaceState.DELETING: AttachmentState.DETACHING,
}
"""In any other state an interface is attached."""


@dataclass(slots=True, kw_only=True)
class GatewayAttachment:
    """One interface on one gateway."""

    sequence: int
    direct_connect_gateway_id: str
    virtual_interface_id: str
    region: str
    owner_account: str
    state: str
    type: str = VirtualInterfaceType.TRANSIT

    def to_dict(self) -> Answer:
        return {
            "directConnectGatewayId": self.direct_connect_gateway_id,
            "virtualInterfaceId": self.virtual_interface_id,
            "virtualInterfaceRegion": self.region,
            "virtualInterfaceOwnerAccount": self.owner_account,
            "attachmentState": str(self.state),
            "attachmentType": f"{self.type.capitalize()}VirtualInterface",
        }


def add_remote_attachment(  # noqa: PLR0913 - each is a field that a test world sets
    world: World,
    gateway_id: str,
    virtual_interface_id: str | None = None,
    *,
    region: str = "us-east-1",
    owner_account: str | None = None,
    state: str = AttachmentState.ATTACHED,
    type: str = VirtualInterfaceType.TRANSIT,  # noqa: A002 - AWS's word
) -> GatewayAttachment:
    """Attach an interface of another Region or account to a gateway."""
    attachment = GatewayAttachment(
        sequence=world.next_sequence(),
        direct_connect_gateway_id=gateway_id,
        virtual_interface_id=virtual_interface_id or world.new_id("dxvif"),
        region=region,
        owner_account=owner_account or world.account_id,
        state=state,
        type=type,
    )
    world.remote_attachments.append(attachment)
    return attachment


def describe_direct_connect_gateway_attachments(world: World, request: Request) -> Answer:
    gateway_id = request.parameters.get("directConnectGatewayId")
    interface_id = request.parameters.get("virtualInterfaceId")
    if gateway_id is None and interface_id is None:
        raise DirectConnectClientException("Specify a Direct Connect gateway, a virtual interface, or both.")
    if gateway_id is not None:
        _refuse_foreign(world, gateway_id, request.caller)
    listed = [
        one
        for one in (*_local_attachments(world), *world.remote_attachments)
        if gateway_id in (None, one.direct_connect_gateway_id) and interface_id in (None, one.virtual_interface_id)
    ]
    listed.sort(key=lambda one: one.sequence)
    shown, more = page(request, listed, world.behaviour.page_size)
    return {"directConnectGatewayAttachments": [one.to_dict() for one in shown], **more}


def _refuse_foreign(world: World, gateway_id: str, caller: str) -> None:
    # A gateway that this backend does not hold is one of another account, or none.
    gateway = world.direct_connect_gateways.get(gateway_id)
    is_own = gateway is not None and gateway.owner_account == caller
    if not is_own and not world.behaviour.foreign_attachments_visible:
        raise DirectConnectClientException(f"Direct Connect Gateway {gateway_id} does not exist.")


def _local_attachments(world: World) -> Iterator[GatewayAttachment]:
    for one in world.virtual_interfaces.values():
        if one.direct_connect_gateway_id is not None and one.state not in GONE:
            yield _attachment(one, one.direct_connect_gateway_id)


def _attachment(one: VirtualInterface, gateway_id: str) -> GatewayAttachment:
    return GatewayAttachment(
        sequence=one.sequence,
        direct_connect_gateway_id=gateway_id,
        virtual_interface_id=one.id,
        region=one.region,
        owner_account=one.owner_account,
        state=_STATES.get(one.state, AttachmentState.ATTACHED),
        type=one.type,
    )
