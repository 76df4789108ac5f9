"""Every way to start a run, with every example in ``events/``."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from decommission import contract
from decommission.run import NewRun
from sandbox import world
from sandbox.aws import Sandbox
from sandbox.stack import ROOT
from tests.e2e.runs import available, documents, executions, failure, output, totals
from tests.support.driver import SETTINGS
from tests.support.strategies import START

EVENTS = ROOT / "events"
REQUESTS = sorted(
    path for path in EVENTS.glob("*.json") if not path.name.endswith((".asl.json", ".env.json", "schedule.json"))
)


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_every_example_is_an_event(path: Path) -> None:
    run = contract.read(json.loads(path.read_text()), now=START, settings=SETTINGS)
    assert isinstance(run, NewRun)
    assert run.request.port_id in {world.CONNECTION_ID, world.LAG_ID}


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_every_example_runs(two_sites: Sandbox, path: Path) -> None:
    event = json.loads(path.read_text())
    if "roleArn" in event:
        elsewhere = two_sites.direct_connect_in(account=event["roleArn"].split(":")[4], region=event["region"])
        two_sites.deploy_spoke(elsewhere.account_id)
        elsewhere.add_connection(world.CONNECTION_ID, tags={"decommission": "approved"})
        world.measure_in(elsewhere, world.CONNECTION_ID, world.QUIET_BPS)
    # One of them has a notice of a minute, and one a rehearsal of a minute, after which BGP comes back in another.
    execution = two_sites.finish(two_sites.start(event), seconds=300)
    assert ("PLANNED" if event.get("dryRun") else "COMPLETED") == output(execution)["phase"]


@pytest.mark.parametrize("path", sorted(EVENTS.glob("sweeps/*.json")), ids=lambda path: path.name)
@pytest.mark.parametrize("sandbox", [{"SweepDryRun": "false"}], indirect=True)
def test_every_example_of_a_sweep_runs(two_sites: Sandbox, path: Path) -> None:
    two_sites.direct_connect.connections[world.CONNECTION_ID].tags |= {"decommission-after": "2026-10-31"}
    counts = output(two_sites.sweep(json.loads(path.read_text())))["counts"]
    assert {"COMPLETED": 1} == {end: count for end, count in counts.items() if count}


def put_event(sandbox: Sandbox, **overrides: str) -> list[str]:
    """Send the example of an event to the default bus, and return the executions that exist afterwards."""
    envelope = json.loads((EVENTS / "eventbridge.json").read_text())
    entry = {
        "Source": envelope["source"],
        "DetailType": envelope["detail-type"],
        "Detail": json.dumps(envelope["detail"]),
        **overrides,
    }
    sandbox.client("events").put_events(Entries=[entry])
    return executions(sandbox)


def test_an_event_on_the_bus_starts_a_run(two_sites: Sandbox) -> None:
    (arn,) = put_event(two_sites)
    result = output(two_sites.finish(arn))
    assert ("COMPLETED", "Site A is closed, CHG-1234") == (result["phase"], result["request"]["reason"])
    assert {"id", "time"} == result["event"].keys()
    assert result["event"] == documents(two_sites)["report.json"]["event"]


def test_the_same_event_twice_at_once_is_one_deletion(two_sites: Sandbox) -> None:
    put_event(two_sites)
    results = [output(two_sites.finish(arn)) for arn in put_event(two_sites)]
    assert ["COMPLETED"] * 2 == [result["phase"] for result in results]
    counted = totals(two_sites)
    assert (3, 1) == (counted["VirtualInterfaceDeleted"], counted["ConnectionDeleted"])
    assert world.CONNECTION_ID not in available(two_sites)
    assert world.OTHER_CONNECTION_ID in available(two_sites)


def test_the_same_event_an_hour_later_names_the_record_of_the_run_that_did_it(two_sites: Sandbox) -> None:
    (first,) = put_event(two_sites)
    output(two_sites.finish(first))
    (record,) = {key.removesuffix("/report.json") for key in two_sites.record() if key.endswith("/report.json")}
    clock = two_sites.direct_connect.clock
    two_sites.direct_connect.clock = lambda: clock() + timedelta(hours=1)
    (second,) = {*put_event(two_sites)} - {first}
    result = output(two_sites.finish(second))
    assert ("COMPLETED", True) == (result["phase"], result["alreadyGone"])
    assert f"s3://records/{record}/" in result["reason"]
    assert 1 == totals(two_sites)["ConnectionDeleted"]


@pytest.mark.parametrize("overrides", [{"Source": "somebody.else"}, {"DetailType": "Decommission Done"}], ids=str)
def test_other_events_start_nothing(sandbox: Sandbox, overrides: dict[str, str]) -> None:
    assert [] == put_event(sandbox, **overrides)


@pytest.mark.parametrize(
    "sandbox", [{"EventSource": "our.tickets", "EventDetailType": "Port Cancelled"}], indirect=True
)
def test_the_rule_follows_the_parameters_of_the_template(two_sites: Sandbox) -> None:
    assert [] == put_event(two_sites)
    (arn,) = put_event(two_sites, Source="our.tickets", DetailType="Port Cancelled")
    assert output(two_sites.finish(arn))


@pytest.mark.parametrize("sandbox", [{"EventRuleState": "DISABLED"}], indirect=True)
def test_a_disabled_rule_starts_nothing(sandbox: Sandbox) -> None:
    assert [] == put_event(sandbox)


def override_in(sandbox: Sandbox) -> dict[str, Any]:
    override = {"guard": "traffic", "reason": "telemetry only", "ids": [world.CONNECTION_ID]}
    (arn,) = put_event(sandbox, Detail=json.dumps({"connectionId": world.CONNECTION_ID, "overrides": [override]}))
    return sandbox.finish(arn)


def test_an_event_may_not_override(two_sites: Sandbox) -> None:
    execution = override_in(two_sites)
    assert "InvalidRequestError" == failure(execution)
    assert "detail.overrides" in execution["cause"]


@pytest.mark.parametrize("sandbox", [{"AllowOverridesFromEvents": "true"}], indirect=True)
def test_an_event_may_override_if_the_stack_allows_it(two_sites: Sandbox) -> None:
    assert "SUCCEEDED" == override_in(two_sites)["status"]


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


def test_a_workflow_gets_the_result_back(two_sites: Sandbox) -> None:
    result = output(nested(two_sites, world.CONNECTION_ID))
    assert ("COMPLETED", ["phase", "reason"]) == (result["phase"], sorted(result))


def test_a_workflow_fails_with_a_run_that_fails(sandbox: Sandbox) -> None:
    execution = nested(sandbox, "dxvif-fg5678gh")
    assert failure(execution)
    assert "InvalidRequestError" in execution["cause"]
