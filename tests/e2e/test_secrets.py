"""A canary: the word that every BGP key and router configuration of the sandbox holds is nowhere else."""

import json

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import SECRET_WORD, THROTTLED, AccessDenied, CutJson, Fault, Html, client_error
from tests.e2e.test_decommission import CONNECTION_ID, EVENT, build


def everything(sandbox: Sandbox) -> str:
    """Gather all that a run leaves behind: logs, metrics, executions with their histories, and the record."""
    states = sandbox.client("stepfunctions")
    executions = states.list_executions(stateMachineArn=sandbox.stack.outputs["StateMachineArn"])["executions"]
    histories = [states.get_execution_history(executionArn=e["executionArn"])["events"] for e in executions]
    results = [sandbox.execution(e["executionArn"]) for e in executions]
    assert histories
    left = [sandbox.runtime.lines(), histories, results, [str(body) for body in sandbox.record().values()]]
    return json.dumps(left, default=str)


@pytest.mark.parametrize("event", [EVENT, {**EVENT, "dryRun": True}, {**EVENT, "planDigest": "0" * 64}], ids=str)
def test_it_is_in_nothing_that_a_run_leaves_behind(sandbox: Sandbox, event: object) -> None:
    build(sandbox)
    sandbox.run(event)
    assert "dxvif-" in everything(sandbox)
    assert SECRET_WORD not in everything(sandbox)


@pytest.mark.parametrize(
    "fault",
    [AccessDenied(), client_error("no"), THROTTLED, CutJson(), Html()],
    ids=["denied", "refused", "throttled", "cut JSON", "HTML"],
)
@pytest.mark.parametrize("operation", ["DeleteVirtualInterface", "DescribeVirtualInterfaces"])
def test_nor_in_what_an_error_leaves_behind(sandbox: Sandbox, fault: Fault, operation: str) -> None:
    build(sandbox)
    sandbox.direct_connect.faults.add(operation, fault)
    sandbox.run(EVENT)
    assert SECRET_WORD not in everything(sandbox)


def test_it_is_in_what_aws_answers(sandbox: Sandbox) -> None:
    build(sandbox)
    client = sandbox.client("directconnect")
    answered = client.describe_virtual_interfaces(connectionId=CONNECTION_ID)
    assert SECRET_WORD in json.dumps(answered, default=str)
