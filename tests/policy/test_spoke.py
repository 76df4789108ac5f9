"""What the roles of the spoke may do: the one what the function may do at home, the other list connections."""

import json
from collections.abc import Iterator

import pytest
from moto.iam.models import iam_backends

from sandbox.aws import Sandbox
from sandbox.runtime import InProcess
from tests.conftest import ACCOUNT
from tests.policy.simulator import Policy, Question, ask
from tests.policy.test_fence import APPROVED, DEFAULT, MAY

ROLES = {"decommission": "dx-decommission-spoke", "reader": "dx-decommission-spoke-reader"}
# The record, and the way into other accounts, are the hub's.
DIRECT_CONNECT = [question for question in DEFAULT if question[1].startswith("directconnect:")]
SERVICES = {"s3", *(action.partition(":")[0] for action in MAY)}


@pytest.fixture(scope="module")
def spoke() -> Iterator[dict[str, list[Policy]]]:
    """Deploy the spoke into the account that the questions are about."""
    with Sandbox(InProcess()) as sandbox:
        sandbox.deploy_spoke(ACCOUNT)
        documents = {role: iam_backends[ACCOUNT]["aws"].get_role(name).policies for role, name in ROLES.items()}
        yield {
            role: [
                {"name": name, "policy": json.loads(text) if isinstance(text, str) else text}
                for name, text in policies.items()
            ]
            for role, policies in documents.items()
        }


def test_the_questions_to_the_hub_have_the_same_answers(spoke: dict[str, list[Policy]]) -> None:
    questions = [Question(action, resource, tags) for _, action, resource, tags in DIRECT_CONNECT]
    answers = ask({"default": spoke["decommission"]}, questions).answers
    assert {str(q): one[0] for q, one in zip(questions, DIRECT_CONNECT, strict=True)} == {
        str(q): answer for q, answer in zip(questions, answers, strict=True)
    }


def test_it_may_do_this_and_nothing_else(spoke: dict[str, list[Policy]]) -> None:
    found = ask({"default": spoke["decommission"]}, [], services=SERVICES, survey_tags=APPROVED).allowed
    assert MAY == {action: set(kinds) for action, kinds in found.items()}


def test_the_reader_can_list_connections_and_nothing_else(spoke: dict[str, list[Policy]]) -> None:
    found = ask({"default": spoke["reader"]}, [], services=SERVICES, survey_tags=APPROVED).allowed
    assert {"directconnect:DescribeConnections", "sts:GetCallerIdentity"} == found.keys()
