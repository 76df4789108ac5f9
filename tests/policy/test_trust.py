"""Who may assume the roles of the spoke: the trust policy and the policy of the caller both have to agree."""

import json
from collections.abc import Mapping
from typing import Final

import pytest
from moto.iam.models import iam_backends

from sandbox.aws import Sandbox
from sandbox.runtime import InProcess
from tests.conftest import ACCOUNT
from tests.policy.simulator import ALLOWED, NOT_ALLOWED, Policy, Question, ask

OTHER_ACCOUNT: Final = "210987654321"
HUB_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/hub"
READER_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/reader"
HUB: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/hub/run-1"
READER: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/run-1"
SENT: Final = {"sts:ExternalId": "dx-decommission"}
# By output of the spoke's stack: the session that is let in, and the one that is let in by the other role only.
LET_IN: Final = {"SpokeRoleArn": (HUB, READER), "ReaderRoleArn": (READER, HUB)}
MAY_ASSUME_ANY: Final[list[Policy]] = [
    {
        "name": "any",
        "policy": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
        },
    }
]


@pytest.fixture(scope="module")
def trusts() -> dict[str, tuple[str, Policy]]:
    """Deploy the spoke, and return the ARN and the trust policy of each of its roles, by output."""
    with Sandbox(InProcess()) as sandbox:
        stack = sandbox.deploy_spoke(OTHER_ACCOUNT, HubRoleArn=HUB_ROLE, HubReaderRoleArn=READER_ROLE)
        iam = iam_backends[OTHER_ACCOUNT]["aws"]
        arns = {output: stack.outputs[output] for output in LET_IN}
        return {
            output: (arn, json.loads(iam.get_role_by_arn(arn).assume_role_policy_document))
            for output, arn in arns.items()
        }


def context(caller: str, sent: Mapping[str, str]) -> dict[str, str]:
    """Add to what the caller sends what AWS adds: the ARN of the role of the session."""
    role = caller.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").removesuffix("/run-1")
    return {"aws:PrincipalArn": role, **sent}


@pytest.mark.parametrize("output", LET_IN)
def test_one_role_of_the_hub_gets_in_with_the_external_id(output: str, trusts: dict[str, tuple[str, Policy]]) -> None:
    arn, trust = trusts[output]
    trusted, other = LET_IN[output]
    asked = [
        (ALLOWED, trusted, SENT),
        (NOT_ALLOWED, trusted, {"sts:ExternalId": "dx-decommission2"}),
        (NOT_ALLOWED, trusted, {}),
        (NOT_ALLOWED, other, SENT),
        (NOT_ALLOWED, trusted.replace("/run-1", "2/run-1"), SENT),
        (NOT_ALLOWED, f"arn:aws:iam::{ACCOUNT}:user/admin", SENT),
        (NOT_ALLOWED, trusted.replace(ACCOUNT, "999999999999"), SENT),
    ]
    questions = [
        Question("sts:AssumeRole", arn, caller=caller, trust=trust, context=context(caller, sent))
        for _, caller, sent in asked
    ]
    answers = ask({"default": MAY_ASSUME_ANY}, questions).answers
    assert asked == [(answer, *one[1:]) for answer, one in zip(answers, asked, strict=True)]


@pytest.mark.parametrize(("output", "expected"), [("SpokeRoleArn", ALLOWED), ("ReaderRoleArn", NOT_ALLOWED)])
def test_the_policy_of_the_hub_has_to_agree(
    output: str, expected: str, trusts: dict[str, tuple[str, Policy]], roles: dict[str, list[Policy]]
) -> None:
    arn, trust = trusts[output]
    caller = LET_IN[output][0]
    question = Question("sts:AssumeRole", arn, caller=caller, trust=trust, context=context(caller, SENT))
    assert [expected] == ask(roles, [question]).answers
