"""A run whose end was recorded has ended so, whatever a step that is repeated finds now."""

import pytest

from decommission.errors import AwsBusyError
from sandbox.directconnect import AnswerLost, DirectConnectBackend, ManualClock
from tests.step.worlds import run
from tests.support.driver import PROTECTED, REQUEST, Around, asked, new_step, take
from tests.support.strategies import CONNECTION_ID


def protect(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags |= PROTECTED


def release(world: DirectConnectBackend) -> None:
    for key in PROTECTED:
        del world.connections[CONNECTION_ID].tags[key]


@pytest.mark.parametrize("interfaces_are_gone", [False, True], ids=["before any deletion", "before the last"])
def test_a_blocked_run_does_not_go_on_when_its_last_result_was_lost(
    *, interfaces_are_gone: bool, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    step = new_step(world, around=around)
    event = take(step, REQUEST)
    if interfaces_are_gone:
        event = take(step, event)
        for v in world.virtual_interfaces.values():
            v.state = "deleted"
    before = asked(world)
    protect(world)
    lost = take(step, event)
    assert "BLOCKED" == lost["phase"]
    release(world)
    clock.advance(seconds=60)

    assert [lost] == run(world, event, around)
    assert before == asked(world)
    assert "BLOCKED" == around.report()["phase"]


def test_a_blocked_run_does_not_go_on_when_the_answer_to_its_report_was_lost(
    around: Around, world: DirectConnectBackend
) -> None:
    step = new_step(world, around=around)
    event = take(step, REQUEST)
    protect(world)
    around.s3.faults.add("PutObject", AnswerLost())
    with pytest.raises(AwsBusyError):
        take(step, event)
    release(world)

    assert "BLOCKED" == run(world, event, around)[-1]["phase"]
    assert [] == asked(world)


def test_a_run_that_timed_out_stays_so(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    """The connection has vanished in the meantime, but people were told that it had not."""
    step = new_step(world, around=around)
    event = take(step, REQUEST)
    clock.advance(seconds=1 + 60 * event["request"]["patienceMinutes"])
    lost = take(step, event)
    world.connections[CONNECTION_ID].state = "deleted"
    for v in world.virtual_interfaces.values():
        v.state = "deleted"

    assert "TIMED_OUT" == lost["phase"]
    assert lost == take(step, event)


def test_another_run_of_the_same_connection_is_not_stopped_by_the_end_of_one(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    protect(world)
    assert "BLOCKED" == run(world, REQUEST, around)[-1]["phase"]
    release(world)
    clock.advance(seconds=1)

    assert "COMPLETED" == run(world, REQUEST, around)[-1]["phase"]
