"""What is not known about AWS: every switch, in both positions."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    NEVER,
    Behaviour,
    Delay,
    InProcessClient,
)
from sandbox.directconnect.states import ConnectionState

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend, ManualClock

DAY: Final = 24 * 60 * 60


def interface_states(client: DirectConnectClient, **question: Any) -> list[str]:  # noqa: ANN401 - as boto3
    listed = client.describe_virtual_interfaces(**question)["virtualInterfaces"]
    return [one["virtualInterfaceState"] for one in listed]


def connection_states(client: DirectConnectClient) -> list[str]:
    return [one["connectionState"] for one in client.describe_connections()["connections"]]


def test_every_switch_is_tested_here() -> None:
    with open(__file__, encoding="utf-8") as tests:  # noqa: PTH123 - this very file
        text = tests.read()

    assert [switch.name for switch in fields(Behaviour) if f"{switch.name}=" not in text] == []


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        pytest.param(AT_ONCE, ["deleted", "deleted", "deleted"], id="at once"),
        pytest.param(Delay(looks=2), ["deleting", "deleting", "deleted"], id="two looks"),
        pytest.param(Delay(seconds=60), ["deleting", "deleted", "deleted"], id="a minute"),
        pytest.param(Delay(seconds=60, looks=2), ["deleting", "deleting", "deleted"], id="a minute and two looks"),
        pytest.param(NEVER, ["deleting", "deleting", "deleting"], id="never"),
    ],
)
@pytest.mark.parametrize("of_one", [False, True], ids=["all interfaces", "one interface"])
def test_how_long_the_deletion_of_an_interface_takes(  # noqa: PLR0913, PLR0917 - two tables and three fixtures
    delay: Delay,
    expected: list[str],
    of_one: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(virtual_interface_deletion=NEVER if of_one else delay)
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, deletion=delay if of_one else None)

    assert either_client.delete_virtual_interface(virtualInterfaceId=one.id)["virtualInterfaceState"] == "deleting"

    seen = []
    for _ in range(3):
        seen += interface_states(either_client)
        direct_connect_clock.advance(seconds=60)
    assert expected == seen


@pytest.mark.parametrize(
    ("delay", "answers", "expected"),
    [
        pytest.param(AT_ONCE, ConnectionState.DELETED, ["deleted", "deleted"], id="deleted at once"),
        pytest.param(AT_ONCE, ConnectionState.DELETING, ["deleted", "deleted"], id="deleted when one looks"),
        pytest.param(Delay(looks=1), ConnectionState.DELETING, ["deleting", "deleted"], id="one look"),
        pytest.param(Delay(seconds=60), ConnectionState.DELETING, ["deleting", "deleted"], id="a minute"),
        pytest.param(Delay(looks=1), ConnectionState.DELETED, ["deleting", "deleted"], id="said too early"),
        pytest.param(NEVER, ConnectionState.DELETING, ["deleting", "deleting"], id="never"),
    ],
)
def test_how_the_deletion_of_a_connection_goes(  # noqa: PLR0913, PLR0917 - a table and three fixtures
    delay: Delay,
    answers: ConnectionState,
    expected: list[str],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(connection_deletion=delay, delete_connection_answers=answers)
    connection = direct_connect_backend.add_connection()

    assert answers == either_client.delete_connection(connectionId=connection.id)["connectionState"]

    seen = connection_states(either_client)
    direct_connect_clock.advance(seconds=60)
    assert expected == seen + connection_states(either_client)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0, [[], [], []], id="never shown"),
        pytest.param(300, [["deleted"], [], []], id="five minutes"),
        pytest.param(math.inf, [["deleted"], ["deleted"], ["deleted"]], id="for ever"),
    ],
)
def test_how_long_a_deleted_connection_is_listed(
    seconds: float,
    expected: list[list[str]],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(deleted_connection_listed_seconds=seconds)
    either_client.delete_connection(connectionId=direct_connect_backend.add_connection().id)

    seen = []
    for minutes in (0, 5, 60 * 24):
        direct_connect_clock.advance(minutes=minutes)
        seen.append(connection_states(either_client))
    assert expected == seen


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [pytest.param(15 * 60, [], id="as a deleted one"), pytest.param(math.inf, ["rejected"], id="for ever")],
)
def test_how_long_a_rejected_interface_is_listed(
    seconds: float,
    expected: list[str],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(rejected_listed_seconds=seconds)
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, state="confirming")
    either_client.delete_virtual_interface(virtualInterfaceId=one.id)

    direct_connect_clock.advance(seconds=DAY)

    assert expected == interface_states(either_client)


@pytest.mark.parametrize("message", [*GONE_CONNECTION_MESSAGES, None])
@pytest.mark.parametrize("ever_existed", [True, False], ids=["deleted", "never existed"])
def test_what_is_said_of_a_connection_that_is_gone(
    message: str | None,
    ever_existed: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(gone_connection_message=message, deleted_connection_listed_seconds=0)
    connection_id = "dxcon-nowhere1"
    if ever_existed:
        connection_id = direct_connect_backend.add_connection().id
        either_client.delete_connection(connectionId=connection_id)

    if message is None:
        assert either_client.describe_connections(connectionId=connection_id)["connections"] == []
    else:
        with pytest.raises(ClientError, match=message.replace("{id}", connection_id)):
            either_client.describe_connections(connectionId=connection_id)
    with pytest.raises(ClientError, match="DirectConnectClientException"):
        either_client.delete_connection(connectionId=connection_id)


@pytest.mark.parametrize("message", [None, "Virtual Interface {id} does not exist"])
def test_what_is_said_of_an_interface_that_is_gone(
    message: str | None, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(gone_virtual_interface_message=message)

    if message is None:
        assert interface_states(either_client, virtualInterfaceId="dxvif-nowhere1") == []
    else:
        with pytest.raises(ClientError, match="Virtual Interface dxvif-nowhere1 does not exist"):
            either_client.describe_virtual_interfaces(virtualInterfaceId="dxvif-nowhere1")


@pytest.mark.parametrize("message", [None, *GONE_CONNECTION_MESSAGES])
def test_what_is_said_of_the_interfaces_of_a_connection_that_is_gone(
    message: str | None, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(gone_parent_message=message, deleted_connection_listed_seconds=0)
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.add_virtual_interface(connection.id, state="deleted")
    either_client.delete_connection(connectionId=connection.id)

    if message is None:
        assert interface_states(either_client, connectionId=connection.id) == ["deleted"], "the ghost is still listed"
        assert interface_states(either_client, connectionId="dxcon-nowhere1") == []
    else:
        with pytest.raises(ClientError, match=message.replace("{id}", connection.id)):
            either_client.describe_virtual_interfaces(connectionId=connection.id)


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
def test_deleting_twice(
    refused: bool,  # noqa: FBT001 - a column of the table
    state: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(repeated_delete_refused=refused)
    connection = direct_connect_backend.add_connection(state=state)
    one = direct_connect_backend.add_virtual_interface(connection.id, state=state)

    if refused:
        with pytest.raises(ClientError, match=f"{connection.id} is in state {state}"):
            either_client.delete_connection(connectionId=connection.id)
        with pytest.raises(ClientError, match=f"{one.id} is in state {state}"):
            either_client.delete_virtual_interface(virtualInterfaceId=one.id)
    else:
        assert state == either_client.delete_connection(connectionId=connection.id)["connectionState"]
        assert state == either_client.delete_virtual_interface(virtualInterfaceId=one.id)["virtualInterfaceState"]


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_deleting_a_lag_twice(
    state: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    lag = direct_connect_backend.add_lag(state=state)

    assert state == either_client.delete_lag(lagId=lag.id)["lagState"]
    direct_connect_backend.behaviour = Behaviour(repeated_delete_refused=True)
    with pytest.raises(ClientError, match=f"{lag.id} is in state {state}"):
        either_client.delete_lag(lagId=lag.id)


def test_a_repeated_delete_does_not_start_again(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, deletion=Delay(seconds=60))

    for _ in range(2):
        either_client.delete_virtual_interface(virtualInterfaceId=one.id)
        direct_connect_clock.advance(seconds=30)

    assert interface_states(either_client) == ["deleted"]


@pytest.mark.parametrize("accepted", [False, True])
def test_deleting_while_a_failover_test_runs(
    accepted: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(testing_can_be_deleted=accepted)
    one = direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id)
    either_client.start_bgp_failover_test(virtualInterfaceId=one.id)

    if accepted:
        assert either_client.delete_virtual_interface(virtualInterfaceId=one.id)["virtualInterfaceState"] == "deleting"
    else:
        with pytest.raises(ClientError, match=f"{one.id} is in state testing"):
            either_client.delete_virtual_interface(virtualInterfaceId=one.id)
        assert interface_states(either_client) == ["testing"]


@pytest.mark.parametrize("listed", [False, True])
def test_what_a_member_lists(
    listed: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(member_lists_lag_interfaces=listed)
    lag = direct_connect_backend.add_lag()
    member = direct_connect_backend.add_connection(lag_id=lag.id)
    direct_connect_backend.add_virtual_interface(lag.id)

    shown = either_client.describe_virtual_interfaces(connectionId=member.id)["virtualInterfaces"]

    assert ([lag.id] if listed else []) == [one["connectionId"] for one in shown]


@pytest.mark.parametrize(
    ("delay", "refusals"),
    [
        pytest.param(AT_ONCE, 0, id="not at all"),
        pytest.param(Delay(looks=2), 2, id="two looks"),
        pytest.param(Delay(seconds=20), 2, id="twenty seconds"),
        pytest.param(Delay(seconds=20, looks=3), 3, id="twenty seconds and three looks"),
    ],
)
def test_how_long_the_parent_refuses_after_its_last_interface_is_gone(
    delay: Delay,
    refusals: int,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(parent_refusal=delay)
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.add_virtual_interface(connection.id, state="deleted")

    for _ in range(refusals):
        with pytest.raises(ClientError, match="attached"):
            either_client.delete_connection(connectionId=connection.id)
        either_client.describe_connections()
        direct_connect_clock.advance(seconds=10)
    assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"


@pytest.mark.parametrize(
    ("delay", "refusals"),
    [
        pytest.param(AT_ONCE, 0, id="not at all"),
        pytest.param(Delay(looks=1), 1, id="one look"),
        pytest.param(Delay(seconds=30), 3, id="half a minute"),
    ],
)
def test_how_long_a_connection_is_transitioning(
    delay: Delay,
    refusals: int,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(transitioning=delay)
    lag = direct_connect_backend.add_lag()
    connection = direct_connect_backend.add_connection(lag_id=lag.id)
    either_client.disassociate_connection_from_lag(connectionId=connection.id, lagId=lag.id)

    for _ in range(refusals):
        with pytest.raises(ClientError, match="is in a transitioning state"):
            either_client.delete_connection(connectionId=connection.id)
        either_client.describe_connections()
        direct_connect_clock.advance(seconds=10)
    assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        pytest.param(NEVER, ["requested", "requested"], id="nobody comes with a cable"),
        pytest.param(Delay(looks=1), ["requested", "available"], id="one look"),
    ],
)
def test_how_long_something_new_takes(
    delay: Delay,
    expected: list[str],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(provisioning=delay)
    either_client.create_connection(location="EqFA5", bandwidth="1Gbps", connectionName="new")

    assert expected == [*connection_states(either_client), *connection_states(either_client)]


@pytest.mark.parametrize("answers", [True, False])
def test_the_letter_for_a_hosted_connection(
    answers: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(loa_for_hosted_connections=answers)
    hosted = direct_connect_backend.add_connection(partner_name="Partner", vlan=7)
    own = direct_connect_backend.add_connection()

    assert either_client.describe_loa(connectionId=own.id)["loaContentType"] == "application/pdf"
    if answers:
        assert either_client.describe_loa(connectionId=hosted.id)["loaContentType"] == "application/pdf"
    else:
        with pytest.raises(ClientError, match=f"{hosted.id} is a hosted connection"):
            either_client.describe_loa(connectionId=hosted.id)


@pytest.mark.parametrize("visible", [True, False])
def test_the_tags_of_another_accounts_interface(
    visible: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(foreign_tags_visible=visible)
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, owner_account="999999999999", tags={"a": "b"})

    expected = [{"key": "a", "value": "b"}] if visible else []
    assert expected == either_client.describe_virtual_interfaces()["virtualInterfaces"][0]["tags"]
    assert expected == either_client.describe_tags(resourceArns=[one.arn])["resourceTags"][0]["tags"]


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_how_much_one_answer_lists(
    page_size: int, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(page_size=page_size)
    for _ in range(3):
        direct_connect_backend.add_connection()

    answer = either_client.describe_connections(maxResults=50)

    assert (min(3, page_size), page_size < 3) == (len(answer["connections"]), "nextToken" in answer)


def test_the_texts_of_refusals_nobody_knows(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(
        connection_in_use_message="No, {id}", lag_minimum_message="No, {id} of {lag_id}"
    )
    lag = direct_connect_backend.add_lag(minimum_links=1)
    member = direct_connect_backend.add_connection(lag_id=lag.id)
    used = direct_connect_backend.add_connection()
    direct_connect_backend.add_virtual_interface(used.id)

    with pytest.raises(ClientError, match=f"No, {used.id}"):
        either_client.delete_connection(connectionId=used.id)
    with pytest.raises(ClientError, match=f"No, {member.id} of {lag.id}"):
        either_client.delete_connection(connectionId=member.id)


@pytest.mark.parametrize("message", [MALFORMED_ID_MESSAGE, None])
def test_what_is_said_of_an_id_that_never_existed(
    message: str | None, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.behaviour = Behaviour(malformed_id_message=message, deleted_connection_listed_seconds=0)
    gone = direct_connect_backend.add_connection()
    either_client.delete_connection(connectionId=gone.id)

    with pytest.raises(ClientError, match="has an invalid format" if message else "Could not find Connection"):
        either_client.describe_connections(connectionId="dxcon-nowhere1")
    with pytest.raises(ClientError, match="Could not find Connection"):
        either_client.describe_connections(connectionId=gone.id)


@pytest.mark.parametrize("refused", [False, True])
def test_calls_that_are_for_partners_only(
    refused: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(partner_calls_refused=refused)
    connection = direct_connect_backend.add_connection()

    if refused:
        words = "Account 123456789012 is not an authorized Direct Connect partner in eu-central-1 region."
        with pytest.raises(ClientError, match=words):
            either_client.describe_hosted_connections(connectionId=connection.id)
        with pytest.raises(ClientError, match=words):
            either_client.describe_interconnects()
    else:
        assert either_client.describe_hosted_connections(connectionId=connection.id)["connections"] == []
        assert either_client.describe_interconnects()["interconnects"] == []


def test_a_partner_is_not_refused(direct_connect_backend: DirectConnectBackend) -> None:
    direct_connect_backend.behaviour = Behaviour(partner_calls_refused=True)
    direct_connect_backend.add_connection(is_partners=True)
    client = InProcessClient(direct_connect_backend)

    assert [] == client.describe_interconnects()["interconnects"]


@pytest.mark.parametrize("deletable", [False, True])
@pytest.mark.parametrize("state", ["associating", "associated", "disassociating", "disassociated"])
def test_deleting_a_member_of_a_resiliency_group(
    deletable: bool,  # noqa: FBT001 - a column of the table
    state: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(resiliency_group_member_can_be_deleted=deletable)
    connection = direct_connect_backend.add_connection()
    group = direct_connect_backend.add_resiliency_group(connection.id, state=state)

    if deletable or state == "disassociated":
        assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"
    else:
        with pytest.raises(ClientError, match=group.id):
            either_client.delete_connection(connectionId=connection.id)
        assert connection.state == "available"


@pytest.mark.parametrize("visible", [False, True])
@pytest.mark.parametrize("known", [False, True], ids=["not in this world", "owned by another account"])
def test_the_attachments_of_another_accounts_gateway(
    visible: bool,  # noqa: FBT001 - a column of the table
    known: bool,  # noqa: FBT001 - a column of the table
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(foreign_attachments_visible=visible)
    gateway_id = "5f294f92-bafb-4011-916d-9b0bexample1"
    if known:
        gateway_id = direct_connect_backend.add_direct_connect_gateway(owner_account="999999999999").id
    direct_connect_backend.add_remote_attachment(gateway_id)

    if visible:
        answer = either_client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway_id)
        assert len(answer["directConnectGatewayAttachments"]) == 1
    else:
        with pytest.raises(ClientError, match="does not exist"):
            either_client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway_id)
