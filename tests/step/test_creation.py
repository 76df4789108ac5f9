"""The record holds the inputs of the calls that create the same again, complete by botocore's own model."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from botocore.validate import validate_parameters

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, InProcessClient
from sandbox.directconnect.client import service_model
from sandbox.directconnect.resources.bgp_peers import BgpPeer
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT
from tests.support.driver import REQUEST, Around, new_step, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

KINDS: Final = ("Private", "Public", "Transit")
BIG_ASN: Final = 4_200_000_001
VALUES: Final[Mapping[str, object]] = {
    "addressFamily": "ipv6",
    "asn": 65_010,
    "asnLong": 65_010,
    "bandwidth": "10Gbps",
    "billingMode": "FlatRateTier3",
    "cidr": "203.0.113.0/25",
    "mtu": 8500,
    "rateLimit": "2Gbps",
    "vlan": 1234,
}
# A key never leaves AWS, and the two ways to name an AS number say the same.
NEVER_KEPT: Final = {"authKey", "asnLong"}


def example(name: str, shape: Shape) -> Any:  # noqa: ANN401 - of any shape
    if name in VALUES:
        return VALUES[name]
    match shape:
        case StructureShape():
            return {member: example(member, inner) for member, inner in shape.members.items()}
        case ListShape():
            return [example(name, shape.member)]
    return {"string": f"a-{name}", "integer": 17, "long": 17, "boolean": True}[shape.type_name]


def input_shape(operation: str) -> StructureShape:
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    return shape


def created(world: DirectConnectBackend, connection_id: str = CONNECTION_ID) -> list[JSON]:
    """Plan a run, and return the calls that its record holds; each is one that botocore would make."""
    around = Around()
    take(new_step(world, around=around), {"connectionId": connection_id, "dryRun": True})
    calls: list[JSON] = around.document("plan.json")["create"]
    for call in calls:
        if not call["operation"].startswith("order it from"):
            validate_parameters(call["input"], input_shape(call["operation"]))
    return calls


def inputs(calls: list[JSON], operation: str) -> list[JSON]:
    return [call["input"] for call in calls if call["operation"] == operation]


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.virtual_interfaces.clear()
    world.behaviour = Behaviour(provisioning=Delay(looks=1))
    return world


@pytest.mark.parametrize("kind", KINDS)
def test_a_virtual_interface(kind: str, world: DirectConnectBackend) -> None:
    operation, parameter = f"Create{kind}VirtualInterface", f"new{kind}VirtualInterface"
    asked = example(parameter, input_shape(operation).members[parameter])
    getattr(InProcessClient(world), xform_name(operation))(connectionId=CONNECTION_ID, **{parameter: asked})

    (made,) = inputs(created(world), operation)

    kept = {name: value for name, value in asked.items() if name not in NEVER_KEPT}
    assert {"connectionId": CONNECTION_ID, parameter: kept} == made


@pytest.mark.parametrize("kind", KINDS)
def test_another_accounts_virtual_interface(kind: str, world: DirectConnectBackend) -> None:
    operation, parameter = f"Allocate{kind}VirtualInterface", f"new{kind}VirtualInterfaceAllocation"
    asked = example(parameter, input_shape(operation).members[parameter])
    InProcessClient(world).__getattr__(xform_name(operation))(
        connectionId=CONNECTION_ID, ownerAccount=OTHER_ACCOUNT, **{parameter: asked}
    )
    (interface,) = world.virtual_interfaces.values()
    # What its owner chose when confirming it, or later.
    interface.site_link_enabled, interface.prefix_pool_allocated_count_ipv4 = True, 3
    interface.direct_connect_gateway_id = "0" * 36

    calls = created(world)

    # Its tags are hidden from the owner of the connection.
    kept = {name: value for name, value in asked.items() if name not in NEVER_KEPT | {"tags"}}
    assert [{"connectionId": CONNECTION_ID, "ownerAccount": OTHER_ACCOUNT, parameter: kept}] == inputs(calls, operation)


def test_a_connection(world: DirectConnectBackend) -> None:
    world.add_lag(LAG_ID, bandwidth="10Gbps")
    asked = example("", input_shape("CreateConnection")) | {"lagId": LAG_ID}
    client = InProcessClient(world)
    made = client.create_connection(**asked)
    client.update_connection(connectionId=made["connectionId"], encryptionMode="must_encrypt")

    calls = created(world, made["connectionId"])

    assert [
        {"operation": "CreateConnection", "input": asked},
        {
            "operation": "UpdateConnection",
            "input": {"connectionId": made["connectionId"], "encryptionMode": "must_encrypt"},
        },
    ] == calls


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("PayAsYouGo", "PayAsYouGo"), ("FlatRateTier1", "FlatRateTier1"), ("PortPairFlatRateTier1", None)],
)
def test_a_billing_mode_that_cannot_be_asked_for_is_left_out(
    mode: str, expected: str | None, world: DirectConnectBackend
) -> None:
    world.connections[CONNECTION_ID].billing_mode = mode

    (made,) = inputs(created(world), "CreateConnection")

    assert expected == made.get("billingMode")


def test_a_hosted_connection_is_ordered_from_its_partner(world: DirectConnectBackend) -> None:
    connection = world.connections[CONNECTION_ID]
    connection.partner_name, connection.vlan, connection.bandwidth = "ACME", 77, "200Mbps"

    assert [
        {
            "operation": "order it from ACME",
            "input": {"bandwidth": "200Mbps", "vlan": 77, "location": "EqFA5", "connectionName": "connection"},
        }
    ] == created(world)


@pytest.mark.parametrize(
    ("asn", "name"),
    [(1, "asn"), (65_000, "asn"), (2_147_483_647, "asn"), (2_147_483_648, "asnLong"), (BIG_ASN, "asnLong")],
)
def test_each_as_number_in_the_field_that_takes_it(asn: int, name: str, world: DirectConnectBackend) -> None:
    world.add_virtual_interface(CONNECTION_ID, asn=asn, direct_connect_gateway_id="")

    (made,) = inputs(created(world), "CreatePrivateVirtualInterface")

    new = made["newPrivateVirtualInterface"]
    assert {name: asn} == {key: value for key, value in new.items() if key.startswith("asn")}


@pytest.mark.parametrize("asn", [65_020, BIG_ASN])
def test_a_second_bgp_peer(asn: int, world: DirectConnectBackend) -> None:
    one = world.add_virtual_interface(CONNECTION_ID, INTERFACE_IDS[0], direct_connect_gateway_id="")
    second = BgpPeer(
        id="dxpeer-second00",
        asn=asn,
        auth_key="a-key",
        amazon_address="2001:db8::1/125",
        customer_address="2001:db8::2/125",
        address_family="ipv6",
    )
    one.peers.append(second)

    (made,) = inputs(created(world), "CreateBGPPeer")

    new = {
        "asn" if asn == 65_020 else "asnLong": asn,
        "addressFamily": "ipv6",
        "amazonAddress": "2001:db8::1/125",
        "customerAddress": "2001:db8::2/125",
    }
    assert {"virtualInterfaceId": INTERFACE_IDS[0], "newBGPPeer": new} == made
    shape = input_shape("CreateBGPPeer").members["newBGPPeer"]
    assert isinstance(shape, StructureShape)
    assert shape.members.keys() == {*new, "asn", "asnLong", "authKey"}


def test_tags_of_aws_and_the_approval_are_left_out(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags |= {"aws:createdBy": "somebody", "AWS:other": "", "owner": "network"}
    world.add_virtual_interface(CONNECTION_ID, type="public", tags={"aws:createdBy": "somebody", "team": ""})

    calls = created(world)

    (connection,) = inputs(calls, "CreateConnection")
    (interface,) = inputs(calls, "CreatePublicVirtualInterface")
    assert [{"key": "owner", "value": "network"}] == connection["tags"]
    assert [{"key": "team", "value": ""}] == interface["newPublicVirtualInterface"]["tags"]


def test_what_is_recorded_can_be_created(world: DirectConnectBackend) -> None:
    """The calls, made again in the same world, make the same interfaces."""
    for kind in ("private", "public", "transit"):
        world.add_virtual_interface(CONNECTION_ID, type=kind)
    client = InProcessClient(world)
    before = [shown(one) for one in client.describe_virtual_interfaces()["virtualInterfaces"]]

    for call in created(world):
        if call["operation"].endswith("VirtualInterface"):
            getattr(client, xform_name(call["operation"]))(**call["input"])

    after = [shown(one) for one in client.describe_virtual_interfaces()["virtualInterfaces"]]
    assert before == after[:3] == after[3:]


def shown(described: JSON) -> JSON:
    other = {"virtualInterfaceId", "virtualInterfaceState", "authKey", "bgpPeers", "customerRouterConfig"}
    return {name: value for name, value in described.items() if name not in other}


def test_the_plan_is_the_same_for_a_run(world: DirectConnectBackend) -> None:
    around = Around()
    take(new_step(world, around=around), REQUEST)

    assert created(world) == around.document("plan.json")["create"]
