"""The stack of another account: the same rights and the same fence as at home, for two roles of the hub only."""

import re
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from sandbox.stack import SPOKE_TEMPLATE, TEMPLATE

HUB: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
SPOKE: dict[str, Any] = yaml_parse(SPOKE_TEMPLATE.read_text())
ROLES: dict[str, dict[str, Any]] = {name: one["Properties"] for name, one in SPOKE["Resources"].items()}
# What concerns the hub alone: its bucket, and its way into other accounts.
OF_THE_HUB = {"Record", "ListReports", "ReadReports", "WorkElsewhere"}
TRUSTED = {"SpokeRole": "HubRoleArn", "ReaderRole": "HubReaderRoleArn"}


def policy(role: str, name: str) -> Any:  # noqa: ANN401 - a document or a text
    (document,) = (one["PolicyDocument"] for one in ROLES[role]["Policies"] if one["PolicyName"] == name)
    return document


def test_the_fence_is_that_of_the_hub() -> None:
    texts = [HUB["Resources"]["Fence"]["Properties"]["PolicyDocument"], policy("SpokeRole", "Fence")]
    ours, theirs = (re.sub(r"\s+", " ", one["Fn::Sub"]) for one in texts)
    assert ours == theirs


def test_the_rights_are_those_of_the_hub() -> None:
    (document,) = HUB["Resources"]["DecommissionFunction"]["Properties"]["Policies"]
    ours = [one for one in document["Statement"] if one["Sid"] not in OF_THE_HUB]
    assert ours == policy("SpokeRole", "Decommission")["Statement"]


def test_the_other_role_lists_connections_and_nothing_else() -> None:
    (statement,) = policy("ReaderRole", "Look")["Statement"]
    assert ("Allow", "directconnect:DescribeConnections") == (statement["Effect"], statement["Action"])
    assert [1, 2] == sorted(len(role["Policies"]) for role in ROLES.values())


@pytest.mark.parametrize("role", TRUSTED)
def test_one_role_of_the_hub_is_trusted_with_its_external_id(role: str) -> None:
    (statement,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert {
        "Effect": "Allow",
        "Principal": {
            "AWS": {
                "Fn::Sub": [
                    "arn:${AWS::Partition}:iam::${HubAccount}:root",
                    {"HubAccount": {"Fn::Select": [4, {"Fn::Split": [":", {"Ref": TRUSTED[role]}]}]}},
                ]
            }
        },
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": {"Ref": TRUSTED[role]}},
            "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}},
        },
    } == statement


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ApprovalTagKey", "ApprovalTagKey"),
        ("ApprovalTagValue", "ApprovalTagValue"),
        ("ProtectionTagKey", "ProtectionTagKey"),
        ("SpokeRoleName", "SpokeRoleName"),
        ("SpokeReaderRoleName", "ReaderRoleName"),
        ("SpokeExternalId", "ExternalId"),
    ],
)
def test_what_both_must_agree_on_has_the_same_default_and_form(ours: str, theirs: str) -> None:
    hub, spoke = HUB["Parameters"][ours], SPOKE["Parameters"][theirs]
    assert [hub[key] for key in ("Type", "Default", "AllowedPattern")] == [
        spoke[key] for key in ("Type", "Default", "AllowedPattern")
    ]
