"""What cannot be recorded is not deleted, in any step, and an end that cannot be recorded is not counted."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError
from decommission.schemas import JSON
from decommission.steps import Steps
from sandbox.directconnect import AccessDenied, AnswerLost, DirectConnectBackend, Fault, ManualClock, Refusal
from tests.step.worlds import run, slow_down
from tests.support.driver import MOST_RETRIES, REQUEST, Around, changes, new_step, take, totals_in
from tests.support.strategies import CONNECTION_ID

FAULTS: Final = [
    pytest.param(AccessDenied(), AwsDeniedError, id="denied"),
    pytest.param(Refusal("NoSuchBucket", "No such bucket", 404), ConfigurationError, id="missing"),
    pytest.param(AnswerLost(), AwsBusyError, id="answer lost"),
    pytest.param(Refusal("SlowDown", "Please reduce your request rate.", 503), AwsBusyError, id="slow down"),
]


@pytest.mark.parametrize("name", ["loa.pdf", "plan.json", "progress.json", "restore.json"])
@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_what_cannot_be_recorded_is_not_deleted(
    fault: Fault, error: type[Exception], name: str, around: Around, world: DirectConnectBackend
) -> None:
    def strike(operation: str, parameters: Mapping[str, Any]) -> None:
        if operation == "PutObject" and parameters["Key"].endswith(name):
            around.s3.before_each = None
            around.s3.faults.add("PutObject", fault)

    around.s3.before_each = strike

    with pytest.raises(error, match=r"S3|s3:PutObject"):
        run(world, around=around)
    assert [] == changes(world)
    assert "COMPLETED" == run(world, around=around, retries=MOST_RETRIES)[-1]["phase"]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_progress_that_cannot_be_recorded_stops_a_later_step(
    fault: Fault, error: type[Exception], around: Around, world: DirectConnectBackend
) -> None:
    slow_down(world)
    step = new_step(world, around=around)
    begun = take(step, take(step, REQUEST))
    around.s3.faults.add("PutObject", fault)

    with pytest.raises(error, match=r"S3|s3:PutObject"):
        take(step, begun)
    assert 2 == len(changes(world))
    assert "COMPLETED" == run(world, begun, around)[-1]["phase"]


def until_it_is_gone(step: Steps, world: DirectConnectBackend, clock: ManualClock) -> JSON:
    """Take steps until AWS has deleted the connection, and nobody has noticed."""
    result = take(step, REQUEST)
    while world.connections[CONNECTION_ID].state != "deleted":
        clock.advance(seconds=result["waitSeconds"])
        result = take(step, result)
    return result


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_an_end_that_cannot_be_recorded_is_recorded_by_the_next_step(  # noqa: PLR0913 - a table and its fixtures
    *,
    fault: Fault,
    error: type[Exception],
    clock: ManualClock,
    around: Around,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    step = new_step(world, around=around)
    before = until_it_is_gone(step, world, clock)
    done = changes(world)
    around.s3.faults.add("PutObject", fault, times=2)
    capsys.readouterr()

    for _ in range(2):
        with pytest.raises(error, match=r"S3|s3:PutObject"):
            take(step, before)
        clock.advance(minutes=5)
    assert {} == totals_in(capsys.readouterr().out)
    last = take(step, before)
    take(step, before)

    assert ("COMPLETED", "COMPLETED", done) == (last["phase"], around.report()["phase"], changes(world))
    totals = totals_in(capsys.readouterr().out)
    # A report of which the answer was lost is there: its end may have been counted, so it is not counted again.
    expected = (0, 0, 0) if isinstance(fault, AnswerLost) else (3, 1, 1)
    assert expected == tuple(
        totals[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    )
