"""A run that names a LAG deletes its interfaces, connections and the LAG, and nothing that the plan does not name."""

import math
from collections.abc import Callable
from typing import Any, Final

import pytest

from decommission.errors import AwsDeniedError
from decommission.prices import DEDICATED, HOURS_IN_A_MONTH
from decommission.schemas import JSON
from notifier.message import next_steps
from sandbox.directconnect import (
    AccessDenied,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    StaleAnswer,
    client_error,
)
from sandbox.in_process import Measured
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, MEMBER_IDS, OTHER_ID, OTHER_INTERFACE_ID, available, run, run_disturbed
from tests.support.driver import (
    APPROVED,
    OF_LAG,
    PROTECTED,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    override,
    take,
    totals_in,
    verdict,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

ON_LAG: Final = INTERFACE_IDS[:2]
ALL_MEMBERS: Final = sorted([CONNECTION_ID, *MEMBER_IDS])
STAYS: Final = [OTHER_ID, OTHER_INTERFACE_ID]


@pytest.fixture
def lag(clock: ManualClock) -> DirectConnectBackend:
    return worlds.whole_lag(clock)


def tags_of(world: DirectConnectBackend, id_: str) -> dict[str, str]:
    return next(thing for thing in worlds.everything(world) if thing.id == id_).tags


def test_a_member_that_the_lag_shows_late_is_not_forgotten(lag: DirectConnectBackend, around: Around) -> None:
    """The list of connections shows it, so it is planned and deleted as well."""
    for id_ in ALL_MEMBERS:
        lag.connections[id_].bandwidth = "10Gbps"
    late = ALL_MEMBERS[-1]
    lag.connections[late].lag_id = None
    InProcessClient(lag).describe_lags(lagId=LAG_ID)
    lag.connections[late].lag_id = LAG_ID
    lag.faults.add("DescribeLags", StaleAnswer())

    assert "COMPLETED" == run(lag, OF_LAG, around)[-1]["phase"]

    report = around.report()
    assert all(any(id_ in line for line in report["toDo"]) for id_ in ALL_MEMBERS)
    assert 3 * round(DEDICATED["10Gbps"] * HOURS_IN_A_MONTH, 2) == report["estimatedMonthlySavingUsd"]
    at_start = around.document("restore.json")["lagAtStart"]
    assert {*ALL_MEMBERS} == {member["connectionId"] for member in at_start["members"]}


def test_old_events_after_the_end(lag: DirectConnectBackend) -> None:
    results = run(lag, OF_LAG)
    for event in [OF_LAG, *results]:
        assert "COMPLETED" == run(lag, event)[-1]["phase"]
    assert [*ON_LAG, *ALL_MEMBERS, LAG_ID] == asked(lag)


@pytest.mark.parametrize("steps", range(2, 8))
def test_an_old_result_in_a_world_that_has_moved_on(steps: int) -> None:
    """A redriven execution repeats an old result: what others had deleted by then is not asked for again."""
    for old in range(1, steps):
        clock, around = ManualClock(), Around()
        lag = worlds.whole_lag(clock)
        step, results = new_step(lag, around=around), [OF_LAG]
        for _ in range(steps):
            results.append(take(step, results[-1]))
            clock.advance(seconds=results[-1]["waitSeconds"])
        assert "COMPLETED" == run(lag, results[old], around)[-1]["phase"], old
        assert [*ON_LAG, *ALL_MEMBERS, LAG_ID] == asked(lag), old
        assert STAYS == available(lag)


def rescue(world: DirectConnectBackend, member_id: str) -> None:
    """Take a connection out of the LAG, as somebody does who wants to keep it."""
    InProcessClient(world).disassociate_connection_from_lag(connectionId=member_id, lagId=LAG_ID)
    world.connections[member_id].settle(world.clock())


def hide_once(world: DirectConnectBackend, id_: str, look: int, act: Callable[[], object] = lambda: None) -> None:
    """Do not show a LAG or connection in this look, counted from now; act when it is hidden."""
    things: dict[str, Any] = world.lags if id_ == LAG_ID else world.connections
    hidden: list[Any] = []
    looks = 0

    def hide(called: str, _: object) -> None:
        nonlocal looks
        # A look begins so.
        looks += called == "DescribeLags"
        if hidden and called not in {"DescribeLags", "DescribeConnections"}:
            things[id_] = hidden.pop()
        elif called == "DescribeLags" and looks == look and id_ in things:
            act()
            hidden.append(things.pop(id_))

    world.before_each = hide


class TestTheEnd:
    def test_all_of_it_is_deleted_in_order(
        self, lag: DirectConnectBackend, around: Around, capsys: pytest.CaptureFixture[str]
    ) -> None:
        results = run(lag, OF_LAG, around)
        end = results[-1]
        assert ("COMPLETED", False, LAG_ID) == (end["phase"], end["alreadyGone"], end["lagId"])
        assert f"{', '.join([*ALL_MEMBERS, LAG_ID])} are gone, with 2 virtual interfaces" == end["reason"]
        assert [*ON_LAG, *ALL_MEMBERS, LAG_ID] == asked(lag)
        assert [
            *["DeleteVirtualInterface"] * 2,
            "UpdateLag",
            *["DisassociateConnectionFromLag"] * 3,
            *["DeleteConnection"] * 3,
            "DeleteLag",
        ] == changes(lag)
        assert STAYS == available(lag)
        assert [
            *["DELETING_VIRTUAL_INTERFACES", "DELETING_CONNECTION", "DELETING_LAG", "COMPLETED"],
        ] == list(dict.fromkeys(result["phase"] for result in results))
        totals = totals_in(capsys.readouterr().out)
        assert {"ConnectionDeleted": 3, "VirtualInterfaceDeleted": 2, "DecommissionCompleted": 1}.items() <= (
            totals.items()
        )

    def test_the_record_speaks_of_all_of_it(self, lag: DirectConnectBackend, around: Around) -> None:
        run(lag, OF_LAG, around)
        plan, report = around.document("plan.json"), around.report()
        assert (LAG_ID, ALL_MEMBERS, 2) == tuple(plan["plan"][key] for key in ("lagId", "memberIds", "minimumLinks"))
        assert {*ON_LAG, *ALL_MEMBERS, LAG_ID} == set(report["deleted"])
        assert ([], {"deleted"}) == (report["leftBehind"], {member["state"] for member in report["connections"]})
        assert [
            *["CreateConnection", "CreateLag"],
            *["CreateConnection"] * 2,
            "UpdateLag",
            *["CreateTransitVirtualInterface"] * 2,
        ] == [call["operation"] for call in plan["create"]]

    def test_a_dry_run_says_what_a_run_would_delete(self, lag: DirectConnectBackend) -> None:
        (end,) = run(lag, OF_LAG | {"dryRun": True})
        assert "PLANNED" == end["phase"]
        assert end["reason"].startswith(f"dry run: a run would delete 2 virtual interfaces ({ON_LAG[0]}")
        assert all(id_ in end["reason"] for id_ in (*ALL_MEMBERS, LAG_ID))
        assert [] == changes(lag)

    def test_its_digest_approves_it(self, lag: DirectConnectBackend) -> None:
        (dry,) = run(lag, OF_LAG | {"dryRun": True})
        digest = dry["plan"]["digest"]
        for id_ in (LAG_ID, *ALL_MEMBERS):
            tags_of(lag, id_)["decommission"] = f"approved:{digest[:12]}"
        assert "COMPLETED" == run(lag, OF_LAG | {"planDigest": digest})[-1]["phase"]

    def test_a_minimum_of_no_links_needs_no_change(self, lag: DirectConnectBackend) -> None:
        lag.lags[LAG_ID].minimum_links = 0
        assert "COMPLETED" == run(lag, OF_LAG)[-1]["phase"]
        assert "UpdateLag" not in changes(lag)

    def test_the_last_member_may_leave_whatever_the_minimum_is(self, lag: DirectConnectBackend) -> None:
        for id_ in MEMBER_IDS:
            del lag.connections[id_]
        lag.lags[LAG_ID].minimum_links = 1
        assert "COMPLETED" == run(lag, OF_LAG)[-1]["phase"]
        assert "UpdateLag" not in changes(lag)

    def test_a_lag_without_connections_is_deleted(self, lag: DirectConnectBackend) -> None:
        lag.connections.clear()
        lag.virtual_interfaces.clear()
        end = run(lag, OF_LAG)[-1]
        assert ("COMPLETED", f"{LAG_ID} is gone", ["DeleteLag"]) == (end["phase"], end["reason"], changes(lag))

    def test_an_interface_of_a_members_own_goes_as_well(self, lag: DirectConnectBackend) -> None:
        lag.add_virtual_interface(MEMBER_IDS[0], "dxvif-ofmember", type="public")
        assert "COMPLETED" == run(lag, OF_LAG)[-1]["phase"]
        assert {*ON_LAG, "dxvif-ofmember"} == set(asked(lag)[:3])
        assert STAYS == available(lag)

    @pytest.mark.parametrize("delay", [Delay(seconds=120), Delay(looks=5)], ids=str)
    def test_it_waits_for_aws_everywhere(self, delay: Delay, lag: DirectConnectBackend) -> None:
        lag.behaviour = Behaviour(
            virtual_interface_deletion=delay, connection_deletion=delay, transitioning=delay, page_size=1
        )
        assert "COMPLETED" == run(lag, OF_LAG)[-1]["phase"]
        assert STAYS == available(lag)

    def test_if_it_was_gone_nothing_is_left_to_do(self, lag: DirectConnectBackend, around: Around) -> None:
        end = run(lag, {"lagId": "dxlag-nowhere1"}, around)[-1]
        assert ("COMPLETED", True, []) == (end["phase"], end["alreadyGone"], changes(lag))
        assert "there was no dxlag-nowhere1" in end["reason"]
        assert "mistyped" in end["reason"]


class TestWhoObjects:
    @pytest.mark.parametrize("id_", [LAG_ID, *ALL_MEMBERS])
    def test_what_is_not_approved_blocks_all(self, id_: str, lag: DirectConnectBackend) -> None:
        tags_of(lag, id_).clear()
        (end,) = run(lag, OF_LAG)
        assert ("BLOCKED", ["approval"], []) == (end["phase"], blocked_by(end), changes(lag))
        assert verdict(end, "approval")[1].startswith(f"{id_} has no tag decommission")

    @pytest.mark.parametrize("id_", [LAG_ID, *ALL_MEMBERS, *ON_LAG])
    def test_what_is_protected_blocks_all(self, id_: str, lag: DirectConnectBackend) -> None:
        tags_of(lag, id_).update(PROTECTED)
        (end,) = run(lag, OF_LAG)
        assert ("BLOCKED", ["protection"], []) == (end["phase"], blocked_by(end), changes(lag))
        assert id_ in end["reason"]

    @pytest.mark.parametrize("id_", [LAG_ID, *ALL_MEMBERS])
    @pytest.mark.parametrize("step", range(1, 6))
    def test_the_brake_works_at_any_step(self, id_: str, step: int, lag: DirectConnectBackend) -> None:
        lag.behaviour = Behaviour(
            virtual_interface_deletion=Delay(looks=1), connection_deletion=Delay(looks=1), transitioning=Delay(looks=1)
        )
        before: list[str] = []

        def protect() -> None:
            before.extend(asked(lag))
            tags_of(lag, id_).update(PROTECTED)

        end = run_disturbed(lag, {step: protect}, OF_LAG)
        gone = next(thing for thing in worlds.everything(lag) if thing.id == id_).state == "deleted"
        assert gone or ("BLOCKED", before) == (end["phase"], asked(lag))

    def test_hosted_connections_block_whatever_is_overridden(self, lag: DirectConnectBackend) -> None:
        lag.add_connection("dxcon-hosted01", parent_id=LAG_ID, partner_name="ACME", owner_account=worlds.OTHER_ACCOUNT)
        consent = [override("hosted-connections", LAG_ID, "dxcon-hosted01", *ALL_MEMBERS)]
        (end,) = run(lag, OF_LAG | {"overrides": consent})
        assert ("BLOCKED", ["hosted-connections"], []) == (end["phase"], blocked_by(end), changes(lag))

    @pytest.mark.parametrize("id_", [CONNECTION_ID, MEMBER_IDS[0]])
    def test_traffic_of_a_member_blocks(self, id_: str, lag: DirectConnectBackend, around: Around) -> None:
        around.cloudwatch.measured[id_] = Measured(ingress=[50_000_000.0])
        (end,) = run(lag, OF_LAG, around)
        assert ("BLOCKED", ["traffic"]) == (end["phase"], blocked_by(end))
        assert id_ in verdict(end, "traffic")[1]

    def test_the_last_path_of_a_gateway_blocks(self, lag: DirectConnectBackend) -> None:
        del lag.virtual_interfaces[OTHER_INTERFACE_ID]
        (end,) = run(lag, OF_LAG)
        assert ("BLOCKED", []) == (end["phase"], changes(lag))
        assert "redundancy" in blocked_by(end)

    def test_a_path_on_a_member_is_none(self, lag: DirectConnectBackend) -> None:
        """An interface of a member's own goes with the LAG."""
        gateway = lag.virtual_interfaces[OTHER_INTERFACE_ID].direct_connect_gateway_id
        del lag.virtual_interfaces[OTHER_INTERFACE_ID]
        lag.add_virtual_interface(MEMBER_IDS[0], type="transit", direct_connect_gateway_id=gateway)
        (end,) = run(lag, OF_LAG)
        assert "redundancy" in blocked_by(end)


class TestAfterTheMinimumWasLowered:
    def test_a_deadline_says_what_the_minimum_was(self, lag: DirectConnectBackend) -> None:
        lag.faults.add("DisassociateConnectionFromLag", client_error("Not today."), times=math.inf)
        end = run(lag, OF_LAG | {"patienceMinutes": 30})[-1]
        assert ("TIMED_OUT", 0) == (end["phase"], lag.lags[LAG_ID].minimum_links)
        assert f"the minimum of links of {LAG_ID} was 2 when the run began, and is 0" in end["reason"]
        assert "set it again with UpdateLag" in end["reason"]

    def test_the_brake_says_what_the_minimum_was(self, lag: DirectConnectBackend, around: Around) -> None:
        worlds.before_call(
            lag, "DisassociateConnectionFromLag", lambda world: world.lags[LAG_ID].tags.update(PROTECTED)
        )
        end = run(lag, OF_LAG, around)[-1]
        assert "BLOCKED" == end["phase"]
        assert f"the minimum of links of {LAG_ID} was 2 when the run began, and is 0" in around.report()["reason"]
        assert f"have left {LAG_ID}" in end["reason"]

    def test_what_is_gone_by_then_has_to_be_cancelled(self, lag: DirectConnectBackend, around: Around) -> None:
        for id_ in ALL_MEMBERS:
            lag.connections[id_].bandwidth = "10Gbps"
        lag.faults.add("DeleteConnection", client_error("Not today."))
        worlds.before_call(lag, "DeleteConnection", lambda world: world.lags[LAG_ID].tags.update(PROTECTED))
        end = run(lag, OF_LAG, around)[-1]
        report = around.report()
        kept, *gone = ALL_MEMBERS
        assert ("BLOCKED", {*ON_LAG, *gone}) == (end["phase"], set(report["deleted"]))
        lines = [f"cancel the cross-connect of {id_} at EqFA5 (its LOA-CFA, if there is one, names it)" for id_ in gone]
        alone = f"start a run of its own for each connection that has left {LAG_ID}: {kept}"
        assert [*lines, alone] == report["toDo"]
        assert [f"remove the cause; then start a new run of {LAG_ID} for what is left of it"] == next_steps(report)
        assert {kept, LAG_ID} == {left["id"] for left in report["leftBehind"]}
        assert 2 * round(DEDICATED["10Gbps"] * HOURS_IN_A_MONTH, 2) == report["estimatedMonthlySavingUsd"]

    def test_nothing_is_said_of_a_minimum_that_was_not_touched(self, lag: DirectConnectBackend) -> None:
        lag.faults.add("DeleteVirtualInterface", client_error("Not today."), times=math.inf)
        end = run(lag, OF_LAG | {"patienceMinutes": 30})[-1]
        assert "TIMED_OUT" == end["phase"]
        assert "minimum" not in end["reason"]


class TestWhileOthersAct:
    def at_every_step(self, lag: DirectConnectBackend, act: Callable[[], object], step: int) -> JSON:
        lag.behaviour = Behaviour(
            virtual_interface_deletion=Delay(looks=1), connection_deletion=Delay(looks=1), transitioning=Delay(looks=1)
        )
        return run_disturbed(lag, {step: act}, OF_LAG)

    @pytest.mark.parametrize("step", range(1, 7))
    def test_a_connection_that_joins_blocks_and_stays(self, step: int, lag: DirectConnectBackend) -> None:
        lag.add_connection("dxcon-joined01", tags=APPROVED)

        def join() -> None:
            lag.connections["dxcon-joined01"].lag_id = LAG_ID

        end = self.at_every_step(lag, join, step)
        assert ("BLOCKED", ["plan"]) == (end["phase"], blocked_by(end))
        assert f"dxcon-joined01 joined {LAG_ID}" in end["reason"]
        assert {"dxcon-joined01", LAG_ID} <= set(available(lag))

    @pytest.mark.parametrize("step", range(1, 5))
    def test_an_interface_that_is_built_blocks_and_stays(self, step: int, lag: DirectConnectBackend) -> None:
        end = self.at_every_step(lag, lambda: lag.add_virtual_interface(LAG_ID, "dxvif-isnew001"), step)
        assert ("BLOCKED", ["plan"]) == (end["phase"], blocked_by(end))
        assert {"dxvif-isnew001", LAG_ID} <= set(available(lag))

    def test_a_raised_minimum_blocks(self, lag: DirectConnectBackend) -> None:
        end = self.at_every_step(lag, lambda: setattr(lag.lags[LAG_ID], "minimum_links", 3), 1)
        assert ("BLOCKED", ["plan"]) == (end["phase"], blocked_by(end))
        assert f"{LAG_ID} needs 3 links now" in end["reason"]

    @pytest.mark.parametrize("step", range(1, 7))
    def test_a_lag_that_others_delete_takes_no_connection_along(self, step: int, lag: DirectConnectBackend) -> None:
        """Deleting a LAG does not delete its connections, which are still approved and still billed."""

        def vanish() -> None:
            for connection in lag.connections.values():
                connection.lag_id = None
            lag.lags[LAG_ID].state = "deleted"

        for id_ in ON_LAG:
            del lag.virtual_interfaces[id_]
        end = self.at_every_step(lag, vanish, step)
        assert "COMPLETED" == end["phase"]
        assert STAYS == available(lag)

    @pytest.mark.parametrize("id_", [LAG_ID, MEMBER_IDS[0]])
    @pytest.mark.parametrize("look", range(2, 16))
    def test_one_look_that_does_not_show_it_proves_nothing(
        self, id_: str, look: int, lag: DirectConnectBackend
    ) -> None:
        hide_once(lag, id_, look)
        end = run(lag, OF_LAG)[-1]
        assert end["phase"] in {"COMPLETED", "BLOCKED"}
        left = [thing for thing in available(lag) if thing not in STAYS]
        assert (end["phase"] == "BLOCKED") is bool(left)


class TestAHiddenConnection:
    """Of a connection that AWS hides for a moment, no guard sees the tags, so that nothing else may go either."""

    @pytest.mark.parametrize("look", range(3, 16))
    def test_its_protection_counts(self, look: int, lag: DirectConnectBackend) -> None:
        member = lag.connections[MEMBER_IDS[0]]
        before: list[str] = []

        def protect() -> None:
            if member.state == "available":
                before.extend(changes(lag))
                member.tags.update(PROTECTED)

        hide_once(lag, member.id, look, protect)
        end = run(lag, OF_LAG)[-1]
        assert (end["phase"] == "BLOCKED") is (member.state == "available")
        if member.state == "available":
            assert before == changes(lag)

    def test_its_interfaces_are_seen(self, lag: DirectConnectBackend) -> None:
        """Hidden in two looks, it counts as gone; what is on it does not."""
        own = lag.add_virtual_interface(MEMBER_IDS[0], "dxvif-ofmember", type="public")

        def hide() -> None:
            own.tags.update(PROTECTED)
            del lag.connections[MEMBER_IDS[0]]

        end = run_disturbed(lag, {1: hide}, OF_LAG)
        assert ("BLOCKED", ["protection"], []) == (end["phase"], blocked_by(end), changes(lag))


class TestOnlySomeInterfaces:
    def test_what_is_on_the_lag_itself_may_be_named(self, lag: DirectConnectBackend) -> None:
        for tagged in (LAG_ID, *ALL_MEMBERS):
            tags_of(lag, tagged).clear()
        tags_of(lag, ON_LAG[0]).update(APPROVED)
        end = run(lag, OF_LAG | {"virtualInterfaceIds": ON_LAG[:1]})[-1]
        assert ("COMPLETED", f"{ON_LAG[0]} is gone, and {LAG_ID} stays") == (end["phase"], end["reason"])
        assert ["DeleteVirtualInterface"] == changes(lag)
        assert {LAG_ID, *ALL_MEMBERS, ON_LAG[1]} <= set(available(lag))

    def test_what_is_on_a_member_itself_may_not(self, lag: DirectConnectBackend) -> None:
        lag.add_virtual_interface(MEMBER_IDS[0], "dxvif-ofmember", type="public", tags=APPROVED)
        (end,) = run(lag, OF_LAG | {"virtualInterfaceIds": ["dxvif-ofmember"]})
        assert ("BLOCKED", ["plan"], []) == (end["phase"], blocked_by(end), changes(lag))
        assert f"dxvif-ofmember is on {MEMBER_IDS[0]}, and not on {LAG_ID}" in end["reason"]


@pytest.mark.parametrize("minutes", [0, 60])
@pytest.mark.parametrize("with_interfaces", [True, False])
def test_a_connection_that_somebody_takes_out_is_not_deleted(
    *, minutes: int, with_interfaces: bool, around: Around, clock: ManualClock
) -> None:
    lag = worlds.whole_lag(clock)
    if not with_interfaces:
        for id_ in INTERFACE_IDS[:2]:
            del lag.virtual_interfaces[id_]
    planned = take(new_step(lag, around=around), OF_LAG | {"noticeMinutes": minutes})
    rescue(lag, MEMBER_IDS[0])

    last = run(lag, planned, around)[-1]

    assert ("BLOCKED", ["plan"], []) == (last["phase"], blocked_by(last), asked(lag))
    assert f"{MEMBER_IDS[0]} left {LAG_ID}. Find out who changed it" in last["reason"]
    assert [] == around.report()["toDo"], "whoever rescued it wants no run of its own"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_step_that_is_killed_knows_later_whom_it_took_out(
    number: int, lag: DirectConnectBackend, around: Around, clock: ManualClock
) -> None:
    """Its calls are not in the result that is taken again."""
    step, result = new_step(lag, around=around), take(new_step(lag, around=around), OF_LAG)
    while not any(call["action"] == "DISASSOCIATE_FROM_LAG" for call in result["calls"]):
        before = result
        clock.advance(seconds=result["waitSeconds"])
        if any(c.lag_id for c in lag.connections.values()):
            worlds.before_call(lag, "DisassociateConnectionFromLag", lambda _: None, number=number)
        result = take(step, before)
    clock.advance(seconds=1)

    last = run(lag, before, around)[-1]

    assert ("COMPLETED", STAYS) == (last["phase"], available(lag))


def test_after_aws_denied_that_they_leave_somebody_rescues_one(
    lag: DirectConnectBackend, around: Around, clock: ManualClock
) -> None:
    """The progress says that the step was about to ask, but it knows that nothing came of it."""
    lag.faults.add("DisassociateConnectionFromLag", AccessDenied(), times=math.inf)
    step, result = new_step(lag, around=around), take(new_step(lag, around=around), OF_LAG)
    denied = False
    while not denied:
        clock.advance(seconds=result["waitSeconds"])
        try:
            result = take(step, result)
        except AwsDeniedError:
            denied = True
    lag.faults.clear()
    rescue(lag, MEMBER_IDS[0])

    last = run(lag, result, around)[-1]

    assert ("BLOCKED", "available") == (last["phase"], lag.connections[MEMBER_IDS[0]].state)
    assert f"{MEMBER_IDS[0]} left {LAG_ID}" in last["reason"]


def test_after_the_record_failed_somebody_rescues_one(around: Around, clock: ManualClock) -> None:
    """The step would have asked that they leave, and did not."""
    lag = worlds.whole_lag(clock)
    lag.lags[LAG_ID].minimum_links = 0
    for id_ in ON_LAG:
        del lag.virtual_interfaces[id_]
    step = new_step(lag, around=around)
    planned = take(step, OF_LAG)
    clock.advance(seconds=planned["waitSeconds"])
    around.s3.faults.add("PutObject", AccessDenied())
    with pytest.raises(AwsDeniedError):
        take(step, planned)
    rescue(lag, MEMBER_IDS[0])

    last = run(lag, planned, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], [id_ for id_ in asked(lag) if id_ in ALL_MEMBERS])


