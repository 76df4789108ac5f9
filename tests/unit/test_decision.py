"""Every pair of states, and what is done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decision import Delete, LookAgain, MakePlan, SeemsGone, Stop, first, next_step, planned
from decommission.models import ConnectionState, VirtualInterface, VirtualInterfaceState
from decommission.remains import digest_of_what_is_left, has_begun
from decommission.run import Action, CallOutcome, Outcome, Override, Phase, Run, Verdict
from tests.support.looks import (
    DELETED_CONNECTION,
    DRY_RUN,
    LEAST_PATIENCE,
    NEW_RUN,
    NOW,
    after,
    call,
    decide,
    overriding,
    see,
    under_way,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, START, virtual_interface

type Decided = Delete | LookAgain | SeemsGone | Stop | MakePlan

V = (Action.DELETE_VIRTUAL_INTERFACE, Phase.DELETING_VIRTUAL_INTERFACES)
v = (LookAgain, Phase.DELETING_VIRTUAL_INTERFACES)
C = (Action.DELETE_CONNECTION, Phase.DELETING_CONNECTION)
L = (Action.DISASSOCIATE_FROM_LAG, Phase.DELETING_CONNECTION)
c = (LookAgain, Phase.DELETING_CONNECTION)
G = (SeemsGone, None)
B = (Stop, Phase.BLOCKED)
T = (Stop, Phase.TIMED_OUT)

# The connection's states across, with a word that nobody knows; the planned virtual interface's down, likewise.
CONNECTIONS = [*ConnectionState, "approving"]
TABLE = {
    #             ordering, requested, pending, available, down, deleting, deleted, rejected, unknown, approving
    "confirming": (V, V, V, V, V, V, v, v, v, v),
    "verifying": (V, V, V, V, V, V, v, v, v, v),
    "pending": (V, V, V, V, V, V, v, v, v, v),
    "available": (V, V, V, V, V, V, v, v, v, v),
    "down": (V, V, V, V, V, V, v, v, v, v),
    "testing": (V, V, V, V, V, V, v, v, v, v),
    "deleting": (v, v, v, v, v, v, v, v, v, v),
    "deleted": (C, C, C, C, C, c, G, G, c, c),
    "rejected": (C, C, C, C, C, c, G, G, c, c),
    "unknown": (v, v, v, v, v, v, v, v, v, v),
    "approving": (v, v, v, v, v, v, v, v, v, v),
    "absent": (C, C, C, C, C, c, G, G, c, c),
}
CELLS = [
    pytest.param(state, connection_state, cell, id=f"{state}-{connection_state}")
    for state, row in TABLE.items()
    for connection_state, cell in zip(CONNECTIONS, row, strict=True)
]
ONE = virtual_interface()
DEADLINE = START + timedelta(minutes=240)
STATE = Override(guard="state", reason="CHG-1234", ids=(CONNECTION_ID, "dxvif-aaaaaaa1"))


def essence(decided: Decided) -> tuple[object, Phase | None]:
    match decided:
        case Delete():
            return decided.action, decided.phase
        case LookAgain() | Stop():
            return type(decided), decided.phase
        case _:
            return type(decided), None


def test_the_table_has_every_documented_state() -> None:
    assert {*VirtualInterfaceState, "approving", "absent"} == TABLE.keys()


@pytest.mark.parametrize(("state", "connection_state", "expected"), CELLS)
def test_in_the_middle_of_a_run(state: str, connection_state: str, expected: tuple[object, Phase | None]) -> None:
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    decided = decide(see(connection_state, *interfaces), under_way(ONE))
    assert expected == essence(decided)
    if isinstance(decided, Delete):
        assert (("dxvif-aaaaaaa1",) if expected == V else (CONNECTION_ID,)) == decided.resource_ids


@pytest.mark.parametrize(("state", "connection_state", "later"), CELLS)
def test_at_the_first_step(state: str, connection_state: str, later: tuple[object, Phase | None]) -> None:
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    decided = first(see(connection_state, *interfaces), NEW_RUN)
    # A connection that is gone while an interface is not is no state to begin in.
    gone = G if later == G else B
    expected = gone if connection_state in {"deleted", "rejected"} else (MakePlan, None)
    assert expected == essence(decided)


@pytest.mark.parametrize("state", VirtualInterfaceState)
def test_after_the_guards_have_spoken(state: str) -> None:
    interface = virtual_interface(state=state)
    is_gone = state in {"deleted", "rejected"}
    assert (c if is_gone else v) == essence(planned(see("available", interface), NEW_RUN, ()))
    assert (Stop, Phase.PLANNED) == essence(planned(see("available", interface), DRY_RUN, ()))


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_block_stops_the_first_step(outcome: Outcome) -> None:
    verdicts = [Verdict(guard="traffic", outcome=outcome, reason="it carried something")]
    assert (B if outcome is Outcome.BLOCK else v) == essence(planned(see("available", ONE), NEW_RUN, verdicts))
    assert (Stop, Phase.PLANNED) == essence(planned(see("available", ONE), DRY_RUN, verdicts))


def test_interfaces_that_are_ready_do_not_wait_for_those_that_are_not() -> None:
    names = {"ready": "available", "going": "deleting", "tested": "testing", "gone": "deleted"}
    interfaces = [virtual_interface(name, state) for name, state in names.items()]
    decided = decide(see("available", *interfaces), under_way(*interfaces))
    assert isinstance(decided, Delete)
    assert ("dxvif-ready", "dxvif-tested") == decided.resource_ids


class TestChanges:
    @pytest.mark.parametrize("state", ["available", "pending", "unknown", "approving"])
    def test_an_interface_that_is_not_planned(self, state: str) -> None:
        decided = decide(see("available", ONE, virtual_interface("late", state)), under_way(ONE))
        assert B == essence(decided)

    @pytest.mark.parametrize("state", ["deleted", "rejected"])
    def test_one_that_came_and_went(self, state: str) -> None:
        assert C == essence(decide(see("available", virtual_interface("late", state)), under_way(ONE)))

    def test_they_come_before_an_unclear_state(self) -> None:
        """Waiting would help against the one, and not against the other."""
        assert B == essence(decide(see("unknown", replace(ONE, owner_account=OTHER_ACCOUNT)), under_way(ONE)))


class TestUnclearStates:
    @pytest.mark.parametrize("word", ["unknown", "approving", ""])
    def test_an_override_takes_them_for_present(self, word: str) -> None:
        interface, run = virtual_interface(state=word), overriding(under_way(ONE), STATE)
        assert V == essence(decide(see("available", interface), run)) == essence(decide(see(word, interface), run))
        assert C == essence(decide(see(word), run))

    @pytest.mark.parametrize(
        "override",
        [
            pytest.param(replace(STATE, ids=(CONNECTION_ID,)), id="another id"),
            pytest.param(replace(STATE, guard="traffic"), id="another guard"),
            pytest.param(replace(STATE, until=NOW), id="expired"),
        ],
    )
    def test_an_override_that_does_not_cover_it(self, override: Override) -> None:
        run = overriding(under_way(ONE), override)
        assert v == essence(decide(see("available", replace(ONE, state="unknown")), run))

    def test_an_override_that_expired_after_the_run_has_begun(self) -> None:
        run = overriding(after(under_way(ONE), call("dxvif-aaaaaaa2")), replace(STATE, until=NOW))
        assert V == essence(decide(see("available", replace(ONE, state="unknown")), run))

    def test_one_that_is_unclear_holds_up_the_others(self) -> None:
        other = virtual_interface("aaaaaaa2", "unknown")
        assert v == essence(decide(see("available", ONE, other), under_way(ONE, other)))


class TestTime:
    MICROSECOND = timedelta(microseconds=1)
    BEGUN = after(under_way(ONE), call("dxvif-aaaaaaa2"))

    @pytest.mark.parametrize(("state", "expected"), [("available", T), ("deleting", T), ("unknown", T), ("deleted", G)])
    def test_the_deadline(self, state: str, expected: tuple[object, Phase | None]) -> None:
        observation = see(state) if state == "deleted" else see("available", virtual_interface(state=state))
        decided = next_step(observation, self.BEGUN, DEADLINE, least_patience=LEAST_PATIENCE)
        assert expected == essence(decided)

    @pytest.mark.parametrize("interfaces", [(ONE,), ()], ids=["with an interface", "not shown at all"])
    @pytest.mark.parametrize("seconds", [0, -1])
    def test_the_deadline_of_a_connection_that_is_not_shown(
        self, interfaces: tuple[VirtualInterface, ...], seconds: int
    ) -> None:
        now = DEADLINE + timedelta(seconds=seconds)
        decided = next_step(see(None, *interfaces), self.BEGUN, now, least_patience=LEAST_PATIENCE)
        waits = v if interfaces else c
        assert (waits if seconds else T) == essence(decided)

    def test_a_moment_before_the_deadline(self) -> None:
        decided = next_step(
            see("available", ONE), self.BEGUN, DEADLINE - self.MICROSECOND, least_patience=LEAST_PATIENCE
        )
        assert V == essence(decided)

    @pytest.mark.parametrize("run", [under_way(ONE), under_way(lag_id=LAG_ID), under_way()], ids=["V", "L", "C"])
    def test_the_first_deletion_needs_half_of_the_least_patience(self, run: Run) -> None:
        observation = see("available", *([ONE] if run.plan.virtual_interfaces else []), lag_id=run.plan.lag_id)
        last = DEADLINE - timedelta(minutes=15)
        for moment, expected in ((last, Delete), (last + self.MICROSECOND, Stop)):
            assert expected is type(next_step(observation, run, moment, least_patience=LEAST_PATIENCE))

    def test_without_that_a_run_that_waits_goes_on_waiting(self) -> None:
        decided = next_step(
            see("available", replace(ONE, state="unknown")),
            under_way(ONE),
            DEADLINE - self.MICROSECOND,
            least_patience=LEAST_PATIENCE,
        )
        assert v == essence(decided)


class TestBegun:
    TWO = virtual_interface("aaaaaaa2")

    @pytest.mark.parametrize(
        ("run", "interfaces", "expected"),
        [
            pytest.param(under_way(ONE), (ONE,), False, id="nothing done"),
            pytest.param(under_way(ONE, TWO), (ONE, TWO, virtual_interface("late")), False, id="one more"),
            pytest.param(under_way(), (), False, id="nothing to do"),
            pytest.param(under_way(ONE, TWO), (ONE,), True, id="one gone"),
            pytest.param(under_way(ONE), (replace(ONE, state="deleting"),), True, id="one going"),
            pytest.param(after(under_way(ONE), call("dxvif-aaaaaaa1")), (ONE,), True, id="accepted"),
            pytest.param(
                after(under_way(ONE), call("dxvif-aaaaaaa1", CallOutcome.FAILED)), (ONE,), True, id="perhaps done"
            ),
            pytest.param(after(under_way(ONE), call("dxvif-aaaaaaa1", CallOutcome.REFUSED)), (ONE,), False, id="no"),
            pytest.param(after(under_way(), DELETED_CONNECTION), (), True, id="the connection asked for"),
        ],
    )
    def test_by_anybody(self, run: Run, interfaces: tuple[VirtualInterface, ...], *, expected: bool) -> None:
        assert expected == has_begun(see("available", *interfaces), run)


class TestLag:
    def test_a_member_leaves_before_it_is_deleted(self) -> None:
        decided = decide(see("available", lag_id=LAG_ID), under_way(lag_id=LAG_ID))
        assert (L, (CONNECTION_ID,)) == (essence(decided), getattr(decided, "resource_ids", None))

    def test_one_that_has_left_is_deleted(self) -> None:
        assert C == essence(decide(see("available"), under_way(lag_id=LAG_ID)))

    @pytest.mark.parametrize(("state", "expected"), [("deleting", c), ("unknown", c), ("deleted", G)])
    def test_one_that_goes_already_is_left_alone(self, state: str, expected: tuple[object, Phase | None]) -> None:
        assert expected == essence(decide(see(state, lag_id=LAG_ID), under_way(lag_id=LAG_ID)))

    def test_interfaces_of_its_own_go_first(self) -> None:
        assert V == essence(decide(see("available", ONE, lag_id=LAG_ID), under_way(ONE, lag_id=LAG_ID)))

    @pytest.mark.parametrize("lag_id", [None, "dxlag-ffabc123"])
    def test_one_that_joins_another_is_left_alone(self, lag_id: str | None) -> None:
        assert B == essence(decide(see("available", lag_id=LAG_ID), under_way(lag_id=lag_id)))


@pytest.mark.parametrize("state", [None, "deleted", "rejected"])
def test_of_what_is_gone_there_is_no_plan(state: str | None) -> None:
    assert digest_of_what_is_left(see(state)) is None
