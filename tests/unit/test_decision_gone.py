"""When the connection is not shown any more: what that proves, and what is left to ask."""

from dataclasses import replace

import pytest

from decommission.decision import LookAgain, SeemsGone, Stop, confirmed, first
from decommission.models import Aftermath
from decommission.run import Action, CallOutcome, NewRun, Outcome, Phase, Run
from tests.support.evidence import elsewhere
from tests.support.looks import (
    DELETED_CONNECTION,
    DRY_RUN,
    NEW_RUN,
    NOW,
    after,
    call,
    decide,
    see,
    under_way,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID, virtual_interface

ONE = virtual_interface()
GONE = SeemsGone(reason="it is gone")
CLEAN = Aftermath(is_interconnect=False)
LEFT_LAG = call(CONNECTION_ID, action=Action.DISASSOCIATE_FROM_LAG)


@pytest.mark.parametrize(
    ("run", "is_proven"),
    [
        pytest.param(under_way(ONE), False, id="one answer"),
        pytest.param(replace(under_way(ONE), connection_state="absent"), True, id="the step before saw the same"),
        pytest.param(replace(under_way(ONE), connection_state="deleting"), False, id="it was being deleted"),
        pytest.param(after(under_way(ONE), DELETED_CONNECTION), True, id="accepted"),
        pytest.param(
            after(under_way(ONE), replace(DELETED_CONNECTION, outcome=CallOutcome.FAILED)), False, id="perhaps done"
        ),
        pytest.param(
            after(under_way(ONE), replace(DELETED_CONNECTION, outcome=CallOutcome.REFUSED)), False, id="refused"
        ),
        pytest.param(after(under_way(ONE), call("dxvif-aaaaaaa1")), False, id="an interface accepted"),
        pytest.param(after(under_way(ONE, lag_id=LAG_ID), LEFT_LAG), False, id="left its LAG"),
    ],
)
@pytest.mark.parametrize("interfaces", [(), (replace(ONE, state="deleted"),)], ids=["none", "deleted"])
def test_what_proves_that_it_is_gone(run: Run, interfaces: tuple[()], *, is_proven: bool) -> None:
    decided = decide(see(None, *interfaces), run)
    assert (SeemsGone if is_proven else LookAgain) is type(decided)
    if isinstance(decided, LookAgain):
        assert Phase.DELETING_CONNECTION is decided.phase


@pytest.mark.parametrize("shown", [None, "deleted", "rejected"])
def test_not_while_an_interface_of_it_is_listed(shown: str | None) -> None:
    decided = decide(see(shown, ONE), replace(after(under_way(ONE), DELETED_CONNECTION), connection_state="absent"))
    assert LookAgain is type(decided)
    assert Phase.DELETING_VIRTUAL_INTERFACES is getattr(decided, "phase", None)


def test_at_the_first_step_it_was_gone_already() -> None:
    for shown in (None, "deleted", "rejected"):
        decided = first(see(shown), NEW_RUN)
        assert isinstance(decided, SeemsGone)
        assert decided.already_gone
    later = decide(see("deleted"), under_way())
    assert isinstance(later, SeemsGone)
    assert not later.already_gone


@pytest.mark.parametrize(("run", "phase"), [(NEW_RUN, Phase.BLOCKED), (DRY_RUN, Phase.PLANNED)], ids=["run", "dry"])
def test_a_malformed_id_was_never_there(run: NewRun, phase: Phase) -> None:
    refusal = "Connection ID dxcon-fg5678gh has an invalid format."
    decided = first(replace(see(None), refusal=refusal), run)
    assert isinstance(decided, Stop)
    assert (phase, False, True) == (decided.phase, decided.already_gone, refusal in decided.reason)
    assert isinstance(first(replace(see(None), refusal="has an Invalid Format"), run), SeemsGone)


class TestConfirmed:
    def test_it_is_gone(self) -> None:
        decided = confirmed(GONE, CLEAN, under_way(), NOW)
        assert Stop(phase=Phase.COMPLETED, reason="it is gone") == decided

    def test_with_its_planned_interfaces(self) -> None:
        run = under_way(ONE, virtual_interface("aaaaaaa2"))
        one_left = replace(CLEAN, elsewhere=(elsewhere(ONE),))
        both = Stop(phase=Phase.COMPLETED, reason="it is gone, with 2 virtual interfaces")
        assert both == confirmed(GONE, CLEAN, run, NOW)
        one = "it is gone, with 1 virtual interface; dxvif-aaaaaaa1 was moved to dxcon-ffother1 and was not deleted"
        assert Stop(phase=Phase.COMPLETED, reason=one) == confirmed(GONE, one_left, run, NOW)

    @pytest.mark.parametrize("run", [NEW_RUN, DRY_RUN])
    def test_it_was_gone_already(self, run: NewRun) -> None:
        decided = confirmed(replace(GONE, already_gone=True), CLEAN, run, NOW)
        assert Stop(phase=Phase.COMPLETED, reason="it is gone", already_gone=True) == decided

    def test_interfaces_that_left_it_alive_are_named(self) -> None:
        two = elsewhere(virtual_interface("aaaaaaa2"), "dxcon-ffother2")
        aftermath = replace(CLEAN, elsewhere=(elsewhere(ONE), two))
        expected = (
            "it is gone; dxvif-aaaaaaa1 was moved to dxcon-ffother1 and was not deleted; dxvif-aaaaaaa2 was moved to "
            "dxcon-ffother2 and was not deleted"
        )
        assert Stop(phase=Phase.COMPLETED, reason=expected) == confirmed(GONE, aftermath, under_way(ONE), NOW)

    @pytest.mark.parametrize(
        ("run", "phase"),
        [
            pytest.param(under_way(lag_id=LAG_ID), Phase.BLOCKED, id="later"),
            pytest.param(after(under_way(), DELETED_CONNECTION), Phase.BLOCKED, id="deletion accepted"),
            pytest.param(NEW_RUN, Phase.BLOCKED, id="first step"),
            pytest.param(DRY_RUN, Phase.PLANNED, id="dry run"),
        ],
    )
    def test_it_became_an_interconnect(self, run: NewRun, phase: Phase) -> None:
        decided = confirmed(replace(GONE, already_gone=True), Aftermath(is_interconnect=True), run, NOW)
        assert isinstance(decided, Stop)
        assert (phase, False) == (decided.phase, decided.already_gone)
        assert [("hosted-connections", Outcome.BLOCK)] == [(said.guard, said.outcome) for said in decided.verdicts]
        assert decided.verdicts[0].reason in decided.reason

    @pytest.mark.parametrize(
        ("run", "expected"),
        [
            pytest.param(under_way(lag_id=LAG_ID), Phase.DELETING_CONNECTION, id="it was in a LAG"),
            pytest.param(after(under_way(lag_id=LAG_ID), LEFT_LAG), Phase.DELETING_CONNECTION, id="left its LAG"),
            pytest.param(
                after(under_way(lag_id=LAG_ID), DELETED_CONNECTION), Phase.COMPLETED, id="its deletion was accepted"
            ),
            pytest.param(under_way(), Phase.COMPLETED, id="it was in no LAG"),
            pytest.param(NEW_RUN, Phase.BLOCKED, id="first step"),
            pytest.param(DRY_RUN, Phase.PLANNED, id="dry run"),
        ],
    )
    def test_aws_refuses_to_say_whether_it_became_one(self, run: NewRun, expected: Phase) -> None:
        decided = confirmed(GONE, Aftermath(is_interconnect=None), run, NOW)
        assert expected is decided.phase

    def test_aws_refuses_to_say_until_the_deadline(self) -> None:
        run = under_way(lag_id=LAG_ID)
        decided = confirmed(GONE, Aftermath(is_interconnect=None), run, run.deadline)
        assert Phase.TIMED_OUT is decided.phase
