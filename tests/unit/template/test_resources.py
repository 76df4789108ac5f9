"""The other resources of the template: the record's bucket, the rule and its queue, the alarms, the outputs."""

import re
from typing import Any

import pytest

from tests.support.template import only

MACHINE = {"StateMachineArn": {"Ref": "DecommissionStateMachine"}}
QUEUE = {"QueueName": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}
# By alarm: the namespace, the metric and the dimensions that it watches.
ALARMS = {
    "RunFailedAlarm": ("AWS/States", "ExecutionsFailed", MACHINE),
    "RunTimedOutAlarm": ("AWS/States", "ExecutionsTimedOut", MACHINE),
    "RunAbortedAlarm": ("AWS/States", "ExecutionsAborted", MACHINE),
    "EventUndeliveredAlarm": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", QUEUE),
    "SweepFailedAlarm": ("AWS/States", "ExecutionsFailed", {"StateMachineArn": {"Ref": "SweepStateMachine"}}),
    "SweepAbortedAlarm": ("AWS/States", "ExecutionsAborted", {"StateMachineArn": {"Ref": "SweepStateMachine"}}),
    "NotificationFailedAlarm": ("AWS/Lambda", "Errors", {"FunctionName": {"Ref": "NotifierFunction"}}),
    "PageFailedAlarm": ("AWS/Lambda", "Errors", {"FunctionName": {"Ref": "PageFunction"}}),
}


class TestRecordBucket:
    def test_every_version_is_kept_for_the_retention_time_and_outlives_the_stack(
        self, resources: dict[str, Any]
    ) -> None:
        bucket = resources["RecordBucket"]
        (rule,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert {"Ref": "RecordRetentionDays"} == rule["ExpirationInDays"]
        assert {"Ref": "RecordRetentionDays"} == rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        assert "Enabled" == bucket["Properties"]["VersioningConfiguration"]["Status"]
        for name in ("RecordBucket", "RecordBucketPolicy"):
            assert ("Retain", "Retain") == (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"])

    def test_only_the_account_reaches_it_and_only_over_tls(self, resources: dict[str, Any]) -> None:
        block = only(resources, "AWS::S3::Bucket")["PublicAccessBlockConfiguration"]
        assert [True] * 4 == list(block.values())
        (statement,) = only(resources, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        assert ("Deny", "*", "s3:*") == (statement["Effect"], statement["Principal"], statement["Action"])
        assert {"Bool": {"aws:SecureTransport": "false"}} == statement["Condition"]


class TestEvents:
    def test_the_rule_matches_events_of_this_account_only_and_can_be_switched_off(
        self, resources: dict[str, Any]
    ) -> None:
        rule = resources["DecommissionStateMachineRequested"]["Properties"]
        assert {
            "account": [{"Ref": "AWS::AccountId"}],
            "source": [{"Ref": "EventSource"}],
            "detail-type": [{"Ref": "EventDetailType"}],
        } == rule["EventPattern"]
        assert {"Ref": "EventRuleState"} == rule["State"]

    def test_an_event_that_cannot_start_a_run_is_kept_for_two_weeks(self, resources: dict[str, Any]) -> None:
        (target,) = resources["DecommissionStateMachineRequested"]["Properties"]["Targets"]
        assert {"Ref": "DecommissionStateMachine"} == target["Arn"]
        assert {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}} == target["DeadLetterConfig"]
        assert 3600 == target["RetryPolicy"]["MaximumEventAgeInSeconds"]
        queue = only(resources, "AWS::SQS::Queue")
        assert {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True} == queue

    def test_only_the_rule_may_write_to_the_queue(self, resources: dict[str, Any]) -> None:
        policy = only(resources, "AWS::SQS::QueuePolicy")
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert [{"Ref": "DeadLetterQueue"}] == policy["Queues"]
        assert ("Allow", "sqs:SendMessage") == (statement["Effect"], statement["Action"])
        assert {"Service": "events.amazonaws.com"} == statement["Principal"]
        assert {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]} == statement["Resource"]
        assert {
            "ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["DecommissionStateMachineRequested", "Arn"]}}
        } == statement["Condition"]


class TestAlarms:
    def test_these_are_all(self, resources: dict[str, Any]) -> None:
        assert ALARMS.keys() == {name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}

    @pytest.mark.parametrize("name", ALARMS)
    def test_each_alarm_watches_its_metric_and_says_what_to_do(self, resources: dict[str, Any], name: str) -> None:
        alarm = resources[name]["Properties"]
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
        assert ALARMS[name] == (alarm["Namespace"], alarm["MetricName"], dimensions)
        assert (1, "GreaterThanOrEqualToThreshold") == (alarm["Threshold"], alarm["ComparisonOperator"])
        assert "notBreaching" == alarm["TreatMissingData"]
        assert [{"Ref": "NotificationTopic"}] == alarm["AlarmActions"]
        assert re.search(r"\b(start|Start|Read|Remove)\b", alarm["AlarmDescription"])
        assert len(alarm["AlarmDescription"]) <= 1024


def test_every_exception_from_checkov_says_why(resources: dict[str, Any]) -> None:
    skipped = [
        one
        for resource in resources.values()
        for one in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert 10 < len(skipped)
    assert all({"id", "comment"} == one.keys() and 30 < len(one["comment"]) for one in skipped)


def test_the_outputs(template: dict[str, Any]) -> None:
    assert {
        "DashboardName": {"Ref": "DecommissionDashboard"},
        "DeadLetterQueueArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
        "DeadLetterQueueUrl": {"Ref": "DeadLetterQueue"},
        "DecommissionFunctionName": {"Ref": "DecommissionFunction"},
        "DecommissionFunctionRoleArn": {"Fn::GetAtt": ["DecommissionFunctionRole", "Arn"]},
        "NotificationTopicArn": {"Ref": "NotificationTopic"},
        "RecordBucketName": {"Ref": "RecordBucket"},
        "ScheduleRoleArn": {"Fn::GetAtt": ["ScheduleRole", "Arn"]},
        "StateMachineArn": {"Ref": "DecommissionStateMachine"},
        "SweepFunctionRoleArn": {"Fn::GetAtt": ["SweepFunctionRole", "Arn"]},
        "SweepStateMachineArn": {"Ref": "SweepStateMachine"},
    } == {name: output["Value"] for name, output in template["Outputs"].items()}
