"""The routes of a virtual interface, and an interface that moves to another port."""

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import DirectConnectBackend, ManualClock, Route
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import refusal

PREFIXES = ("10.1.0.0/16", "2001:db8::/32")


@pytest.fixture
def routed(world: DirectConnectBackend, connection: Connection, clock: ManualClock) -> VirtualInterface:
    """Return an interface with two routes from the customer and one to the customer."""
    routed = world.add_virtual_interface(connection.id, asn=65_001, announces=PREFIXES)
    routed.routes.append(Route(cidr="172.16.0.0/12", direction="advertised", installed_at=clock()))
    return routed


def test_the_prefixes_that_the_customer_announces_are_accepted(
    client: DirectConnectClient, routed: VirtualInterface, clock: ManualClock
) -> None:
    answer = client.list_virtual_interface_routes(virtualInterfaceId=routed.id)

    assert routed.id == answer["virtualInterfaceId"]
    assert ["ipv4", "ipv6", "ipv4"] == [route["addressFamily"] for route in answer["routes"]]
    assert {
        "cidr": "10.1.0.0/16",
        "routeDirection": "accepted",
        "addressFamily": "ipv4",
        "asPath": [{"pathType": "seq", "path": [65_001]}],
        "communities": [],
        "awsLogicalDeviceId": routed.device,
        "routeInstalledAt": clock(),
    } == answer["routes"][0]


def test_routes_by_direction(client: DirectConnectClient, routed: VirtualInterface) -> None:
    def listed(**filters: str) -> list[str]:
        answer = client.list_virtual_interface_routes(virtualInterfaceId=routed.id, filters=filters)  # type: ignore[arg-type] # boto3 has a type of its own
        return [route["cidr"] for route in answer["routes"]]

    assert [*PREFIXES, "172.16.0.0/12"] == listed()
    assert [*PREFIXES] == listed(routeDirection="accepted")
    assert ["172.16.0.0/12"] == listed(routeDirection="advertised")


@pytest.mark.parametrize("state", ["down", "testing", "pending", "deleting", "unknown"])
def test_an_interface_without_a_session_has_no_routes(
    state: str, client: DirectConnectClient, routed: VirtualInterface
) -> None:
    routed.state = state

    assert [] == client.list_virtual_interface_routes(virtualInterfaceId=routed.id)["routes"]


@pytest.mark.parametrize("state", ["deleted", "rejected", None])
def test_the_routes_of_an_interface_that_is_gone_are_refused(
    state: str | None, client: DirectConnectClient, world: DirectConnectBackend, routed: VirtualInterface
) -> None:
    if state is None:
        del world.virtual_interfaces[routed.id]
    else:
        routed.state = state

    message = refusal(client.list_virtual_interface_routes, virtualInterfaceId=routed.id)
    assert f"Virtual Interface {routed.id} does not exist." == message


@pytest.mark.parametrize("kind", ["connection", "lag"])
def test_an_interface_moves_and_keeps_its_id(
    kind: str, client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    target = world.add_lag(location="EqDC2") if kind == "lag" else world.add_connection(location="EqDC2")

    answer = client.associate_virtual_interface(virtualInterfaceId=interface.id, connectionId=target.id)

    assert (interface.id, target.id, "EqDC2", target.device) == (
        answer["virtualInterfaceId"],
        answer["connectionId"],
        answer["location"],
        answer["awsDeviceV2"],
    )
    (listed,) = client.describe_virtual_interfaces(connectionId=target.id)["virtualInterfaces"]
    assert interface.id == listed["virtualInterfaceId"]


@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
@pytest.mark.parametrize("which", ["interface", "target"])
def test_an_interface_does_not_move_from_or_to_a_resource_that_is_being_deleted(
    state: str, which: str, client: DirectConnectClient, world: DirectConnectBackend, interface: VirtualInterface
) -> None:
    before, target = interface.connection_id, world.add_connection()
    (interface if which == "interface" else target).state = state

    call = client.associate_virtual_interface
    assert f"is in state {state}" in refusal(call, virtualInterfaceId=interface.id, connectionId=target.id)
    assert before == interface.connection_id
