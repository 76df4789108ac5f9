"""How many calls a step makes: a full connection costs hardly more than an empty one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from sandbox.directconnect import ManualClock
from tests.driver import DELETES, REQUEST, Neighbours, new_step, new_world, take
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from sandbox.directconnect import DirectConnectBackend

# What a dedicated connection, or a LAG, can carry.
MOST_INTERFACES: Final = 51
MOST_CALLS: Final = 12
LOOK: Final = {"DescribeConnections": 1, "DescribeVirtualInterfaces": 1}
SURVEY: Final = LOOK | {
    "DescribeVirtualInterfaces": 2,
    "DescribeHostedConnections": 1,
    "DescribeDirectConnectGateways": 1,
    "DescribeLoa": 1,
    "GetCallerIdentity": 1,
    "GetMetricData": 1,
    "PutObject": 2,
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def around() -> Neighbours:
    return Neighbours()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, *["private"] * 10)


def fill(world: DirectConnectBackend, parent_id: str) -> None:
    """Let there be as many interfaces as there can be, and another connection that uses the same gateway."""
    for _ in range(MOST_INTERFACES - len(world.virtual_interfaces)):
        world.add_virtual_interface(parent_id)
    world.add_virtual_interface(world.add_connection().id)


def calls(world: DirectConnectBackend, around: Neighbours) -> Counter[str]:
    """Count every call to every service, and forget them; deletions apart."""
    others = (around.cloudwatch.calls, around.sts.calls, around.s3.calls)
    names = [call.operation for call in world.calls] + [name for made in others for name, _ in made]
    for made in (world.calls, *others):
        made.clear()
    return Counter(name for name in names if name not in DELETES)


def test_a_run_of_a_full_connection(clock: ManualClock, around: Neighbours, world: DirectConnectBackend) -> None:
    fill(world, CONNECTION_ID)
    step = new_step(world, neighbours=around)

    result = take(step, REQUEST)
    first = calls(world, around)
    later = []
    while result["phase"].startswith("DELETING"):
        clock.advance(seconds=result["waitSeconds"])
        result = take(step, result)
        later.append(calls(world, around))

    assert "COMPLETED" == result["phase"]
    assert SURVEY == first
    assert MOST_CALLS >= first.total()
    *before, last = later
    assert [LOOK] * len(before) == before
    assert LOOK | {"PutObject": 1} == last


def test_the_first_step_of_a_full_lag(clock: ManualClock, around: Neighbours) -> None:
    world = new_world(clock)
    lag = world.add_lag()
    world.connections[CONNECTION_ID].lag_id = lag.id
    fill(world, lag.id)

    take(new_step(world, neighbours=around), REQUEST | {"dryRun": True})

    made = calls(world, around)
    # One of them is the report, with which a dry run ends.
    assert SURVEY | {"DescribeVirtualInterfaces": 3, "DescribeLags": 1, "PutObject": 3} == made
    assert MOST_CALLS >= made.total() - 1


@pytest.mark.parametrize("tests", [1, 3])
def test_each_interface_under_test_costs_a_call(tests: int, around: Neighbours, world: DirectConnectBackend) -> None:
    for number in range(tests):
        world.virtual_interfaces[f"dxvif-aaaaaaa{number}"].state = "testing"

    take(new_step(world, neighbours=around), REQUEST)

    assert tests == calls(world, around)["ListVirtualInterfaceTestHistory"]


def test_a_connection_that_is_not_there_costs_no_survey(around: Neighbours, world: DirectConnectBackend) -> None:
    world.connections.clear()
    world.virtual_interfaces.clear()

    take(new_step(world, neighbours=around), REQUEST)

    assert {
        "DescribeConnections": 2,
        "DescribeVirtualInterfaces": 1,
        "DescribeInterconnects": 1,
        "PutObject": 1,
    } == calls(world, around)


def test_a_run_that_has_ended_costs_nothing(around: Neighbours, world: DirectConnectBackend) -> None:
    step = new_step(world, neighbours=around)
    ended = take(step, REQUEST | {"dryRun": True})
    calls(world, around)

    take(step, ended)

    assert {} == calls(world, around)
