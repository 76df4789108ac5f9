"""Resiliency groups, gateway attachments, and the connections of partners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import AT_ONCE, Behaviour

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend


def test_resiliency_groups_and_their_connections(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    members = [world.add_connection(), world.add_connection()]
    group = world.add_resiliency_group(*(one.id for one in members), name="sites", state="associating")
    world.behaviour = Behaviour(page_size=1)

    (listed,) = either_client.list_resiliency_groups()["items"]
    first = either_client.list_resiliency_group_associations(resiliencyGroupId=group.id)
    second = either_client.list_resiliency_group_associations(resiliencyGroupId=group.id, nextToken=first["nextToken"])

    assert re.fullmatch(r"dxrg-[a-z0-9]{17}", group.id)
    assert f"arn:aws:directconnect::123456789012:dx-resiliency-group/{group.id}" == listed["resiliencyGroupArn"]
    assert (group.id, "sites", "available") == (
        listed["resiliencyGroupId"],
        listed["resiliencyGroupName"],
        listed["state"],
    )
    assert [(one.arn, "associating") for one in members] == [
        (one["connectionArn"], one["state"]) for one in (*first["items"], *second["items"])
    ]
    with pytest.raises(ClientError, match="does not exist"):
        either_client.list_resiliency_group_associations(resiliencyGroupId="dxrg-00000000000000000")


def attachments(client: DirectConnectClient, **question: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as boto3
    listed = client.describe_direct_connect_gateway_attachments(**question)["directConnectGatewayAttachments"]
    return [(one["virtualInterfaceId"], one["attachmentState"]) for one in listed]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        *((state, "attached") for state in ("available", "down", "testing")),
        *((state, "attaching") for state in ("pending", "verifying", "confirming")),
        ("deleting", "detaching"),
        ("deleted", None),
        ("rejected", None),
    ],
)
def test_the_state_of_an_attachment_follows_the_interface(
    state: str, expected: str | None, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    one = direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id, state=state)

    found = attachments(either_client, directConnectGatewayId=one.direct_connect_gateway_id)

    assert ([(one.id, expected)] if expected else []) == found


def test_attachments_of_other_regions_and_accounts(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    gateway = world.add_direct_connect_gateway()
    here = world.add_virtual_interface(world.add_connection().id, type="transit", direct_connect_gateway_id=gateway.id)
    there = world.add_remote_attachment(gateway.id, region="us-east-1", owner_account="999999999999", type="private")
    world.add_remote_attachment(world.add_direct_connect_gateway().id)

    answer = either_client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway.id)

    assert [
        (here.id, "eu-central-1", "123456789012", "TransitVirtualInterface"),
        (there.virtual_interface_id, "us-east-1", "999999999999", "PrivateVirtualInterface"),
    ] == [
        (
            one["virtualInterfaceId"],
            one["virtualInterfaceRegion"],
            one["virtualInterfaceOwnerAccount"],
            one["attachmentType"],
        )
        for one in answer["directConnectGatewayAttachments"]
    ]
    assert [(here.id, "attached")] == attachments(either_client, virtualInterfaceId=here.id)
    assert attachments(either_client, virtualInterfaceId=here.id, directConnectGatewayId=gateway.id)
    with pytest.raises(ClientError, match="Specify"):
        either_client.describe_direct_connect_gateway_attachments()


def test_attachments_are_paged(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    gateway = world.add_direct_connect_gateway()
    world.add_remote_attachment(gateway.id)
    world.add_virtual_interface(world.add_connection().id, direct_connect_gateway_id=gateway.id)
    world.behaviour = Behaviour(page_size=1)

    first = either_client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway.id)
    second = either_client.describe_direct_connect_gateway_attachments(
        directConnectGatewayId=gateway.id, nextToken=first["nextToken"]
    )

    regions = [
        one["virtualInterfaceRegion"]
        for one in (*first["directConnectGatewayAttachments"], *second["directConnectGatewayAttachments"])
    ]
    assert (["us-east-1", "eu-central-1"], False) == (regions, "nextToken" in second)


def test_a_partners_connection_becomes_an_interconnect_when_it_leaves_its_lag(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    world.behaviour = Behaviour(transitioning=AT_ONCE)
    lag = world.add_lag(allows_hosted_connections=True)
    member = world.add_connection(lag_id=lag.id, is_partners=True, name="partner", tags={"site": "a"})
    hosted = world.add_connection(parent_id=lag.id, owner_account="999999999999", partner_name="Partner", vlan=7)

    assert either_client.describe_lags()["lags"][0]["allowsHostedConnections"]
    assert either_client.describe_hosted_connections(connectionId=member.id)["connections"] == []
    left = either_client.disassociate_connection_from_lag(connectionId=member.id, lagId=lag.id)

    assert member.id == left["connectionId"]
    assert either_client.describe_connections()["connections"] == []
    with pytest.raises(ClientError, match="Could not find Connection"):
        either_client.describe_connections(connectionId=member.id)
    (interconnect,) = either_client.describe_interconnects(interconnectId=member.id)["interconnects"]
    assert (member.id, "partner", "available", [{"key": "site", "value": "a"}]) == (
        interconnect["interconnectId"],
        interconnect["interconnectName"],
        interconnect["interconnectState"],
        interconnect["tags"],
    )
    listed = either_client.describe_hosted_connections(connectionId=lag.id)["connections"]
    assert [hosted.id] == [one["connectionId"] for one in listed], "hosted connections stay with the LAG"
    with pytest.raises(ClientError, match="Could not find Connection"):
        either_client.delete_connection(connectionId=member.id)


def test_any_other_connection_stays_a_connection(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    lag = direct_connect_backend.add_lag()
    member = direct_connect_backend.add_connection(lag_id=lag.id)

    either_client.disassociate_connection_from_lag(connectionId=member.id, lagId=lag.id)

    assert [member.id] == [one["connectionId"] for one in either_client.describe_connections()["connections"]]
    assert either_client.describe_interconnects()["interconnects"] == []
