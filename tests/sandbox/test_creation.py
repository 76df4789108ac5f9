"""What a Create call asks for is what a describe shows, and another account's interface waits for that account."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from mypy_boto3_directconnect import DirectConnectClient
from mypy_boto3_directconnect.type_defs import VirtualInterfaceResponseTypeDef

from sandbox.directconnect import NEVER, Behaviour, Delay, DirectConnectBackend, InProcessClient
from sandbox.directconnect.client import service_model
from sandbox.directconnect.resources.connections import Connection
from tests.sandbox.seen import OTHER_ACCOUNT, connection_states, refusal

# What the describe calls another name; None for what it does not return.
RENAMED: Final = {"enableSiteLink": "siteLinkEnabled", "requestMACSec": "macSecCapable", "childConnectionTags": None}
VALUES: Final[Mapping[str, object]] = {
    "asn": 65_010,
    "asnLong": 65_010,
    "addressFamily": "ipv4",
    "bandwidth": "10Gbps",
    "billingMode": "FlatRateTier3",
    "cidr": "203.0.113.0/25",
    "connectionsBandwidth": "10Gbps",
    "mtu": 8500,
    "numberOfConnections": 2,
    "rateLimit": "2Gbps",
    "vlan": 1234,
}


def example(name: str, shape: Shape | None) -> Any:  # noqa: ANN401 - of any shape
    """Make a value that is not a default of the sandbox."""
    if name in VALUES:
        return VALUES[name]
    match shape:
        case StructureShape():
            return {member: example(member, inner) for member, inner in shape.members.items()}
        case ListShape():
            return [example(name, shape.member)]
    assert shape is not None
    return {"string": f"a-{name}", "integer": 17, "long": 17, "boolean": True}[shape.type_name]


def asked_of(operation: str) -> Any:  # noqa: ANN401 - the parameters of any operation
    return example("", service_model().operation_model(operation).input_shape)


def differences(asked: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    names = {name: RENAMED.get(name, name) for name in asked}
    return {
        name: (asked[name], shown.get(shown_as, "not shown"))
        for name, shown_as in names.items()
        if shown_as is not None and asked[name] != shown.get(shown_as, "not shown")
    }


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        pytest.param(NEVER, ["requested", "requested"], id="never"),
        pytest.param(Delay(looks=1), ["requested", "available"], id="one look"),
    ],
)
def test_a_new_connection_is_available_after_a_while(
    delay: Delay, expected: list[str], client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(provisioning=delay)
    client.create_connection(location="EqFA5", bandwidth="1Gbps", connectionName="new")

    assert expected == [*connection_states(client), *connection_states(client)]


@pytest.mark.parametrize("state", ["requested", "pending"])
@pytest.mark.parametrize(
    "operation",
    [
        *(
            f"{how}{kind}VirtualInterface"
            for how in ("Create", "Allocate")
            for kind in ("Private", "Public", "Transit")
        ),
        *("CreateLag", "AssociateConnectionWithLag"),
    ],
)
def test_a_connection_that_is_not_approved_yet_cannot_be_used(
    operation: str, state: str, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    new = world.add_connection(state=state)
    asked = asked_of(operation) | {"connectionId": new.id}
    if operation == "AssociateConnectionWithLag":
        asked["lagId"] = world.add_lag().id

    assert f"{new.id} is in state {state}" in refusal(getattr(client, xform_name(operation)), **asked)


@pytest.mark.parametrize("kind", ["Private", "Public", "Transit"])
def test_a_virtual_interface(kind: str, client: DirectConnectClient, connection: Connection) -> None:
    operation, parameter = f"Create{kind}VirtualInterface", f"new{kind}VirtualInterface"
    asked = asked_of(operation) | {"connectionId": connection.id}

    getattr(client, xform_name(operation))(**asked)

    (shown,) = client.describe_virtual_interfaces()["virtualInterfaces"]
    assert {} == differences(asked[parameter], shown)
    assert kind.lower() == shown["virtualInterfaceType"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"asn": 65001}, (65001, 65001), id="short"),
        pytest.param({"asnLong": 4200000001}, (0, 4200000001), id="too long for the old field"),
        pytest.param({"asn": 65001, "asnLong": 65002}, (65002, 65002), id="the long one counts"),
    ],
)
def test_asn_and_asn_long(
    asked: Mapping[str, Any], expected: tuple[int, int], client: DirectConnectClient, connection: Connection
) -> None:
    made = client.create_private_virtual_interface(
        connectionId=connection.id,
        newPrivateVirtualInterface={"virtualInterfaceName": "a", "vlan": 1, **asked},  # type: ignore[typeddict-item]
    )

    assert expected == (made["asn"], made["asnLong"])


@pytest.mark.parametrize("given", [{"amazonAddress": "2001:db8::1/125"}, {"customerAddress": "2001:db8::2/125"}])
def test_ipv6_addresses_are_amazons_to_choose(
    given: Mapping[str, str], client: DirectConnectClient, connection: Connection
) -> None:
    def create(**addresses: str) -> VirtualInterfaceResponseTypeDef:
        return client.create_private_virtual_interface(
            connectionId=connection.id,
            newPrivateVirtualInterface={"virtualInterfaceName": "a", "vlan": 1, "addressFamily": "ipv6", **addresses},  # type: ignore[typeddict-item]
        )

    assert "Custom IPv6 addresses" in refusal(create, **given)
    assert create()["amazonAddress"].startswith("2001:db8::")


def test_a_second_bgp_peer_is_of_the_other_address_family(
    client: DirectConnectClient, connection: Connection, world: DirectConnectBackend
) -> None:
    one = world.add_virtual_interface(connection.id)
    peer = {"asn": 65010, "addressFamily": "ipv6"}

    answer = client.create_bgp_peer(virtualInterfaceId=one.id, newBGPPeer=peer)  # type: ignore[arg-type]

    peers = answer["virtualInterface"]["bgpPeers"]
    assert [("ipv4", 65000), ("ipv6", 65010)] == [(peer["addressFamily"], peer["asn"]) for peer in peers]
    assert "already has a BGP peer" in refusal(client.create_bgp_peer, virtualInterfaceId=one.id, newBGPPeer=peer)


def test_a_mac_sec_key(client: DirectConnectClient) -> None:
    order = {"location": "EqFA5", "bandwidth": "10Gbps", "connectionName": "new"}
    plain = client.create_connection(**order)  # type: ignore[arg-type]
    capable = client.create_connection(**order, requestMACSec=True)  # type: ignore[arg-type]

    assert "not MACsec capable" in refusal(
        client.associate_mac_sec_key, connectionId=plain["connectionId"], secretARN="arn:of:a:secret"
    )
    client.associate_mac_sec_key(connectionId=capable["connectionId"], secretARN="arn:of:a:secret")
    _, shown = client.describe_connections()["connections"]
    assert ["arn:of:a:secret"] == [key["secretARN"] for key in shown["macSecKeys"]]


def test_a_mac_sec_key_of_a_lag(client: DirectConnectClient) -> None:
    new = {"numberOfConnections": 1, "location": "EqFA5", "connectionsBandwidth": "10Gbps", "lagName": "new"}
    lag = client.create_lag(**new, requestMACSec=True)  # type: ignore[arg-type]

    client.associate_mac_sec_key(connectionId=lag["lagId"], secretARN="arn:of:a:secret")

    (shown,) = client.describe_lags()["lags"]
    assert ["arn:of:a:secret"] == [key["secretARN"] for key in shown["macSecKeys"]]


def test_the_asn_of_amazons_side_is_that_of_the_gateway(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    gateway = world.add_direct_connect_gateway()
    gateway.amazon_side_asn = 64_999

    made = client.create_transit_virtual_interface(
        connectionId=connection.id,
        newTransitVirtualInterface={"virtualInterfaceName": "a", "vlan": 1, "directConnectGatewayId": gateway.id},
    )

    assert 64_999 == made["virtualInterface"]["amazonSideAsn"]


def test_a_connection(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    asked = asked_of("CreateConnection") | {"lagId": world.add_lag(bandwidth="10Gbps").id}

    made = client.create_connection(**asked)
    client.update_connection(connectionId=made["connectionId"], encryptionMode="must_encrypt")

    (shown,) = client.describe_connections()["connections"]
    assert {} == differences(asked, shown)
    assert "must_encrypt" == shown["encryptionMode"]


def test_a_lag(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    first = world.add_connection(bandwidth="10Gbps")
    asked = asked_of("CreateLag") | {"connectionId": first.id}

    client.create_lag(**asked)

    (shown,) = client.describe_lags()["lags"]
    _, new = shown["connections"]
    assert {} == differences({name: value for name, value in asked.items() if name != "connectionId"}, shown)
    inherited = {name: asked[name] for name in ("providerName", "billingMode", "requestMACSec")}
    assert {} == differences(inherited | {"tags": asked["childConnectionTags"]}, new)


@pytest.mark.parametrize(
    ("kind", "first_state"), [("Private", "pending"), ("Public", "verifying"), ("Transit", "pending")]
)
def test_an_allocated_interface_waits_for_its_owner(
    kind: str, first_state: str, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    operation, parameter = f"Allocate{kind}VirtualInterface", f"new{kind}VirtualInterfaceAllocation"
    owner = InProcessClient(world, account_id=OTHER_ACCOUNT)
    asked = asked_of(operation) | {"connectionId": connection.id, "ownerAccount": OTHER_ACCOUNT}
    answer = getattr(client, xform_name(operation))(**asked)
    allocated = answer.get("virtualInterface", answer)

    assert {} == differences({**asked[parameter], "tags": []}, allocated), "its tags are hidden"
    assert ("confirming", OTHER_ACCOUNT) == (allocated["virtualInterfaceState"], allocated["ownerAccount"])
    confirmation = {"virtualInterfaceId": allocated["virtualInterfaceId"]}
    if kind != "Public":
        confirmation["directConnectGatewayId"] = world.add_direct_connect_gateway().id
    confirm = xform_name(f"Confirm{kind}VirtualInterface")
    assert "does not own" in refusal(getattr(client, confirm), **confirmation)
    assert first_state == getattr(owner, confirm)(**confirmation)["virtualInterfaceState"]
    assert f"is in state {first_state}" in refusal(getattr(owner, confirm), **confirmation)
