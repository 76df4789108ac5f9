"""A step that is repeated, late or given an old event deletes nothing twice and reaches the same end."""

import json
from collections import Counter
from typing import Final

import pytest

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
from tests.support.driver import MOST_RETRIES, REQUEST, SETTINGS, Around, asked, new_step, new_world, take, totals_in
from tests.support.strategies import CONNECTION_ID

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.behaviour = SLOW
    return world


def test_old_events_after_the_end(world: DirectConnectBackend) -> None:
    results = run(world)

    for event in [REQUEST, *results]:
        assert "COMPLETED" == run(world, event)[-1]["phase"]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_a_later_duplicate_names_the_record_of_the_run_that_deleted_it(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    run(world, REQUEST, around)
    (folder,) = {key.rpartition("/")[0] for key in around.s3.objects}
    clock.advance(seconds=3600)
    for _ in range(2):
        (duplicate,) = run(world, REQUEST, around)
        assert ("COMPLETED", True) == (duplicate["phase"], duplicate["alreadyGone"])
        address = f"s3://{SETTINGS.record_bucket}/{folder}/"
        words = "was gone when this run began, so nothing was deleted; the run that deleted it:"
        assert f"{CONNECTION_ID} {words} {address}" == duplicate["reason"]
        reports = [json.loads(body) for key, body in around.s3.objects.items() if key.endswith("/report.json")]
        assert {None, address} == {report["deletedBy"] for report in reports}
        clock.advance(seconds=1)


def test_a_run_that_ended_before_the_connection_was_gone_says_what_to_cancel(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(connection_deletion=Delay(seconds=45 * 60))
    timed_out = run(world, REQUEST | {"patienceMinutes": 30}, around)[-1]
    assert ("TIMED_OUT", "deleting") == (timed_out["phase"], world.connections[CONNECTION_ID].state)
    cross_connect = f"once it is gone, cancel the cross-connect of {CONNECTION_ID} at "
    (line,) = [line for line in around.report()["toDo"] if cross_connect in line]
    assert line.startswith(f"AWS has agreed to delete {CONNECTION_ID}, and goes on with it; ")

    clock.advance(seconds=3600)
    (later,) = run(world, REQUEST, around)

    assert ("COMPLETED", True) == (later["phase"], "; the run that deleted it: s3://" in later["reason"])


def test_a_connection_that_this_application_never_deleted_has_no_such_record(
    around: Around, world: DirectConnectBackend
) -> None:
    run(world, REQUEST | {"dryRun": True}, around)
    world.connections.clear()
    world.virtual_interfaces.clear()
    assert "the run that deleted it" not in run(world, REQUEST, around)[-1]["reason"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_old_result_in_a_world_that_has_moved_on(
    number: int, clock: ManualClock, world: DirectConnectBackend
) -> None:
    """A redriven execution repeats an old result, and the run goes on with what still exists."""
    old = run(world)[number]
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
def test_a_failed_deletion_is_repeated_only_if_it_had_no_effect(
    fault: Fault, asked_again: int, world: DirectConnectBackend
) -> None:
    before_call(world, "DeleteVirtualInterface", lambda w: w.faults.add("DeleteVirtualInterface", fault), number=2)

    last = run(world)[-1]

    assert ("COMPLETED", 1 + asked_again) == (last["phase"], asked(world).count(INTERFACE_IDS[1]))
    assert all(1 == times for id_, times in Counter(asked(world)).items() if id_ != INTERFACE_IDS[1])


def test_the_answer_to_the_deletion_of_the_connection_is_lost(
    around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run had no accepted call, so it does not count the connection as deleted by itself."""
    world.faults.add("DeleteConnection", AnswerLost())

    last = run(world, around=around, retries=MOST_RETRIES)[-1]

    assert ("COMPLETED", 1) == (last["phase"], asked(world).count(CONNECTION_ID))
    assert [CONNECTION_ID] == around.report()["goneWithoutThisRun"]
    assert 0 == totals_in(capsys.readouterr().out)["ConnectionDeleted"]


def test_every_other_step_reads_stale_answers(clock: ManualClock, world: DirectConnectBackend) -> None:
    """Each deletion is requested twice, and AWS refuses the second request."""
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


def test_the_first_step_is_repeated(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    """Each first step starts a run of its own; together they delete everything once."""
    step = new_step(world, around=around)
    first = take(step, REQUEST)
    clock.advance(seconds=3)
    second = take(step, REQUEST)

    runs = [run(world, first, around)[-1], run(world, second, around)[-1]]

    assert ["COMPLETED", "COMPLETED"] == [last["phase"] for last in runs]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
    assert 2 == len([key for key in around.s3.objects if key.endswith("/report.json")])
