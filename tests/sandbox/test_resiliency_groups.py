"""Resiliency groups, and the connections in them."""

import re

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import Behaviour, DirectConnectBackend
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.states import AssociationState
from tests.sandbox.seen import refusal


def test_a_group_and_its_connections(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    members = [world.add_connection(), world.add_connection()]
    group = world.add_resiliency_group(*(one.id for one in members), state="associating")

    (listed,) = client.list_resiliency_groups()["items"]
    associations = client.list_resiliency_group_associations(resiliencyGroupId=group.id)["items"]

    assert re.fullmatch(r"dxrg-[a-z0-9]{17}", group.id)
    arn = f"arn:aws:directconnect::123456789012:dx-resiliency-group/{group.id}"
    assert (group.id, arn, "available") == (listed["resiliencyGroupId"], listed["resiliencyGroupArn"], listed["state"])
    assert [(one.arn, "associating") for one in members] == [
        (one["connectionArn"], one["state"]) for one in associations
    ]
    assert "does not exist" in refusal(client.list_resiliency_group_associations, resiliencyGroupId=f"dxrg-{0:017}")


@pytest.mark.parametrize("deletable", [False, True])
@pytest.mark.parametrize("state", AssociationState)
def test_deleting_a_connection_in_a_group(
    *,
    deletable: bool,
    state: str,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
) -> None:
    world.behaviour = Behaviour(resiliency_group_member_can_be_deleted=deletable)
    group = world.add_resiliency_group(connection.id, state=state)

    if deletable or state == "disassociated":
        assert "deleted" == client.delete_connection(connectionId=connection.id)["connectionState"]
    else:
        assert group.id in refusal(client.delete_connection, connectionId=connection.id)
        assert "available" == connection.state
