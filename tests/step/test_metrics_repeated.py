"""Steps that break off, are repeated or share their work count nothing twice."""

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from tests.step.worlds import INTERFACE_IDS, before_call, run, slow_down
from tests.support.driver import REQUEST, Around, asked, metrics_in, new_step, take, totals_in
from tests.support.strategies import CONNECTION_ID


class UnforeseenError(Exception):
    """An error that the adapter does not expect."""


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))
    return world


def break_off(world: DirectConnectBackend, *, number: int) -> None:
    """Raise an error at the DeleteVirtualInterface of this number, once."""

    def act(_: object) -> None:
        world.before.clear()
        raise UnforeseenError

    before_call(world, "DeleteVirtualInterface", act, number=number)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_step_that_breaks_off_counts_what_aws_accepted(
    number: int, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    break_off(world, number=number)
    step = new_step(world, around=around)
    planned = take(step, REQUEST)
    capsys.readouterr()

    with pytest.raises(UnforeseenError):
        take(step, planned)
    first = totals_in(capsys.readouterr().out)
    assert number - 1 == first["VirtualInterfaceDeleteRequested"]

    last = run(world, planned, around)[-1]

    totals = first + totals_in(capsys.readouterr().out)
    assert ("COMPLETED", 3, 1) == (
        last["phase"],
        totals["VirtualInterfaceDeleteRequested"],
        totals["DecommissionCompleted"],
    )
    # The call of this number did not arrive and was repeated.
    assert 4 == len([id_ for id_ in asked(world) if id_ != CONNECTION_ID])


def test_a_block_after_a_step_that_broke_off(world: DirectConnectBackend) -> None:
    """The result of the step is lost, but the next step sees what it deleted."""
    break_off(world, number=2)
    step = new_step(world)
    planned = take(step, REQUEST)
    with pytest.raises(UnforeseenError):
        take(step, planned)
    world.connections[CONNECTION_ID].tags["decommission-protected"] = ""

    last = run(world, planned)[-1]

    assert ("BLOCKED", True) == (last["phase"], "; this run deletes nothing more; " in last["reason"])


@pytest.mark.parametrize("used", [False, True], ids=["second result discarded", "second result used"])
def test_every_event_comes_twice(
    *, used: bool, clock: ManualClock, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    step = new_step(world, around=around)
    event: JSON = dict(REQUEST)
    while event.get("phase", "DELETING").startswith("DELETING"):
        event = [take(step, event), take(step, event)][used]
        clock.advance(seconds=event["waitSeconds"])

    totals = totals_in(capsys.readouterr().out)
    requested = ("VirtualInterfaceDeleteRequested", "ConnectionDeleteRequested", "DecommissionCompleted")
    assert ("COMPLETED", 3, 1, 1) == (event["phase"], *(totals[name] for name in requested))
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)
    assert "COMPLETED" == around.report()["phase"]
    # The second step finds the interfaces deleted, but not by its own run.
    assert (0 if used else 3) == totals["VirtualInterfaceDeleted"]


def test_several_deleting_steps_count_each_call_once(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    slow_down(world)

    run(world)

    requested = [
        d["VirtualInterfaceDeleteRequested"]
        for d in metrics_in(capsys.readouterr().out)
        if "VirtualInterfaceDeleteRequested" in d
    ]
    assert [[2], [1]] == requested


def test_a_deletion_that_aws_takes_back_is_repeated_and_counted_once(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWS has been seen to accept a deletion and to show the resource as available again minutes later."""
    step = new_step(world)
    first = take(step, take(step, REQUEST))
    clock.advance(seconds=30)
    world.virtual_interfaces[INTERFACE_IDS[0]].state = "available"

    last = run(world, first)[-1]

    totals = totals_in(capsys.readouterr().out)
    assert ("COMPLETED", 2) == (last["phase"], asked(world).count(INTERFACE_IDS[0]))
    assert (3, 3) == (totals["VirtualInterfaceDeleteRequested"], totals["VirtualInterfaceDeleted"])
