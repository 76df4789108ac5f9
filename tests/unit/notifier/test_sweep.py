"""What people are told about the end of a sweep."""

from typing import Any

import pytest

from notifier.sweep import ENDS, MOST_LINES, of_execution, of_summary
from sweep.summary import End

RECORD = "s3://records/sweeps/20261201T020000Z/"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:sweep:1"


def one(end: str, number: int = 0, **changes: object) -> dict[str, Any]:
    id_ = f"dxcon-{number:08}"
    return {"id": id_, "place": "", "end": end, "reason": "as said", "guards": [], "alreadyGone": False} | changes


def summary(*ends: str, **changes: object) -> dict[str, Any]:
    connections = [one(end, number) for number, end in enumerate(ends)]
    return {
        "sweep": "20261201T020000Z",
        "dryRun": False,
        "isScheduled": False,
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
        f"What to look at:\n- dxcon-00000000: blocked: as said\n\n"
        "Done: dxcon-00000001\n\n"
        f"Record: {RECORD}\n\n"
        f"Execution: {EXECUTION}\n"
    ) == told.text


def test_a_dry_run_says_so_and_what_would_be_blocked() -> None:
    connections = [one("PLANNED", 1, guards=["lag", "routes"]), one("PLANNED", 2)]
    told = of_summary(summary(*["PLANNED"] * 2, dryRun=True, connections=connections), RECORD)
    assert told is not None
    assert "sweep, dry run 20261201T020000Z: 2 planned" in told.subject
    assert "(a dry run: nothing was deleted)" in told.text
    assert "What to look at:\n- dxcon-00000001: would be blocked by lag, routes: as said\n" in told.text
    assert "Done: dxcon-00000002\n" in told.text


def test_an_id_that_was_gone_is_no_success() -> None:
    told = of_summary(summary("COMPLETED", connections=[one("COMPLETED", alreadyGone=True)]), RECORD)
    assert told is not None
    assert "- dxcon-00000000: was gone already, or its id or its place is mistyped: as said\n" in told.text
    assert "Done" not in told.text


def test_a_line_names_the_place_and_keeps_the_end_of_a_long_reason() -> None:
    reason = f"{'x' * 400}; remove the tag"
    connections = [one("BLOCKED", place="us-east-1 of account 210987654321", reason=reason)]
    told = of_summary(summary("BLOCKED", connections=connections), RECORD)
    assert told is not None
    assert "- dxcon-00000000 (us-east-1 of account 210987654321): blocked: xxx" in told.text
    assert "; remove the tag\n" in told.text
    assert len(told.text) < 800


@pytest.mark.parametrize(
    ("end", "changes", "expected"),
    [
        ("BLOCKED", {"isScheduled": True}, True),
        ("BLOCKED", {}, False),
        ("BLOCKED", {"isScheduled": True, "dryRun": True}, False),
        ("COMPLETED", {"isScheduled": True}, False),
    ],
    ids=str,
)
def test_what_the_next_night_tries_again(*, end: str, changes: dict[str, Any], expected: bool) -> None:
    told = of_summary(summary(end, **changes), RECORD)
    assert told is not None
    assert expected == ("the next scheduled sweep tries again" in told.text)


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
    ("described", "ended", "words"),
    [
        (
            {"status": "FAILED", "error": "AwsDeniedError", "cause": '{"errorMessage": "no"}'},
            "FAILED with AwsDe",
            ["Why: no", "redrive the execution"],
        ),
        (
            {"status": "FAILED", "error": "InvalidRequestError", "cause": '{"errorMessage": "no"}'},
            "FAILED with Inv",
            ["it started nothing; correct its input, then start a new sweep"],
        ),
        ({"status": "ABORTED"}, "ABORTED", ["Why: Somebody stopped the execution", "start a new sweep"]),
        ({"status": "TIMED_OUT"}, "TIMED_OUT", ["start a new sweep"]),
    ],
    ids=str,
)
def test_an_execution_without_a_summary(described: dict[str, Any], ended: str, words: list[str]) -> None:
    told = of_execution({"executionArn": EXECUTION, **described})
    assert told is not None
    assert told.subject.startswith(f"[dx-decommission] sweep {ended}")
    assert [word for word in words if word not in told.text] == []


def test_an_execution_that_succeeded_was_told_by_its_summary() -> None:
    assert of_execution({"executionArn": EXECUTION, "status": "SUCCEEDED"}) is None


def test_a_sweep_that_failed_with_a_summary_was_told_by_it() -> None:
    assert of_execution({"executionArn": EXECUTION, "status": "FAILED", "error": "SweepFailed"}) is None
