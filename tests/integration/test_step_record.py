"""What cannot be recorded is not deleted, and every end is recorded, and counted, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from decommission.errors import ConfigurationError, DirectConnectBusyError, DirectConnectDeniedError
from sandbox.directconnect import NEVER, AccessDenied, AnswerLost, Behaviour, Delay, ManualClock, Refusal
from tests.driver import REQUEST, Neighbours, changes, drive, drive_patiently, new_step, new_world, take, totals_in
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from decommission.contract import JSON
    from decommission.step import Step
    from sandbox.directconnect import DirectConnectBackend, Fault

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))
GAUGE: Final = "VirtualInterfacesRemaining"
FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.000000Z"
FAULTS: Final = [
    pytest.param(AccessDenied(), DirectConnectDeniedError, id="denied"),
    pytest.param(Refusal("NoSuchBucket", "No such bucket", 404), ConfigurationError, id="missing"),
    pytest.param(AnswerLost(), DirectConnectBusyError, id="timed out"),
    pytest.param(Refusal("SlowDown", "Please reduce your request rate.", 503), DirectConnectBusyError, id="slow"),
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def around() -> Neighbours:
    return Neighbours()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private", "public")


def leave(_world: DirectConnectBackend) -> None:
    """Leave everything as it is."""


def disapprove(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags.clear()


def build_on(world: DirectConnectBackend) -> None:
    def build(_: object) -> None:
        world.before.clear()
        world.add_virtual_interface(CONNECTION_ID)

    world.before["DeleteVirtualInterface"] = build


def let_nothing_die(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER)


def remove_the_connection(world: DirectConnectBackend) -> None:
    del world.connections[CONNECTION_ID]


def remove(world: DirectConnectBackend) -> None:
    remove_the_connection(world)
    world.virtual_interfaces.clear()


type Prepare = Callable[[DirectConnectBackend], None]

ENDS: Final = [
    pytest.param(leave, {}, "COMPLETED", {"loa.pdf", "plan.json"}, id="completed"),
    pytest.param(leave, {"dryRun": True}, "PLANNED", {"loa.pdf", "plan.json"}, id="planned"),
    pytest.param(disapprove, {}, "BLOCKED", {"loa.pdf", "plan.json"}, id="blocked"),
    pytest.param(build_on, {}, "BLOCKED", {"loa.pdf", "plan.json"}, id="blocked on the way"),
    pytest.param(remove_the_connection, {}, "BLOCKED", set(), id="blocked without a plan"),
    pytest.param(let_nothing_die, {"patienceMinutes": 30}, "TIMED_OUT", {"loa.pdf", "plan.json"}, id="timed out"),
    pytest.param(remove, {}, "COMPLETED", set(), id="already gone"),
]


@pytest.mark.parametrize(("prepare", "request_", "expected", "others"), ENDS)
def test_every_end_writes_a_report(  # noqa: PLR0913, PLR0917  # a table and three fixtures
    prepare: Prepare,
    request_: JSON,
    expected: str,
    others: set[str],
    clock: ManualClock,
    around: Neighbours,
    world: DirectConnectBackend,
) -> None:
    prepare(world)

    last = drive(new_step(world, neighbours=around), REQUEST | request_, clock)[-1]

    assert {f"{FOLDER}/{name}" for name in {"report.json", *others}} == around.s3.objects.keys()
    report = around.report()
    assert (expected, expected, last["reason"]) == (last["phase"], report["phase"], report["reason"])
    assert (last["startedAt"], clock().isoformat()) == (report["startedAt"], report["endedAt"])


@pytest.mark.parametrize("used", [0, 1], ids=["second result discarded", "second result used"])
@pytest.mark.parametrize(("prepare", "request_", "expected", "others"), ENDS)
def test_every_event_twice_counts_once(  # noqa: PLR0913, PLR0917  # two tables and two fixtures
    prepare: Prepare,
    request_: JSON,
    expected: str,
    others: set[str],
    used: int,
    clock: ManualClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    totals = []
    for times in (1, 2):
        around, world = Neighbours(), new_world(clock, "private", "public", behaviour=SLOW)
        prepare(world)
        step = new_step(world, neighbours=around)
        event: JSON = REQUEST | request_
        while event.get("phase", "DELETING").startswith("DELETING"):
            event = [take(step, event) for _ in range(times)][used if times == 2 else 0]
            clock.advance(seconds=event["waitSeconds"])
        assert expected == event["phase"]
        assert {"report.json", *others} == {key.rpartition("/")[2] for key in around.s3.objects}
        totals.append(totals_in(capsys.readouterr().out))

    once, twice = totals
    # A step that finds something done does not take it for its own work.
    not_counted = {GAUGE, "VirtualInterfaceDeleted", "ConnectionDeleted"} if used else {GAUGE}
    assert {**once} | dict.fromkeys(not_counted, 0) == {**twice} | dict.fromkeys(not_counted, 0)
    assert all(twice[name] <= once[name] for name in not_counted - {GAUGE})


@pytest.mark.parametrize("letter", [True, False], ids=["the letter", "the plan"])
@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_what_cannot_be_recorded_is_not_deleted(  # noqa: PLR0913, PLR0917  # two tables and three fixtures
    fault: Fault,
    error: type[Exception],
    letter: bool,  # noqa: FBT001  # a column of the table
    clock: ManualClock,
    around: Neighbours,
    world: DirectConnectBackend,
) -> None:
    world.behaviour = Behaviour(loa_for_hosted_connections=letter)
    world.connections[CONNECTION_ID].partner_name = "ACME"
    around.s3.faults.add("PutObject", fault)
    step = new_step(world, neighbours=around)

    with pytest.raises(error, match=r"S3|s3:PutObject"):
        take(step, REQUEST)
    assert ([], {}) == (changes(world), around.s3.objects)
    assert "COMPLETED" == drive_patiently(step, REQUEST, clock)[-1]["phase"]


def until_it_is_gone(step: Step, world: DirectConnectBackend, clock: ManualClock) -> JSON:
    """Take steps until AWS has deleted the connection, and nobody has noticed."""
    result = take(step, REQUEST)
    while world.connections[CONNECTION_ID].state != "deleted":
        clock.advance(seconds=result["waitSeconds"])
        result = take(step, result)
    return result


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_an_end_that_cannot_be_recorded_is_recorded_by_the_next_step(  # noqa: PLR0913, PLR0917
    fault: Fault,
    error: type[Exception],
    clock: ManualClock,
    around: Neighbours,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    step = new_step(world, neighbours=around)
    before = until_it_is_gone(step, world, clock)
    done = changes(world)
    around.s3.faults.add("PutObject", fault, times=2)

    for _ in range(2):
        with pytest.raises(error, match=r"S3|s3:PutObject"):
            take(step, before)
        assert "DecommissionCompleted" not in totals_in(capsys.readouterr().out)
        clock.advance(minutes=5)
    last = take(step, before)
    take(step, before)

    assert ("COMPLETED", "COMPLETED", done) == (last["phase"], around.report()["phase"], changes(world))
    assert {"VirtualInterfaceDeleted": 2, "ConnectionDeleted": 1, "DecommissionCompleted": 1} == {
        name: total
        for name, total in totals_in(capsys.readouterr().out).items()
        if name not in {GAUGE, "DecommissionDuration"}
    }