def test_while_aws_refuses_to_let_them_leave_somebody_rescues_one(
    lag: DirectConnectBackend, around: Around, clock: ManualClock
) -> None:
    lag.faults.add("DisassociateConnectionFromLag", client_error("Not today"), times=math.inf)
    step, result = new_step(lag, around=around), take(new_step(lag, around=around), OF_LAG)
    while not any(call["action"] == "DISASSOCIATE_FROM_LAG" for call in result["calls"]):
        clock.advance(seconds=result["waitSeconds"])
        result = take(step, result)
    lag.faults.clear()
    rescue(lag, MEMBER_IDS[0])

    last = run(lag, result, around)[-1]

    assert ("BLOCKED", "available") == (last["phase"], lag.connections[MEMBER_IDS[0]].state)
    assert f"{MEMBER_IDS[0]} left {LAG_ID}" in last["reason"]


def test_a_run_that_ends_half_way_names_the_runs_that_go_on(around: Around, clock: ManualClock) -> None:
    """A new run of the LAG does not know of connections that have left it."""
    lag = worlds.whole_lag(clock)
    lag.faults.add("DeleteConnection", client_error("Not today"), times=math.inf)

    last = run(lag, OF_LAG | {"patienceMinutes": 30}, around)[-1]

    out = ", ".join([CONNECTION_ID, *MEMBER_IDS])
    assert "TIMED_OUT" == last["phase"]
    assert last["reason"].endswith(f"; to go on from here, start a run of each: one of {LAG_ID}, {out}")
    words = (
        "if the LAG is to stay, put its connections back (AssociateConnectionWithLag), then set it again with UpdateLag"
    )
    assert words in last["reason"]
    advice = f"start a run of its own for each connection that has left {LAG_ID}: {out}"
    assert advice in around.report()["toDo"]
    assert [f"start a new run of {LAG_ID} for what is left of it"] == next_steps(around.report())


def test_of_a_lag_that_is_gone_no_new_run_is_advised(around: Around, clock: ManualClock) -> None:
    lag = worlds.whole_lag(clock)
    lag.faults.add("DeleteConnection", client_error("Not today"), times=math.inf)
    worlds.before_call(lag, "DeleteConnection", lambda _: setattr(lag.lags[LAG_ID], "state", "deleted"))

    run(lag, OF_LAG | {"patienceMinutes": 30}, around)

    report = around.report()
    assert ("TIMED_OUT", []) == (report["phase"], next_steps(report))
    assert [f"start a run of its own for each connection that has left {LAG_ID}: {', '.join(ALL_MEMBERS)}"] == (
        report["toDo"]
    )
