"""Pages: everything is listed once, whatever the size of a page."""

from collections.abc import Callable
from typing import Any

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import Behaviour, DirectConnectBackend, ManualClock
from tests.sandbox.seen import connection_ids, refusal


def pages(call: Callable[..., Any], key: str, **parameters: Any) -> list[list[Any]]:  # noqa: ANN401 - as boto3
    answers = [call(**parameters)]
    while "nextToken" in answers[-1]:
        answers.append(call(**parameters, nextToken=answers[-1]["nextToken"]))
    return [answer[key] for answer in answers]


@pytest.mark.parametrize("server_page", [1, 2, 3, 100])
@pytest.mark.parametrize("asked", [{}, {"maxResults": 1}, {"maxResults": 4}, {"maxResults": 1000}])
def test_everything_is_listed_once(
    server_page: int, asked: dict[str, int], client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(page_size=server_page)
    connection = world.add_connection()
    expected = [world.add_virtual_interface(connection.id).id for _ in range(5)]

    seen = pages(client.describe_virtual_interfaces, "virtualInterfaces", connectionId=connection.id, **asked)

    assert expected == [one["virtualInterfaceId"] for page in seen for one in page]
    assert min(server_page, asked.get("maxResults", 100), 5) == max(map(len, seen))


def test_an_answer_never_lists_more_than_100(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    for _ in range(101):
        world.add_connection()

    assert [100, 1] == [len(page) for page in pages(client.describe_connections, "connections", maxResults=1000)]


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("list_virtual_interface_routes", "routes"),
        ("describe_direct_connect_gateway_attachments", "directConnectGatewayAttachments"),
        ("list_resiliency_group_associations", "items"),
    ],
)
def test_other_lists_have_pages_too(
    method: str, key: str, client: DirectConnectClient, world: DirectConnectBackend
) -> None:
    connection = world.add_connection()
    interface = world.add_virtual_interface(connection.id, announces=("10.1.0.0/16", "10.2.0.0/16"))
    gateway_id = interface.direct_connect_gateway_id or ""
    world.add_remote_attachment(gateway_id)
    group = world.add_resiliency_group(connection.id, world.add_connection().id)
    question = {
        "routes": {"virtualInterfaceId": interface.id},
        "directConnectGatewayAttachments": {"directConnectGatewayId": gateway_id},
        "items": {"resiliencyGroupId": group.id},
    }[key]
    first, second = getattr(client, method)(**question)[key]
    world.behaviour = Behaviour(page_size=1)

    assert [[first], [second]] == pages(getattr(client, method), key, **question)


def test_nothing_is_left_out_when_something_vanishes_between_two_pages(
    client: DirectConnectClient, world: DirectConnectBackend, clock: ManualClock
) -> None:
    connection = world.add_connection()
    ids = [world.add_virtual_interface(connection.id, state=state).id for state in ("deleted", "available", "down")]
    first = client.describe_virtual_interfaces(maxResults=2)
    clock.advance(minutes=15)

    second = client.describe_virtual_interfaces(maxResults=2, nextToken=first["nextToken"])

    assert ids[2:] == [one["virtualInterfaceId"] for one in second["virtualInterfaces"]]


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("2", id="a number"),
        pytest.param("not a token", id="words"),
        pytest.param("eyJhIjogMX0=", id="another server's token"),
        pytest.param(None, id="the token of another question"),
    ],
)
def test_a_token_that_is_refused(token: str | None, client: DirectConnectClient, world: DirectConnectBackend) -> None:
    world.add_connection()
    world.add_connection()
    first = client.describe_connections(maxResults=1)
    of_another = {"nextToken": first["nextToken"], "connectionId": connection_ids(client)[0]}

    assert "nextToken" in refusal(client.describe_connections, **({"nextToken": token} if token else of_another))
