"""Each deleting call is sent once and returns what AWS answered, without raising."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.config import Config

from decommission.direct_connect import DirectConnect, denial
from decommission.run import Action, Call, CallOutcome
from sandbox.directconnect import (
    AT_ONCE,
    SECRET_WORD,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    CutJson,
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    Nothing,
    Refusal,
    Reset,
    client_error,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

INTERFACE_ID: Final = "dxvif-aaaaaaa1"
AT: Final = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
REFUSED, FAILED, DENIED = CallOutcome.REFUSED, CallOutcome.FAILED, CallOutcome.DENIED
CHANGES: Final[dict[str, tuple[Action, str, Callable[[DirectConnect], Call]]]] = {
    "DeleteVirtualInterface": (
        Action.DELETE_VIRTUAL_INTERFACE,
        INTERFACE_ID,
        lambda adapter: adapter.delete_virtual_interface(INTERFACE_ID, AT),
    ),
    "DisassociateConnectionFromLag": (
        Action.DISASSOCIATE_FROM_LAG,
        CONNECTION_ID,
        lambda adapter: adapter.disassociate_connection_from_lag(CONNECTION_ID, LAG_ID, AT),
    ),
    "DeleteConnection": (
        Action.DELETE_CONNECTION,
        CONNECTION_ID,
        lambda adapter: adapter.delete_connection(CONNECTION_ID, AT),
    ),
}
NO_MESSAGE: Final = "an answer that is not an error message"
FAULTS: Final = [
    pytest.param(THROTTLED, CallOutcome.THROTTLED, "Rate exceeded", id="throttled"),
    pytest.param(client_error("No"), REFUSED, "No", id="refused"),
    pytest.param(client_error(""), REFUSED, "DirectConnectClientException", id="refused without words"),
    pytest.param(client_error("is in a transitioning state"), REFUSED, "is in a transitioning state", id="not now"),
    pytest.param(SERVER_ERROR, FAILED, "A server-side error occurred.", id="server error"),
    pytest.param(SERVER_ERROR_AS_400, FAILED, "A server-side error occurred.", id="server error as documented"),
    pytest.param(Refusal("NobodyKnows", "Bad gateway", 502), FAILED, "Bad gateway", id="bad gateway"),
    pytest.param(AnswerLost(), FAILED, "A server-side error occurred.", id="answer lost"),
    pytest.param(AnswerLost(connection_breaks=True), FAILED, "got no answer", id="connection broken"),
    pytest.param(Reset(), FAILED, "got no answer", id="reset"),
    pytest.param(Html(), FAILED, "answered without", id="HTML"),
    pytest.param(EmptyBody(), FAILED, "answered without", id="empty body"),
    pytest.param(Nothing(), FAILED, "answered without", id="{}"),
    pytest.param(CutJson(), FAILED, NO_MESSAGE, id="cut JSON"),
    pytest.param(AccessDenied(), DENIED, "is not authorized to perform", id="denied"),
    pytest.param(Refusal("ExpiredTokenException", "Expired", 403), DENIED, "Expired", id="expired"),
]


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    world = direct_connect_backend
    world.add_lag(LAG_ID)
    world.add_connection(CONNECTION_ID, lag_id=LAG_ID)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_ID)
    return world


def test_accepted(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=AT_ONCE, transitioning=AT_ONCE)
    calls = []
    for action, resource_id, change in CHANGES.values():
        calls.append(call := change(adapter))
        assert call.request_id, "CloudTrail has the call under this id"
        assert call == Call(
            action=action,
            resource_id=resource_id,
            requested_at=AT,
            outcome=CallOutcome.ACCEPTED,
            request_id=call.request_id,
        )

    assert list(CHANGES) == [call.operation for call in world.calls]
    assert {"connectionId": CONNECTION_ID, "lagId": LAG_ID} == world.calls[1].parameters
    assert "deleted" == world.connections[CONNECTION_ID].state


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(("fault", "outcome", "words"), FAULTS)
def test_not_accepted(  # noqa: PLR0913 - two tables and their fixtures
    *,
    fault: Fault,
    outcome: CallOutcome,
    words: str,
    operation: str,
    adapter: DirectConnect,
    world: DirectConnectBackend,
) -> None:
    action, resource_id, change = CHANGES[operation]
    world.faults.add(operation, fault)

    call = change(adapter)

    assert (action, resource_id, AT, outcome) == (call.action, call.resource_id, call.requested_at, call.outcome)
    assert words in (call.words or "")
    assert SECRET_WORD not in (call.words or "")
    assert 1 == len(world.calls)


@pytest.mark.parametrize("fault", [client_error("No"), AccessDenied(), THROTTLED, SERVER_ERROR])
def test_every_answer_has_a_request_id(fault: Fault, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add("DeleteConnection", fault)

    assert adapter.delete_connection(CONNECTION_ID, AT).request_id


def test_the_error_about_a_denied_call(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.faults.add("DeleteVirtualInterface", AccessDenied())

    error = denial(adapter.delete_virtual_interface(INTERFACE_ID, AT), "nothing is gone")

    assert str(error).startswith("AWS denied directconnect:DeleteVirtualInterface")
    assert "nothing is gone" in str(error)


def test_the_client_that_deletes_is_made_once_and_late(either_client: Any, world: DirectConnectBackend) -> None:  # noqa: ANN401 - as boto3
    made: list[object] = []

    def make() -> "DirectConnectClient":
        made.append(either_client)
        return cast("DirectConnectClient", either_client)

    adapter = DirectConnect(either_client, make)
    adapter.observe(CONNECTION_ID)
    assert [] == made

    adapter.delete_connection(CONNECTION_ID, AT)
    adapter.delete_virtual_interface(INTERFACE_ID, AT)
    assert [either_client] == made
    assert "DeleteVirtualInterface" == world.calls[-1].operation


@pytest.mark.parametrize("fault", [THROTTLED, SERVER_ERROR, Reset()])
def test_a_delete_is_sent_once_although_the_other_client_retries(
    fault: Fault, moto_server: str, direct_connect_client: "DirectConnectClient", world: DirectConnectBackend
) -> None:
    repeating = Config(retries={"total_max_attempts": 3, "mode": "standard"})
    client = boto3.client("directconnect", endpoint_url=moto_server, region_name="eu-central-1", config=repeating)
    adapter = DirectConnect(client, lambda: direct_connect_client)
    world.faults.add("DescribeLags", fault)
    world.faults.add("DeleteConnection", fault)

    adapter.lags()
    adapter.delete_connection(CONNECTION_ID, AT)

    assert ["DescribeLags", "DescribeLags", "DeleteConnection"] == [call.operation for call in world.calls]
