"""Resiliency groups: connections that back each other up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .exceptions import DirectConnectClientException
from .paging import page
from .states import AssociationState, ResiliencyGroupState

if TYPE_CHECKING:
    from .connections import Connection
    from .lifecycle import Answer, Request
    from .world import World

ID_LENGTH: Final = 17


@dataclass(slots=True, kw_only=True)
class Association:
    sequence: int
    group_id: str
    connection_arn: str
    state: str

    def to_dict(self) -> Answer:
        return {
            "resiliencyGroupId": self.group_id,
            "connectionArn": self.connection_arn,
            "state": str(self.state),
        }


@dataclass(slots=True, kw_only=True)
class ResiliencyGroup:
    id: str
    arn: str
    name: str
    owner_account: str
    sequence: int
    state: str = ResiliencyGroupState.AVAILABLE
    associations: list[Association] = field(default_factory=list)

    def to_dict(self) -> Answer:
        return {
            "resiliencyGroupId": self.id,
            "resiliencyGroupArn": self.arn,
            "resiliencyGroupName": self.name,
            "resiliencyGroupType": "Managed",
            "ownerAccount": self.owner_account,
            "state": str(self.state),
        }


def add_resiliency_group(
    world: World,
    *connection_ids: str,
    state: str = AssociationState.ASSOCIATED,
    name: str = "resiliency-group",
    group_id: str | None = None,
) -> ResiliencyGroup:
    """Put connections of this backend into a new group; ``state`` is that of their associations."""
    id_ = group_id or world.new_id("dxrg", ID_LENGTH)
    group = ResiliencyGroup(
        id=id_,
        # Without a Region, unlike every other ARN of Direct Connect.
        arn=f"arn:{world.partition}:directconnect::{world.account_id}:dx-resiliency-group/{id_}",
        name=name,
        owner_account=world.account_id,
        sequence=world.next_sequence(),
    )
    group.associations += [
        Association(
            sequence=world.next_sequence(), group_id=id_, connection_arn=world.connections[one].arn, state=state
        )
        for one in connection_ids
    ]
    world.resiliency_groups[id_] = group
    return group


def list_resiliency_groups(world: World, request: Request) -> Answer:
    listed = [group for group in world.resiliency_groups.values() if group.owner_account == request.caller]
    shown, more = page(request, listed, world.behaviour.page_size)
    return {"items": [group.to_dict() for group in shown], **more}


def list_resiliency_group_associations(world: World, request: Request) -> Answer:
    group_id = request.parameters["resiliencyGroupId"]
    if (group := world.resiliency_groups.get(group_id)) is None:
        raise DirectConnectClientException(f"Resiliency Group {group_id} does not exist.")
    shown, more = page(request, group.associations, world.behaviour.page_size)
    return {"items": [one.to_dict() for one in shown], **more}


def refuse_members(world: World, connection: Connection) -> None:
    """Refuse to delete a connection that is in a group, if the world behaves like that."""
    if world.behaviour.resiliency_group_member_can_be_deleted:
        return
    for group in world.resiliency_groups.values():
        for one in group.associations:
            if one.connection_arn == connection.arn and one.state != AssociationState.DISASSOCIATED:
                raise DirectConnectClientException(
                    f"Connection {connection.id} is associated with resiliency group {group.id}."
                )
