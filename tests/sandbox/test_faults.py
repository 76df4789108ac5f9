"""Faults on demand: errors, answers that are lost, out of date or late, and bodies that do not come from AWS."""

import json
import math
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import (
    SECRET_WORD,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    CutJson,
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    InProcessClient,
    ManualClock,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    Slow,
    StaleAnswer,
    client_error,
)
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import connection_ids, error, interface_states, refusal


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(THROTTLED, id="throttled"),
        pytest.param(SERVER_ERROR, id="server error"),
        pytest.param(SERVER_ERROR_AS_400, id="server error as documented"),
        pytest.param(client_error("dxcon-x is in a transitioning state."), id="refused with any text"),
    ],
)
def test_a_refused_call_has_no_effect(
    fault: Refusal, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    world.faults.add("DeleteConnection", fault)

    expected = (fault.code, fault.status, fault.message)
    assert expected == error(client.delete_connection, connectionId=connection.id)
    assert "available" == connection.state
    assert "deleted" == client.delete_connection(connectionId=connection.id)["connectionState"]


def test_the_errors_of_the_model_have_their_own_classes(
    client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.faults.add("DescribeLags", SERVER_ERROR)

    with pytest.raises(client.exceptions.DirectConnectServerException):
        client.describe_lags()
    with pytest.raises(client.exceptions.DirectConnectClientException):
        client.delete_connection(connectionId="dxcon-nowhere1")


def test_a_denied_call_names_the_user_the_operation_and_the_resource(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    for operation in ("DeleteConnection", "DescribeLags"):
        world.faults.add(operation, AccessDenied("arn:aws:sts::123456789012:assumed-role/decommission/function"))

    denied = "User: arn:aws:sts::123456789012:assumed-role/decommission/function is not authorized to perform:"
    message = f"{denied} directconnect:DeleteConnection on resource: {connection.arn}"
    expected = ("AccessDeniedException", 400, message)
    assert expected == error(client.delete_connection, connectionId=connection.id)
    assert f"{denied} directconnect:DescribeLags on resource: *" == error(client.describe_lags)[2]


def test_faults_come_in_the_order_of_their_queue(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    world.faults.add("DescribeConnections", THROTTLED, times=2)
    world.faults.add("DescribeConnections", SERVER_ERROR)

    codes = [error(client.describe_connections)[0] for _ in range(3)]

    assert ["ThrottlingException", "ThrottlingException", "DirectConnectServerException"] == codes
    assert [] == connection_ids(client)
    assert [] == client.describe_lags()["lags"], "a fault is for one operation"
    assert 5 == len(world.calls), "the log has calls that failed"


def test_a_fault_lasts_until_it_is_cleared(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    world.faults.add("DescribeConnections", THROTTLED, times=math.inf)

    assert {"ThrottlingException"} == {error(client.describe_connections)[0] for _ in range(5)}
    world.faults.clear()
    assert [] == connection_ids(client)


@pytest.mark.parametrize("exists", [True, False], ids=["accepted", "refused"])
def test_a_call_takes_effect_although_its_answer_is_a_server_error(
    *, exists: bool, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    world.faults.add("DeleteConnection", AnswerLost())

    code, status, _ = error(client.delete_connection, connectionId=connection.id if exists else "dxcon-nowhere1")

    assert ("DirectConnectServerException", 500) == (code, status)
    assert ("deleted" if exists else "available") == connection.state


@pytest.mark.parametrize(
    ("fault", "expected"), [(AnswerLost(connection_breaks=True), "deleted"), (Reset(), "available")], ids=str
)
def test_the_connection_breaks_after_or_before_the_call_takes_effect(
    fault: Fault, expected: str, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    world.faults.add("DeleteConnection", fault)

    with pytest.raises(ConnectionClosedError):
        client.delete_connection(connectionId=connection.id)

    assert expected == connection.state
    assert 1 == len(world.calls)


def test_a_stale_answer_repeats_the_last_one(
    client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    question = {"connectionId": interface.connection_id}
    world.faults.add("DescribeVirtualInterfaces", StaleAnswer())
    assert ["available"] == interface_states(client, **question), "there is nothing to repeat yet"
    client.delete_virtual_interface(virtualInterfaceId=interface.id)
    world.faults.add("DescribeVirtualInterfaces", StaleAnswer(), times=2)

    seen = [interface_states(client, **question) for _ in range(3)]

    assert [["available"], ["available"], ["deleting"]] == seen


@pytest.mark.parametrize("fault", [Html(), EmptyBody(), Nothing()], ids=str)
def test_a_body_that_does_not_come_from_aws_has_no_fields_and_the_call_no_effect(
    fault: Fault, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    for operation in ("DescribeConnections", "DeleteConnection"):
        world.faults.add(operation, fault)

    for answer in (client.describe_connections(), client.delete_connection(connectionId=connection.id)):
        assert {"ResponseMetadata"} == answer.keys()
        assert 200 == answer["ResponseMetadata"]["HTTPStatusCode"]
    assert "available" == connection.state
    assert [connection.id] == connection_ids(client), "the fault is used up"


def test_the_bodies_over_http(
    direct_connect_client: DirectConnectClient, world: DirectConnectBackend, bodies: list[bytes]
) -> None:
    for fault in (Html(), EmptyBody(), Nothing(), Nulls()):
        world.faults.add("DescribeConnections", fault)
        direct_connect_client.describe_connections()

    html, *others = bodies
    assert html.startswith(b"<html>")
    assert [b"", b"{}", b'{"connections": null}'] == others


def test_a_list_that_is_null_is_absent_and_the_call_takes_effect(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    for operation in ("DescribeConnections", "DeleteConnection"):
        world.faults.add(operation, Nulls())

    assert {"ResponseMetadata"} == client.describe_connections().keys()
    answer = client.delete_connection(connectionId=connection.id)
    assert ("deleted", False) == (answer["connectionState"], "macSecKeys" in answer)
    assert "deleted" == connection.state


@pytest.mark.parametrize("interfaces", [1, 2, 30])
def test_half_of_an_answer_is_the_message_of_an_error(
    interfaces: int, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    ids = [world.add_virtual_interface(connection.id).id for _ in range(interfaces)]
    calls: list[tuple[Any, dict[str, str]]] = [
        (client.describe_virtual_interfaces, {}),
        (client.delete_virtual_interface, {"virtualInterfaceId": ids[0]}),
    ]
    for operation in ("DescribeVirtualInterfaces", "DeleteVirtualInterface"):
        world.faults.add(operation, CutJson())

    for call, parameters in calls:
        code, status, message = error(call, **parameters)
        assert ("400", 400) == (code, status)
        assert message.startswith('{"virtualInterfaces": [')
        assert SECRET_WORD in message
        with pytest.raises(json.JSONDecodeError):
            json.loads(message)
    assert {"available"} == {one.state for one in world.virtual_interfaces.values()}


@pytest.mark.usefixtures("interface")
def test_both_clients_see_the_same_half(
    direct_connect_client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.faults.add("DescribeVirtualInterfaces", CutJson(), times=2)
    in_process = InProcessClient(world)

    assert error(direct_connect_client.describe_virtual_interfaces) == error(in_process.describe_virtual_interfaces)


@pytest.mark.parametrize("refused", [False, True])
def test_a_slow_answer_takes_time(
    *,
    refused: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
    clock: ManualClock,
) -> None:
    if refused:
        world.add_virtual_interface(connection.id)
    world.faults.add("DeleteConnection", Slow(25))
    began = clock()

    if refused:
        refusal(client.delete_connection, connectionId=connection.id)
    else:
        client.delete_connection(connectionId=connection.id)

    assert 25 == (clock() - began).total_seconds()
    assert began == world.calls[-1].moment


def test_a_slow_answer_does_not_slow_down_the_real_clock(
    client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.faults.add("DescribeConnections", Slow(1000))

    assert [] == connection_ids(client)
