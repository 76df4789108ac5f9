"""What the role of the notifier may do."""

import pytest

from tests.conftest import ACCOUNT, REGION
from tests.policy.simulator import ALLOWED, BUCKET, NOT_ALLOWED, Answers, Policy, Question, ask, deployed_policies

RECORD = f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00-00-00.000000Z"
# By the name of a statement: the action, and a resource of the same kind that is not the application's.
STATEMENTS = {
    "LookAtExecution": ("states:DescribeExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:execution:other:1"),
    "TellPeople": ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:other"),
}
SUMMARY = f"arn:aws:s3:::{BUCKET}/sweeps/20261201T020000Z/summary.json"
SERVICES = ["cloudwatch", "directconnect", "events", "iam", "kms", "lambda", "s3", "sns", "sqs", "states", "sts"]


def _resources(named: str | list[str]) -> list[str]:
    return [one.replace("*", "1") for one in ([named] if isinstance(named, str) else named)]


@pytest.fixture(scope="module")
def role() -> list[Policy]:
    return deployed_policies({}, "NotifierFunctionRole")


@pytest.fixture(scope="module")
def simulation(role: list[Policy]) -> Answers:
    (policy,) = role
    statements = {one["Sid"]: one["Resource"] for one in policy["policy"]["Statement"]}
    questions = [
        Question(action, resource)
        for name, (action, another) in STATEMENTS.items()
        for resource in (*_resources(statements[name]), another)
    ]
    objects = [f"{RECORD}/report.json", SUMMARY, f"{RECORD}/plan.json", f"{RECORD}/loa.pdf"]
    questions += [Question("s3:GetObject", resource) for resource in objects]
    return ask({"default": role}, questions, services=SERVICES)


def test_it_reads_plans_and_reports_and_sends_messages(simulation: Answers) -> None:
    executions, topic = [ALLOWED, ALLOWED, NOT_ALLOWED], [ALLOWED, NOT_ALLOWED]
    report, summary, plan, loa = ALLOWED, ALLOWED, ALLOWED, NOT_ALLOWED
    assert [*executions, *topic, report, summary, plan, loa] == simulation.answers


def test_of_other_resources_it_may_do_nothing(simulation: Answers) -> None:
    # Everybody may ask who they are, whatever a policy says.
    assert {"sts:GetCallerIdentity": ["*"]} == simulation.allowed
    assert "directconnect:DeleteConnection" in simulation.known


def test_it_uses_one_key(role: list[Policy]) -> None:
    """The simulator does not know the policy of a key, without which KMS allows nothing."""
    (policy,) = role
    (statement,) = (one for one in policy["policy"]["Statement"] if one["Sid"] == "UseKeyOfTopic")
    assert ["kms:Decrypt", "kms:GenerateDataKey"] == statement["Action"]
    assert statement["Resource"].startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")


def test_it_sends_events_as_this_application_only(role: list[Policy]) -> None:
    (policy,) = role
    (statement,) = (one for one in policy["policy"]["Statement"] if one["Sid"] == "TellMachines")
    assert f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default" == statement["Resource"]
    assert {"StringEquals": {"events:source": "dx-decommission"}} == statement["Condition"]
