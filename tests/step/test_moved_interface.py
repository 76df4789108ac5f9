"""Interfaces and connections that are moved or given away during a run are not deleted."""

from dataclasses import replace

import pytest

from sandbox.directconnect import Behaviour, DirectConnectBackend, InProcessClient
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, OTHER_ID, before_call, run, run_disturbed, slow_down
from tests.support.driver import (
    APPROVED,
    REQUEST,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    override,
    overriding,
    take,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
CONSENTING = overriding(override("foreign-interfaces", THIRD))


def move(world: DirectConnectBackend, id_: str = THIRD, target: str = OTHER_ID) -> None:
    InProcessClient(world).associate_virtual_interface(virtualInterfaceId=id_, connectionId=target)


@pytest.mark.parametrize("number", [1, 2])
def test_an_interface_is_moved_between_two_steps(number: int, around: Around, routed: DirectConnectBackend) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {number: lambda: move(routed)}, around=around)

    assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (result["phase"], asked(routed))
    assert "available" == routed.virtual_interfaces[THIRD].state
    assert (True, True) == (THIRD in result["reason"], OTHER_ID in result["reason"])
    report = around.report()
    assert ([FIRST, SECOND, CONNECTION_ID], []) == (report["deleted"], report["goneWithoutThisRun"])
    assert THIRD in [one["id"] for one in report["leftBehind"]]


@pytest.mark.parametrize("operation", ["DescribeLags", "ListResiliencyGroups"])
def test_an_interface_is_moved_during_the_survey(operation: str, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed), REQUEST)
    before_call(routed, operation, move)

    last = run(routed, planned)[-1]

    assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (last["phase"], asked(routed))


def test_all_interfaces_are_moved(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REQUEST)
    for id_ in INTERFACE_IDS:
        move(routed, id_)

    last = run(routed, planned, around)[-1]

    assert ("COMPLETED", [CONNECTION_ID]) == (last["phase"], asked(routed))
    assert ([CONNECTION_ID], []) == (around.report()["deleted"], around.report()["goneWithoutThisRun"])


class TestOfAnotherAccount:
    """The list of all interfaces may lack it, so that it is looked for by its own id as well."""

    @pytest.fixture
    def routed(self, listed: bool, routed: DirectConnectBackend) -> DirectConnectBackend:  # noqa: FBT001 - a column of the table
        routed.behaviour = Behaviour(foreign_interfaces_listed=listed, foreign_tags_visible=True)
        routed.virtual_interfaces[THIRD].owner_account = OTHER_ACCOUNT
        for id_ in (SECOND, THIRD):
            routed.virtual_interfaces[id_].tags.update(APPROVED)
        return routed

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("number", [1, 2])
    def test_it_is_moved_from_a_connection_that_goes(
        self, number: int, around: Around, routed: DirectConnectBackend
    ) -> None:
        slow_down(routed)

        result = run_disturbed(routed, {number: lambda: move(routed)}, CONSENTING, around=around)

        assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (result["phase"], asked(routed))
        assert f"{THIRD} was moved to {OTHER_ID} and was not deleted" in result["reason"]
        assert not [line for line in around.report()["toDo"] if OTHER_ACCOUNT in line], "its owner still has it"

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("number", [0, 1])
    def test_it_is_moved_from_a_connection_that_stays(self, number: int, routed: DirectConnectBackend) -> None:
        for ids in ([THIRD], [SECOND, THIRD]):
            move(routed, target=CONNECTION_ID)
            result = run_disturbed(routed, {number: lambda: move(routed)}, CONSENTING | {"virtualInterfaceIds": ids})

            assert ("BLOCKED", ["plan"]) == (result["phase"], blocked_by(result))
            assert f"{THIRD} is on {OTHER_ID}" in result["reason"]
            assert "available" == routed.virtual_interfaces[THIRD].state

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("message", [None, "Virtual Interface {id} does not exist"])
    def test_it_is_gone(self, message: str | None, around: Around, routed: DirectConnectBackend) -> None:
        routed.behaviour = replace(routed.behaviour, gone_virtual_interface_message=message)

        assert "COMPLETED" == run(routed, CONSENTING, around)[-1]["phase"]
        told = f"tell account {OTHER_ACCOUNT} that its virtual interface {THIRD} is gone"
        assert told in around.report()["toDo"]


def test_an_interface_is_moved_away_and_back(routed: DirectConnectBackend) -> None:
    slow_down(routed)
    acts = {2: lambda: move(routed), 3: lambda: move(routed, target=CONNECTION_ID)}

    result = run_disturbed(routed, acts)

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (result["phase"], asked(routed))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner_account", "210987654321"),
        ("direct_connect_gateway_id", "0" * 36),
        ("direct_connect_gateway_id", None),
        ("virtual_gateway_id", "vgw-01234567"),
        ("type", "public"),
    ],
)
def test_an_interface_gets_another_owner_gateway_or_type(
    field: str, value: str | None, routed: DirectConnectBackend
) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {2: lambda: setattr(routed.virtual_interfaces[THIRD], field, value)})

    assert ("BLOCKED", [FIRST, SECOND]) == (result["phase"], asked(routed))
    assert "plan" in blocked_by(result)
    assert THIRD in result["reason"]


def test_the_connection_gets_another_owner(routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed), REQUEST)
    routed.connections[CONNECTION_ID].owner_account = "210987654321"

    result = run(routed, planned)[-1]

    assert ("BLOCKED", []) == (result["phase"], asked(routed))
    assert "210987654321" in result["reason"]


@pytest.mark.parametrize("before", [None, "dxlag-before01"], ids=["from none", "from another"])
def test_a_connection_that_joins_a_lag_is_not_deleted(
    before: str | None, around: Around, world: DirectConnectBackend
) -> None:
    """Its interfaces become the LAG's and are not listed for it any more, although they still exist."""
    slow_down(world)
    if before:
        world.add_lag(before)
        world.connections[CONNECTION_ID].lag_id = before

    def join() -> None:
        world.add_lag(LAG_ID)
        InProcessClient(world).associate_connection_with_lag(connectionId=CONNECTION_ID, lagId=LAG_ID)

    result = run_disturbed(world, {2: join}, around=around)

    assert ("BLOCKED", ["plan"], [FIRST, SECOND]) == (result["phase"], blocked_by(result), asked(world))
    assert [CONNECTION_ID] == [one["id"] for one in around.report()["leftBehind"]]
    assert THIRD in around.report()["deletedOrMovedByOthers"]
    assert [] == around.report()["goneWithoutThisRun"]
    assert "DisassociateConnectionFromLag" not in changes(world)
