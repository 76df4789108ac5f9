"""A world with one connection and one interface; ``client`` runs a test over HTTP and in this process."""

from collections.abc import Callable

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import DirectConnectBackend, ManualClock
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    return direct_connect_backend


@pytest.fixture
def client(either_client: DirectConnectClient) -> DirectConnectClient:
    return either_client


@pytest.fixture
def clock(direct_connect_clock: ManualClock) -> ManualClock:
    return direct_connect_clock


@pytest.fixture
def connection(world: DirectConnectBackend) -> Connection:
    return world.add_connection()


@pytest.fixture
def interface(world: DirectConnectBackend, connection: Connection) -> VirtualInterface:
    return world.add_virtual_interface(connection.id)


@pytest.fixture
def bodies(direct_connect_client: DirectConnectClient) -> list[bytes]:
    """Return the list of bodies that the client over HTTP has received so far."""
    received: list[bytes] = []
    direct_connect_client.meta.events.register("before-parse.directconnect.*", _noting(received))
    return received


def _noting(received: list[bytes]) -> Callable[..., None]:
    return lambda response_dict, **_: received.append(response_dict["body"])
