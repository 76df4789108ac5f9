"""The state machine against what it depends on; `sam validate --lint` does not look inside it."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from decommission import errors
from decommission.contract import LONGEST_PATIENCE_MINUTES
from decommission.run import Phase
from sandbox.stack import ROOT

DEFINITION = ROOT / "src/statemachine/decommission.asl.yaml"
TERMINAL = {"Succeed", "Fail"}
ERRORS = {name for name, _ in inspect.getmembers(errors, inspect.isclass)} - {"DecommissionError"}


@pytest.fixture(scope="module")
def machine() -> dict[str, Any]:
    definition: dict[str, Any] = yaml.safe_load(DEFINITION.read_text())
    return definition


@pytest.fixture(scope="module")
def states(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = machine["States"]
    return found


def targets(state: dict[str, Any]) -> set[str]:
    branches = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {branch[key] for branch in branches for key in ("Next", "Default") if key in branch}


def tasks(states: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [state for state in states.values() if state["Type"] == "Task"]


def conditions(choice: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = choice.get("Or", [choice])
    return found


def test_it_is_small(states: dict[str, dict[str, Any]]) -> None:
    assert 5 <= len(states) <= 9


def test_every_target_exists_and_every_state_can_be_reached(machine: dict[str, Any]) -> None:
    reached: set[str] = set()
    ahead = {machine["StartAt"]}
    while ahead:
        reached |= ahead
        ahead = {target for name in ahead for target in targets(machine["States"][name])} - reached
    assert machine["States"].keys() == reached


def test_every_state_ends_or_goes_on(states: dict[str, dict[str, Any]]) -> None:
    for name, state in states.items():
        assert (state["Type"] in TERMINAL) != bool(targets(state)), name


def test_the_choice_covers_exactly_the_phases(states: dict[str, dict[str, Any]]) -> None:
    (choice,) = (state for state in states.values() if state["Type"] == "Choice")
    tested = [condition for rule in choice["Choices"] for condition in conditions(rule)]
    assert {"$.phase"} == {condition["Variable"] for condition in tested}
    assert sorted(Phase) == sorted(condition["StringEquals"] for condition in tested)
    assert states[choice["Default"]]["Type"] == "Fail"


def test_each_phase_that_waits_has_a_wait_of_its_own(states: dict[str, dict[str, Any]]) -> None:
    (choice,) = (state for state in states.values() if state["Type"] == "Choice")
    waits = {
        condition["StringEquals"]: rule["Next"]
        for rule in choice["Choices"]
        for condition in conditions(rule)
        if states[rule["Next"]]["Type"] == "Wait"
    }
    assert {phase for phase in Phase if phase.waits} == waits.keys()
    assert len(waits) == len(set(waits.values()))


@pytest.mark.parametrize(("phase", "error"), [(Phase.BLOCKED, "Blocked"), (Phase.TIMED_OUT, "TimedOut")])
def test_a_bad_end_fails_with_its_name_and_the_reason(
    states: dict[str, dict[str, Any]], phase: Phase, error: str
) -> None:
    rules = states["WhichPhase"]["Choices"]
    (end,) = (rule["Next"] for rule in rules for condition in conditions(rule) if condition["StringEquals"] == phase)
    assert {"Type": "Fail", "Error": error, "CausePath": "$.reason"} == states[end]


def test_every_task_has_a_time_out_a_retry_with_jitter_and_a_catch(states: dict[str, dict[str, Any]]) -> None:
    for task in tasks(states):
        assert task["TimeoutSeconds"] > 0
        assert task["Catch"]
        assert {"FULL"} == {retry["JitterStrategy"] for retry in task["Retry"]}
        assert any("Lambda.TooManyRequestsException" in retry["ErrorEquals"] for retry in task["Retry"])


def test_what_is_retried_is_named_and_exists(states: dict[str, dict[str, Any]]) -> None:
    retried = {error for task in tasks(states) for retry in task["Retry"] for error in retry["ErrorEquals"]}
    assert not retried & {"States.ALL", "States.TaskFailed"}
    ours = {error for error in retried if "." not in error}
    assert {"DirectConnectBusyError"} == ours
    assert ours <= ERRORS


def test_the_function_times_out_before_its_task_does(states: dict[str, dict[str, Any]]) -> None:
    timeout = re.search(r"^      Timeout: (\d+)$", (ROOT / "template.yaml").read_text(), re.MULTILINE)
    assert timeout is not None
    assert int(timeout[1]) < min(task["TimeoutSeconds"] for task in tasks(states))


def test_the_machine_outlives_the_longest_patience(machine: dict[str, Any]) -> None:
    assert LONGEST_PATIENCE_MINUTES * 60 < machine["TimeoutSeconds"]


@pytest.mark.parametrize("path", [DEFINITION, ROOT / "template.yaml"], ids=lambda path: path.name)
def test_no_partition_is_written_down(path: Path) -> None:
    assert "arn:aws" not in path.read_text()
