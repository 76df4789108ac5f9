"""Every pair of states, and what is done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decision import Action, Decision, decide
from decommission.models import ConnectionState, Observation, VirtualInterface, VirtualInterfaceState
from decommission.plan import Plan
from decommission.run import Phase, Request, Run
from tests.strategies import CONNECTION_ID, START, connection, virtual_interface

NOW = START + timedelta(minutes=10)
RUN = Run(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)

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


def see(connection_state: str | None, *interfaces: VirtualInterface, lag_id: str | None = None) -> Observation:
    shown = None if connection_state is None else connection(connection_state, lag_id)
    return Observation(region="eu-central-1", connection=shown, virtual_interfaces=interfaces)


def planned(*interfaces: VirtualInterface) -> Run:
    return replace(RUN, plan=Plan.of(connection(), interfaces), phase=v[1], phase_started_at=START)


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
    decision = decide(see(connection_state, *interfaces), RUN, NOW)
    # Before there is a plan, a connection that is gone while an interface stands is no state to begin in.
    contradiction = connection_state in {"deleted", "rejected"} and expected == v
    assert (B if contradiction else expected) == outcome(decision)
    assert (expected == D) == decision.already_gone


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


def test_a_plan_is_made_once() -> None:
    first = decide(see("available", virtual_interface()), RUN, NOW)
    assert first.plan == planned(virtual_interface()).plan
    later = decide(see("available"), planned(virtual_interface()), NOW)
    assert first.plan == later.plan


class TestDeadline:
    DEADLINE = START + timedelta(minutes=240)

    @pytest.mark.parametrize("run", [RUN, planned(virtual_interface())], ids=["first step", "later"])
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
    RUN = replace(RUN, request=replace(RUN.request, dry_run=True))

    @pytest.mark.parametrize("state", VirtualInterfaceState)
    def test_deletes_nothing(self, state: str) -> None:
        decision = decide(see("available", virtual_interface(state=state)), self.RUN, NOW)
        assert (Action.STOP, Phase.PLANNED) == outcome(decision)
        assert decision.plan is not None

    def test_says_what_a_run_would_delete(self) -> None:
        decision = decide(see("available", virtual_interface()), self.RUN, NOW)
        assert decision.reason == (
            "dry run: a run would delete 1 virtual interface (dxvif-aaaaaaa1 (private, VLAN 101, available)) and "
            "dxcon-fg5678gh (available)"
        )

    def test_says_what_would_block(self) -> None:
        decision = decide(see("available", lag_id="dxlag-fg5678gh"), self.RUN, NOW)
        assert Phase.PLANNED == decision.phase
        assert "it would be blocked: dxcon-fg5678gh is a member of dxlag-fg5678gh" in decision.reason


class TestApprovedPlan:
    def approve(self, *interfaces: VirtualInterface) -> Run:
        digest = Plan.of(connection(), interfaces).digest
        return replace(RUN, request=replace(RUN.request, plan_digest=digest))

    def test_goes_on_if_it_is_today_s(self) -> None:
        run = self.approve(virtual_interface(state="down"))
        assert V == outcome(decide(see("available", virtual_interface()), run, NOW))

    def test_blocks_if_it_is_not(self) -> None:
        run = self.approve(virtual_interface())
        interfaces = (virtual_interface(), virtual_interface("late"))
        decision = decide(see("available", *interfaces), run, NOW)
        assert B == outcome(decision)
        assert str(run.request.plan_digest) in decision.reason
        assert Plan.of(connection(), interfaces).digest in decision.reason


def test_a_lag_member_is_left_alone() -> None:
    decision = decide(see("available", virtual_interface(), lag_id="dxlag-fg5678gh"), RUN, NOW)
    assert B == outcome(decision)
    assert "dxlag-fg5678gh" in decision.reason
