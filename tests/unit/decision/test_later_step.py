"""A later step: it deletes what the plan names, or waits, and says why."""

from dataclasses import replace

import pytest

from decommission.decided import Delete, LookAgain, SeemsGone, Stop
from decommission.decision import blocked
from decommission.models import Observation, VirtualInterface
from decommission.remains import what_is_left
from decommission.run import Action, Call, CallOutcome, Outcome, Override, Phase, Run, Verdict
from tests.support.looks import DELETED_CONNECTION, NOW, ONE, SHOWN, THREE, TWO, after, call, decide, overriding, see
from tests.support.looks import under_way as run_of
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, virtual_interface

INTERFACES, CONNECTION = Phase.DELETING_VIRTUAL_INTERFACES, Phase.DELETING_CONNECTION
ALL = (ONE, TWO, THREE)
MEMBER = run_of(lag_id=LAG_ID)
OVERRIDE = Override(guard="state", reason="CHG-1234", ids=(CONNECTION_ID, "dxvif-aaaaaaa1"))
LEFT_LAG = call(CONNECTION_ID, action=Action.DISASSOCIATE_FROM_LAG)


def delete(reason: str, *names: str) -> Delete:
    """Return the decision to delete these interfaces, or the connection if there are none."""
    if not names:
        return Delete(action=Action.DELETE_CONNECTION, resource_ids=(CONNECTION_ID,), phase=CONNECTION, reason=reason)
    ids = tuple(f"dxvif-{name}" for name in names)
    return Delete(action=Action.DELETE_VIRTUAL_INTERFACE, resource_ids=ids, phase=INTERFACES, reason=reason)


def wait(phase: Phase, reason: str) -> LookAgain:
    return LookAgain(phase=phase, reason=reason)


@pytest.mark.parametrize(
    ("observation", "run", "expected"),
    [
        pytest.param(
            see("available", ONE),
            run_of(ONE),
            delete(f"deleting 1 of 1 virtual interface: {SHOWN}", "aaaaaaa1"),
            id="one interface",
        ),
        pytest.param(
            see("available", replace(TWO, vlan=None), THREE),
            run_of(*ALL),
            delete(
                "deleting 2 of 3 virtual interfaces: dxvif-aaaaaaa2 (private, available), dxvif-aaaaaaa3 (private, "
                "VLAN 101, available)",
                *("aaaaaaa2", "aaaaaaa3"),
            ),
            id="two interfaces",
        ),
        pytest.param(
            see("available", replace(ONE, state="testing"), replace(TWO, state="deleting"), lag_id=LAG_ID),
            run_of(*ALL, lag_id=LAG_ID),
            delete(
                "1 of 3 virtual interfaces is still being deleted: dxvif-aaaaaaa2; deleting 1 of 3 virtual "
                "interfaces: dxvif-aaaaaaa1 (private, VLAN 101, testing)",
                "aaaaaaa1",
            ),
            id="one interface, while another is being deleted",
        ),
        pytest.param(
            see("available", replace(ONE, state="deleting"), replace(THREE, state="deleting")),
            run_of(*ALL),
            wait(INTERFACES, "2 of 3 virtual interfaces are still being deleted: dxvif-aaaaaaa1, dxvif-aaaaaaa3"),
            id="waiting for two interfaces",
        ),
        pytest.param(
            see("down", virtual_interface("late", "deleted")),
            run_of(ONE),
            delete("no virtual interface is left: deleting dxcon-fg5678gh (down)"),
            id="the connection",
        ),
        pytest.param(
            see("deleting", lag_id=LAG_ID),
            MEMBER,
            wait(CONNECTION, "dxcon-fg5678gh is still being deleted"),
            id="waiting for the connection",
        ),
        pytest.param(
            see("available", lag_id=LAG_ID),
            MEMBER,
            Delete(
                action=Action.DISASSOCIATE_FROM_LAG,
                resource_ids=(CONNECTION_ID,),
                phase=CONNECTION,
                reason="dxcon-fg5678gh leaves dxlag-fg5678gh before it is deleted",
            ),
            id="leaving the LAG",
        ),
        pytest.param(
            see("available"),
            MEMBER,
            delete("no virtual interface is left: deleting dxcon-fg5678gh (available)"),
            id="it has left the LAG",
        ),
        pytest.param(
            see("unknown", replace(ONE, state="approving"), TWO),
            run_of(*ALL),
            wait(
                INTERFACES,
                "nothing is deleted while the state of dxcon-fg5678gh is 'unknown'; the state of dxvif-aaaaaaa1 is "
                "'approving'",
            ),
            id="unclear states",
        ),
        pytest.param(see("deleted"), run_of(*ALL), SeemsGone(reason="dxcon-fg5678gh is gone"), id="shown as deleted"),
        pytest.param(
            see(None),
            run_of(ONE),
            wait(
                CONNECTION,
                "AWS does not show dxcon-fg5678gh any more; one answer is no proof, so the next step looks again",
            ),
            id="not shown for the first time",
        ),
        *[
            pytest.param(
                see(state, ONE),
                replace(after(run_of(ONE), DELETED_CONNECTION), port_states={CONNECTION_ID: "absent"}),
                wait(INTERFACES, f"AWS {shown}, but still lists on it {SHOWN}"),
                id=f"{state}, with an interface",
            )
            for state, shown in (
                (None, "does not show dxcon-fg5678gh"),
                ("deleted", "shows dxcon-fg5678gh as deleted"),
                ("rejected", "shows dxcon-fg5678gh as rejected"),
            )
        ],
    ],
)
def test_the_decision_and_its_reason(observation: Observation, run: Run, expected: object) -> None:
    assert expected == decide(observation, run)


