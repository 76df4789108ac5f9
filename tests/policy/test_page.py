"""What the role of the function that makes pages may do."""

import pytest

from tests.policy.simulator import ALLOWED, BUCKET, NOT_ALLOWED, Answers, Question, ask, deployed_policies

RECORD = f"arn:aws:s3:::{BUCKET}/dxcon-fg5678gh/2026-01-01T00-00-00.000000Z"
SWEEP = f"arn:aws:s3:::{BUCKET}/sweeps/20261201T020000Z"
SERVICES = ["cloudwatch", "directconnect", "events", "iam", "kms", "lambda", "s3", "sns", "sqs", "states", "sts"]
EXPECTED = [
    (Question("s3:GetObject", f"{RECORD}/plan.json"), ALLOWED),
    (Question("s3:GetObject", f"{RECORD}/report.json"), ALLOWED),
    (Question("s3:GetObject", f"{RECORD}/restore.json"), ALLOWED),
    (Question("s3:PutObject", f"{RECORD}/plan.html"), ALLOWED),
    (Question("s3:PutObject", f"{RECORD}/report.html"), ALLOWED),
    (Question("s3:PutObject", f"{RECORD}/restore/001-create-connection-dxcon-fg5678gh.json"), ALLOWED),
    (Question("s3:GetObject", f"{RECORD}/loa.pdf"), NOT_ALLOWED),
    (Question("s3:GetObject", f"{RECORD}/plan.html"), NOT_ALLOWED),
    (Question("s3:GetObject", f"{SWEEP}/summary.json"), NOT_ALLOWED),
    (Question("s3:PutObject", f"{RECORD}/plan.json"), NOT_ALLOWED),
    (Question("s3:PutObject", f"{RECORD}/report.json"), NOT_ALLOWED),
    (Question("s3:PutObject", f"{SWEEP}/report.html"), NOT_ALLOWED),
    (Question("s3:PutObject", "arn:aws:s3:::another/dxcon-fg5678gh/report.html"), NOT_ALLOWED),
    (Question("s3:DeleteObject", f"{RECORD}/plan.html"), NOT_ALLOWED),
]


@pytest.fixture(scope="module")
def simulation() -> Answers:
    role = deployed_policies({}, "PageFunctionRole")
    return ask({"default": role}, [question for question, _ in EXPECTED], services=SERVICES)


def test_it_reads_documents_and_writes_pages(simulation: Answers) -> None:
    assert [answer for _, answer in EXPECTED] == simulation.answers


def test_of_other_resources_it_may_do_nothing(simulation: Answers) -> None:
    # Everybody may ask who they are, whatever a policy says.
    assert {"sts:GetCallerIdentity": ["*"]} == simulation.allowed
    assert "directconnect:DeleteConnection" in simulation.known
