"""
The only module that calls the Direct Connect API, and the only place where a secret may be.

Every description of a virtual interface brings its BGP keys along, so what leaves here are our own types with
the fields that are wanted, and botocore is kept from logging what it received.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which is not a subclass of Python's
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
)

from decommission.errors import ConfigurationError, DirectConnectBusyError, DirectConnectDeniedError
from decommission.models import Connection, Observation, VirtualInterface

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

# At DEBUG botocore logs whole responses, and a function's log level is one click away from DEBUG.
logging.getLogger("botocore").setLevel(logging.WARNING)

# The cap that AWS sets for maxResults.
PAGE_SIZE = 100

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
}
# DirectConnectServerException is documented with status 400, at which botocore does not retry it.
_BUSY = {
    "DirectConnectServerException",
    "InternalFailure",
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


class _RefusedError(Exception):
    """Raised within this module when AWS says no for a reason that only its message tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What AWS said to a delete call: ``refusal`` holds its words if it said no. ``request_id`` is the auditor's."""

    refusal: str | None = None
    request_id: str | None = None


class DirectConnect:
    """
    Direct Connect, as far as a decommission needs it.

    Every method raises DirectConnectBusyError and DirectConnectDeniedError. A client made with an SDK that does not
    know paging tokens is refused with ConfigurationError: it would drop them in silence, and "no virtual interface is
    left" would be false.
    """

    def __init__(self, client: "DirectConnectClient") -> None:
        for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
            model = client.meta.service_model.operation_model(operation)
            if model.input_shape is None or "nextToken" not in model.input_shape.members:
                raise ConfigurationError(
                    f"this botocore's model of {operation} lacks nextToken: 1.40.30 is the first with it"
                )
        self._client = client

    def observe(self, connection_id: str) -> Observation:
        """Look at a connection and at the virtual interfaces attached to it."""
        return Observation(
            region=self._client.meta.region_name,
            connection=self._connection(connection_id),
            virtual_interfaces=self._virtual_interfaces(connection_id),
        )

    def delete_virtual_interface(self, virtual_interface_id: str) -> Answer:
        return self._delete(self._client.delete_virtual_interface, virtualInterfaceId=virtual_interface_id)

    def delete_connection(self, connection_id: str) -> Answer:
        return self._delete(self._client.delete_connection, connectionId=connection_id)

    def _connection(self, connection_id: str) -> Connection | None:
        """
        Look for a connection by its id, and among all connections if that finds none.

        There is no error code for "not found", only messages that AWS may reword, and "gone" ends a run for good: so
        any refusal, and an empty answer, is checked against the list of all connections.
        """
        try:
            found = _call(self._client.describe_connections, connectionId=connection_id)["connections"]
        except _RefusedError:
            found = []
        if not found:
            found = list(_pages(self._client.describe_connections, "connections"))
        return next((_connection(c) for c in found if c["connectionId"] == connection_id), None)

    def _virtual_interfaces(self, connection_id: str) -> tuple[VirtualInterface, ...]:
        describe = self._client.describe_virtual_interfaces
        try:
            found = list(_pages(describe, "virtualInterfaces", connectionId=connection_id))
        except _RefusedError:
            # For a connection that is gone the answer may be an empty list, or this.
            found = list(_pages(describe, "virtualInterfaces"))
        # The virtual interfaces of a LAG carry the LAG's id here, and are nothing of this connection's.
        return tuple(_virtual_interface(v) for v in found if v.get("connectionId", connection_id) == connection_id)

    def _delete(self, method: Callable[..., Any], **resource: str) -> Answer:
        try:
            return Answer(request_id=_call(method, **resource)["ResponseMetadata"].get("RequestId"))
        except _RefusedError as error:
            return Answer(refusal=str(error))


def _pages(method: Callable[..., Any], key: str, **parameters: str) -> Iterator[Any]:
    """Follow the tokens to the last page, since boto3 has no paginator for Direct Connect."""
    seen: set[str] = set()
    token: str | None = None
    while True:
        page = _call(method, maxResults=PAGE_SIZE, **parameters, **({"nextToken": token} if token else {}))
        yield from page[key]
        token = page.get("nextToken")
        if not token:
            return
        if token in seen:
            raise DirectConnectBusyError(f"{method.__name__} answered the same page token twice")
        seen.add(token)


def _call[T](method: Callable[..., T], **parameters: object) -> T:
    try:
        return method(**parameters)
    except ClientError as error:
        raise _translated(error) from error
    except (NoCredentialsError, CredentialRetrievalError) as error:
        raise DirectConnectDeniedError(f"no AWS credentials for {method.__name__}: {error}") from error
    except (HTTPClientError, ConnectionError) as error:
        raise DirectConnectBusyError(f"{method.__name__} got no answer: {error}") from error


def _translated(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    words = error.response["Error"].get("Message", "")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in _DENIED:
        return DirectConnectDeniedError(
            f"AWS denied directconnect:{error.operation_name} ({code}: {words}); allow the action in the role of this "
            "function; mind that its policy looks at tags"
        )
    if code in _BUSY or status >= _SERVER_ERROR or "is in a transitioning state" in words:
        return DirectConnectBusyError(f"{error.operation_name} failed for now: {code}: {words}")
    return _RefusedError(words or code)


def _connection(described: Mapping[str, Any]) -> Connection:
    return Connection(
        connection_id=described["connectionId"],
        state=described.get("connectionState", "unknown"),
        owner_account=described.get("ownerAccount", ""),
        lag_id=described.get("lagId") or None,
    )


def _virtual_interface(described: Mapping[str, Any]) -> VirtualInterface:
    return VirtualInterface(
        virtual_interface_id=described["virtualInterfaceId"],
        state=described.get("virtualInterfaceState", "unknown"),
        type=described.get("virtualInterfaceType", "unknown"),
        owner_account=described.get("ownerAccount", ""),
        vlan=described.get("vlan"),
        direct_connect_gateway_id=described.get("directConnectGatewayId") or None,
        virtual_gateway_id=described.get("virtualGatewayId") or None,
    )
