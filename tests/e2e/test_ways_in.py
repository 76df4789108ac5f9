"""Every way in leads to the same run, and every example in `events/` works."""

import json
from pathlib import Path
from typing import Any

import pytest

from decommission import contract
from decommission.run import NewRun
from sandbox import world
from sandbox.aws import Sandbox
from sandbox.stack import ROOT
from tests.support.driver import SETTINGS
from tests.support.strategies import START

EVENTS = ROOT / "events"
REQUESTS = sorted(
    path for path in EVENTS.glob("*.json") if not path.name.endswith((".asl.json", ".env.json", "schedule.json"))
)


def quick(sandbox: Sandbox) -> None:
    behaviour = sandbox.direct_connect.behaviour
    world.build(sandbox)
    sandbox.direct_connect.behaviour = behaviour
    for interface in sandbox.direct_connect.virtual_interfaces.values():
        interface.deletion = None


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_every_example_is_an_event(path: Path) -> None:
    run = contract.read(json.loads(path.read_text()), now=START, settings=SETTINGS)
    assert isinstance(run, NewRun)
    assert world.CONNECTION_ID == run.request.connection_id


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_every_example_runs(sandbox: Sandbox, path: Path) -> None:
    quick(sandbox)
    event = json.loads(path.read_text())
    execution = sandbox.run(event)
    assert "SUCCEEDED" == execution["status"]
    assert ("PLANNED" if event.get("dryRun") else "COMPLETED") == json.loads(execution["output"])["phase"]


def put_event(sandbox: Sandbox, **overrides: str) -> list[str]:
    """Send the example's event to the default bus, and return the executions that came of it."""
    envelope = json.loads((EVENTS / "eventbridge.json").read_text())
    entry = {
        "Source": envelope["source"],
        "DetailType": envelope["detail-type"],
        "Detail": json.dumps(envelope["detail"]),
        **overrides,
    }
    sandbox.client("events").put_events(Entries=[entry])
    machine = sandbox.stack.outputs["StateMachineArn"]
    executions = sandbox.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [execution["executionArn"] for execution in executions]


def test_an_event_on_the_bus_starts_a_run(sandbox: Sandbox) -> None:
    quick(sandbox)
    (arn,) = put_event(sandbox)
    result = json.loads(sandbox.finish(arn)["output"])
    assert "COMPLETED" == result["phase"]
    assert "Site A is closed, CHG-1234" == result["request"]["reason"]


@pytest.mark.parametrize("overrides", [{"Source": "somebody.else"}, {"DetailType": "Decommission Done"}], ids=str)
def test_other_events_do_not(sandbox: Sandbox, overrides: dict[str, str]) -> None:
    assert [] == put_event(sandbox, **overrides)


@pytest.mark.parametrize(
    "sandbox", [{"EventSource": "our.tickets", "EventDetailType": "Port Cancelled"}], indirect=True
)
def test_the_pattern_is_a_parameter(sandbox: Sandbox) -> None:
    quick(sandbox)
    assert [] == put_event(sandbox)
    (arn,) = put_event(sandbox, Source="our.tickets", DetailType="Port Cancelled")
    assert "SUCCEEDED" == sandbox.finish(arn)["status"]


@pytest.mark.parametrize("sandbox", [{"EventRuleState": "DISABLED"}], indirect=True)
def test_a_disabled_rule_starts_nothing(sandbox: Sandbox) -> None:
    assert [] == put_event(sandbox)


def override_in(sandbox: Sandbox) -> dict[str, Any]:
    quick(sandbox)
    override = {"guard": "traffic", "reason": "telemetry only", "ids": [world.CONNECTION_ID]}
    (arn,) = put_event(sandbox, Detail=json.dumps({"connectionId": world.CONNECTION_ID, "overrides": [override]}))
    return sandbox.finish(arn)


def test_an_event_may_not_override(sandbox: Sandbox) -> None:
    execution = override_in(sandbox)
    assert "InvalidRequestError" == execution["error"]
    assert "detail.overrides" in execution["cause"]


@pytest.mark.parametrize("sandbox", [{"AllowOverridesFromEvents": "true"}], indirect=True)
def test_unless_the_stack_allows_it(sandbox: Sandbox) -> None:
    assert "SUCCEEDED" == override_in(sandbox)["status"]


def test_the_event_is_on_record(sandbox: Sandbox) -> None:
    quick(sandbox)
    (arn,) = put_event(sandbox)
    result = json.loads(sandbox.finish(arn)["output"])
    assert {"id", "time"} == result["event"].keys()
    reports = [json.loads(body) for key, body in sandbox.record().items() if key.endswith("report.json")]
    assert [result["event"]] == [report["event"] for report in reports]


def nested(sandbox: Sandbox, connection_id: str) -> dict[str, Any]:
    """Run the example of a workflow that has a decommission as one of its steps."""
    machine = sandbox.stack.outputs["StateMachineArn"]
    states = sandbox.client("stepfunctions")
    definition = (EVENTS / "nested-workflow.asl.json").read_text().replace("${StateMachineArn}", machine)
    workflow = states.create_state_machine(
        name="site-closing", definition=definition, roleArn="arn:aws:iam::123456789012:role/site-closing"
    )["stateMachineArn"]
    started = states.start_execution(
        stateMachineArn=workflow, name="site-a", input=json.dumps({"connectionId": connection_id})
    )
    return sandbox.finish(started["executionArn"])


def test_a_workflow_gets_the_result_back(sandbox: Sandbox) -> None:
    quick(sandbox)
    result = json.loads(nested(sandbox, world.CONNECTION_ID)["output"])
    assert {"phase": "COMPLETED", "reason": "dxcon-fg5678gh is gone, with 3 virtual interfaces"} == result


def test_a_workflow_fails_with_a_run_that_fails(sandbox: Sandbox) -> None:
    execution = nested(sandbox, "dxvif-fg5678gh")
    assert "FAILED" == execution["status"]
    assert "InvalidRequestError" in execution["cause"]
