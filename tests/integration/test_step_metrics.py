"""Metrics as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from sandbox.directconnect import NEVER, Behaviour, Delay, InProcessClient, ManualClock
from tests.driver import ENVIRONMENT, REQUEST, drive, metrics_in, new_step, new_world, take, totals_in
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.directconnect import DirectConnectBackend

KINDS: Final = ("private", "public", "transit")
SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))
REMAINING: Final = "VirtualInterfacesRemaining"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, *KINDS, behaviour=SLOW)


def ends_of(totals: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in totals.items() if name != REMAINING}


def test_a_run_adds_up(clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    started = clock()

    drive(new_step(world), REQUEST, clock)

    printed = capsys.readouterr().out
    assert {
        "VirtualInterfaceDeleteRequested": 3,
        "VirtualInterfaceDeleted": 3,
        "ConnectionDeleteRequested": 1,
        "ConnectionDeleted": 1,
        "DecommissionCompleted": 1,
        "DecommissionDuration": (clock() - started).total_seconds(),
    } == ends_of(totals_in(printed))
    assert [3] * 9 + [0] * 5 == [sum(d[REMAINING]) for d in metrics_in(printed) if REMAINING in d]


def test_interfaces_that_go_one_by_one_are_counted_together_at_the_end(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, one in enumerate(world.virtual_interfaces.values()):
        one.deletion = Delay(seconds=100 * number)

    drive(new_step(world), REQUEST, clock)

    *before, last = metrics_in(capsys.readouterr().out)
    assert {3, 2, 1, 0} == {sum(document[REMAINING]) for document in [*before, last] if REMAINING in document}
    assert [3] == last["VirtualInterfaceDeleted"]
    assert not any("VirtualInterfaceDeleted" in document for document in before)


def test_what_somebody_else_deletes_is_not_counted(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId="dxvif-aaaaaaa2")

    drive(new_step(world), REQUEST, clock)

    totals = totals_in(capsys.readouterr().out)
    assert (2, 1) == (totals["VirtualInterfaceDeleted"], totals["ConnectionDeleted"])


def test_what_stands_at_the_deadline_is_not_counted(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.virtual_interfaces["dxvif-aaaaaaa1"].deletion = NEVER

    drive(new_step(world), REQUEST, clock)

    assert {
        "VirtualInterfaceDeleteRequested": 3,
        "VirtualInterfaceDeleted": 2,
        "DecommissionTimedOut": 1,
    } == ends_of(totals_in(capsys.readouterr().out))


def test_a_connection_that_somebody_else_deletes_is_not_counted(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    step = new_step(world)
    first = take(step, take(step, REQUEST))
    clock.advance(seconds=100)
    world.behaviour = Behaviour()
    InProcessClient(world).delete_connection(connectionId=CONNECTION_ID)

    last = drive(step, first, clock)[-1]

    totals = totals_in(capsys.readouterr().out)
    assert ("COMPLETED", False) == (last["phase"], last["alreadyGone"])
    assert (3, 0, 1) == tuple(
        totals[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    )


def test_a_document_is_what_cloudwatch_wants(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    drive(new_step(world), REQUEST, clock)

    for document in metrics_in(capsys.readouterr().out):
        (directive,) = document["_aws"]["CloudWatchMetrics"]
        assert ENVIRONMENT["POWERTOOLS_METRICS_NAMESPACE"] == directive["Namespace"]
        assert [["service"]] == directive["Dimensions"], "an id as dimension would be a new metric for each connection"
        assert ENVIRONMENT["POWERTOOLS_SERVICE_NAME"] == document["service"]
        assert CONNECTION_ID == document["connectionId"]
        assert document.keys() == {"_aws", "service", "connectionId", *[m["Name"] for m in directive["Metrics"]]}
        for metric in directive["Metrics"]:
            assert ("Seconds" if metric["Name"] == "DecommissionDuration" else "Count") == metric["Unit"]


def _remove(world: DirectConnectBackend) -> None:
    world.connections.clear()
    world.virtual_interfaces.clear()


def _let_nothing_die(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER)


@pytest.mark.parametrize(
    ("prepare", "request_", "expected", "remaining"),
    [
        pytest.param(_remove, {}, {"ConnectionAlreadyGone": 1}, 0, id="already gone"),
        pytest.param(_remove, {"dryRun": True}, {"ConnectionAlreadyGone": 1}, 0, id="already gone, dry run"),
        pytest.param(lambda _: None, {"dryRun": True}, {}, 3, id="dry run"),
        pytest.param(lambda _: None, {"planDigest": "0" * 64}, {"DecommissionBlocked": 1}, 3, id="blocked"),
        pytest.param(
            _let_nothing_die,
            {},
            {"VirtualInterfaceDeleteRequested": 3, "DecommissionTimedOut": 1},
            3,
            id="timed out",
        ),
    ],
)
def test_other_ends(  # noqa: PLR0913, PLR0917  # a table and three fixtures
    prepare: Callable[[DirectConnectBackend], None],
    request_: dict[str, object],
    expected: dict[str, float],
    remaining: int,
    clock: ManualClock,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare(world)

    drive(new_step(world), REQUEST | request_, clock)

    printed = capsys.readouterr().out
    assert expected == ends_of(totals_in(printed))
    assert [remaining] == metrics_in(printed)[-1][REMAINING]


def test_a_run_that_has_ended_is_not_counted_again(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = drive(new_step(world), REQUEST, clock)[-1]
    capsys.readouterr()

    take(new_step(world), ended)

    assert [] == metrics_in(capsys.readouterr().out)


def test_a_refused_delete_is_not_a_requested_one(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=60))

    drive(new_step(world), REQUEST, clock)

    assert 1 == totals_in(capsys.readouterr().out)["ConnectionDeleteRequested"]
