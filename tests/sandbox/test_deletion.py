"""What a delete does to an interface and to a connection, and for how long AWS shows what is deleted."""

import math

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import AT_ONCE, NEVER, Behaviour, Delay, DirectConnectBackend, ManualClock
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceState
from tests.sandbox.seen import OTHER_ACCOUNT, connection_states, interface_states, refusal

ACCOUNT = "123456789012"
DAY = 24 * 60 * 60


def test_a_connection_is_taken_out_of_service(
    client: DirectConnectClient, world: DirectConnectBackend, clock: ManualClock
) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=180))
    connection = {
        "connectionId": client.create_connection(location="EqFA5", bandwidth="1Gbps", connectionName="old")[
            "connectionId"
        ]
    }
    world.connections[connection["connectionId"]].state = "available"
    interface = client.create_private_virtual_interface(
        **connection, newPrivateVirtualInterface={"virtualInterfaceName": "old-a", "vlan": 101, "asn": 65001}
    )
    assert ["pending"] == interface_states(client, **connection)
    assert "attached" in refusal(client.delete_connection, **connection)

    answer = client.delete_virtual_interface(virtualInterfaceId=interface["virtualInterfaceId"])
    assert "deleting" == answer["virtualInterfaceState"]
    for seconds, expected in ((179, "deleting"), (1, "deleted")):
        clock.advance(seconds=seconds)
        assert [expected] == interface_states(client, **connection)

    assert "deleted" == client.delete_connection(**connection)["connectionState"]
    assert ["deleted"] == connection_states(client)


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        pytest.param(AT_ONCE, ["deleted", "deleted", "deleted"], id="at once"),
        pytest.param(Delay(looks=2), ["deleting", "deleting", "deleted"], id="two looks"),
        pytest.param(Delay(seconds=60), ["deleting", "deleted", "deleted"], id="a minute"),
        pytest.param(Delay(seconds=60, looks=2), ["deleting", "deleting", "deleted"], id="a minute and two looks"),
        pytest.param(NEVER, ["deleting", "deleting", "deleting"], id="never"),
    ],
)
@pytest.mark.parametrize("own", [False, True], ids=["of all interfaces", "of this interface"])
def test_an_interface_is_deleting_for_a_while(  # noqa: PLR0913 - two tables and four fixtures
    *,
    delay: Delay,
    expected: list[str],
    own: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    interface: VirtualInterface,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER if own else delay)
    interface.deletion = delay if own else None

    answer = client.delete_virtual_interface(virtualInterfaceId=interface.id)

    assert "deleting" == answer["virtualInterfaceState"]
    seen = []
    for _ in expected:
        seen += interface_states(client)
        clock.advance(seconds=60)
    assert expected == seen


