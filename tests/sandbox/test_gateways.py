"""The attachments of virtual interfaces to Direct Connect gateways."""

from typing import Any

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import Behaviour, DirectConnectBackend
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import OTHER_ACCOUNT, refusal


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
def test_the_state_of_an_attachment_follows_that_of_the_interface(
    state: str, expected: str | None, client: DirectConnectClient, interface: VirtualInterface
) -> None:
    interface.state = state

    found = attachments(client, directConnectGatewayId=interface.direct_connect_gateway_id)

    assert ([(interface.id, expected)] if expected else []) == found


def test_attachments_of_other_regions_and_accounts(
    client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    gateway_id = interface.direct_connect_gateway_id or ""
    there = world.add_remote_attachment(gateway_id, owner_account=OTHER_ACCOUNT)
    world.add_remote_attachment(world.add_direct_connect_gateway().id)
    by_gateway, by_interface = {"directConnectGatewayId": gateway_id}, {"virtualInterfaceId": interface.id}

    answer = client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway_id)

    assert [
        (interface.id, "eu-central-1", "123456789012", "PrivateVirtualInterface"),
        (there.virtual_interface_id, "us-east-1", OTHER_ACCOUNT, "TransitVirtualInterface"),
    ] == [
        (
            one["virtualInterfaceId"],
            one["virtualInterfaceRegion"],
            one["virtualInterfaceOwnerAccount"],
            one["attachmentType"],
        )
        for one in answer["directConnectGatewayAttachments"]
    ]
    for question in (by_interface, by_gateway | by_interface):
        assert [(interface.id, "attached")] == attachments(client, **question)
    assert "Specify" in refusal(client.describe_direct_connect_gateway_attachments)


@pytest.mark.parametrize("visible", [False, True])
@pytest.mark.parametrize("known", [False, True], ids=["not in this world", "owned by another account"])
def test_the_attachments_of_another_accounts_gateway(
    *, visible: bool, known: bool, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(foreign_attachments_visible=visible)
    gateway_id = world.add_direct_connect_gateway(owner_account=OTHER_ACCOUNT).id if known else "elsewhere"
    there = world.add_remote_attachment(gateway_id)

    if visible:
        expected = [(there.virtual_interface_id, "attached")]
        assert expected == attachments(client, directConnectGatewayId=gateway_id)
    else:
        call = client.describe_direct_connect_gateway_attachments
        assert "does not exist" in refusal(call, directConnectGatewayId=gateway_id)


def test_an_interface_names_one_kind_of_gateway(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    connection, gateway_id = world.add_connection(), world.add_virtual_gateway()
    world.add_virtual_interface(connection.id)
    world.add_virtual_interface(connection.id, virtual_gateway_id=gateway_id)

    direct, virtual = client.describe_virtual_interfaces()["virtualInterfaces"]

    assert ("", True) == (direct["virtualGatewayId"], "directConnectGatewayId" in direct)
    assert (gateway_id, False) == (virtual["virtualGatewayId"], "directConnectGatewayId" in virtual)


def test_a_deleted_gateway_is_not_listed(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    gateway = world.add_direct_connect_gateway()
    world.add_direct_connect_gateway().state = "deleted"

    (shown,) = client.describe_direct_connect_gateways()["directConnectGateways"]

    assert gateway.id == shown["directConnectGatewayId"]
