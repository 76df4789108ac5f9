"""The adapter reads every page, or fails."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from decommission.direct_connect import DirectConnect
from decommission.errors import AwsBusyError
from decommission.models import Observation
from sandbox.directconnect import THROTTLED, Behaviour, DirectConnectBackend, InProcessClient, client_error
from tests.support.strategies import CONNECTION_ID


def ids(observation: Observation) -> list[str]:
    return [v.virtual_interface_id for v in observation.virtual_interfaces]


def adapter_of(client: InProcessClient) -> DirectConnect:
    return DirectConnect(cast("Any", client), lambda: cast("Any", client))


@pytest.mark.parametrize("page_size", [1, 7, 15, 16])
def test_every_page_is_read(page_size: int, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=page_size)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(15)]

    assert expected == ids(adapter.observe(CONNECTION_ID))


@pytest.mark.parametrize("page_size", [1, 7])
def test_every_page_of_the_list_of_all_connections_is_read(
    page_size: int, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(page_size=page_size)
    for _ in range(9):
        world.add_connection()
    world.add_connection(CONNECTION_ID)
    world.faults.add("DescribeConnections", client_error("Come again?"))

    assert adapter.observe(CONNECTION_ID).port is not None


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_page_tokens_that_repeat(operation: str, world: DirectConnectBackend) -> None:
    class Circle(InProcessClient):
        def describe_connections(self, **parameters: object) -> dict[str, Any]:
            return self._page("DescribeConnections", "connections", parameters)

        def describe_virtual_interfaces(self, **parameters: object) -> dict[str, Any]:
            return self._page("DescribeVirtualInterfaces", "virtualInterfaces", parameters)

        @staticmethod
        def _page(asked: str, key: str, parameters: Mapping[str, object]) -> dict[str, Any]:
            following = {"b": "a", "a": "b", None: "a"}[cast("str | None", parameters.get("nextToken"))]
            return {key: []} | ({"nextToken": following} if asked == operation else {})

    with pytest.raises(AwsBusyError, match="the same page token twice"):
        adapter_of(Circle(world)).observe(CONNECTION_ID)


def test_a_page_in_the_middle_fails(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=1)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(3)]
    faults = [THROTTLED, client_error("The nextToken is not valid.")]

    def fail_in_the_middle(parameters: Mapping[str, Any]) -> None:
        if faults and "nextToken" in parameters:
            world.faults.add("DescribeVirtualInterfaces", faults.pop(0))

    world.before["DescribeVirtualInterfaces"] = fail_in_the_middle

    with pytest.raises(AwsBusyError):
        adapter.observe(CONNECTION_ID)
    assert expected == ids(adapter.observe(CONNECTION_ID)), "a refused page: asked again, without the filter"


def test_an_interface_is_added_between_two_pages(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=1)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(2)]

    def build(parameters: Mapping[str, Any]) -> None:
        if "nextToken" in parameters and len(expected) < 4:
            expected.append(world.add_virtual_interface(CONNECTION_ID).id)

    world.before["DescribeVirtualInterfaces"] = build

    assert expected == ids(adapter.observe(CONNECTION_ID))
    assert len(expected) == 4
