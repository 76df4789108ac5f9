"""The role with which EventBridge Scheduler starts runs."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def role(template: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["ScheduleRole"]["Properties"]
    return properties


def test_only_the_scheduler_of_this_account_uses_it(role: dict[str, Any]) -> None:
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert ("Allow", "sts:AssumeRole") == (statement["Effect"], statement["Action"])
    assert {"Service": "scheduler.amazonaws.com"} == statement["Principal"]
    assert {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}} == statement["Condition"]


def test_it_may_start_runs_and_report_what_it_could_not_start(role: dict[str, Any]) -> None:
    (policy,) = role["Policies"]
    assert [
        {
            "Effect": "Allow",
            "Action": "states:StartExecution",
            "Resource": [{"Ref": "DecommissionStateMachine"}, {"Ref": "SweepStateMachine"}],
        },
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}},
    ] == policy["PolicyDocument"]["Statement"]
    assert "ManagedPolicyArns" not in role
