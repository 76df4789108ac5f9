"""The parameters: a value that would break a deployment or a run is refused before anything is deployed."""

import re
from typing import Any

import pytest

from decommission.schemas import LONGEST_PATIENCE_MINUTES
from notifier.message import DETAIL_TYPES
from sandbox.stack import ROOT
from tests.support.template import RANGES, accepts

# None of these may reach the JSON of the fence, which is text with the parameters filled in.
NO_TAG = ["", " ", " x", "x ", "decommission\n", *(f"a{character}b" for character in "\"\\*?${},'\n\té")]
TAG_KEYS = ["decommission", "team:retire", "Do not touch/@all", "a=b + c_d.e-f", "awsome", "x", "k" * 128]
NO_TAG_KEYS = [*NO_TAG, "k" * 129, "aws:cloudformation:stack-name", "AWS:x"]
# The values of RetentionInDays: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400]
LOG_RETENTION_DAYS += [545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
NO_WHOLE_NUMBERS = ["", " ", "240.5", "240.0", "1e2", "1e4", "+240", "-240", "0x40", "0240", "1_000", "ninety"]
NO_WHOLE_NUMBERS += [" 240", "240 ", "240\n", "100000000000"]
# Arabic digits: int() also reads these.
NO_WHOLE_NUMBERS += ["\u0662\u0664\u0660"]

# By parameter: values that it accepts, and values that it refuses.
VALUES = {
    **{name: ([], NO_WHOLE_NUMBERS) for name in RANGES},
    "TrafficThresholdBps": (["0", "1", "10000", "9" * 10], [*NO_WHOLE_NUMBERS, "9" * 11, "00", "01"]),
    "LogRetentionDays": ([], [*NO_WHOLE_NUMBERS, "360"]),
    "ApprovalTagKey": (TAG_KEYS, NO_TAG_KEYS),
    "ProtectionTagKey": (TAG_KEYS, NO_TAG_KEYS),
    # No colon, because a digest follows a colon.
    "ApprovalTagValue": (
        ["approved", "by the network team", "a=b + c_d.e-f/@", "v" * 128],
        [*NO_TAG, "v" * 129, "approved:", "a:b", "Yes, x", " approved", "approved "],
    ),
    "ManagedByTagKeys": (
        ["terraform", "terraform,managed by", "aws:servicecatalog:productArn", ",".join(["k" * 127] * 8)],
        [
            *["", ",", "terraform,", ",terraform", "terraform,,pulumi", "terraform, pulumi", "terraform ,pulumi"],
            *[" terraform", "terraform;pulumi", "terra*", "k" * 129, ",".join(["k" * 128] * 8)],
        ],
    ),
    "MetricsNamespace": (
        ["DirectConnectDecommission", "Network/Direct Connect.#1:x_y-z", "n" * 255, "AWSome"],
        ["", " ", " x", "x ", "a\nb", "a,b", "é", ":x", "AWS/DX", "n" * 256],
    ),
    "EventSource": (["our.tickets"], ["", "aws.directconnect", 'a"b', "s" * 257]),
    # The application's own events about how runs ended must not start runs.
    "EventDetailType": (
        ["Port Cancelled", "Decommission Completed Later"],
        ["", " x", "d" * 129, *DETAIL_TYPES.values()],
    ),
    "DueTagKey": (TAG_KEYS, NO_TAG_KEYS),
    "SweepScheduleState": (["ENABLED"], ["enabled", "ON"]),
    "SweepScheduleExpression": (
        ["rate(1 day)", "at(2026-12-01T02:00:00)", "cron(0 2 ? * MON-FRI *)"],
        ["", "0 2 * * *", "cron()", "cron(0 2 * * ? *", "cron(0 2 * * ? *))", f"cron({'x' * 201})"],
    ),
    "SpokeReaderRoleName": (["retire-reader"], ["", "team/reader", "r" * 65, "a b"]),
    "SweepPlaces": (
        ["us-east-1", "us-gov-east-1,eu-central-1@210987654321"],
        ["us", "us-east-1@1", "us-east-1,", ",us-east-1", "us-east-1, eu-west-1", "x", "us-east-1@21098765432\u0661"],
    ),
    "SweepTimeZone": (
        ["Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"],
        ["", "Europe/", "/etc/localtime", "../UTC", "Europe/Ber lin", "+02:00"],
    ),
    "SweepDryRun": (["false"], ["False", "no"]),
    "EventRuleState": (["DISABLED"], ["enabled", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]),
    "AllowOverridesFromEvents": (["true"], ["True", "yes"]),
    "SpokeRoleName": (
        ["spoke", "a_b+c=d,e.f@g-h", "r" * 64],
        # No path, and nothing that a policy reads as a wildcard.
        ["", "team/spoke", "spoke*", "spoke?", "a b", "a:b", "$", "spoke\n", "r" * 65],
    ),
    "SpokeExternalId": (["ab", "a/b:c", "e" * 256], ["", "a", "a b", "a*", "e" * 257]),
    "NotificationEmail": (["network+ports@example.com"], ["network", " ", "a@b c", f"a@{'x' * 253}"]),
    "EndpointUrl": (
        ["http://127.0.0.1:4566", "http://[::1]:4566/", "https://sandbox.example"],
        ["sandbox:4566", "ftp://sandbox", "http://", "http://a b", f"https://{'x' * 248}"],
    ),
}
CASES = [
    pytest.param(name, text, expected, id=f"{name}-{text[:40]!a}")
    for name, both in VALUES.items()
    for expected, texts in zip((True, False), both, strict=True)
    for text in texts
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_parameter_accepts_only_good_values(
    parameters: dict[str, Any], name: str, text: str, *, expected: bool
) -> None:
    assert expected == accepts(parameters[name], text)


@pytest.mark.parametrize(("name", "least", "most"), [(name, *bounds) for name, bounds in RANGES.items()])
def test_a_range_holds_exactly_its_whole_numbers(parameters: dict[str, Any], name: str, least: int, most: int) -> None:
    accepted = [number for number in range(100_000) if accepts(parameters[name], str(number))]
    assert list(range(least, most + 1)) == accepted


def test_logs_can_be_kept_as_long_as_cloudwatch_logs_offers(parameters: dict[str, Any]) -> None:
    assert LOG_RETENTION_DAYS == [int(days) for days in parameters["LogRetentionDays"]["AllowedValues"]]


def test_a_request_may_name_every_default_patience() -> None:
    assert RANGES["LeastPatienceMinutes"][1] <= RANGES["PatienceMinutes"][0]
    assert LONGEST_PATIENCE_MINUTES == RANGES["PatienceMinutes"][1]


def test_an_approval_with_a_whole_digest_fits_into_a_tag(parameters: dict[str, Any]) -> None:
    longest = max(n for n in range(300) if accepts(parameters["ApprovalTagValue"], "v" * n))
    assert longest + len(":") + 64 <= 256


def test_every_parameter_is_checked_text_and_accepts_its_default(parameters: dict[str, Any]) -> None:
    for name, parameter in parameters.items():
        assert "String" == parameter["Type"], name
        assert isinstance(parameter["Default"], str), name
        assert accepts(parameter, parameter["Default"]), name
        assert "AllowedPattern" not in parameter or parameter["ConstraintDescription"], name
        assert parameter["Description"], name


def test_the_defaults(parameters: dict[str, Any]) -> None:
    """The list is complete: no parameter turns a guard off."""
    assert {
        "NotificationEmail": "",
        "AllowOverridesFromEvents": "false",
        "ApprovalTagKey": "decommission",
        "ApprovalTagValue": "approved",
        "EndpointUrl": "",
        "EventDetailType": "Decommission Requested",
        "DueTagKey": "decommission-after",
        "SweepScheduleState": "DISABLED",
        "SweepScheduleExpression": "cron(0 2 * * ? *)",
        "SweepTimeZone": "Etc/UTC",
        "SweepDryRun": "true",
        "SpokeReaderRoleName": "dx-decommission-spoke-reader",
        "SweepPlaces": "",
        "SweepConcurrency": "10",
        "SweepNoticeMinutes": "60",
        "NoticeMinutes": "0",
        "EventRuleState": "ENABLED",
        "EventSource": "dx-decommission",
        "LeastPatienceMinutes": "30",
        "LogRetentionDays": "365",
        "ManagedByTagKeys": "terraform,terraformed,managed-by,managedby,managed_by,pulumi:project,pulumi:stack",
        "MetricsNamespace": "DirectConnectDecommission",
        "MinimumWaitSeconds": "10",
        "PatienceMinutes": "240",
        "ProtectionTagKey": "decommission-protected",
        "RecordRetentionDays": "2557",
        "SpokeExternalId": "dx-decommission",
        "SpokeRoleName": "dx-decommission-spoke",
        "TrafficLookbackMinutes": "1440",
        "TrafficThresholdBps": "10000",
    } == {name: parameter["Default"] for name, parameter in parameters.items()}


def test_the_two_tag_keys_must_differ(template: dict[str, Any]) -> None:
    (rule,) = template["Rules"].values()
    (assertion,) = rule["Assertions"]
    keys = [{"Ref": "ApprovalTagKey"}, {"Ref": "ProtectionTagKey"}]
    assert {"Fn::Not": [{"Fn::Equals": keys}]} == assertion["Assert"]
    assert "RuleCondition" not in rule


def test_every_parameter_is_used(parameters: dict[str, Any]) -> None:
    rest = (ROOT / "template.yaml").read_text().partition("\nRules:")[2]
    assert [] == [name for name in parameters if not re.search(rf"(!Ref |\$\{{){name}\b", rest)]
