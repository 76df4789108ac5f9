"""Link aggregation groups: who owns the interfaces, and what keeps a member from leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import AT_ONCE, Behaviour

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend


def test_a_lag_is_made_of_a_connection_and_new_ones(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    first = direct_connect_backend.add_connection()
    interface = direct_connect_backend.add_virtual_interface(first.id)

    lag = either_client.create_lag(
        numberOfConnections=2,
        location="EqFA5",
        connectionsBandwidth="1Gbps",
        lagName="pair",
        connectionId=first.id,
    )

    assert (lag["lagState"], lag["numberOfConnections"], lag["minimumLinks"]) == ("pending", 2, 0)
    assert first.id == lag["connections"][0]["connectionId"]
    assert f"Requested Connection 1 for Lag {lag['lagId']}" == lag["connections"][1]["connectionName"]
    assert lag["lagId"] == interface.connection_id


def test_interfaces_move_to_the_lag_and_stay_there(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(transitioning=AT_ONCE)
    lag = direct_connect_backend.add_lag()
    connection = direct_connect_backend.add_connection()
    interface = direct_connect_backend.add_virtual_interface(connection.id)
    hosted = direct_connect_backend.add_connection(parent_id=connection.id, owner_account="999999999999")

    joined = either_client.associate_connection_with_lag(connectionId=connection.id, lagId=lag.id)
    assert lag.id == joined["lagId"]
    assert (lag.id, lag.id) == (interface.connection_id, hosted.parent_id)

    left = either_client.disassociate_connection_from_lag(connectionId=connection.id, lagId=lag.id)
    assert "lagId" not in left
    assert (lag.id, lag.id) == (interface.connection_id, hosted.parent_id)
    listed = either_client.describe_virtual_interfaces(connectionId=lag.id)["virtualInterfaces"]
    assert [(interface.id, lag.id)] == [(one["virtualInterfaceId"], one["connectionId"]) for one in listed]


@pytest.mark.parametrize(
    ("members", "minimum_links", "refused"),
    [
        pytest.param(["available"], 0, False, id="no minimum"),
        pytest.param(["available", "available"], 1, False, id="enough remain"),
        pytest.param(["available", "down"], 1, True, id="too few of the rest are operational"),
        pytest.param(["available", "available"], 2, True, id="too few remain"),
        pytest.param(["down", "available"], 1, False, id="one that is down is not missed"),
        pytest.param(["available", "deleted"], 1, True, id="the last member, and a minimum"),
    ],
)
def test_a_lag_keeps_its_minimum_links(
    members: list[str],
    minimum_links: int,
    refused: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    lag = direct_connect_backend.add_lag(minimum_links=minimum_links)
    first, *_ = [direct_connect_backend.add_connection(lag_id=lag.id, state=state) for state in members]

    if refused:
        with pytest.raises(ClientError, match=f"{lag.id} would fall below its minimum"):
            either_client.delete_connection(connectionId=first.id)
        assert members[0] == first.state
    else:
        assert either_client.delete_connection(connectionId=first.id)["connectionState"] == "deleted"


@pytest.mark.parametrize(
    ("members", "refused"),
    [pytest.param(2, True, id="one of two"), pytest.param(1, False, id="the last may leave")],
)
def test_a_member_leaves_unless_the_lag_would_fall_below_its_minimum(
    members: int,
    refused: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    lag = direct_connect_backend.add_lag(minimum_links=members)
    first, *_ = [direct_connect_backend.add_connection(lag_id=lag.id) for _ in range(members)]

    if refused:
        with pytest.raises(ClientError, match="would fall below its minimum"):
            either_client.disassociate_connection_from_lag(connectionId=first.id, lagId=lag.id)
        either_client.update_lag(lagId=lag.id, minimumLinks=1)
    assert "lagId" not in either_client.disassociate_connection_from_lag(connectionId=first.id, lagId=lag.id)
    assert members - 1 == either_client.describe_lags(lagId=lag.id)["lags"][0]["numberOfConnections"]


def test_a_connection_that_left_is_in_a_transitioning_state(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    lag = direct_connect_backend.add_lag()
    connection = direct_connect_backend.add_connection(lag_id=lag.id)
    either_client.disassociate_connection_from_lag(connectionId=connection.id, lagId=lag.id)

    with pytest.raises(ClientError, match=f"{connection.id} is in a transitioning state"):
        either_client.delete_connection(connectionId=connection.id)
    with pytest.raises(ClientError, match="is in a transitioning state"):
        either_client.associate_connection_with_lag(connectionId=connection.id, lagId=lag.id)

    either_client.describe_connections(connectionId=connection.id)
    assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"


def test_a_member_is_deleted_though_the_lag_has_interfaces(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    lag = direct_connect_backend.add_lag()
    first, _second = [direct_connect_backend.add_connection(lag_id=lag.id) for _ in range(2)]
    interface = direct_connect_backend.add_virtual_interface(lag.id)

    assert either_client.delete_connection(connectionId=first.id)["connectionState"] == "deleted"
    assert interface.state == "available", "deleting one member cuts capacity, not the interfaces"
    assert either_client.describe_lags(lagId=lag.id)["lags"][0]["numberOfConnections"] == 1


def test_a_lag_with_interfaces_stays(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    lag = direct_connect_backend.add_lag()
    member = direct_connect_backend.add_connection(lag_id=lag.id)
    interface = direct_connect_backend.add_virtual_interface(lag.id)

    with pytest.raises(ClientError, match="until its Virtual Interfaces are deleted"):
        either_client.delete_lag(lagId=lag.id)

    interface.state = "deleted"
    deleted = either_client.delete_lag(lagId=lag.id)
    assert (deleted["lagState"], deleted["connections"]) == ("deleted", [])
    assert (member.state, member.lag_id) == ("available", None), "the members are not deleted with it"


@pytest.mark.parametrize(
    ("minimum_links", "expected"),
    [pytest.param(1, "available", id="enough links"), pytest.param(2, "down", id="too few links")],
)
def test_a_lag_with_too_few_links_is_not_operational(
    minimum_links: int,
    expected: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    lag = direct_connect_backend.add_lag()
    direct_connect_backend.add_connection(lag_id=lag.id)

    assert expected == either_client.update_lag(lagId=lag.id, minimumLinks=minimum_links)["lagState"]


@pytest.mark.parametrize(
    ("bandwidth", "state", "fragment"),
    [
        pytest.param("10Gbps", "available", "bandwidth", id="another bandwidth"),
        pytest.param("1Gbps", "deleting", "is in state deleting", id="on its way out"),
    ],
)
def test_not_every_connection_can_join(
    bandwidth: str,
    state: str,
    fragment: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    lag = direct_connect_backend.add_lag()
    connection = direct_connect_backend.add_connection(bandwidth=bandwidth, state=state)

    with pytest.raises(ClientError, match=fragment):
        either_client.associate_connection_with_lag(connectionId=connection.id, lagId=lag.id)
