"""The report: what was deleted, what still exists and why, what is left to do, and who approved it."""

import math
from datetime import datetime
from typing import Any, Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import NEVER, Delay, DirectConnectBackend, InProcessClient, ManualClock, client_error
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.mac_sec import MacSecKey
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, OTHER_ID, run
from tests.support.driver import APPROVED, REQUEST, Around, drive, new_step, override, overriding, take
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

GATEWAY_OF_OTHERS: Final = (
    'no virtual interface here uses this gateway any more; AWS refused to list others: "Not yours"'
)
SECRET_ARN: Final = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:macsec-1a2b3c"


@pytest.fixture
def connection(world: DirectConnectBackend) -> Connection:
    return world.connections[CONNECTION_ID]


def report(world: DirectConnectBackend, around: Around, request: JSON = REQUEST) -> JSON:
    run(world, request, around)
    return around.report()


def add_gateways(world: DirectConnectBackend) -> list[str]:
    """Put two interfaces on gateways, and return their ids."""
    direct_connect, virtual = world.add_direct_connect_gateway(name="core").id, world.add_virtual_gateway()
    world.virtual_interfaces[INTERFACE_IDS[0]].virtual_gateway_id = virtual
    world.virtual_interfaces[INTERFACE_IDS[2]].direct_connect_gateway_id = direct_connect
    return [virtual, direct_connect]


def test_deletions_by_this_run_and_by_others(around: Around, world: DirectConnectBackend) -> None:
    planned = take(new_step(world, around=around), REQUEST)
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId=INTERFACE_IDS[1])

    reported = report(world, around, planned)

    assert ([*INTERFACE_IDS[::2], CONNECTION_ID], [INTERFACE_IDS[1]], []) == (
        reported["deleted"],
        reported["goneWithoutThisRun"],
        reported["deletedOrMovedByOthers"],
    )


def test_a_blocked_run(around: Around, world: DirectConnectBackend) -> None:
    around.sts.account = OTHER_ACCOUNT

    reported = report(world, around)

    nothing = ("deleted", "goneWithoutThisRun", "deletedOrMovedByOthers", "toDo", "calls")
    assert ("BLOCKED", *[[]] * 5) == (reported["phase"], *(reported[key] for key in nothing))
    assert [CONNECTION_ID, *INTERFACE_IDS] == [one["id"] for one in reported["leftBehind"]]
    assert None is reported["estimatedMonthlySavingUsd"]


def test_gateways_and_secrets_without_use_are_left_behind(
    around: Around, world: DirectConnectBackend, connection: Connection
) -> None:
    gateways = add_gateways(world)
    connection.mac_sec_keys.append(MacSecKey(secret_arn=SECRET_ARN, ckn="0a", start_on="now"))

    reported = report(world, around, overriding(override("redundancy", *INTERFACE_IDS)))

    assert [
        (gateways[0], "no virtual interface uses this gateway any more; a VPN may still use it"),
        (gateways[1], "no virtual interface uses this gateway any more"),
        (SECRET_ARN, "no connection or LAG here uses this MACsec secret any more"),
    ] == [(one["id"], one["why"]) for one in reported["leftBehind"]]


def test_gateways_that_something_else_uses_are_not(around: Around, world: DirectConnectBackend) -> None:
    virtual, direct_connect = add_gateways(world)
    world.add_connection(OTHER_ID)
    world.add_virtual_interface(OTHER_ID, virtual_gateway_id=virtual)
    world.add_virtual_interface(OTHER_ID, direct_connect_gateway_id=direct_connect)

    assert [] == report(world, around)["leftBehind"]


def test_a_gateway_that_somebody_else_may_use(around: Around, world: DirectConnectBackend) -> None:
    _, gateway = add_gateways(world)
    world.faults.add("DescribeDirectConnectGatewayAttachments", client_error("Not yours"), times=math.inf)

    left = report(world, around, overriding(override("redundancy", *INTERFACE_IDS)))["leftBehind"]

    assert {"id": gateway, "why": GATEWAY_OF_OTHERS} == left[1]


