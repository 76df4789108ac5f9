"""A run that deletes only the virtual interfaces that it names: the connection stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decided import Delete, LookAgain, MakePlan, SeemsGone, Stop
from decommission.decision import first, next_step, planned
from decommission.gone import confirmed
from decommission.models import Aftermath, Observation, VirtualInterface
from decommission.remains import digest_of_what_is_left, timed_out, what_is_left
from decommission.run import Action, NewRun, Outcome, Phase, Run, Verdict
from tests.support.evidence import elsewhere
from tests.support.looks import LEAST_PATIENCE, NEW_RUN, NOW, ONE, SHOWN, TWO, after, call, decide, see, under_way
from tests.support.strategies import connection, plan_of

IDS = (ONE.virtual_interface_id, TWO.virtual_interface_id)
NAMING = replace(NEW_RUN.request, virtual_interface_ids=IDS)
NEW = replace(NEW_RUN, request=NAMING)
DRY = replace(NEW, request=replace(NAMING, dry_run=True))
STAYS = "dxvif-aaaaaaa1, dxvif-aaaaaaa2 are gone, and dxcon-fg5678gh stays"
UNSEEN = "AWS does not show dxvif-aaaaaaa1 any more; one answer is no proof, so the next step looks again"
ELSEWHERE = "dxvif-aaaaaaa1 is on dxcon-ffother1"
STILL_LISTED = (
    "AWS does not show dxvif-aaaaaaa1 by the id of dxcon-fg5678gh, but on it in the list of all virtual interfaces"
)
INSTEAD = "to delete a virtual interface there, start a run of dxcon-ffother1"
MISTYPED = "; AWS shows no dxvif-aaaaaaa2 on it, which is gone already or mistyped"
CLEAN = Aftermath(interconnect_ids=())
SEEMS_GONE = SeemsGone(reason=STAYS)


def look(*interfaces: VirtualInterface, state: str | None = "available") -> Observation:
    return replace(see(state, *interfaces), named=IDS)


def naming(*interfaces: VirtualInterface) -> Run:
    """Return a run whose plan holds these, of the interfaces that its request names."""
    plan = plan_of(connection(), interfaces, keeps_connection=True)
    return replace(under_way(), request=NAMING, plan=plan)


def digest(*left: VirtualInterface) -> str:
    return plan_of(connection(), left, keeps_connection=True).digest


class TestFirstStep:
    def test_it_plans_what_is_shown(self) -> None:
        assert MakePlan() == first(look(ONE), NEW)

    def test_what_is_not_shown_seems_gone(self) -> None:
        reason = (
            "when the run began, AWS did not show dxvif-aaaaaaa1, dxvif-aaaaaaa2 on dxcon-fg5678gh, so nothing was "
            "deleted. A mistyped id looks the same"
        )
        assert SeemsGone(already_gone=True, reason=reason) == first(look(), NEW)

    def test_the_plan_says_that_the_connection_stays(self) -> None:
        expected = LookAgain(
            phase=Phase.DELETING_VIRTUAL_INTERFACES,
            reason=f"the plan is made: 1 virtual interface ({SHOWN}) will be deleted; dxcon-fg5678gh stays{MISTYPED}",
        )
        assert expected == planned(look(ONE), NEW, ())

    def test_a_dry_run_says_so_as_well(self) -> None:
        reason = (
            f"dry run: a run would delete 1 virtual interface ({SHOWN}); dxcon-fg5678gh stays{MISTYPED}; the plan has "
            f"the digest {digest(ONE)}"
        )
        assert Stop(phase=Phase.PLANNED, reason=reason) == planned(look(ONE), DRY, ())

    def test_somebody_may_be_deleting_all_of_it(self) -> None:
        seen = look(replace(ONE, state="deleting"))
        reason = f"the plan is made: nothing more will be deleted; dxcon-fg5678gh stays{MISTYPED}"
        assert reason == planned(seen, NEW, ()).reason

    def test_nothing_is_mistyped_that_is_shown(self) -> None:
        assert "mistyped" not in planned(look(ONE, TWO), NEW, ()).reason


class TestLaterStep:
    def test_it_deletes_what_is_planned(self) -> None:
        expected = Delete(
            action=Action.DELETE_VIRTUAL_INTERFACE,
            resource_ids=IDS[:1],
            phase=Phase.DELETING_VIRTUAL_INTERFACES,
            reason=f"deleting 1 of 1 virtual interface: {SHOWN}",
        )
        assert expected == decide(look(ONE), naming(ONE))

    @pytest.mark.parametrize(
        ("seen", "run"),
        [
            pytest.param(
                look(*(replace(v, state="deleted") for v in (ONE, TWO))), naming(ONE, TWO), id="shown as deleted"
            ),
            pytest.param(
                look(replace(TWO, state="deleted")), after(naming(ONE, TWO), call(IDS[0])), id="one accepted, one shown"
            ),
            pytest.param(
                look(), replace(naming(ONE, TWO), gone_at=dict.fromkeys(IDS, NOW)), id="seen gone by steps before"
            ),
            pytest.param(look(), naming(), id="nothing was planned"),
        ],
    )
    def test_what_is_proven_gone(self, seen: Observation, run: Run) -> None:
        assert SEEMS_GONE == decide(seen, run)

    def test_one_of_one(self) -> None:
        seen = look(replace(ONE, state="deleted"))
        assert SeemsGone(reason="dxvif-aaaaaaa1 is gone, and dxcon-fg5678gh stays") == decide(seen, naming(ONE))

    @pytest.mark.parametrize("other", [replace(TWO, state="deleted")])
    def test_one_answer_is_no_proof(self, other: VirtualInterface) -> None:
        run = naming(ONE, TWO)
        assert LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=UNSEEN) == decide(look(other), run)

    def test_at_the_deadline_nobody_knows(self) -> None:
        run, seen = naming(ONE), look()
        moment = timedelta(microseconds=1)
        last, decided = (
            next_step(seen, run, at, least_patience=LEAST_PATIENCE) for at in (run.deadline - moment, run.deadline)
        )
        assert LookAgain is type(last)
        assert Stop(phase=Phase.TIMED_OUT, reason=timed_out(seen, run)) == decided

    def test_the_connection_went_away_meanwhile(self) -> None:
        assert "dxcon-fg5678gh is gone" == decide(look(state="deleted"), naming(ONE)).reason


class TestConfirmed:
    @pytest.mark.parametrize("already_gone", [True, False])
    def test_gone(self, *, already_gone: bool) -> None:
        expected = Stop(phase=Phase.COMPLETED, reason=STAYS, already_gone=already_gone)
        assert expected == confirmed(replace(SEEMS_GONE, already_gone=already_gone), CLEAN, naming(ONE, TWO), NOW)

    @pytest.mark.parametrize(
        ("run", "phase", "reason", "said"),
        [
            pytest.param(
                naming(ONE),
                Phase.BLOCKED,
                f"{{}} and was not deleted; find out who moved it; {INSTEAD}",
                "blocked by plan: {}",
                id="later",
            ),
            *[
                pytest.param(run, phase, f"{{}}, and not on dxcon-fg5678gh; {INSTEAD}", said, id=id_)
                for run, phase, said, id_ in (
                    (NEW, Phase.BLOCKED, "blocked: {}; nothing was deleted", "first step"),
                    (DRY, Phase.PLANNED, "dry run: a run would be blocked: {}", "dry run"),
                )
            ],
        ],
    )
    def test_one_is_on_another_connection(self, run: NewRun, phase: Phase, reason: str, said: str) -> None:
        aftermath = replace(CLEAN, elsewhere=(elsewhere(ONE, "dxcon-ffother1"),))
        why = reason.format(ELSEWHERE)
        verdict = Verdict(guard="plan", outcome=Outcome.BLOCK, reason=why)
        expected = Stop(phase=phase, reason=said.format(why), verdicts=(verdict,))
        assert expected == confirmed(SEEMS_GONE, aftermath, run, NOW)

    @pytest.mark.parametrize(
        ("run", "expected"),
        [
            pytest.param(
                naming(ONE), LookAgain(phase=Phase.DELETING_VIRTUAL_INTERFACES, reason=STILL_LISTED), id="later"
            ),
            pytest.param(
                NEW,
                Stop(
                    phase=Phase.BLOCKED,
                    reason=f"blocked: {STILL_LISTED}; start again once AWS shows both or neither; nothing was deleted",
                ),
                id="first step",
            ),
        ],
    )
    def test_one_is_still_listed(self, run: NewRun, expected: LookAgain | Stop) -> None:
        moment = timedelta(microseconds=1)
        assert expected == confirmed(SEEMS_GONE, replace(CLEAN, still_listed=(ONE,)), run, run.deadline - moment)

    def test_one_is_still_listed_at_the_deadline(self) -> None:
        run = naming(ONE)
        reason = f"{STILL_LISTED}; ask AWS Support whether it still exists"
        aftermath = replace(CLEAN, still_listed=(ONE,))
        assert Stop(phase=Phase.TIMED_OUT, reason=reason) == confirmed(SEEMS_GONE, aftermath, run, run.deadline)


class TestWhatIsLeft:
    def test_the_digest_is_that_of_the_interfaces_alone(self) -> None:
        assert digest(ONE) == digest_of_what_is_left(look(ONE))

    def test_nothing_is_left_to_delete(self) -> None:
        assert None is digest_of_what_is_left(look(replace(ONE, state="deleting")))

    def test_the_connection_is_not_counted(self) -> None:
        expected = (
            f"nothing was deleted by this run; still there: {SHOWN}; the plan of what is left has the digest "
            f"{digest(ONE)}"
        )
        assert expected == what_is_left(look(ONE), naming(ONE))
