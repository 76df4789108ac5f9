"""A partner's connection that leaves its LAG becomes an interconnect: it still exists and is still billed."""

import pytest

from decommission.schemas import JSON
from notifier.message import next_steps
from sandbox.directconnect import AccessDenied, Behaviour, DirectConnectBackend, client_error
from tests.step.worlds import before_call, run
from tests.support.driver import APPROVED, REQUEST, Around, blocked_by, changes, override, overriding, totals_in
from tests.support.strategies import CONNECTION_ID, LAG_ID


@pytest.mark.parametrize("hosts", [False, True], ids=["allows no hosted connections", "allows hosted connections"])
def test_a_partners_connection_is_not_completed(
    *, hosts: bool, around: Around, member: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    member.connections[CONNECTION_ID].is_partners = True
    member.lags[LAG_ID].allows_hosted_connections = hosts
    request = overriding(override("hosted-connections", LAG_ID))

    last = run(member, request, around)[-1]

    assert ("BLOCKED", ["hosted-connections"]) == (last["phase"], blocked_by(last))
    assert ["DisassociateConnectionFromLag"] == changes(member)
    report = around.report()
    assert (None, [], [], []) == tuple(
        report[name] for name in ("estimatedMonthlySavingUsd", "deleted", "deletedOrMovedByOthers", "toDo")
    )
    assert [CONNECTION_ID] == [one["id"] for one in report["leftBehind"]]
    assert ["remove the cause; then start a new run"] == next_steps(report), "nobody can consent to it any more"
    totals = totals_in(capsys.readouterr().out)
    assert (0, 1) == (totals["ConnectionDeleted"], totals["DecommissionBlocked"])


def test_aws_refuses_to_say_whether_it_became_an_interconnect(member: DirectConnectBackend) -> None:
    member.connections[CONNECTION_ID].is_partners = True
    member.faults.add("DescribeInterconnects", client_error("No"), times=10_000)

    last = run(member, REQUEST | {"patienceMinutes": 30})[-1]

    assert "TIMED_OUT" == last["phase"]


def test_the_look_for_an_interconnect_is_denied(member: DirectConnectBackend) -> None:
    before_call(member, "DeleteConnection", lambda _: member.faults.add("DescribeInterconnects", AccessDenied()))

    with pytest.raises(Exception, match="directconnect:DescribeInterconnects"):
        run(member)
    assert "deleted" == member.connections[CONNECTION_ID].state


@pytest.mark.parametrize("refused", [False, True], ids=["answered", "refused"])
def test_a_connection_that_did_not_become_an_interconnect(*, refused: bool, member: DirectConnectBackend) -> None:
    member.behaviour = Behaviour(partner_calls_refused=refused)

    assert "COMPLETED" == run(member)[-1]["phase"]


@pytest.mark.parametrize(("request_", "expected"), [({}, "BLOCKED"), ({"dryRun": True}, "PLANNED")], ids=["run", "dry"])
def test_an_interconnect_is_not_deleted(
    request_: JSON, expected: str, around: Around, world: DirectConnectBackend
) -> None:
    interconnect = world.add_interconnect(tags=APPROVED)

    (result,) = run(world, {"connectionId": interconnect.id} | request_, around)

    assert (expected, False, None) == (result["phase"], result["alreadyGone"], result["plan"])
    assert ["hosted-connections"] == blocked_by(result)
    assert ([], "available") == (changes(world), interconnect.state)
    assert [interconnect.id] == [one["id"] for one in around.report()["leftBehind"]]
