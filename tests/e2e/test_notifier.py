"""Messages and events about the ends of runs, sent by the deployed notifier."""

import json
import math
from typing import Any

import pytest
from moto.sns.models import sns_backends

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import NEVER, AccessDenied
from sandbox.runtime import REGION
from tests.conftest import ACCOUNT

REQUEST = {"connectionId": world.CONNECTION_ID, "reason": "Site A is closed, CHG-1234"}


@pytest.fixture(autouse=True)
def _world(sandbox: Sandbox) -> None:
    behaviour = sandbox.direct_connect.behaviour
    world.build(sandbox)
    sandbox.direct_connect.behaviour = behaviour


def subjects(sandbox: Sandbox) -> list[str]:
    return [subject.removeprefix("[dx-decommission] ") for subject, _ in sandbox.messages()]


def details(sandbox: Sandbox) -> list[tuple[str, dict[str, Any]]]:
    return [(event["detail-type"], event["detail"]) for event in sandbox.events("dx-decommission")]


def test_a_run_that_completes_is_told_once_to_people_and_to_machines(sandbox: Sandbox) -> None:
    execution = sandbox.run(REQUEST)
    assert "SUCCEEDED" == execution["status"]
    ((subject, text),) = sandbox.messages()
    assert "[dx-decommission] dxcon-fg5678gh COMPLETED" == subject
    assert "cancel the cross-connect at EqFA5" in text
    ((detail_type, detail),) = details(sandbox)
    assert ("Decommission Completed", execution["executionArn"]) == (detail_type, detail["execution"])
    folder = detail["record"].removeprefix("s3://records/")
    assert json.loads(sandbox.record()[f"{folder}report.json"])["deleted"] == detail["deleted"]


@pytest.mark.parametrize(
    ("request_", "detail_type"),
    [
        pytest.param({"connectionId": world.CONNECTION_ID, "dryRun": True}, "Decommission Planned", id="dry run"),
        pytest.param({"connectionId": "dxcon-ffabc123"}, "Decommission Blocked", id="blocked"),
    ],
)
def test_each_decided_end_is_told_once(sandbox: Sandbox, request_: dict[str, Any], detail_type: str) -> None:
    sandbox.run(request_)
    assert 1 == len(subjects(sandbox))
    assert [detail_type] == [found for found, _ in details(sandbox)]


def test_what_is_told_starts_no_run(sandbox: Sandbox) -> None:
    sandbox.run(REQUEST)
    assert 1 == len(details(sandbox))
    machine = sandbox.stack.outputs["StateMachineArn"]
    assert 1 == len(sandbox.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"])


def test_an_error_is_told(sandbox: Sandbox) -> None:
    sandbox.direct_connect.faults.add("DescribeConnections", AccessDenied(), times=math.inf)
    sandbox.run(REQUEST)
    ((subject, text),) = sandbox.messages()
    assert "[dx-decommission] dxcon-fg5678gh FAILED with AwsDeniedError" == subject
    assert "CHG-1234" not in text
    assert [] == details(sandbox)


def test_a_run_that_somebody_stops_is_told(sandbox: Sandbox) -> None:
    for interface in sandbox.direct_connect.virtual_interfaces.values():
        interface.deletion = NEVER
    arn = sandbox.start(REQUEST)
    sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    assert "ABORTED" == sandbox.finish(arn)["status"]
    assert ["dxcon-fg5678gh ABORTED"] == subjects(sandbox)


def test_a_message_that_cannot_be_sent_changes_no_run_and_is_an_error_of_the_notifier(sandbox: Sandbox) -> None:
    topics = sns_backends[ACCOUNT][REGION].topics
    topic = topics.pop(sandbox.stack.outputs["NotificationTopicArn"])
    assert "SUCCEEDED" == sandbox.run(REQUEST)["status"]
    # AWS/Lambda Errors, which NotificationFailedAlarm watches, counts what a function raises.
    assert 1 == len(sandbox.failed_later())
    topics[topic.arn] = topic
    assert [] == sandbox.messages()
