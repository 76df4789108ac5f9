"""Called again, by anything and at any time, a step does no harm."""

from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import (
    SERVER_ERROR,
    THROTTLED,
    AnswerLost,
    Behaviour,
    Delay,
    DirectConnectBackend,
    Fault,
    ManualClock,
    StaleAnswer,
)
from tests.step.worlds import INTERFACE_IDS, before_call, run
from tests.support.driver import MOST_RETRIES, REQUEST, Around, asked, drive, new_step, new_world, take, totals_in
from tests.support.strategies import CONNECTION_ID

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.behaviour = SLOW
    return world


@pytest.mark.parametrize("used", [False, True], ids=["second result discarded", "second result used"])
def test_every_event_may_come_twice(
    *, used: bool, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    step = new_step(world, around=around)
    event: JSON = dict(REQUEST)
    while event.get("phase", "DELETING").startswith("DELETING"):
        event = [take(step, event), take(step, event)][used]
        clock.advance(seconds=event["waitSeconds"])

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (event["phase"], asked(world))
    assert "COMPLETED" == around.report()["phase"]


def test_an_event_of_long_ago_does_no_harm(world: DirectConnectBackend) -> None:
    results = run(world)

    for event in [REQUEST, *results]:
        assert "COMPLETED" == run(world, event)[-1]["phase"]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_same_result_from_each_step_on(number: int, clock: ManualClock, world: DirectConnectBackend) -> None:
    """A redriven execution hands in an old result, and the run goes on from what is there."""
    step = new_step(world)
    old = drive(step, REQUEST, clock, most_steps=100)[number]
    another = new_world(clock, "private", "public", "transit", behaviour=SLOW)
    for id_ in INTERFACE_IDS[:number]:
        another.virtual_interfaces[id_].state = "deleted"

    last = run(another, old)[-1]

    assert ("COMPLETED", [*INTERFACE_IDS[number:], CONNECTION_ID]) == (last["phase"], asked(another))


@pytest.mark.parametrize(
    ("fault", "asked_again"),
    [
        pytest.param(THROTTLED, 1, id="throttled"),
        pytest.param(SERVER_ERROR, 1, id="server error"),
        pytest.param(AnswerLost(), 0, id="answer lost"),
        pytest.param(AnswerLost(connection_breaks=True), 0, id="connection broken"),
    ],
)
def test_a_call_that_failed_is_looked_at_before_it_is_made_again(
    fault: Fault, asked_again: int, world: DirectConnectBackend
) -> None:
    before_call(world, "DeleteVirtualInterface", lambda w: w.faults.add("DeleteVirtualInterface", fault), number=2)

    last = run(world)[-1]

    assert ("COMPLETED", 1 + asked_again) == (last["phase"], asked(world).count(INTERFACE_IDS[1]))
    assert all(1 == times for id_, times in Counter(asked(world)).items() if id_ != INTERFACE_IDS[1])


def test_the_answer_about_the_connection_is_lost(
    around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is gone, and nobody can say by whom: the run had no accepted call."""
    world.faults.add("DeleteConnection", AnswerLost())

    last = run(world, around=around, retries=MOST_RETRIES)[-1]

    assert ("COMPLETED", 1) == (last["phase"], asked(world).count(CONNECTION_ID))
    assert [CONNECTION_ID] == around.report()["goneWithoutThisRun"]
    assert 0 == totals_in(capsys.readouterr().out)["ConnectionDeleted"]


def test_stale_looks_do_no_harm(clock: ManualClock, world: DirectConnectBackend) -> None:
    """Everything is asked for twice, and AWS refuses what is on its way."""
    world.behaviour = Behaviour(repeated_delete_refused=True)
    step = new_step(world)
    event = take(step, REQUEST)
    while event["phase"].startswith("DELETING"):
        clock.advance(seconds=10)
        for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
            world.faults.add(operation, StaleAnswer())
        event = take(step, event)
        clock.advance(seconds=10)
        event = take(step, event)

    assert ("COMPLETED", "deleted") == (event["phase"], world.connections[CONNECTION_ID].state)


def be_available_again(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].state = "available"


@pytest.mark.parametrize("act", [be_available_again])
def test_aws_takes_a_deletion_back(act: Callable[[DirectConnectBackend], None], world: DirectConnectBackend) -> None:
    step = new_step(world)
    begun = take(step, take(step, REQUEST))
    act(world)

    last = run(world, begun)[-1]

    assert ("COMPLETED", 2) == (last["phase"], asked(world).count(INTERFACE_IDS[1]))


def test_the_first_step_is_repeated(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    """Each starts a run of its own, which shares the work."""
    step = new_step(world, around=around)
    first = take(step, REQUEST)
    clock.advance(seconds=3)
    second = take(step, REQUEST)

    runs = [run(world, first, around)[-1], run(world, second, around)[-1]]

    assert ["COMPLETED", "COMPLETED"] == [run["phase"] for run in runs]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
    assert 2 == len([key for key in around.s3.objects if key.endswith("/report.json")])
