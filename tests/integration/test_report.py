"""The report tells what is gone, what stands and why, what is left to do, and who wanted it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from sandbox.directconnect import NEVER, InProcessClient, ManualClock, client_error
from sandbox.directconnect.mac_sec import MacSecKey
from tests.driver import APPROVED, REQUEST, Neighbours, drive, new_step, new_world, overriding
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend
    from sandbox.directconnect.connections import Connection

INTERFACE_IDS: Final = ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]
SECRET_ARN: Final = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:directconnect!dxcon"
OTHER_ACCOUNT: Final = "210987654321"


@pytest.fixture
def around() -> Neighbours:
    return Neighbours()


@pytest.fixture
def world() -> DirectConnectBackend:
    return new_world(ManualClock(), "private", "public", "transit")


@pytest.fixture
def connection(world: DirectConnectBackend) -> Connection:
    return world.connections[CONNECTION_ID]


def report(world: DirectConnectBackend, around: Neighbours, request: JSON = REQUEST) -> JSON:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    drive(new_step(world, neighbours=around), request, clock)
    return around.report()


def add_gateways(world: DirectConnectBackend) -> list[str]:
    """Put two interfaces on gateways, which another connection serves as well; return their ids."""
    direct_connect, virtual = world.add_direct_connect_gateway(name="core").id, world.add_virtual_gateway()
    world.virtual_interfaces[INTERFACE_IDS[0]].virtual_gateway_id = virtual
    world.virtual_interfaces[INTERFACE_IDS[2]].direct_connect_gateway_id = direct_connect
    other = world.add_connection().id
    world.add_virtual_interface(other, virtual_gateway_id=virtual)
    world.add_virtual_interface(other, direct_connect_gateway_id=direct_connect)
    return sorted([direct_connect, virtual])


def test_who_did_it_and_who_did_not(world: DirectConnectBackend, around: Neighbours) -> None:
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId=INTERFACE_IDS[1])

    told = report(world, around)

    assert ([*INTERFACE_IDS[::2], CONNECTION_ID], [INTERFACE_IDS[1]]) == (told["deleted"], told["alreadyGone"])


def test_nothing_is_claimed_of_what_was_left_alone(world: DirectConnectBackend, around: Neighbours) -> None:
    around.sts.account = OTHER_ACCOUNT

    told = report(world, around)

    assert ("BLOCKED", [], [], [], []) == tuple(
        told[key] for key in ("phase", "deleted", "alreadyGone", "toDo", "calls")
    )
    assert [CONNECTION_ID, *INTERFACE_IDS] == [one["id"] for one in told["leftBehind"]]


def test_what_stays_behind(connection: Connection, world: DirectConnectBackend, around: Neighbours) -> None:
    gateways = add_gateways(world)
    connection.mac_sec_keys.append(MacSecKey(secret_arn=SECRET_ARN, ckn="0a", start_on="now"))

    left = report(world, around)["leftBehind"]

    assert [*gateways, SECRET_ARN] == [one["id"] for one in left]
    assert ["gateway", "gateway", "MACsec"] == [
        next(word for word in ("gateway", "MACsec") if word in one["why"]) for one in left
    ]


def test_what_still_stands(world: DirectConnectBackend, around: Neighbours) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].deletion = NEVER

    told = report(world, around, REQUEST | {"patienceMinutes": 60})

    assert "TIMED_OUT" == told["phase"]
    assert INTERFACE_IDS[::2] == told["deleted"]
    assert {CONNECTION_ID: "available", INTERFACE_IDS[1]: "deleting"} == {
        one["id"]: one["why"].partition(":")[0] for one in told["leftBehind"]
    }
    assert [] == told["toDo"], "nothing to cancel while it stands"


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        pytest.param({}, ["cross-connect at EqFA5"], id="dedicated"),
        pytest.param({"provider_name": "Fibre & Co"}, ["cross-connect at EqFA5", "carrier Fibre & Co"], id="carried"),
        pytest.param({"partner_name": "ACME", "vlan": 100}, ["partner ACME"], id="hosted"),
    ],
)
def test_what_is_left_to_do(
    ordered: dict[str, Any],
    expected: list[str],
    connection: Connection,
    world: DirectConnectBackend,
    around: Neighbours,
) -> None:
    for name, value in ordered.items():
        setattr(connection, name, value)

    to_do = report(world, around)["toDo"]

    assert [True] * len(expected) == [words in line for words, line in zip(expected, to_do, strict=True)]


def test_who_is_to_be_told(connection: Connection, world: DirectConnectBackend, around: Neighbours) -> None:
    connection.billing_mode = "PortPairFlatRateTier1"
    world.virtual_interfaces[INTERFACE_IDS[1]].owner_account = OTHER_ACCOUNT
    agreed = overriding("foreign-interfaces", reason=f"they know of {INTERFACE_IDS[1]}")

    cancel, tell, warning = report(world, around, agreed)["toDo"]

    assert "cross-connect" in cancel
    assert all(word in tell for word in (OTHER_ACCOUNT, INTERFACE_IDS[1]))
    assert "PortPairFlatRateTier1" in warning


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        pytest.param({"bandwidth": "10Gbps"}, 1642.5, id="dedicated"),
        pytest.param({"bandwidth": "500Mbps", "partner_name": "ACME"}, 146.0, id="hosted"),
        pytest.param({"bandwidth": "1Gbps", "partner_name": "ACME"}, 240.9, id="hosted is not dedicated"),
        pytest.param({"billing_mode": "PortPairFlatRateTier3"}, 0.0, id="one of a pair"),
        pytest.param({"billing_mode": "FlatRateTier1"}, None, id="flat rate"),
        pytest.param({"bandwidth": "3Gbps"}, None, id="unknown bandwidth"),
        pytest.param({"bandwidth": "500Mbps"}, None, id="no bandwidth of a dedicated one"),
    ],
)
def test_what_it_saves(
    ordered: dict[str, Any],
    expected: float | None,
    connection: Connection,
    world: DirectConnectBackend,
    around: Neighbours,
) -> None:
    for name, value in ordered.items():
        setattr(connection, name, value)

    assert expected == report(world, around)["estimatedMonthlySavingUsd"]


def test_who_approved_it(connection: Connection, world: DirectConnectBackend, around: Neighbours) -> None:
    connection.tags |= {"owner": "network"}
    (planned,) = drive(new_step(world), REQUEST | {"dryRun": True}, ManualClock())
    approved = {"reason": "site A closes", "planDigest": planned["plan"]["digest"]}

    told = report(world, around, overriding("traffic", "lag", reason="CHG-1234") | approved)

    assert (
        approved
        | {
            "overrides": [{"guard": guard, "reason": "CHG-1234"} for guard in ("traffic", "lag")],
            "tags": APPROVED | {"owner": "network"},
        }
        == told["approval"]
    )


def test_each_call_can_be_found_in_cloudtrail(
    direct_connect_client: object,
    direct_connect_backend: DirectConnectBackend,
    direct_connect_clock: ManualClock,
    around: Neighbours,
) -> None:
    world = direct_connect_backend
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_IDS[0], type="public")
    world.faults.add("DeleteConnection", client_error("Not yet"))

    drive(new_step(world, direct_connect_client, neighbours=around), REQUEST, direct_connect_clock)

    calls = around.report()["calls"]
    assert [
        ("DELETE_VIRTUAL_INTERFACES", INTERFACE_IDS[0], None),
        ("DELETE_CONNECTION", CONNECTION_ID, "Not yet"),
        ("DELETE_CONNECTION", CONNECTION_ID, None),
    ] == [(call["action"], call["resourceId"], call["refusal"]) for call in calls]
    assert 3 == len({call["requestId"] for call in calls if call["requestId"]})
    assert [call["requestedAt"] for call in calls] == sorted(call["requestedAt"] for call in calls)
