"""The example of a schedule for one connection at one time."""

import json
from string import Template
from typing import Any

import boto3

from sandbox.aws import Sandbox
from sandbox.stack import ROOT
from tests.e2e.runs import output


def filled_in(sandbox: Sandbox) -> dict[str, Any]:
    """Put the outputs of the stack into the example, as docs/operations.md says."""
    text = Template((ROOT / "events/schedule.json").read_text()).substitute(sandbox.stack.outputs)
    schedule: dict[str, Any] = json.loads(text)
    return schedule


def test_its_input_starts_a_run_of_the_approved_plan(two_sites: Sandbox) -> None:
    schedule = filled_in(two_sites)
    scheduler = two_sites.client("scheduler")
    scheduler.create_schedule(**schedule)
    target = scheduler.get_schedule(Name=schedule["Name"])["Target"]
    # moto keeps schedules, and starts nothing: this is what Scheduler would do.
    started = two_sites.client("stepfunctions").start_execution(stateMachineArn=target["Arn"], input=target["Input"])
    result = output(two_sites.finish(started["executionArn"]))
    approved = json.loads((ROOT / "events/approved-plan.json").read_text())
    assert ("COMPLETED", approved["planDigest"]) == (result["phase"], result["request"]["planDigest"])
    assert approved["planDigest"] == result["plan"]["digest"]


def test_it_fits_the_model_of_the_api(sandbox: Sandbox) -> None:
    """Check the example against the model of the API; moto checks less than AWS."""
    schedule = filled_in(sandbox)
    model = boto3.Session().client("scheduler", region_name="eu-central-1").meta.service_model
    members = model.operation_model("CreateSchedule").input_shape
    assert members is not None
    assert set(schedule) <= set(members.members)
    assert set(schedule["Target"]) <= set(members.members["Target"].members)
    assert ("DELETE", "OFF") == (schedule["ActionAfterCompletion"], schedule["FlexibleTimeWindow"]["Mode"])
