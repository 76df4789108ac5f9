"""The only place that catches what botocore raises, and turns it into our errors without quoting a raw answer."""

import http.client
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoAuthTokenError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.run import CallOutcome

if TYPE_CHECKING:
    from botocore.client import BaseClient

MOST_CHARACTERS = 500
"""How many characters of AWS's words are quoted."""

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
}
_THROTTLING = {
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
}
# DirectConnectServerException is documented with status 400, at which botocore does not retry it; the two conflicts
# are S3's, which wants the same upload again (PutObject, IfNoneMatch).
_BUSY = {
    "ConditionalRequestConflict",
    "DirectConnectServerException",
    "InternalFailure",
    "OperationAborted",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
}
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_NOT_AN_ERROR_MESSAGE = (
    "an answer that is not an error message ({} characters, not quoted here because it may hold secrets)"
)
_SECRETS = ("authkey", "bgp_auth_key", "customerrouterconfig")
_NOT_PRINTABLE_ASCII = re.compile(r"[^ -~]")
# botocore's parsers raise these when an answer has JSON or XML of another shape than the model: a list instead of an
# object (AttributeError), no such element (KeyError), a time that is none (ValueError, RuntimeError).
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    ResponseParserError,
    RuntimeError,
    TypeError,
    ValueError,
)
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)


class RefusedError(Exception):
    """
    Raised when AWS refuses a call with a code that does not say why; the caller interprets it.

    It never leaves the function. ``code`` and ``request_id`` are AWS's.
    """

    def __init__(self, words: str, code: str, request_id: str | None) -> None:
        super().__init__(words)
        self.code = code
        self.request_id = request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that AWS did not accept. ``words`` are AWS's or, where it sent none, say what happened instead."""

    action: str
    outcome: CallOutcome
    words: str
    code: str = ""
    request_id: str | None = None

    def error(self) -> AwsBusyError | AwsDeniedError | RefusedError:
        """Make the error that ``call`` raises."""
        said = f"{self.code}: {self.words}" if self.code else self.words
        match self.outcome:
            case CallOutcome.DENIED:
                return denied(self.action, said)
            case CallOutcome.REFUSED if "is in a transitioning state" not in self.words:
                return RefusedError(self.words, self.code, self.request_id)
            case _:
                is_throttling = self.outcome is CallOutcome.THROTTLED
                return AwsBusyError(f"{self.action} failed for now: {said}", is_throttling=is_throttling)


def call(client: "BaseClient", operation: str, **parameters: object) -> Any:  # noqa: ANN401 - as boto3
    """
    Call an operation of AWS by AWS's name for it.

    Raises AwsBusyError, AwsDeniedError and RefusedError.
    """
    answered = attempt(client, operation, **parameters)
    if isinstance(answered, Failure):
        raise answered.error()
    return answered


def pages(
    client: "BaseClient", operation: str, key: str, cursor: str = "nextToken", /, **parameters: object
) -> Iterator[Any]:
    """
    Return what all pages list under ``key``; ``cursor`` is the member that leads to the next page.

    boto3 has no paginator for Direct Connect. Raises as ``call`` does.
    """
    action = _action(client, operation)
    seen: set[str] = set()
    token: str | None = None
    while True:
        page = call(client, operation, **parameters, **({cursor: token} if token else {}))
        if not isinstance(page.get(key), list):
            raise AwsBusyError(f"{action} answered without {key}")
        yield from page[key]
        token = page.get(cursor)
        if token is None or token == "":
            return
        if not isinstance(token, str) or token in seen:
            raise AwsBusyError(f"{action} answered the same page token twice, or one that is not a text")
        seen.add(token)


