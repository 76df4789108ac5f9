"""The operations on existing virtual interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exceptions import DirectConnectClientException
from .paging import page
from .states import GONE, VirtualInterfaceState

if TYPE_CHECKING:
    from .lifecycle import Answer, Request
    from .world import World


def describe_virtual_interfaces(world: World, request: Request) -> Answer:
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


def _parents(world: World, request: Request) -> set[str] | None:
    """Return the ids whose interfaces are asked for; None means all."""
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


def delete_virtual_interface(world: World, request: Request) -> Answer:
    now = request.moment
    one = world.virtual_interface(request.parameters["virtualInterfaceId"], now)
    behaviour = world.behaviour
    if one.state in {VirtualInterfaceState.DELETING, *GONE}:
        if behaviour.repeated_delete_refused:
            raise DirectConnectClientException(f"Delete failed. {one.id} is in state {one.state}")
    elif one.state == VirtualInterfaceState.CONFIRMING and request.caller == one.owner_account:
        # Its owner declines it; AWS shows such an interface as rejected, never as deleted.
        one.state = VirtualInterfaceState.REJECTED
        one.settle(now)
    elif one.state == VirtualInterfaceState.TESTING and not behaviour.testing_can_be_deleted:
        raise DirectConnectClientException(f"Delete failed. {one.id} is in state {one.state}")
    else:
        delay = one.deletion or behaviour.virtual_interface_deletion
        one.move(VirtualInterfaceState.DELETING, VirtualInterfaceState.DELETED, delay, now)
    return {"virtualInterfaceState": str(one.state)}


def associate_virtual_interface(world: World, request: Request) -> Answer:
    """Move an interface to another connection or LAG; its id stays."""
    now = request.moment
    one = world.virtual_interface(request.parameters["virtualInterfaceId"], now)
    target = world.port(request.parameters["connectionId"], now)
    for resource in (one, target):
        if resource.state in {VirtualInterfaceState.DELETING, *GONE}:
            raise DirectConnectClientException(f"Associate failed. {resource.id} is in state {resource.state}")
    one.connection_id = target.id
    one.location = target.location
    one.device = target.device
    return one.to_dict(world, request.caller)
