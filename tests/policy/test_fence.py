"""What the deployed role may and may not do, as an implementation of IAM's evaluation logic sees it."""

from dataclasses import dataclass

import boto3
import pytest

from tests.conftest import ACCOUNT, REGION
from tests.policy.simulator import (
    ALLOWED,
    BUCKET,
    CONNECTION,
    DELETE_CONNECTION,
    DELETE_VIRTUAL_INTERFACE,
    FENCED,
    LAG,
    LEAVE_LAG,
    NOT_ALLOWED,
    VIRTUAL_INTERFACE,
    Answers,
    Policy,
    Question,
    ask,
    deployed_policies,
    fence_allows,
    fences_allow,
)
from tests.policy.tags import TABLE, Case

ANOTHER_ACCOUNT = "999999999999"
RESILIENCY_GROUP = f"arn:aws:directconnect::{ACCOUNT}:dx-resiliency-group/dxrg-0123456789abcdefg"
GATEWAY = f"arn:aws:directconnect::{ACCOUNT}:dx-gateway/11111111-2222-3333-4444-555555555555"
RECORD = "dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"

# How the stack is deployed.
PARAMETERS = {
    "default": {},
    "other tags": {
        "ApprovalTagKey": "team:retire",
        "ApprovalTagValue": "yes",
        "ProtectionTagKey": "Do not touch/@all",
    },
}
NO_TAGS: dict[str, str] = {}
APPROVED = {"decommission": "approved"}
PROTECTED = {"decommission-protected": "true"}
OTHERWISE_APPROVED = {"team:retire": "yes"}
OTHERWISE_PROTECTED = {"Do not touch/@all": "a=b + c"}

# Everything that the role may do with what is approved, and on which kinds of resources; "*" is an unfiltered call.
MAY = {
    "cloudwatch:GetMetricData": {"*", "dataset"},
    "directconnect:DeleteConnection": {"dxcon"},
    "directconnect:DeleteVirtualInterface": {"dxvif"},
    "directconnect:DescribeConnections": {"*", "dxcon"},
    "directconnect:DescribeDirectConnectGatewayAttachments": {"*", "dx-gateway"},
    "directconnect:DescribeDirectConnectGateways": {"*", "dx-gateway"},
    "directconnect:DescribeHostedConnections": {"dxcon", "dxlag"},
    "directconnect:DescribeInterconnects": {"*", "dxcon"},
    "directconnect:DescribeLags": {"*", "dxlag"},
    "directconnect:DescribeLoa": {"dxcon"},
    "directconnect:DescribeVirtualInterfaces": {"*", "dxcon", "dxlag", "dxvif"},
    "directconnect:DisassociateConnectionFromLag": {"dxcon", "dxlag"},
    "directconnect:ListResiliencyGroupAssociations": {"dx-resiliency-group"},
    "directconnect:ListResiliencyGroups": {"*"},
    "directconnect:ListVirtualInterfaceRoutes": {"dxvif"},
    "directconnect:ListVirtualInterfaceTestHistory": {"dxvif"},
    "s3:PutObject": {"object"},
    # Everybody may, whatever a policy says.
    "sts:GetCallerIdentity": {"*"},
}


@dataclass(frozen=True, slots=True)
class Expected:
    answer: str
    question: Question

    def __str__(self) -> str:
        question = self.question
        tags = ",".join(f"{key}={value}" for key, value in question.tags.items()) or "no tags"
        return f"{question.action}-{question.resource.removeprefix('arn:aws:')}-{tags}-{question.role}"


def expect(
    answer: str, action: str, resource: str, tags: dict[str, str] | None = None, role: str = "default"
) -> Expected:
    return Expected(answer, Question(action, resource, tags or {}, role))


def in_another_account(resource: str) -> str:
    return resource.replace(ACCOUNT, ANOTHER_ACCOUNT)


def in_another_region(resource: str) -> str:
    return resource.replace(REGION, "eu-west-1")


