"""What the role may and may not do, as an implementation of IAM's evaluation logic sees it."""

import boto3
import pytest

from tests.conftest import ACCOUNT, REGION
from tests.policy.simulator import (
    ALLOWED,
    BUCKET,
    CONNECTION,
    DELETE_CONNECTION,
    DELETE_LAG,
    DELETE_VIRTUAL_INTERFACE,
    FENCED,
    LAG,
    LEAVE_LAG,
    NOT_ALLOWED,
    UPDATE_LAG,
    VIRTUAL_INTERFACE,
    Answers,
    Policy,
    Question,
    ask,
)

START_TEST = "directconnect:StartBgpFailoverTest"

RESILIENCY_GROUP = f"arn:aws:directconnect::{ACCOUNT}:dx-resiliency-group/dxrg-0123456789abcdefg"
GATEWAY = f"arn:aws:directconnect::{ACCOUNT}:dx-gateway/11111111-2222-3333-4444-555555555555"
SPOKE = "arn:aws:iam::210987654321:role"
RECORD = "dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"

APPROVED = {"decommission": "approved"}
PROTECTED = {"decommission-protected": "true"}
# The same for the role "other tags".
APPROVED_THERE = {"team:retire": "yes"}
PROTECTED_THERE = {"Do not touch/@all": "a=b + c"}

# Everything that the role may do, on which kinds of resources with an approval; "*" is a call for all resources.
MAY = {
    "cloudwatch:DescribeAlarms": {"*", "alarm"},
    "cloudwatch:GetMetricData": {"*", "dataset"},
    "directconnect:DeleteConnection": {"dxcon"},
    "directconnect:DeleteLag": {"dxlag"},
    "directconnect:DeleteVirtualInterface": {"dxvif"},
    "directconnect:DescribeConnections": {"*", "dxcon"},
    "directconnect:DescribeDirectConnectGatewayAttachments": {"*", "dx-gateway"},
    "directconnect:DescribeDirectConnectGateways": {"*", "dx-gateway"},
    "directconnect:DescribeHostedConnections": {"dxcon", "dxlag"},
    "directconnect:DescribeInterconnects": {"*", "dxcon"},
    "directconnect:DescribeLags": {"*", "dxlag"},
    "directconnect:DescribeLoa": {"dxcon", "dxlag"},
    "directconnect:DescribeVirtualInterfaces": {"*", "dxcon", "dxlag", "dxvif"},
    "directconnect:DisassociateConnectionFromLag": {"dxcon", "dxlag"},
    "directconnect:ListResiliencyGroupAssociations": {"dx-resiliency-group"},
    "directconnect:ListResiliencyGroups": {"*"},
    "directconnect:ListVirtualInterfaceRoutes": {"dxvif"},
    "directconnect:ListVirtualInterfaceTestHistory": {"dxvif"},
    "directconnect:StartBgpFailoverTest": {"dxvif"},
    "directconnect:StopBgpFailoverTest": {"dxvif"},
    "directconnect:UpdateLag": {"dxlag"},
    # IAM allows this to everybody.
    "sts:GetCallerIdentity": {"*"},
}


def in_another_account(resource: str) -> str:
    return resource.replace(ACCOUNT, "999999999999")


def in_another_region(resource: str) -> str:
    return resource.replace(REGION, "eu-west-1")


