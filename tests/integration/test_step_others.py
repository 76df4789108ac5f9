"""What is not ours alone: other accounts' interfaces, partners' connections, a test that somebody runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from sandbox.directconnect import InProcessClient, ManualClock
from tests.driver import APPROVED, REQUEST, Neighbours, asked, changes, drive, new_step, new_world, overriding
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend

OTHER_ACCOUNT: Final = "210987654321"
INTERFACE_IDS: Final = ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private", "public", "transit")


def reason_of(guard: str, result: JSON) -> str:
    (reason,) = [verdict["reason"] for verdict in result["guards"] if verdict["guard"] == guard]
    return str(reason)


@pytest.mark.parametrize(
    ("reason", "unnamed"),
    [
        pytest.param("they all agree", INTERFACE_IDS[:2], id="none"),
        pytest.param(f"{INTERFACE_IDS[0]} is not used any more", INTERFACE_IDS[1:2], id="one of two"),
        pytest.param(f"{INTERFACE_IDS[0]} and dxvif-aaaaaaa", INTERFACE_IDS[1:2], id="the other one in part"),
    ],
)
def test_an_override_of_foreign_interfaces_names_each_of_them(
    reason: str, unnamed: list[str], clock: ManualClock, world: DirectConnectBackend
) -> None:
    for id_ in INTERFACE_IDS[:2]:
        world.virtual_interfaces[id_].owner_account = OTHER_ACCOUNT

    (result,) = drive(new_step(world), overriding("foreign-interfaces", reason=reason), clock)

    assert "BLOCKED" == result["phase"]
    complaint = reason_of("foreign-interfaces", result).split("the override does not name")[1]
    assert unnamed == [id_ for id_ in INTERFACE_IDS if id_ in complaint]
    assert [] == changes(world)

    named = overriding("foreign-interfaces", reason=f"{reason}; {' '.join(INTERFACE_IDS[:2])}")
    assert "COMPLETED" == drive(new_step(world), named, clock)[-1]["phase"]


def test_one_more_foreign_interface_is_not_covered_by_the_agreement_on_the_others(
    clock: ManualClock, world: DirectConnectBackend
) -> None:
    world.virtual_interfaces[INTERFACE_IDS[0]].owner_account = OTHER_ACCOUNT
    agreed = overriding("foreign-interfaces", reason=f"CHG-1: {INTERFACE_IDS[0]}")
    world.add_virtual_interface(CONNECTION_ID, "dxvif-latecome", owner_account=OTHER_ACCOUNT, type="public")

    (result,) = drive(new_step(world), agreed, clock)

    assert "BLOCKED" == result["phase"]
    assert "dxvif-latecome" in reason_of("foreign-interfaces", result)
    assert [] == changes(world)


def test_a_failover_test_is_named_with_its_end(clock: ManualClock, world: DirectConnectBackend) -> None:
    client = InProcessClient(world)
    # One that is over says nothing about the one that runs.
    client.start_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1], testDurationInMinutes=5)
    clock.advance(minutes=10)
    client.start_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1], testDurationInMinutes=90)
    world.calls.clear()

    (result,) = drive(new_step(world), REQUEST, clock)

    assert "BLOCKED" == result["phase"]
    reason = reason_of("failover-test", result)
    before, running = world.failover_tests
    assert [INTERFACE_IDS[1], running.id, "2026-01-05 13:40 UTC"] == [
        word for word in (*INTERFACE_IDS, before.id, running.id, "2026-01-05 13:40 UTC") if word in reason
    ]
    assert [] == changes(world)


def test_a_failover_test_that_is_stopped_is_in_nobodys_way(clock: ManualClock, world: DirectConnectBackend) -> None:
    client = InProcessClient(world)
    client.start_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1])
    assert "BLOCKED" == drive(new_step(world), REQUEST, clock)[-1]["phase"]

    client.stop_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1])

    assert "COMPLETED" == drive(new_step(world), REQUEST, clock)[-1]["phase"]


@pytest.mark.parametrize(
    ("request_", "expected"), [({}, "BLOCKED"), ({"dryRun": True}, "PLANNED")], ids=["run", "dry run"]
)
def test_an_interconnect_is_left_alone(request_: JSON, expected: str, clock: ManualClock) -> None:
    world = new_world(clock)
    interconnect = world.add_interconnect(tags=APPROVED)
    around = Neighbours()

    (result,) = drive(new_step(world, neighbours=around), {"connectionId": interconnect.id} | request_, clock)

    assert (expected, False, None) == (result["phase"], result["alreadyGone"], result["plan"])
    assert {"hosted-connections": "BLOCK"} == {v["guard"]: v["outcome"] for v in result["guards"]}
    assert "interconnect" in result["reason"]
    assert expected == around.report()["phase"]
    assert ([], "available") == (changes(world), interconnect.state)


@pytest.mark.parametrize("hosted", [{"partner_name": "ACME", "vlan": 100}, {"parent_id": "…"}], ids=["bought", "sold"])
def test_a_hosted_connection_goes_and_its_parent_stays(hosted: dict[str, Any], clock: ManualClock) -> None:
    world = new_world(clock, "private")
    parent = world.add_interconnect()
    for name, value in hosted.items():
        setattr(world.connections[CONNECTION_ID], name, parent.id if name == "parent_id" else value)

    last = drive(new_step(world), REQUEST, clock)[-1]

    assert "COMPLETED" == last["phase"]
    assert [INTERFACE_IDS[0], CONNECTION_ID] == asked(world)
    assert "available" == parent.state


def test_a_hosted_connection_that_came_on_the_way_keeps_the_port(
    clock: ManualClock, world: DirectConnectBackend
) -> None:
    """AWS refuses the port while it carries something, and the run waits for a person until its deadline."""
    world.before["DeleteVirtualInterface"] = lambda _: world.add_connection(
        "dxcon-hosted01", parent_id=CONNECTION_ID, owner_account=OTHER_ACCOUNT
    )

    last = drive(new_step(world), REQUEST | {"patienceMinutes": 30}, clock)[-1]

    assert "TIMED_OUT" == last["phase"]
    assert {"available"} == {world.connections[id_].state for id_ in (CONNECTION_ID, "dxcon-hosted01")}
    assert "dxcon-hosted01" not in asked(world)
