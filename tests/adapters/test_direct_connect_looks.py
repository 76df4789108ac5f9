"""A look that AWS does not answer: busy, denied and refused are three things, and an SDK that is too old a fourth."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import botocore.session
import pytest
from botocore.loaders import Loader

from decommission.calls import RefusedError
from decommission.direct_connect import DirectConnect
from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError
from sandbox.directconnect import (
    SECRET_WORD,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    CutJson,
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    client_error,
)
from tests.support.strategies import CONNECTION_ID

INTERFACE_ID: Final = "dxvif-aaaaaaa1"
GROUP_ID: Final = "dxrg-aaaaaaaaaaaaaaaa1"
LOOKS: Final[dict[str, Callable[[DirectConnect], object]]] = {
    "DescribeConnections": lambda adapter: adapter.observe(CONNECTION_ID),
    "DescribeVirtualInterfaces": lambda adapter: adapter.observe(CONNECTION_ID),
    "DescribeLags": lambda adapter: adapter.lags(),
    "DescribeDirectConnectGateways": lambda adapter: adapter.gateway_names(),
}
MAY_BE_REFUSED: Final[dict[str, Callable[[DirectConnect], object]]] = {
    "DescribeInterconnects": lambda adapter: adapter.is_interconnect(CONNECTION_ID),
    "DescribeHostedConnections": lambda adapter: adapter.hosted_connection_ids(CONNECTION_ID),
    "DescribeDirectConnectGatewayAttachments": lambda adapter: adapter.attachments("6b4f4e3c-1d2a"),
    "ListVirtualInterfaceRoutes": lambda adapter: adapter.routes(INTERFACE_ID),
    "ListResiliencyGroups": lambda adapter: adapter.all_resiliency_group_ids(),
    "ListResiliencyGroupAssociations": lambda adapter: adapter.is_in_resiliency_group(CONNECTION_ID, GROUP_ID),
    "DescribeLoa": lambda adapter: adapter.loa(CONNECTION_ID),
    "ListVirtualInterfaceTestHistory": lambda adapter: adapter.failover_tests(INTERFACE_ID),
}
ALL: Final = LOOKS | MAY_BE_REFUSED
BUSY: Final = [
    pytest.param(THROTTLED, id="throttled"),
    pytest.param(SERVER_ERROR, id="server error"),
    pytest.param(SERVER_ERROR_AS_400, id="server error as documented"),
    pytest.param(Refusal("NobodyKnows", "A gateway between us and AWS says no", status=502), id="bad gateway"),
    pytest.param(client_error(f"Connection {CONNECTION_ID} is in a transitioning state."), id="transitioning"),
    pytest.param(AnswerLost(), id="answer lost"),
    pytest.param(AnswerLost(connection_breaks=True), id="connection broken"),
    pytest.param(Reset(), id="reset"),
    pytest.param(Html(), id="HTML"),
    pytest.param(EmptyBody(), id="empty body"),
    pytest.param(Nothing(), id="{}"),
    pytest.param(Nulls(), id="nulls"),
    pytest.param(CutJson(), id="cut JSON"),
]


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    world = direct_connect_backend
    world.behaviour = Behaviour(foreign_attachments_visible=True)
    world.add_connection(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_ID)
    world.add_resiliency_group(CONNECTION_ID, group_id=GROUP_ID)
    return world


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("fault", BUSY)
def test_busy(
    fault: Fault,
    operation: str,
    adapter: DirectConnect,
    world: DirectConnectBackend,
    everything_of: Callable[[BaseException], str],
) -> None:
    if isinstance(fault, Nulls) and operation == "DescribeLoa":
        # Its answer has no list that could be null.
        return
    world.faults.add(operation, fault)

    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}") as raised:
        ALL[operation](adapter)
    assert (fault == THROTTLED) == raised.value.is_throttling
    assert SECRET_WORD not in everything_of(raised.value)


@pytest.mark.parametrize("operation", ALL)
def test_denied(operation: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add(operation, AccessDenied())

    with pytest.raises(AwsDeniedError, match=f"AWS denied directconnect:{operation} .*is not authorized"):
        ALL[operation](adapter)


@pytest.mark.parametrize("operation", MAY_BE_REFUSED)
def test_a_refusal_that_the_caller_interprets(
    operation: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.faults.add(operation, client_error("The moon is in the wrong phase."))

    with pytest.raises(RefusedError, match=r"^The moon is in the wrong phase\.$"):
        MAY_BE_REFUSED[operation](adapter)


@pytest.mark.parametrize("operation", LOOKS)
def test_a_refusal_that_leaves_nothing_to_decide_from(
    operation: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    # With the id and without.
    world.faults.add(operation, client_error("The moon is in the wrong phase."), times=2)

    with pytest.raises(AwsBusyError, match=f"AWS refused directconnect:{operation}: The moon is in the wrong phase"):
        LOOKS[operation](adapter)


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
        DirectConnect(client, lambda: client)
