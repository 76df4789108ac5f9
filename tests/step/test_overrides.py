"""An override is consent to what was found about certain ids, up to a limit and until a time; never to more."""

from datetime import timedelta
from typing import Final

import pytest

from decommission.errors import InvalidRequestError
from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, ManualClock, client_error
from sandbox.in_process import Measured
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, run, run_disturbed, slow_down
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


@pytest.mark.parametrize("guard", ["approval", "protection", "ownership", "plan", "billing", "macsec"])
def test_what_cannot_be_overridden(guard: str, world: DirectConnectBackend) -> None:
    with pytest.raises(InvalidRequestError, match=f"overrides.0: guard {guard} cannot be overridden"):
        take(new_step(world), overriding(override(guard, CONNECTION_ID)))
    assert [] == world.calls


@pytest.mark.parametrize(
    ("consents", "uncovered"),
    [
        pytest.param([override("foreign-interfaces", THIRD)], [FIRST, SECOND], id="another"),
        pytest.param([override("foreign-interfaces", FIRST)], [SECOND], id="one of two"),
        pytest.param([override("foreign-interfaces", FIRST, THIRD)], [SECOND], id="one of two, and another"),
        pytest.param([override("foreign-interfaces", FIRST), override("foreign-interfaces", SECOND)], [], id="each"),
        pytest.param([override("foreign-interfaces", FIRST, SECOND)], [], id="both at once"),
    ],
)
def test_it_covers_its_ids(consents: list[JSON], uncovered: list[str], world: DirectConnectBackend) -> None:
    for id_ in (FIRST, SECOND):
        world.virtual_interfaces[id_].owner_account = OTHER_ACCOUNT

    last = run(world, overriding(*consents))[-1]

    outcome, reason = verdict(last, "foreign-interfaces")
    if uncovered:
        assert ("BLOCKED", "BLOCK", []) == (last["phase"], outcome, changes(world))
        assert reason.endswith(f"; the overrides do not cover the findings about {', '.join(uncovered)}")
    else:
        assert "COMPLETED" == last["phase"]


@pytest.mark.parametrize(
    ("consents", "expected"),
    [
        pytest.param([override("traffic", FIRST)], "BLOCKED", id="missing data only"),
        pytest.param([override("traffic", FIRST, upToBps=CARRIED - 1)], "BLOCKED", id="a bit too little"),
        pytest.param([override("traffic", SECOND, upToBps=CARRIED)], "BLOCKED", id="of another interface"),
        pytest.param([override("traffic", CONNECTION_ID, upToBps=CARRIED)], "BLOCKED", id="of the connection"),
        pytest.param([override("traffic", FIRST, upToBps=CARRIED)], "COMPLETED", id="enough"),
        pytest.param(
            [override("traffic", FIRST, upToBps=1), override("traffic", FIRST, upToBps=CARRIED)],
            "COMPLETED",
            id="the larger of two",
        ),
    ],
)
def test_traffic_is_passed_up_to_a_limit(
    consents: list[JSON], expected: str, around: Around, world: DirectConnectBackend
) -> None:
    around.cloudwatch.measured[FIRST] = Measured(ingress=[CARRIED])

    assert expected == run(world, overriding(*consents), around)[-1]["phase"]
    assert (expected == "COMPLETED") == bool(changes(world))


def test_traffic_that_grows_beyond_the_consent_stops_the_run(around: Around, world: DirectConnectBackend) -> None:
    slow_down(world)
    around.cloudwatch.measured[THIRD] = Measured(ingress=[CARRIED])
    request = overriding(override("traffic", THIRD, upToBps=CARRIED))

    def grow() -> None:
        # What was allowed to all of them together, and one more.
        around.cloudwatch.measured[THIRD] = Measured(ingress=[3 * 10_000 + CARRIED + 1])

    result = run_disturbed(world, {2: grow}, request, around=around)

    assert ("BLOCKED", ["traffic"]) == (result["phase"], blocked_by(result))
    assert [FIRST, SECOND] == asked(world)


