"""Every BGP key of the sandbox holds one word, and a run leaves that word nowhere."""

import json

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import SECRET_WORD, THROTTLED, AccessDenied, CutJson, Fault, Html, client_error
from tests.e2e.runs import CONNECTION_ID, EVENT, build, executions


def everything_left_by(sandbox: Sandbox) -> str:
    """Return all logs, metrics, executions with their histories, and the record, as one text."""
    states = sandbox.client("stepfunctions")
    arns = executions(sandbox)
    assert arns
    histories = [states.get_execution_history(executionArn=arn)["events"] for arn in arns]
    results = [sandbox.execution(arn) for arn in arns]
    left = [sandbox.runtime.lines(), histories, results, [str(body) for body in sandbox.record().values()]]
    return json.dumps(left, default=str)


@pytest.mark.parametrize("event", [EVENT, {**EVENT, "dryRun": True}, {**EVENT, "planDigest": "0" * 64}], ids=str)
def test_a_run_leaves_no_key_behind(sandbox: Sandbox, event: object) -> None:
    build(sandbox)
    sandbox.run(event)
    left = everything_left_by(sandbox)
    assert "dxvif-" in left
    assert SECRET_WORD not in left


@pytest.mark.parametrize(
    "fault",
    [AccessDenied(), client_error("no"), THROTTLED, CutJson(), Html()],
    ids=["denied", "refused", "throttled", "cut JSON", "HTML"],
)
@pytest.mark.parametrize("operation", ["DeleteVirtualInterface", "DescribeVirtualInterfaces"])
def test_an_error_leaves_no_key_behind(sandbox: Sandbox, fault: Fault, operation: str) -> None:
    build(sandbox)
    sandbox.direct_connect.faults.add(operation, fault)
    sandbox.run(EVENT)
    assert SECRET_WORD not in everything_left_by(sandbox)


def test_the_answers_of_aws_hold_the_key(sandbox: Sandbox) -> None:
    build(sandbox)
    answered = sandbox.client("directconnect").describe_virtual_interfaces(connectionId=CONNECTION_ID)
    assert SECRET_WORD in json.dumps(answered, default=str)
