"""The state machine's definition; ``sam validate --lint`` does not check its states."""

import inspect
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from decommission import errors
from decommission.run import NewRun, Phase, Request
from decommission.schemas import LONGEST_NOTICE_MINUTES, LONGEST_PATIENCE_MINUTES, LONGEST_REHEARSAL_MINUTES
from decommission.wait import wait_seconds
from sandbox.stack import PLACEHOLDER, ROOT
from tests.support.strategies import CONNECTION_ID, START

DEFINITION = ROOT / "src/statemachine/decommission.asl.yaml"
TEMPLATE = ROOT / "template.yaml"
MACHINE: dict[str, Any] = yaml.safe_load(DEFINITION.read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
STEP = STATES["Step"]
ERRORS = {name for name, _ in inspect.getmembers(errors, inspect.isclass)} - {"DecommissionError"}
RETRIED = {
    *("AwsBusyError", "Lambda.AWSLambdaException", "Lambda.ClientExecutionTimeoutException"),
    *("Lambda.SdkClientException", "Lambda.ServiceException", "Lambda.TooManyRequestsException", "Lambda.Unknown"),
    *("Runtime.ExitError", "Runtime.OutOfMemory", "Runtime.Unknown"),
    *("Sandbox.Failure", "Sandbox.Timedout", "States.Timeout"),
}
WAIT = {"Type": "Wait", "SecondsPath": "$.waitSeconds", "Next": "Step"}


def targets(state: dict[str, Any]) -> set[str]:
    """Name the states that may follow this one."""
    branches = [state, *state.get("Choices", [])]
    return {branch[key] for branch in branches for key in ("Next", "Default") if key in branch}


def conditions(rule: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rule.get("Or", [rule])
    return found


def test_the_states() -> None:
    assert {
        "IsResult": "Choice",
        "Forged": "Fail",
        "Begin": "Pass",
        "Step": "Task",
        "WhichPhase": "Choice",
        "WaitForNotice": "Wait",
        "WaitForRehearsal": "Wait",
        "WaitForVirtualInterfaces": "Wait",
        "WaitForConnection": "Wait",
        "WaitForLag": "Wait",
        "Done": "Succeed",
        "Blocked": "Fail",
        "TimedOut": "Fail",
        "UnknownPhase": "Fail",
    } == {name: state["Type"] for name, state in STATES.items()}


def test_every_state_can_be_reached_and_every_target_exists() -> None:
    reached: set[str] = set()
    ahead = {MACHINE["StartAt"]}
    while ahead:
        reached |= ahead
        ahead = {target for name in ahead for target in targets(STATES[name])} - reached
    assert STATES.keys() == reached


@pytest.mark.parametrize("name", STATES)
def test_a_state_either_ends_the_execution_or_names_the_next(name: str) -> None:
    assert (STATES[name]["Type"] not in {"Succeed", "Fail"}) == bool(targets(STATES[name]))


def test_a_failed_step_can_be_redriven() -> None:
    """Step Functions redrives only an execution that failed; a ``Catch`` would hide the failure."""
    assert [] == [name for name, state in STATES.items() if "Catch" in state]


def test_an_input_with_a_phase_fails_before_the_function_is_called() -> None:
    """Only the function's results have a phase, so this input is forged."""
    choice, forged = STATES[MACHINE["StartAt"]], STATES["Forged"]
    assert [{"Variable": "$.phase", "IsPresent": True, "Next": "Forged"}] == choice["Choices"]
    assert "InvalidRequestError" == forged["Error"]
    assert "phase" in forged["Cause"]
    assert "Begin" == choice["Default"]


def test_any_other_input_is_wrapped_with_the_arn_of_its_execution() -> None:
    expected = {"Type": "Pass", "Parameters": {"execution.$": "$$.Execution.Id", "event.$": "$"}, "Next": "Step"}
    assert expected == STATES["Begin"]


def test_only_the_waits_lead_back_to_the_function() -> None:
    before = {name for name, state in STATES.items() if "Step" in targets(state)}
    assert {"Begin", *(name for name in STATES if name.startswith("WaitFor"))} == before


def test_the_function_gets_the_state_unchanged_and_returns_the_next_state() -> None:
    assert "${LambdaInvokeArn}" == STEP["Resource"]
    assert {"FunctionName": "${DecommissionFunctionArn}", "Payload.$": "$"} == STEP["Parameters"]
    assert "$.Payload" == STEP["OutputPath"]
    assert not {"InputPath", "ResultPath", "ResultSelector"} & STEP.keys()


def test_a_step_that_broke_off_is_retried_up_to_30_times() -> None:
    (retry,) = STEP["Retry"]
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


def test_the_function_times_out_before_its_task_does(resources: dict[str, Any]) -> None:
    assert (900, 930) == (resources["DecommissionFunction"]["Properties"]["Timeout"], STEP["TimeoutSeconds"])


def test_the_machine_times_out_an_hour_after_the_longest_deadline() -> None:
    longest = LONGEST_NOTICE_MINUTES + LONGEST_REHEARSAL_MINUTES + LONGEST_PATIENCE_MINUTES
    assert (longest + 60) * 60 == MACHINE["TimeoutSeconds"]


def test_the_history_of_the_longest_run_fits() -> None:
    """Step Functions ends an execution after 25,000 events; half of them are for retries."""
    request = Request(
        connection_id=CONNECTION_ID,
        notice_minutes=LONGEST_NOTICE_MINUTES,
        rehearsal_minutes=LONGEST_REHEARSAL_MINUTES,
        patience_minutes=LONGEST_PATIENCE_MINUTES,
    )
    run = NewRun(request=request, started_at=START)
    now, phase_started_at, steps = START, START, 1
    while now < run.deadline:
        for begins_at in (run.notice_ends_at, run.earliest_deletion):
            if now >= begins_at > phase_started_at:
                phase_started_at = now
        # Half of the jitter is what there is on average.
        now += timedelta(seconds=wait_seconds(run, phase_started_at, now, minimum=10, jitter=0.5))
        steps += 1
    # Of the Wait (2), the Task (5) and the Choice (2).
    assert 700 < steps < 25_000 / 9 * 0.9


def test_each_phase_leads_to_its_state_and_an_unknown_one_fails() -> None:
    choice = STATES["WhichPhase"]
    cases = [(condition, rule["Next"]) for rule in choice["Choices"] for condition in conditions(rule)]
    assert {"$.phase"} == {condition["Variable"] for condition, _ in cases}
    assert len(Phase) == len(cases)
    assert {
        Phase.NOTICE: "WaitForNotice",
        Phase.REHEARSING: "WaitForRehearsal",
        Phase.DELETING_VIRTUAL_INTERFACES: "WaitForVirtualInterfaces",
        Phase.DELETING_CONNECTION: "WaitForConnection",
        Phase.DELETING_LAG: "WaitForLag",
        Phase.PLANNED: "Done",
        Phase.COMPLETED: "Done",
        Phase.BLOCKED: "Blocked",
        Phase.TIMED_OUT: "TimedOut",
    } == {condition["StringEquals"]: following for condition, following in cases}
    assert "UnknownPhase" == choice["Default"]


def test_the_waits_and_the_failures() -> None:
    assert [WAIT] * 5 == [state for name, state in STATES.items() if name.startswith("WaitFor")]
    for name in ("Blocked", "TimedOut"):
        assert {"Type": "Fail", "Error": name, "CausePath": "$.reason"} == STATES[name]
    assert "UnknownPhase" == STATES["UnknownPhase"]["Error"]


def test_the_template_fills_in_every_placeholder(resources: dict[str, Any]) -> None:
    filled_in = resources["DecommissionStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert set(PLACEHOLDER.findall(DEFINITION.read_text())) == filled_in.keys()


@pytest.mark.parametrize("path", [DEFINITION, TEMPLATE], ids=lambda path: path.name)
def test_every_arn_names_its_partition_by_a_parameter(path: Path) -> None:
    assert "arn:aws" not in path.read_text()