@pytest.mark.parametrize(
    ("run", "is_proof"),
    [
        pytest.param(run_of(ONE), False, id="nothing else"),
        pytest.param(
            replace(run_of(ONE), port_states={CONNECTION_ID: "absent"}), True, id="the step before saw the same"
        ),
        pytest.param(replace(run_of(ONE), port_states={CONNECTION_ID: "deleting"}), False, id="it was being deleted"),
        *[
            pytest.param(after(run_of(ONE), replace(DELETED_CONNECTION, outcome=outcome)), expected, id=outcome)
            for outcome, expected in (
                (CallOutcome.ACCEPTED, True),
                (CallOutcome.FAILED, False),
                (CallOutcome.REFUSED, False),
            )
        ],
        pytest.param(after(run_of(ONE), call("dxvif-aaaaaaa1")), False, id="an interface was deleted"),
        pytest.param(after(run_of(ONE, lag_id=LAG_ID), LEFT_LAG), False, id="it left its LAG"),
    ],
)
@pytest.mark.parametrize("interfaces", [(), (replace(ONE, state="deleted"),)], ids=["none", "deleted"])
def test_what_proves_that_a_connection_that_is_not_shown_is_gone(
    run: Run, interfaces: tuple[()], *, is_proof: bool
) -> None:
    assert (SeemsGone if is_proof else LookAgain) is type(decide(see(None, *interfaces), run))


class TestChanges:
    def test_a_change_ends_the_run_and_every_change_is_named(self) -> None:
        seen, run = see("available", ONE, TWO, THREE), run_of(ONE)
        reason = (
            "since the plan was made: dxvif-aaaaaaa2 (private, available) is new; dxvif-aaaaaaa3 (private, available) "
            "is new. Find out who changed it, then start again"
        )
        expected = Stop(
            phase=Phase.BLOCKED,
            reason=f"dxcon-fg5678gh is blocked by plan: {reason}; {what_is_left(seen, run)}",
            verdicts=(Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason),),
        )
        assert expected == decide(seen, run)

    @pytest.mark.parametrize(
        ("observation", "run"),
        [
            *[
                (see("available", ONE, virtual_interface("late", state)), run_of(ONE))
                for state in ("pending", "unknown", "approving")
            ],
            # Waiting does not help against a new owner, so it counts more than the unclear state.
            (see("unknown", replace(ONE, owner_account=OTHER_ACCOUNT)), run_of(ONE)),
            (see("available", lag_id=LAG_ID), run_of()),
            (see("available", lag_id=LAG_ID), run_of(lag_id="dxlag-ffabc123")),
        ],
        ids=["pending", "unknown", "undocumented", "owner", "LAG", "another LAG"],
    )
    def test_other_changes_that_end_the_run(self, observation: Observation, run: Run) -> None:
        assert Phase.BLOCKED is getattr(decide(observation, run), "phase", None)


