"""What a Create call takes, and a describe returns, is what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore import xform_name
from botocore.model import ListShape, StructureShape

from sandbox.directconnect import Behaviour, Delay
from sandbox.directconnect.client import service_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend

# What the describe calls another name; None for what it does not return.
RENAMED: Final = {"enableSiteLink": "siteLinkEnabled", "requestMACSec": "macSecCapable", "childConnectionTags": None}
VALUES: Final[Mapping[str, object]] = {
    "asn": 65_010,
    "asnLong": 65_010,
    "addressFamily": "ipv6",
    "bandwidth": "10Gbps",
    "billingMode": "FlatRateTier3",
    "cidr": "203.0.113.0/25",
    "connectionsBandwidth": "10Gbps",
    "mtu": 8500,
    "numberOfConnections": 2,
    "rateLimit": "2Gbps",
    "vlan": 1234,
}


def example(name: str, shape: Shape) -> Any:  # noqa: ANN401 - of any shape
    """Make a value that is no default of the sandbox's."""
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


def differences(asked: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    names = {name: RENAMED.get(name, name) for name in asked}
    return {
        name: (asked[name], shown.get(shown_as, "not shown"))
        for name, shown_as in names.items()
        if shown_as is not None and asked[name] != shown.get(shown_as, "not shown")
    }


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    direct_connect_backend.behaviour = Behaviour(provisioning=Delay(looks=1))
    return direct_connect_backend


@pytest.mark.parametrize("kind", ["Private", "Public", "Transit"])
def test_a_virtual_interface(kind: str, either_client: DirectConnectClient, world: DirectConnectBackend) -> None:
    operation, parameter = f"Create{kind}VirtualInterface", f"new{kind}VirtualInterface"
    asked = example(parameter, input_shape(operation).members[parameter])

    getattr(either_client, xform_name(operation))(connectionId=world.add_connection().id, **{parameter: asked})

    (shown,) = either_client.describe_virtual_interfaces()["virtualInterfaces"]
    assert differences(asked, shown) == {}
    assert shown["virtualInterfaceType"] == kind.lower()


def test_the_asn_of_amazons_side_is_the_gateways(
    either_client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    gateway = either_client.create_direct_connect_gateway(directConnectGatewayName="core", amazonSideAsn=64_999)

    made = either_client.create_transit_virtual_interface(
        connectionId=world.add_connection().id,
        newTransitVirtualInterface={
            "virtualInterfaceName": "a",
            "vlan": 1,
            "directConnectGatewayId": gateway["directConnectGateway"]["directConnectGatewayId"],
        },
    )

    assert made["virtualInterface"]["amazonSideAsn"] == 64_999


def test_a_connection(either_client: DirectConnectClient, world: DirectConnectBackend) -> None:
    lag = world.add_lag(bandwidth="10Gbps")
    asked = example("", input_shape("CreateConnection")) | {"lagId": lag.id}

    made = either_client.create_connection(**asked)
    either_client.update_connection(connectionId=made["connectionId"], encryptionMode="must_encrypt")

    (shown,) = either_client.describe_connections()["connections"]
    assert differences(asked, shown) == {}
    assert shown["encryptionMode"] == "must_encrypt"


def test_a_lag(either_client: DirectConnectClient, world: DirectConnectBackend) -> None:
    first = world.add_connection(bandwidth="10Gbps")
    asked = example("", input_shape("CreateLag")) | {"connectionId": first.id}

    either_client.create_lag(**asked)

    (shown,) = either_client.describe_lags()["lags"]
    old, new = shown["connections"]
    assert differences({name: value for name, value in asked.items() if name != "connectionId"}, shown) == {}
    assert first.id == old["connectionId"]
    assert asked["childConnectionTags"] == new["tags"]
    assert (asked["providerName"], asked["billingMode"], True) == (
        new["providerName"],
        new["billingMode"],
        new["macSecCapable"],
    )
