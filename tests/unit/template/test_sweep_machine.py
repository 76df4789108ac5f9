"""The state machine of the sweeps, and the schedule that starts it."""

import json
import re
from typing import Any

import pytest
import yaml

from sandbox.stack import PLACEHOLDER, ROOT

DEFINITION = ROOT / "src/statemachine/sweep.asl.yaml"
MACHINE: dict[str, Any] = yaml.safe_load(DEFINITION.read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
EACH = STATES["EachConnection"]
ITEM: dict[str, dict[str, Any]] = EACH["ItemProcessor"]["States"]
STEP: dict[str, Any] = yaml.safe_load((ROOT / "src/statemachine/decommission.asl.yaml").read_text())["States"]["Step"]


def targets(state: dict[str, Any]) -> set[str]:
    branches = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {branch[key] for branch in branches for key in ("Next", "Default") if key in branch}


@pytest.mark.parametrize(("states", "start"), [(STATES, "List"), (ITEM, "IsSkipped")], ids=["sweep", "item"])
def test_every_state_can_be_reached_and_every_target_exists(states: dict[str, dict[str, Any]], start: str) -> None:
    reached: set[str] = set()
    ahead = {start}
    while ahead:
        reached |= ahead
        ahead = {target for name in ahead for target in targets(states[name])} - reached
    assert states.keys() == reached


def test_no_anchors() -> None:
    """Step Functions reads the file as it is, and what its parser makes of an alias is not known."""
    assert not re.search(r"[:-] [&*]\w", DEFINITION.read_text())


@pytest.mark.parametrize("name", ["List", "Summarise"])
def test_the_function_is_retried_as_the_step_is(name: str) -> None:
    assert (STEP["Retry"], STEP["TimeoutSeconds"]) == (STATES[name]["Retry"], STATES[name]["TimeoutSeconds"])
    assert "Catch" not in STATES[name], "a failed execution can be redriven"


def test_one_item_stops_no_other_and_returns_nothing() -> None:
    assert ("DISTRIBUTED", 100) == (
        EACH["ItemProcessor"]["ProcessorConfig"]["Mode"],
        EACH["ToleratedFailurePercentage"],
    )
    assert "$.concurrency" == EACH["MaxConcurrencyPath"]
    assert (None, None) == (EACH["ResultPath"], ITEM["WriteOutcome"]["OutputPath"])
    assert [["States.ALL"]] == [catch["ErrorEquals"] for catch in ITEM["Decommission"]["Catch"]]


def test_the_input_of_a_run_has_no_word_of_the_sweep() -> None:
    """Step Functions refuses the same name with another input."""
    assert {
        "StateMachineArn": "${DecommissionStateMachineArn}",
        "Name.$": "$.item.name",
        "Input.$": "$.item.request",
    } == ITEM["Decommission"]["Parameters"]


def test_the_template_fills_in_every_placeholder(resources: dict[str, Any]) -> None:
    filled_in = resources["SweepStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert set(PLACEHOLDER.findall(DEFINITION.read_text())) == filled_in.keys()


class TestSchedule:
    def test_it_starts_the_sweep_with_its_own_time(self, resources: dict[str, Any]) -> None:
        target = resources["SweepStateMachineScheduled"]["Properties"]["Target"]
        # Scheduler replaces this word, the same at each delivery:
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        example = json.loads((ROOT / "events/sweeps/scheduled.json").read_text())
        assert dict.fromkeys(example, "<aws.scheduler.scheduled-time>") == json.loads(target["Input"])
        assert {"Ref": "SweepStateMachine"} == target["Arn"] or {"Fn::GetAtt": ["SweepStateMachine", "Arn"]} == (
            target["Arn"]
        )
        assert {"Fn::GetAtt": ["ScheduleRole", "Arn"]} == target["RoleArn"]
        assert {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 185} == target["RetryPolicy"]
        assert {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}} == target["DeadLetterConfig"]

    def test_the_parameters_set_when(self, resources: dict[str, Any]) -> None:
        schedule = resources["SweepStateMachineScheduled"]["Properties"]
        assert {"Ref": "SweepScheduleState"} == schedule["State"]
        assert {"Ref": "SweepScheduleExpression"} == schedule["ScheduleExpression"]
        assert {"Ref": "SweepTimeZone"} == schedule["ScheduleExpressionTimezone"]
        assert "Name" not in schedule
