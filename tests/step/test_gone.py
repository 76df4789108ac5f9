"""What proves that a connection does not exist any more, and what does not."""

from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import (
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    StaleAnswer,
    client_error,
)
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import REQUEST, Around, asked, changes, new_step, take
from tests.support.strategies import CONNECTION_ID

MISTYPED: Final = "dxcon-zzzzzzzz"


def remove(world: DirectConnectBackend) -> None:
    del world.connections[CONNECTION_ID]
    world.virtual_interfaces.clear()


@pytest.mark.parametrize("message", [None, *GONE_CONNECTION_MESSAGES, "Nobody has seen this yet"])
def test_a_connection_that_does_not_exist(message: str | None, around: Around, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(gone_connection_message=message)
    remove(world)

    (result,) = run(world, around=around)

    assert ("COMPLETED", True, None, "absent") == (
        result["phase"],
        result["alreadyGone"],
        result["plan"],
        result["connectionState"],
    )
    assert (message or "").replace("{id}", CONNECTION_ID) in result["reason"]
    assert ([], [CONNECTION_ID]) == (around.report()["deleted"], around.report()["goneWithoutThisRun"])
    assert [] == changes(world)


@pytest.mark.parametrize("state", ["deleted", "rejected"])
def test_a_connection_that_was_deleted_before_the_run(state: str, world: DirectConnectBackend) -> None:
    world.virtual_interfaces.clear()
    world.connections[CONNECTION_ID].state = state

    (result,) = run(world)

    assert ("COMPLETED", True, state) == (result["phase"], result["alreadyGone"], result["connectionState"])


@pytest.mark.parametrize(
    ("request_", "phase"), [({}, "BLOCKED"), ({"dryRun": True}, "PLANNED")], ids=["run", "dry run"]
)
def test_a_malformed_id(request_: JSON, phase: str, around: Around, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(malformed_id_message=MALFORMED_ID_MESSAGE)

    (result,) = run(world, {"connectionId": MISTYPED} | request_, around)

    assert (phase, False) == (result["phase"], result["alreadyGone"])
    assert MALFORMED_ID_MESSAGE.replace("{id}", MISTYPED) in result["reason"]
    assert [] == around.report()["deletedOrMovedByOthers"], "it never existed"


def test_interfaces_without_a_connection(world: DirectConnectBackend) -> None:
    del world.connections[CONNECTION_ID]

    (result,) = run(world)

    assert ("BLOCKED", []) == (result["phase"], changes(world))
    assert INTERFACE_IDS[0] in result["reason"]


def deleted_elsewhere(world: DirectConnectBackend, clock: ManualClock) -> JSON:
    """Let a run delete the interfaces and somebody else the connection, which AWS does not show any more."""
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=5), deleted_connection_listed_seconds=0)
    step = new_step(world)
    result = take(step, take(step, REQUEST))
    clock.advance(seconds=result["waitSeconds"])
    InProcessClient(world).delete_connection(connectionId=CONNECTION_ID)
    return result


def test_two_answers_without_the_connection_are_needed(clock: ManualClock, world: DirectConnectBackend) -> None:
    once = take(new_step(world), deleted_elsewhere(world, clock))
    twice = take(new_step(world), once)

    assert ("DELETING_CONNECTION", "absent", 10) == (once["phase"], once["connectionState"], once["waitSeconds"])
    assert ("COMPLETED", False) == (twice["phase"], twice["alreadyGone"])


def test_one_empty_answer_about_a_connection_that_exists(world: DirectConnectBackend) -> None:
    planned = take(new_step(world), REQUEST)
    connection = world.connections.pop(CONNECTION_ID)
    kept, world.virtual_interfaces = world.virtual_interfaces, {}
    once = take(new_step(world), planned)
    world.connections[CONNECTION_ID], world.virtual_interfaces = connection, kept

    last = run(world, once)[-1]

    assert ("DELETING_CONNECTION", "COMPLETED") == (once["phase"], last["phase"])
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_after_an_accepted_deletion_one_answer_is_enough(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(deleted_connection_listed_seconds=0)

    results = run(world)

    assert ("DELETING_CONNECTION", "COMPLETED") == tuple(result["phase"] for result in results[-2:])


def test_a_stale_answer_still_shows_the_connection(clock: ManualClock, world: DirectConnectBackend) -> None:
    before = deleted_elsewhere(world, clock)
    world.faults.add("DescribeConnections", StaleAnswer())

    results = run(world, before)

    assert ("COMPLETED", 1) == (results[-1]["phase"], asked(world).count(CONNECTION_ID))


@pytest.mark.parametrize("message", ["No", "Connection does not exist"])
def test_a_refused_description_proves_nothing(message: str, world: DirectConnectBackend) -> None:
    planned = take(new_step(world), REQUEST)
    world.faults.add("DescribeConnections", client_error(message))

    last = run(world, planned)[-1]

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (last["phase"], asked(world))
