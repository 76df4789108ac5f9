"""What AWS does not do: busy, denied and refused are three things, and an SDK that is too old a fourth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.loaders import Loader

from decommission.direct_connect import DirectConnect
from decommission.errors import ConfigurationError, DirectConnectBusyError, DirectConnectDeniedError
from sandbox.directconnect import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    DirectConnectBackend,
    Fault,
    Refusal,
    client_error,
)
from tests.strategies import CONNECTION_ID, LAG_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_directconnect import DirectConnectClient

INTERFACE_ID: Final = "dxvif-aaaaaaa1"
CALLS: Final[dict[str, Callable[[DirectConnect], object]]] = {
    "DescribeConnections": lambda adapter: adapter.observe(CONNECTION_ID),
    "DescribeVirtualInterfaces": lambda adapter: adapter.observe(CONNECTION_ID),
    "DescribeInterconnects": lambda adapter: adapter.is_interconnect(CONNECTION_ID),
    "DescribeLags": lambda adapter: adapter.lag(LAG_ID),
    "DescribeHostedConnections": lambda adapter: adapter.hosted_connection_ids(CONNECTION_ID),
    "ListVirtualInterfaceTestHistory": lambda adapter: adapter.failover_tests(INTERFACE_ID),
    "DescribeDirectConnectGateways": lambda adapter: adapter.gateway_names(),
    "DescribeLoa": lambda adapter: adapter.loa(CONNECTION_ID),
    "DeleteVirtualInterface": lambda adapter: adapter.delete_virtual_interface(INTERFACE_ID),
    "DisassociateConnectionFromLag": lambda adapter: adapter.disassociate_connection_from_lag(CONNECTION_ID, LAG_ID),
    "DeleteConnection": lambda adapter: adapter.delete_connection(CONNECTION_ID),
}
BUSY: Final = [
    pytest.param(THROTTLED, id="throttled"),
    pytest.param(SERVER_ERROR, id="server error"),
    pytest.param(SERVER_ERROR_AS_400, id="server error as documented"),
    pytest.param(AnswerLost(), id="answer lost"),
    pytest.param(AnswerLost(connection_breaks=True), id="connection broken"),
    pytest.param(client_error(f"Connection {CONNECTION_ID} is in a transitioning state."), id="transitioning"),
    pytest.param(Refusal("NobodyKnows", "A gateway between us and AWS says no", status=502), id="bad gateway"),
    *[
        pytest.param(Refusal(code, "Not now"), id=code)
        for code in ("Throttling", "TooManyRequestsException", "RequestLimitExceeded", "ServiceUnavailable")
    ],
]


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    direct_connect_backend.add_connection(CONNECTION_ID)
    direct_connect_backend.add_virtual_interface(CONNECTION_ID, INTERFACE_ID)
    return direct_connect_backend


@pytest.fixture
def adapter(either_client: DirectConnectClient) -> DirectConnect:
    return DirectConnect(either_client)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("fault", BUSY)
def test_busy(fault: Fault, operation: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add(operation, fault)

    with pytest.raises(DirectConnectBusyError):
        CALLS[operation](adapter)


@pytest.mark.parametrize("operation", CALLS)
def test_denied(operation: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add(operation, AccessDenied())

    with pytest.raises(DirectConnectDeniedError, match=f"AWS denied directconnect:{operation} .*is not authorized"):
        CALLS[operation](adapter)


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException", "SignatureDoesNotMatch"])
def test_denied_for_the_caller_s_credentials(code: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add("DescribeConnections", Refusal(code, "No", status=403))

    with pytest.raises(DirectConnectDeniedError, match=code):
        adapter.observe(CONNECTION_ID)


def test_denied_without_credentials(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    client = boto3.session.Session().client("directconnect", endpoint_url=moto_server)

    with pytest.raises(DirectConnectDeniedError, match="no AWS credentials for directconnect:DescribeConnections"):
        DirectConnect(client).observe(CONNECTION_ID)


def test_busy_when_nobody_listens() -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("directconnect", endpoint_url="http://127.0.0.1:1", config=once)

    with pytest.raises(DirectConnectBusyError, match="directconnect:DescribeConnections got no answer"):
        DirectConnect(client).observe(CONNECTION_ID)


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_a_look_that_aws_refuses_twice_is_an_error_of_ours(
    operation: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    """With the id and without: there is nothing left to decide from, and only errors with names are retried."""
    world.faults.add(operation, client_error("The moon is in the wrong phase."), times=2)

    with pytest.raises((DirectConnectBusyError, DirectConnectDeniedError), match="The moon is in the wrong phase"):
        adapter.observe(CONNECTION_ID)


def test_a_delete_is_accepted(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    answers = [adapter.delete_virtual_interface(INTERFACE_ID)]
    world.virtual_interfaces[INTERFACE_ID].state = "deleted"
    answers.append(adapter.delete_connection(CONNECTION_ID))

    assert [None, None] == [answer.refusal for answer in answers]
    assert all(answer.request_id for answer in answers), "the auditor finds the call by it"
    assert "deleted" == world.connections[CONNECTION_ID].state


def test_a_refused_delete_answers_with_the_words_of_aws(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    answers = [adapter.delete_connection(CONNECTION_ID)]
    world.behaviour = Behaviour(repeated_delete_refused=True)
    world.virtual_interfaces[INTERFACE_ID].state = "deleting"
    answers += [adapter.delete_virtual_interface(id_) for id_ in (INTERFACE_ID, "dxvif-nowhere1")]
    answers.append(adapter.disassociate_connection_from_lag(CONNECTION_ID, world.add_lag("dxlag-fg5678gh").id))

    assert [
        f"Connection {CONNECTION_ID} still has attached resources.",
        f"Delete failed. {INTERFACE_ID} is in state deleting",
        "Virtual Interface dxvif-nowhere1 does not exist.",
        f"Connection {CONNECTION_ID} is not associated with dxlag-fg5678gh.",
    ] == [answer.refusal for answer in answers]
    assert all(answer.request_id for answer in answers), "a refused call is in CloudTrail, too"


def test_a_refusal_without_words_answers_with_its_code(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add("DeleteConnection", client_error(""))

    assert "DirectConnectClientException" == adapter.delete_connection(CONNECTION_ID).refusal


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_an_sdk_that_drops_page_tokens_is_refused(operation: str, tmp_path: Path) -> None:
    model = Loader().load_service_model("directconnect", "service-2")
    del model["shapes"][f"{operation}Request"]["members"]["nextToken"]
    old = tmp_path / "directconnect" / "2012-10-25" / "service-2.json"
    old.parent.mkdir(parents=True)
    old.write_text(json.dumps(model))
    session = botocore.session.Session()
    session.register_component("data_loader", Loader(extra_search_paths=[str(tmp_path)]))
    client = cast("Any", session).create_client("directconnect", region_name="eu-central-1")

    with pytest.raises(ConfigurationError, match=f"{operation} lacks nextToken"):
        DirectConnect(client)
