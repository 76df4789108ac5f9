"""The one place where AWS's errors become ours."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which is not a subclass of Python's
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
)

from decommission.errors import DirectConnectBusyError, DirectConnectDeniedError

if TYPE_CHECKING:
    from botocore.client import BaseClient

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
# DirectConnectServerException is documented with status 400, at which botocore does not retry it; the two conflicts
# are S3's, which wants the same upload again (PutObject, IfNoneMatch).
_BUSY = {
    "ConditionalRequestConflict",
    "DirectConnectServerException",
    "InternalFailure",
    "OperationAborted",
    "RequestLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
}
_SERVER_ERROR = 500


class RefusedError(Exception):
    """
    Raised when AWS says no for a reason that only its message tells; what that means is the adapter's to know.

    It never leaves the function. ``code`` and ``request_id`` are AWS's.
    """

    def __init__(self, words: str, code: str, request_id: str | None) -> None:
        super().__init__(words)
        self.code = code
        self.request_id = request_id


def call(client: "BaseClient", operation: str, **parameters: object) -> Any:  # noqa: ANN401 - as boto3
    """
    Call an operation of AWS by AWS's name for it.

    Raises DirectConnectBusyError, DirectConnectDeniedError, and RefusedError.
    """
    # As a policy would name it.
    action = f"{client.meta.service_model.service_name}:{operation}"
    try:
        return getattr(client, xform_name(operation))(**parameters)
    except ClientError as error:
        raise _translated(error, action) from error
    except (NoCredentialsError, CredentialRetrievalError) as error:
        raise DirectConnectDeniedError(f"no AWS credentials for {action}: {error}") from error
    except (HTTPClientError, ConnectionError) as error:
        raise DirectConnectBusyError(f"{action} got no answer: {error}") from error


def pages(client: "BaseClient", operation: str, key: str, **parameters: object) -> Iterator[Any]:
    """Follow the tokens to the last page: boto3 has no paginator for Direct Connect."""
    seen: set[str] = set()
    token: str | None = None
    while True:
        page = call(client, operation, **parameters, **({"nextToken": token} if token else {}))
        yield from page[key]
        token = page.get("nextToken")
        if not token:
            return
        if token in seen:
            raise DirectConnectBusyError(f"{operation} answered the same page token twice")
        seen.add(token)


def _translated(error: ClientError, action: str) -> Exception:
    code = error.response["Error"]["Code"]
    words = error.response["Error"].get("Message", "")
    metadata = error.response["ResponseMetadata"]
    if code in _DENIED:
        return DirectConnectDeniedError(
            f"AWS denied {action} ({code}: {words}); allow the action in the role of this function; mind that its "
            "policy looks at tags"
        )
    if code in _BUSY or metadata["HTTPStatusCode"] >= _SERVER_ERROR or "is in a transitioning state" in words:
        return DirectConnectBusyError(f"{action} failed for now: {code}: {words}")
    return RefusedError(words or code, code, metadata.get("RequestId"))
