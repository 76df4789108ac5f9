"""The record holds the calls that create the same again, complete by botocore's own model."""

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
from sandbox.directconnect.resources.mac_sec import MacSecKey
from sandbox.directconnect.states import AddressFamily, BgpPeerState, MacSecKeyState
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, OTHER_ID
from tests.support.driver import REQUEST, Around, new_step, take
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

KINDS: Final = ("Private", "Public", "Transit")
BIG_ASN: Final = 4_200_000_001
VALUES: Final[Mapping[str, object]] = {
    "addressFamily": "ipv4",
    "asn": 65_010,
    "asnLong": 65_010,
    "bandwidth": "10Gbps",
    "billingMode": "FlatRateTier3",
    "cidr": "203.0.113.0/25",
    "connectionsBandwidth": "10Gbps",
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


def created(world: DirectConnectBackend, port_id: str = CONNECTION_ID) -> list[JSON]:
    """Plan a run, and return the calls that its record holds; each is one that botocore would make."""
    around = Around()
    name = "lagId" if port_id.startswith("dxlag-") else "connectionId"
    take(new_step(world, around=around), {name: port_id, "dryRun": True})
    calls: list[JSON] = around.document("plan.json")["create"]
    for call in calls:
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
    # That account confirms it, as far as its choice can be seen.
    chosen = {} if kind == "Public" else {"directConnectGatewayId": "0" * 36}
    confirmed = inputs(calls, f"Confirm{kind}VirtualInterface")
    assert [{"virtualInterfaceId": interface.id, **chosen}] == confirmed


def test_a_connection(world: DirectConnectBackend) -> None:
    world.add_lag(LAG_ID, bandwidth="10Gbps")
    asked = example("", input_shape("CreateConnection")) | {"lagId": LAG_ID}
    client = InProcessClient(world)
    made = client.create_connection(**asked)
    id_ = made["connectionId"]
    client.update_connection(connectionId=id_, encryptionMode="must_encrypt")

    calls = created(world, id_)

    encryption = {"connectionId": id_, "encryptionMode": "must_encrypt"}
    assert [
        {"operation": "CreateConnection", "resourceId": id_, "input": asked},
        {"operation": "UpdateConnection", "resourceId": id_, "input": encryption},
    ] == calls


def test_a_lag(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].bandwidth = "10Gbps"
    # Its connections are made one by one, each with its own tags.
    asked = example("", input_shape("CreateLag")) | {"connectionId": CONNECTION_ID, "numberOfConnections": 1}
    del asked["childConnectionTags"]
    id_ = InProcessClient(world).create_lag(**asked)["lagId"]

    assert [asked] == inputs(created(world, id_), "CreateLag")


def test_a_lag_has_its_mac_sec_keys_before_its_connections_have_to_encrypt(world: DirectConnectBackend) -> None:
    second = world.add_connection(OTHER_ID).id
    lag = world.add_lag(LAG_ID)
    lag.mac_sec_keys.append(MacSecKey(secret_arn="arn:of:a:secret", ckn="0a", start_on="now"))
    for port in (lag, world.connections[CONNECTION_ID], world.connections[second]):
        port.mac_sec_capable, port.encryption_mode = True, "must_encrypt"
    for id_ in (CONNECTION_ID, second):
        world.connections[id_].lag_id = LAG_ID

    assert [
        ("CreateConnection", second),
        ("CreateLag", LAG_ID),
        ("AssociateMacSecKey", LAG_ID),
        ("UpdateLag", LAG_ID),
        ("UpdateConnection", second),
        ("CreateConnection", CONNECTION_ID),
        ("UpdateConnection", CONNECTION_ID),
    ] == [(call["operation"], call["resourceId"]) for call in created(world, LAG_ID)]


@pytest.mark.parametrize("lag_id", [None, LAG_ID])
def test_the_mac_sec_keys_of_a_connection(lag_id: str | None, world: DirectConnectBackend) -> None:
    """Not those that Direct Connect manages itself, whose secret goes with them, nor those of a whole LAG."""
    world.add_lag(LAG_ID)
    connection = world.connections[CONNECTION_ID]
    connection.mac_sec_capable, connection.lag_id = True, lag_id
    managed = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:directconnect!prod/eu-central-1/directconnect/0a"
    for arn in ("arn:of:a:secret", managed):
        connection.mac_sec_keys.append(MacSecKey(secret_arn=arn, ckn="0a", start_on="now"))

    kept = [] if lag_id else [{"connectionId": CONNECTION_ID, "secretARN": "arn:of:a:secret"}]
    assert kept == inputs(created(world), "AssociateMacSecKey")


@pytest.mark.parametrize(("state", "is_kept"), [(one, not one.startswith("dis")) for one in MacSecKeyState])
def test_the_mac_sec_keys_that_are_associated(
    state: MacSecKeyState, world: DirectConnectBackend, *, is_kept: bool
) -> None:
    lag = world.add_lag(LAG_ID)
    world.add_connection(lag_id=LAG_ID)
    for port in (world.connections[CONNECTION_ID], lag):
        port.mac_sec_capable = True
        port.mac_sec_keys.append(MacSecKey(secret_arn="arn:of:a:secret", ckn="0a", start_on="now", state=state))

    made = [inputs(created(world, id_), "AssociateMacSecKey") for id_ in (CONNECTION_ID, LAG_ID)]

    keys = [[{"connectionId": id_, "secretARN": "arn:of:a:secret"}] for id_ in (CONNECTION_ID, LAG_ID)]
    assert (keys if is_kept else [[], []]) == made


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("PayAsYouGo", "PayAsYouGo"), ("FlatRateTier1", "FlatRateTier1"), ("PortPairFlatRateTier1", None)],
)
def test_a_billing_mode_that_cannot_be_asked_for_is_left_out(
    mode: str, expected: str | None, world: DirectConnectBackend
) -> None:
    lag = world.add_lag(LAG_ID)
    connection = world.connections[CONNECTION_ID]
    connection.lag_id, connection.billing_mode, lag.billing_mode = LAG_ID, mode, mode

    calls = created(world, LAG_ID)

    (port,), (group,) = inputs(calls, "CreateConnection"), inputs(calls, "CreateLag")
    assert (expected, expected) == (port.get("billingMode"), group.get("billingMode"))