QUESTIONS = [
    # The fence follows the parameters.
    expect(ALLOWED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED, "other tags"),
    expect(ALLOWED, DELETE_CONNECTION, CONNECTION, {"team:retire": "yes:0123456789ab"}, "other tags"),
    expect(ALLOWED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED | PROTECTED, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, NO_TAGS, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, APPROVED, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, {"team:retire": "no"}, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, {"team:retire": "approved"}, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED | OTHERWISE_PROTECTED, "other tags"),
    expect(FENCED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED | {"do not touch/@ALL": ""}, "other tags"),
    expect(FENCED, LEAVE_LAG, CONNECTION, OTHERWISE_APPROVED | OTHERWISE_PROTECTED, "other tags"),
    expect(FENCED, LEAVE_LAG, LAG, OTHERWISE_PROTECTED, "other tags"),
    expect(ALLOWED, LEAVE_LAG, LAG, PROTECTED, "other tags"),
    expect(ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED, "other tags"),
    expect(FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, OTHERWISE_PROTECTED, "other tags"),
    # Connections and LAGs of this account and region.
    *(
        expect(NOT_ALLOWED, action, elsewhere(CONNECTION), APPROVED)
        for action in (DELETE_CONNECTION, LEAVE_LAG)
        for elsewhere in (in_another_account, in_another_region)
    ),
    *(
        expect(FENCED, action, elsewhere(CONNECTION), NO_TAGS)
        for action in (DELETE_CONNECTION, LEAVE_LAG)
        for elsewhere in (in_another_account, in_another_region)
    ),
    *(expect(NOT_ALLOWED, LEAVE_LAG, elsewhere(LAG)) for elsewhere in (in_another_account, in_another_region)),
    # Interfaces of this region and of any account, because an interface on our connection may be another account's.
    *(
        expect(answer, action, resource)
        for action in (
            DELETE_VIRTUAL_INTERFACE,
            "directconnect:ListVirtualInterfaceRoutes",
            "directconnect:ListVirtualInterfaceTestHistory",
        )
        for answer, resource in (
            (ALLOWED, VIRTUAL_INTERFACE),
            (ALLOWED, in_another_account(VIRTUAL_INTERFACE)),
            (NOT_ALLOWED, in_another_region(VIRTUAL_INTERFACE)),
        )
    ),
    expect(FENCED, DELETE_VIRTUAL_INTERFACE, in_another_account(VIRTUAL_INTERFACE), PROTECTED),
    # Looks.
    *(
        expect(ALLOWED, f"directconnect:{action}", resource, tags)
        for tags in (NO_TAGS, PROTECTED)
        for action, resource in (
            ("DescribeHostedConnections", CONNECTION),
            ("DescribeHostedConnections", LAG),
            ("DescribeLoa", CONNECTION),
            ("DescribeDirectConnectGatewayAttachments", GATEWAY),
            ("ListResiliencyGroupAssociations", RESILIENCY_GROUP),
            ("ListVirtualInterfaceRoutes", VIRTUAL_INTERFACE),
        )
    ),
    expect(ALLOWED, "directconnect:DescribeDirectConnectGatewayAttachments", in_another_account(GATEWAY)),
    expect(NOT_ALLOWED, "directconnect:ListResiliencyGroupAssociations", in_another_account(RESILIENCY_GROUP)),
    expect(NOT_ALLOWED, "directconnect:DescribeLoa", LAG),
    # The role cannot approve, lift a protection, or do more than its task.
    *(
        expect(NOT_ALLOWED, f"directconnect:{action}", resource, APPROVED)
        for action in ("TagResource", "UntagResource")
        for resource in (CONNECTION, VIRTUAL_INTERFACE, LAG)
    ),
    expect(NOT_ALLOWED, "directconnect:DeleteLag", LAG, APPROVED),
    expect(NOT_ALLOWED, "directconnect:DeleteBGPPeer", VIRTUAL_INTERFACE, APPROVED),
    expect(NOT_ALLOWED, "directconnect:DeleteInterconnect", CONNECTION, APPROVED),
    expect(NOT_ALLOWED, "directconnect:DescribeRouterConfiguration", VIRTUAL_INTERFACE, APPROVED),
    # The fence does not deny what would undo a step; another policy may allow it.
    expect(NOT_ALLOWED, "directconnect:CreateConnection", "*"),
    expect(NOT_ALLOWED, "directconnect:AssociateConnectionWithLag", CONNECTION, NO_TAGS),
    expect(NOT_ALLOWED, "directconnect:AssociateConnectionWithLag", CONNECTION, PROTECTED),
    expect(NOT_ALLOWED, "directconnect:StopBgpFailoverTest", VIRTUAL_INTERFACE, PROTECTED),
    # It writes records, and neither reads nor removes them.
    expect(ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/{RECORD}"),
    expect(NOT_ALLOWED, "s3:PutObject", f"arn:aws:s3:::another-bucket/{RECORD}"),
    expect(NOT_ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}-2/plan.json"),
    expect(NOT_ALLOWED, "s3:GetObject", f"arn:aws:s3:::{BUCKET}/{RECORD}"),
    expect(NOT_ALLOWED, "s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/{RECORD}"),
    expect(NOT_ALLOWED, "s3:DeleteObjectVersion", f"arn:aws:s3:::{BUCKET}/{RECORD}"),
    expect(NOT_ALLOWED, "s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
]

# What the table of tags is asked about, and whether the resource must be approved.
CALLS = [
    (DELETE_CONNECTION, CONNECTION, True),
    (LEAVE_LAG, CONNECTION, True),
    (LEAVE_LAG, LAG, False),
    (DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, False),
    (DELETE_VIRTUAL_INTERFACE, in_another_account(VIRTUAL_INTERFACE), False),
]
TAGGED = [(case, action, resource, approval) for case in TABLE for action, resource, approval in CALLS]


@pytest.fixture(scope="module")
def roles() -> dict[str, list[Policy]]:
    return {name: deployed_policies(parameters) for name, parameters in PARAMETERS.items()}


@pytest.fixture(scope="module")
def simulation(roles: dict[str, list[Policy]]) -> Answers:
    questions = [expected.question for expected in QUESTIONS]
    questions += [Question(action, resource, case.tags) for case, action, resource, _ in TAGGED]
    services = {action.partition(":")[0] for action in MAY}
    return ask(roles, questions, services=services, survey_tags=APPROVED)


@pytest.mark.parametrize(("number", "expected"), list(enumerate(QUESTIONS)), ids=map(str, QUESTIONS))
def test_the_role(simulation: Answers, number: int, expected: Expected) -> None:
    assert expected.answer == simulation.answers[number]


@pytest.mark.parametrize(
    ("number", "case", "needs_approval"),
    [(number, case, approval) for number, (case, _, _, approval) in enumerate(TAGGED)],
    ids=[f"{action}-{resource.rpartition(':')[2]}-{case}" for case, action, resource, _ in TAGGED],
)
def test_the_tags(simulation: Answers, number: int, case: Case, *, needs_approval: bool) -> None:
    allowed = case.connection if needs_approval else case.other
    assert (ALLOWED if allowed else FENCED) == simulation.answers[len(QUESTIONS) + number]


def test_the_fence_alone_can_be_asked() -> None:
    asked = [(case.tags, DELETE_CONNECTION) for case in TABLE]
    assert [case.connection for case in TABLE] == fences_allow(asked)
    assert fence_allows(APPROVED, LEAVE_LAG)
    assert not fence_allows(PROTECTED, DELETE_VIRTUAL_INTERFACE)


def test_the_fence_denies_three_calls_and_no_other(roles: dict[str, list[Policy]]) -> None:
    (fence,) = (policy["policy"] for policy in roles["default"] if policy["name"] == "Fence")
    assert {"Deny"} == {statement["Effect"] for statement in fence["Statement"]}
    assert {DELETE_CONNECTION, DELETE_VIRTUAL_INTERFACE, LEAVE_LAG} == {
        action for statement in fence["Statement"] for action in statement["Action"]
    }


def test_of_all_that_these_services_offer_the_role_may_do_this_and_nothing_else(simulation: Answers) -> None:
    assert MAY == {action: set(kinds) for action, kinds in simulation.allowed.items()}
    assert len(simulation.known) > 300


def test_the_survey_knows_every_operation_that_the_sdk_knows(simulation: Answers) -> None:
    operations = boto3.Session().client("directconnect", region_name=REGION).meta.service_model.operation_names
    assert not {f"directconnect:{name}" for name in operations} - set(simulation.known)
