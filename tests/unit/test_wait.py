"""How long a step waits: never less than the minimum but at the end, and at most a tenth of the time more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decommission.run import Phase, Run
from decommission.wait import wait_seconds
from tests.looks import RUN
from tests.strategies import START, moments

PHASE = replace(RUN, phase=Phase.DELETING_CONNECTION, phase_started_at=START)
DEADLINE = START + timedelta(minutes=240)


def after(seconds: float, *, minimum: int = 10, jitter: float = 1.0, run: Run = PHASE) -> int:
    return wait_seconds(run, START + timedelta(seconds=seconds), minimum=minimum, jitter=jitter)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 10), (9.9, 10), (10, 11), (100, 20), (499, 59), (500, 60), (501, 60), (5000, 60), (-100, 10)],
)
def test_grows_by_a_tenth_up_to_a_minute(seconds: float, expected: int) -> None:
    assert expected == after(seconds)


def test_after_the_first_step_nothing_is_under_way() -> None:
    assert 1 == wait_seconds(PHASE, START + timedelta(seconds=100), minimum=10, jitter=1.0, is_first=True)
    ended = replace(PHASE, phase=Phase.BLOCKED)
    assert 0 == wait_seconds(ended, START, minimum=10, jitter=1.0, is_first=True)


@pytest.mark.parametrize(("jitter", "expected"), [(0.0, 10), (0.5, 25), (0.999, 39), (1.0, 40)])
def test_jitter_is_how_much_of_the_tenth(jitter: float, expected: int) -> None:
    assert expected == after(300, jitter=jitter)


@pytest.mark.parametrize(("minimum", "expected"), [(1, 31), (59, 60), (60, 60), (61, 61), (300, 300)])
def test_the_minimum_wins_over_the_longest(minimum: int, expected: int) -> None:
    assert expected == after(300, minimum=minimum)


@pytest.mark.parametrize(
    ("before", "expected"), [(61, 60), (60, 60), (59, 59), (1.5, 2), (1, 1), (0.1, 1), (0, 1), (-1, 1)]
)
def test_ends_with_the_deadline(before: float, expected: int) -> None:
    now = DEADLINE - timedelta(seconds=before)
    assert expected == wait_seconds(PHASE, now, minimum=10, jitter=1.0)


@pytest.mark.parametrize("phase", Phase)
def test_only_two_phases_wait(phase: Phase) -> None:
    waits = phase in {Phase.DELETING_VIRTUAL_INTERFACES, Phase.DELETING_CONNECTION}
    assert (20 if waits else 0) == after(100, run=replace(PHASE, phase=phase))


def test_nobody_waits_for_a_run_that_has_not_begun() -> None:
    assert after(100, run=RUN) == 0


@given(moments, st.integers(min_value=1, max_value=600), st.floats(min_value=0, max_value=1))
def test_is_never_zero_while_the_run_goes_on(now: datetime, minimum: int, jitter: float) -> None:
    waits = wait_seconds(PHASE, now, minimum=minimum, jitter=jitter)
    assert 1 <= waits <= max(60, minimum)
    # Whoever wakes up at the deadline gives up there, and not one wait later.
    assert now >= DEADLINE or now + timedelta(seconds=waits - 1) < DEADLINE
