"""The role can do what the function calls, and nothing else."""

from typing import Any

import boto3
import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, client_error
from sandbox.stack import transformed
from tests.e2e.test_decommission import EVENT, build, output

# What the template gives the role besides, for the platform's own use: logs and traces.
PLATFORM = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}
CALLS = {
    "cloudwatch:GetMetricData",
    "directconnect:DeleteConnection",
    "directconnect:DeleteVirtualInterface",
    "directconnect:DescribeConnections",
    "directconnect:DescribeDirectConnectGateways",
    "directconnect:DescribeHostedConnections",
    "directconnect:DescribeInterconnects",
    "directconnect:DescribeLags",
    "directconnect:DescribeLoa",
    "directconnect:DescribeVirtualInterfaces",
    "directconnect:DisassociateConnectionFromLag",
    "directconnect:ListVirtualInterfaceTestHistory",
    "s3:PutObject",
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


def test_what_a_run_calls_is_allowed(role: dict[str, Any], sandbox: Sandbox) -> None:
    build(sandbox)
    # The second opinion on a connection that is not found is among the calls.
    sandbox.direct_connect.behaviour = Behaviour(deleted_connection_listed_seconds=0)
    sandbox.direct_connect.faults.add("DescribeVirtualInterfaces", client_error("Connection does not exist"))
    output(sandbox.run(EVENT))
    called = {f"directconnect:{call.operation}" for call in sandbox.direct_connect.calls}
    assert called
    assert called <= allowed(role)


def test_nothing_but_the_calls_is_allowed(role: dict[str, Any]) -> None:
    assert CALLS == allowed(role)
    # What is denied is the fence's matter, in a policy of its own.
    assert {"Allow"} == {statement["Effect"] for statement in statements(role)}


def test_no_other_policy_is_attached(role: dict[str, Any]) -> None:
    assert set(role["ManagedPolicyArns"]) == PLATFORM
