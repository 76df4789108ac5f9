"""A run leaves no secret behind: no BGP key, each of which holds one word here, and no credentials."""

import json
import logging

import pytest
from moto.sts.models import sts_backends

from sandbox.aws import Sandbox
from sandbox.directconnect import SECRET_WORD, THROTTLED, AccessDenied, CutJson, Fault, Html, client_error
from tests.e2e.runs import CONNECTION_ID, EVENT, build, executions

OTHER_ACCOUNT = "210987654321"


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


def test_a_run_leaves_no_credentials_of_another_account_behind(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = EVENT | {"roleArn": sandbox.deploy_spoke(OTHER_ACCOUNT).outputs["SpokeRoleArn"]}
    sandbox.direct_connect_in(account=OTHER_ACCOUNT).add_connection(CONNECTION_ID, tags={"decommission": "approved"})
    for name in (None, *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)

    sandbox.run(event)

    given = sts_backends[OTHER_ACCOUNT]["aws"].assumed_roles
    secrets = [text for one in given for text in (one.access_key_id, one.secret_access_key, one.session_token)]
    left = everything_left_by(sandbox) + caplog.text
    assert secrets
    assert [] == [secret for secret in secrets if secret in left]

    monkeypatch.setattr(logging.getLogger("botocore.endpoint"), "filters", [])
    sandbox.client("sts", account=OTHER_ACCOUNT).get_caller_identity()
    assert "Sending http request" in caplog.text, "botocore would tell, were it not held back"


def test_the_answers_of_aws_hold_the_key(sandbox: Sandbox) -> None:
    build(sandbox)
    answered = sandbox.client("directconnect").describe_virtual_interfaces(connectionId=CONNECTION_ID)
    assert SECRET_WORD in json.dumps(answered, default=str)
