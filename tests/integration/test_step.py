"""Runs, step by step, to each of their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from sandbox.directconnect import Behaviour, Delay, InProcessClient, ManualClock
from tests.driver import REQUEST, asked, drive, logs_in, new_step, new_world, overriding, take
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend

KINDS: Final = ("private", "public", "transit")
INTERFACE_IDS: Final = ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]
SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))
OTHER_ACCOUNT: Final = "210987654321"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, *KINDS, behaviour=SLOW)


def phases(results: list[JSON]) -> list[str]:
    return [result["phase"] for result in results]


def test_from_the_request_to_an_empty_port(clock: ManualClock, world: DirectConnectBackend) -> None:
    started = clock()

    results = drive(new_step(world), REQUEST, clock)

    assert [*["DELETING_VIRTUAL_INTERFACES"] * 9, *["DELETING_CONNECTION"] * 4, "COMPLETED"] == phases(results)
    assert [1, 10, 11, 12, 13, 14, 16, 17, 19, 10, 11, 12, 13, 0] == [result["waitSeconds"] for result in results]
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world), "each once, and the connection last"
    assert f"{CONNECTION_ID} is gone, with 3 virtual interfaces" == results[-1]["reason"]
    assert {started.isoformat()} == {result["startedAt"] for result in results}
    assert {"absent", "deleted"} >= {v["state"] for v in results[-1]["virtualInterfaces"]}
    assert "deleted" == world.connections[CONNECTION_ID].state


def test_only_what_is_on_the_connection_goes(clock: ManualClock, world: DirectConnectBackend) -> None:
    neighbour = world.add_connection()
    world.add_virtual_interface(neighbour.id, "dxvif-neighbour")

    drive(new_step(world), REQUEST, clock)

    assert {"available"} == {neighbour.state, world.virtual_interfaces["dxvif-neighbour"].state}
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_a_connection_that_is_not_there_has_been_taken_out_already(clock: ManualClock) -> None:
    world = new_world(clock)
    del world.connections[CONNECTION_ID]

    (result,) = drive(new_step(world), REQUEST, clock)

    assert ("COMPLETED", True, None, "absent") == (
        result["phase"],
        result["alreadyGone"],
        result["plan"],
        result["connectionState"],
    )
    assert [] == asked(world)


def test_a_dry_run_deletes_nothing(clock: ManualClock, world: DirectConnectBackend) -> None:
    (result,) = drive(new_step(world), REQUEST | {"dryRun": True}, clock)

    assert "PLANNED" == result["phase"]
    assert INTERFACE_IDS == [v["virtualInterfaceId"] for v in result["plan"]["virtualInterfaces"]]
    assert [] == asked(world)


def test_what_was_planned_can_be_approved_and_run_later(clock: ManualClock, world: DirectConnectBackend) -> None:
    (planned,) = drive(new_step(world), REQUEST | {"dryRun": True}, clock)
    clock.advance(minutes=24 * 60)

    results = drive(new_step(world), REQUEST | {"planDigest": planned["plan"]["digest"]}, clock)

    assert "COMPLETED" == results[-1]["phase"]


def test_what_was_approved_and_has_changed_is_left_alone(clock: ManualClock, world: DirectConnectBackend) -> None:
    (planned,) = drive(new_step(world), REQUEST | {"dryRun": True}, clock)
    world.add_virtual_interface(CONNECTION_ID)

    (result,) = drive(new_step(world), REQUEST | {"planDigest": planned["plan"]["digest"]}, clock)

    assert "BLOCKED" == result["phase"]
    assert [] == asked(world)


def test_an_interface_that_appears_on_the_way_stops_the_run(clock: ManualClock, world: DirectConnectBackend) -> None:
    step = new_step(world)
    first = take(step, take(step, REQUEST))
    world.add_virtual_interface(CONNECTION_ID, "dxvif-latecome")
    clock.advance(minutes=10)

    (result,) = drive(step, first, clock)

    assert "BLOCKED" == result["phase"]
    assert "dxvif-latecome" in result["reason"]
    assert INTERFACE_IDS == asked(world)


def test_a_hosted_interface_that_its_owner_declines_is_gone(clock: ManualClock, world: DirectConnectBackend) -> None:
    hosted = world.add_virtual_interface(CONNECTION_ID, state="confirming", owner_account=OTHER_ACCOUNT)
    agreed = overriding("foreign-interfaces", reason=f"{hosted.id} is not wanted any more, say its owners")
    owner = InProcessClient(world, OTHER_ACCOUNT)

    def decline(_: object) -> None:
        world.before.clear()
        owner.delete_virtual_interface(virtualInterfaceId=hosted.id)

    world.before["DeleteVirtualInterface"] = decline

    results = drive(new_step(world), agreed, clock)

    assert "rejected" == hosted.state
    assert "COMPLETED" == results[-1]["phase"]


def test_every_line_in_the_log_says_of_which_connection(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=30))
    world.connections[CONNECTION_ID].billing_mode = "PortPairFlatRateTier1"
    last = drive(new_step(world), REQUEST, clock)[-1]
    take(new_step(world), last)

    lines = logs_in(capsys.readouterr().out)

    assert {"guard", "decided", "asked", "the run had ended before this step"} == {line["message"] for line in lines}
    assert {None, f"Connection {CONNECTION_ID} still has attached resources."} == {
        line.get("refusal") for line in lines if line["message"] == "asked"
    }
    assert {CONNECTION_ID} == {line["connectionId"] for line in lines}
