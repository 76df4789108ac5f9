"""Called again, by anything and at any time, a step does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from decommission.errors import DirectConnectBusyError
from sandbox.directconnect import THROTTLED, AnswerLost, Behaviour, Delay, ManualClock
from tests.driver import REQUEST, Neighbours, asked, drive, new_step, new_world, take, totals_in
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend, Fault

INTERFACE_IDS: Final = [f"dxvif-aaaaaaa{number}" for number in range(5)]
SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, *["private"] * 5, behaviour=SLOW)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param({}, "COMPLETED", id="completed"),
        pytest.param({"dryRun": True}, "PLANNED", id="planned"),
        pytest.param({"planDigest": "0" * 64}, "BLOCKED", id="blocked"),
        pytest.param({"patienceMinutes": 1}, "TIMED_OUT", id="timed out"),
    ],
)
def test_a_run_that_has_ended_stays_as_it_is(
    request_: JSON, expected: str, clock: ManualClock, world: DirectConnectBackend
) -> None:
    ended = drive(new_step(world), REQUEST | request_, clock)[-1]
    assert expected == ended["phase"]
    world.calls.clear()
    clock.advance(minutes=24 * 60)

    assert ended == take(new_step(world), ended)
    assert [] == world.calls


def test_a_run_that_ended_before_it_had_a_plan_stays_as_it_is(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.connections.clear()
    (ended,) = drive(new_step(world), REQUEST, clock)
    assert ("BLOCKED", None, None) == (ended["phase"], ended["plan"], ended["connection"])
    world.calls.clear()

    assert ended == take(new_step(world), ended)
    assert [] == world.calls


@pytest.mark.parametrize("used", [False, True], ids=["second result discarded", "second result used"])
def test_every_event_may_come_twice(
    used: bool,  # noqa: FBT001  # a column of the table
    clock: ManualClock,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    around = Neighbours()
    step = new_step(world, neighbours=around)
    event: JSON = dict(REQUEST)
    while event.get("phase", "DELETING").startswith("DELETING"):
        first, second = take(step, event), take(step, event)
        event = second if used else first
        clock.advance(seconds=event["waitSeconds"])

    assert "COMPLETED" == event["phase"]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
    totals = totals_in(capsys.readouterr().out)
    assert (5, 1) == (totals["VirtualInterfaceDeleteRequested"], totals["ConnectionDeleteRequested"])
    assert ("COMPLETED", 1) == (around.report()["phase"], totals["DecommissionCompleted"])


def test_an_event_of_long_ago_does_no_harm(clock: ManualClock, world: DirectConnectBackend) -> None:
    step = new_step(world)
    results = drive(step, REQUEST, clock)

    for event in [REQUEST, *results]:
        assert "COMPLETED" == take(step, event)["phase"]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


@pytest.mark.parametrize(
    ("fault", "effective"),
    [
        pytest.param(THROTTLED, 2, id="throttled"),
        pytest.param(AnswerLost(), 3, id="answer lost"),
        pytest.param(AnswerLost(connection_breaks=True), 3, id="connection broken"),
    ],
)
def test_a_step_that_breaks_off_goes_on_where_it_was(
    fault: Fault,
    effective: int,
    clock: ManualClock,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail_the_third(_: object) -> None:
        if len(asked(world)) == 3:
            world.before.clear()
            world.faults.add("DeleteVirtualInterface", fault)

    world.before["DeleteVirtualInterface"] = fail_the_third
    step = new_step(world)
    planned = take(step, REQUEST)
    capsys.readouterr()

    with pytest.raises(DirectConnectBusyError, match="directconnect:DeleteVirtualInterface"):
        take(step, planned)
    assert INTERFACE_IDS[:3] == asked(world)
    assert {"VirtualInterfaceDeleteRequested": 2} == totals_in(capsys.readouterr().out)

    world.calls.clear()
    take(step, planned)
    assert INTERFACE_IDS[effective:] == asked(world), "what is on its way is not asked for again"
    assert 5 - effective == totals_in(capsys.readouterr().out)["VirtualInterfaceDeleteRequested"]
    assert "COMPLETED" == drive(step, planned, clock)[-1]["phase"]


def test_what_appears_after_a_step_broke_off_blocks_the_run(clock: ManualClock, world: DirectConnectBackend) -> None:
    step = new_step(world)
    planned = take(step, REQUEST)
    world.faults.add("DeleteVirtualInterface", THROTTLED)
    with pytest.raises(DirectConnectBusyError):
        take(step, planned)
    world.add_virtual_interface(CONNECTION_ID, "dxvif-late1234")

    last = drive(step, planned, clock)[-1]

    assert "BLOCKED" == last["phase"]
    assert "dxvif-late1234" in last["reason"]
    assert "dxvif-late1234" not in asked(world)


def test_the_first_step_deletes_nothing(world: DirectConnectBackend) -> None:
    result = take(new_step(world), REQUEST)

    assert ("DELETING_VIRTUAL_INTERFACES", 1) == (result["phase"], result["waitSeconds"])
    assert "the plan is made" in result["reason"]
    assert [] == asked(world)


def test_two_runs_side_by_side_share_the_work(clock: ManualClock, world: DirectConnectBackend) -> None:
    step = new_step(world)
    events: list[Any] = [REQUEST, REQUEST]
    while any(event.get("phase", "DELETING").startswith("DELETING") for event in events):
        events = [take(step, event) for event in events]
        clock.advance(seconds=10)

    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
