"""A clock that stands still, services in which nothing is in the way, and a connection with three interfaces."""

import pytest

from sandbox.directconnect import DirectConnectBackend, ManualClock
from tests.step import worlds
from tests.support.driver import Around, new_world


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def around() -> Around:
    return Around()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    """Return a connection whose interfaces have no gateway."""
    return new_world(clock, "private", "public", "transit")


@pytest.fixture
def routed(clock: ManualClock) -> DirectConnectBackend:
    return worlds.routed(clock)


@pytest.fixture
def member(clock: ManualClock) -> DirectConnectBackend:
    return worlds.member(clock)
