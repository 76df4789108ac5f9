"""A run that keeps a notice: nothing is deleted until it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decided import Delete, KeepNotice, LookAgain, SeemsGone
from decommission.decision import next_step, planned
from decommission.models import Observation
from decommission.remains import timed_out
from decommission.run import Phase, Run
from tests.support.looks import DRY_RUN, LEAST_PATIENCE, NEW_RUN, ONE, SHOWN, see, under_way
from tests.support.strategies import CONNECTION_ID, connection, plan_of

NOTICE = replace(NEW_RUN.request, notice_minutes=60)
RUN = replace(under_way(ONE), request=NOTICE, phase=Phase.NOTICE)
NOT_BEFORE = (
    "nothing of dxcon-fg5678gh is deleted before 2026-11-02 03:00:00 UTC, the end of the notice of 60 minutes; to stop "
    "the run, set the protection tag or take off the approval"
)
PLAN = plan_of(connection(), ())
LAST = RUN.notice_ends_at - timedelta(microseconds=1)


def test_the_plan_says_when_the_notice_is_over() -> None:
    reason = f"the plan is made: 1 virtual interface ({SHOWN}) and dxcon-fg5678gh will be deleted; {NOT_BEFORE}"
    decided = planned(see("available", ONE), replace(NEW_RUN, request=NOTICE), ())
    assert LookAgain(phase=Phase.NOTICE, reason=reason) == decided


@pytest.mark.parametrize(
    ("notice", "rehearsal", "expected"),
    [
        (60, 0, ", after a notice of 60 minutes"),
        (0, 1, ", after a rehearsal of 1 minute"),
        (1, 60, ", after a notice of 1 minute and a rehearsal of 60 minutes"),
    ],
)
def test_a_dry_run_says_what_would_come_first(notice: int, rehearsal: int, expected: str) -> None:
    asked = replace(DRY_RUN.request, notice_minutes=notice, rehearsal_minutes=rehearsal)
    seen = see("available", ONE)
    reason = planned(seen, replace(DRY_RUN, request=asked), ()).reason
    assert f"and dxcon-fg5678gh{expected}; the plan has the digest" in reason


def test_what_has_no_interface_has_no_rehearsal() -> None:
    asked = replace(DRY_RUN.request, rehearsal_minutes=60)
    reason = f"dry run: a run would delete dxcon-fg5678gh; the plan has the digest {PLAN.digest}"
    assert reason == planned(see("available"), replace(DRY_RUN, request=asked), ()).reason


def test_the_rehearsal_comes_between() -> None:
    run = replace(RUN, request=replace(NOTICE, rehearsal_minutes=30))
    words = (
        "nothing of dxcon-fg5678gh is deleted before 2026-11-02 03:35:00 UTC: the notice of 60 minutes ends at "
        "2026-11-02 03:00:00 UTC, then BGP goes down on trial for 30 minutes; to stop the run"
    )
    assert next_step(see("available", ONE), run, LAST, least_patience=LEAST_PATIENCE).reason.startswith(words)


def test_nothing_is_deleted_until_it_is_over() -> None:
    last, over = (
        next_step(see("available", ONE), RUN, at, least_patience=LEAST_PATIENCE) for at in (LAST, RUN.notice_ends_at)
    )
    assert KeepNotice(phase=Phase.NOTICE, reason=NOT_BEFORE) == last
    assert Delete is type(over)


@pytest.mark.parametrize(
    "seen", [pytest.param(see(None), id="not shown"), pytest.param(see("deleted", ONE), id="interface left")]
)
def test_what_aws_does_not_show_leaves_the_run_in_its_notice(seen: Observation) -> None:
    run = replace(RUN, port_states={CONNECTION_ID: "available"})
    last, over = (next_step(seen, run, at, least_patience=LEAST_PATIENCE) for at in (LAST, RUN.notice_ends_at))
    assert isinstance(last, LookAgain)
    assert isinstance(over, LookAgain)
    assert (Phase.NOTICE, over.reason) == (last.phase, last.reason)
    assert Phase.NOTICE is not over.phase


def test_somebody_else_may_delete_it_meanwhile() -> None:
    assert SeemsGone is type(next_step(see("deleted"), RUN, LAST, least_patience=LEAST_PATIENCE))


def test_the_deadline_counts_from_the_end_of_the_rehearsal() -> None:
    run: Run = replace(RUN, request=replace(NOTICE, patience_minutes=1, rehearsal_minutes=30))
    assert timed_out(see("available", ONE), run).startswith(
        "the deadline for dxcon-fg5678gh, 1 minute after the rehearsal, is 2026-11-02 03:36:00 UTC; "
    )


def test_the_deadline_counts_from_its_end() -> None:
    run: Run = replace(RUN, request=replace(NOTICE, patience_minutes=30))
    assert timed_out(see("available", ONE), run).startswith(
        "the deadline for dxcon-fg5678gh, 30 minutes after the end of the notice, is 2026-11-02 03:30:00 UTC; "
    )
