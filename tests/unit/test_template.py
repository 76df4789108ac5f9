"""The template against the code that it deploys."""

import re
from typing import Any

import boto3
import pytest

from decommission.contract import LONGEST_PATIENCE_MINUTES
from decommission.settings import Settings
from sandbox.stack import ROOT, transformed

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return transformed(boto3.Session(region_name="eu-central-1"))


def only(template: dict[str, Any], kind: str) -> dict[str, Any]:
    (properties,) = (r["Properties"] for r in template["Resources"].values() if r["Type"] == kind)
    found: dict[str, Any] = properties
    return found


def test_the_placeholders_of_the_definition_are_those_that_are_filled_in(template: dict[str, Any]) -> None:
    wanted = set(PLACEHOLDER.findall((ROOT / "src/statemachine/decommission.asl.yaml").read_text()))
    assert wanted == only(template, "AWS::StepFunctions::StateMachine")["DefinitionSubstitutions"].keys()


def test_the_defaults_are_settings_that_the_function_takes(template: dict[str, Any]) -> None:
    variables = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    parameters = template["Parameters"] | {"RecordBucket": {"Default": "records"}}
    defaults = {
        name: str(parameters[value["Ref"]]["Default"]) if isinstance(value, dict) else value
        for name, value in variables.items()
    }
    settings = Settings.from_environment(defaults)
    assert 240 == settings.patience_minutes
    assert 10 == settings.minimum_wait_seconds


def test_what_the_guards_and_the_record_need_comes_from_the_parameters(template: dict[str, Any]) -> None:
    variables = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert {
        "APPROVAL_TAG_KEY": {"Ref": "ApprovalTagKey"},
        "APPROVAL_TAG_VALUE": {"Ref": "ApprovalTagValue"},
        "PROTECTION_TAG_KEY": {"Ref": "ProtectionTagKey"},
        "PROTECTION_TAG_VALUE": {"Ref": "ProtectionTagValue"},
        "RECORD_BUCKET": {"Ref": "RecordBucket"},
        "REQUIRE_APPROVAL": {"Ref": "RequireApproval"},
        "TRAFFIC_LOOKBACK_MINUTES": {"Ref": "TrafficLookbackMinutes"},
        "TRAFFIC_THRESHOLD_BPS": {"Ref": "TrafficThresholdBps"},
    } == {name: value for name, value in variables.items() if name.startswith(("APPROVAL", "PRO", "REC", "REQ", "TRA"))}


@pytest.mark.parametrize("tag", ["Approval", "Protection"])
@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("decommission", True, True),
        ("team:retire", True, True),
        ("Do not touch/@all", True, True),
        ("a=b + c_d.e-f", True, True),
        ("awsome", True, True),
        ("k" * 128, True, True),
        ("v" * 129, False, True),
        ("v" * 257, False, False),
        ("aws:cloudformation:stack-name", False, True),
        ("AWS:x", False, True),
        (" x", False, True),
        ("", False, False),
        *((f"a{character}b", False, False) for character in "\"\\*?${},'\n\té"),
        ("decommission\n", False, False),
    ],
)
def test_a_tag_cannot_break_the_text_of_the_fence(
    template: dict[str, Any], tag: str, text: str, *, key: bool, value: bool
) -> None:
    parameters = template["Parameters"]
    assert key == bool(re.fullmatch(parameters[f"{tag}TagKey"]["AllowedPattern"], text))
    assert value == bool(re.fullmatch(parameters[f"{tag}TagValue"]["AllowedPattern"], text))


def test_the_function_never_stands_without_its_fence(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    assert "Fence" in resources["StepFunction"]["DependsOn"]
    # Else the two would wait for each other.
    assert "DependsOn" not in resources["StepFunctionRole"]


def test_records_are_kept_as_long_as_was_promised_and_stay_when_the_stack_goes(template: dict[str, Any]) -> None:
    bucket = template["Resources"]["RecordBucket"]
    (rule,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {"Ref": "RecordRetentionDays"} == rule["ExpirationInDays"]
    assert {"Ref": "RecordRetentionDays"} == rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert "Enabled" == bucket["Properties"]["VersioningConfiguration"]["Status"]
    for name in ("RecordBucket", "RecordBucketPolicy"):
        assert "Retain" == template["Resources"][name]["DeletionPolicy"]
        assert "Retain" == template["Resources"][name]["UpdateReplacePolicy"]


def test_records_are_reached_by_the_account_only_and_over_tls_only(template: dict[str, Any]) -> None:
    bucket = only(template, "AWS::S3::Bucket")
    assert {True} == set(bucket["PublicAccessBlockConfiguration"].values())
    assert 4 == len(bucket["PublicAccessBlockConfiguration"])
    (statement,) = only(template, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert ("Deny", "*", "s3:*") == (statement["Effect"], statement["Principal"], statement["Action"])
    assert {"Bool": {"aws:SecureTransport": "false"}} == statement["Condition"]


def test_no_partition_is_taken_for_granted() -> None:
    assert "arn:aws:" not in (ROOT / "template.yaml").read_text()


def test_a_patience_that_the_template_takes_is_one_that_a_request_may_have(template: dict[str, Any]) -> None:
    assert LONGEST_PATIENCE_MINUTES == template["Parameters"]["PatienceMinutes"]["MaxValue"]


def test_both_halves_are_traced(template: dict[str, Any]) -> None:
    assert {"Mode": "Active"} == only(template, "AWS::Lambda::Function")["TracingConfig"]
    assert {"Enabled": True} == only(template, "AWS::StepFunctions::StateMachine")["TracingConfiguration"]


def test_the_function_may_be_given_another_endpoint(template: dict[str, Any]) -> None:
    variables = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert {"Ref": "EndpointUrl"} == variables["AWS_ENDPOINT_URL"]
    assert "" == template["Parameters"]["EndpointUrl"]["Default"]


def test_every_pinned_requirement_carries_its_hash() -> None:
    for path in (ROOT / "src/function/requirements.txt", ROOT / "requirements-dev.txt", ROOT / "requirements-sam.txt"):
        pins = [line for line in path.read_text().splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert all(re.fullmatch(r"[\w.\[\]-]+==\S+ \\", pin) for pin in pins), path.name


def test_the_package_ships_the_sdk_that_it_was_tested_with() -> None:
    def pins(path: str) -> dict[str, str]:
        lines = (ROOT / path).read_text().splitlines()
        return dict(line.removesuffix(" \\").split("==") for line in lines if "==" in line and not line.startswith(" "))

    shipped, tested = pins("src/function/requirements.txt"), pins("requirements-dev.txt")
    assert shipped == {name: tested[name] for name in shipped}