def test_a_lag_without_connections_is_left_behind(
    around: Around, world: DirectConnectBackend, connection: Connection
) -> None:
    world.virtual_interfaces.clear()
    connection.lag_id = world.add_lag(LAG_ID).id

    (left,) = report(world, around, overriding(override("lag", LAG_ID)))["leftBehind"]

    assert {"id": LAG_ID, "why": "no connection is left in this LAG"} == left


def test_a_run_that_timed_out(around: Around, world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].deletion = NEVER
    planned = take(new_step(world, around=around), REQUEST | {"patienceMinutes": 60})
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId=INTERFACE_IDS[0])

    reported = report(world, around, planned)

    assert ("TIMED_OUT", [INTERFACE_IDS[2]]) == (reported["phase"], reported["deleted"])
    assert ([], [INTERFACE_IDS[0]]) == (reported["goneWithoutThisRun"], reported["deletedOrMovedByOthers"])
    assert {CONNECTION_ID: "available", INTERFACE_IDS[1]: "deleting"} == {
        one["id"]: one["why"].partition(";")[0] for one in reported["leftBehind"]
    }
    assert ([], None) == (reported["toDo"], reported["estimatedMonthlySavingUsd"]), "nothing to cancel while it exists"


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        pytest.param({}, ["cross-connect at EqFA5"], id="dedicated"),
        pytest.param({"provider_name": "Fibre & Co"}, ["cross-connect at EqFA5", "carrier Fibre & Co"], id="carried"),
        pytest.param({"partner_name": "ACME", "vlan": 100}, ["partner ACME"], id="hosted"),
    ],
)
def test_what_is_to_be_cancelled(
    ordered: dict[str, Any], expected: list[str], connection: Connection, around: Around, world: DirectConnectBackend
) -> None:
    for name, value in ordered.items():
        setattr(connection, name, value)

    to_do = report(world, around)["toDo"]

    # Warnings follow, which are no cancellations.
    assert all(line.startswith("mind what ") for line in to_do[len(expected) :])
    assert [True] * len(expected) == [words in line for words, line in zip(expected, to_do, strict=False)]
    assert [] == [line for line in to_do[len(expected) :] if line.startswith("cancel")]


def test_owners_and_billing_to_take_care_of(
    around: Around, world: DirectConnectBackend, connection: Connection
) -> None:
    connection.billing_mode = "PortPairFlatRateTier1"
    world.virtual_interfaces[INTERFACE_IDS[1]].owner_account = OTHER_ACCOUNT

    to_do = report(world, around, overriding(override("foreign-interfaces", INTERFACE_IDS[1])))["toDo"]

    assert to_do[1].startswith(f"tell account {OTHER_ACCOUNT} that its virtual interface {INTERFACE_IDS[1]} ")
    assert any("the billing mode is PortPairFlatRateTier1" in line for line in to_do[2:])


def test_the_owner_of_a_moved_interface_is_not_to_be_told(around: Around, world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].owner_account = OTHER_ACCOUNT
    world.add_connection(OTHER_ID)
    planned = take(new_step(world, around=around), overriding(override("foreign-interfaces", INTERFACE_IDS[1])))
    InProcessClient(world).associate_virtual_interface(virtualInterfaceId=INTERFACE_IDS[1], connectionId=OTHER_ID)

    reported = report(world, around, planned)

    assert ("COMPLETED", []) == (reported["phase"], [line for line in reported["toDo"] if line.startswith("tell")])


