"""What the roles of the sweeps may do: start decommissions, and delete nothing."""

import pytest

from tests.conftest import ACCOUNT, REGION
from tests.policy.simulator import ALLOWED, BUCKET, NOT_ALLOWED, Answers, Policy, Question, ask, deployed_policies

OBJECTS = f"arn:aws:s3:::{BUCKET}"
SWEEP = f"{OBJECTS}/sweeps/20261201T020000Z"
REPORT = f"{OBJECTS}/dxcon-fg5678gh/2026-01-01T00-00-00.000000Z/report.json"
SERVICES = ["directconnect", "ec2", "events", "iam", "kms", "lambda", "s3", "sns", "sqs", "states", "sts"]
SPOKE = "arn:aws:iam::210987654321:role"
STATES = f"arn:aws:states:{REGION}:{ACCOUNT}"


@pytest.fixture(scope="module")
def machine_role() -> list[Policy]:
    return deployed_policies({}, "SweepStateMachineRole")


class TestFunction:
    QUESTIONS = (
        (ALLOWED, "s3:PutObject", f"{SWEEP}/list.json"),
        (ALLOWED, "s3:PutObject", f"{SWEEP}/summary.json"),
        (ALLOWED, "s3:GetObject", f"{SWEEP}/list.json"),
        (ALLOWED, "s3:GetObject", f"{SWEEP}/dxcon-fg5678gh.json"),
        (NOT_ALLOWED, "s3:PutObject", f"{SWEEP}/dxcon-fg5678gh.json"),
        (NOT_ALLOWED, "s3:PutObject", REPORT),
        (NOT_ALLOWED, "s3:GetObject", REPORT),
        (NOT_ALLOWED, "states:StartExecution", f"{STATES}:stateMachine:any"),
        # Of another account, the role that can only list.
        (ALLOWED, "sts:AssumeRole", f"{SPOKE}/dx-decommission-spoke-reader"),
        (NOT_ALLOWED, "sts:AssumeRole", f"{SPOKE}/dx-decommission-spoke"),
        (NOT_ALLOWED, "sts:AssumeRole", f"{SPOKE}/admin"),
    )

    @pytest.fixture(scope="class")
    @classmethod
    def simulation(cls) -> Answers:
        role = deployed_policies({}, "SweepFunctionRole")
        questions = [Question(action, resource) for _, action, resource in cls.QUESTIONS]
        return ask({"default": role}, questions, services=SERVICES)

    def test_the_answers(self, simulation: Answers) -> None:
        assert [answer for answer, *_ in self.QUESTIONS] == simulation.answers

    def test_it_looks_at_connections_and_may_do_nothing_else(self, simulation: Answers) -> None:
        assert {
            "directconnect:DescribeConnections": ["*", "dxcon"],
            "sts:GetCallerIdentity": ["*"],
        } == simulation.allowed


class TestStateMachine:
    @pytest.fixture(scope="class")
    @classmethod
    def machines(cls, machine_role: list[Policy]) -> dict[str, str]:
        """Return the ARNs of both state machines, by the name of the statement that allows to start them."""
        statements = [one for policy in machine_role for one in policy["policy"]["Statement"]]
        started = [one for one in statements if one["Action"] == "states:StartExecution"]
        return {one["Sid"]: one["Resource"] for one in started}

    def test_it_starts_itself_and_decommissions_and_follows_them(
        self, machine_role: list[Policy], machines: dict[str, str]
    ) -> None:
        assert {"Decommission", "StartChildren"} == machines.keys()
        names = {sid: arn.rpartition(":")[2] for sid, arn in machines.items()}
        questions = [
            *((ALLOWED, "states:StartExecution", arn) for arn in machines.values()),
            (NOT_ALLOWED, "states:StartExecution", f"{STATES}:stateMachine:other"),
            *(
                (ALLOWED, f"states:{action}Execution", f"{STATES}:execution:{name}:1")
                for action in ("Describe", "Stop")
                for name in names.values()
            ),
            (NOT_ALLOWED, "states:StopExecution", f"{STATES}:execution:other:1"),
            (ALLOWED, "states:RedriveExecution", f"{STATES}:execution:{names['StartChildren']}/run:1"),
            (NOT_ALLOWED, "states:RedriveExecution", f"{STATES}:execution:{names['Decommission']}:1"),
            (ALLOWED, "s3:GetObject", f"{SWEEP}/list.json"),
            (NOT_ALLOWED, "s3:GetObject", REPORT),
            (ALLOWED, "s3:PutObject", f"{SWEEP}/dxcon-fg5678gh.json"),
            (ALLOWED, "s3:PutObject", f"{SWEEP}/place-1.json"),
            (NOT_ALLOWED, "s3:PutObject", f"{SWEEP}/list.json"),
            (NOT_ALLOWED, "s3:PutObject", REPORT),
        ]
        answers = ask({"default": machine_role}, [Question(action, resource) for _, action, resource in questions])
        assert [answer for answer, *_ in questions] == answers.answers

    def test_it_may_delete_nothing(self, machine_role: list[Policy]) -> None:
        allowed = ask({"default": machine_role}, [], services=SERVICES).allowed
        assert {
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
            "sts:GetCallerIdentity",
        } >= allowed.keys()


class TestSchedule:
    def test_it_starts_both_machines_and_nothing_else(self) -> None:
        role = deployed_policies({}, "ScheduleRole")
        (policy,) = role
        started = policy["policy"]["Statement"][0]["Resource"]
        questions = [*started, f"{STATES}:stateMachine:other"]
        answers = ask(
            {"default": role}, [Question("states:StartExecution", one) for one in questions], services=SERVICES
        )
        assert [ALLOWED, ALLOWED, NOT_ALLOWED] == answers.answers
        assert {"sts:GetCallerIdentity"} == answers.allowed.keys() - {"states:StartExecution", "sqs:SendMessage"}
