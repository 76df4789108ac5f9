"""Runs, step by step, to each of their ends."""

from datetime import datetime
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from tests.step.worlds import INTERFACE_IDS, available, run
from tests.support.driver import REQUEST, Around, asked, changes, new_step, take
from tests.support.strategies import CONNECTION_ID

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))


def test_from_the_request_to_the_end(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.behaviour = SLOW
    started = clock()

    results = run(world)

    assert [*["DELETING_VIRTUAL_INTERFACES"] * 9, *["DELETING_CONNECTION"] * 4, "COMPLETED"] == [
        result["phase"] for result in results
    ]
    assert [1, 10, 11, 12, 13, 14, 16, 17, 19, 10, 11, 12, 13, 0] == [result["waitSeconds"] for result in results]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world), "each once, and the connection last"
    assert f"{CONNECTION_ID} is gone, with 3 virtual interfaces" == results[-1]["reason"]
    assert {started} == {datetime.fromisoformat(result["startedAt"]) for result in results}
    assert {"absent", "deleted"} >= {v["state"] for v in results[-1]["virtualInterfaces"]}
    assert "deleted" == world.connections[CONNECTION_ID].state


def test_the_first_step_deletes_nothing(world: DirectConnectBackend) -> None:
    result = take(new_step(world), REQUEST)

    assert ("DELETING_VIRTUAL_INTERFACES", 1) == (result["phase"], result["waitSeconds"])
    assert "the plan is made: 3 virtual interfaces (" in result["reason"]
    assert [] == changes(world)


def test_only_what_is_on_the_connection_goes(world: DirectConnectBackend) -> None:
    neighbour = world.add_connection()
    world.add_virtual_interface(neighbour.id, "dxvif-bbbbbbb0")

    run(world)

    assert [neighbour.id, "dxvif-bbbbbbb0"] == available(world)
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_a_connection_without_interfaces(world: DirectConnectBackend) -> None:
    world.virtual_interfaces.clear()

    results = run(world)

    assert ["DELETING_CONNECTION", "DELETING_CONNECTION", "COMPLETED"] == [result["phase"] for result in results]
    assert f"{CONNECTION_ID} is gone" == results[-1]["reason"]


def test_a_dry_run_deletes_nothing(around: Around, world: DirectConnectBackend) -> None:
    (result,) = run(world, REQUEST | {"dryRun": True}, around)

    assert ("PLANNED", []) == (result["phase"], changes(world))
    assert INTERFACE_IDS == [v["virtualInterfaceId"] for v in result["plan"]["virtualInterfaces"]]
    assert result["reason"].startswith("dry run: a run would delete 3 virtual interfaces (")
    assert ["loa.pdf", "plan.json", "report.json"] == sorted(key.rpartition("/")[2] for key in around.s3.objects)


def test_what_was_planned_can_be_approved_and_run_later(clock: ManualClock, world: DirectConnectBackend) -> None:
    (planned,) = run(world, REQUEST | {"dryRun": True})
    clock.advance(minutes=24 * 60)

    results = run(world, REQUEST | {"planDigest": planned["plan"]["digest"]})

    assert "COMPLETED" == results[-1]["phase"]


def test_what_was_approved_and_has_changed_is_left_alone(world: DirectConnectBackend) -> None:
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
    ],
)
def test_a_run_that_has_ended_stays_as_it_is(
    request_: JSON, expected: str, clock: ManualClock, world: DirectConnectBackend
) -> None:
    if expected == "TIMED_OUT":
        world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=4_000))
    ended = run(world, REQUEST | request_)[-1]
    assert expected == ended["phase"]
    world.calls.clear()
    clock.advance(minutes=24 * 60)

    assert ended == take(new_step(world), ended)
    assert [] == world.calls


def test_a_run_that_ended_before_it_had_a_plan_stays_as_it_is(world: DirectConnectBackend) -> None:
    world.connections.clear()
    (ended,) = run(world)
    assert ("BLOCKED", None, None) == (ended["phase"], ended["plan"], ended["connectionAtStart"])
    world.calls.clear()

    assert ended == take(new_step(world), ended)
    assert [] == world.calls
