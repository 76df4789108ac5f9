"""The life of connections and virtual interfaces, as AWS documents it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import SECRET_WORD, Behaviour, Delay, InProcessClient, directconnect_backends, install
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend, ManualClock

OTHER_ACCOUNT: Final = "999999999999"


def interface_states(client: DirectConnectClient, **question: Any) -> list[str]:  # noqa: ANN401 - as boto3
    listed = client.describe_virtual_interfaces(**question)["virtualInterfaces"]
    return [one["virtualInterfaceState"] for one in listed]


def test_a_connection_is_taken_out_of_service_from_the_first_call_to_the_last(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    direct_connect_backend.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=180))
    connection = either_client.create_connection(location="EqFA5", bandwidth="1Gbps", connectionName="old")
    connection_id = connection["connectionId"]
    virtual_interface = either_client.create_private_virtual_interface(
        connectionId=connection_id,
        newPrivateVirtualInterface={"virtualInterfaceName": "old-a", "vlan": 101, "asn": 65001},
    )
    assert interface_states(either_client, connectionId=connection_id) == ["pending"]

    with pytest.raises(ClientError, match="DirectConnectClientException"):
        either_client.delete_connection(connectionId=connection_id)

    answer = either_client.delete_virtual_interface(virtualInterfaceId=virtual_interface["virtualInterfaceId"])
    assert answer["virtualInterfaceState"] == "deleting"
    direct_connect_clock.advance(seconds=179)
    assert interface_states(either_client, connectionId=connection_id) == ["deleting"]
    direct_connect_clock.advance(seconds=1)
    assert interface_states(either_client, connectionId=connection_id) == ["deleted"]

    assert either_client.delete_connection(connectionId=connection_id)["connectionState"] == "deleted"
    assert (
        either_client.describe_connections(connectionId=connection_id)["connections"][0]["connectionState"] == "deleted"
    )


@pytest.mark.parametrize(("kind", "pattern"), [("dxcon", "connection"), ("dxvif", "interface"), ("dxlag", "lag")])
def test_ids_and_arns_have_the_form_of_real_ones(
    kind: str, pattern: str, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    made = {
        "connection": connection,
        "interface": direct_connect_backend.add_virtual_interface(connection.id),
        "lag": direct_connect_backend.add_lag(),
    }[pattern]

    assert re.fullmatch(rf"{kind}-[a-z0-9]{{8}}", made.id)
    assert f"arn:aws:directconnect:eu-central-1:123456789012:{kind}/{made.id}" == made.arn


def test_every_secret_of_an_interface_carries_the_known_word(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id)

    shown = either_client.describe_virtual_interfaces()["virtualInterfaces"][0]

    assert SECRET_WORD in shown["authKey"]
    assert SECRET_WORD in shown["bgpPeers"][0]["authKey"]
    assert f"<bgp_auth_key>{SECRET_WORD}" in shown["customerRouterConfig"]


@pytest.mark.parametrize(
    ("after_minutes", "expected"),
    [
        pytest.param(0, ["deleted"], id="at once"),
        pytest.param(14.99, ["deleted"], id="just before 15 minutes"),
        pytest.param(15, [], id="after 15 minutes"),
    ],
)
@pytest.mark.parametrize("question", ["connectionId", "virtualInterfaceId", None])
def test_deleted_interfaces_stay_listed_for_15_minutes(  # noqa: PLR0913, PLR0917 - two tables and three fixtures
    after_minutes: float,
    expected: list[str],
    question: str | None,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    ghost = direct_connect_backend.add_virtual_interface(connection.id, deletion=Delay(seconds=60))
    either_client.delete_virtual_interface(virtualInterfaceId=ghost.id)

    direct_connect_clock.advance(seconds=60, minutes=after_minutes)

    ids = {"connectionId": connection.id, "virtualInterfaceId": ghost.id}
    assert expected == interface_states(either_client, **({question: ids[question]} if question else {}))


@pytest.mark.parametrize(
    ("state", "owner", "expected"),
    [
        pytest.param("confirming", None, "rejected", id="its owner declines it"),
        pytest.param("confirming", OTHER_ACCOUNT, "deleting", id="the connection's owner takes it back"),
        pytest.param("available", OTHER_ACCOUNT, "deleting", id="the connection's owner deletes another account's"),
        pytest.param("down", None, "deleting", id="down"),
        pytest.param("approving", None, "deleting", id="a state that nobody knows"),
        pytest.param("unknown", None, "deleting", id="a state that AWS does not know"),
    ],
)
def test_what_becomes_of_an_interface_depends_on_its_state_and_owner(
    state: str,
    owner: str | None,
    expected: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection()
    one = direct_connect_backend.add_virtual_interface(connection.id, state=state, owner_account=owner)

    answer = either_client.delete_virtual_interface(virtualInterfaceId=one.id)

    assert expected == answer["virtualInterfaceState"]
    assert [expected] == interface_states(either_client, virtualInterfaceId=one.id)


def test_a_rejected_interface_is_never_deleted_and_in_nobodys_way(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.add_virtual_interface(connection.id, state="rejected")
    direct_connect_clock.advance(minutes=60 * 24)

    assert interface_states(either_client, connectionId=connection.id) == ["rejected"]
    assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"


@pytest.mark.parametrize("state", [*VirtualInterfaceState, "approving"])
def test_a_connection_is_deleted_only_when_its_interfaces_are_gone(
    state: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    direct_connect_backend.add_virtual_interface(connection.id, state=state)

    if state in {"deleted", "rejected"}:
        assert either_client.delete_connection(connectionId=connection.id)["connectionState"] == "deleted"
    else:
        with pytest.raises(ClientError) as refused:
            either_client.delete_connection(connectionId=connection.id)
        assert refused.value.response["Error"]["Code"] == "DirectConnectClientException"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert direct_connect_backend.connections[connection.id].state == "available"


@pytest.mark.parametrize(
    ("state", "expected"),
    [(state, "rejected" if state == "ordering" else "deleted") for state in (*ConnectionState, "approving")],
)
def test_a_hosted_connection_that_was_never_confirmed_is_rejected(
    state: str, expected: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection(state=state, partner_name="Partner", vlan=7)

    answer = either_client.delete_connection(connectionId=connection.id)

    # What is on its way out already stays what it is.
    assert {"deleting": "deleting", "rejected": "rejected"}.get(state, expected) == answer["connectionState"]


@pytest.mark.parametrize("state", ["approving", "available", "unknown"])
def test_a_state_written_by_hand_ends_what_was_under_way(
    state: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    one = direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id)
    either_client.delete_virtual_interface(virtualInterfaceId=one.id)

    direct_connect_backend.virtual_interfaces[one.id].state = state
    direct_connect_clock.advance(minutes=60)

    assert [state] * 3 == [*(interface_states(either_client)[0] for _ in range(3))]


@pytest.mark.parametrize(
    ("operation", "parameters", "first_state"),
    [
        ("private", "newPrivateVirtualInterface", "pending"),
        ("public", "newPublicVirtualInterface", "verifying"),
        ("transit", "newTransitVirtualInterface", "pending"),
    ],
)
def test_an_allocated_interface_waits_for_its_owner(
    operation: str,
    parameters: str,
    first_state: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection()
    wanted = {"virtualInterfaceName": "hosted", "vlan": 7, "asn": 65001}
    allocate = getattr(either_client, f"allocate_{operation}_virtual_interface")
    answer = allocate(connectionId=connection.id, ownerAccount=OTHER_ACCOUNT, **{f"{parameters}Allocation": wanted})
    allocated = answer.get("virtualInterface", answer)
    confirmation = {"virtualInterfaceId": allocated["virtualInterfaceId"]}
    if operation != "public":
        confirmation["directConnectGatewayId"] = direct_connect_backend.add_direct_connect_gateway().id

    assert (allocated["virtualInterfaceState"], allocated["ownerAccount"]) == ("confirming", OTHER_ACCOUNT)
    confirm = f"confirm_{operation}_virtual_interface"
    with pytest.raises(ClientError, match="does not own"):
        getattr(either_client, confirm)(**confirmation)
    owner = InProcessClient(direct_connect_backend, account_id=OTHER_ACCOUNT)
    assert first_state == getattr(owner, confirm)(**confirmation)["virtualInterfaceState"]
    with pytest.raises(ClientError, match=f"is in state {first_state}"):
        getattr(owner, confirm)(**confirmation)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"asn": 65001}, (65001, 65001), id="short"),
        pytest.param({"asnLong": 4200000001}, (0, 4200000001), id="too long for the old field"),
        pytest.param({"asn": 65001, "asnLong": 65002}, (65002, 65002), id="the long one counts"),
    ],
)
def test_asn_and_asn_long(
    asked: Mapping[str, Any],
    expected: tuple[int, int],
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    made = either_client.create_private_virtual_interface(
        connectionId=direct_connect_backend.add_connection().id,
        newPrivateVirtualInterface={"virtualInterfaceName": "a", "vlan": 1, **asked},  # type: ignore[typeddict-item]
    )

    assert expected == (made["asn"], made["asnLong"])


def test_an_interface_without_virtual_private_gateway_shows_an_empty_id(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    gateway_id = direct_connect_backend.add_virtual_gateway()
    direct_connect_backend.add_virtual_interface(connection.id)
    direct_connect_backend.add_virtual_interface(connection.id, virtual_gateway_id=gateway_id)

    by_gateway, by_virtual_gateway = either_client.describe_virtual_interfaces()["virtualInterfaces"]

    assert (by_gateway["virtualGatewayId"], "directConnectGatewayId" in by_gateway) == ("", True)
    assert (gateway_id, False) == (
        by_virtual_gateway["virtualGatewayId"],
        "directConnectGatewayId" in by_virtual_gateway,
    )


def test_a_partner_hosts_a_connection(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    interconnect = either_client.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqFA5")
    interconnect_id = interconnect["interconnectId"]
    hosted = either_client.allocate_hosted_connection(
        connectionId=interconnect_id, ownerAccount=OTHER_ACCOUNT, bandwidth="50Mbps", connectionName="h", vlan=9
    )
    customer = InProcessClient(direct_connect_backend, account_id=OTHER_ACCOUNT)

    assert (hosted["connectionState"], hosted["vlan"]) == ("ordering", 9)
    listed = either_client.describe_hosted_connections(connectionId=interconnect_id)["connections"]
    assert [hosted["connectionId"]] == [one["connectionId"] for one in listed]
    assert either_client.describe_connections()["connections"] == []
    assert [hosted["connectionId"]] == [one["connectionId"] for one in customer.describe_connections()["connections"]]
    with pytest.raises(ClientError, match="attached"):
        either_client.delete_interconnect(interconnectId=interconnect_id)

    assert customer.confirm_connection(connectionId=hosted["connectionId"])["connectionState"] == "pending"
    assert customer.delete_connection(connectionId=hosted["connectionId"])["connectionState"] == "deleted"
    assert either_client.delete_interconnect(interconnectId=interconnect_id)["interconnectState"] == "deleted"


def test_a_failover_test_ends_by_itself(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    one = direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id)
    started = direct_connect_clock()

    either_client.start_bgp_failover_test(virtualInterfaceId=one.id, testDurationInMinutes=30)
    assert interface_states(either_client) == ["testing"]
    direct_connect_clock.advance(minutes=30)
    assert interface_states(either_client) == ["available"]

    history = either_client.list_virtual_interface_test_history(virtualInterfaceId=one.id)
    test = history["virtualInterfaceTestHistory"][0]
    assert ("completed", 30, started) == (test["status"], test["testDurationInMinutes"], test["startTime"])


def test_a_failover_test_is_stopped(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    one = direct_connect_backend.add_virtual_interface(direct_connect_backend.add_connection().id, state="down")
    either_client.start_bgp_failover_test(virtualInterfaceId=one.id)
    direct_connect_clock.advance(minutes=1)

    stopped = either_client.stop_bgp_failover_test(virtualInterfaceId=one.id)["virtualInterfaceTest"]

    assert ("completed", direct_connect_clock()) == (stopped["status"], stopped["endTime"])
    assert interface_states(either_client) == ["down"]
    with pytest.raises(ClientError, match="is in state down"):
        either_client.stop_bgp_failover_test(virtualInterfaceId=one.id)


def test_the_letter_of_authorization_is_a_pdf_and_its_time_is_noted(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()

    letter = either_client.describe_loa(connectionId=connection.id)

    assert letter["loaContent"].startswith(b"%PDF-1.4\n")
    assert letter["loaContent"].endswith(b"%%EOF\n")
    table = int(letter["loaContent"].split(b"startxref\n")[1].split()[0])
    assert letter["loaContent"][table:].startswith(b"xref\n")
    assert connection.id.encode() in letter["loaContent"]
    shown = either_client.describe_connections(connectionId=connection.id)["connections"][0]
    assert direct_connect_clock() == shown["loaIssueTime"]


def test_tags_are_set_shown_and_removed(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection(tags={"aws:cloudformation:stack-name": "net"})
    stack = {"key": "aws:cloudformation:stack-name", "value": "net"}

    either_client.tag_resource(resourceArn=connection.arn, tags=[{"key": "decommission", "value": "approved"}])
    shown = either_client.describe_connections(connectionId=connection.id)["connections"][0]["tags"]
    assert [stack, {"key": "decommission", "value": "approved"}] == shown

    either_client.untag_resource(resourceArn=connection.arn, tagKeys=["decommission", "never-set"])
    answer = either_client.describe_tags(resourceArns=[connection.arn])["resourceTags"]
    assert [{"resourceArn": connection.arn, "tags": [stack]}] == answer


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        pytest.param([("aws:mine", "x")], "DirectConnectClientException", id="a key of AWS's own"),
        pytest.param([("a", "1"), ("a", "2")], "DuplicateTagKeysException", id="a key twice"),
        pytest.param([(f"key-{n}", "") for n in range(51)], "TooManyTagsException", id="51 keys"),
    ],
)
def test_tags_that_aws_refuses(
    tags: list[tuple[str, str]],
    code: str,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    connection = direct_connect_backend.add_connection()

    with pytest.raises(ClientError) as refused:
        either_client.tag_resource(
            resourceArn=connection.arn, tags=[{"key": key, "value": value} for key, value in tags]
        )

    assert code == refused.value.response["Error"]["Code"]
    assert connection.tags == {}


def test_tags_are_found_by_the_resource_groups_tagging_api(
    moto_server: str, direct_connect_backend: DirectConnectBackend
) -> None:
    approved = direct_connect_backend.add_connection()
    direct_connect_backend.add_connection(tags={"decommission": "protected"})
    tagging = boto3.client("resourcegroupstaggingapi", endpoint_url=moto_server, region_name="eu-central-1")

    tagging.tag_resources(ResourceARNList=[approved.arn], Tags={"decommission": "approved", "by": "mistake"})
    tagging.untag_resources(ResourceARNList=[approved.arn], TagKeys=["by"])
    found = tagging.get_resources(
        TagFilters=[{"Key": "decommission", "Values": ["approved"]}], ResourceTypeFilters=["directconnect:dxcon"]
    )

    assert approved.tags == {"decommission": "approved"}
    assert [approved.arn] == [one["ResourceARN"] for one in found["ResourceTagMappingList"]]


@pytest.mark.parametrize("server_page", [1, 2, 3, 100])
@pytest.mark.parametrize("max_results", [None, 1, 4, 1000])
def test_pages_list_everything_once(
    server_page: int,
    max_results: int | None,
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
) -> None:
    direct_connect_backend.behaviour = Behaviour(page_size=server_page)
    connection = direct_connect_backend.add_connection()
    expected = [direct_connect_backend.add_virtual_interface(connection.id).id for _ in range(5)]
    parameters: dict[str, Any] = {"connectionId": connection.id}
    if max_results:
        parameters["maxResults"] = max_results

    listed, sizes = [], set[int]()
    while True:
        answer = either_client.describe_virtual_interfaces(**parameters)
        sizes.add(len(answer["virtualInterfaces"]))
        listed += [one["virtualInterfaceId"] for one in answer["virtualInterfaces"]]
        if "nextToken" not in answer:
            break
        parameters["nextToken"] = answer["nextToken"]

    assert expected == listed
    assert max(sizes) <= min(server_page, max_results or 100)


def test_a_page_never_lists_more_than_100(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    for _ in range(101):
        direct_connect_backend.add_connection()

    answer = either_client.describe_connections(maxResults=1000)

    assert (len(answer["connections"]), "nextToken" in answer) == (100, True)


def test_nothing_is_left_out_when_something_vanishes_between_two_pages(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    ids = [direct_connect_backend.add_virtual_interface(connection.id, state="deleted").id]
    ids += [direct_connect_backend.add_virtual_interface(connection.id).id for _ in range(2)]
    first = either_client.describe_virtual_interfaces(maxResults=2)
    direct_connect_clock.advance(minutes=15)

    second = either_client.describe_virtual_interfaces(maxResults=2, nextToken=first["nextToken"])

    assert ids[2:] == [one["virtualInterfaceId"] for one in second["virtualInterfaces"]]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param({"nextToken": "2"}, id="a number"),
        pytest.param({"nextToken": "not a token"}, id="words"),
        pytest.param({"nextToken": "eyJhIjogMX0="}, id="somebody else's token"),
        pytest.param({"connectionId": "another"}, id="the token of another question"),
    ],
)
def test_tokens_are_opaque(
    question: dict[str, Any], either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connections = [direct_connect_backend.add_connection() for _ in range(2)]
    token = either_client.describe_connections(maxResults=1)["nextToken"]
    if "connectionId" in question:
        question = {"connectionId": connections[0].id}

    with pytest.raises(ClientError, match="nextToken"):
        either_client.describe_connections(**{"nextToken": token, **question})


def test_the_call_log_keeps_every_call(
    either_client: DirectConnectClient,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    connection = direct_connect_backend.add_connection()
    either_client.describe_connections()
    direct_connect_clock.advance(seconds=5)
    either_client.delete_connection(connectionId=connection.id)

    logged = [(call.operation, call.parameters, call.moment) for call in direct_connect_backend.calls]

    assert [
        ("DescribeConnections", {}, direct_connect_clock.now.replace(second=0)),
        ("DeleteConnection", {"connectionId": connection.id}, direct_connect_clock.now),
    ] == logged


def test_a_reset_leaves_an_empty_world_that_behaves_as_ever(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    first = direct_connect_backend.add_connection().id
    direct_connect_backend.behaviour = replace(direct_connect_backend.behaviour, page_size=1)
    either_client.describe_connections()

    direct_connect_backend.reset()

    assert either_client.describe_connections()["connections"] == []
    assert Behaviour() == direct_connect_backend.behaviour
    assert len(direct_connect_backend.calls) == 1
    assert first == direct_connect_backend.add_connection().id, "the same steps make the same ids"


def test_installing_twice_is_installing_once(
    direct_connect_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    install()
    connection = direct_connect_backend.add_connection()

    assert direct_connect_backend is directconnect_backends["123456789012"]["eu-central-1"]
    assert connection.id == direct_connect_client.describe_connections()["connections"][0]["connectionId"]
