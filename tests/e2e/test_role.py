"""The role can do what the function calls, and nothing else."""

import logging
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel

from sandbox.aws import Sandbox
from sandbox.directconnect import AT_ONCE, Behaviour, client_error
from sandbox.stack import transformed
from sandbox.world import QUIET_BPS, measure
from tests.e2e.test_decommission import EVENT, build, output

# What the template gives the role besides, for the platform's own use: logs and traces.
PLATFORM = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}


@pytest.fixture(scope="module")
def role() -> dict[str, Any]:
    template = transformed(boto3.Session(region_name="eu-central-1"))
    properties: dict[str, Any] = template["Resources"]["StepFunctionRole"]["Properties"]
    return properties


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def actions(statement: dict[str, Any]) -> set[str]:
    named = statement["Action"]
    return set(named) if isinstance(named, list) else {named}


def allowed(role: dict[str, Any]) -> set[str]:
    return set().union(*(actions(statement) for statement in statements(role)))


def every_path(sandbox: Sandbox) -> None:
    """Take every path that calls something: a run, a LAG's member, an interconnect, an interface under test."""
    world = sandbox.direct_connect
    build(sandbox)
    # The second opinion on a connection that is not found is among the calls.
    world.behaviour = Behaviour(deleted_connection_listed_seconds=0, transitioning=AT_ONCE)
    world.faults.add("DescribeVirtualInterfaces", client_error("Connection does not exist"))
    output(sandbox.run(EVENT))
    lag = world.add_lag(minimum_links=0)
    member = world.add_connection("dxcon-member12", lag_id=lag.id, tags={"decommission": "approved"})
    world.add_connection(lag_id=lag.id)
    measure(sandbox, member.id, QUIET_BPS)
    output(sandbox.run({"connectionId": member.id}))
    assert "Blocked" == sandbox.run({"connectionId": world.add_interconnect().id})["error"]
    tested = world.add_connection()
    world.add_virtual_interface(tested.id, state="testing")
    output(sandbox.run({"connectionId": tested.id, "dryRun": True}))


def test_it_allows_what_is_called_and_nothing_else(
    role: dict[str, Any], sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="botocore.endpoint"):
        every_path(sandbox)
    # botocore names each operation before it calls it; STS asks for no permission, and Step Functions are the test's.
    operations = [r.args[0] for r in caplog.records if r.name == "botocore.endpoint" and isinstance(r.args, tuple)]
    models = [operation for operation in operations if isinstance(operation, OperationModel)]
    called = {f"{model.service_model.service_name}:{model.name}" for model in models}
    theirs = {"cloudwatch:PutMetricData"}
    assert allowed(role) == {
        call for call in called - theirs if call.split(":")[0] in {"cloudwatch", "directconnect", "s3"}
    }


def test_the_fence_denies_and_the_role_allows(role: dict[str, Any]) -> None:
    assert {"Allow"} == {statement["Effect"] for statement in statements(role)}


def test_no_other_policy_is_attached(role: dict[str, Any]) -> None:
    assert set(role["ManagedPolicyArns"]) == PLATFORM
