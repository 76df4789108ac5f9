"""What can be made to go wrong, over HTTP and in process alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError

from sandbox.directconnect import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    DirectConnectBackend,
    Fault,
    InProcessClient,
    StaleAnswer,
    client_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_directconnect import DirectConnectClient


def failure(call: Callable[..., object], **parameters: object) -> tuple[str, int, str]:
    """Return code, status and message of the error that a call answers."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(THROTTLED, ("ThrottlingException", 400, "Rate exceeded"), id="throttled"),
        pytest.param(
            SERVER_ERROR, ("DirectConnectServerException", 500, "A server-side error occurred."), id="server error"
        ),
        pytest.param(
            SERVER_ERROR_AS_400,
            ("DirectConnectServerException", 400, "A server-side error occurred."),
            id="server error as documented",
        ),
        pytest.param(
            client_error("dxcon-x is in a transitioning state."),
            ("DirectConnectClientException", 400, "dxcon-x is in a transitioning state."),
            id="refused with any text",
        ),
    ],
)
def test_a_refused_call_has_no_effect(
    fault: Fault,
    expected: tuple[str, int, str],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.faults.add("DeleteConnection", fault)

    assert expected == failure(either_client.delete_connection, connectionId=connection.id)
    assert connection.state == "available"
    assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"


def test_a_denied_call_names_who_wanted_what(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    user = "arn:aws:sts::123456789012:assumed-role/decommission/function"
    direct_connect_backend.faults.add("DeleteConnection", AccessDenied(user))
    direct_connect_backend.faults.add("DescribeLags", AccessDenied(user))

    denied = f"User: {user} is not authorized to perform: directconnect"
    assert (
        "AccessDeniedException",
        400,
        f"{denied}:DeleteConnection on resource: {connection.arn}",
    ) == failure(either_client.delete_connection, connectionId=connection.id)
    assert f"{denied}:DescribeLags on resource: *" == failure(either_client.describe_lags)[2]


def test_faults_come_in_the_order_of_the_queue(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.faults.add("DescribeConnections", THROTTLED, times=2)
    direct_connect_backend.faults.add("DescribeConnections", SERVER_ERROR)

    codes = [failure(either_client.describe_connections)[0] for _ in range(3)]

    assert codes == ["ThrottlingException", "ThrottlingException", "DirectConnectServerException"]
    assert either_client.describe_connections()["connections"] == []
    assert either_client.describe_lags()["lags"] == [], "other operations never met the fault"
    assert len(direct_connect_backend.calls) == 5, "calls that met a fault are in the log"


def test_a_fault_can_last_for_ever(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.faults.add("DescribeConnections", THROTTLED, times=math.inf)

    assert {"ThrottlingException"} == {failure(either_client.describe_connections)[0] for _ in range(5)}
    direct_connect_backend.faults.clear()
    assert either_client.describe_connections()["connections"] == []


def test_a_call_takes_effect_though_its_answer_is_an_error(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.faults.add("DeleteConnection", AnswerLost())

    code, status, _ = failure(either_client.delete_connection, connectionId=connection.id)

    assert (code, status) == ("DirectConnectServerException", 500)
    assert connection.state == "deleted"


def test_a_call_takes_effect_though_its_answer_never_arrives(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.faults.add("DeleteConnection", AnswerLost(connection_breaks=True))

    with pytest.raises(ConnectionClosedError):
        either_client.delete_connection(connectionId=connection.id)

    assert connection.state == "deleted"
    assert len(direct_connect_backend.calls) == 1


def test_a_refusal_can_be_lost_too(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.faults.add("DeleteConnection", AnswerLost())

    assert failure(either_client.delete_connection, connectionId="dxcon-unknown1")[0] == "DirectConnectServerException"


def test_a_stale_describe_answers_as_last_time(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    def states() -> list[str]:
        listed = either_client.describe_virtual_interfaces(connectionId=connection.id)["virtualInterfaces"]
        return [one["virtualInterfaceState"] for one in listed]

    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id)
    assert states() == ["available"]
    either_client.delete_virtual_interface(virtualInterfaceId=one.id)
    direct_connect_backend.add_virtual_interface(connection.id)
    direct_connect_backend.faults.add("DescribeVirtualInterfaces", StaleAnswer(), times=2)

    assert [states(), states()] == [["available"], ["available"]]
    assert states() == ["deleting", "available"]


def test_the_first_look_cannot_be_stale(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.faults.add("DescribeConnections", StaleAnswer())

    assert connection.id == either_client.describe_connections()["connections"][0]["connectionId"]


def test_the_world_can_change_between_two_calls(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()

    def somebody_builds(parameters: object) -> None:
        assert {"connectionId": connection.id} == parameters
        del direct_connect_backend.before["DeleteConnection"]
        direct_connect_backend.add_virtual_interface(connection.id)

    direct_connect_backend.before["DeleteConnection"] = somebody_builds

    assert "attached" in failure(either_client.delete_connection, connectionId=connection.id)[2]


@pytest.mark.parametrize(
    ("method", "parameters", "fragment"),
    [
        ("delete_connection", {"connectionId": "dxcon-nowhere1"}, "Could not find Connection with ID dxcon-nowhere1"),
        ("delete_virtual_interface", {"virtualInterfaceId": "dxvif-nowhere1"}, "does not exist"),
        ("delete_lag", {"lagId": "dxlag-nowhere1"}, "Could not find Lag with ID dxlag-nowhere1"),
        ("describe_lags", {"lagId": "dxlag-nowhere1"}, "Could not find Lag with ID dxlag-nowhere1"),
        ("describe_loa", {"connectionId": "dxcon-nowhere1"}, "Could not find Connection with ID dxcon-nowhere1"),
        ("describe_interconnects", {"interconnectId": "dxcon-nowhere1"}, "Could not find Interconnect"),
        ("delete_interconnect", {"interconnectId": "dxcon-nowhere1"}, "Could not find Interconnect"),
        ("describe_tags", {"resourceArns": ["arn:nowhere"]}, "does not exist"),
    ],
)
def test_no_code_says_not_found(
    method: str, parameters: dict[str, Any], fragment: str, either_client: DirectConnectClient
) -> None:
    code, status, message = failure(getattr(either_client, method), **parameters)

    assert (code, status) == ("DirectConnectClientException", 400)
    assert fragment in message


@pytest.mark.parametrize(
    ("method", "parameters", "fragment"),
    [
        ("start_bgp_failover_test", {"virtualInterfaceId": "dxvif-fpending"}, "is in state pending"),
        (
            "start_bgp_failover_test",
            {"virtualInterfaceId": "dxvif-favailab", "testDurationInMinutes": 4321},
            "between 1 and 4320 minutes",
        ),
        ("confirm_connection", {"connectionId": "dxcon-favailab"}, "is in state available"),
        (
            "disassociate_connection_from_lag",
            {"connectionId": "dxcon-favailab", "lagId": "dxlag-favailab"},
            "is not associated with",
        ),
        ("disassociate_mac_sec_key", {"connectionId": "dxcon-favailab", "secretARN": "arn"}, "is not associated with"),
    ],
)
def test_what_cannot_be_is_refused(
    method: str,
    parameters: dict[str, Any],
    fragment: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection("dxcon-favailab")
    direct_connect_backend.add_virtual_interface(connection.id, "dxvif-favailab")
    direct_connect_backend.add_virtual_interface(connection.id, "dxvif-fpending", state="pending")
    direct_connect_backend.add_lag("dxlag-favailab")

    assert fragment in failure(getattr(either_client, method), **parameters)[2]


def test_errors_are_of_the_class_that_the_model_names(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.faults.add("DescribeLags", SERVER_ERROR)

    with pytest.raises(either_client.exceptions.DirectConnectServerException):
        either_client.describe_lags()
    with pytest.raises(either_client.exceptions.DirectConnectClientException):
        either_client.delete_connection(connectionId="dxcon-nowhere1")


def test_what_botocore_refuses_never_becomes_a_call(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    with pytest.raises(ParamValidationError):
        either_client.delete_connection(connectionIdentifier="dxcon-nowhere1")  # type: ignore[call-arg]

    assert direct_connect_backend.calls == []


def test_the_client_in_process_knows_the_model_and_nothing_more() -> None:
    client = InProcessClient(DirectConnectBackend("eu-central-1", "123456789012"))

    shape = client.meta.service_model.operation_model("DescribeVirtualInterfaces").input_shape
    assert shape is not None
    assert (client.meta.region_name, "nextToken" in shape.members) == ("eu-central-1", True)
    with pytest.raises(AttributeError, match="describe_router_configuration"):
        client.describe_router_configuration(virtualInterfaceId="dxvif-nowhere1")
