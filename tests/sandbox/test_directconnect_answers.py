"""Answers that are not AWS's, or only half of them: both kinds of client see the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.directconnect import (
    SECRET_WORD,
    CutJson,
    EmptyBody,
    Fault,
    Html,
    InProcessClient,
    Nothing,
    Nulls,
    Reset,
    Slow,
    client_error,
)

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend, ManualClock


def fields(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - of any operation
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("fault", [Html(), EmptyBody(), Nothing()])
def test_an_answer_that_is_not_awss_has_no_fields_and_no_effect(
    fault: Fault, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    for operation in ("DescribeConnections", "DeleteConnection"):
        direct_connect_backend.faults.add(operation, fault)

    answers = [either_client.describe_connections(), either_client.delete_connection(connectionId=connection.id)]

    assert [{}, {}] == [fields(answer) for answer in answers]
    assert [200, 200] == [answer["ResponseMetadata"]["HTTPStatusCode"] for answer in answers]
    assert connection.state == "available"
    assert len(either_client.describe_connections()["connections"]) == 1, "the fault is used up"


def test_the_bodies_over_http(
    direct_connect_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    bodies: list[bytes] = []
    direct_connect_client.meta.events.register(
        "before-parse.directconnect.*", lambda response_dict, **_: bodies.append(response_dict["body"])
    )
    for fault in (Html(), EmptyBody(), Nothing(), Nulls()):
        direct_connect_backend.faults.add("DescribeConnections", fault)
        direct_connect_client.describe_connections()

    html, *others = bodies
    assert html.startswith(b"<html>")
    assert others == [b"", b"{}", b'{"connections": null}']


def test_lists_that_are_null_are_absent_and_the_call_takes_effect(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    for operation in ("DescribeConnections", "DeleteConnection"):
        direct_connect_backend.faults.add(operation, Nulls())

    assert fields(either_client.describe_connections()) == {}
    answer = either_client.delete_connection(connectionId=connection.id)
    assert ("deleted", False) == (answer["connectionState"], "macSecKeys" in answer)
    assert connection.state == "deleted"


@pytest.mark.parametrize("interfaces", [1, 2, 30])
def test_half_of_an_answer_arrives_as_the_words_of_an_error(
    interfaces: int, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    ids = [direct_connect_backend.add_virtual_interface(connection.id).id for _ in range(interfaces)]
    for operation in ("DescribeVirtualInterfaces", "DeleteVirtualInterface"):
        direct_connect_backend.faults.add(operation, CutJson())

    with pytest.raises(ClientError) as described:
        either_client.describe_virtual_interfaces()
    with pytest.raises(ClientError) as deleted:
        either_client.delete_virtual_interface(virtualInterfaceId=ids[0])

    for error in (described.value, deleted.value):
        words = error.response["Error"]["Message"]
        assert (400, "400") == (error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"])
        assert words.startswith('{"virtualInterfaces": [')
        assert SECRET_WORD in words
        with pytest.raises(json.JSONDecodeError):
            json.loads(words)
    assert {"available"} == {one.state for one in direct_connect_backend.virtual_interfaces.values()}


def test_both_kinds_of_client_see_the_same_half(
    direct_connect_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id)
    direct_connect_backend.faults.add("DescribeVirtualInterfaces", CutJson(), times=2)
    errors = []
    for client in (direct_connect_client, InProcessClient(direct_connect_backend)):
        with pytest.raises(ClientError) as raised:
            client.describe_virtual_interfaces()
        errors.append(raised.value.response["Error"])

    assert errors[0] == errors[1]


def test_the_connection_breaks_before_the_call_takes_effect(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.faults.add("DeleteConnection", Reset())

    with pytest.raises(ConnectionClosedError):
        either_client.delete_connection(connectionId=connection.id)

    assert connection.state == "available"


@pytest.mark.parametrize("refused", [False, True])
def test_a_slow_answer_takes_time(
    *,
    refused: bool,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    if refused:
        direct_connect_backend.add_virtual_interface(connection.id)
    direct_connect_backend.faults.add("DeleteConnection", Slow(25))
    began = direct_connect_clock()

    if refused:
        with pytest.raises(ClientError):
            either_client.delete_connection(connectionId=connection.id)
    else:
        assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"

    assert (direct_connect_clock() - began).total_seconds() == 25
    assert began == direct_connect_backend.calls[-1].moment


def test_with_a_real_clock_a_slow_answer_is_no_slower(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.faults.add("DescribeConnections", Slow(1000))

    assert either_client.describe_connections()["connections"] == []


def test_request_ids_in_process(direct_connect_backend: DirectConnectBackend) -> None:
    clients = [InProcessClient(direct_connect_backend), InProcessClient(direct_connect_backend)]
    direct_connect_backend.faults.add("DescribeLags", client_error("No."))

    ids = [client.describe_connections()["ResponseMetadata"]["RequestId"] for client in clients]
    with pytest.raises(ClientError) as refused:
        clients[0].describe_lags()

    assert ["in-process-1", "in-process-2"] == ids
    assert refused.value.response["ResponseMetadata"]["RequestId"] == "in-process-3"
