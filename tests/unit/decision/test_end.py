"""How a run ends: blocked by a guard, or at its deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decommission.decided import Delete, LookAgain, Rehearse, SeemsGone, Stop
from decommission.decision import blocked, next_step
from decommission.models import Observation
from decommission.remains import what_is_left
from decommission.run import CallOutcome, Phase, Run
from tests.support.looks import LEAST_PATIENCE, NEW_RUN, ONE, VERDICTS, after, call, see, under_way
from tests.support.strategies import LAG_ID

MOMENT = timedelta(microseconds=1)
DEADLINE = NEW_RUN.deadline
SAYS = "the deadline for dxcon-fg5678gh, 240 minutes after the start, is 2026-11-02 06:00:00 UTC"
BEGUN = after(under_way(ONE), call("dxvif-aaaaaaa2"))
UNCLEAR = see("available", replace(ONE, state="unknown"))


def decide_at(now: datetime, observation: Observation, run: Run) -> Delete | Rehearse | LookAgain | SeemsGone | Stop:
    return next_step(observation, run, now, least_patience=LEAST_PATIENCE)


def test_a_block_names_the_guards_and_what_is_left() -> None:
    seen, run = see("available", ONE), replace(under_way(ONE), verdicts=VERDICTS)
    expected = Stop(
        phase=Phase.BLOCKED,
        reason="dxcon-fg5678gh is blocked by stack, traffic: stack: 0 found; traffic: 2 found; "
        f"{what_is_left(seen, run)}",
    )
    assert expected == blocked(seen, run)


@pytest.mark.parametrize("seen", [see("available", ONE), see(None, ONE), see(None)], ids=["shown", "interface", "none"])
def test_at_the_deadline_the_run_says_what_is_left(seen: Observation) -> None:
    reason = f"{SAYS}; {what_is_left(seen, BEGUN)}; a new run goes on from here"
    assert Stop(phase=Phase.TIMED_OUT, reason=reason) == decide_at(DEADLINE, seen, BEGUN)


@pytest.mark.parametrize(
    ("seen", "at_the_deadline", "before"),
    [
        pytest.param(see("available", ONE), Stop, Delete, id="deletes"),
        pytest.param(see("available", replace(ONE, state="deleting")), Stop, LookAgain, id="waits"),
        pytest.param(UNCLEAR, Stop, LookAgain, id="unclear"),
        pytest.param(see(None, ONE), Stop, LookAgain, id="interface left"),
        pytest.param(see(None), Stop, LookAgain, id="not shown"),
        pytest.param(see("deleted"), SeemsGone, SeemsGone, id="deleted"),
    ],
)
def test_the_deadline(seen: Observation, at_the_deadline: type[object], before: type[object]) -> None:
    assert at_the_deadline is type(decide_at(DEADLINE, seen, BEGUN))
    assert before is type(decide_at(DEADLINE - MOMENT, seen, BEGUN))


class TestTooLateToBegin:
    @pytest.mark.parametrize(
        "run", [under_way(ONE), under_way(lag_id=LAG_ID), under_way()], ids=["interface", "LAG", "connection"]
    )
    def test_the_first_deletion_needs_half_of_the_least_patience(self, run: Run) -> None:
        seen = see("available", *([ONE] if run.plan.virtual_interfaces else []), lag_id=run.plan.lag_id)
        last = DEADLINE - timedelta(minutes=15)
        assert Delete is type(decide_at(last, seen, run))
        reason = f"too little time was left to begin: {SAYS}; {what_is_left(seen, run)}; a new run goes on from here"
        assert Stop(phase=Phase.TIMED_OUT, reason=reason) == decide_at(last + MOMENT, seen, run)

    def test_it_says_if_aws_accepted_no_deletion(self) -> None:
        run = after(under_way(ONE), call("dxvif-aaaaaaa1", CallOutcome.REFUSED, words="no"))
        decided = decide_at(DEADLINE - MOMENT, see("available", ONE), run)
        assert isinstance(decided, Stop)
        assert decided.reason.startswith(f"AWS accepted no deletion, and too little time was left to begin: {SAYS}; ")

    def test_a_run_that_waits_goes_on_waiting(self) -> None:
        assert LookAgain is type(decide_at(DEADLINE - MOMENT, UNCLEAR, under_way(ONE)))
