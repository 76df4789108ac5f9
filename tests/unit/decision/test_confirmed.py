"""The last look, once the connection seems gone: it may have become an interconnect, or interfaces may have moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decided import LookAgain, SeemsGone, Stop
from decommission.gone import confirmed
from decommission.models import Aftermath
from decommission.run import Action, NewRun, Outcome, Phase, Run, Verdict
from tests.support.evidence import elsewhere
from tests.support.looks import DELETED_CONNECTION, DRY_RUN, NEW_RUN, NOW, ONE, TWO, after, call, under_way
from tests.support.strategies import CONNECTION_ID, LAG_ID

GONE = SeemsGone(reason="it is gone")
CLEAN = Aftermath(interconnect_ids=())
INTERCONNECT = (
    "dxcon-fg5678gh is an interconnect, which carries the connections of a partner's customers: a partner's connection "
    "that leaves its LAG becomes one. It still exists and is still billed; this application does not delete it"
)
REFUSED = "AWS does not show dxcon-fg5678gh any more, and refuses to say whether it became an interconnect"
REFUSED_AT_FIRST = (
    "AWS refuses to say whether dxcon-fg5678gh is an interconnect, which may still be billed; ask AWS Support"
)
MEMBER = under_way(lag_id=LAG_ID)
LEFT_LAG = after(MEMBER, call(CONNECTION_ID, action=Action.DISASSOCIATE_FROM_LAG))
COMPLETED = Stop(phase=Phase.COMPLETED, reason="it is gone")
WAITS = LookAgain(phase=Phase.DELETING_CONNECTION, reason=REFUSED)


def moved(*numbers: int) -> Aftermath:
    """Return an aftermath in which these interfaces are on other connections of the same numbers."""
    return replace(CLEAN, elsewhere=tuple(elsewhere((ONE, TWO)[n - 1], f"dxcon-ffother{n}") for n in numbers))


@pytest.mark.parametrize(
    ("run", "aftermath", "expected"),
    [
        pytest.param(under_way(), CLEAN, "it is gone", id="no interface"),
        pytest.param(under_way(ONE, TWO), CLEAN, "it is gone, with 2 virtual interfaces", id="two interfaces"),
        pytest.param(
            under_way(ONE, TWO),
            moved(1),
            "it is gone, with 1 virtual interface; dxvif-aaaaaaa1 was moved to dxcon-ffother1 and was not deleted",
            id="one of two moved",
        ),
        pytest.param(
            under_way(ONE, TWO),
            moved(1, 2),
            "it is gone; dxvif-aaaaaaa1 was moved to dxcon-ffother1 and was not deleted; dxvif-aaaaaaa2 was moved to "
            "dxcon-ffother2 and was not deleted",
            id="both moved",
        ),
        pytest.param(NEW_RUN, CLEAN, "it is gone", id="first step"),
        pytest.param(DRY_RUN, CLEAN, "it is gone", id="dry run"),
    ],
)
@pytest.mark.parametrize("already_gone", [False, True])
def test_a_completed_run(run: NewRun, aftermath: Aftermath, expected: str, *, already_gone: bool) -> None:
    decided = confirmed(replace(GONE, already_gone=already_gone), aftermath, run, NOW)
    assert Stop(phase=Phase.COMPLETED, reason=expected, already_gone=already_gone) == decided


@pytest.mark.parametrize(
    ("run", "phase", "reason"),
    [
        *[
            pytest.param(run, Phase.BLOCKED, f"blocked by hosted-connections: {INTERCONNECT}", id=id_)
            for id_, run in (("later", MEMBER), ("deletion accepted", after(under_way(), DELETED_CONNECTION)))
        ],
        pytest.param(NEW_RUN, Phase.BLOCKED, f"blocked: {INTERCONNECT}; nothing was deleted", id="first step"),
        pytest.param(DRY_RUN, Phase.PLANNED, f"dry run: a run would be blocked: {INTERCONNECT}", id="dry run"),
    ],
)
def test_it_became_an_interconnect(run: NewRun, phase: Phase, reason: str) -> None:
    verdict = Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=INTERCONNECT)
    expected = Stop(phase=phase, reason=reason, verdicts=(verdict,))
    assert expected == confirmed(
        replace(GONE, already_gone=True), Aftermath(interconnect_ids=(CONNECTION_ID,)), run, NOW
    )


class TestAwsRefusesToSayWhetherItBecameAnInterconnect:
    REFUSED = Aftermath(interconnect_ids=None)

    @pytest.mark.parametrize(
        ("run", "expected"),
        [
            pytest.param(MEMBER, WAITS, id="it was in a LAG"),
            pytest.param(LEFT_LAG, WAITS, id="it left its LAG"),
            pytest.param(after(MEMBER, DELETED_CONNECTION), COMPLETED, id="its deletion was accepted"),
            pytest.param(under_way(), COMPLETED, id="it was in no LAG"),
            pytest.param(
                NEW_RUN,
                Stop(phase=Phase.BLOCKED, reason=f"blocked: {REFUSED_AT_FIRST}; nothing was deleted"),
                id="first step",
            ),
            pytest.param(
                DRY_RUN,
                Stop(phase=Phase.PLANNED, reason=f"dry run: a run would be blocked: {REFUSED_AT_FIRST}"),
                id="dry run",
            ),
        ],
    )
    def test_before_the_deadline(self, run: NewRun, expected: LookAgain | Stop) -> None:
        assert expected == confirmed(GONE, self.REFUSED, run, NEW_RUN.deadline - timedelta(microseconds=1))

    @pytest.mark.parametrize("run", [MEMBER, LEFT_LAG])
    def test_at_the_deadline(self, run: Run) -> None:
        reason = f"{REFUSED}; ask AWS Support before the port is written off"
        assert Stop(phase=Phase.TIMED_OUT, reason=reason) == confirmed(GONE, self.REFUSED, run, run.deadline)


class TestWhatLeftItsLag:
    """A list of interconnects may lag behind: for a quarter of an hour, not being on it proves nothing."""

    UNTIL = (
        "AWS does not show dxcon-fg5678gh any more; until 02:16:00 UTC it may still turn out to be an interconnect, as "
        "a partner's connection becomes that leaves its LAG"
    )

    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [
            (15, LookAgain(phase=Phase.DELETING_CONNECTION, reason=UNTIL)),
            (16, Stop(phase=Phase.COMPLETED, reason="it is gone")),
        ],
    )
    def test_it_is_looked_at_again_until_the_list_has_settled(self, minutes: int, expected: LookAgain | Stop) -> None:
        assert expected == confirmed(GONE, CLEAN, LEFT_LAG, LEFT_LAG.started_at + timedelta(minutes=minutes))

    def test_the_phase_may_be_younger_than_the_last_call(self) -> None:
        begun = replace(LEFT_LAG, phase_started_at=LEFT_LAG.started_at + timedelta(minutes=2))
        assert "until 02:17:00 UTC" in confirmed(GONE, CLEAN, begun, NOW).reason

    def test_at_the_deadline_nobody_knows(self) -> None:
        short = replace(LEFT_LAG, request=replace(LEFT_LAG.request, patience_minutes=10))
        expected = f"{self.UNTIL}; ask AWS Support before the port is written off"
        assert Stop(phase=Phase.TIMED_OUT, reason=expected) == confirmed(GONE, CLEAN, short, short.deadline)

    def test_a_deletion_that_aws_accepted_needs_no_wait(self) -> None:
        assert COMPLETED == confirmed(GONE, CLEAN, after(LEFT_LAG, DELETED_CONNECTION), NOW)


class TestTheListOfAllShowsSomethingOnIt:
    STILL = replace(CLEAN, still_listed=(ONE,))
    SHOWN = (
        "AWS does not show dxvif-aaaaaaa1 by the id of dxcon-fg5678gh, but on it in the list of all virtual interfaces"
    )

    @pytest.mark.parametrize("run", [under_way(ONE, TWO), after(under_way(ONE), DELETED_CONNECTION)])
    def test_it_is_looked_at_again_until_the_deadline(self, run: Run) -> None:
        moments = (run.deadline - timedelta(microseconds=1), run.deadline)
        before, then = (confirmed(GONE, self.STILL, run, at) for at in moments)
        assert LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=self.SHOWN) == before
        assert f"{self.SHOWN}; ask AWS Support whether it still exists" == then.reason
        assert Phase.TIMED_OUT is then.phase

    @pytest.mark.parametrize(("run", "phase"), [(NEW_RUN, Phase.BLOCKED), (DRY_RUN, Phase.PLANNED)])
    def test_a_first_step_knows_nothing(self, run: NewRun, phase: Phase) -> None:
        decided = confirmed(replace(GONE, already_gone=True), self.STILL, run, NOW)
        assert (phase, True) == (decided.phase, f"blocked: {self.SHOWN}" in decided.reason)

    def test_an_interconnect_is_worse(self) -> None:
        aftermath = replace(self.STILL, interconnect_ids=(CONNECTION_ID,))
        assert Phase.BLOCKED is confirmed(GONE, aftermath, under_way(ONE), NOW).phase
