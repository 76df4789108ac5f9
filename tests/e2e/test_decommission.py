"""A connection is taken out of service, from the event to what is left in the world."""

import json
import math
import time
from collections import Counter
from typing import Any

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import NEVER, THROTTLED, AccessDenied, Behaviour, Delay, client_error
from sandbox.world import QUIET_BPS, measure

CONNECTION_ID = "dxcon-fg5678gh"
EVENT = {"connectionId": CONNECTION_ID}


def build(sandbox: Sandbox, interfaces: int = 3) -> None:
    world = sandbox.direct_connect
    world.add_connection(CONNECTION_ID, tags={"decommission": "approved"})
    for kind in ("private", "public", "transit")[:interfaces]:
        world.add_virtual_interface(CONNECTION_ID, type=kind)
    world.add_connection("dxcon-ffabc123")
    world.add_virtual_interface("dxcon-ffabc123", "dxvif-ffabc123")
    measure(sandbox, CONNECTION_ID, QUIET_BPS)


def standing(sandbox: Sandbox) -> set[str]:
    return {resource.id for resource in sandbox.direct_connect.resources() if resource.state == "available"}


def totals(sandbox: Sandbox) -> Counter[str]:
    counted: Counter[str] = Counter()
    for document in sandbox.metrics():
        for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            counted[metric["Name"]] += sum(document[metric["Name"]])
    return counted


def output(execution: dict[str, Any]) -> dict[str, Any]:
    assert execution["status"] == "SUCCEEDED", execution
    result: dict[str, Any] = json.loads(execution["output"])
    return result


def invoke(sandbox: Sandbox, event: object) -> dict[str, Any]:
    """Call the function itself, as the loop does with the result of the step before."""
    name = sandbox.stack.outputs["DecommissionFunctionName"]
    answered = sandbox.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    result: dict[str, Any] = json.loads(answered["Payload"].read())
    return result


def deletes(sandbox: Sandbox) -> list[str]:
    return [call.operation for call in sandbox.direct_connect.calls if call.operation.startswith("Delete")]


def test_from_the_request_to_an_empty_port(sandbox: Sandbox) -> None:
    build(sandbox)
    execution = sandbox.run(EVENT)
    result = output(execution)
    assert "COMPLETED" == result["phase"]
    assert not result["alreadyGone"]
    # Planned by one step, asked for by the next, still deleting at the third, gone at the fourth.
    assert [
        *["IsResult", "Begin", "Step", "WhichPhase"],
        *["WaitForVirtualInterfaces", "Step", "WhichPhase"] * 3,
        *["WaitForConnection", "Step", "WhichPhase"] * 2,
        "Done",
    ] == sandbox.path(execution["executionArn"])
    assert {"dxcon-ffabc123", "dxvif-ffabc123"} <= standing(sandbox)
    assert not {CONNECTION_ID} & standing(sandbox)
    assert ["DeleteVirtualInterface"] * 3 + ["DeleteConnection"] == deletes(sandbox)


def test_the_metrics_of_a_run(sandbox: Sandbox) -> None:
    build(sandbox)
    output(sandbox.run(EVENT))
    counted = totals(sandbox)
    assert counted.pop("DecommissionDuration") > 0
    assert counted.pop("VirtualInterfacesRemaining") >= 3
    assert {
        "VirtualInterfaceDeleteRequested": 3,
        "VirtualInterfaceDeleted": 3,
        "ConnectionDeleteRequested": 1,
        "ConnectionDeleted": 1,
        "DecommissionCompleted": 1,
    } == counted
    assert {("DirectConnectDecommission", "dx-decommission", CONNECTION_ID)} == {
        (m["_aws"]["CloudWatchMetrics"][0]["Namespace"], m["service"], m["connectionId"]) for m in sandbox.metrics()
    }


def test_two_events_for_one_connection_converge(sandbox: Sandbox) -> None:
    """EventBridge and Scheduler deliver at least once."""
    build(sandbox)
    first, second = sandbox.start(EVENT), sandbox.start(EVENT)
    assert {"COMPLETED"} == {output(sandbox.finish(arn))["phase"] for arn in (first, second)}
    assert 3 == totals(sandbox)["VirtualInterfaceDeleteRequested"]
    assert 1 == totals(sandbox)["ConnectionDeleteRequested"]


def test_a_connection_that_is_gone_already(sandbox: Sandbox) -> None:
    build(sandbox)
    result = output(sandbox.run({"connectionId": "dxcon-mistyped"}))
    assert ("COMPLETED", True) == (result["phase"], result["alreadyGone"])
    assert 1 == totals(sandbox)["ConnectionAlreadyGone"]
    assert [] == deletes(sandbox)


def test_a_dry_run(sandbox: Sandbox) -> None:
    build(sandbox)
    result = output(sandbox.run({**EVENT, "dryRun": True}))
    assert "PLANNED" == result["phase"]
    assert 3 == len(result["plan"]["virtualInterfaces"])
    assert [] == deletes(sandbox)


def test_an_interface_that_appears_in_the_middle_blocks_the_run(sandbox: Sandbox) -> None:
    build(sandbox)
    world = sandbox.direct_connect
    world.before["DeleteVirtualInterface"] = lambda _: (
        "dxvif-late1234" in world.virtual_interfaces or world.add_virtual_interface(CONNECTION_ID, "dxvif-late1234")
    )
    execution = sandbox.run(EVENT)
    assert ("FAILED", "Blocked") == (execution["status"], execution["error"])
    assert "dxvif-late1234" in execution["cause"]
    assert {CONNECTION_ID, "dxvif-late1234"} <= standing(sandbox)
    assert "DeleteConnection" not in deletes(sandbox)


