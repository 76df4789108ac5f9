"""AssumeRole: what it is asked, what it may answer, and what becomes of the credentials."""

from typing import Any, Final

import pytest

from decommission.clients import Clients
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.places import Places, session_name
from decommission.run import NewRun, Request
from sandbox.directconnect import (
    SECRET_WORD,
    SERVER_ERROR,
    THROTTLED,
    AccessDenied,
    CutJson,
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    InProcessClient,
    Nothing,
    Refusal,
    Reset,
)
from sandbox.in_process import STS
from tests.support.events import EXECUTION, ROLE
from tests.support.strategies import ACCOUNT, CONNECTION_ID, OTHER_ACCOUNT, START

RUN: Final = NewRun(
    request=Request(connection_id=CONNECTION_ID, patience_minutes=60, region="us-east-1", role_arn=ROLE),
    started_at=START,
    execution=EXECUTION,
)
EXTERNAL_ID: Final = "of this hub"
CREDENTIALS: Final[dict[str, Any]] = {
    "AccessKeyId": SECRET_WORD,
    "SecretAccessKey": SECRET_WORD,
    "SessionToken": SECRET_WORD,
}
ADVICE: Final = (
    rf"Find out whether the spoke stack is deployed in account {OTHER_ACCOUNT}, and whether it names this function's "
    r"role \(HubRoleArn, or HubReaderRoleArn for a sweep\), the role's own name and the external id \(ExternalId\)$"
)


class OddSTS(STS):
    """Gives this answer to AssumeRole."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(ACCOUNT)
        self.answer = answer

    def assume_role(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3
        return self.call("AssumeRole", parameters, lambda: self.answer)


class Wiring:
    """Makes the clients, and notes with what access they were asked for."""

    def __init__(self, sts: STS) -> None:
        self.sts = sts
        self.access: list[dict[str, str]] = []
        self.made: list[tuple[str, bool]] = []

    def __call__(self, **access: str) -> Clients:
        self.access.append(access)
        direct_connect = InProcessClient(DirectConnectBackend(access.get("region_name", "eu-central-1"), ACCOUNT))

        def client(service: str, *, once: bool = False) -> Any:  # noqa: ANN401 - as boto3
            self.made.append((service, once))
            return {"directconnect": direct_connect, "sts": self.sts}[service]

        return client


def places(wiring: Wiring) -> Places:
    return Places(wiring, external_id=EXTERNAL_ID, lookback_minutes=1440)


def test_the_clients_get_the_region_and_the_credentials() -> None:
    wiring = Wiring(STS(ACCOUNT))
    here = places(wiring).at(RUN)
    sent = {"RoleArn": ROLE, "RoleSessionName": "run-1", "ExternalId": EXTERNAL_ID}
    assert [("AssumeRole", sent)] == wiring.sts.calls
    at_home, elsewhere = wiring.access
    assert {} == at_home
    assert {"region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token"} == elsewhere.keys()
    assert ("us-east-1", "us-east-1") == (elsewhere["region_name"], here.direct_connect.region)
    assert f"in us-east-1 of account {OTHER_ACCOUNT}" == here.name


def test_home_is_made_once_and_needs_one_client() -> None:
    """A cold start makes no other."""
    wiring = Wiring(STS(ACCOUNT))
    made = places(wiring)
    home = NewRun(request=Request(connection_id=CONNECTION_ID, patience_minutes=60), started_at=START)
    assert made.at(home) is made.at(home)
    assert ([{}], [("directconnect", False)], []) == (wiring.access, wiring.made, wiring.sts.calls)


@pytest.mark.parametrize(
    ("fault", "quoted"),
    [
        (AccessDenied(), "AccessDenied: User: .* is not authorized to perform: sts:AssumeRole"),
        (Refusal("RegionDisabledException", "STS is not activated in this region"), "RegionDisabledException: STS is"),
        (Refusal("ValidationError", "1 validation error detected"), "ValidationError: 1 validation"),
        (Refusal("ExpiredToken", "The security token is expired", 403), "ExpiredToken: The security"),
    ],
    ids=["denied", "region", "malformed", "expired"],
)
def test_who_is_not_let_in_learns_what_to_find_out(fault: Fault, quoted: str) -> None:
    wiring = Wiring(STS(ACCOUNT))
    wiring.sts.faults.add("AssumeRole", fault)
    with pytest.raises(AwsDeniedError, match=rf"^AWS denied sts:AssumeRole \({quoted}.*\)\. {ADVICE}"):
        places(wiring).at(RUN)
    assert [{}] == wiring.access


@pytest.mark.parametrize(
    "fault",
    [THROTTLED, SERVER_ERROR, Reset(), Html(), EmptyBody(), Nothing(), CutJson()],
    ids=lambda f: type(f).__name__,
)
def test_what_may_be_better_later_is_retried(fault: Fault) -> None:
    wiring = Wiring(STS(ACCOUNT))
    wiring.sts.faults.add("AssumeRole", fault)
    with pytest.raises(AwsBusyError, match=r"^sts:AssumeRole failed for now: ") as raised:
        places(wiring).at(RUN)
    assert (fault is THROTTLED) == raised.value.is_throttling


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Credentials": None},
        {"Credentials": SECRET_WORD},
        {"Credentials": {}},
        *[{"Credentials": CREDENTIALS | {name: value}} for name in CREDENTIALS for value in ("", None, 5)],
        *[{"Credentials": {k: v for k, v in CREDENTIALS.items() if k != name}} for name in CREDENTIALS],
    ],
    ids=str,
)
def test_an_answer_without_credentials_is_not_used(answer: dict[str, Any]) -> None:
    """Without all three, botocore would take the function's own, and the step would work at home."""
    wiring = Wiring(OddSTS(answer))
    with pytest.raises(AwsBusyError) as raised:
        places(wiring).at(RUN)
    assert ("sts:AssumeRole answered without Credentials", [{}]) == (str(raised.value), wiring.access)


@pytest.mark.parametrize(
    ("execution", "expected"),
    [
        (None, "dx-decommission"),
        ("", "dx-decommission"),
        ("arn:aws:states:::execution:machine:", "dx-decommission"),
        (EXECUTION, "run-1"),
        ("arn:aws:states:::execution:machine:dxcon-fg5678gh-20261201T020000Z", "dxcon-fg5678gh-20261201T020000Z"),
        ("arn:aws:states:::execution:machine:a_b+c=d,e.f@g-h", "a_b+c=d,e.f@g-h"),
        ("arn:aws:states:::execution:machine:a#b/c!d", "a-b-c-d"),
        (f"arn:aws:states:::execution:machine:{'x' * 80}", "x" * 64),
        # STS wants two characters at least.
        ("arn:aws:states:::execution:machine:1", "1-"),
    ],
)
def test_the_session_is_named_after_the_execution(execution: str | None, expected: str) -> None:
    assert expected == session_name(execution)
