"""Messages and events about the ends of runs, sent by the deployed notifier."""

import json
import math
from threading import Event
from typing import Any

import pytest
from moto.sns.models import sns_backends

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import AccessDenied
from sandbox.runtime import REGION
from sandbox.stack import ROOT
from tests.conftest import ACCOUNT
from tests.e2e.runs import available, executions, failure, output

REQUEST = {"connectionId": world.CONNECTION_ID, "reason": "Site A is closed, CHG-1234"}


def subjects(sandbox: Sandbox) -> list[str]:
    return [subject.removeprefix("[dx-decommission] ") for subject, _ in sandbox.messages()]


def details(sandbox: Sandbox) -> list[tuple[str, dict[str, Any]]]:
    return [(event["detail-type"], event["detail"]) for event in sandbox.events("dx-decommission")]


def test_a_completed_run_sends_one_message_and_one_event(two_sites: Sandbox) -> None:
    execution = two_sites.run(REQUEST)
    output(execution)
    ((subject, text),) = two_sites.messages()
    assert "[dx-decommission] dxcon-fg5678gh COMPLETED" == subject
    assert "cancel the cross-connect at EqFA5" in text
    ((detail_type, detail),) = details(two_sites)
    assert ("Decommission Completed", execution["executionArn"]) == (detail_type, detail["execution"])
    folder = detail["record"].removeprefix("s3://records/")
    assert json.loads(two_sites.record()[f"{folder}report.json"])["deleted"] == detail["deleted"]
    assert [execution["executionArn"]] == executions(two_sites), "the event starts no run"
    example = json.loads((ROOT / "events/decided/completed.json").read_text())["detail"]
    of_each_run = ("record", "execution", "endedAt")
    assert {**example, **{name: detail[name] for name in of_each_run}} == detail


@pytest.mark.parametrize(
    ("request_", "detail_type"),
    [
        pytest.param({"connectionId": world.CONNECTION_ID, "dryRun": True}, "Decommission Planned", id="dry run"),
        pytest.param({"connectionId": "dxcon-ffabc123"}, "Decommission Blocked", id="blocked"),
    ],
)
def test_a_planned_or_blocked_run_sends_one_message_and_one_event(
    two_sites: Sandbox, request_: dict[str, Any], detail_type: str
) -> None:
    two_sites.run(request_)
    assert 1 == len(subjects(two_sites))
    assert [detail_type] == [found for found, _ in details(two_sites)]


def test_a_notice_is_told_and_the_brake_ends_it(two_sites: Sandbox) -> None:
    connection = two_sites.direct_connect.connections[world.CONNECTION_ID]

    def protect(*_: object) -> None:
        # The first step has made its plan by then.
        if subjects(two_sites):
            connection.tags["decommission-protected"] = "CHG-7"

    two_sites.direct_connect.before_each = protect
    execution = two_sites.run(REQUEST | {"noticeMinutes": 10_080})
    assert "Blocked" == failure(execution)
    told = subjects(two_sites)
    assert [True, True] == [told[0].startswith("dxcon-fg5678gh will be deleted after 20"), "BLOCKED" in told[1]]
    assert ["Decommission Announced", "Decommission Blocked"] == [found for found, _ in details(two_sites)]
    assert world.CONNECTION_ID in available(two_sites)


def test_a_failed_execution_sends_a_message_and_no_event(two_sites: Sandbox) -> None:
    two_sites.direct_connect.faults.add("DescribeConnections", AccessDenied(), times=math.inf)
    two_sites.run(REQUEST)
    ((subject, text),) = two_sites.messages()
    assert "[dx-decommission] dxcon-fg5678gh FAILED with AwsDeniedError" == subject
    assert "CHG-1234" not in text
    assert [] == details(two_sites)


def test_an_aborted_execution_sends_a_message(two_sites: Sandbox) -> None:
    began, stopped = Event(), Event()

    def hold(_: object) -> None:
        began.set()
        stopped.wait(10)

    two_sites.direct_connect.before["DescribeConnections"] = hold
    arn = two_sites.start(REQUEST)
    began.wait(10)
    two_sites.client("stepfunctions").stop_execution(executionArn=arn)
    stopped.set()
    assert "ABORTED" == two_sites.finish(arn)["status"]
    assert ["dxcon-fg5678gh ABORTED"] == subjects(two_sites)


def test_a_message_that_cannot_be_sent_fails_the_notifier_and_not_the_run(two_sites: Sandbox) -> None:
    topics = sns_backends[ACCOUNT][REGION].topics
    topic = topics.pop(two_sites.stack.outputs["NotificationTopicArn"])
    output(two_sites.run(REQUEST))
    # AWS/Lambda Errors, which NotificationFailedAlarm watches, counts what a function raises.
    assert 1 == len(two_sites.failed_later())
    topics[topic.arn] = topic
    assert [] == two_sites.messages()
