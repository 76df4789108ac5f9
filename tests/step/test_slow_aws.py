"""A slow AWS: no step deletes later than ten seconds after its look, and no accepted call is lost."""

import math
from collections.abc import Mapping
from typing import Any, Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock, Reset, Slow
from sandbox.directconnect.faults import THROTTLED, Fault
from tests.step.worlds import INTERFACE_IDS, run, slow_down
from tests.support.driver import DELETES, REQUEST, Around, asked, is_under_way, new_step, new_world, take
from tests.support.strategies import CONNECTION_ID

# What a dedicated connection can carry.
MOST_INTERFACES: Final = 51


def interface_ids(result: JSON) -> list[str]:
    return [call["resourceId"] for call in result["calls"]]


@pytest.mark.parametrize(
    ("seconds", "calls"),
    [
        pytest.param(0.5, 21, id="half a second"),
        pytest.param(5, 3, id="five seconds"),
        pytest.param(6, 2, id="six seconds"),
        pytest.param(10, 2, id="ten seconds: the second call begins in time"),
        pytest.param(11, 1, id="eleven seconds"),
        pytest.param(120, 1, id="two minutes"),
    ],
)
def test_each_step_stops_after_ten_seconds(seconds: float, calls: int, clock: ManualClock) -> None:
    world = new_world(
        clock, *["private"] * MOST_INTERFACES, behaviour=Behaviour(virtual_interface_deletion=Delay(seconds=86_400))
    )
    world.faults.add("DeleteVirtualInterface", Slow(seconds), math.inf)
    step = new_step(world)
    result = take(step, REQUEST)
    made = 0
    while made < MOST_INTERFACES:
        result = take(step, result)
        new = len(asked(world)) - made
        made += new
        assert (min(calls, MOST_INTERFACES - made + new), made) == (new, len(result["calls"]))
        if made < MOST_INTERFACES:
            assert 1 == result["waitSeconds"]
            assert f"left to the next step: {MOST_INTERFACES - made}" in result["reason"]
        else:
            assert result["waitSeconds"] >= 10
        clock.advance(seconds=result["waitSeconds"])

    assert asked(world) == interface_ids(result)
    assert MOST_INTERFACES == len(set(asked(world)))


def test_a_deletion_that_takes_minutes_is_in_the_result(world: DirectConnectBackend) -> None:
    slow_down(world, seconds=600)
    step = new_step(world)

    result = take(step, take(step, REQUEST))

    assert [INTERFACE_IDS[0]] == interface_ids(result) == asked(world)


@pytest.mark.parametrize("seconds", [9, 59, 61, 300])
@pytest.mark.parametrize("operation", ["DescribeLags", "DescribeHostedConnections", "ListResiliencyGroups"])
def test_a_slow_survey(operation: str, seconds: float, world: DirectConnectBackend) -> None:
    """A survey may take long: its age counts from its end."""
    world.faults.add(operation, Slow(seconds), math.inf)

    assert "COMPLETED" == run(world)[-1]["phase"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(10, 3), (11, 0), (61, 0)], ids=["in time", "too late", "much too late"]
)
def test_a_slow_record_makes_the_look_too_old(
    seconds: float, expected: int, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    around.s3.clock = clock
    step = new_step(world, around=around)
    planned = take(step, REQUEST)
    around.s3.faults.add("PutObject", Slow(seconds))

    result = take(step, planned)

    assert expected == len(asked(world)) == len(result["calls"])
    if not expected:
        assert "the look was too old to delete by" in result["reason"]
        assert 10 <= result["waitSeconds"]
    assert "COMPLETED" == run(world, result, around)[-1]["phase"]


def test_a_record_that_stays_slow_until_the_deadline(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    around.s3.clock = clock
    around.s3.faults.add("PutObject", Slow(11), math.inf)

    last = run(world, REQUEST | {"patienceMinutes": 60}, around)[-1]

    assert ("TIMED_OUT", []) == (last["phase"], asked(world))


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_a_slow_look(operation: str, world: DirectConnectBackend) -> None:
    """A look of eight seconds is not older than ten seconds at the first deletion."""
    world.faults.add(operation, Slow(8), math.inf)

    assert "COMPLETED" == run(world)[-1]["phase"]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_the_age_of_the_look_at_each_deletion(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    """Every call takes four seconds, so the third deletion comes eight seconds after the look."""
    looked_at = clock()
    ages: list[float] = []

    def begin(operation: str, _parameters: object) -> None:
        if operation in DELETES:
            ages.append((clock() - looked_at).total_seconds())
        clock.advance(seconds=4)

    def end(operation: str, parameters: Mapping[str, Any]) -> None:
        nonlocal looked_at
        if operation == "DescribeVirtualInterfaces" and parameters.get("connectionId") == CONNECTION_ID:
            looked_at = clock()

    world.before_each, world.after_each = begin, end

    last = run(world, around=around)[-1]

    assert "COMPLETED" == last["phase"]
    assert [0, 4, 8, 0] == ages


@pytest.mark.parametrize("minutes", [30, 31, 60])
def test_the_deadline_passes_between_two_deletes(
    minutes: int, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """The step deletes nothing after the deadline, even if the step itself has time left."""
    world.before["DeleteVirtualInterface"] = lambda _: clock.advance(seconds=minutes * 60)
    step = new_step(world, around=around)
    result = take(step, take(step, REQUEST | {"patienceMinutes": minutes}))

    last = take(step, result)

    assert (True, [INTERFACE_IDS[0]], "TIMED_OUT") == (is_under_way(result), asked(world), last["phase"])


@pytest.mark.parametrize("seconds_left", [0, 3, 4, 8])
def test_the_deadline_passes_in_the_middle_of_a_step(
    seconds_left: int, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    slow_down(world, seconds=4)
    step = new_step(world, around=around)
    started = clock()
    first = take(step, take(step, REQUEST | {"patienceMinutes": 30}))
    assert 3 == len(asked(world))
    for one in world.virtual_interfaces.values():
        one.state = "available"
    world.calls.clear()
    clock.advance(seconds=30 * 60 - (clock() - started).total_seconds() - seconds_left)

    result = take(step, first)

    # Each deletion takes four seconds, and the deadline itself is too late.
    assert math.ceil(seconds_left / 4) == len(asked(world))
    clock.advance(seconds=max(result["waitSeconds"], 8))
    assert "TIMED_OUT" == (result if result["phase"] == "TIMED_OUT" else take(step, result))["phase"]


@pytest.mark.parametrize(("seconds", "fault"), [(25, Reset()), (0, THROTTLED)], ids=["hangs", "throttled"])
def test_one_interface_that_never_answers_holds_up_no_other(
    seconds: float, fault: Fault, clock: ManualClock, world: DirectConnectBackend
) -> None:
    def strike(parameters: Mapping[str, Any]) -> None:
        if parameters["virtualInterfaceId"] == INTERFACE_IDS[0]:
            clock.advance(seconds=seconds)
            world.faults.add("DeleteVirtualInterface", fault)

    world.before["DeleteVirtualInterface"] = strike
    results = run(world, REQUEST | {"patienceMinutes": 30})
    assert "TIMED_OUT" == results[-1]["phase"]
    assert {"deleted"} == {world.virtual_interfaces[id_].state for id_ in INTERFACE_IDS[1:]}
    # Only a step that got on is followed at once.
    assert len(results) < 120
