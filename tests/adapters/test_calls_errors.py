"""Which error the caller gets for each way in which a call can fail."""

from typing import Any, Final, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError

from decommission.calls import RefusedError, call, pages
from decommission.errors import AwsBusyError, AwsDeniedError
from sandbox.directconnect import AccessDenied, DirectConnectBackend, Refusal, client_error
from tests.adapters.conftest import Raw, RawServer

THROTTLING: Final = (
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
)
BUSY: Final = ("DirectConnectServerException", "InternalFailure", "RequestTimeout", "ServiceUnavailable")
DENIED: Final = (
    "ExpiredTokenException",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
)
NETWORK: Final = {
    "closed": (None, "ConnectionClosedError"),
    "too slow": (1.0, "ReadTimeoutError"),
    "no TLS": (None, "SSLError"),
}


@pytest.mark.parametrize("code", THROTTLING)
def test_throttling(code: str, either_client: Any, world: DirectConnectBackend) -> None:  # noqa: ANN401 - as boto3
    world.faults.add("DescribeLags", Refusal(code, "Rate exceeded"))

    with pytest.raises(AwsBusyError, match=f"directconnect:DescribeLags .*{code}: Rate exceeded") as raised:
        call(either_client, "DescribeLags")
    assert raised.value.is_throttling


@pytest.mark.parametrize(
    "fault",
    [
        *[pytest.param(Refusal(code, "Not now"), id=code) for code in BUSY],
        pytest.param(Refusal("NobodyKnows", "Not now", status=502), id="bad gateway"),
        pytest.param(client_error("dxcon-1 is in a transitioning state. Not now"), id="transitioning"),
    ],
)
def test_busy(fault: Refusal, either_client: Any, world: DirectConnectBackend) -> None:  # noqa: ANN401 - as boto3
    world.faults.add("DescribeLags", fault)

    with pytest.raises(AwsBusyError, match="Not now") as raised:
        call(either_client, "DescribeLags")
    assert not raised.value.is_throttling


@pytest.mark.parametrize(
    ("message", "expected"),
    [("Lag d\u00f6es not exist", "Lag d\\xf6es not exist"), ("", "DirectConnectClientException")],
    ids=["with words", "without words"],
)
def test_refused(message: str, expected: str, either_client: Any, world: DirectConnectBackend) -> None:  # noqa: ANN401 - as boto3
    world.faults.add("DescribeLags", client_error(message))

    with pytest.raises(RefusedError) as raised:
        call(either_client, "DescribeLags")
    assert (expected, "DirectConnectClientException") == (str(raised.value), raised.value.code)
    assert raised.value.request_id, "CloudTrail has the call under this id"


@pytest.mark.parametrize(
    "fault",
    [pytest.param(AccessDenied(), id="AccessDenied"), *[pytest.param(Refusal(c, "No", 403), id=c) for c in DENIED]],
)
def test_denied(fault: AccessDenied | Refusal, either_client: Any, world: DirectConnectBackend) -> None:  # noqa: ANN401 - as boto3
    world.faults.add("DescribeLags", fault)

    with pytest.raises(AwsDeniedError, match="AWS denied directconnect:DescribeLags") as raised:
        call(either_client, "DescribeLags")
    message = str(raised.value)
    assert ("not authorized" if isinstance(fault, AccessDenied) else f"{fault.code}: No") in message
    to_find_out = ("role lacks the action", "permissions boundary", "service control policy", "session")
    assert [] == [words for words in to_find_out if words not in message]
    advice = ("allow", "grant", "add ", "loosen", "attach", "remove")
    assert [] == [words for words in advice if words in message.lower()], "nobody is to widen permissions blindly"


def test_denied_without_credentials(raw_server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    url = f"http://127.0.0.1:{raw_server.server_port}"
    client = boto3.session.Session().client("directconnect", endpoint_url=url)

    with pytest.raises(AwsDeniedError, match=r"directconnect:DescribeLags .*NoCredentialsError"):
        call(client, "DescribeLags")


@pytest.mark.parametrize("name", NETWORK)
def test_no_answer(name: str, raw_server: RawServer) -> None:
    raw_server.answer, expected = NETWORK[name]
    scheme = "https" if name == "no TLS" else "http"
    client = raw_server.client("directconnect", scheme=scheme, read_timeout=0.1)

    with pytest.raises(AwsBusyError, match=rf"directconnect:DescribeLags .*\({expected}\)"):
        call(client, "DescribeLags")


def test_no_server() -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("directconnect", endpoint_url="http://127.0.0.1:1", config=once)

    with pytest.raises(AwsBusyError, match=f"no endpoint was reached in {client.meta.region_name}; make sure"):
        call(client, "DescribeLags")


def test_a_wrong_call_is_no_error_of_aws(either_client: Any) -> None:  # noqa: ANN401 - as boto3
    with pytest.raises(ParamValidationError):
        call(either_client, "DescribeLags", lagId=5)
    with pytest.raises(AttributeError):
        call(either_client, "DescribeNothing")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("{}", "answered without lags", id="missing"),
        pytest.param('{"lags": null}', "answered without lags", id="null"),
        pytest.param('{"lags": [], "nextToken": "a"}', "the same page token twice", id="the same token"),
    ],
)
def test_incomplete_pages(body: str, expected: str, raw_server: RawServer) -> None:
    raw_server.answer = Raw(body)

    with pytest.raises(AwsBusyError, match=f"directconnect:DescribeLags answered .*{expected}|{expected}"):
        list(pages(raw_server.client("directconnect"), "DescribeLags", "lags"))


@pytest.mark.parametrize(
    "page", [{"lags": "text"}, {"lags": {}}, {"lags": [], "nextToken": {}}, {"lags": [], "nextToken": 5}]
)
def test_pages_with_odd_members(page: dict[str, Any], either_client: Any) -> None:  # noqa: ANN401 - as boto3
    class Odd:
        meta = either_client.meta

        def describe_lags(self, **_: object) -> dict[str, Any]:
            return page

    with pytest.raises(AwsBusyError, match="directconnect:DescribeLags answered"):
        list(pages(cast("Any", Odd()), "DescribeLags", "lags"))
