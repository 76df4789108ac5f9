"""The guards that block a run are counted at its end, each once, by a dimension of their own."""

from collections import Counter

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, InProcessClient
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import (
    ENVIRONMENT,
    PROTECTED,
    REQUEST,
    Around,
    metrics_in,
    new_step,
    override,
    overriding,
    take,
    totals_in,
)
from tests.support.strategies import CONNECTION_ID

GUARD_BLOCKED = "GuardBlocked"


def blocks_in(printed: str) -> list[JSON]:
    return [document for document in metrics_in(printed) if GUARD_BLOCKED in document]


def guards_in(printed: str) -> Counter[str]:
    """Return how often each guard was counted."""
    counted: Counter[str] = Counter()
    for document in blocks_in(printed):
        counted[document["guard"]] += sum(document[GUARD_BLOCKED])
    return counted


def protect(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[0]].tags = dict(PROTECTED)


def disapprove(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags = {}


def test_each_guard_that_blocks_is_counted(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    protect(world)
    disapprove(world)

    run(world)

    printed = capsys.readouterr().out
    assert {"approval": 1, "protection": 1} == guards_in(printed)
    assert 1 == totals_in(printed)["DecommissionBlocked"]


def test_a_document_names_one_guard_as_a_dimension(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    disapprove(world)

    run(world)

    (document,) = blocks_in(capsys.readouterr().out)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert [["guard", "service"]] == directive["Dimensions"], "an id as dimension would be a new metric for each id"
    assert ENVIRONMENT["POWERTOOLS_METRICS_NAMESPACE"] == directive["Namespace"]
    assert [(GUARD_BLOCKED, "Count")] == [(metric["Name"], metric["Unit"]) for metric in directive["Metrics"]]
    assert (ENVIRONMENT["POWERTOOLS_SERVICE_NAME"], CONNECTION_ID) == (document["service"], document["connectionId"])


def test_a_guard_that_stops_a_run_under_way_is_counted(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    planned = take(new_step(world), REQUEST)
    protect(world)

    run(world, planned)

    assert {"protection": 1} == guards_in(capsys.readouterr().out)


def test_a_plan_that_no_longer_fits_is_counted(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    planned = take(new_step(world), REQUEST)
    world.add_virtual_interface(CONNECTION_ID)

    run(world, planned)

    assert {"plan": 1} == guards_in(capsys.readouterr().out)


def test_a_step_that_is_repeated_counts_once(
    around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    step = new_step(world, around=around)
    planned = take(step, REQUEST)
    InProcessClient(world).untag_resource(resourceArn=world.connections[CONNECTION_ID].arn, tagKeys=["decommission"])

    first, second = take(step, planned), take(step, planned)

    assert ["BLOCKED"] * 2 == [first["phase"], second["phase"]]
    assert {"approval": 1} == guards_in(capsys.readouterr().out)


def test_a_finding_that_stops_nothing_is_not_counted(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in a run that goes on with consent, nor in a dry run."""
    world.virtual_interfaces[INTERFACE_IDS[0]].state = "pending"
    run(world, REQUEST | {"dryRun": True})

    last = run(world, overriding(override("under-construction", INTERFACE_IDS[0])))[-1]

    assert "COMPLETED" == last["phase"]
    assert {} == guards_in(capsys.readouterr().out)
