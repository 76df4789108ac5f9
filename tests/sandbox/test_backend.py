"""The backend itself: its ids, its log of calls, its clients, and that every switch is tested."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from botocore.exceptions import ParamValidationError
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import (
    SECRET_WORD,
    Behaviour,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    client_error,
    directconnect_backends,
    install,
)
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import connection_ids


def test_every_switch_is_set_by_a_test_of_this_folder() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    assert [] == [switch.name for switch in fields(Behaviour) if f"{switch.name}=" not in text]


def test_ids_and_arns_have_the_form_of_real_ones(world: DirectConnectBackend, interface: VirtualInterface) -> None:
    made = {"dxcon": world.connections[interface.connection_id], "dxvif": interface, "dxlag": world.add_lag()}

    for kind, resource in made.items():
        assert re.fullmatch(rf"{kind}-[a-z0-9]{{8}}", resource.id)
        assert f"arn:aws:directconnect:eu-central-1:123456789012:{kind}/{resource.id}" == resource.arn


@pytest.mark.usefixtures("interface")
def test_every_secret_of_an_interface_contains_the_known_word(client: DirectConnectClient) -> None:
    (shown,) = client.describe_virtual_interfaces()["virtualInterfaces"]

    assert SECRET_WORD in shown["authKey"]
    assert SECRET_WORD in shown["bgpPeers"][0]["authKey"]
    assert f"<bgp_auth_key>{SECRET_WORD}" in shown["customerRouterConfig"]


def test_the_letter_of_authorization_is_a_pdf_and_its_time_is_noted(
    client: DirectConnectClient, connection: Connection, clock: ManualClock
) -> None:
    letter = client.describe_loa(connectionId=connection.id)["loaContent"]

    assert letter.startswith(b"%PDF-1.4\n")
    assert letter.endswith(b"%%EOF\n")
    table = int(letter.split(b"startxref\n")[1].split()[0])
    assert letter[table:].startswith(b"xref\n")
    assert connection.id.encode() in letter
    assert clock() == client.describe_connections()["connections"][0]["loaIssueTime"]


def test_the_log_has_every_call(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection, clock: ManualClock
) -> None:
    began = clock()
    client.describe_connections()
    clock.advance(seconds=5)
    client.delete_connection(connectionId=connection.id)

    assert [
        ("DescribeConnections", {}, began),
        ("DeleteConnection", {"connectionId": connection.id}, clock()),
    ] == [(call.operation, call.parameters, call.moment) for call in world.calls]


def test_a_reset_leaves_an_empty_world(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    world.behaviour = replace(world.behaviour, page_size=1)
    client.describe_connections()

    world.reset()

    assert [] == connection_ids(client)
    assert Behaviour() == world.behaviour
    assert 1 == len(world.calls)
    assert connection.id == world.add_connection().id, "the same steps make the same ids"


def test_installing_again_changes_nothing(
    direct_connect_client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    install()

    assert world is directconnect_backends["123456789012"]["eu-central-1"]
    assert [connection.id] == connection_ids(direct_connect_client)


def test_a_call_that_botocore_refuses_is_never_made(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    with pytest.raises(ParamValidationError):
        client.delete_connection(connectionIdentifier="dxcon-nowhere1")  # type: ignore[call-arg]

    assert [] == world.calls


def test_the_client_in_process_has_the_operations_of_the_sandbox_only() -> None:
    client = InProcessClient(DirectConnectBackend("eu-central-1", "123456789012"))

    shape = client.meta.service_model.operation_model("DescribeVirtualInterfaces").input_shape
    assert shape is not None
    assert ("eu-central-1", True) == (client.meta.region_name, "nextToken" in shape.members)
    with pytest.raises(AttributeError, match="describe_router_configuration"):
        client.describe_router_configuration(virtualInterfaceId="dxvif-nowhere1")


def test_the_clients_in_process_number_their_requests_together(world: DirectConnectBackend) -> None:
    clients = [InProcessClient(world), InProcessClient(world)]
    world.faults.add("DescribeLags", client_error("No."))

    ids = [client.describe_connections()["ResponseMetadata"]["RequestId"] for client in clients]
    with pytest.raises(clients[0].exceptions.DirectConnectClientException) as refused:
        clients[0].describe_lags()

    ids.append(refused.value.response["ResponseMetadata"]["RequestId"])
    assert ["in-process-1", "in-process-2", "in-process-3"] == ids
