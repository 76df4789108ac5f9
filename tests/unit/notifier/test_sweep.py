"""What people are told about the end of a sweep."""

from typing import Any

import pytest

from notifier.sweep import ENDS, MOST_LINES, of_execution, of_summary
from sweep.summary import End

RECORD = "s3://records/sweeps/20261201T020000Z/"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:sweep:1"


def summary(*ends: str, **changes: object) -> dict[str, Any]:
    connections = [
        {"id": f"dxcon-{number:08}", "end": end, "reason": "x" * 400, "guards": []} for number, end in enumerate(ends)
    ]
    return {
        "sweep": "20261201T020000Z",
        "dryRun": False,
        "execution": EXECUTION,
        "counts": {end: ends.count(end) for end in ENDS},
        "blockedBy": {},
        "connections": connections,
    } | changes


def test_every_end_has_a_word() -> None:
    assert set(End) == ENDS.keys()


def test_what_needs_attention_is_listed_and_what_is_done_is_named() -> None:
    told = of_summary(summary("BLOCKED", "COMPLETED", blockedBy={"lag": 1}), RECORD)
    assert told is not None
    assert "[dx-decommission] sweep 20261201T020000Z: 1 blocked, 1 completed" == told.subject
    assert (
        "What: sweep 20261201T020000Z: 1 blocked, 1 completed\n\n"
        "Blocked by: lag (1)\n\n"
        f"What to look at: \n- dxcon-00000000: blocked: {'x' * 300}\n\n"
        "Done: dxcon-00000001\n\n"
        f"Record: {RECORD}\n\n"
        f"Execution: {EXECUTION}\n"
    ) == told.text


def test_a_dry_run_says_so() -> None:
    told = of_summary(summary("PLANNED", dryRun=True), RECORD)
    assert told is not None
    assert "sweep, dry run 20261201T020000Z: 1 planned" in told.subject
    assert "(a dry run: nothing was deleted)" in told.text


def test_thousands_of_connections_fit_into_a_message() -> None:
    told = of_summary(summary(*["FAILED"] * 5_000, *["COMPLETED"] * 5_000), RECORD)
    assert told is not None
    assert f"and {5_000 - MOST_LINES} more, in summary.json" in told.text
    # What SNS takes.
    assert len(told.text.encode()) < 256 * 1024


def test_nothing_is_told_of_nothing() -> None:
    assert of_summary(summary(), RECORD) is None


def test_a_sweep_that_failed_as_a_whole() -> None:
    told = of_summary(summary(error={"Error": "States.ItemReaderFailed", "Cause": "no such key"}), RECORD)
    assert told is not None
    assert "The sweep itself failed: States.ItemReaderFailed: no such key" in told.text


@pytest.mark.parametrize(
    ("described", "ended", "why"),
    [
        ({"status": "FAILED", "error": "AwsDeniedError", "cause": '{"errorMessage": "no"}'}, "FAILED with AwsDe", "no"),
        ({"status": "ABORTED"}, "ABORTED", "Somebody stopped the execution"),
    ],
    ids=str,
)
def test_an_execution_without_a_summary(described: dict[str, Any], ended: str, why: str) -> None:
    told = of_execution({"executionArn": EXECUTION, **described})
    assert told is not None
    assert told.subject.startswith(f"[dx-decommission] sweep {ended}")
    assert f"Why: {why}" in told.text


def test_an_execution_that_succeeded_was_told_by_its_summary() -> None:
    assert of_execution({"executionArn": EXECUTION, "status": "SUCCEEDED"}) is None
