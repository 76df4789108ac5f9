"""The operations on existing virtual interfaces."""

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.operations.refusals import wrong_state
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import DELETING_OR_GONE, VirtualInterfaceState
from sandbox.directconnect.world import World


def describe_virtual_interfaces(world: World, call: Call) -> Answer:
    behaviour, interface_id = world.behaviour, call.parameters.get("virtualInterfaceId")
    parents = _parents(world, call)
    listed = [
        one
        for one in world.listed(world.virtual_interfaces, interface_id, call.moment)
        if (parents is None or one.connection_id in parents)
        # The world is shown as its own account sees it; another account sees what it owns.
        and call.caller in {world.account_id, one.owner_account}
        and (parents or interface_id or behaviour.foreign_interfaces_listed or one.owner_account == call.caller)
    ]
    if interface_id and not listed and (message := behaviour.gone_virtual_interface_message):
        raise DirectConnectClientException(message.replace("{id}", interface_id))

    def show(one: VirtualInterface) -> Answer:
        one.look(call.moment)
        return one.to_dict(behaviour, call.caller)

    return page(world, call, "virtualInterfaces", listed, show)


def _parents(world: World, call: Call) -> set[str] | None:
    """Return the ids of the ports whose interfaces are asked for; None means all."""
    parent_id = call.parameters.get("connectionId")
    if parent_id is None:
        return None
    parent = world.find_port(parent_id, call.moment)
    if parent is None and (message := world.behaviour.gone_parent_message):
        raise DirectConnectClientException(message.replace("{id}", parent_id))
    member = world.connections.get(parent_id)
    if member is not None and member.lag_id is not None and world.behaviour.member_lists_lag_interfaces:
        return {parent_id, member.lag_id}
    return {parent_id}


def delete_virtual_interface(world: World, call: Call) -> Answer:
    now = call.moment
    one = world.virtual_interface(call.parameters["virtualInterfaceId"], now)
    behaviour = world.behaviour
    if one.state in DELETING_OR_GONE:
        if behaviour.repeated_delete_refused:
            raise wrong_state("Delete", one)
    elif one.state == VirtualInterfaceState.CONFIRMING and call.caller == one.owner_account:
        # AWS shows an interface that its owner declines as rejected, never as deleted.
        one.state = VirtualInterfaceState.REJECTED
        one.settle(now)
    elif one.state == VirtualInterfaceState.TESTING and not behaviour.testing_can_be_deleted:
        raise wrong_state("Delete", one)
    else:
        delay = one.deletion or behaviour.virtual_interface_deletion
        one.move(VirtualInterfaceState.DELETING, VirtualInterfaceState.DELETED, delay, now)
    return {"virtualInterfaceState": str(one.state)}


def associate_virtual_interface(world: World, call: Call) -> Answer:
    """Move an interface to another connection or LAG; its id stays."""
    now = call.moment
    one = world.virtual_interface(call.parameters["virtualInterfaceId"], now)
    target = world.port(call.parameters["connectionId"], now)
    for resource in (one, target):
        if resource.state in DELETING_OR_GONE:
            raise wrong_state("Associate", resource)
    one.connection_id = target.id
    one.location = target.location
    return one.to_dict(world.behaviour, call.caller)
