"""A connection is taken out of service, from the event to what is left in AWS."""

import json
import math
import time
from typing import Any

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import NEVER, THROTTLED, AccessDenied, Behaviour, Delay, client_error
from tests.e2e.runs import CONNECTION_ID, EVENT, available, build, deletes, documents, failure, output, totals


def test_a_run_from_its_request_to_its_end(sandbox: Sandbox) -> None:
    build(sandbox)
    execution = sandbox.run(EVENT)
    arn, result = execution["executionArn"], output(execution)
    assert ("COMPLETED", False, arn) == (result["phase"], result["alreadyGone"], result["execution"])
    # The first step plans, the second one deletes, the third one sees them deleting, the fourth one sees them gone.
    assert [
        *["IsResult", "Begin", "Step", "WhichPhase"],
        *["WaitForVirtualInterfaces", "Step", "WhichPhase"] * 3,
        *["WaitForConnection", "Step", "WhichPhase"] * 2,
        "Done",
    ] == sandbox.path(arn)
    assert {"dxcon-ffabc123", "dxvif-ffabc123"} <= available(sandbox)
    assert CONNECTION_ID not in available(sandbox)
    assert ["DeleteVirtualInterface"] * 3 + ["DeleteConnection"] == deletes(sandbox)
    assert {"plan.json", "progress.json", "restore.json", "report.json"} == documents(sandbox).keys()
    assert {arn} == {document["execution"] for name, document in documents(sandbox).items() if name != "restore.json"}
    lines = [json.loads(line) for line in sandbox.runtime.lines()]
    assert {arn} == {line["execution"] for line in lines if line.get("message") == "decided"}


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


def test_two_events_for_one_connection_delete_it_once(sandbox: Sandbox) -> None:
    """EventBridge and Scheduler deliver at least once."""
    build(sandbox)
    first, second = sandbox.start(EVENT), sandbox.start(EVENT)
    assert ["COMPLETED"] * 2 == [output(sandbox.finish(arn))["phase"] for arn in (first, second)]
    assert 3 == totals(sandbox)["VirtualInterfaceDeleteRequested"]
    assert 1 == totals(sandbox)["ConnectionDeleteRequested"]


def test_a_connection_that_does_not_exist(sandbox: Sandbox) -> None:
    build(sandbox)
    result = output(sandbox.run({"connectionId": "dxcon-mistyped"}))
    assert ("COMPLETED", True) == (result["phase"], result["alreadyGone"])
    assert 1 == totals(sandbox)["ConnectionAlreadyGone"]
    assert [] == deletes(sandbox)


def test_a_dry_run_deletes_nothing(sandbox: Sandbox) -> None:
    build(sandbox)
    result = output(sandbox.run({**EVENT, "dryRun": True}))
    assert ("PLANNED", 3) == (result["phase"], len(result["plan"]["virtualInterfaces"]))
    assert [] == deletes(sandbox)


def test_an_interface_that_somebody_adds_during_a_run_blocks_it(sandbox: Sandbox) -> None:
    build(sandbox)
    world = sandbox.direct_connect
    world.before["DeleteVirtualInterface"] = lambda _: (
        "dxvif-late1234" in world.virtual_interfaces or world.add_virtual_interface(CONNECTION_ID, "dxvif-late1234")
    )
    execution = sandbox.run(EVENT)
    assert "Blocked" == failure(execution)
    assert "dxvif-late1234" in execution["cause"]
    assert {CONNECTION_ID, "dxvif-late1234"} <= available(sandbox)
    assert "DeleteConnection" not in deletes(sandbox)