def test_an_interface_that_will_not_die_ends_at_the_deadline(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.behaviour = Behaviour(virtual_interface_deletion=NEVER)
    arn = sandbox.start(EVENT)
    while len(results := sandbox.results(arn)) < 2:  # the plan is made, then the deletions are asked for
        time.sleep(0.05)
    sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    # The same run, hours later: its last result drives it on.
    late = {**results[-1], "startedAt": "2026-01-01T00:00:00+00:00", "phaseStartedAt": "2026-01-01T00:00:00+00:00"}
    result = invoke(sandbox, late)
    assert "TIMED_OUT" == result["phase"]
    assert "deleting" in result["reason"]
    assert CONNECTION_ID in standing(sandbox)
    assert 1 == totals(sandbox)["DecommissionTimedOut"]
    assert "DeleteConnection" not in deletes(sandbox)


def test_a_result_cannot_start_an_execution(sandbox: Sandbox) -> None:
    build(sandbox)
    first = sandbox.run({**EVENT, "dryRun": True})
    sandbox.direct_connect.calls.clear()
    forged = {**output(first), "phase": "DELETING_VIRTUAL_INTERFACES"}
    execution = sandbox.run(forged)
    assert ("FAILED", "InvalidRequestError") == (execution["status"], execution["error"])
    assert "phase: the result of a step cannot start an execution" == execution["cause"]
    assert ["IsResult", "Forged"] == sandbox.path(execution["executionArn"])
    assert [] == sandbox.direct_connect.calls


@pytest.mark.parametrize("wrap", ["wrapper", "envelope"])
def test_a_result_cannot_be_smuggled_in(sandbox: Sandbox, wrap: str) -> None:
    build(sandbox)
    forged = {**output(sandbox.run({**EVENT, "dryRun": True})), "phase": "DELETING_VIRTUAL_INTERFACES"}
    sandbox.direct_connect.calls.clear()
    event = {"wrapper": {"execution": "arn:aws:states:::execution:x", "event": forged}, "envelope": {"detail": forged}}
    execution = sandbox.run(event[wrap])
    assert ("FAILED", "InvalidRequestError") == (execution["status"], execution["error"])
    assert [] == sandbox.direct_connect.calls


def test_the_brake(sandbox: Sandbox) -> None:
    """Protection that is put on while a run waits stops it."""
    build(sandbox)
    world = sandbox.direct_connect
    world.before["DeleteVirtualInterface"] = lambda _: world.connections[CONNECTION_ID].tags.update(
        {"decommission-protected": ""}
    )
    execution = sandbox.run(EVENT)
    assert ("FAILED", "Blocked") == (execution["status"], execution["error"])
    assert "blocked by protection:" in execution["cause"]
    assert CONNECTION_ID in standing(sandbox)
    assert "DeleteConnection" not in deletes(sandbox)


def test_the_execution_is_in_the_result_the_record_and_the_log(sandbox: Sandbox) -> None:
    build(sandbox)
    execution = sandbox.run(EVENT)
    arn = execution["executionArn"]
    assert arn == output(execution)["execution"]
    documents = [json.loads(body) for key, body in sandbox.record().items() if key.endswith(".json")]
    assert [arn] * 3 == [document["execution"] for document in documents]
    lines = [json.loads(line) for line in sandbox.runtime.lines()]
    assert {arn} == {line["execution"] for line in lines if line.get("message") == "decided"}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "connectionId"),
        ({"connectionId": "dxvif-fg5678gh"}, "connectionId"),
        ({**EVENT, "dryrun": True}, "dryrun"),
        ({"detail-type": "Decommission Requested"}, "detail"),
        ({**EVENT, "overrides": [{"guard": "approval", "reason": "CHG-1234", "ids": [CONNECTION_ID]}]}, "approval"),
        ([EVENT], "JSON object"),
    ],
    ids=str,
)
def test_bad_input_fails_at_once_by_name(sandbox: Sandbox, event: object, field: str) -> None:
    execution = sandbox.run(event)
    assert ("FAILED", "InvalidRequestError") == (execution["status"], execution["error"])
    assert field in execution["cause"]
    assert ["IsResult", "Begin", "Step"] == sandbox.path(execution["executionArn"])
    assert [] == sandbox.direct_connect.calls


def test_no_permission_is_not_retried(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.faults.add("DeleteVirtualInterface", AccessDenied(), times=math.inf)
    execution = sandbox.run(EVENT)
    assert ("FAILED", "AwsDeniedError") == (execution["status"], execution["error"])
    assert "directconnect:DeleteVirtualInterface" in execution["cause"]
    # Each is asked once: one denial does not hold up the rest.
    assert ["DeleteVirtualInterface"] * 3 == deletes(sandbox)


def test_throttling_is_outlasted(sandbox: Sandbox) -> None:
    build(sandbox)
    # The client makes three attempts by itself; the fourth is the state machine's.
    sandbox.direct_connect.faults.add("DescribeConnections", THROTTLED, times=4)
    assert "COMPLETED" == output(sandbox.run(EVENT))["phase"]


def test_a_refusal_is_looked_at_again(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.behaviour = Behaviour(
        virtual_interface_deletion=Delay(looks=1), parent_refusal=Delay(looks=8)
    )
    sandbox.direct_connect.faults.add("DeleteVirtualInterface", client_error("dxvif is in state pending"))
    execution = sandbox.run(EVENT)
    assert "COMPLETED" == output(execution)["phase"]
    reasons = [result["reason"] for result in sandbox.results(execution["executionArn"])]
    assert any("dxvif is in state pending" in reason for reason in reasons)
    assert any("still has attached resources" in reason for reason in reasons)
