"""How long an override holds during a run, and for what."""

from datetime import timedelta
from typing import Final

import pytest

from sandbox.directconnect import DirectConnectBackend, ManualClock, client_error
from sandbox.in_process import Measured
from tests.step.worlds import INTERFACE_IDS, run, run_disturbed, slow_down
from tests.support.driver import (
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    new_world,
    override,
    overriding,
    take,
    verdict,
)
from tests.support.strategies import CONNECTION_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
CARRIED: Final = 50_000


def test_traffic_that_grows_beyond_the_limit_stops_the_run(around: Around, world: DirectConnectBackend) -> None:
    slow_down(world)
    around.cloudwatch.measured[THIRD] = Measured(ingress=[CARRIED])
    request = overriding(override("traffic", THIRD, upToBps=CARRIED))

    def grow() -> None:
        # One more than the thresholds of all three interfaces and the override together.
        around.cloudwatch.measured[THIRD] = Measured(ingress=[3 * 10_000 + CARRIED + 1])

    result = run_disturbed(world, {2: grow}, request, around=around)

    assert ("BLOCKED", ["traffic"]) == (result["phase"], blocked_by(result))
    assert [FIRST, SECOND] == asked(world)


def test_an_override_without_a_limit_covers_missing_data(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    around.cloudwatch.measured[FIRST] = Measured(ingress=None, egress=None)

    assert "BLOCKED" == run(world, {"connectionId": CONNECTION_ID}, around)[-1]["phase"]
    clock.advance(seconds=1)
    assert "COMPLETED" == run(world, overriding(override("traffic", FIRST)), around)[-1]["phase"]


def test_an_override_of_a_state_does_not_cover_another_interface(world: DirectConnectBackend) -> None:
    slow_down(world)
    world.virtual_interfaces[FIRST].state = "approving"
    request = overriding(override("state", FIRST)) | {"patienceMinutes": 60}

    def blur() -> None:
        world.virtual_interfaces[THIRD].state = "unknown"

    result = run_disturbed(world, {2: blur}, request)

    assert ("TIMED_OUT", [FIRST, SECOND]) == (result["phase"], asked(world))
    assert THIRD in result["reason"]


def test_a_step_that_sees_an_unknown_state_only_looks(world: DirectConnectBackend) -> None:
    planned = take(new_step(world), {"connectionId": CONNECTION_ID})
    world.virtual_interfaces[THIRD].state = "unknown"
    world.calls.clear()

    result = take(new_step(world), planned)

    assert ["DescribeConnections", "DescribeVirtualInterfaces"] == [call.operation for call in world.calls]
    assert THIRD in result["reason"]
    world.virtual_interfaces[THIRD].state = "available"
    assert "COMPLETED" == run(world, result)[-1]["phase"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(60, "COMPLETED"), (11, "BLOCKED"), (0, "BLOCKED")], ids=["later", "too soon", "now"]
)
def test_the_first_deletion_must_come_before_the_override_ends(
    seconds: float, expected: str, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """The first step that deletes looks one second after the plan and may delete for ten seconds."""
    around.cloudwatch.measured[FIRST] = Measured(ingress=[CARRIED])
    until = (clock() + timedelta(seconds=seconds)).isoformat()

    last = run(world, overriding(override("traffic", FIRST, upToBps=CARRIED, until=until)), around)[-1]

    assert expected == last["phase"]
    assert (expected == "COMPLETED") == bool(changes(world))


def test_an_override_holds_once_the_run_has_deleted_something(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    around.cloudwatch.measured[THIRD] = Measured(ingress=[900_000.0])
    slow_down(world)
    until = (clock() + timedelta(seconds=30)).isoformat()
    request = overriding(override("traffic", THIRD, upToBps=900_000, until=until))
    step = new_step(world, around=around)
    first = take(step, take(step, request))
    clock.advance(minutes=60)

    assert "COMPLETED" == run(world, first, around)[-1]["phase"]


def test_an_override_that_expires_before_the_run_has_begun_blocks(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """A refused deletion is not the beginning of a run."""
    around.cloudwatch.measured[THIRD] = Measured(ingress=[CARRIED])
    world.faults.add("DeleteVirtualInterface", client_error("Not yet"), times=3)
    until = (clock() + timedelta(seconds=30)).isoformat()
    step = new_step(world, around=around)
    refused = take(step, take(step, overriding(override("traffic", THIRD, upToBps=CARRIED, until=until))))
    clock.advance(minutes=1)

    result = take(step, refused)

    assert ("BLOCKED", ["traffic"]) == (result["phase"], blocked_by(result))


def test_the_last_result_and_the_report_still_show_the_override(clock: ManualClock, around: Around) -> None:
    """The verdicts about interfaces are those from before the last of them was deleted."""
    world = new_world(clock, "private")
    around.cloudwatch.measured[FIRST] = Measured(ingress=[CARRIED])

    last = run(world, overriding(override("traffic", FIRST, upToBps=CARRIED)), around)[-1]

    assert ("COMPLETED", "OVERRIDDEN") == (last["phase"], verdict(last, "traffic")[0])
    assert "OVERRIDDEN" == verdict(around.report(), "traffic")[0]
