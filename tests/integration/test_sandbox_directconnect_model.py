"""Every answer of every operation has the shape that botocore's model of Direct Connect gives it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore import xform_name
from botocore.model import ListShape, StructureShape

from sandbox.directconnect import SECRET_WORD, InProcessClient, ManualClock
from sandbox.directconnect.client import service_model
from sandbox.directconnect.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from botocore.model import Shape
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend

OTHER_ACCOUNT: Final = "999999999999"
TAGS: Final = [{"key": "decommission", "value": "approved"}]
BGP: Final = {"virtualInterfaceName": "a", "vlan": 101, "asn": 65001, "authKey": SECRET_WORD, "tags": TAGS}


@dataclass(frozen=True, slots=True)
class World:
    """One of everything, and the ids of it."""

    backend: DirectConnectBackend
    connection: str
    spare: str  # a connection with nothing on it
    ordered: str  # a hosted connection that waits for its owner
    interconnect: str
    lag: str
    member: str
    interface: str
    waiting: str  # an interface that waits for its owner
    gateway: str
    group: str  # a resiliency group

    @property
    def arn(self) -> str:
        return self.backend.connections[self.connection].arn


def one_of_everything(backend: DirectConnectBackend) -> World:
    backend.reset()
    backend.clock = ManualClock()
    connection = backend.add_connection(tags={"decommission": "approved"})
    lag = backend.add_lag(tags={"decommission": "approved"})
    gateway = backend.add_direct_connect_gateway(tags={"decommission": "approved"})
    backend.add_virtual_gateway()
    interface = backend.add_virtual_interface(
        connection.id, tags={"decommission": "approved"}, announces=("10.1.0.0/16", "2001:db8::/32")
    )
    backend.add_virtual_interface(lag.id, type="public")
    backend.add_virtual_interface(connection.id, type="transit", owner_account=OTHER_ACCOUNT)
    interconnect = backend.add_interconnect()
    backend.add_connection(parent_id=interconnect.id, owner_account=OTHER_ACCOUNT, partner_name="Partner", vlan=7)
    world = World(
        backend,
        connection=connection.id,
        spare=backend.add_connection().id,
        ordered=backend.add_connection(partner_name="Partner", vlan=9, state="ordering").id,
        interconnect=interconnect.id,
        lag=lag.id,
        member=backend.add_connection(lag_id=lag.id).id,
        interface=interface.id,
        waiting=backend.add_virtual_interface(connection.id, state="confirming").id,
        gateway=gateway.id,
        group=backend.add_resiliency_group(connection.id).id,
    )
    backend.add_remote_attachment(gateway.id)
    backend.run("DescribeLoa", {"connectionId": connection.id})
    backend.run("AssociateMacSecKey", {"connectionId": connection.id, "secretARN": "arn:of:a:secret"})
    return world


PARAMETERS: Final[dict[str, Callable[[World], dict[str, Any]]]] = {
    "CreateConnection": lambda _: {
        "location": "EqFA5",
        "bandwidth": "1Gbps",
        "connectionName": "new",
        "tags": TAGS,
        "providerName": "Provider",
        "requestMACSec": True,
        "billingMode": "FlatRateTier1",
    },
    "DescribeConnections": lambda _: {},
    "UpdateConnection": lambda world: {"connectionId": world.connection, "connectionName": "renamed"},
    "DeleteConnection": lambda world: {"connectionId": world.spare},
    "AllocateHostedConnection": lambda world: {
        "connectionId": world.interconnect,
        "ownerAccount": OTHER_ACCOUNT,
        "bandwidth": "50Mbps",
        "connectionName": "hosted",
        "vlan": 8,
        "tags": TAGS,
    },
    "ConfirmConnection": lambda world: {"connectionId": world.ordered},
    "DescribeHostedConnections": lambda world: {"connectionId": world.interconnect},
    "CreateInterconnect": lambda _: {"interconnectName": "new", "bandwidth": "10Gbps", "location": "EqFA5"},
    "DescribeInterconnects": lambda _: {},
    "DeleteInterconnect": lambda world: {
        "interconnectId": world.backend.run(
            "CreateInterconnect", {"interconnectName": "unused", "bandwidth": "10Gbps", "location": "EqFA5"}
        )["interconnectId"]
    },
    "CreatePrivateVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newPrivateVirtualInterface": {**BGP, "directConnectGatewayId": world.gateway},
    },
    "CreatePublicVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newPublicVirtualInterface": {**BGP, "routeFilterPrefixes": [{"cidr": "203.0.113.0/24"}]},
    },
    "CreateTransitVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newTransitVirtualInterface": {**BGP, "mtu": 8500},
    },
    "AllocatePrivateVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newPrivateVirtualInterfaceAllocation": BGP,
    },
    "AllocatePublicVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newPublicVirtualInterfaceAllocation": BGP,
    },
    "AllocateTransitVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newTransitVirtualInterfaceAllocation": BGP,
    },
    "ConfirmPrivateVirtualInterface": lambda world: {"virtualInterfaceId": world.waiting},
    "ConfirmPublicVirtualInterface": lambda world: {"virtualInterfaceId": world.waiting},
    "ConfirmTransitVirtualInterface": lambda world: {
        "virtualInterfaceId": world.waiting,
        "directConnectGatewayId": world.gateway,
    },
    "DescribeVirtualInterfaces": lambda _: {},
    "DeleteVirtualInterface": lambda world: {"virtualInterfaceId": world.interface},
    "AssociateVirtualInterface": lambda world: {"virtualInterfaceId": world.interface, "connectionId": world.lag},
    "ListVirtualInterfaceRoutes": lambda world: {"virtualInterfaceId": world.interface},
    "CreateLag": lambda world: {
        "numberOfConnections": 2,
        "location": "EqFA5",
        "connectionsBandwidth": "1Gbps",
        "lagName": "new",
        "connectionId": world.spare,
        "tags": TAGS,
        "childConnectionTags": TAGS,
    },
    "DescribeLags": lambda _: {},
    "UpdateLag": lambda world: {"lagId": world.lag, "lagName": "renamed", "minimumLinks": 1},
    "DeleteLag": lambda world: {"lagId": world.backend.add_lag().id},
    "AssociateConnectionWithLag": lambda world: {"connectionId": world.connection, "lagId": world.lag},
    "DisassociateConnectionFromLag": lambda world: {"connectionId": world.member, "lagId": world.lag},
    "TagResource": lambda world: {"resourceArn": world.arn, "tags": TAGS},
    "UntagResource": lambda world: {"resourceArn": world.arn, "tagKeys": ["decommission"]},
    "DescribeTags": lambda world: {"resourceArns": [world.arn]},
    "StartBgpFailoverTest": lambda world: {"virtualInterfaceId": world.interface, "testDurationInMinutes": 10},
    "StopBgpFailoverTest": lambda world: {
        "virtualInterfaceId": world.backend.run("StartBgpFailoverTest", {"virtualInterfaceId": world.interface})[
            "virtualInterfaceTest"
        ]["virtualInterfaceId"]
    },
    "ListVirtualInterfaceTestHistory": lambda world: {
        "testId": world.backend.run("StartBgpFailoverTest", {"virtualInterfaceId": world.interface})[
            "virtualInterfaceTest"
        ]["testId"]
    },
    "CreateDirectConnectGateway": lambda _: {"directConnectGatewayName": "new", "amazonSideAsn": 64600, "tags": TAGS},
    "DescribeDirectConnectGateways": lambda _: {},
    "DescribeDirectConnectGatewayAttachments": lambda world: {"directConnectGatewayId": world.gateway},
    "DescribeVirtualGateways": lambda _: {},
    "ListResiliencyGroups": lambda _: {},
    "ListResiliencyGroupAssociations": lambda world: {"resiliencyGroupId": world.group},
    "DescribeLoa": lambda world: {"connectionId": world.connection},
    "AssociateMacSecKey": lambda world: {"connectionId": world.lag, "ckn": "0a", "cak": "0b"},
    "DisassociateMacSecKey": lambda world: {"connectionId": world.connection, "secretARN": "arn:of:a:secret"},
}

PARSED: Final[Mapping[str, type]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": datetime,
    "blob": bytes,
}
ON_THE_WIRE: Final[Mapping[str, type]] = {**PARSED, "timestamp": float, "blob": str}


def violations(value: object, shape: Shape, types: Mapping[str, type], path: str = "answer") -> Iterator[str]:
    """Walk an answer beside its shape, and name what does not fit."""
    if isinstance(shape, StructureShape):
        if type(value) is not dict:
            yield f"{path} is {type(value).__name__}"
            return
        for name, member in value.items():
            if name in shape.members:
                yield from violations(member, shape.members[name], types, f"{path}.{name}")
            else:
                yield f"{path}.{name} is not in the model"
    elif isinstance(shape, ListShape):
        if type(value) is not list:
            yield f"{path} is {type(value).__name__}"
            return
        for member in value:
            yield from violations(member, shape.member, types, f"{path}[]")
    elif type(value) is not types[shape.type_name]:
        yield f"{path} is {type(value).__name__}, not {types[shape.type_name].__name__}"
    elif (words := getattr(shape, "enum", [])) and value not in words:
        yield f"{path} is {value!r}, not one of {words}"


def output_shape(operation: str) -> StructureShape:
    shape = service_model().operation_model(operation).output_shape
    assert shape is not None
    return shape


def without_metadata(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_there_is_an_example_for_every_operation() -> None:
    assert set(OPERATIONS) == set(PARAMETERS)
    assert set(OPERATIONS) <= set(service_model().operation_names)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_in_process_fits_the_model(operation: str, direct_connect_backend: DirectConnectBackend) -> None:
    world = one_of_everything(direct_connect_backend)
    client = InProcessClient(direct_connect_backend)

    answer = getattr(client, xform_name(operation))(**PARAMETERS[operation](world))

    assert list(violations(without_metadata(answer), output_shape(operation), PARSED)) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_over_http_fits_the_model_and_is_the_same(
    operation: str, direct_connect_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    written = []
    direct_connect_client.meta.events.register(
        "before-parse.directconnect.*", lambda response_dict, **_: written.append(json.loads(response_dict["body"]))
    )
    world = one_of_everything(direct_connect_backend)
    over_http = getattr(direct_connect_client, xform_name(operation))(**PARAMETERS[operation](world))
    world = one_of_everything(direct_connect_backend)
    in_process = InProcessClient(direct_connect_backend)
    expected = getattr(in_process, xform_name(operation))(**PARAMETERS[operation](world))

    assert list(violations(written[0], output_shape(operation), ON_THE_WIRE)) == []
    assert list(violations(without_metadata(over_http), output_shape(operation), PARSED)) == []
    assert without_metadata(expected) == without_metadata(over_http)


@pytest.mark.parametrize(
    ("operation", "shape", "wanted"),
    [
        ("DescribeConnections", "connections", {"loaIssueTime", "tags", "ownerAccount", "macSecKeys", "vlan"}),
        ("DescribeVirtualInterfaces", "virtualInterfaces", {"authKey", "bgpPeers", "customerRouterConfig", "tags"}),
        ("DescribeLags", "lags", {"connections", "minimumLinks", "ownerAccount", "tags"}),
        ("DescribeInterconnects", "interconnects", {"interconnectId", "interconnectState"}),
        ("ListVirtualInterfaceRoutes", "routes", {"cidr", "asPath", "communities", "routeInstalledAt"}),
        ("ListResiliencyGroupAssociations", "items", {"connectionArn", "state"}),
    ],
)
def test_the_fields_that_matter_are_there(
    operation: str, shape: str, wanted: set[str], direct_connect_backend: DirectConnectBackend
) -> None:
    world = one_of_everything(direct_connect_backend)

    listed = direct_connect_backend.run(operation, PARAMETERS[operation](world))[shape]

    assert wanted <= {name for one in listed for name in one}


def test_the_walk_finds_what_does_not_fit() -> None:
    answer = {
        "connections": [{"connectionState": "approving", "vlan": "7", "invented": 1, "loaIssueTime": "2026-01-05"}],
        "nextToken": None,
    }

    found = list(violations(answer, output_shape("DescribeConnections"), PARSED))

    assert len(found) == 5


def test_letters_travel_in_base64(
    direct_connect_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    written: list[dict[str, str]] = []
    direct_connect_client.meta.events.register(
        "before-parse.directconnect.DescribeLoa",
        lambda response_dict, **_: written.append(json.loads(response_dict["body"])),
    )
    connection = direct_connect_backend.add_connection()

    letter = direct_connect_client.describe_loa(connectionId=connection.id)["loaContent"]

    assert letter == base64.b64decode(written[0]["loaContent"])
