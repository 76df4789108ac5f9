"""Interfaces and connections that are moved or given away during a run are not deleted."""

import pytest

from sandbox.directconnect import DirectConnectBackend, InProcessClient
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, before_call, run, run_disturbed, slow_down
from tests.support.driver import REQUEST, Around, asked, blocked_by, changes, new_step, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

FIRST, SECOND, THIRD = INTERFACE_IDS


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
