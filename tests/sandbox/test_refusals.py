"""What AWS refuses, for how long, and in which words: each switch in each position."""

from typing import Any

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    Behaviour,
    Delay,
    DirectConnectBackend,
    ManualClock,
)
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import interface_states, refusal

NOWHERE = "dxcon-nowhere1"


@pytest.mark.parametrize(
    ("method", "parameters", "message"),
    [
        ("delete_connection", {"connectionId": NOWHERE}, f"Could not find Connection with ID {NOWHERE}"),
        ("describe_loa", {"connectionId": NOWHERE}, f"Could not find Connection with ID {NOWHERE}"),
        ("delete_virtual_interface", {"virtualInterfaceId": "x"}, "Virtual Interface x does not exist."),
        ("delete_lag", {"lagId": "x"}, "Could not find Lag with ID x"),
        ("describe_lags", {"lagId": "x"}, "Could not find Lag with ID x"),
        ("describe_interconnects", {"interconnectId": "x"}, "Could not find Interconnect with ID x"),
        ("tag_resource", {"resourceArn": "arn:x", "tags": [{"key": "a"}]}, "Resource arn:x does not exist."),
    ],
)
def test_what_does_not_exist(
    method: str, parameters: dict[str, Any], message: str, client: DirectConnectClient
) -> None:
    assert message == refusal(getattr(client, method), **parameters)


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, None])
@pytest.mark.parametrize("existed", [True, False], ids=["deleted", "never existed"])
def test_a_connection_that_is_gone(
    *,
    message: str | None,
    existed: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
) -> None:
    world.behaviour = Behaviour(gone_connection_message=message, deleted_connection_listed_seconds=0)
    id_ = world.add_connection(state="deleted").id if existed else NOWHERE

    if message is None:
        assert [] == client.describe_connections(connectionId=id_)["connections"]
    else:
        assert message.replace("{id}", id_) == refusal(client.describe_connections, connectionId=id_)
    assert refusal(client.delete_connection, connectionId=id_)


@pytest.mark.parametrize("message", [MALFORMED_ID_MESSAGE, None])
def test_an_id_that_never_existed(
    message: str | None, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(malformed_id_message=message, deleted_connection_listed_seconds=0)
    gone = world.add_connection(state="deleted")

    expected = "has an invalid format" if message else "Could not find Connection"
    assert expected in refusal(client.describe_connections, connectionId=NOWHERE)
    assert "Could not find Connection" in refusal(client.describe_connections, connectionId=gone.id)


@pytest.mark.parametrize("message", [None, "Virtual Interface {id} does not exist"])
def test_an_interface_that_is_gone(
    message: str | None, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(gone_virtual_interface_message=message)

    if message is None:
        assert [] == interface_states(client, virtualInterfaceId="x")
    else:
        assert message.replace("{id}", "x") == refusal(client.describe_virtual_interfaces, virtualInterfaceId="x")


@pytest.mark.parametrize("message", [None, *GONE_CONNECTION_MESSAGES])
def test_the_interfaces_of_a_connection_that_is_gone(
    message: str | None, client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    world.behaviour = Behaviour(gone_parent_message=message, deleted_connection_listed_seconds=0)
    interface.state = "deleted"
    client.delete_connection(connectionId=interface.connection_id)

    if message is None:
        assert ["deleted"] == interface_states(client, connectionId=interface.connection_id)
        assert [] == interface_states(client, connectionId=NOWHERE)
    else:
        expected = message.replace("{id}", interface.connection_id)
        assert expected == refusal(client.describe_virtual_interfaces, connectionId=interface.connection_id)


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
@pytest.mark.parametrize(
    ("kind", "parameter", "shown"),
    [
        ("connection", "connectionId", "connectionState"),
        ("virtual_interface", "virtualInterfaceId", "virtualInterfaceState"),
        ("lag", "lagId", "lagState"),
    ],
)
def test_a_repeated_delete(  # noqa: PLR0913 - a table and two fixtures
    *,
    refused: bool,
    state: str,
    kind: str,
    parameter: str,
    shown: str,
    client: DirectConnectClient,
    world: DirectConnectBackend,
) -> None:
    world.behaviour = Behaviour(repeated_delete_refused=refused)
    connection = world.add_connection(state=state)
    made = {
        "connection": connection,
        "virtual_interface": world.add_virtual_interface(connection.id, state=state),
        "lag": world.add_lag(state=state),
    }
    delete, id_ = getattr(client, f"delete_{kind}"), made[kind].id

    if refused:
        assert f"Delete failed. {id_} is in state {state}" == refusal(delete, **{parameter: id_})
    else:
        assert state == delete(**{parameter: id_})[shown]


def test_a_repeated_delete_does_not_begin_anew(
    client: DirectConnectClient, interface: VirtualInterface, clock: ManualClock
) -> None:
    interface.deletion = Delay(seconds=60)

    for _ in range(2):
        client.delete_virtual_interface(virtualInterfaceId=interface.id)
        clock.advance(seconds=30)

    assert ["deleted"] == interface_states(client)


DELAYS = [
    pytest.param(AT_ONCE, 0, id="at once"),
    pytest.param(Delay(looks=2), 2, id="two looks"),
    pytest.param(Delay(seconds=20), 2, id="twenty seconds"),
    pytest.param(Delay(seconds=20, looks=3), 3, id="twenty seconds and three looks"),
]


def deleted_after(
    refusals: int, message: str, client: DirectConnectClient, connection: Connection, clock: ManualClock
) -> None:
    """Delete a connection every ten seconds and look at it in between; the last attempt must succeed."""
    for _ in range(refusals):
        assert message in refusal(client.delete_connection, connectionId=connection.id)
        client.describe_connections()
        clock.advance(seconds=10)
    assert "deleted" == client.delete_connection(connectionId=connection.id)["connectionState"]


@pytest.mark.parametrize(("delay", "refusals"), DELAYS)
def test_a_connection_refuses_for_a_while_after_its_last_interface_is_gone(  # noqa: PLR0913 - a table and four fixtures
    *,
    delay: Delay,
    refusals: int,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    interface: VirtualInterface,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(parent_refusal=delay)
    interface.state = "deleted"

    deleted_after(refusals, "attached", client, world.connections[interface.connection_id], clock)


def test_the_refusal_begins_anew_with_each_interface(
    client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface, clock: ManualClock
) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(looks=1))
    connection = world.connections[interface.connection_id]
    interface.state = "deleted"
    client.describe_connections()

    another = world.add_virtual_interface(connection.id)
    client.describe_connections()
    another.state = "deleted"

    deleted_after(1, "attached", client, connection, clock)


@pytest.mark.parametrize(("delay", "refusals"), DELAYS)
def test_a_connection_that_left_its_lag_refuses_for_a_while(  # noqa: PLR0913 - a table and four fixtures
    *,
    delay: Delay,
    refusals: int,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(transitioning=delay)
    connection.lag_id = world.add_lag().id
    client.disassociate_connection_from_lag(connectionId=connection.id, lagId=connection.lag_id)

    deleted_after(refusals, f"{connection.id} is in a transitioning state", client, connection, clock)


def test_the_texts_of_two_refusals_can_be_chosen(
    client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    world.behaviour = Behaviour(connection_in_use_message="No, {id}", lag_minimum_message="No, {id} of {lag_id}")
    lag = world.add_lag(minimum_links=1)
    member = world.add_connection(lag_id=lag.id)

    assert f"No, {interface.connection_id}" == refusal(client.delete_connection, connectionId=interface.connection_id)
    assert f"No, {member.id} of {lag.id}" == refusal(client.delete_connection, connectionId=member.id)