def attempt(client: "BaseClient", operation: str, **parameters: object) -> Mapping[str, Any] | Failure:
    """
    Call an operation, and return what became of it instead of raising.

    Only ParamValidationError is raised, because it is a fault of this program. What botocore raised is dropped here,
    so that no traceback, cause or context of our errors leads to the raw answer that it may quote.
    """
    action = _action(client, operation)
    method = getattr(client, xform_name(operation))
    try:
        answered: Mapping[str, Any] = method(**parameters)
    except ParamValidationError:
        raise
    except ClientError as error:
        return _failure(action, error.response)
    except _NO_CREDENTIALS as error:
        return Failure(action=action, outcome=CallOutcome.DENIED, words=f"no credentials: {type(error).__name__}")
    except EndpointConnectionError:
        # What the network makes of a region that does not exist.
        advice = "make sure that there is such a region, and a way to it"
        words = f"no endpoint was reached in {client.meta.region_name}; {advice}"
        return Failure(action=action, outcome=CallOutcome.FAILED, words=words)
    except BotoCoreError as error:
        return Failure(action=action, outcome=CallOutcome.FAILED, words=f"got no answer ({type(error).__name__})")
    except _UNREADABLE as error:
        words = f"the answer is not what the SDK can read ({type(error).__name__})"
        return Failure(action=action, outcome=CallOutcome.FAILED, words=words)
    return answered


def denied(action: str, words: str) -> AwsDeniedError:
    """Make the error for a denied call; ``action`` is IAM's name for it, such as ``directconnect:DeleteConnection``."""
    return AwsDeniedError(
        f"AWS denied {action} ({words}). Find out whether the deployed role lacks the action, and whether a "
        "permissions boundary, a service control policy or the session denies it"
    )


def quoted(message: object) -> str:
    """
    Quote AWS's words: printable ASCII, at most 500 characters.

    Where botocore cannot parse the body of an error, it takes the whole body for the message, BGP keys included. So a
    message that looks like a body is not quoted.
    """
    text = "" if message is None else str(message)
    lowered = text.lower()
    looks_like_a_body = text.lstrip("\ufeff \t\r\n").startswith(("{", "[", "<"))
    if not isinstance(message, str | None) or looks_like_a_body or any(word in lowered for word in _SECRETS):
        return _NOT_AN_ERROR_MESSAGE.format(len(text))
    # One more than is kept is enough to tell that there is more.
    escaped = _NOT_PRINTABLE_ASCII.sub(_escaped, text[: MOST_CHARACTERS + 1])
    return escaped if len(escaped) <= MOST_CHARACTERS else escaped[: MOST_CHARACTERS - 3] + "..."


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def request_id_of(answered: Mapping[str, Any]) -> str | None:
    """Find the id by which an auditor finds a call in CloudTrail."""
    found = answered.get("ResponseMetadata", {}).get("RequestId")
    return quoted(found) if found else None


def _action(client: "BaseClient", operation: str) -> str:
    # As a policy would name it.
    return f"{client.meta.service_model.service_name}:{operation}"


def _failure(action: str, response: Mapping[str, Any]) -> Failure:
    error = response.get("Error", {})
    code, message = error.get("Code"), error.get("Message")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if not isinstance(code, str) or not code or code.isdigit() or code == "Unknown":
        # botocore found no error code in the body, so the body is not AWS's, or is not whole.
        code, words = "", _words_without_code(status, message)
        outcome = CallOutcome.FAILED
    elif code in _DENIED:
        outcome, words = CallOutcome.DENIED, quoted(message)
    elif code in _THROTTLING:
        outcome, words = CallOutcome.THROTTLED, quoted(message)
    elif code in _BUSY or status >= _SERVER_ERROR:
        outcome, words = CallOutcome.FAILED, quoted(message)
    else:
        outcome, words = CallOutcome.REFUSED, quoted(message)
    if status == _TOO_MANY_REQUESTS:
        outcome = CallOutcome.THROTTLED
    code = quoted(code)
    return Failure(action=action, outcome=outcome, words=words or code, code=code, request_id=request_id_of(response))


def _words_without_code(status: int, message: object) -> str:
    # The message is of the body, and of any type, or is botocore's name of the status (for HTML with a server error).
    if not message or message in (http.client.responses.get(status), "Unknown"):
        return f"HTTP {status} without an error code"
    return f"HTTP {status} with {_NOT_AN_ERROR_MESSAGE.format(len(str(message)))}"
