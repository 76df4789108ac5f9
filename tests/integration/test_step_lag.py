"""A member of a LAG leaves it before it is deleted, and what belongs to the LAG stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from decommission.errors import DirectConnectBusyError, DirectConnectDeniedError
from sandbox.directconnect import THROTTLED, AccessDenied, AnswerLost, Behaviour, Delay, InProcessClient, ManualClock
from tests.driver import (
    REQUEST,
    Neighbours,
    asked,
    changes,
    drive,
    drive_patiently,
    new_step,
    new_world,
    overriding,
    take,
)
from tests.strategies import CONNECTION_ID, LAG_ID

if TYPE_CHECKING:
    from sandbox.directconnect import DirectConnectBackend, Fault

OTHER_IDS: Final = ["dxcon-member02", "dxcon-member03"]
INTERFACE_IDS: Final = ["dxvif-ofthelag1", "dxvif-ofthelag2"]
LEAVES_AND_GOES: Final = ["DisassociateConnectionFromLag", "DeleteConnection"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    """Build a LAG of three links that needs one, and that carries nothing."""
    world = new_world(clock, behaviour=Behaviour(transitioning=Delay(looks=0)))
    world.add_lag(LAG_ID, minimum_links=1)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    for id_ in OTHER_IDS:
        world.add_connection(id_, lag_id=LAG_ID)
    return world


def standing(world: DirectConnectBackend) -> list[str]:
    """List what is as it was."""
    things = [*world.lags.values(), *world.connections.values(), *world.virtual_interfaces.values()]
    return [thing.id for thing in things if thing.state == "available"]


def test_a_member_leaves_and_is_deleted(clock: ManualClock, world: DirectConnectBackend) -> None:
    _, first, *_, last = drive(new_step(world), REQUEST, clock)

    assert ("DELETING_CONNECTION", LAG_ID) == (first["phase"], first["plan"]["lagId"])
    assert LAG_ID in first["reason"]
    assert LEAVES_AND_GOES == changes(world)
    assert ["DISASSOCIATE_FROM_LAG", "DELETE_CONNECTION"] == [deletion["action"] for deletion in last["deletions"]]
    assert "COMPLETED" == last["phase"]
    assert [LAG_ID, *OTHER_IDS] == standing(world)


@pytest.mark.parametrize("delay", [Delay(seconds=120), Delay(looks=5), Delay(seconds=120, looks=5)], ids=str)
def test_the_transition_is_waited_out(delay: Delay, clock: ManualClock, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(transitioning=delay)
    step = new_step(world)

    first = take(step, take(step, REQUEST))
    with pytest.raises(DirectConnectBusyError, match="is in a transitioning state"):
        take(step, first)
    last = drive_patiently(step, first, clock)[-1]

    assert ("COMPLETED", "deleted") == (last["phase"], world.connections[CONNECTION_ID].state)
    assert 1 == changes(world).count("DisassociateConnectionFromLag")
    assert [LAG_ID, *OTHER_IDS] == standing(world)


@pytest.mark.parametrize("listed", [False, True], ids=["lists its own", "lists the LAG's"])
class TestWithInterfaces:
    @pytest.fixture
    def world(self, listed: bool, world: DirectConnectBackend) -> DirectConnectBackend:  # noqa: FBT001  # a column
        world.behaviour = Behaviour(member_lists_lag_interfaces=listed, transitioning=Delay(looks=1))
        for id_ in INTERFACE_IDS:
            world.add_virtual_interface(LAG_ID, id_)
        return world

    def test_the_member_is_left_alone(self, clock: ManualClock, world: DirectConnectBackend) -> None:
        (result,) = drive(new_step(world), REQUEST, clock)

        assert ("BLOCKED", []) == (result["phase"], result["plan"]["virtualInterfaces"])
        assert {"lag": "BLOCK"} == {v["guard"]: v["outcome"] for v in result["guards"] if v["outcome"] != "PASS"}
        assert INTERFACE_IDS == [id_ for id_ in INTERFACE_IDS if id_ in result["reason"]]
        assert [] == changes(world)

    def test_who_overrides_that_loses_the_member_and_no_interface(
        self, clock: ManualClock, world: DirectConnectBackend
    ) -> None:
        around = Neighbours()

        last = drive_patiently(new_step(world, neighbours=around), overriding("lag"), clock)[-1]

        assert "COMPLETED" == last["phase"]
        assert {*LEAVES_AND_GOES} == {*changes(world)}
        assert {CONNECTION_ID} == {*asked(world)}
        assert [LAG_ID, *OTHER_IDS, *INTERFACE_IDS] == standing(world)
        assert ([CONNECTION_ID], []) == (around.report()["deleted"], around.report()["alreadyGone"])


def test_a_lag_keeps_the_links_that_it_needs(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.lags[LAG_ID].minimum_links = 3

    (result,) = drive(new_step(world), REQUEST, clock)

    assert "BLOCKED" == result["phase"]
    assert "2 of the 3 links" in result["reason"]
    assert [] == changes(world)


def test_who_overrides_that_waits_until_aws_agrees(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.lags[LAG_ID].minimum_links = 3
    step = new_step(world)

    first = take(step, overriding("lag"))
    clock.advance(seconds=60)
    second = take(step, first)
    assert {"DELETING_CONNECTION"} == {result["phase"] for result in (first, second)}
    assert f"AWS refused for {CONNECTION_ID}: Lag {LAG_ID} would fall below its minimum" in second["reason"]
    assert [] == asked(world)

    InProcessClient(world).update_lag(lagId=LAG_ID, minimumLinks=1)
    assert "COMPLETED" == drive_patiently(step, second, clock)[-1]["phase"]


def test_the_last_member_may_leave(clock: ManualClock, world: DirectConnectBackend) -> None:
    for id_ in OTHER_IDS:
        del world.connections[id_]

    assert "COMPLETED" == drive_patiently(new_step(world), REQUEST, clock)[-1]["phase"]
    assert [LAG_ID] == standing(world)


def test_a_protected_lag_protects_its_members(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.lags[LAG_ID].tags["decommission"] = "protected"

    (result,) = drive(new_step(world), REQUEST, clock)

    assert "BLOCKED" == result["phase"]
    assert f"protects {LAG_ID}" in result["reason"]
    assert [] == changes(world)


@pytest.mark.parametrize("before", [None, "dxlag-before01"], ids=["from none", "from another"])
def test_a_connection_that_joins_a_lag_on_the_way_is_left_alone(before: str | None, clock: ManualClock) -> None:
    """Its interfaces are then the LAG's, and look like gone: to go on would cut the capacity of the LAG."""
    slow = Behaviour(virtual_interface_deletion=Delay(seconds=300), transitioning=Delay(looks=0))
    world = new_world(clock, "private", "public", behaviour=slow)
    if before:
        world.connections[CONNECTION_ID].lag_id = world.add_lag(before).id
    step = new_step(world)
    first = take(step, REQUEST)
    world.add_lag(LAG_ID)
    InProcessClient(world).associate_connection_with_lag(connectionId=CONNECTION_ID, lagId=LAG_ID)
    done = changes(world)
    clock.advance(minutes=10)

    (result,) = drive(step, first, clock)

    assert "BLOCKED" == result["phase"]
    assert LAG_ID in result["reason"]
    assert done == changes(world)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(THROTTLED, DirectConnectBusyError, id="throttled"),
        pytest.param(AnswerLost(), DirectConnectBusyError, id="answer lost"),
        pytest.param(AccessDenied(), DirectConnectDeniedError, id="denied"),
    ],
)
def test_a_step_that_cannot_take_it_out_fails_and_is_repeated(
    fault: Fault, error: type[Exception], clock: ManualClock, world: DirectConnectBackend
) -> None:
    world.faults.add("DisassociateConnectionFromLag", fault)
    step = new_step(world)
    planned = take(step, REQUEST)

    with pytest.raises(error, match="directconnect:DisassociateConnectionFromLag"):
        take(step, planned)
    assert [] == asked(world)
    assert "COMPLETED" == drive_patiently(step, planned, clock)[-1]["phase"]