class TestUnclearStates:
    @pytest.mark.parametrize("state", ["unknown", "approving", ""])
    def test_an_override_treats_them_as_present(self, state: str) -> None:
        run, interface = overriding(run_of(ONE), OVERRIDE), replace(ONE, state=state)
        for connection_state in ("available", state):
            assert ("dxvif-aaaaaaa1",) == getattr(decide(see(connection_state, interface), run), "resource_ids", None)
        expected = delete(f"no virtual interface is left: deleting dxcon-fg5678gh ({state})")
        assert expected == decide(see(state), run)

    @pytest.mark.parametrize(
        ("override", "calls", "expected"),
        [
            pytest.param(replace(OVERRIDE, ids=(CONNECTION_ID,)), [], LookAgain, id="of another id"),
            pytest.param(replace(OVERRIDE, guard="traffic"), [], LookAgain, id="of another guard"),
            pytest.param(replace(OVERRIDE, until=NOW), [], LookAgain, id="expired"),
            pytest.param(
                replace(OVERRIDE, until=NOW), [call("dxvif-aaaaaaa2")], Delete, id="expired after the run began"
            ),
        ],
    )
    def test_whether_an_override_covers_it(self, override: Override, calls: list[Call], expected: type[object]) -> None:
        run = overriding(after(run_of(ONE), *calls), override)
        assert expected is type(decide(see("available", replace(ONE, state="unknown")), run))

    def test_one_unclear_interface_holds_up_the_others(self) -> None:
        unclear = replace(TWO, state="unknown")
        assert LookAgain is type(decide(see("available", ONE, unclear), run_of(ONE, TWO)))


def test_what_was_asked_last_is_asked_last() -> None:
    """One that never answers in time must not hold up the others."""
    interfaces = [virtual_interface(f"aaaaaaa{number}") for number in (1, 2, 3)]
    failed = [
        call("dxvif-aaaaaaa1", CallOutcome.FAILED, minutes=5),
        call("dxvif-aaaaaaa2", CallOutcome.FAILED, minutes=4),
    ]
    decided = decide(see("available", *interfaces), after(run_of(*interfaces), *failed))
    assert isinstance(decided, Delete)
    assert ("dxvif-aaaaaaa3", "dxvif-aaaaaaa2", "dxvif-aaaaaaa1") == decided.resource_ids


@pytest.mark.parametrize(
    "incomplete", [replace(ONE, owner_account=""), replace(ONE, type="unknown")], ids=["owner", "type"]
)
def test_an_incomplete_answer_is_no_change_and_nothing_is_deleted_by_it(incomplete: VirtualInterface) -> None:
    expected = "nothing is deleted while AWS does not show the owner or the type of dxvif-aaaaaaa1"
    assert wait(INTERFACES, expected) == decide(see("available", incomplete), run_of(ONE))


def test_what_others_delete_does_not_begin_a_run() -> None:
    """Too little time is left to begin, whatever somebody else has deleted in the meantime."""
    run = run_of(ONE, TWO)
    late = replace(run, request=replace(run.request, patience_minutes=15))
    decided = decide(see("available", ONE), late)
    assert isinstance(decided, Stop)
    assert Phase.TIMED_OUT is decided.phase


def test_a_long_reason_of_a_guard_says_where_all_of_it_is() -> None:
    verdict = Verdict(guard="traffic", outcome=Outcome.BLOCK, reason="x" * 2_000)
    stop = blocked(see("available", ONE), replace(run_of(ONE), verdicts=(verdict,)))
    assert "characters left out; see guards)" in stop.reason