# The role "other tags": the fence follows the parameters.
OTHER_TAGS = [
    (ALLOWED, DELETE_CONNECTION, CONNECTION, APPROVED_THERE),
    (ALLOWED, DELETE_CONNECTION, CONNECTION, {"team:retire": "yes:0123456789ab"}),
    (ALLOWED, DELETE_CONNECTION, CONNECTION, APPROVED_THERE | PROTECTED),
    (FENCED, DELETE_CONNECTION, CONNECTION, {}),
    (FENCED, DELETE_CONNECTION, CONNECTION, APPROVED),
    (FENCED, DELETE_CONNECTION, CONNECTION, {"team:retire": "no"}),
    (FENCED, DELETE_CONNECTION, CONNECTION, {"team:retire": "approved"}),
    (FENCED, DELETE_CONNECTION, CONNECTION, APPROVED_THERE | PROTECTED_THERE),
    (FENCED, DELETE_CONNECTION, CONNECTION, APPROVED_THERE | {"do not touch/@ALL": ""}),
    (FENCED, LEAVE_LAG, CONNECTION, APPROVED_THERE | PROTECTED_THERE),
    (FENCED, LEAVE_LAG, LAG, PROTECTED_THERE),
    (ALLOWED, LEAVE_LAG, LAG, PROTECTED),
    *((ALLOWED, action, LAG, APPROVED_THERE) for action in (DELETE_LAG, UPDATE_LAG)),
    *((FENCED, action, LAG, APPROVED_THERE | PROTECTED_THERE) for action in (DELETE_LAG, UPDATE_LAG)),
    *((FENCED, action, LAG, APPROVED) for action in (DELETE_LAG, UPDATE_LAG)),
    (ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED),
    (FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED_THERE),
]
# The role "default".
DEFAULT = [
    # Connections and LAGs of this account only, in any region, since a request may name one.
    *(
        (answer, action, elsewhere(CONNECTION), tags)
        for elsewhere, approved in ((in_another_account, NOT_ALLOWED), (in_another_region, ALLOWED))
        for answer, tags in ((approved, APPROVED), (FENCED, {}), (FENCED, APPROVED | PROTECTED))
        for action in (DELETE_CONNECTION, LEAVE_LAG)
    ),
    (NOT_ALLOWED, LEAVE_LAG, in_another_account(LAG), {}),
    (ALLOWED, LEAVE_LAG, in_another_region(LAG), {}),
    (FENCED, LEAVE_LAG, in_another_region(LAG), PROTECTED),
    (FENCED, DELETE_VIRTUAL_INTERFACE, in_another_region(VIRTUAL_INTERFACE), PROTECTED),
    # A LAG is approved itself, when it is to be deleted with all its connections.
    *(
        (answer, action, elsewhere(LAG), tags)
        for elsewhere, approved in ((str, ALLOWED), (in_another_account, NOT_ALLOWED), (in_another_region, ALLOWED))
        for answer, tags in (
            (approved, APPROVED),
            (approved, {"decommission": "approved:0123456789ab"}),
            (FENCED, {}),
            (FENCED, {"decommission": "no"}),
            (FENCED, APPROVED | PROTECTED),
        )
        for action in (DELETE_LAG, UPDATE_LAG)
    ),
    # Interfaces of any account: another account's interface may be on our connection.
    *(
        (answer, f"directconnect:{action}", resource, {})
        for action in ("DeleteVirtualInterface", "ListVirtualInterfaceRoutes", "ListVirtualInterfaceTestHistory")
        for answer, resource in (
            (ALLOWED, VIRTUAL_INTERFACE),
            (ALLOWED, in_another_account(VIRTUAL_INTERFACE)),
            (ALLOWED, in_another_region(VIRTUAL_INTERFACE)),
        )
    ),
    # The fence does not deny what only reads.
    *(
        (ALLOWED, f"directconnect:{action}", resource, tags)
        for tags in ({}, PROTECTED)
        for action, resource in (
            ("DescribeHostedConnections", CONNECTION),
            ("DescribeHostedConnections", LAG),
            ("DescribeLoa", CONNECTION),
            ("DescribeLoa", LAG),
            ("DescribeDirectConnectGatewayAttachments", GATEWAY),
            ("ListResiliencyGroupAssociations", RESILIENCY_GROUP),
            ("ListVirtualInterfaceRoutes", VIRTUAL_INTERFACE),
        )
    ),
    (ALLOWED, "directconnect:DescribeDirectConnectGatewayAttachments", in_another_account(GATEWAY), {}),
    (NOT_ALLOWED, "directconnect:ListResiliencyGroupAssociations", in_another_account(RESILIENCY_GROUP), {}),
    # One role of each account, by its name.
    (ALLOWED, "sts:AssumeRole", f"{SPOKE}/dx-decommission-spoke", {}),
    (NOT_ALLOWED, "sts:AssumeRole", f"{SPOKE}/dx-decommission-spoke-reader", {}),
    (NOT_ALLOWED, "sts:AssumeRole", f"{SPOKE}/team/dx-decommission-spoke", {}),
    (NOT_ALLOWED, "sts:AssumeRole", f"{SPOKE}/admin", {}),
    # The fence does not deny calls that undo a step; another policy may allow them.
    (NOT_ALLOWED, "directconnect:CreateConnection", "*", {}),
    (NOT_ALLOWED, "directconnect:AssociateConnectionWithLag", CONNECTION, {}),
    (NOT_ALLOWED, "directconnect:AssociateConnectionWithLag", CONNECTION, PROTECTED),
    # BGP of what is protected is not taken down; whatever it is, it may be brought back.
    (ALLOWED, START_TEST, VIRTUAL_INTERFACE, {}),
    (FENCED, START_TEST, VIRTUAL_INTERFACE, PROTECTED),
    (ALLOWED, "directconnect:StopBgpFailoverTest", VIRTUAL_INTERFACE, {}),
    (ALLOWED, "directconnect:StopBgpFailoverTest", VIRTUAL_INTERFACE, PROTECTED),
    # The role writes into its bucket only.
    (ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/{RECORD}", {}),
    (ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/{RECORD.replace('dxcon', 'dxlag')}", {}),
    (NOT_ALLOWED, "s3:PutObject", f"arn:aws:s3:::another-bucket/{RECORD}", {}),
    (NOT_ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}-2/{RECORD}", {}),
    (NOT_ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/sweeps/20261101T020000Z/list.json", {}),
    # It reads the reports of earlier runs, and no other document.
    (ALLOWED, "s3:GetObject", f"arn:aws:s3:::{BUCKET}/{RECORD.replace('plan', 'report')}", {}),
    (NOT_ALLOWED, "s3:GetObject", f"arn:aws:s3:::{BUCKET}/{RECORD}", {}),
]
QUESTIONS = [
    (answer, Question(action, resource, tags, role))
    for role, questions in (("default", DEFAULT), ("other tags", OTHER_TAGS))
    for answer, action, resource, tags in questions
]


@pytest.fixture(scope="module")
def simulation(roles: dict[str, list[Policy]]) -> Answers:
    services = {"s3", *(action.partition(":")[0] for action in MAY)}
    return ask(roles, (question for _, question in QUESTIONS), services=services, survey_tags=APPROVED)


def test_the_answers(simulation: Answers) -> None:
    assert {str(question): answer for answer, question in QUESTIONS} == {
        str(question): answer for (_, question), answer in zip(QUESTIONS, simulation.answers, strict=True)
    }


def test_the_role_may_do_this_and_nothing_else(simulation: Answers) -> None:
    """It cannot approve, remove a protection, or read and delete records."""
    assert MAY == {action: set(kinds) for action, kinds in simulation.allowed.items()}


def test_the_simulator_knows_every_operation_that_boto3_knows(simulation: Answers) -> None:
    operations = boto3.Session().client("directconnect", region_name=REGION).meta.service_model.operation_names
    assert {f"directconnect:{name}" for name in operations} <= set(simulation.known)
    assert len(simulation.known) > 300


def test_the_fence_denies_these_calls_and_no_other(roles: dict[str, list[Policy]]) -> None:
    (fence,) = (policy["policy"] for policy in roles["default"] if policy["name"] == "Fence")
    assert {"Deny"} == {statement["Effect"] for statement in fence["Statement"]}
    assert {DELETE_CONNECTION, DELETE_LAG, DELETE_VIRTUAL_INTERFACE, LEAVE_LAG, START_TEST, UPDATE_LAG} == {
        action for statement in fence["Statement"] for action in statement["Action"]
    }