@pytest.mark.parametrize(
    ("state", "owner", "expected"),
    [
        pytest.param("confirming", ACCOUNT, "rejected", id="its owner declines it"),
        pytest.param("confirming", OTHER_ACCOUNT, "deleting", id="the connection's owner takes it back"),
        pytest.param("available", OTHER_ACCOUNT, "deleting", id="another account's"),
        pytest.param("down", ACCOUNT, "deleting", id="down"),
        pytest.param("approving", ACCOUNT, "deleting", id="an undocumented state"),
        pytest.param("unknown", ACCOUNT, "deleting", id="unknown"),
    ],
)
def test_the_next_state_of_an_interface_depends_on_state_and_owner(
    state: str, owner: str, expected: str, client: DirectConnectClient, interface: VirtualInterface
) -> None:
    interface.state, interface.owner_account = state, owner

    answer = client.delete_virtual_interface(virtualInterfaceId=interface.id)

    assert expected == answer["virtualInterfaceState"]
    assert [expected] == interface_states(client, virtualInterfaceId=interface.id)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param(0, ["deleted"], id="at once"),
        pytest.param(14.99, ["deleted"], id="just before 15 minutes"),
        pytest.param(15, [], id="after 15 minutes"),
    ],
)
@pytest.mark.parametrize("question", ["connectionId", "virtualInterfaceId", None])
def test_a_deleted_interface_is_listed_for_15_minutes(  # noqa: PLR0913 - two tables and three fixtures
    *,
    minutes: float,
    expected: list[str],
    question: str | None,
    client: DirectConnectClient,
    interface: VirtualInterface,
    clock: ManualClock,
) -> None:
    interface.deletion = Delay(seconds=60)
    client.delete_virtual_interface(virtualInterfaceId=interface.id)

    clock.advance(seconds=60, minutes=minutes)

    ids = {"connectionId": interface.connection_id, "virtualInterfaceId": interface.id}
    assert expected == interface_states(client, **({question: ids[question]} if question else {}))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [pytest.param(15 * 60, [], id="as a deleted one"), pytest.param(math.inf, ["rejected"], id="for ever")],
)
def test_a_rejected_interface_is_listed_and_blocks_nothing(  # noqa: PLR0913 - a table and four fixtures
    *,
    seconds: float,
    expected: list[str],
    client: DirectConnectClient,
    world: DirectConnectBackend,
    interface: VirtualInterface,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(rejected_listed_seconds=seconds)
    interface.state = "confirming"
    client.delete_virtual_interface(virtualInterfaceId=interface.id)

    clock.advance(seconds=DAY)

    assert expected == interface_states(client)
    assert "deleted" == client.delete_connection(connectionId=interface.connection_id)["connectionState"]


@pytest.mark.parametrize("accepted", [False, True])
def test_an_interface_on_which_a_failover_test_runs(
    *,
    accepted: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    interface: VirtualInterface,
) -> None:
    world.behaviour = Behaviour(testing_can_be_deleted=accepted)
    client.start_bgp_failover_test(virtualInterfaceId=interface.id)

    if accepted:
        client.delete_virtual_interface(virtualInterfaceId=interface.id)
    else:
        message = refusal(client.delete_virtual_interface, virtualInterfaceId=interface.id)
        assert f"Delete failed. {interface.id} is in state testing" == message
    assert ["deleting" if accepted else "testing"] == interface_states(client)


@pytest.mark.parametrize("state", ["approving", "available", "unknown"])
def test_a_state_that_a_test_sets_ends_the_deletion(
    state: str, client: DirectConnectClient, interface: VirtualInterface, clock: ManualClock
) -> None:
    client.delete_virtual_interface(virtualInterfaceId=interface.id)

    interface.state = state
    clock.advance(minutes=60)

    assert [[state]] * 3 == [interface_states(client) for _ in range(3)]


@pytest.mark.parametrize("state", [*VirtualInterfaceState, "approving"])
def test_a_connection_is_deleted_only_when_its_interfaces_are_gone(
    state: str, client: DirectConnectClient, interface: VirtualInterface, connection: Connection
) -> None:
    interface.state = state

    if is_gone := state in {"deleted", "rejected"}:
        assert "deleted" == client.delete_connection(connectionId=connection.id)["connectionState"]
    else:
        message = refusal(client.delete_connection, connectionId=connection.id)
        assert f"Connection {connection.id} still has attached resources." == message
    assert ("deleted" if is_gone else "available") == connection.state


@pytest.mark.parametrize("state", [*ConnectionState, "approving"])
def test_a_hosted_connection_that_was_never_confirmed_is_rejected(
    state: str, client: DirectConnectClient, connection: Connection
) -> None:
    connection.state, connection.partner_name = state, "Partner"

    answer = client.delete_connection(connectionId=connection.id)

    expected = {"ordering": "rejected", "deleting": "deleting", "rejected": "rejected"}.get(state, "deleted")
    assert expected == answer["connectionState"]


@pytest.mark.parametrize(
    ("delay", "answers", "expected"),
    [
        pytest.param(AT_ONCE, ConnectionState.DELETED, ["deleted", "deleted"], id="deleted at once"),
        pytest.param(AT_ONCE, ConnectionState.DELETING, ["deleted", "deleted"], id="deleted in the next answer"),
        pytest.param(Delay(looks=1), ConnectionState.DELETING, ["deleting", "deleted"], id="one look"),
        pytest.param(Delay(seconds=60), ConnectionState.DELETING, ["deleting", "deleted"], id="a minute"),
        pytest.param(Delay(looks=1), ConnectionState.DELETED, ["deleting", "deleted"], id="answered too early"),
        pytest.param(NEVER, ConnectionState.DELETING, ["deleting", "deleting"], id="never"),
    ],
)
def test_the_deletion_of_a_connection(  # noqa: PLR0913 - a table and four fixtures
    *,
    delay: Delay,
    answers: ConnectionState,
    expected: list[str],
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(connection_deletion=delay, delete_connection_answers=answers)

    assert answers == client.delete_connection(connectionId=connection.id)["connectionState"]

    seen = connection_states(client)
    clock.advance(seconds=60)
    assert expected == seen + connection_states(client)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0, [[], [], []], id="never"),
        pytest.param(300, [["deleted"], [], []], id="five minutes"),
        pytest.param(math.inf, [["deleted"], ["deleted"], ["deleted"]], id="for ever"),
    ],
)
def test_a_deleted_connection_is_listed_for_a_while(  # noqa: PLR0913 - a table and four fixtures
    *,
    seconds: float,
    expected: list[list[str]],
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
    clock: ManualClock,
) -> None:
    world.behaviour = Behaviour(deleted_connection_listed_seconds=seconds)
    client.delete_connection(connectionId=connection.id)

    seen = []
    for advanced in (0, 300, DAY):
        clock.advance(seconds=advanced)
        seen.append(connection_states(client))
    assert expected == seen
