"""What the adapter raises if AWS is busy, denies or refuses a look, and if the SDK is too old."""

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
    THROTTLED,
    AccessDenied,
    Behaviour,
    DirectConnectBackend,
    Fault,
    Nulls,
    client_error,
)
from tests.support.answers import BUSY, everything_in
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
    "DescribeInterconnects": lambda adapter: adapter.interconnect_ids(),
    "DescribeHostedConnections": lambda adapter: adapter.hosted_connection_ids(CONNECTION_ID),
    "DescribeDirectConnectGatewayAttachments": lambda adapter: adapter.attachments("6b4f4e3c-1d2a"),
    "ListVirtualInterfaceRoutes": lambda adapter: adapter.routes(INTERFACE_ID),
    "ListResiliencyGroups": lambda adapter: adapter.all_resiliency_group_ids(),
    "ListResiliencyGroupAssociations": lambda adapter: adapter.ids_in_resiliency_group(GROUP_ID),
    "DescribeLoa": lambda adapter: adapter.loa(CONNECTION_ID),
    "ListVirtualInterfaceTestHistory": lambda adapter: adapter.failover_tests(INTERFACE_ID),
}
ALL: Final = LOOKS | MAY_BE_REFUSED


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    world = direct_connect_backend
    world.behaviour = Behaviour(foreign_attachments_visible=True)
    world.add_connection(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_ID)
    world.add_resiliency_group(CONNECTION_ID, group_id=GROUP_ID)
    return world


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("fault", BUSY.values(), ids=BUSY)
def test_busy(fault: Fault, operation: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    if isinstance(fault, Nulls) and operation == "DescribeLoa":
        # Its answer has no lists.
        return
    world.faults.add(operation, fault)

    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}") as raised:
        ALL[operation](adapter)
    assert (fault == THROTTLED) == raised.value.is_throttling
    assert SECRET_WORD not in everything_in(raised.value)


@pytest.mark.parametrize("operation", ALL)
def test_denied(operation: str, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add(operation, AccessDenied())

    with pytest.raises(AwsDeniedError, match=f"directconnect:{operation}"):
        ALL[operation](adapter)


@pytest.mark.parametrize("operation", MAY_BE_REFUSED)
def test_a_refusal_that_the_survey_interprets(
    operation: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.faults.add(operation, client_error("The moon is in the wrong phase."))

    with pytest.raises(RefusedError, match="The moon"):
        MAY_BE_REFUSED[operation](adapter)


@pytest.mark.parametrize("operation", LOOKS)
def test_a_refusal_of_what_every_step_needs(
    operation: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    # The connection is asked for by its id and in the list of all.
    world.faults.add(operation, client_error("The moon is in the wrong phase."), times=2)

    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}: The moon"):
        LOOKS[operation](adapter)


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_an_sdk_without_page_tokens_is_refused(operation: str, tmp_path: Path) -> None:
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
