"""The operations on resiliency groups."""

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.resiliency_groups import Association, ResiliencyGroup
from sandbox.directconnect.states import AssociationState
from sandbox.directconnect.world import World


def list_resiliency_groups(world: World, call: Call) -> Answer:
    listed = [group for group in world.resiliency_groups.values() if group.owner_account == call.caller]
    return page(world, call, "items", listed, ResiliencyGroup.to_dict)


def list_resiliency_group_associations(world: World, call: Call) -> Answer:
    group_id = call.parameters["resiliencyGroupId"]
    if (group := world.resiliency_groups.get(group_id)) is None:
        raise DirectConnectClientException(f"Resiliency Group {group_id} does not exist.")
    return page(world, call, "items", group.associations, Association.to_dict)


def refuse_members(world: World, connection: Connection) -> None:
    """Refuse to delete a connection that is in a group, if this AWS does so."""
    if world.behaviour.resiliency_group_member_can_be_deleted:
        return
    for group in world.resiliency_groups.values():
        for one in group.associations:
            if one.connection_arn == connection.arn and one.state != AssociationState.DISASSOCIATED:
                raise DirectConnectClientException(
                    f"Connection {connection.id} is associated with resiliency group {group.id}."
                )
