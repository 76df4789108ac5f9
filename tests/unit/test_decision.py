"""Every pair of states, and what is done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decision import Action, Decision, decide
from decommission.models import ConnectionState, VirtualInterface, VirtualInterfaceState
from decommission.run import Outcome, Phase, Run, Verdict
from tests.looks import NOW, RUN, first, overriding, planned, see
from tests.strategies import CONNECTION_ID, LAG_ID, START, virtual_interface

TRAFFIC = Verdict(guard="traffic", outcome=Outcome.BLOCK, reason="dxvif-aaaaaaa1 carried up to 9 bit/s out")
REDUNDANCY = Verdict(guard="redundancy", outcome=Outcome.BLOCK, reason="the last one")
OWNERSHIP = Verdict(guard="ownership", outcome=Outcome.PASS, reason="ours")

V = (Action.DELETE_VIRTUAL_INTERFACES, Phase.DELETING_VIRTUAL_INTERFACES)
v = (Action.LOOK_AGAIN, Phase.DELETING_VIRTUAL_INTERFACES)
C = (Action.DELETE_CONNECTION, Phase.DELETING_CONNECTION)
c = (Action.LOOK_AGAIN, Phase.DELETING_CONNECTION)
D = (Action.STOP, Phase.COMPLETED)
B = (Action.STOP, Phase.BLOCKED)

# The connection's states across, with a word that nobody knows; the planned virtual interface's down, likewise.
CONNECTIONS = [*ConnectionState, "approving"]
TABLE = {
    #             ordering, requested, pending, available, down, deleting, deleted, rejected, unknown, approving
    "confirming": (V, V, V, V, V, V, v, v, v, v),
    "verifying": (V, V, V, V, V, V, v, v, v, v),
    "pending": (V, V, V, V, V, V, v, v, v, v),
    "available": (V, V, V, V, V, V, v, v, v, v),
    "down": (V, V, V, V, V, V, v, v, v, v),
    "testing": (v, v, v, v, v, v, v, v, v, v),
    "deleting": (v, v, v, v, v, v, v, v, v, v),
    "deleted": (C, C, C, C, C, c, D, D, c, c),
    "rejected": (C, C, C, C, C, c, D, D, c, c),
    "unknown": (v, v, v, v, v, v, v, v, v, v),
    "approving": (v, v, v, v, v, v, v, v, v, v),
    "absent": (C, C, C, C, C, c, D, D, c, c),
}
CELLS = [
    pytest.param(state, connection_state, cell, id=f"{state}-{connection_state}")
    for state, row in TABLE.items()
    for connection_state, cell in zip(CONNECTIONS, row, strict=True)
]


def outcome(decision: Decision) -> tuple[Action, Phase]:
    return decision.action, decision.phase


def test_the_table_has_every_documented_state() -> None:
    assert {*VirtualInterfaceState, "approving", "absent"} == TABLE.keys()


@pytest.mark.parametrize(("state", "connection_state", "expected"), CELLS)
def test_in_the_middle_of_a_run(state: str, connection_state: str, expected: tuple[Action, Phase]) -> None:
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    decision = decide(see(connection_state, *interfaces), planned(virtual_interface()), NOW)
    assert expected == outcome(decision)
    assert (("dxvif-aaaaaaa1",) if expected == V else ()) == decision.virtual_interface_ids
    assert CONNECTION_ID in decision.reason or "dxvif-aaaaaaa1" in decision.reason


@pytest.mark.parametrize(("state", "connection_state", "expected"), CELLS)
def test_at_the_first_step(state: str, connection_state: str, expected: tuple[Action, Phase]) -> None:
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    is_there = connection_state not in {"deleted", "rejected"}
    decision = decide(see(connection_state, *interfaces), first(*interfaces) if is_there else RUN, NOW)
    # It deletes nothing. A connection that is gone while an interface stands is no state to begin in.
    contradiction = not is_there and expected == v
    nothing_yet = (Action.LOOK_AGAIN, expected[1])
    assert (B if contradiction else D if expected == D else nothing_yet) == outcome(decision)
    assert (expected == D) == decision.already_gone


def test_the_first_step_says_what_will_go() -> None:
    decision = decide(see("available", virtual_interface()), first(virtual_interface()), NOW)
    assert decision.reason == (
        "the plan is made: next 1 virtual interface (dxvif-aaaaaaa1 (private, VLAN 101, available)) and "
        "dxcon-fg5678gh will be deleted"
    )
    assert decide(see("available"), first(), NOW).reason == "the plan is made: next dxcon-fg5678gh will be deleted"


@pytest.mark.parametrize("interfaces", [(), (virtual_interface(state="deleted"),)])
def test_a_connection_that_is_not_shown_is_gone(interfaces: tuple[VirtualInterface, ...]) -> None:
    assert D == outcome(decide(see(None, *interfaces), planned(virtual_interface()), NOW))


def test_a_connection_gone_at_the_first_step_may_be_a_mistyped_id() -> None:
    decision = decide(see(None), RUN, NOW)
    assert decision.already_gone
    assert "eu-central-1" in decision.reason
    assert "mistyped" in decision.reason


def test_interfaces_that_are_ready_do_not_wait_for_those_that_are_not() -> None:
    interfaces = [
        virtual_interface("ready"),
        virtual_interface("going", "deleting"),
        virtual_interface("tested", "testing"),
        virtual_interface("strange", "approving"),
        virtual_interface("gone", "deleted"),
    ]
    decision = decide(see("available", *interfaces), planned(*interfaces), NOW)
    assert ("dxvif-ready",) == decision.virtual_interface_ids
    assert decision.reason == (
        "deleting 1 of 5 virtual interfaces: dxvif-ready (private, VLAN 101, available); "
        "1 of 5 virtual interfaces is still being deleted: dxvif-going; "
        "a BGP failover test runs on dxvif-tested: stop it, or wait for its end; "
        "the state of dxvif-strange is 'approving', which does not tell whether it is there"
    )


def test_an_interface_that_the_plan_does_not_name_blocks_by_name() -> None:
    decision = decide(see("available", virtual_interface("late")), planned(virtual_interface()), NOW)
    assert B == outcome(decision)
    assert "dxvif-late (private, VLAN 101, available)" in decision.reason


def test_an_interface_that_came_and_went_does_not_block() -> None:
    decision = decide(see("available", virtual_interface("late", "deleted")), planned(virtual_interface()), NOW)
    assert C == outcome(decision)


class TestDeadline:
    DEADLINE = START + timedelta(minutes=240)

    @pytest.mark.parametrize(
        "run", [first(virtual_interface()), planned(virtual_interface())], ids=["first step", "later"]
    )
    def test_passed_with_something_standing(self, run: Run) -> None:
        decision = decide(see("available", virtual_interface(state="deleting")), run, self.DEADLINE)
        assert (Action.STOP, Phase.TIMED_OUT) == outcome(decision)
        assert "dxvif-aaaaaaa1 (private, VLAN 101, deleting), dxcon-fg5678gh (available)" in decision.reason
        assert "2026-11-02 06:00:00 UTC" in decision.reason

    def test_passed_with_only_the_connection_standing(self) -> None:
        decision = decide(see("deleting"), planned(), self.DEADLINE)
        assert (Action.STOP, Phase.TIMED_OUT) == outcome(decision)
        assert "still there: dxcon-fg5678gh (deleting)" in decision.reason

    def test_passed_with_an_interface_on_a_connection_that_is_gone(self) -> None:
        decision = decide(see("deleted", virtual_interface()), planned(virtual_interface()), self.DEADLINE)
        assert "still there: dxvif-aaaaaaa1 (private, VLAN 101, available);" in decision.reason

    def test_passed_with_everything_gone_is_success(self) -> None:
        assert D == outcome(decide(see("deleted"), planned(virtual_interface()), self.DEADLINE))

    def test_a_moment_before_it(self) -> None:
        before = self.DEADLINE - timedelta(microseconds=1)
        assert V == outcome(decide(see("available", virtual_interface()), planned(virtual_interface()), before))


class TestDryRun:
    @pytest.mark.parametrize("state", VirtualInterfaceState)
    def test_deletes_nothing(self, state: str) -> None:
        interface = virtual_interface(state=state)
        decision = decide(see("available", interface), first(interface, dry_run=True), NOW)
        assert (Action.STOP, Phase.PLANNED) == outcome(decision)

    def test_says_what_a_run_would_delete(self) -> None:
        decision = decide(see("available", virtual_interface()), first(virtual_interface(), dry_run=True), NOW)
        assert decision.reason == (
            "dry run: a run would delete 1 virtual interface (dxvif-aaaaaaa1 (private, VLAN 101, available)) and "
            "dxcon-fg5678gh"
        )

    def test_says_what_would_block(self) -> None:
        run = first(verdicts=(OWNERSHIP, TRAFFIC, REDUNDANCY), dry_run=True)
        decision = decide(see("available"), run, NOW)
        assert Phase.PLANNED == decision.phase
        assert decision.reason == (
            "dry run: a run would delete dxcon-fg5678gh; it would be blocked by traffic and redundancy: traffic: "
            "dxvif-aaaaaaa1 carried up to 9 bit/s out; redundancy: the last one"
        )


class TestGuards:
    def test_one_that_blocks_stops_the_run(self) -> None:
        run = first(virtual_interface(), verdicts=(OWNERSHIP, TRAFFIC))
        decision = decide(see("available", virtual_interface()), run, NOW)
        assert B == outcome(decision)
        assert decision.reason == (
            "dxcon-fg5678gh is blocked by traffic: traffic: dxvif-aaaaaaa1 carried up to 9 bit/s out; nothing was "
            "deleted"
        )

    @pytest.mark.parametrize("outcome_", [Outcome.PASS, Outcome.WARN, Outcome.OVERRIDDEN])
    def test_one_that_does_not_lets_it_go_on(self, outcome_: Outcome) -> None:
        run = replace(planned(virtual_interface()), verdicts=(replace(TRAFFIC, outcome=outcome_),))
        assert V == outcome(decide(see("available", virtual_interface()), run, NOW))
        run = first(virtual_interface(), verdicts=(replace(TRAFFIC, outcome=outcome_),))
        assert v == outcome(decide(see("available", virtual_interface()), run, NOW))

    def test_an_interconnect_is_not_a_connection_that_is_gone(self) -> None:
        run = replace(RUN, verdicts=(Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason="one"),))
        assert B == outcome(decide(see(None), run, NOW))

    def test_who_overrides_the_failover_test_has_the_interface_deleted(self) -> None:
        interface = virtual_interface(state="testing")
        assert v == outcome(decide(see("available", interface), planned(interface), NOW))
        run = overriding(planned(interface), "failover-test")
        assert V == outcome(decide(see("available", interface), run, NOW))

    @pytest.mark.parametrize("word", ["unknown", "approving"])
    def test_who_overrides_the_states_takes_them_for_present(self, word: str) -> None:
        interface = virtual_interface(state=word)
        assert v == outcome(decide(see("available", interface), planned(interface), NOW))
        assert V == outcome(decide(see("available", interface), overriding(planned(interface), "state"), NOW))
        assert V == outcome(decide(see(word, interface), overriding(planned(interface), "state"), NOW))
        assert C == outcome(decide(see(word), overriding(planned(), "state"), NOW))


class TestLag:
    L = (Action.DISASSOCIATE_FROM_LAG, Phase.DELETING_CONNECTION)

    def test_a_member_leaves_before_it_is_deleted(self) -> None:
        decision = decide(see("available", lag_id=LAG_ID), planned(lag_id=LAG_ID), NOW)
        assert self.L == outcome(decision)
        assert LAG_ID in decision.reason

    def test_who_has_left_is_deleted(self) -> None:
        assert C == outcome(decide(see("available"), planned(lag_id=LAG_ID), NOW))

    @pytest.mark.parametrize(("state", "expected"), [("deleting", c), ("unknown", c), ("deleted", D)])
    def test_who_goes_already_is_left_alone(self, state: str, expected: tuple[Action, Phase]) -> None:
        assert expected == outcome(decide(see(state, lag_id=LAG_ID), planned(lag_id=LAG_ID), NOW))

    def test_interfaces_of_its_own_go_first(self) -> None:
        run = planned(virtual_interface(), lag_id=LAG_ID)
        assert V == outcome(decide(see("available", virtual_interface(), lag_id=LAG_ID), run, NOW))

    @pytest.mark.parametrize("lag_id", [None, "dxlag-ffabc123"])
    def test_who_joins_one_on_the_way_is_left_alone(self, lag_id: str | None) -> None:
        decision = decide(see("available", lag_id=LAG_ID), planned(lag_id=lag_id), NOW)
        assert B == outcome(decision)
        assert f"joined {LAG_ID}" in decision.reason
