"""The role allows what the function calls, and nothing else."""

import logging
import time
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel

from sandbox.aws import Sandbox
from sandbox.stack import transformed
from sandbox.world import ALARM_NAME, set_alarm

# What the template also gives the role, for the platform's own use: logs and traces.
PLATFORM = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}
# Services that need permissions; Step Functions are called by the test.
SERVICES = {"cloudwatch", "directconnect", "s3", "sts"}
OF_THIS_TEST = {"cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState"}
# Everybody may ask who they are.
FREE = {"sts:GetCallerIdentity"}
# IAM's names for operations that have another name.
NAMES = {"s3:ListObjectsV2": "s3:ListBucket"}
APPROVED = {"decommission": "approved"}


@pytest.fixture(scope="module")
def role() -> dict[str, Any]:
    template = transformed(boto3.Session(region_name="eu-central-1"))
    properties: dict[str, Any] = template["Resources"]["DecommissionFunctionRole"]["Properties"]
    return properties


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def actions(statement: dict[str, Any]) -> set[str]:
    named = statement["Action"]
    return set(named) if isinstance(named, list) else {named}


def allowed(role: dict[str, Any]) -> set[str]:
    return set().union(*(actions(statement) for statement in statements(role)))


def request(*ids: str, **fields: object) -> dict[str, Any]:
    """Ask to decommission a connection, although its traffic was never measured."""
    override = {"guard": "traffic", "reason": "never measured", "ids": list(ids)}
    return {"connectionId": ids[0], "overrides": [override], **fields}


def every_path(sandbox: Sandbox) -> None:
    """Make every kind of call: a whole run, one of a member of a LAG, one of a LAG, and all that the survey reads."""
    world = sandbox.direct_connect
    gateway = world.add_direct_connect_gateway(name="core").id
    stays = world.add_connection()
    world.add_virtual_interface(stays.id, direct_connect_gateway_id=gateway)

    goes = world.add_connection(tags=APPROVED)
    interface = world.add_virtual_interface(goes.id, direct_connect_gateway_id=gateway)
    assert "SUCCEEDED" == sandbox.run(request(goes.id, interface.id))["status"]

    lag = world.add_lag(minimum_links=0)
    member = world.add_connection(lag_id=lag.id, tags=APPROVED)
    world.add_connection(lag_id=lag.id)
    assert "SUCCEEDED" == sandbox.run(request(member.id))["status"]

    whole = world.add_lag(minimum_links=1, tags=APPROVED)
    links = [world.add_connection(lag_id=whole.id, tags=APPROVED).id for _ in range(2)]
    of_a_lag = {"lagId": whole.id, "overrides": request(*links)["overrides"]}
    assert "SUCCEEDED" == sandbox.run(of_a_lag)["status"]

    # A gateway without a path here, an interface under test, and a resiliency group of others.
    world.add_resiliency_group(stays.id)
    lonely = world.add_direct_connect_gateway(name="lonely").id
    tested = world.add_connection(tags=APPROVED)
    under_test = world.add_virtual_interface(tested.id, state="testing", direct_connect_gateway_id=lonely)
    assert "Blocked" == sandbox.run(request(tested.id, under_test.id))["error"]

    # A rehearsal that an alarm ends.
    rehearsed = world.add_connection(tags=APPROVED)
    down = world.add_virtual_interface(rehearsed.id, direct_connect_gateway_id=gateway)
    set_alarm(sandbox, "OK")
    world.before["StopBgpFailoverTest"] = lambda _: stopped.append(down.state)
    stopped: list[str] = []
    asked = request(rehearsed.id, down.id, rehearsalMinutes=60, alarmNames=[ALARM_NAME])
    arn = sandbox.start(asked)
    while down.state != "testing":
        time.sleep(0.05)
    set_alarm(sandbox, "ALARM")
    assert "Blocked" == sandbox.finish(arn)["error"]
    assert ["testing"] == stopped

    # A connection that is gone, whose record is looked for, and one of another account.
    assert "SUCCEEDED" == sandbox.run(request(goes.id))["status"]
    role = sandbox.deploy_spoke("210987654321").outputs["SpokeRoleArn"]
    assert "SUCCEEDED" == sandbox.run({"connectionId": "dxcon-fg5678gh", "roleArn": role})["status"]


def test_it_allows_the_operations_that_are_called_and_no_others(
    role: dict[str, Any], sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    # The other functions have roles of their own and would call from the same process.
    events = sandbox.client("events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])
    with caplog.at_level(logging.DEBUG, logger="botocore.endpoint"):
        every_path(sandbox)
    # botocore names each operation before it calls it.
    operations = [r.args[0] for r in caplog.records if r.name == "botocore.endpoint" and isinstance(r.args, tuple)]
    models = [operation for operation in operations if isinstance(operation, OperationModel)]
    called = {(model.service_model.service_name, model.name) for model in models}
    named = {f"{service}:{name}" for service, name in called if service in SERVICES} - FREE - OF_THIS_TEST
    assert {NAMES.get(name, name) for name in named} == allowed(role)


def test_the_role_itself_denies_nothing(role: dict[str, Any]) -> None:
    assert {"Allow"} == {statement["Effect"] for statement in statements(role)}


def test_no_other_policy_is_attached(role: dict[str, Any]) -> None:
    assert PLATFORM == set(role["ManagedPolicyArns"])
