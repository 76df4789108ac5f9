"""What goes wrong on the way: refusals, the deadline, and AWS that cannot answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from decommission.errors import DirectConnectBusyError, DirectConnectDeniedError
from sandbox.directconnect import (
    NEVER,
    SERVER_ERROR_AS_400,
    AccessDenied,
    Behaviour,
    Delay,
    InProcessClient,
    ManualClock,
    StaleAnswer,
    client_error,
)
from tests.driver import DELETES, REQUEST, Neighbours, asked, drive, new_step, new_world, take
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from decommission.step import Step
    from sandbox.directconnect import DirectConnectBackend

PATIENCE: Final = 60
PATIENT: Final = REQUEST | {"patienceMinutes": PATIENCE}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, *["private"] * 10)


def test_a_refusal_is_a_reason_to_look_again(clock: ManualClock, world: DirectConnectBackend) -> None:
    words = "Not yet, says AWS of {id}"
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=30), connection_in_use_message=words)

    results = drive(new_step(world), PATIENT, clock)

    refused = [result for result in results if words.replace("{id}", CONNECTION_ID) in result["reason"]]
    assert {"DELETING_CONNECTION"} == {result["phase"] for result in refused}
    assert "COMPLETED" == results[-1]["phase"]


def test_a_refused_interface_does_not_keep_the_others(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.faults.add("DeleteVirtualInterface", client_error("dxvif-aaaaaaa0 is in state strange"))

    _, first, *_, last = drive(new_step(world), PATIENT, clock)

    assert "AWS refused for dxvif-aaaaaaa0: dxvif-aaaaaaa0 is in state strange" in first["reason"]
    assert {"dxvif-aaaaaaa0": 2} == {one: times for one, times in Counter(asked(world)).items() if times > 1}
    assert "COMPLETED" == last["phase"]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(parent_refusal=NEVER), id="the connection is refused for ever"),
        pytest.param(Behaviour(connection_deletion=NEVER), id="the connection will not die"),
        pytest.param(Behaviour(virtual_interface_deletion=NEVER), id="an interface will not die"),
    ],
)
def test_patience_ends(behaviour: Behaviour, clock: ManualClock, world: DirectConnectBackend) -> None:
    world.behaviour = behaviour
    started = clock()

    *_, before, last = drive(new_step(world), PATIENT, clock)

    assert "TIMED_OUT" == last["phase"]
    assert f"{CONNECTION_ID} ({before['connectionState']})" in last["reason"]
    assert PATIENCE * 60 == (clock() - started).total_seconds(), "noticed at the deadline, not a wait later"
    deletes = [call for call in world.calls if call.operation in DELETES]
    assert all((call.moment - started).total_seconds() < PATIENCE * 60 for call in deletes)


def test_an_interface_that_will_not_die_protects_the_connection(
    clock: ManualClock, world: DirectConnectBackend
) -> None:
    world.virtual_interfaces["dxvif-aaaaaaa7"].deletion = NEVER

    last = drive(new_step(world), PATIENT, clock)[-1]

    assert CONNECTION_ID not in asked(world)
    assert "still there: dxvif-aaaaaaa7 (private, VLAN" in last["reason"]


def test_the_deadline_stops_a_step_between_two_deletes(clock: ManualClock, world: DirectConnectBackend) -> None:
    def take_long(_: object) -> None:
        clock.advance(minutes=PATIENCE / 4)

    world.before["DeleteVirtualInterface"] = take_long
    step = new_step(world)

    result = take(step, take(step, PATIENT))

    assert [f"dxvif-aaaaaaa{number}" for number in range(4)] == asked(world)
    assert "TIMED_OUT" == take(step, result)["phase"]


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_the_deadline_passes_while_the_step_looks(
    operation: str, clock: ManualClock, world: DirectConnectBackend
) -> None:
    world.before[operation] = lambda _: clock.advance(minutes=PATIENCE)

    assert "TIMED_OUT" == take(new_step(world), PATIENT)["phase"]
    assert [] == asked(world)


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces", *DELETES])
def test_what_aws_does_not_do_fails_the_step(operation: str, clock: ManualClock, world: DirectConnectBackend) -> None:
    if operation == "DeleteConnection":
        world.virtual_interfaces.clear()
    step = new_step(world)
    planned = take(step, PATIENT)
    world.faults.add(operation, SERVER_ERROR_AS_400)
    world.faults.add(operation, AccessDenied())

    with pytest.raises(DirectConnectBusyError, match=operation):
        take(step, planned)
    with pytest.raises(DirectConnectDeniedError, match=f"directconnect:{operation}"):
        take(step, planned)
    assert "COMPLETED" == drive(step, planned, clock)[-1]["phase"]


def test_a_stale_look_does_no_harm(clock: ManualClock, world: DirectConnectBackend) -> None:
    """Everything is asked for twice, and AWS refuses what is on its way."""
    world.behaviour = Behaviour(repeated_delete_refused=True)
    step = new_step(world)
    event = take(step, PATIENT)
    while event["phase"].startswith("DELETING"):
        clock.advance(seconds=10)
        for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
            world.faults.add(operation, StaleAnswer())
        event = take(step, event)
        clock.advance(seconds=10)
        event = take(step, event)

    assert ("COMPLETED", "deleted") == (event["phase"], world.connections[CONNECTION_ID].state)


def test_a_failover_test_that_begins_on_the_way_is_waited_for(clock: ManualClock, world: DirectConnectBackend) -> None:
    world.faults.add("DeleteVirtualInterface", client_error("No"), times=10)
    step = new_step(world)
    first = take(step, take(step, PATIENT))
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId="dxvif-aaaaaaa3", testDurationInMinutes=30)

    second, *_, last = drive(step, first, clock)

    assert "a BGP failover test runs on dxvif-aaaaaaa3" in second["reason"]
    assert "COMPLETED" == last["phase"]
    assert {"dxvif-aaaaaaa3": 2} == {one: times for one, times in Counter(asked(world)).items() if one.endswith("3")}


def test_hosts_whose_clocks_disagree_work_together(clock: ManualClock, world: DirectConnectBackend) -> None:
    around = Neighbours()

    def ahead(seconds: float) -> Step:
        other = ManualClock(clock.now)
        other.advance(seconds=seconds)
        return new_step(world, neighbours=around, clock=other)

    event = take(ahead(30), PATIENT)
    while event["phase"].startswith("DELETING"):
        event = take(ahead(-30), event)
        clock.advance(seconds=event["waitSeconds"])
        event = take(ahead(30), event)

    assert "COMPLETED" == event["phase"]
    assert 11 == len(asked(world))
    assert "COMPLETED" == around.report()["phase"]
