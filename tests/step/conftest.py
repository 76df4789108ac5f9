"""A clock that stands still, services in which nothing is in the way, and a connection with three interfaces."""

import pytest

from sandbox.directconnect import DirectConnectBackend, ManualClock
from sandbox.in_process import Alarm
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


@pytest.fixture
def site_alarm(around: Around) -> None:
    """Make the alarm that the requests of ``tests.step.rehearsals`` name."""
    around.cloudwatch.alarms = {"site-a": Alarm()}


@pytest.fixture(params=[False, True], ids=["", "the end that was planned is shown"])
def keeps_end(request: pytest.FixtureRequest) -> bool:
    """Return whether AWS goes on to show the planned end of a test that was stopped; which it does is not known."""
    keeps: bool = request.param
    return keeps
