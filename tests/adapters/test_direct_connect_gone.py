"""What is gone is shown as gone, however AWS says it; and what AWS only seems to say is gone is not."""

from collections.abc import Mapping
from typing import Final

import pytest

from decommission.direct_connect import DirectConnect
from sandbox.directconnect import GONE_CONNECTION_MESSAGES, Behaviour, DirectConnectBackend, Refusal, client_error
from sandbox.directconnect.behaviour import MALFORMED_ID_MESSAGE
from tests.support.strategies import CONNECTION_ID

UNSEEN_MESSAGE: Final = "Nobody has seen this yet, about {id}"


def state_shown(adapter: DirectConnect) -> str | None:
    connection = adapter.observe(CONNECTION_ID).connection
    return connection.state if connection else None


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE, None])
def test_a_connection_is_gone_however_aws_says_it(
    message: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_connection_message=message)
    world.add_connection()

    assert state_shown(adapter) is None


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE])
def test_a_connection_is_not_gone_because_aws_says_so_once(
    message: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    world.faults.add("DescribeConnections", client_error(message.replace("{id}", CONNECTION_ID)))

    assert "available" == state_shown(adapter)


def test_a_connection_is_not_gone_because_an_answer_is_empty(
    adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_connection_message=None)

    def appear_in_the_list_of_all(parameters: Mapping[str, str]) -> None:
        if "connectionId" not in parameters:
            world.add_connection(CONNECTION_ID)

    world.before["DescribeConnections"] = appear_in_the_list_of_all

    assert "available" == state_shown(adapter)


def test_a_connection_that_both_questions_miss_is_gone(adapter: DirectConnect, world: DirectConnectBackend) -> None:
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
def test_a_refusal_is_kept(
    message: str | None, expected: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_connection_message=message)

    observation = adapter.observe(CONNECTION_ID)
    assert (None, expected) == (observation.connection, observation.refusal)


def test_a_connection_that_is_shown_was_not_refused(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)

    assert adapter.observe(CONNECTION_ID).refusal is None


@pytest.mark.parametrize("fault", [None, client_error(GONE_CONNECTION_MESSAGES[0])], ids=["shown", "refused"])
def test_the_interfaces_are_looked_at_last(
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
def test_a_connection_that_is_still_listed_is_shown(
    state: str, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID, state=state)

    assert state == state_shown(adapter)


@pytest.mark.parametrize("message", [None, *GONE_CONNECTION_MESSAGES, UNSEEN_MESSAGE])
@pytest.mark.parametrize("ghosts", [0, 2])
def test_a_connection_that_is_gone_shows_only_ghosts(
    ghosts: int, message: str | None, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_parent_message=message)
    world.add_virtual_interface(world.add_connection().id)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID, state="deleted").id for _ in range(ghosts)]
    del world.connections[CONNECTION_ID]

    observation = adapter.observe(CONNECTION_ID)

    assert observation.connection is None
    assert expected == [v.virtual_interface_id for v in observation.virtual_interfaces]
    assert () == observation.remaining


def test_interfaces_are_not_gone_because_aws_refuses_to_list_them(
    adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    standing = world.add_virtual_interface(CONNECTION_ID)
    world.faults.add("DescribeVirtualInterfaces", client_error(GONE_CONNECTION_MESSAGES[0]))

    assert [standing.id] == [v.virtual_interface_id for v in adapter.observe(CONNECTION_ID).remaining]


@pytest.mark.parametrize("listed", [False, True], ids=["own only", "the LAG's too"])
def test_the_interfaces_of_a_lag_are_none_of_its_members(
    listed: bool,  # noqa: FBT001  # a column of the table
    adapter: DirectConnect,
    world: DirectConnectBackend,
) -> None:
    world.behaviour = Behaviour(member_lists_lag_interfaces=listed)
    lag = world.add_lag()
    world.add_connection(CONNECTION_ID, lag_id=lag.id)
    world.add_virtual_interface(lag.id)

    observation = adapter.observe(CONNECTION_ID)

    assert () == observation.virtual_interfaces
    assert observation.connection is not None
    assert lag.id == observation.connection.lag_id
