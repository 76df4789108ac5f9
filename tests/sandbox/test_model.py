"""Every answer of every operation has the shape that botocore's model of Direct Connect gives it."""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import DirectConnectBackend, InProcessClient
from sandbox.directconnect.client import service_model
from sandbox.directconnect.operations import OPERATIONS
from sandbox.directconnect.resources.connections import Connection
from tests.sandbox.examples import PARAMETERS, one_of_everything

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
    """Compare an answer with its shape, member by member, and describe each difference."""
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


def test_there_is_an_example_of_every_operation() -> None:
    assert PARAMETERS.keys() == OPERATIONS.keys()
    assert OPERATIONS.keys() <= set(service_model().operation_names)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_fits_the_model_over_http_and_in_process(
    operation: str, direct_connect_client: DirectConnectClient, world: DirectConnectBackend, bodies: list[bytes]
) -> None:
    answers = []
    for client in (direct_connect_client, InProcessClient(world)):
        parameters = PARAMETERS[operation](one_of_everything(world))
        answer = getattr(client, xform_name(operation))(**parameters)
        answers.append({name: value for name, value in answer.items() if name != "ResponseMetadata"})

    assert [] == list(violations(json.loads(bodies[0]), output_shape(operation), ON_THE_WIRE))
    assert [] == list(violations(answers[0], output_shape(operation), PARSED))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("operation", "key", "wanted"),
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
    operation: str, key: str, wanted: set[str], world: DirectConnectBackend
) -> None:
    listed = world.run(operation, PARAMETERS[operation](one_of_everything(world)))[key]

    assert wanted <= {name for one in listed for name in one}


def test_everything_that_does_not_fit_is_found() -> None:
    answer = {
        "connections": [{"connectionState": "approving", "vlan": "7", "invented": 1, "loaIssueTime": "2026-01-05"}],
        "nextToken": None,
    }

    assert 5 == len(list(violations(answer, output_shape("DescribeConnections"), PARSED)))


def test_a_letter_travels_in_base64(
    direct_connect_client: DirectConnectClient, connection: Connection, bodies: list[bytes]
) -> None:
    letter = direct_connect_client.describe_loa(connectionId=connection.id)["loaContent"]

    assert letter == base64.b64decode(json.loads(bodies[0])["loaContent"])
