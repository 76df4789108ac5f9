"""The summary of a sweep, by what the state machine has written down."""

import json
from typing import Any

import pytest

from sweep.summary import MOST_OF_A_REASON, End, entry, summed_up

PLACE = "us-east-1 of account 210987654321"
ITEM = {
    "id": "dxcon-fg5678gh",
    "place": PLACE,
    "name": "dxcon-fg5678gh-20261201T020000Z",
    "outcome": "sweeps/x/dxcon-fg5678gh.json",
}
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:decommission:dxcon-fg5678gh-20261201T020000Z"
REASON = "dxcon-fg5678gh is blocked by traffic, routes: traffic: loud; routes: here only; nothing was deleted"


def not_succeeded(**described: str) -> dict[str, Any]:
    """Make the error of startExecution.sync:2 for an execution that did not succeed."""
    return {"Error": "States.TaskFailed", "Cause": json.dumps({"ExecutionArn": EXECUTION, **described})}


def told(error: dict[str, Any]) -> tuple[str, str, list[str], str | None]:
    found = entry(ITEM, ITEM | {"error": error})
    return found["end"], found["reason"], found["guards"], found["execution"]


def test_a_run_that_succeeded() -> None:
    ended = {"execution": EXECUTION, "phase": "COMPLETED", "reason": "it is gone", "guards": [], "alreadyGone": True}
    assert {
        "id": "dxcon-fg5678gh",
        "place": PLACE,
        "name": ITEM["name"],
        "end": "COMPLETED",
        "reason": "it is gone",
        "guards": [],
        "alreadyGone": True,
        "execution": EXECUTION,
    } == entry(ITEM, ITEM | {"ended": ended})


def test_a_dry_run_names_what_would_block() -> None:
    guards = [{"guard": "stack", "outcome": "BLOCK"}, {"guard": "state", "outcome": "PASS"}]
    ended = {"execution": EXECUTION, "phase": "PLANNED", "reason": "a plan", "guards": guards, "alreadyGone": False}
    assert ["stack"] == entry(ITEM, ITEM | {"ended": ended})["guards"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            not_succeeded(Status="FAILED", Error="Blocked", Cause=REASON),
            ("BLOCKED", REASON, ["traffic", "routes"], EXECUTION),
        ),
        (
            not_succeeded(Status="FAILED", Error="TimedOut", Cause="2 are left"),
            ("TIMED_OUT", "2 are left", [], EXECUTION),
        ),
        (
            not_succeeded(
                Status="FAILED", Error="AwsDeniedError", Cause='{"errorMessage": "AWS denied it", "stackTrace": []}'
            ),
            ("FAILED", "AwsDeniedError: AWS denied it", [], EXECUTION),
        ),
        (not_succeeded(Status="ABORTED"), ("FAILED", "ABORTED: ", [], EXECUTION)),
        (not_succeeded(Status="TIMED_OUT"), ("FAILED", "TIMED_OUT: ", [], EXECUTION)),
        (
            {"Error": "StepFunctions.ExecutionAlreadyExistsException", "Cause": "Execution Already Exists"},
            ("SKIPPED", "an execution of this name was started before, and has told its own end", [], None),
        ),
        (
            {"Error": "StepFunctions.AWSStepFunctionsException", "Cause": "is not authorized to perform"},
            ("FAILED", "StepFunctions.AWSStepFunctionsException: is not authorized to perform", [], None),
        ),
        ({"Error": "States.Timeout"}, ("FAILED", "States.Timeout: ", [], None)),
        ({}, ("FAILED", "unknown error: ", [], None)),
    ],
    ids=str,
)
def test_a_run_that_did_not_succeed(error: dict[str, Any], expected: tuple[str, str, list[str], str | None]) -> None:
    assert expected == told(error)


def test_a_cause_that_step_functions_has_cut() -> None:
    whole = json.dumps({"Cause": REASON, "Error": "Blocked", "ExecutionArn": EXECUTION, "Input": "x" * 40_000})
    end, _, guards, _ = told({"Error": "States.TaskFailed", "Cause": whole[:32_768]})
    assert ("BLOCKED", ["traffic", "routes"]) == (end, guards)


def test_what_was_skipped_and_what_was_not_written() -> None:
    assert ("SKIPPED", "protected") == tuple(entry(ITEM | {"skipped": "protected"}, None)[k] for k in ("end", "reason"))
    missing = entry(ITEM, None)
    assert ("FAILED", ITEM["name"]) == (missing["end"], missing["name"])


def test_a_long_reason_is_cut() -> None:
    ended = {"execution": EXECUTION, "phase": "COMPLETED", "reason": "x" * 9_000, "guards": [], "alreadyGone": False}
    assert len(entry(ITEM, ITEM | {"ended": ended})["reason"]) < MOST_OF_A_REASON + 50


def test_what_needs_attention_comes_first() -> None:
    ends = ["COMPLETED", "SKIPPED", "FAILED", "BLOCKED", "PLANNED", "TIMED_OUT", "BLOCKED", "PLANNED", "COMPLETED"]
    guards = {3: ["lag"], 6: ["lag"], 7: ["routes"]}
    entries = [
        {"id": f"dxcon-{number:08}", "end": end, "guards": guards.get(number, []), "alreadyGone": number == 8}
        for number, end in enumerate(ends)
    ]
    found = summed_up(entries)
    assert [2, 5, 3, 6, 1, 7, 8, 4, 0] == [int(one["id"].removeprefix("dxcon-")) for one in found["connections"]]
    assert {end.value: ends.count(end) for end in End} == found["counts"]
    assert {"lag": 2, "routes": 1} == found["blockedBy"]
