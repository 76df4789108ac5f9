"""An interface that leaves the connection alive is left alone, and the run goes on without it."""

from typing import Final

import pytest

from sandbox.directconnect import DirectConnectBackend, InProcessClient
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, before_call, run, run_disturbed, slow_down
from tests.support.driver import REQUEST, Around, asked, blocked_by, changes, new_step, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
MOVED: Final = f"{THIRD} was moved to {OTHER_ID} and was not deleted"


def move(world: DirectConnectBackend, id_: str = THIRD, target: str = OTHER_ID) -> None:
    InProcessClient(world).associate_virtual_interface(virtualInterfaceId=id_, connectionId=target)


@pytest.mark.parametrize("number", [1, 2])
def test_between_two_steps(number: int, around: Around, routed: DirectConnectBackend) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {number: lambda: move(routed)}, around=around)

    assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (result["phase"], asked(routed))
    assert "available" == routed.virtual_interfaces[THIRD].state
    assert f"{CONNECTION_ID} is gone" in result["reason"]
    assert result["reason"].endswith(f"; {MOVED}")
    report = around.report()
    assert [FIRST, SECOND, CONNECTION_ID] == report["deleted"]
    assert [] == report["goneWithoutThisRun"]
    assert f"it was moved to {OTHER_ID}, and was not deleted" in {one["why"] for one in report["leftBehind"]}


@pytest.mark.parametrize("operation", ["DescribeLags", "ListResiliencyGroups"])
def test_while_a_step_looks_around(operation: str, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed), REQUEST)
    before_call(routed, operation, move)

    last = run(routed, planned)[-1]

    assert ("COMPLETED", [FIRST, SECOND, CONNECTION_ID]) == (last["phase"], asked(routed))


def test_all_of_them(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REQUEST)
    for id_ in INTERFACE_IDS:
        move(routed, id_)

    last = run(routed, planned, around)[-1]

    assert ("COMPLETED", [CONNECTION_ID]) == (last["phase"], asked(routed))
    assert ([CONNECTION_ID], []) == (around.report()["deleted"], around.report()["goneWithoutThisRun"])


def test_one_that_comes_back(routed: DirectConnectBackend) -> None:
    slow_down(routed)
    acts = {2: lambda: move(routed), 3: lambda: move(routed, target=CONNECTION_ID)}

    result = run_disturbed(routed, acts)

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (result["phase"], asked(routed))


def test_one_that_comes_from_elsewhere_was_not_planned(routed: DirectConnectBackend) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {2: lambda: move(routed, "dxvif-bbbbbbb0", CONNECTION_ID)})

    assert ("BLOCKED", ["plan"], [FIRST, SECOND]) == (result["phase"], blocked_by(result), asked(routed))
    assert "dxvif-bbbbbbb0 (transit, available) is new" in result["reason"]


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
def test_one_that_is_another_now(field: str, value: str | None, routed: DirectConnectBackend) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {2: lambda: setattr(routed.virtual_interfaces[THIRD], field, value)})

    assert ("BLOCKED", [FIRST, SECOND]) == (result["phase"], asked(routed))
    assert "plan" in blocked_by(result)
    assert f"{THIRD} has changed its owner, gateway or type" in result["reason"]


def test_the_connection_is_given_to_another_account(routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed), REQUEST)
    routed.connections[CONNECTION_ID].owner_account = "210987654321"

    result = run(routed, planned)[-1]

    assert ("BLOCKED", []) == (result["phase"], asked(routed))
    assert f"{CONNECTION_ID} belongs to account 210987654321 now" in result["reason"]


@pytest.mark.parametrize("before", [None, "dxlag-before01"], ids=["from none", "from another"])
def test_a_connection_that_joins_a_lag_is_left_alone(
    before: str | None, around: Around, world: DirectConnectBackend
) -> None:
    """Its interfaces are the LAG's then, and seem to be gone: to go on would cut the capacity of the LAG."""
    slow_down(world)
    if before:
        world.add_lag(before)
        world.connections[CONNECTION_ID].lag_id = before

    def join() -> None:
        world.add_lag(LAG_ID)
        InProcessClient(world).associate_connection_with_lag(connectionId=CONNECTION_ID, lagId=LAG_ID)

    result = run_disturbed(world, {2: join}, around=around)

    assert ("BLOCKED", ["plan"], [FIRST, SECOND]) == (result["phase"], blocked_by(result), asked(world))
    assert f"{CONNECTION_ID} joined {LAG_ID}" in result["reason"]
    assert [CONNECTION_ID] == [one["id"] for one in around.report()["leftBehind"]]
    assert THIRD in around.report()["deletedOrMovedByOthers"]
    assert [] == around.report()["goneWithoutThisRun"]
    assert "DisassociateConnectionFromLag" not in changes(world)
