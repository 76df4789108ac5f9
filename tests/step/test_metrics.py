"""Metrics as they are printed: what AWS accepted, and how runs end, each counted once."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import NEVER, Behaviour, Delay, DirectConnectBackend, InProcessClient, ManualClock
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import ENVIRONMENT, REQUEST, metrics_in, new_step, take, totals_in
from tests.support.strategies import CONNECTION_ID

SLOW: Final = Behaviour(virtual_interface_deletion=Delay(seconds=100), connection_deletion=Delay(seconds=40))
REMAINING: Final = "VirtualInterfacesRemaining"


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.behaviour = SLOW
    return world


def counted(totals: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in totals.items() if name != REMAINING}


def test_a_run_adds_up(clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    started = clock()

    run(world)

    printed = capsys.readouterr().out
    assert {
        "VirtualInterfaceDeleteRequested": 3,
        "VirtualInterfaceDeleted": 3,
        "ConnectionDeleteRequested": 1,
        "ConnectionDeleted": 1,
        "DecommissionCompleted": 1,
        "DecommissionDuration": (clock() - started).total_seconds(),
    } == counted(totals_in(printed))
    assert [3] * 9 + [0] * 5 == [sum(d[REMAINING]) for d in metrics_in(printed) if REMAINING in d]


def test_the_deletions_of_a_run_are_counted_at_its_end(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, one in enumerate(world.virtual_interfaces.values()):
        one.deletion = Delay(seconds=100 * number)

    run(world)

    *before, last = metrics_in(capsys.readouterr().out)
    assert {3, 2, 1, 0} == {sum(document[REMAINING]) for document in [*before, last] if REMAINING in document}
    assert [3] == last["VirtualInterfaceDeleted"]
    assert not any("VirtualInterfaceDeleted" in document for document in before)


def test_what_somebody_else_deletes_is_not_counted(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId=INTERFACE_IDS[2])

    run(world)

    totals = totals_in(capsys.readouterr().out)
    assert (2, 1) == (totals["VirtualInterfaceDeleted"], totals["ConnectionDeleted"])


def test_a_connection_that_somebody_else_deletes_is_not_counted(
    clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    step = new_step(world)
    first = take(step, take(step, REQUEST))
    clock.advance(seconds=100)
    world.behaviour = Behaviour()
    InProcessClient(world).delete_connection(connectionId=CONNECTION_ID)

    last = run(world, first)[-1]

    totals = totals_in(capsys.readouterr().out)
    assert ("COMPLETED", False) == (last["phase"], last["alreadyGone"])
    assert (3, 0, 1) == tuple(
        totals[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    )


def test_a_refused_delete_is_not_a_requested_one(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=60))

    run(world)

    assert 1 == totals_in(capsys.readouterr().out)["ConnectionDeleteRequested"]


def test_a_document_is_what_cloudwatch_wants(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    run(world)

    for document in metrics_in(capsys.readouterr().out):
        (directive,) = document["_aws"]["CloudWatchMetrics"]
        assert ENVIRONMENT["POWERTOOLS_METRICS_NAMESPACE"] == directive["Namespace"]
        assert [["service"]] == directive["Dimensions"], "an id as dimension would be a new metric for each connection"
        assert ENVIRONMENT["POWERTOOLS_SERVICE_NAME"] == document["service"]
        assert CONNECTION_ID == document["connectionId"]
        assert "eu-central-1" == document["region"]
        assert document.keys() == {
            "_aws",
            "service",
            "connectionId",
            "region",
            *[m["Name"] for m in directive["Metrics"]],
        }
        for metric in directive["Metrics"]:
            assert ("Seconds" if metric["Name"] == "DecommissionDuration" else "Count") == metric["Unit"]


def remove(world: DirectConnectBackend) -> None:
    world.connections.clear()
    world.virtual_interfaces.clear()


def let_nothing_die(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER)


def let_one_stay(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].deletion = NEVER


def leave(_world: DirectConnectBackend) -> None:
    """Leave everything as it is."""


@pytest.mark.parametrize(
    ("prepare", "request_", "expected"),
    [
        pytest.param(remove, {}, {"ConnectionAlreadyGone": 1}, id="already gone"),
        pytest.param(remove, {"dryRun": True}, {}, id="already gone, dry run"),
        pytest.param(leave, {"dryRun": True}, {}, id="dry run"),
        pytest.param(leave, {"dryRun": True, "planDigest": "0" * 64}, {}, id="dry run that would be blocked"),
        pytest.param(leave, {"planDigest": "0" * 64}, {"DecommissionBlocked": 1, "GuardBlocked": 1}, id="blocked"),
        pytest.param(
            let_nothing_die, {}, {"VirtualInterfaceDeleteRequested": 3, "DecommissionTimedOut": 1}, id="timed out"
        ),
        pytest.param(
            let_one_stay,
            {},
            {"VirtualInterfaceDeleteRequested": 3, "VirtualInterfaceDeleted": 2, "DecommissionTimedOut": 1},
            id="timed out half-way",
        ),
    ],
)
def test_other_ends(
    prepare: Callable[[DirectConnectBackend], None],
    request_: JSON,
    expected: dict[str, float],
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare(world)

    ended = run(world, REQUEST | request_)[-1]

    assert expected == counted(totals_in(capsys.readouterr().out))
    take(new_step(world), ended)
    assert [] == metrics_in(capsys.readouterr().out), "a run that has ended is not counted again"
