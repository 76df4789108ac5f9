"""Each guard stops a run before it deletes anything, and who overrides it goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from decommission.errors import InvalidRequestError
from decommission.guards import GUARDS, NOT_OVERRIDABLE, STACK_TAG
from sandbox.directconnect import InProcessClient, ManualClock
from sandbox.in_process import Measured
from tests.driver import REQUEST, Neighbours, changes, drive, logs_in, new_step, new_world, overriding, take
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend

OTHER_ACCOUNT: Final = "210987654321"
INTERFACE_ID: Final = "dxvif-aaaaaaa0"
NEVER_BLOCK: Final = {"billing", "macsec"}
# It names what the guard of foreign interfaces wants to have named.
REASON: Final = f"the owner of {INTERFACE_ID} agrees, CHG-1234"


def sell(_world: DirectConnectBackend, around: Neighbours) -> None:
    around.sts.account = OTHER_ACCOUNT


def disapprove(world: DirectConnectBackend, _around: Neighbours) -> None:
    world.connections[CONNECTION_ID].tags = {"decommission": "not yet"}


def protect(world: DirectConnectBackend, _around: Neighbours) -> None:
    world.virtual_interfaces[INTERFACE_ID].tags = {"decommission": "protected"}


def make_by_stack(world: DirectConnectBackend, _around: Neighbours) -> None:
    world.connections[CONNECTION_ID].tags[STACK_TAG] = "network"


def blur(world: DirectConnectBackend, _around: Neighbours) -> None:
    world.virtual_interfaces[INTERFACE_ID].state = "approving"


def let_another_account_in(world: DirectConnectBackend, _around: Neighbours) -> None:
    world.virtual_interfaces[INTERFACE_ID].owner_account = OTHER_ACCOUNT


def join_a_lag(world: DirectConnectBackend, _around: Neighbours) -> None:
    lag = world.add_lag()
    world.connections[CONNECTION_ID].lag_id = lag.id
    world.add_virtual_interface(lag.id)


def host(world: DirectConnectBackend, _around: Neighbours) -> None:
    hosted = world.add_connection(parent_id=CONNECTION_ID, partner_name="ACME", owner_account=OTHER_ACCOUNT)
    # Its owner lets go of it before the port itself is deleted, which AWS would otherwise refuse.
    world.before["DeleteConnection"] = lambda _: world.connections.pop(hosted.id, None)


def begin_a_failover_test(world: DirectConnectBackend, _around: Neighbours) -> None:
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=INTERFACE_ID, testDurationInMinutes=30)


def carry_traffic(_world: DirectConnectBackend, around: Neighbours) -> None:
    around.cloudwatch.measured[INTERFACE_ID] = Measured(egress=[0.0, 12_345.0, 0.0])


def be_the_last(world: DirectConnectBackend, _around: Neighbours) -> None:
    gateway = world.add_direct_connect_gateway()
    world.virtual_interfaces[INTERFACE_ID].direct_connect_gateway_id = gateway.id


def change_nothing(_world: DirectConnectBackend, _around: Neighbours) -> None:
    """Leave the world alone: what is wrong is in the request."""


# How the world objects, and what the reason must name.
OBJECTIONS: Final[dict[str, tuple[Callable[[DirectConnectBackend, Neighbours], None], str]]] = {
    "ownership": (sell, OTHER_ACCOUNT),
    "approval": (disapprove, "decommission=not yet"),
    "protection": (protect, INTERFACE_ID),
    "stack": (make_by_stack, f"{CONNECTION_ID} (network)"),
    "state": (blur, f"{INTERFACE_ID} (approving)"),
    "foreign-interfaces": (let_another_account_in, f"{INTERFACE_ID} of account {OTHER_ACCOUNT}"),
    "lag": (join_a_lag, "dxlag-"),
    "hosted-connections": (host, "dxcon-f"),
    "failover-test": (begin_a_failover_test, INTERFACE_ID),
    "traffic": (carry_traffic, f"{INTERFACE_ID} carried up to 12,345 bit/s out"),
    "redundancy": (be_the_last, INTERFACE_ID),
    "plan": (change_nothing, "0" * 64),
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private", "public")


def outcomes(verdicts: list[JSON]) -> dict[str, str]:
    return {verdict["guard"]: verdict["outcome"] for verdict in verdicts}


def asking_for(guard: str) -> JSON:
    return {"planDigest": "0" * 64} if guard == "plan" else {}


def test_no_guard_is_forgotten() -> None:
    assert GUARDS.keys() == OBJECTIONS.keys() | NEVER_BLOCK


@pytest.mark.parametrize("guard", OBJECTIONS)
def test_it_blocks(
    guard: str, clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    object_, words = OBJECTIONS[guard]
    around = Neighbours()
    object_(world, around)
    world.calls.clear()

    (result,) = drive(new_step(world, neighbours=around), REQUEST | asking_for(guard), clock)

    expected = dict.fromkeys(GUARDS, "PASS") | {guard: "BLOCK"}
    assert "BLOCKED" == result["phase"]
    assert f"blocked by {guard}: {guard}: " in result["reason"]
    assert words in result["reason"]
    assert expected == outcomes(result["guards"]) == outcomes(around.report()["guards"])
    logged = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "guard"]
    assert expected == outcomes(logged)
    assert [] == changes(world)


@pytest.mark.parametrize("guard", sorted(OBJECTIONS.keys() - NOT_OVERRIDABLE))
def test_who_overrides_it_goes_on(
    guard: str, clock: ManualClock, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    around = Neighbours()
    OBJECTIONS[guard][0](world, around)
    request = overriding(guard, reason=REASON) | asking_for(guard)

    last = drive(new_step(world, neighbours=around), request, clock)[-1]

    assert ("COMPLETED", "deleted") == (last["phase"], world.connections[CONNECTION_ID].state)
    report, printed = around.report(), capsys.readouterr().out
    logged = [line for line in logs_in(printed) if line["message"] == "guard"]
    assert outcomes(report["guards"]) == outcomes(logged)
    assert dict.fromkeys(GUARDS, "PASS") | {guard: "OVERRIDDEN"} == outcomes(report["guards"])
    assert [{"guard": guard, "reason": REASON}] == report["approval"]["overrides"]
    for verdicts in (last["guards"], report["guards"], logged):
        assert any(verdict["reason"].endswith(f"; overridden: {REASON}") for verdict in verdicts)


@pytest.mark.parametrize("guard", sorted(OBJECTIONS.keys() - NOT_OVERRIDABLE))
def test_overriding_another_is_of_no_use(guard: str, clock: ManualClock, world: DirectConnectBackend) -> None:
    around = Neighbours()
    OBJECTIONS[guard][0](world, around)
    world.calls.clear()
    others = sorted(OBJECTIONS.keys() - NOT_OVERRIDABLE - {guard})

    (result,) = drive(new_step(world, neighbours=around), overriding(*others) | asking_for(guard), clock)

    assert "BLOCKED" == result["phase"]
    assert [] == changes(world)


def test_nobody_overrides_the_protection(world: DirectConnectBackend) -> None:
    with pytest.raises(InvalidRequestError, match="protection cannot be overridden"):
        take(new_step(world), overriding("protection"))
    assert [] == world.calls


def test_a_dry_run_says_everything_that_would_block(clock: ManualClock, world: DirectConnectBackend) -> None:
    around = Neighbours()
    for object_ in (carry_traffic, be_the_last):
        object_(world, around)

    (result,) = drive(new_step(world, neighbours=around), REQUEST | {"dryRun": True}, clock)

    assert "PLANNED" == result["phase"]
    assert "it would be blocked by traffic and redundancy: traffic: " in result["reason"]
    assert [] == changes(world)
    folder = f"{CONNECTION_ID}/2026-01-05T12-00-00.000000Z"
    assert {f"{folder}/loa.pdf", f"{folder}/plan.json", f"{folder}/report.json"} == around.s3.objects.keys()
    plan = json.loads(around.s3.objects[f"{folder}/plan.json"])
    assert result["plan"] == plan["plan"]
    assert result["guards"] == plan["guards"] == around.report()["guards"]
