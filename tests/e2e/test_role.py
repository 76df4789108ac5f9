"""The role can do what the function calls, and nothing else."""

import json
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


def test_it_allows_what_is_called_and_only_that(role: dict[str, Any], sandbox: Sandbox) -> None:
    build(sandbox)
    # The second opinion on a connection that is not found is among the calls.
    sandbox.direct_connect.behaviour = Behaviour(deleted_connection_listed_seconds=0)
    sandbox.direct_connect.faults.add("DescribeVirtualInterfaces", client_error("Connection does not exist"))
    output(sandbox.run(EVENT))
    called = {f"directconnect:{call.operation}" for call in sandbox.direct_connect.calls}
    assert called == set().union(*(actions(statement) for statement in statements(role)))


def test_nothing_is_allowed_by_a_pattern(role: dict[str, Any]) -> None:
    assert "*" not in json.dumps([sorted(actions(statement)) for statement in statements(role)])
    assert {"Allow"} == {statement["Effect"] for statement in statements(role)}


def test_deletes_reach_one_kind_of_resource_each(role: dict[str, Any]) -> None:
    reach = {
        action: statement["Resource"]
        for statement in statements(role)
        for action in actions(statement)
        if action.startswith("directconnect:Delete")
    }
    prefix = "arn:${AWS::Partition}:directconnect:${AWS::Region}:${AWS::AccountId}"
    assert {
        "directconnect:DeleteVirtualInterface": {"Fn::Sub": f"{prefix}:dxvif/*"},
        "directconnect:DeleteConnection": {"Fn::Sub": f"{prefix}:dxcon/*"},
    } == reach


def test_no_other_policy_is_attached(role: dict[str, Any]) -> None:
    assert set(role["ManagedPolicyArns"]) == PLATFORM
