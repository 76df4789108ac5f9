"""Whole runs, step by step, to each of their ends."""

from datetime import datetime
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from tests.step.worlds import INTERFACE_IDS, available, run
from tests.support.driver import REQUEST, asked, changes, new_step, take
from tests.support.strategies import CONNECTION_ID

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))


def test_a_run_from_its_request_to_its_end(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.behaviour = SLOW
    started = clock()

    results = run(world)

    assert [*["DELETING_VIRTUAL_INTERFACES"] * 9, *["DELETING_CONNECTION"] * 4, "COMPLETED"] == [
        result["phase"] for result in results
    ]
    assert [1, 10, 11, 12, 13, 14, 16, 17, 19, 10, 11, 12, 13, 0] == [result["waitSeconds"] for result in results]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world), "each once, the connection last"
    assert {started} == {datetime.fromisoformat(result["startedAt"]) for result in results}
    assert {"absent", "deleted"} >= {v["state"] for v in results[-1]["virtualInterfaces"]}
    assert "deleted" == world.connections[CONNECTION_ID].state


def test_the_first_step_deletes_nothing(world: DirectConnectBackend) -> None:
    result = take(new_step(world), REQUEST)

    assert ("DELETING_VIRTUAL_INTERFACES", 1) == (result["phase"], result["waitSeconds"])
    assert [] == changes(world)


def test_other_connections_stay(world: DirectConnectBackend) -> None:
    neighbour = world.add_connection()
    world.add_virtual_interface(neighbour.id, "dxvif-bbbbbbb0")

    run(world)

    assert [neighbour.id, "dxvif-bbbbbbb0"] == available(world)
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_a_connection_without_interfaces(world: DirectConnectBackend) -> None:
    world.virtual_interfaces.clear()

    results = run(world)

    assert ["DELETING_CONNECTION", "DELETING_CONNECTION", "COMPLETED"] == [result["phase"] for result in results]


def test_a_dry_run_deletes_nothing(world: DirectConnectBackend) -> None:
    (result,) = run(world, REQUEST | {"dryRun": True})

    assert ("PLANNED", []) == (result["phase"], changes(world))
    assert INTERFACE_IDS == [v["virtualInterfaceId"] for v in result["plan"]["virtualInterfaces"]]


def test_a_plan_is_approved_by_its_digest_in_a_later_request(clock: ManualClock, world: DirectConnectBackend) -> None:
    (planned,) = run(world, REQUEST | {"dryRun": True})
    clock.advance(minutes=24 * 60)

    results = run(world, REQUEST | {"planDigest": planned["plan"]["digest"]})

    assert "COMPLETED" == results[-1]["phase"]


def test_a_change_after_the_approval_blocks(world: DirectConnectBackend) -> None:
    (planned,) = run(world, REQUEST | {"dryRun": True})
    world.add_virtual_interface(CONNECTION_ID, type="public")

    (result,) = run(world, REQUEST | {"planDigest": planned["plan"]["digest"]})

    assert ("BLOCKED", []) == (result["phase"], changes(world))


@pytest.mark.parametrize("digits", [12, 63, 64])
def test_a_plan_is_approved_by_its_digest_on_the_tag(digits: int, world: DirectConnectBackend) -> None:
    (planned,) = run(world, REQUEST | {"dryRun": True})
    digest = planned["plan"]["digest"]
    world.connections[CONNECTION_ID].tags["decommission"] = f"approved:{digest[:digits]}"

    assert "COMPLETED" == run(world)[-1]["phase"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param({}, "COMPLETED", id="completed"),
        pytest.param({"dryRun": True}, "PLANNED", id="planned"),
        pytest.param({"planDigest": "0" * 64}, "BLOCKED", id="blocked"),
        pytest.param({"patienceMinutes": 30}, "TIMED_OUT", id="timed out"),
        pytest.param(None, "BLOCKED", id="blocked before it had a plan"),
    ],
)
def test_a_step_after_the_end_returns_its_event(
    request_: JSON | None, expected: str, clock: ManualClock, world: DirectConnectBackend
) -> None:
    if request_ is None:
        world.connections.clear()
    if expected == "TIMED_OUT":
        world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=4_000))
    ended = run(world, REQUEST | (request_ or {}))[-1]
    assert (expected, request_ is None) == (ended["phase"], ended["plan"] is None)
    world.calls.clear()
    clock.advance(minutes=24 * 60)

    assert ended == take(new_step(world), ended)
    assert [] == world.calls