def test_only_its_partner_can_make_a_hosted_connection(world: DirectConnectBackend) -> None:
    """Its owner confirms the new one, and tags it."""
    connection = world.connections[CONNECTION_ID]
    connection.partner_name = "ACME"
    connection.tags |= {"owner": "network", "aws:createdBy": "somebody"}
    world.add_virtual_interface(CONNECTION_ID)

    confirm, tag, create = created(world)

    assert ("ConfirmConnection", {"connectionId": CONNECTION_ID}) == (confirm["operation"], confirm["input"])
    tags = [{"key": "owner", "value": "network"}]
    assert ("TagResource", {"resourceArn": connection.arn, "tags": tags}) == (tag["operation"], tag["input"])
    assert "CreatePrivateVirtualInterface" == create["operation"]
    assert {CONNECTION_ID} == {confirm["resourceId"], tag["resourceId"]}


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_hosted_connection_is_tagged_in_its_partition(partition: str, world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].partner_name = "ACME"
    world.connections[CONNECTION_ID].tags["owner"] = "network"
    around = Around()
    execution = f"arn:{partition}:states:eu-central-1:{ACCOUNT}:execution:decommission:a"

    take(new_step(world, around=around), {"execution": execution, "event": REQUEST | {"dryRun": True}})

    (tag,) = inputs(around.document("plan.json")["create"], "TagResource")
    assert f"arn:{partition}:directconnect:eu-central-1:{ACCOUNT}:dxcon/{CONNECTION_ID}" == tag["resourceArn"]


def test_a_hosted_connection_without_tags_is_only_confirmed(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].partner_name = "ACME"

    assert ["ConfirmConnection"] == [call["operation"] for call in created(world)]


@pytest.mark.parametrize("unknown", [{"type": ""}, {"owner_account": ""}])
def test_what_aws_does_not_describe_cannot_be_asked_for(unknown: dict[str, str], world: DirectConnectBackend) -> None:
    interface = world.add_virtual_interface(CONNECTION_ID)
    for name, value in unknown.items():
        setattr(interface, name, value)

    assert ["CreateConnection"] == [call["operation"] for call in created(world)]


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
@pytest.mark.parametrize(
    ("family", "kept"),
    [
        ("ipv4", {"amazonAddress": "169.254.9.1/30", "customerAddress": "169.254.9.2/30"}),
        # AWS refuses IPv6 addresses that it has not chosen itself.
        ("ipv6", {}),
    ],
)
def test_a_second_bgp_peer(asn: int, family: str, kept: Mapping[str, str], world: DirectConnectBackend) -> None:
    one = world.add_virtual_interface(CONNECTION_ID, INTERFACE_IDS[0], direct_connect_gateway_id="")
    second = BgpPeer(
        id="dxpeer-second00",
        asn=asn,
        auth_key="a-key",
        amazon_address="169.254.9.1/30",
        customer_address="169.254.9.2/30",
        address_family=family,
    )
    one.peers.append(second)

    (made,) = inputs(created(world), "CreateBGPPeer")

    new = {"asn" if asn == 65_020 else "asnLong": asn, "addressFamily": family, **kept}
    assert {"virtualInterfaceId": INTERFACE_IDS[0], "newBGPPeer": new} == made
    shape = input_shape("CreateBGPPeer").members["newBGPPeer"]
    assert isinstance(shape, StructureShape)
    assert shape.members.keys() == {"asn", "asnLong", "authKey", "addressFamily", "amazonAddress", "customerAddress"}


@pytest.mark.parametrize(("state", "is_kept"), [(one, not one.startswith("delet")) for one in BgpPeerState])
def test_the_bgp_peers_that_exist(state: BgpPeerState, world: DirectConnectBackend, *, is_kept: bool) -> None:
    interface = world.add_virtual_interface(CONNECTION_ID)
    world.add_bgp_peer(interface, asn=65_020, address_family=AddressFamily.IPV6).state = state

    assert is_kept is bool(inputs(created(world), "CreateBGPPeer"))


def test_the_bgp_peers_of_what_somebody_else_is_deleting(world: DirectConnectBackend) -> None:
    """They go with it."""
    interface = world.add_virtual_interface(CONNECTION_ID, state="deleting")
    world.add_bgp_peer(interface, asn=65_020, address_family=AddressFamily.IPV6)

    assert 1 == len(inputs(created(world), "CreateBGPPeer"))


def test_the_first_bgp_peer_of_ipv6_has_no_addresses(world: DirectConnectBackend) -> None:
    one = world.add_virtual_interface(CONNECTION_ID)
    one.peers[0].address_family = "ipv6"

    (made,) = inputs(created(world), "CreatePrivateVirtualInterface")

    new = made["newPrivateVirtualInterface"]
    assert "ipv6" == new["addressFamily"]
    assert not {"amazonAddress", "customerAddress"} & new.keys()


def test_tags_of_aws_and_the_approval_are_left_out(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags |= {"aws:createdBy": "somebody", "AWS:other": "", "owner": "network"}
    tags = {"aws:createdBy": "somebody", "team": "", " Decommission": "approved"}
    world.add_virtual_interface(CONNECTION_ID, type="public", tags=tags)

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
