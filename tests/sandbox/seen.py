"""What a client sees of the world."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_directconnect import DirectConnectClient

OTHER_ACCOUNT: Final = "999999999999"


def interface_states(client: DirectConnectClient, **question: Any) -> list[str]:  # noqa: ANN401 - as boto3
    return [one["virtualInterfaceState"] for one in client.describe_virtual_interfaces(**question)["virtualInterfaces"]]


def connection_states(client: DirectConnectClient) -> list[str]:
    return [one["connectionState"] for one in client.describe_connections()["connections"]]


def connection_ids(client: DirectConnectClient) -> list[str]:
    return [one["connectionId"] for one in client.describe_connections()["connections"]]


def error(call: Callable[..., object], **parameters: object) -> tuple[str, int, str]:
    """Return code, status and message of the error that a call answers."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def refusal(call: Callable[..., object], **parameters: object) -> str:
    """Return the message with which AWS refuses a call; code and status are always the same."""
    code, status, message = error(call, **parameters)
    assert ("DirectConnectClientException", 400) == (code, status)
    return message
