"""Partners and other accounts: hosted connections, interconnects, and what another account's resources show."""

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import AT_ONCE, Behaviour, DirectConnectBackend, InProcessClient
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import OTHER_ACCOUNT, connection_ids, refusal


def test_a_hosted_connection(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    interconnect = world.add_interconnect()
    hosted = world.add_connection(parent_id=interconnect.id, owner_account=OTHER_ACCOUNT, state="ordering")
    confirmation = {"connectionId": hosted.id}
    customer = InProcessClient(world, account_id=OTHER_ACCOUNT)

    (listed,) = client.describe_hosted_connections(connectionId=interconnect.id)["connections"]
    assert hosted.id == listed["connectionId"]
    assert [] == connection_ids(client)
    assert [hosted.id] == [one["connectionId"] for one in customer.describe_connections()["connections"]]

    assert "does not own" in refusal(client.confirm_connection, **confirmation)
    assert "pending" == customer.confirm_connection(**confirmation)["connectionState"]
    assert "is in state pending" in refusal(customer.confirm_connection, **confirmation)
    assert "deleted" == customer.delete_connection(**confirmation)["connectionState"]


def test_a_partners_connection_becomes_an_interconnect_when_it_leaves_its_lag(
    client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(transitioning=AT_ONCE)
    lag = world.add_lag(allows_hosted_connections=True)
    member = world.add_connection(lag_id=lag.id, is_partners=True, name="partner", tags={"site": "a"})
    hosted = world.add_connection(parent_id=lag.id, owner_account=OTHER_ACCOUNT)

    assert client.describe_lags()["lags"][0]["allowsHostedConnections"]
    assert [] == client.describe_hosted_connections(connectionId=member.id)["connections"]
    assert member.id == client.disassociate_connection_from_lag(connectionId=member.id, lagId=lag.id)["connectionId"]

    assert [] == connection_ids(client)
    for call in (client.describe_connections, client.delete_connection):
        assert "Could not find Connection" in refusal(call, connectionId=member.id)
    (shown,) = client.describe_interconnects(interconnectId=member.id)["interconnects"]
    expected = {"interconnectId": member.id, "interconnectName": "partner", "interconnectState": "available"}
    assert expected | {"tags": [{"key": "site", "value": "a"}]} == {
        name: shown.get(name) for name in (*expected, "tags")
    }
    (listed,) = client.describe_hosted_connections(connectionId=lag.id)["connections"]
    assert hosted.id == listed["connectionId"], "hosted connections stay with the LAG"


def test_any_other_connection_stays_a_connection(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    lag = world.add_lag()
    member = world.add_connection(lag_id=lag.id)

    client.disassociate_connection_from_lag(connectionId=member.id, lagId=lag.id)

    assert [member.id] == connection_ids(client)
    assert [] == client.describe_interconnects()["interconnects"]


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("is_partner", [False, True])
def test_the_calls_for_partners(
    *, refused: bool, is_partner: bool, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    world.behaviour = Behaviour(partner_calls_refused=refused)
    connection.is_partners = is_partner

    if refused and not is_partner:
        message = "Account 123456789012 is not an authorized Direct Connect partner in eu-central-1 region."
        assert message == refusal(client.describe_hosted_connections, connectionId=connection.id)
        assert message == refusal(client.describe_interconnects)
    else:
        assert [] == client.describe_hosted_connections(connectionId=connection.id)["connections"]
        assert [] == client.describe_interconnects()["interconnects"]


@pytest.mark.parametrize("visible", [True, False])
def test_the_tags_of_another_accounts_interface(
    *, visible: bool, client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    world.behaviour = Behaviour(foreign_tags_visible=visible)
    interface.owner_account, interface.tags = OTHER_ACCOUNT, {"a": "b"}

    expected = [{"key": "a", "value": "b"}] if visible else []
    assert expected == client.describe_virtual_interfaces()["virtualInterfaces"][0]["tags"]


@pytest.mark.parametrize("listed", [True, False])
def test_the_list_of_all_may_lack_another_accounts_interface(
    *, listed: bool, client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    world.behaviour = Behaviour(foreign_interfaces_listed=listed)
    interface.owner_account = OTHER_ACCOUNT

    def shown(**by: str) -> list[str]:
        found = client.describe_virtual_interfaces(**by)["virtualInterfaces"]  # type: ignore[arg-type]
        return [one["virtualInterfaceId"] for one in found]

    assert ([interface.id] if listed else []) == shown()
    assert [interface.id] == shown(connectionId=interface.connection_id) == shown(virtualInterfaceId=interface.id)


@pytest.mark.parametrize("partner_name", ["Partner", None])
@pytest.mark.parametrize("answers", [True, False])
def test_the_letter_of_a_hosted_connection(
    *,
    answers: bool,
    partner_name: str | None,
    client: DirectConnectClient,
    world: DirectConnectBackend,
    connection: Connection,
) -> None:
    world.behaviour = Behaviour(loa_for_hosted_connections=answers)
    connection.partner_name = partner_name

    if answers or not partner_name:
        assert "application/pdf" == client.describe_loa(connectionId=connection.id)["loaContentType"]
    else:
        assert "is a hosted connection" in refusal(client.describe_loa, connectionId=connection.id)
