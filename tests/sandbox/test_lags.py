"""Link aggregation groups: which interfaces they own, and when a member may leave."""

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import AT_ONCE, Behaviour, DirectConnectBackend
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import OTHER_ACCOUNT, refusal


def test_a_lag_is_made_of_a_connection_and_new_ones(client: DirectConnectClient, interface: VirtualInterface) -> None:
    first = interface.connection_id

    lag = client.create_lag(
        numberOfConnections=2, location="EqFA5", connectionsBandwidth="1Gbps", lagName="pair", connectionId=first
    )

    assert ("pending", 2, 0) == (lag["lagState"], lag["numberOfConnections"], lag["minimumLinks"])
    old, new = lag["connections"]
    assert (first, "available") == (old["connectionId"], old["connectionState"])
    expected = (f"Requested Connection 1 for Lag {lag['lagId']}", "requested")
    assert expected == (new["connectionName"], new["connectionState"])
    assert lag["lagId"] == interface.connection_id


def test_interfaces_move_to_the_lag_and_remain_there(
    client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    world.behaviour = Behaviour(transitioning=AT_ONCE)
    lag = world.add_lag()
    membership = {"connectionId": interface.connection_id, "lagId": lag.id}
    hosted = world.add_connection(parent_id=interface.connection_id, owner_account=OTHER_ACCOUNT)

    assert lag.id == client.associate_connection_with_lag(**membership)["lagId"]
    assert (lag.id, lag.id) == (interface.connection_id, hosted.parent_id)

    assert "lagId" not in client.disassociate_connection_from_lag(**membership)
    assert (lag.id, lag.id) == (interface.connection_id, hosted.parent_id)
    (shown,) = client.describe_virtual_interfaces(connectionId=lag.id)["virtualInterfaces"]
    assert (interface.id, lag.id) == (shown["virtualInterfaceId"], shown["connectionId"])


@pytest.mark.parametrize("listed", [False, True])
def test_a_member_may_list_the_interfaces_of_its_lag(
    *,
    listed: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
) -> None:
    world.behaviour = Behaviour(member_lists_lag_interfaces=listed)
    lag = world.add_lag()
    member = world.add_connection(lag_id=lag.id)
    world.add_virtual_interface(lag.id)

    shown = client.describe_virtual_interfaces(connectionId=member.id)["virtualInterfaces"]

    assert ([lag.id] if listed else []) == [one["connectionId"] for one in shown]


@pytest.mark.parametrize(
    ("members", "minimum_links", "refused"),
    [
        pytest.param(["available"], 0, False, id="no minimum"),
        pytest.param(["available", "available"], 1, False, id="enough remain"),
        pytest.param(["available", "down"], 1, True, id="too few of the rest are operational"),
        pytest.param(["available", "available"], 2, True, id="too few remain"),
        pytest.param(["down", "available"], 1, False, id="one that is down does not count"),
        pytest.param(["available", "deleted"], 1, True, id="the last member, and a minimum"),
    ],
)
def test_a_member_is_deleted_unless_too_few_would_remain(
    *,
    members: list[str],
    minimum_links: int,
    refused: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
) -> None:
    lag = world.add_lag(minimum_links=minimum_links)
    interface = world.add_virtual_interface(lag.id)
    first, *_ = [world.add_connection(lag_id=lag.id, state=state) for state in members]

    if refused:
        assert f"{lag.id} would fall below its minimum" in refusal(client.delete_connection, connectionId=first.id)
    else:
        assert "deleted" == client.delete_connection(connectionId=first.id)["connectionState"]
    assert (members[0] if refused else "deleted") == first.state
    assert "available" == interface.state, "the interfaces belong to the LAG"


@pytest.mark.parametrize(
    ("members", "refused"),
    [pytest.param(2, True, id="one of two"), pytest.param(1, False, id="the last may leave")],
)
def test_a_member_leaves_unless_too_few_would_remain(
    *,
    members: int,
    refused: bool,
    client: DirectConnectClient,
    world: DirectConnectBackend,
) -> None:
    lag = world.add_lag(minimum_links=members)
    first, *_ = [world.add_connection(lag_id=lag.id) for _ in range(members)]
    membership = {"connectionId": first.id, "lagId": lag.id}

    if refused:
        assert "would fall below its minimum" in refusal(client.disassociate_connection_from_lag, **membership)
        client.update_lag(lagId=lag.id, minimumLinks=1)
    client.disassociate_connection_from_lag(**membership)

    assert members - 1 == client.describe_lags(lagId=lag.id)["lags"][0]["numberOfConnections"]
    assert "is not associated with" in refusal(client.disassociate_connection_from_lag, **membership)


@pytest.mark.parametrize(
    ("bandwidth", "state", "message"),
    [
        pytest.param("10Gbps", "available", "bandwidth", id="another bandwidth"),
        pytest.param("1Gbps", "deleting", "is in state deleting", id="being deleted"),
    ],
)
def test_a_connection_that_cannot_join(
    bandwidth: str, state: str, message: str, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    connection = world.add_connection(bandwidth=bandwidth, state=state)

    call = client.associate_connection_with_lag
    assert message in refusal(call, connectionId=connection.id, lagId=world.add_lag().id)


def test_a_connection_that_joined_cannot_leave_at_once(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    membership = {"connectionId": connection.id, "lagId": world.add_lag().id}
    client.associate_connection_with_lag(**membership)

    for call in (client.disassociate_connection_from_lag, client.associate_connection_with_lag):
        assert "is in a transitioning state" in refusal(call, **membership)


def test_a_lag_is_deleted_once_its_interfaces_are_gone_and_its_members_remain(
    client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    lag = world.add_lag()
    member = world.add_connection(lag_id=lag.id)
    interface = world.add_virtual_interface(lag.id)

    assert "until its Virtual Interfaces are deleted" in refusal(client.delete_lag, lagId=lag.id)

    interface.state = "deleted"
    deleted = client.delete_lag(lagId=lag.id)
    assert ("deleted", []) == (deleted["lagState"], deleted["connections"])
    assert ("available", None) == (member.state, member.lag_id)


@pytest.mark.parametrize(
    ("minimum_links", "expected"),
    [pytest.param(1, "available", id="enough links"), pytest.param(2, "down", id="too few links")],
)
def test_a_lag_with_too_few_links_is_down(
    minimum_links: int, expected: str, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    lag = world.add_lag()
    world.add_connection(lag_id=lag.id)

    answer = client.update_lag(lagId=lag.id, minimumLinks=minimum_links)

    assert (minimum_links, expected) == (answer["minimumLinks"], answer["lagState"])
