"""Two runs at the same time never take the last path of a gateway, or the last link of a LAG, together."""

from itertools import permutations
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, MEMBER_IDS, OTHER_ID, OTHER_INTERFACE_ID, run
from tests.support.driver import (
    APPROVED,
    REQUEST,
    Around,
    asked,
    blocked_by,
    changes,
    is_under_way,
    new_step,
    override,
    take,
    totals_in,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

OTHER: Final[JSON] = {"connectionId": OTHER_ID}


def drive_both(
    world: DirectConnectBackend, clock: ManualClock, *events: JSON, around: Around | None = None
) -> list[JSON]:
    """Take a step of each run in turn until all have ended."""
    step = new_step(world, around=around or Around())
    runs = list(events)
    for _ in range(200):
        for number, event in enumerate(runs):
            if is_under_way(event):
                runs[number] = take(step, event)
            clock.advance(seconds=2)
        if not any(map(is_under_way, runs)):
            return runs
        clock.advance(seconds=10)
    raise AssertionError("no end")


@pytest.mark.parametrize(
    "order", list(permutations([(CONNECTION_ID, INTERFACE_IDS[0]), (OTHER_ID, OTHER_INTERFACE_ID)]))
)
def test_one_path_is_deleted_if_an_override_names_it(order: tuple[tuple[str, str], ...], clock: ManualClock) -> None:
    world = worlds.with_one_path_each(clock)
    (named, interface_id), (other, _) = order

    results = drive_both(
        world,
        clock,
        {"connectionId": named, "overrides": [override("redundancy", interface_id)]},
        {"connectionId": other},
    )

    assert ["COMPLETED", "BLOCKED"] == [one["phase"] for one in results]
    assert [interface_id, named] == asked(world)


def test_approving_the_other_connection_after_the_plan_stops_both(clock: ManualClock) -> None:
    world = worlds.with_one_path_each(clock)
    world.connections[OTHER_ID].tags.clear()
    step = new_step(world)
    planned = take(step, REQUEST)
    world.connections[OTHER_ID].tags.update(APPROVED)

    results = drive_both(world, clock, planned, OTHER)

    assert [("BLOCKED", ["redundancy"])] * 2 == [(one["phase"], blocked_by(one)) for one in results]
    assert [] == changes(world)


@pytest.fixture
def pair(clock: ManualClock, member: DirectConnectBackend) -> DirectConnectBackend:
    """Return a LAG of two links, both approved, that needs one."""
    assert member.clock is clock
    del member.connections[MEMBER_IDS[1]]
    member.connections[MEMBER_IDS[0]].tags.update(APPROVED)
    return member


def test_both_members_of_a_lag_that_needs_one_stay(clock: ManualClock, pair: DirectConnectBackend) -> None:
    results = drive_both(pair, clock, REQUEST, {"connectionId": MEMBER_IDS[0]})

    assert [("BLOCKED", ["lag"])] * 2 == [(one["phase"], blocked_by(one)) for one in results]
    assert [] == changes(pair)


@pytest.mark.parametrize("minimum_links", [0, 1])
def test_a_lag_with_interfaces_keeps_a_link(minimum_links: int, clock: ManualClock, pair: DirectConnectBackend) -> None:
    """An override that names only the LAG does not cover its last link, without which its interfaces go down."""
    pair.lags[LAG_ID].minimum_links = minimum_links
    pair.add_virtual_interface(LAG_ID, OTHER_INTERFACE_ID, direct_connect_gateway_id="")
    consent = {"overrides": [override("lag", LAG_ID)]}

    results = drive_both(pair, clock, REQUEST | consent, {"connectionId": MEMBER_IDS[0]} | consent)

    assert [("BLOCKED", ["lag"])] * 2 == [(one["phase"], blocked_by(one)) for one in results]
    assert [] == changes(pair)


def test_the_last_link_is_deleted_if_every_interface_of_the_lag_is_named(
    clock: ManualClock, pair: DirectConnectBackend
) -> None:
    pair.lags[LAG_ID].minimum_links = 0
    pair.add_virtual_interface(LAG_ID, OTHER_INTERFACE_ID, direct_connect_gateway_id="")
    consent = {"overrides": [override("lag", LAG_ID, OTHER_INTERFACE_ID)]}

    results = drive_both(pair, clock, REQUEST | consent, {"connectionId": MEMBER_IDS[0]} | consent)

    assert ["COMPLETED", "COMPLETED"] == [one["phase"] for one in results]
    assert "available" == pair.virtual_interfaces[OTHER_INTERFACE_ID].state


def test_two_runs_of_one_connection(
    clock: ManualClock, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))

    results = drive_both(world, clock, REQUEST, REQUEST, around=around)

    assert ["COMPLETED", "COMPLETED"] == [one["phase"] for one in results]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
    totals = totals_in(capsys.readouterr().out)
    assert {"VirtualInterfaceDeleted": 3, "ConnectionDeleted": 1, "DecommissionCompleted": 2} == {
        name: totals[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    }


@pytest.mark.parametrize("number", range(1, 17))
@pytest.mark.parametrize(
    "refused", [False, True], ids=["a repeated delete is accepted", "a repeated delete is refused"]
)
def test_two_deleting_steps_at_the_same_moment(
    *, refused: bool, number: int, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run takes a whole step right before the call of this number of the first run."""
    world.behaviour = Behaviour(repeated_delete_refused=refused, virtual_interface_deletion=Delay(seconds=60))
    planned = take(new_step(world), REQUEST)
    results: list[JSON] = []
    left = number

    def interrupt(_operation: str, _parameters: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            results.append(take(new_step(world), planned))

    world.before_each = interrupt
    results.append(take(new_step(world), planned))

    assert ["DELETING_VIRTUAL_INTERFACES"] * 2 == [one["phase"] for one in results]
    accepted = [call for one in results for call in one["calls"] if call["outcome"] == "ACCEPTED"]
    assert {*INTERFACE_IDS} == {call["resourceId"] for call in accepted}
    # Unless AWS refuses a second delete, its answer is that of the first.
    assert (3 if refused else len(asked(world))) == len(accepted)
    assert len(accepted) == totals_in(capsys.readouterr().out)["VirtualInterfaceDeleteRequested"]
    assert "COMPLETED" == run(world, results[0])[-1]["phase"]