@pytest.mark.parametrize(
    ("region", "ordered", "expected"),
    [
        pytest.param("eu-central-1", {"bandwidth": "10Gbps"}, 1642.5, id="dedicated"),
        pytest.param("eu-central-1", {"bandwidth": "500Mbps", "partner_name": "ACME"}, 146.0, id="hosted"),
        pytest.param("eu-central-1", {"bandwidth": "1Gbps", "partner_name": "ACME"}, 240.9, id="hosted, 1 Gbit/s"),
        pytest.param("eu-central-1", {"billing_mode": "PortPairFlatRateTier3"}, 0.0, id="one of a pair"),
        pytest.param("eu-central-1", {"billing_mode": "FlatRateTier1"}, None, id="flat rate"),
        pytest.param("eu-central-1", {"bandwidth": "3Gbps"}, None, id="unknown bandwidth"),
        pytest.param("eu-central-1", {"bandwidth": "500Mbps"}, None, id="no bandwidth of a dedicated one"),
        pytest.param("ap-northeast-1", {}, None, id="Tokyo"),
        pytest.param("ap-northeast-3", {}, None, id="Osaka"),
        pytest.param("ap-northeast-2", {}, 219.0, id="Seoul"),
        pytest.param("ap-southeast-1", {}, 219.0, id="Singapore"),
        pytest.param("us-west-2", {}, 219.0, id="Oregon"),
        pytest.param("us-gov-west-1", {}, None, id="GovCloud"),
        pytest.param("cn-north-1", {}, None, id="Beijing"),
        pytest.param("us-iso-east-1", {}, None, id="isolated"),
        pytest.param("eusc-de-east-1", {}, None, id="sovereign"),
    ],
)
def test_the_monthly_saving(
    region: str, ordered: dict[str, Any], expected: float | None, clock: ManualClock, around: Around
) -> None:
    world = DirectConnectBackend(region, ACCOUNT)
    world.clock = clock
    connection = world.add_connection(CONNECTION_ID, tags=APPROVED)
    for name, value in ordered.items():
        setattr(connection, name, value)

    reported = report(world, around)

    assert ("COMPLETED", expected) == (reported["phase"], reported["estimatedMonthlySavingUsd"])


def test_what_somebody_else_deleted_is_no_saving(around: Around, world: DirectConnectBackend) -> None:
    world.virtual_interfaces.clear()
    planned = take(new_step(world, around=around), REQUEST)
    InProcessClient(world).delete_connection(connectionId=CONNECTION_ID)

    reported = report(world, around, planned)

    assert ("COMPLETED", [CONNECTION_ID], None) == (
        reported["phase"],
        reported["goneWithoutThisRun"],
        reported["estimatedMonthlySavingUsd"],
    )


def test_the_approval(around: Around, world: DirectConnectBackend, connection: Connection) -> None:
    connection.tags |= {"owner": "network"}
    (planned,) = run(world, REQUEST | {"dryRun": True})
    consent = override("traffic", CONNECTION_ID, upToBps=10)
    approved = {"reason": "site A closes", "planDigest": planned["plan"]["digest"]}

    reported = report(world, around, overriding(consent) | approved)

    assert approved | {"overrides": [consent | {"until": None}], "tags": APPROVED} == reported["approval"]


def test_each_call_can_be_found_in_cloudtrail(
    direct_connect_client: object,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
    around: Around,
) -> None:
    world = direct_connect_backend
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_IDS[0], type="public")
    world.faults.add("DeleteConnection", client_error("Not yet"))

    drive(new_step(world, direct_connect_client, around=around), REQUEST, direct_connect_clock)

    calls = around.report()["calls"]
    assert [
        ("DELETE_VIRTUAL_INTERFACE", INTERFACE_IDS[0], "ACCEPTED", None),
        ("DELETE_CONNECTION", CONNECTION_ID, "REFUSED", "Not yet"),
        ("DELETE_CONNECTION", CONNECTION_ID, "ACCEPTED", None),
    ] == [(call["action"], call["resourceId"], call["outcome"], call["words"]) for call in calls]
    assert 3 == len({call["requestId"] for call in calls if call["requestId"]})
    assert [call["requestedAt"] for call in calls] == sorted(call["requestedAt"] for call in calls)


def test_it_says_when_each_interface_was_first_seen_gone(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    started = clock()
    world.virtual_interfaces[INTERFACE_IDS[0]].deletion = Delay(looks=1)
    for id_ in INTERFACE_IDS[1:]:
        world.virtual_interfaces[id_].deletion = Delay(looks=3)

    results = run(world, REQUEST, around)

    gone_at = around.report()["goneAt"]
    assert {*INTERFACE_IDS} == gone_at.keys()
    first, *rest = (datetime.fromisoformat(gone_at[id_]) for id_ in INTERFACE_IDS)
    assert started < first < min(rest)
    kept = [result["goneAt"][INTERFACE_IDS[0]] for result in results if INTERFACE_IDS[0] in result["goneAt"]]
    assert len(kept) > 1
    assert {gone_at[INTERFACE_IDS[0]]} == {*kept}, "the first time is kept"
