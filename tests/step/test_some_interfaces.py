"""A run that names virtual interfaces deletes these and no others; its connection stays, whatever moves meanwhile."""

import math
from collections.abc import Callable
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, InProcessClient, ManualClock, client_error
from sandbox.in_process import Measured
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, OTHER_INTERFACE_ID, SOME, run, run_disturbed, slow_down
from tests.support.driver import (
    APPROVED,
    PROTECTED,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    take,
    totals_in,
    verdict,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

NAMED: Final = INTERFACE_IDS[:2]
STAYS: Final = INTERFACE_IDS[2]


@pytest.fixture
def some(clock: ManualClock) -> DirectConnectBackend:
    return worlds.some_approved(clock)


def standing(world: DirectConnectBackend) -> list[str]:
    return [id_ for id_ in worlds.available(world) if id_ in {CONNECTION_ID, *INTERFACE_IDS}]


class TestTheEnd:
    def test_only_what_was_named_is_deleted(
        self, some: DirectConnectBackend, around: Around, capsys: pytest.CaptureFixture[str]
    ) -> None:
        results = run(some, SOME, around)
        end = results[-1]
        assert ("COMPLETED", f"{', '.join(NAMED)} are gone, and {CONNECTION_ID} stays") == (end["phase"], end["reason"])
        assert {"DELETING_VIRTUAL_INTERFACES", "COMPLETED"} == {result["phase"] for result in results}
        assert NAMED == asked(some)
        assert [CONNECTION_ID, STAYS] == standing(some)
        totals = totals_in(capsys.readouterr().out)
        assert {"VirtualInterfaceDeleted": 2, "DecommissionCompleted": 1}.items() <= totals.items()
        assert not {"ConnectionDeleted", "ConnectionAlreadyGone", "ConnectionDeleteRequested"} & totals.keys()

    def test_the_record_speaks_of_these_only(self, some: DirectConnectBackend, around: Around) -> None:
        run(some, SOME, around)
        report, plan = around.report(), around.document("plan.json")
        assert NAMED == report["deleted"]
        assert (None, [], []) == (
            report["estimatedMonthlySavingUsd"],
            report["goneWithoutThisRun"],
            [left["id"] for left in report["leftBehind"] if left["id"].startswith("dxcon-")],
        )
        assert not [line for line in report["toDo"] if "cross-connect" in line or "carrier" in line]
        assert {"CreatePrivateVirtualInterface", "CreateTransitVirtualInterface"} == {
            call["operation"] for call in plan["create"]
        }

    def test_a_dry_run_says_what_a_run_would_delete(self, some: DirectConnectBackend) -> None:
        (end,) = run(some, SOME | {"dryRun": True})
        assert "PLANNED" == end["phase"]
        assert end["reason"].startswith("dry run: a run would delete 2 virtual interfaces (")
        assert f"; {CONNECTION_ID} stays; the plan has the digest {end['plan']['digest']}" in end["reason"]

    def test_the_digest_of_these_approves_them_and_not_the_connection(self, some: DirectConnectBackend) -> None:
        (dry,) = run(some, SOME | {"dryRun": True})
        (whole,) = run(some, {"connectionId": CONNECTION_ID, "dryRun": True})
        assert dry["plan"]["digest"] != whole["plan"]["digest"]
        for id_ in NAMED:
            some.virtual_interfaces[id_].tags["decommission"] = f"approved:{dry['plan']['digest'][:12]}"
        assert "COMPLETED" == run(some, SOME | {"planDigest": dry["plan"]["digest"]})[-1]["phase"]

    def test_all_interfaces_are_another_plan_than_the_connection(self, some: DirectConnectBackend) -> None:
        named = {"connectionId": CONNECTION_ID, "virtualInterfaceIds": INTERFACE_IDS, "dryRun": True}
        digests = {run(some, event)[0]["plan"]["digest"] for event in (named, named | {"virtualInterfaceIds": NAMED})}
        (whole,) = run(some, {"connectionId": CONNECTION_ID, "dryRun": True})
        assert 3 == len(digests | {whole["plan"]["digest"]})

    def test_a_deadline_names_what_is_left_of_them(self, some: DirectConnectBackend) -> None:
        some.faults.add("DeleteVirtualInterface", client_error("It is in use."), times=math.inf)
        end = run(some, SOME | {"patienceMinutes": 30})[-1]
        assert "TIMED_OUT" == end["phase"]
        assert all(id_ in end["reason"] for id_ in NAMED)
        assert STAYS not in end["reason"]
        assert f"{CONNECTION_ID} (" not in end["reason"], "the connection was to stay"

    def test_a_connection_that_is_gone_took_them_along(self, some: DirectConnectBackend) -> None:
        def vanish() -> None:
            for id_ in INTERFACE_IDS:
                del some.virtual_interfaces[id_]
            del some.connections[CONNECTION_ID]

        assert "COMPLETED" == run_disturbed(some, {1: vanish}, SOME)["phase"]


class TestWhatIsNotThere:
    def test_what_is_gone_at_the_start_counts_as_gone(self, some: DirectConnectBackend) -> None:
        del some.virtual_interfaces[NAMED[0]]
        results = run(some, SOME)
        expected = ("WARN", f"AWS shows no {NAMED[0]}: gone already, or the id is mistyped")
        assert expected == verdict(results[0], "plan")
        assert ("COMPLETED", NAMED[1:]) == (results[-1]["phase"], asked(some))

    def test_if_all_are_gone_nothing_is_left_to_do(
        self, some: DirectConnectBackend, around: Around, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for id_ in NAMED:
            del some.virtual_interfaces[id_]
        (end,) = run(some, SOME, around)
        assert ("COMPLETED", True) == (end["phase"], end["alreadyGone"])
        assert "A mistyped id looks the same" in end["reason"]
        assert (NAMED, []) == (around.report()["goneWithoutThisRun"], around.report()["deleted"])
        assert "ConnectionAlreadyGone" not in totals_in(capsys.readouterr().out)

    @pytest.mark.parametrize("on", [OTHER_ID, LAG_ID])
    @pytest.mark.parametrize("ids", [NAMED[:1], NAMED])
    def test_one_that_is_on_another_port_at_the_start_blocks(
        self, some: DirectConnectBackend, ids: list[str], on: str
    ) -> None:
        some.add_lag(LAG_ID)
        for id_ in ids:
            some.virtual_interfaces[id_].connection_id = on
        (end,) = run(some, SOME)
        assert ("BLOCKED", ["plan"]) == (end["phase"], blocked_by(end))
        assert all(f"{id_} is on {on}" in end["reason"] for id_ in ids)
        assert [] == changes(some)

    def test_one_that_is_moved_meanwhile_blocks_and_is_not_deleted(self, some: DirectConnectBackend) -> None:
        def move() -> None:
            some.virtual_interfaces[NAMED[1]].connection_id = OTHER_ID

        slow_down(some)
        end = run_disturbed(some, {1: move}, SOME)
        assert ("BLOCKED", ["plan"]) == (end["phase"], blocked_by(end))
        assert f"{NAMED[1]} is on {OTHER_ID}" in end["reason"]
        assert NAMED[1] not in asked(some)

    def test_the_last_one_is_moved_at_the_last_moment(self, some: DirectConnectBackend) -> None:
        request = SOME | {"virtualInterfaceIds": NAMED[:1]}

        def move() -> None:
            some.virtual_interfaces[NAMED[0]].connection_id = OTHER_ID

        end = run_disturbed(some, {1: move}, request)
        assert ("BLOCKED", ["plan"], []) == (end["phase"], blocked_by(end), asked(some))
        assert f"{NAMED[0]} is on {OTHER_ID} and was not deleted" in end["reason"]

    def test_one_answer_without_them_is_no_proof(self, some: DirectConnectBackend) -> None:
        request = SOME | {"virtualInterfaceIds": NAMED[:1]}
        hidden = some.virtual_interfaces[NAMED[0]]

        def hide() -> None:
            del some.virtual_interfaces[NAMED[0]]

        def show() -> None:
            some.virtual_interfaces[NAMED[0]] = hidden

        end = run_disturbed(some, {1: hide, 2: show}, request)
        assert ("COMPLETED", NAMED[:1]) == (end["phase"], asked(some))

    def test_a_new_interface_beside_them_is_nobodys_business(self, some: DirectConnectBackend) -> None:
        slow_down(some)
        end = run_disturbed(some, {1: lambda: some.add_virtual_interface(CONNECTION_ID, "dxvif-late0001")}, SOME)
        assert ("COMPLETED", NAMED) == (end["phase"], asked(some))


class TestApproval:
    @pytest.mark.parametrize("of_connection", [{}, APPROVED])
    def test_that_of_the_connection_is_not_asked(
        self, some: DirectConnectBackend, of_connection: dict[str, str]
    ) -> None:
        some.connections[CONNECTION_ID].tags |= of_connection
        del some.virtual_interfaces[NAMED[1]].tags["decommission"]
        (end,) = run(some, SOME)
        assert ["approval"] == blocked_by(end)
        assert f"{NAMED[1]} has no tag decommission" in verdict(end, "approval")[1]
        assert NAMED[0] not in verdict(end, "approval")[1]
        assert [] == changes(some)

    def test_it_is_withdrawn_from_one_of_them(self, some: DirectConnectBackend) -> None:
        def withdraw() -> None:
            InProcessClient(some).untag_resource(
                resourceArn=some.virtual_interfaces[NAMED[1]].arn, tagKeys=["decommission"]
            )

        slow_down(some, seconds=11)
        end = run_disturbed(some, {2: withdraw}, SOME)
        assert ("BLOCKED", ["approval"], NAMED[:1]) == (end["phase"], blocked_by(end), asked(some))

    @pytest.mark.parametrize(
        ("id_", "phase"), [(NAMED[1], "BLOCKED"), (CONNECTION_ID, "BLOCKED"), (STAYS, "COMPLETED")]
    )
    def test_the_brake_is_for_what_is_deleted_and_its_port(
        self, some: DirectConnectBackend, id_: str, phase: str
    ) -> None:
        def protect() -> None:
            (some.connections | some.virtual_interfaces)[id_].tags.update(PROTECTED)

        slow_down(some, seconds=11)
        end = run_disturbed(some, {2: protect}, SOME)
        expected = ["protection"] if phase == "BLOCKED" else []
        assert (phase, expected) == (end["phase"], blocked_by(end))
        assert (NAMED if phase == "COMPLETED" else NAMED[:1]) == asked(some)

    def test_an_interface_that_stays_does_not_count_for_a_whole_connection(self, some: DirectConnectBackend) -> None:
        """Approvals of interfaces are not that of their connection."""
        (end,) = run(some, {"connectionId": CONNECTION_ID})
        assert ["approval"] == blocked_by(end)


def other_goes_down(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[OTHER_INTERFACE_ID].state = "down"


class TestPaths:
    def test_one_on_the_same_connection_is_a_path_with_a_warning(self, some: DirectConnectBackend) -> None:
        other_goes_down(some)
        results = run(some, SOME | {"overrides": [ROUTES]})
        outcome, reason = verdict(results[0], "redundancy")
        assert ("WARN", True) == (outcome, f"keeps only paths on {CONNECTION_ID} itself: {STAYS}" in reason)
        assert "COMPLETED" == results[-1]["phase"]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda world: world.virtual_interfaces[STAYS].tags.update(APPROVED),
            lambda world: world.connections[CONNECTION_ID].tags.update(APPROVED),
            lambda world: setattr(world.virtual_interfaces[STAYS], "state", "down"),
        ],
        ids=["approved itself", "connection approved", "down"],
    )
    def test_but_not_if_it_may_go_as_well(
        self, some: DirectConnectBackend, spoil: Callable[[DirectConnectBackend], object]
    ) -> None:
        other_goes_down(some)
        spoil(some)
        (end,) = run(some, SOME | {"overrides": [ROUTES]})
        assert "redundancy" in blocked_by(end)
        assert [] == changes(some)

    def test_the_last_path_goes_while_the_run_is_under_way(self, some: DirectConnectBackend) -> None:
        slow_down(some, seconds=11)

        def both_go_down() -> None:
            other_goes_down(some)
            some.virtual_interfaces[STAYS].state = "down"

        end = run_disturbed(some, {2: both_go_down}, SOME)
        assert ("BLOCKED", ["redundancy"], NAMED[:1]) == (end["phase"], blocked_by(end), asked(some))

    def test_two_runs_do_not_take_each_others_path(self, some: DirectConnectBackend) -> None:
        del some.virtual_interfaces[OTHER_INTERFACE_ID]
        some.virtual_interfaces[STAYS].state = "down"
        requests = [SOME | {"virtualInterfaceIds": [id_], "overrides": [ROUTES]} for id_ in NAMED]
        ends = [run(some, request)[-1] for request in requests]
        assert [["redundancy"]] * 2 == [blocked_by(end) for end in ends]
        assert [] == changes(some)

    def test_an_interface_approved_for_itself_is_no_path_of_a_whole_connection(
        self, some: DirectConnectBackend
    ) -> None:
        some.connections[CONNECTION_ID].tags |= APPROVED
        some.virtual_interfaces[OTHER_INTERFACE_ID].tags |= APPROVED
        (end,) = run(some, {"connectionId": CONNECTION_ID})
        assert ["redundancy"] == [guard for guard in blocked_by(end) if guard != "routes"]
        assert f"{OTHER_INTERFACE_ID} (approved for decommission)" in end["reason"]


ROUTES: Final[JSON] = {"guard": "routes", "reason": "not needed here, CHG-1", "ids": NAMED}


class TestThePort:
    def test_it_does_not_leave_its_lag(self, member: DirectConnectBackend) -> None:
        member.connections[CONNECTION_ID].tags.clear()
        member.add_virtual_interface(CONNECTION_ID, NAMED[0], tags=APPROVED, direct_connect_gateway_id="")
        end = run(member, SOME | {"virtualInterfaceIds": NAMED[:1]})[-1]
        assert ("COMPLETED", ["DeleteVirtualInterface"]) == (end["phase"], changes(member))
        assert LAG_ID == member.connections[CONNECTION_ID].lag_id

    def test_what_only_concerns_the_port_is_not_in_the_way(self, some: DirectConnectBackend) -> None:
        some.add_resiliency_group(CONNECTION_ID)
        some.connections[CONNECTION_ID].tags["aws:cloudformation:stack-name"] = "network"
        some.virtual_interfaces[STAYS].tags["aws:cloudformation:stack-name"] = "network"
        some.add_connection("dxcon-hosted01", parent_id=CONNECTION_ID, partner_name="ACME", owner_account="2" * 12)
        results = run(some, SOME)
        assert "COMPLETED" == results[-1]["phase"]
        stays = {verdict(results[0], guard) for guard in ("lag", "resiliency-group", "billing", "macsec")}
        assert {("PASS", f"{CONNECTION_ID} stays")} == stays

    def test_one_of_a_stack_blocks(self, some: DirectConnectBackend) -> None:
        some.virtual_interfaces[NAMED[0]].tags["aws:cloudformation:stack-name"] = "network"
        assert ["stack"] == blocked_by(run(some, SOME)[-1])

    def test_interfaces_of_an_interconnect_are_not_touched(self, some: DirectConnectBackend) -> None:
        one = some.add_interconnect()
        one.id = CONNECTION_ID
        some.interconnects[CONNECTION_ID] = one
        (end,) = run(some, SOME)
        assert (["hosted-connections"], []) == (blocked_by(end), changes(some))

    @pytest.mark.parametrize(("loud", "expected"), [(CONNECTION_ID, []), (STAYS, []), (NAMED[0], ["traffic"])])
    def test_only_the_traffic_of_what_is_deleted_counts(
        self, some: DirectConnectBackend, around: Around, loud: str, expected: list[str]
    ) -> None:
        around.cloudwatch.measured[loud] = Measured(ingress=[5e9])
        assert expected == blocked_by(take(new_step(some, around=around), SOME))
