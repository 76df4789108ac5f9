"""The routes of virtual interfaces, and interfaces that move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import Behaviour, Route

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend, ManualClock

PREFIXES: Final = ("10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32")


def test_what_the_customer_announces_is_accepted(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend, direct_connect_clock: ManualClock
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, asn=65_001, announces=PREFIXES)

    answer = either_client.list_virtual_interface_routes(virtualInterfaceId=one.id)

    assert one.id == answer["virtualInterfaceId"]
    assert list(PREFIXES) == [route["cidr"] for route in answer["routes"]]
    assert {
        "cidr": "10.1.0.0/16",
        "routeDirection": "accepted",
        "addressFamily": "ipv4",
        "asPath": [{"pathType": "seq", "path": [65_001]}],
        "communities": [],
        "awsLogicalDeviceId": one.device,
        "routeInstalledAt": direct_connect_clock(),
    } == answer["routes"][0]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({}, [*PREFIXES, "172.16.0.0/12"], id="none"),
        pytest.param({"routeDirection": "accepted"}, [*PREFIXES], id="accepted"),
        pytest.param({"routeDirection": "advertised"}, ["172.16.0.0/12"], id="advertised"),
        pytest.param({"addressFamily": "ipv6"}, ["2001:db8::/32"], id="family"),
        pytest.param({"cidrs": ["10.2.0.0/16", "10.3.0.0/16"]}, ["10.2.0.0/16"], id="prefixes"),
        pytest.param({"asPath": [64_512]}, ["172.16.0.0/12"], id="AS path"),
        pytest.param({"communities": ["7224:8100"]}, ["172.16.0.0/12"], id="communities"),
        pytest.param({"routeDirection": "advertised", "cidrs": ["10.2.0.0/16"]}, [], id="both have to fit"),
    ],
)
def test_filters(
    filters: Any,  # noqa: ANN401 - boto3 has a type of its own
    expected: list[str],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, announces=PREFIXES)
    one.routes.append(
        Route(
            cidr="172.16.0.0/12",
            direction="advertised",
            as_path=(64_512,),
            communities=("7224:8100",),
            installed_at=direct_connect_backend.clock(),
        )
    )

    answer = either_client.list_virtual_interface_routes(virtualInterfaceId=one.id, filters=filters)

    assert expected == [route["cidr"] for route in answer["routes"]]


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_routes_are_paged(
    page_size: int, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, announces=PREFIXES)
    direct_connect_backend.behaviour = Behaviour(page_size=page_size)

    seen: list[str] = []
    more: dict[str, Any] = {}
    while True:
        answer = either_client.list_virtual_interface_routes(virtualInterfaceId=one.id, **more)
        seen += [route["cidr"] for route in answer["routes"]]
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}

    assert [*PREFIXES] == seen


@pytest.mark.parametrize("state", ["down", "testing", "pending", "deleting", "unknown"])
def test_an_interface_without_a_session_has_no_routes(
    state: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, state=state, announces=PREFIXES)

    assert either_client.list_virtual_interface_routes(virtualInterfaceId=one.id)["routes"] == []


@pytest.mark.parametrize("state", ["deleted", "rejected", None])
def test_an_interface_that_is_gone_has_no_answer(
    state: str | None, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, state=state or "available")
    if state is None:
        del direct_connect_backend.virtual_interfaces[one.id]

    with pytest.raises(ClientError, match=f"{one.id} does not exist"):
        either_client.list_virtual_interface_routes(virtualInterfaceId=one.id)


@pytest.mark.parametrize("to_lag", [False, True], ids=["connection", "LAG"])
def test_an_interface_moves_and_keeps_its_id(
    *, to_lag: bool, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    one = world.add_virtual_interface(world.add_connection().id)
    target = world.add_lag(location="EqDC2") if to_lag else world.add_connection(location="EqDC2")

    answer = either_client.associate_virtual_interface(virtualInterfaceId=one.id, connectionId=target.id)

    assert (one.id, target.id, "EqDC2") == (answer["virtualInterfaceId"], answer["connectionId"], answer["location"])
    listed = either_client.describe_virtual_interfaces(connectionId=target.id)["virtualInterfaces"]
    assert [one.id] == [found["virtualInterfaceId"] for found in listed]


@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
@pytest.mark.parametrize("gone", ["interface", "target"])
def test_what_is_on_its_way_out_does_not_move(
    state: str, gone: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    one = world.add_virtual_interface(world.add_connection().id, state=state if gone == "interface" else "available")
    target = world.add_connection(state=state if gone == "target" else "available")
    before = one.connection_id

    with pytest.raises(ClientError, match=f"is in state {state}"):
        either_client.associate_virtual_interface(virtualInterfaceId=one.id, connectionId=target.id)

    assert before == one.connection_id
