"""A member of a LAG leaves it before it is deleted, and the LAG and its interfaces stay."""

from typing import Final

import pytest

from sandbox.directconnect import (
    SERVER_ERROR,
    THROTTLED,
    AnswerLost,
    Behaviour,
    Delay,
    DirectConnectBackend,
    Fault,
    InProcessClient,
)
from tests.step.worlds import MEMBER_IDS, available, run, run_disturbed
from tests.support.driver import (
    MOST_RETRIES,
    PROTECTED,
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

OF_LAG: Final = ["dxvif-ofthelag", "dxvif-ofthelah"]
LEAVES_AND_GOES: Final = ["DisassociateConnectionFromLag", "DeleteConnection"]


def test_a_member_leaves_its_lag_and_is_deleted(around: Around, member: DirectConnectBackend) -> None:
    _, left, *_, last = run(member, around=around)

    assert ("DELETING_CONNECTION", LAG_ID) == (left["phase"], left["plan"]["lagId"])
    assert LEAVES_AND_GOES == changes(member)
    assert ["DISASSOCIATE_FROM_LAG", "DELETE_CONNECTION"] == [call["action"] for call in last["calls"]]
    assert [*MEMBER_IDS, LAG_ID] == available(member)
    assert ("COMPLETED", [CONNECTION_ID]) == (last["phase"], around.report()["deleted"])


@pytest.mark.parametrize("delay", [Delay(seconds=120), Delay(looks=5), Delay(seconds=120, looks=5)], ids=str)
def test_a_run_waits_until_the_connection_has_left(delay: Delay, member: DirectConnectBackend) -> None:
    member.behaviour = Behaviour(transitioning=delay)

    results = run(member)

    assert ("COMPLETED", "deleted") == (results[-1]["phase"], member.connections[CONNECTION_ID].state)
    assert any("transitioning" in result["reason"] for result in results)
    assert 1 == changes(member).count("DisassociateConnectionFromLag")


@pytest.mark.parametrize("listed", [False, True], ids=["lists its own", "lists the LAG's"])
class TestWithInterfaces:
    @pytest.fixture
    def member(self, listed: bool, member: DirectConnectBackend) -> DirectConnectBackend:  # noqa: FBT001 - a column of the table
        member.behaviour = Behaviour(member_lists_lag_interfaces=listed, transitioning=Delay(looks=1))
        for id_ in OF_LAG:
            member.add_virtual_interface(LAG_ID, id_)
        return member

    def test_the_member_is_not_deleted(self, member: DirectConnectBackend) -> None:
        (result,) = run(member)

        assert ("BLOCKED", ["lag"], []) == (result["phase"], blocked_by(result), result["plan"]["virtualInterfaces"])
        assert [] == changes(member)

    def test_an_override_deletes_the_member_and_no_interface(
        self, around: Around, member: DirectConnectBackend
    ) -> None:
        last = run(member, overriding(override("lag", LAG_ID)), around)[-1]

        assert ("COMPLETED", LEAVES_AND_GOES, [CONNECTION_ID]) == (last["phase"], changes(member), asked(member))
        assert [*MEMBER_IDS, LAG_ID, *OF_LAG] == available(member)
        assert ([CONNECTION_ID], []) == (around.report()["deleted"], around.report()["goneWithoutThisRun"])

    @pytest.mark.parametrize("id_", OF_LAG)
    def test_a_protected_interface_of_the_lag_protects_the_member(self, id_: str, member: DirectConnectBackend) -> None:
        member.virtual_interfaces[id_].tags.update(PROTECTED)

        (result,) = run(member, overriding(override("lag", LAG_ID)))

        assert ("BLOCKED", ["protection"], []) == (result["phase"], blocked_by(result), changes(member))


def test_a_lag_keeps_the_links_that_it_needs(member: DirectConnectBackend) -> None:
    member.lags[LAG_ID].minimum_links = 3

    (result,) = run(member)

    assert ("BLOCKED", ["lag"], []) == (result["phase"], blocked_by(result), changes(member))


def test_a_run_with_an_override_waits_until_aws_agrees(member: DirectConnectBackend) -> None:
    member.lags[LAG_ID].minimum_links = 3
    step = new_step(member)

    refused = take(step, take(step, overriding(override("lag", LAG_ID))))

    assert f"Lag {LAG_ID} would fall below its minimum" in refused["reason"]
    assert [] == asked(member)
    InProcessClient(member).update_lag(lagId=LAG_ID, minimumLinks=1)
    assert "COMPLETED" == run(member, refused)[-1]["phase"]


def test_the_last_member_may_leave(member: DirectConnectBackend) -> None:
    for id_ in MEMBER_IDS:
        del member.connections[id_]

    assert "COMPLETED" == run(member)[-1]["phase"]
    assert [LAG_ID] == available(member)


def test_another_member_goes_down_before_the_connection_leaves(member: DirectConnectBackend) -> None:
    member.lags[LAG_ID].minimum_links = 2

    result = run_disturbed(member, {1: lambda: setattr(member.connections[MEMBER_IDS[0]], "state", "down")})

    assert ("BLOCKED", ["lag"], []) == (result["phase"], blocked_by(result), changes(member))


def test_a_connection_that_has_left_already_is_deleted(member: DirectConnectBackend) -> None:
    """Somebody takes the connection out of the planned LAG, as the run would have done."""

    def leave() -> None:
        InProcessClient(member).disassociate_connection_from_lag(connectionId=CONNECTION_ID, lagId=LAG_ID)

    result = run_disturbed(member, {1: leave})

    assert ("COMPLETED", LEAVES_AND_GOES) == (result["phase"], changes(member))


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        pytest.param(THROTTLED, 2, id="throttled"),
        pytest.param(SERVER_ERROR, 2, id="server error"),
        pytest.param(AnswerLost(), 1, id="answer lost"),
        pytest.param(AnswerLost(connection_breaks=True), 1, id="connection broken"),
    ],
)
def test_leaving_fails_once(fault: Fault, times: int, member: DirectConnectBackend) -> None:
    member.faults.add("DisassociateConnectionFromLag", fault)

    results = run(member, retries=MOST_RETRIES)

    assert ("COMPLETED", times) == (results[-1]["phase"], changes(member).count("DisassociateConnectionFromLag"))