def test_missing_data_is_passed_without_a_limit(around: Around, world: DirectConnectBackend) -> None:
    around.cloudwatch.measured[FIRST] = Measured(ingress=None, egress=None)

    assert "BLOCKED" == run(world, {"connectionId": CONNECTION_ID}, around)[-1]["phase"]
    assert "COMPLETED" == run(world, overriding(override("traffic", FIRST)), around)[-1]["phase"]


def test_another_finding_of_the_same_guard_is_not_covered(world: DirectConnectBackend) -> None:
    slow_down(world)
    world.virtual_interfaces[FIRST].state = "approving"
    request = overriding(override("state", FIRST)) | {"patienceMinutes": 60}

    def blur() -> None:
        world.virtual_interfaces[THIRD].state = "unknown"

    result = run_disturbed(world, {2: blur}, request)

    assert ("TIMED_OUT", [FIRST, SECOND]) == (result["phase"], asked(world))
    assert f"{THIRD} (transit, VLAN 104, unknown)" in result["reason"]


def test_while_a_state_is_unclear_the_step_only_looks(world: DirectConnectBackend) -> None:
    planned = take(new_step(world), {"connectionId": CONNECTION_ID})
    world.virtual_interfaces[THIRD].state = "unknown"
    world.calls.clear()

    result = take(new_step(world), planned)

    assert ["DescribeConnections", "DescribeVirtualInterfaces"] == [call.operation for call in world.calls]
    assert f"nothing is deleted while the state of {THIRD} is 'unknown'" == result["reason"]
    world.virtual_interfaces[THIRD].state = "available"
    assert "COMPLETED" == run(world, result)[-1]["phase"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(60, "COMPLETED"), (11, "BLOCKED"), (0, "BLOCKED")], ids=["later", "too soon", "now"]
)
def test_the_first_deletion_comes_before_its_end(
    seconds: float, expected: str, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """A step may delete for ten seconds after its look, which is one second after the plan."""
    around.cloudwatch.measured[FIRST] = Measured(ingress=[CARRIED])
    until = (clock() + timedelta(seconds=seconds)).isoformat()

    last = run(world, overriding(override("traffic", FIRST, upToBps=CARRIED, until=until)), around)[-1]

    assert expected == last["phase"]
    assert (expected == "COMPLETED") == bool(changes(world))
    if expected == "BLOCKED":
        assert f"the overrides (the last ends at {until}) do not cover" in verdict(last, "traffic")[1]


def test_once_begun_it_holds(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
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
    """A refused call has changed nothing, so the run has not begun."""
    around.cloudwatch.measured[THIRD] = Measured(ingress=[CARRIED])
    world.faults.add("DeleteVirtualInterface", client_error("Not yet"), times=3)
    until = (clock() + timedelta(seconds=30)).isoformat()
    step = new_step(world, around=around)
    refused = take(step, take(step, overriding(override("traffic", THIRD, upToBps=CARRIED, until=until))))
    clock.advance(minutes=1)

    result = take(step, refused)

    assert ("BLOCKED", ["traffic"]) == (result["phase"], blocked_by(result))
    assert "nothing was deleted by this run" in result["reason"]


def test_one_that_is_not_needed_does_no_harm(world: DirectConnectBackend) -> None:
    request = overriding(override("traffic", FIRST, upToBps=10**9), override("lag", "dxlag-fg5678gh"))

    first, *_, last = run(world, request)

    assert "COMPLETED" == last["phase"]
    for guard in ("traffic", "lag"):
        outcome, reason = verdict(first, guard)
        assert ("PASS", True) == (outcome, reason.endswith("; the override was not needed"))


def test_what_was_overridden_is_still_said_at_the_end(clock: ManualClock, around: Around) -> None:
    """The last verdict about interfaces is that by which the last of them was deleted."""
    world = new_world(clock, "private")
    around.cloudwatch.measured[FIRST] = Measured(ingress=[CARRIED])

    last = run(world, overriding(override("traffic", FIRST, upToBps=CARRIED)), around)[-1]

    assert ("COMPLETED", "OVERRIDDEN") == (last["phase"], verdict(last, "traffic")[0])
    assert "OVERRIDDEN" == verdict(around.report(), "traffic")[0]