def test_an_interface_that_stays_deleting_ends_the_run_at_the_deadline(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.behaviour = Behaviour(virtual_interface_deletion=NEVER)
    arn = sandbox.start(EVENT)
    while len(results := sandbox.results(arn)) < 2:  # the plan, then the deletions
        time.sleep(0.05)
    sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    # The next step of this run, many hours later.
    late = {**results[-1], "startedAt": "2026-01-01T00:00:00+00:00", "phaseStartedAt": "2026-01-01T00:00:00+00:00"}
    name = sandbox.stack.outputs["DecommissionFunctionName"]
    answered = sandbox.client("lambda").invoke(FunctionName=name, Payload=json.dumps(late))
    assert "TIMED_OUT" == json.loads(answered["Payload"].read())["phase"]
    assert CONNECTION_ID in available(sandbox)
    assert 1 == totals(sandbox)["DecommissionTimedOut"]
    assert "DeleteConnection" not in deletes(sandbox)


@pytest.mark.parametrize(
    ("wrapped", "path"),
    [
        pytest.param(lambda result: result, ["IsResult", "Forged"], id="bare"),
        pytest.param(
            lambda result: {"execution": "arn:aws:states:::execution:x", "event": result},
            ["IsResult", "Begin", "Step"],
            id="in an execution",
        ),
        pytest.param(lambda result: {"detail": result}, ["IsResult", "Begin", "Step"], id="in an envelope"),
    ],
)
def test_the_result_of_a_step_cannot_start_an_execution(sandbox: Sandbox, wrapped: Any, path: list[str]) -> None:  # noqa: ANN401 - a function of JSON
    build(sandbox)
    planned = output(sandbox.run({**EVENT, "dryRun": True}))
    sandbox.direct_connect.calls.clear()
    execution = sandbox.run(wrapped({**planned, "phase": "DELETING_VIRTUAL_INTERFACES"}))
    assert "InvalidRequestError" == failure(execution)
    assert path == sandbox.path(execution["executionArn"])
    assert [] == sandbox.direct_connect.calls


def test_a_protection_tag_that_is_added_during_a_run_stops_it(sandbox: Sandbox) -> None:
    build(sandbox)
    tags = sandbox.direct_connect.connections[CONNECTION_ID].tags
    sandbox.direct_connect.before["DeleteVirtualInterface"] = lambda _: tags.update({"decommission-protected": ""})
    execution = sandbox.run(EVENT)
    assert "Blocked" == failure(execution)
    assert "blocked by protection:" in execution["cause"]
    assert CONNECTION_ID in available(sandbox)
    assert "DeleteConnection" not in deletes(sandbox)


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
def test_an_invalid_event_fails_at_once_and_the_error_names_the_field(
    sandbox: Sandbox, event: object, field: str
) -> None:
    execution = sandbox.run(event)
    assert "InvalidRequestError" == failure(execution)
    assert field in execution["cause"]
    assert ["IsResult", "Begin", "Step"] == sandbox.path(execution["executionArn"])
    assert [] == sandbox.direct_connect.calls


def test_a_denied_step_is_not_retried(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.faults.add("DeleteVirtualInterface", AccessDenied(), times=math.inf)
    execution = sandbox.run(EVENT)
    assert "AwsDeniedError" == failure(execution)
    assert "directconnect:DeleteVirtualInterface" in execution["cause"]
    assert ["DeleteVirtualInterface"] * 3 == deletes(sandbox), "each is asked once, whatever happens to the others"


def test_the_state_machine_retries_a_throttled_step(sandbox: Sandbox) -> None:
    build(sandbox)
    # The client makes three attempts by itself; the fourth is the state machine's.
    sandbox.direct_connect.faults.add("DescribeConnections", THROTTLED, times=4)
    assert "COMPLETED" == output(sandbox.run(EVENT))["phase"]


def test_a_refused_deletion_is_tried_again_and_the_reason_quotes_aws(sandbox: Sandbox) -> None:
    build(sandbox)
    looks = Delay(looks=1)
    sandbox.direct_connect.behaviour = Behaviour(virtual_interface_deletion=looks, parent_refusal=Delay(looks=8))
    sandbox.direct_connect.faults.add("DeleteVirtualInterface", client_error("dxvif is in state pending"))
    execution = sandbox.run(EVENT)
    assert "COMPLETED" == output(execution)["phase"]
    reasons = " ".join(result["reason"] for result in sandbox.results(execution["executionArn"]))
    assert "dxvif is in state pending" in reasons
    assert "still has attached resources" in reasons
