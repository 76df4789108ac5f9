"""The state machine against what it depends on; `sam validate --lint` does not check its states."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from decommission import errors
from decommission.run import Phase
from sandbox.stack import PLACEHOLDER, ROOT

DEFINITION = ROOT / "src/statemachine/decommission.asl.yaml"
TEMPLATE = ROOT / "template.yaml"
TERMINAL = {"Succeed", "Fail"}
ERRORS = {name for name, _ in inspect.getmembers(errors, inspect.isclass)} - {"DecommissionError"}
LONGEST_PATIENCE_MINUTES = 1440

type States = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def machine() -> dict[str, Any]:
    definition: dict[str, Any] = yaml.safe_load(DEFINITION.read_text())
    return definition


@pytest.fixture(scope="module")
def states(machine: dict[str, Any]) -> States:
    found: States = machine["States"]
    return found


@pytest.fixture(scope="module")
def task(states: States) -> dict[str, Any]:
    (only,) = (state for state in states.values() if state["Type"] == "Task")
    return only


def targets(state: dict[str, Any]) -> set[str]:
    branches = [state, *state.get("Choices", [])]
    return {branch[key] for branch in branches for key in ("Next", "Default") if key in branch}


def conditions(rule: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rule.get("Or", [rule])
    return found


def after(states: States, phase: str) -> str:
    """Name the state that WhichPhase chooses for a phase."""
    choice = states["WhichPhase"]
    chosen = [r["Next"] for r in choice["Choices"] for c in conditions(r) if c["StringEquals"] == phase]
    assert len(chosen) <= 1
    return str(chosen[0] if chosen else choice["Default"])


# --- The graph


def test_it_has_these_states_and_no_others(states: States) -> None:
    assert {
        "IsResult": "Choice",
        "Forged": "Fail",
        "Begin": "Pass",
        "Step": "Task",
        "WhichPhase": "Choice",
        "WaitForVirtualInterfaces": "Wait",
        "WaitForConnection": "Wait",
        "Done": "Succeed",
        "Blocked": "Fail",
        "TimedOut": "Fail",
        "UnknownPhase": "Fail",
    } == {name: state["Type"] for name, state in states.items()}


def test_every_target_exists_and_every_state_can_be_reached(machine: dict[str, Any]) -> None:
    reached: set[str] = set()
    ahead = {machine["StartAt"]}
    while ahead:
        reached |= ahead
        ahead = {target for name in ahead for target in targets(machine["States"][name])} - reached
    assert machine["States"].keys() == reached


def test_every_state_ends_or_goes_on(states: States) -> None:
    for name, state in states.items():
        assert (state["Type"] in TERMINAL) != bool(targets(state)), name


def test_a_failed_step_can_be_redriven(states: States) -> None:
    assert [] == [name for name, state in states.items() if "Catch" in state]


def test_the_placeholders_are_those_that_the_template_fills_in() -> None:
    filled_in = re.search(r"DefinitionSubstitutions:\n((?: {8}\w+:.*\n)+)", TEMPLATE.read_text())
    assert filled_in is not None
    assert set(re.findall(r"^ {8}(\w+):", filled_in[1], re.MULTILINE)) == set(
        PLACEHOLDER.findall(DEFINITION.read_text())
    )


# --- The beginning


def test_an_input_with_a_phase_is_refused_before_the_function_is_called(machine: dict[str, Any]) -> None:
    states = machine["States"]
    choice = states[machine["StartAt"]]
    assert [{"Variable": "$.phase", "IsPresent": True, "Next": "Forged"}] == choice["Choices"]
    assert "InvalidRequestError" == states["Forged"]["Error"]
    assert states["Forged"]["Error"] in ERRORS
    assert "phase" in states["Forged"]["Cause"]
    assert "Begin" == choice["Default"]


def test_any_other_input_is_wrapped_with_its_execution(states: States) -> None:
    begin = states["Begin"]
    assert {"execution.$": "$$.Execution.Id", "event.$": "$"} == begin["Parameters"]
    assert "Step" == begin["Next"]


def test_only_the_loop_comes_back_to_the_function(states: States) -> None:
    before = {name for name, state in states.items() if "Step" in targets(state)}
    assert {"Begin", "WaitForVirtualInterfaces", "WaitForConnection"} == before


# --- The step


def test_the_function_gets_the_state_as_it_is_and_its_result_becomes_the_state(task: dict[str, Any]) -> None:
    assert "${LambdaInvokeArn}" == task["Resource"]
    assert {"FunctionName": "${DecommissionFunctionArn}", "Payload.$": "$"} == task["Parameters"]
    assert "$.Payload" == task["OutputPath"]
    assert not {"InputPath", "ResultPath", "ResultSelector"} & task.keys()


RETRIED = {
    "AwsBusyError",
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Runtime.Unknown",
    "Sandbox.Failure",
    "Sandbox.Timedout",
    "States.Timeout",
}


def test_a_step_that_broke_off_is_repeated_patiently(task: dict[str, Any]) -> None:
    (retry,) = task["Retry"]
    assert sorted(RETRIED) == sorted(retry["ErrorEquals"])
    assert {
        "ErrorEquals": retry["ErrorEquals"],
        "IntervalSeconds": 5,
        "MaxAttempts": 30,
        "BackoffRate": 2,
        "MaxDelaySeconds": 120,
        "JitterStrategy": "FULL",
    } == retry


def test_of_our_own_errors_only_the_busy_one_is_retried() -> None:
    assert {"InvalidRequestError", "AwsBusyError", "AwsDeniedError", "ConfigurationError"} == ERRORS
    assert {"AwsBusyError"} == {error for error in RETRIED if "." not in error}


def test_the_function_times_out_before_its_task_does(task: dict[str, Any]) -> None:
    timeout = re.search(r"^      Timeout: (\d+)$", TEMPLATE.read_text(), re.MULTILINE)
    assert timeout is not None
    assert 900 == int(timeout[1])
    assert 930 == task["TimeoutSeconds"]


def test_the_machine_outlives_the_longest_patience_by_an_hour(machine: dict[str, Any]) -> None:
    assert (LONGEST_PATIENCE_MINUTES + 60) * 60 == machine["TimeoutSeconds"]


# --- The phases


def test_the_choice_covers_exactly_the_phases(states: States) -> None:
    choice = states["WhichPhase"]
    tested = [condition for rule in choice["Choices"] for condition in conditions(rule)]
    assert {"$.phase"} == {condition["Variable"] for condition in tested}
    assert sorted(Phase) == sorted(condition["StringEquals"] for condition in tested)


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("DELETING_VIRTUAL_INTERFACES", "WaitForVirtualInterfaces"),
        ("DELETING_CONNECTION", "WaitForConnection"),
        ("PLANNED", "Done"),
        ("COMPLETED", "Done"),
        ("BLOCKED", "Blocked"),
        ("TIMED_OUT", "TimedOut"),
        ("REHEARSING", "UnknownPhase"),
        ("completed", "UnknownPhase"),
        ("", "UnknownPhase"),
    ],
)
def test_each_phase_leads_to_its_state(states: States, phase: str, expected: str) -> None:
    assert expected == after(states, phase)


def test_each_phase_that_waits_has_a_wait_of_its_own(states: States) -> None:
    waits = {phase: after(states, phase) for phase in Phase if phase.waits}
    assert len(waits) == len(set(waits.values()))
    for name in waits.values():
        assert {"Type": "Wait", "SecondsPath": "$.waitSeconds", "Next": "Step"} == states[name]


@pytest.mark.parametrize(("phase", "error"), [(Phase.BLOCKED, "Blocked"), (Phase.TIMED_OUT, "TimedOut")])
def test_a_bad_end_fails_with_its_name_and_the_reason(states: States, phase: Phase, error: str) -> None:
    assert {"Type": "Fail", "Error": error, "CausePath": "$.reason"} == states[after(states, phase)]


def test_an_unknown_phase_fails(states: States) -> None:
    assert ("Fail", "UnknownPhase") == (states["UnknownPhase"]["Type"], states["UnknownPhase"]["Error"])


@pytest.mark.parametrize("path", [DEFINITION, TEMPLATE], ids=lambda path: path.name)
def test_no_partition_is_written_down(path: Path) -> None:
    assert "arn:aws" not in path.read_text()
