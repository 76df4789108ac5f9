"""When the adapter shows a connection or an interface as gone, and when not."""

from collections.abc import Mapping
from typing import Final

import pytest

from decommission.direct_connect import DirectConnect
from sandbox.directconnect import GONE_CONNECTION_MESSAGES, Behaviour, DirectConnectBackend, Refusal, client_error
from sandbox.directconnect.behaviour import MALFORMED_ID_MESSAGE
from tests.support.strategies import CONNECTION_ID

UNSEEN_MESSAGE: Final = "Nobody has seen this yet, about {id}"


def state_shown(adapter: DirectConnect) -> str | None:
    connection = adapter.observe(CONNECTION_ID).port
    return connection.state if connection else None


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE, None])
def test_a_connection_that_does_not_exist(
    message: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_connection_message=message)
    world.add_connection()

    assert state_shown(adapter) is None


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE])
def test_one_refusal_does_not_make_a_connection_gone(
    message: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    world.faults.add("DescribeConnections", client_error(message.replace("{id}", CONNECTION_ID)))

    assert "available" == state_shown(adapter)


def test_one_empty_answer_does_not_make_a_connection_gone(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(gone_connection_message=None)

    def appear_in_the_list_of_all(parameters: Mapping[str, str]) -> None:
        if "connectionId" not in parameters:
            world.add_connection(CONNECTION_ID)

    world.before["DescribeConnections"] = appear_in_the_list_of_all

    assert "available" == state_shown(adapter)


def test_a_refusal_and_a_list_without_the_connection(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add("DescribeConnections", client_error(GONE_CONNECTION_MESSAGES[0]))
    world.add_connection()

    assert state_shown(adapter) is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(MALFORMED_ID_MESSAGE, f"Connection ID {CONNECTION_ID} has an invalid format.", id="refused"),
        pytest.param(None, None, id="empty"),
    ],
)
def test_the_refusal_is_in_the_observation(
    message: str | None, expected: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_connection_message=message)

    observation = adapter.observe(CONNECTION_ID)
    assert (None, expected) == (observation.port, observation.refusal)


@pytest.mark.parametrize("fault", [None, client_error(GONE_CONNECTION_MESSAGES[0])], ids=["shown", "refused"])
def test_the_interfaces_are_listed_last(
    fault: Refusal | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    if fault:
        world.faults.add("DescribeConnections", fault)

    adapter.observe(CONNECTION_ID)

    *others, last = [call.operation for call in world.calls]
    assert "DescribeVirtualInterfaces" == last
    assert ["DescribeConnections"] * (2 if fault else 1) == others


@pytest.mark.parametrize("state", ["deleted", "rejected"])
def test_a_deleted_connection_that_is_still_listed(
    state: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID, state=state)

    assert state == state_shown(adapter)
    assert adapter.observe(CONNECTION_ID).refusal is None


@pytest.mark.parametrize("message", [None, *GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE])
@pytest.mark.parametrize("ghosts", [0, 2])
def test_deleted_interfaces_of_a_connection_that_does_not_exist(
    ghosts: int, message: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_parent_message=message)
    world.add_virtual_interface(world.add_connection().id)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID, state="deleted").id for _ in range(ghosts)]
    del world.connections[CONNECTION_ID]

    observation = adapter.observe(CONNECTION_ID)

    assert observation.port is None
    assert expected == [v.virtual_interface_id for v in observation.virtual_interfaces]
    assert () == observation.remaining


def test_a_refused_listing_of_interfaces(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    standing = world.add_virtual_interface(CONNECTION_ID)
    world.faults.add("DescribeVirtualInterfaces", client_error(GONE_CONNECTION_MESSAGES[0]))

    assert [standing.id] == [v.virtual_interface_id for v in adapter.observe(CONNECTION_ID).remaining]


@pytest.mark.parametrize("listed", [False, True], ids=["own only", "the LAG's too"])
def test_the_interfaces_of_a_lag_are_none_of_its_members(
    *, listed: bool, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(member_lists_lag_interfaces=listed)
    lag = world.add_lag()
    world.add_connection(CONNECTION_ID, lag_id=lag.id)
    world.add_virtual_interface(lag.id)

    observation = adapter.observe(CONNECTION_ID)

    assert () == observation.virtual_interfaces
    assert observation.port is not None
    assert lag.id == observation.port.lag_id
