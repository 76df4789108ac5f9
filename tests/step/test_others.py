"""Other people add, test, host, delete and decline things while a run is under way."""

from collections.abc import Callable
from typing import Final

import pytest

from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, InProcessClient, ManualClock
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, before_call, run, run_disturbed, slow_down
from tests.support.driver import (
    REQUEST,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    override,
    overriding,
    take,
    verdict,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
NEW_ID: Final = "dxvif-cccccccc"


@pytest.mark.parametrize("state", ["pending", "verifying", "confirming", "available", "down", "approving"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_somebody_adds_an_interface(number: int, state: str, world: DirectConnectBackend) -> None:
    slow_down(world)

    def build() -> None:
        world.add_virtual_interface(CONNECTION_ID, NEW_ID, type="public", state=state)

    result = run_disturbed(world, {number: build})

    assert ("BLOCKED", ["plan"]) == (result["phase"], blocked_by(result))
    assert NEW_ID in result["reason"]
    assert INTERFACE_IDS[: [0, 2, 3][number - 1]] == asked(world)


def test_somebody_adds_an_interface_right_before_the_connection_is_deleted(world: DirectConnectBackend) -> None:
    """The step has looked before; AWS refuses the deletion, and the next step sees the interface."""
    before_call(world, "DeleteConnection", lambda w: w.add_virtual_interface(CONNECTION_ID, NEW_ID, type="public"))

    last = run(world)[-1]

    assert ("BLOCKED", ["plan"]) == (last["phase"], blocked_by(last))
    assert {"available"} == {world.connections[CONNECTION_ID].state, world.virtual_interfaces[NEW_ID].state}


def test_an_interface_that_somebody_deletes_is_waited_for(world: DirectConnectBackend) -> None:
    """It is not planned, but the connection is deleted only after it."""
    world.virtual_interfaces[FIRST].deletion = Delay(seconds=100)
    InProcessClient(world).delete_virtual_interface(virtualInterfaceId=FIRST)
    world.calls.clear()

    first, *_, last = run(world)

    assert "COMPLETED" == last["phase"]
    assert [SECOND, THIRD] == [v["virtualInterfaceId"] for v in first["plan"]["virtualInterfaces"]]
    assert [SECOND, THIRD, CONNECTION_ID] == asked(world)


def test_a_new_interface_that_is_rejected_already_stops_nothing(world: DirectConnectBackend) -> None:
    slow_down(world)

    def leave() -> None:
        world.add_virtual_interface(CONNECTION_ID, NEW_ID, type="public", state="rejected")

    assert "COMPLETED" == run_disturbed(world, {2: leave})["phase"]


@pytest.mark.parametrize("number", [1, 2])
def test_somebody_deletes_an_interface(number: int, around: Around, world: DirectConnectBackend) -> None:
    slow_down(world)

    def delete() -> None:
        InProcessClient(world).delete_virtual_interface(virtualInterfaceId=THIRD)

    result = run_disturbed(world, {number: delete}, around=around)

    report = around.report()
    assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (result["phase"], report["deleted"])
    assert [THIRD] == report["goneWithoutThisRun"]
    assert 1 == asked(world).count(THIRD)


@pytest.mark.parametrize("refused", [False, True], ids=["repeated deletes accepted", "repeated deletes refused"])
def test_somebody_deletes_an_interface_right_before_this_run_does(
    *, refused: bool, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(repeated_delete_refused=refused)
    client = InProcessClient(world)
    before_call(world, "DeleteVirtualInterface", lambda _: client.delete_virtual_interface(virtualInterfaceId=FIRST))

    last = run(world)[-1]

    assert "COMPLETED" == last["phase"]
    (call,) = [call for call in last["calls"] if call["resourceId"] == FIRST]
    assert ("REFUSED" if refused else "ACCEPTED") == call["outcome"]


def test_somebody_deletes_everything(around: Around, world: DirectConnectBackend) -> None:
    planned = take(new_step(world, around=around), REQUEST)
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(), deleted_connection_listed_seconds=0)
    client = InProcessClient(world)
    for id_ in INTERFACE_IDS:
        client.delete_virtual_interface(virtualInterfaceId=id_)
    client.delete_connection(connectionId=CONNECTION_ID)
    done = changes(world)

    last = run(world, planned, around)[-1]

    assert ("COMPLETED", False, done) == (last["phase"], last["alreadyGone"], changes(world))
    assert ([], [*INTERFACE_IDS, CONNECTION_ID]) == (around.report()["deleted"], around.report()["goneWithoutThisRun"])


@pytest.mark.parametrize("number", [1, 2])
def test_somebody_hosts_a_connection_on_the_lag(number: int, member: DirectConnectBackend) -> None:
    """Once the connection has left the LAG, it does not matter what the LAG hosts."""

    def host() -> None:
        member.add_connection("dxcon-hosted01", parent_id=LAG_ID, partner_name="ACME", owner_account=OTHER_ACCOUNT)

    result = run_disturbed(member, {number: host})

    expected: tuple[str, list[str]] = ("BLOCKED", ["lag", "hosted-connections"]) if number == 1 else ("COMPLETED", [])
    assert expected == (result["phase"], blocked_by(result))
    assert "available" == member.connections["dxcon-hosted01"].state


def test_a_running_failover_test_blocks_and_is_named_with_its_end(
    clock: ManualClock, world: DirectConnectBackend
) -> None:
    client = InProcessClient(world)
    # A test that is over does not matter.
    client.start_bgp_failover_test(virtualInterfaceId=SECOND, testDurationInMinutes=5)
    clock.advance(minutes=10)
    client.start_bgp_failover_test(virtualInterfaceId=SECOND, testDurationInMinutes=90)
    world.calls.clear()

    (result,) = run(world)

    before, running = world.failover_tests
    reason = verdict(result, "failover-test")[1]
    assert (True, True, False) == tuple(words in reason for words in (running.id, "2026-01-05 13:40 UTC", before.id))
    assert ("BLOCKED", []) == (result["phase"], changes(world))
    client.stop_bgp_failover_test(virtualInterfaceId=SECOND)
    assert "COMPLETED" == run(world)[-1]["phase"]


def test_a_failover_test_that_ends_lets_the_run_go_on(world: DirectConnectBackend) -> None:
    """AWS refuses to delete an interface under test: with the override, the run waits until the test ends."""
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=FIRST, testDurationInMinutes=45)

    last = run(world, overriding(override("failover-test", FIRST)))[-1]

    assert "COMPLETED" == last["phase"]
    assert asked(world).count(FIRST) > 10


def test_another_account_declines_its_interface(around: Around, world: DirectConnectBackend) -> None:
    hosted = world.add_virtual_interface(CONNECTION_ID, NEW_ID, state="confirming", owner_account=OTHER_ACCOUNT)
    owner = InProcessClient(world, OTHER_ACCOUNT)
    before_call(world, "DeleteVirtualInterface", lambda _: owner.delete_virtual_interface(virtualInterfaceId=NEW_ID))
    request = overriding(
        *(override(guard, NEW_ID) for guard in ("foreign-interfaces", "under-construction", "redundancy"))
    )

    last = run(world, request, around)[-1]

    assert ("COMPLETED", "rejected") == (last["phase"], hosted.state)


@pytest.mark.parametrize("parent", ["bought", "sold"])
def test_a_hosted_connection_is_deleted_and_its_parent_stays(parent: str, world: DirectConnectBackend) -> None:
    interconnect = world.add_interconnect()
    connection = world.connections[CONNECTION_ID]
    if parent == "bought":
        connection.partner_name, connection.vlan = "ACME", 100
    else:
        connection.parent_id = interconnect.id

    last = run(world)[-1]

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (last["phase"], asked(world))
    assert "available" == interconnect.state


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda world: setattr(world.connections[CONNECTION_ID], "name", "renamed"), id="renamed"),
        pytest.param(lambda world: setattr(world.virtual_interfaces[THIRD], "mtu", 9001), id="another MTU"),
        pytest.param(lambda world: world.virtual_interfaces[THIRD].tags.update(team="x"), id="tagged"),
        pytest.param(lambda world: setattr(world.virtual_interfaces[THIRD], "state", "down"), id="down"),
        pytest.param(lambda world: setattr(world.connections[CONNECTION_ID], "state", "down"), id="the port is down"),
    ],
)
def test_changes_that_do_not_matter(act: Callable[[DirectConnectBackend], object], world: DirectConnectBackend) -> None:
    slow_down(world)

    assert "COMPLETED" == run_disturbed(world, {2: lambda: act(world)})["phase"]
