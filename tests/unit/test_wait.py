"""How long a step waits: the minimum plus a tenth of the time in the phase, and never beyond the deadline."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.run import Phase, Rehearsal
from decommission.wait import LONGEST_WAIT_IN_NOTICE_SECONDS, LONGEST_WAIT_SECONDS, SHORTEST_WAIT_SECONDS, wait_seconds
from tests.support.looks import NEW_RUN, under_way
from tests.support.strategies import START


def waits(seconds: float, *, minimum: int = 10, jitter: float = 1.0, notice_minutes: int = 0) -> int:
    run = replace(NEW_RUN, request=replace(NEW_RUN.request, notice_minutes=notice_minutes))
    return wait_seconds(run, START, START + timedelta(seconds=seconds), minimum=minimum, jitter=jitter)


def test_the_bounds() -> None:
    assert (1, 60) == (SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 10), (9.9, 10), (10, 11), (100, 20), (499, 59), (500, 60), (501, 60), (5000, 60), (-100, 10)],
)
def test_the_wait_grows_by_a_tenth_up_to_a_minute(seconds: float, expected: int) -> None:
    assert expected == waits(seconds)


@pytest.mark.parametrize(("jitter", "expected"), [(0.0, 10), (0.5, 25), (0.999, 39), (1.0, 40)])
def test_jitter_is_the_share_of_the_tenth(jitter: float, expected: int) -> None:
    assert expected == waits(300, jitter=jitter)


@pytest.mark.parametrize(("minimum", "expected"), [(1, 31), (59, 60), (60, 60), (61, 61), (300, 300)])
def test_a_minimum_above_the_longest_wait(minimum: int, expected: int) -> None:
    assert expected == waits(300, minimum=minimum)


def test_the_time_in_earlier_phases_does_not_count() -> None:
    began = START + timedelta(seconds=200)
    now = START + timedelta(seconds=300)
    assert 20 == wait_seconds(NEW_RUN, began, now, minimum=10, jitter=1.0)


@pytest.mark.parametrize(
    ("before", "expected"), [(61, 60), (60, 60), (59, 59), (1.5, 2), (1, 1), (0.1, 1), (0, 1), (-1, 1), (-9, 1)]
)
def test_the_wait_ends_with_the_deadline(before: float, expected: int) -> None:
    assert expected == waits(240 * 60 - before)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 10), (100, 20), (5_000, 510), (8_899, 899), (8_900, 900), (80_000, 900), (86_390.5, 10), (86_399.9, 1)],
)
def test_the_looks_of_a_notice_are_a_quarter_of_an_hour_apart_at_most(seconds: float, expected: int) -> None:
    assert 900 == LONGEST_WAIT_IN_NOTICE_SECONDS
    # Jitter plays no part: only so are the looks bounded.
    assert expected == waits(seconds, notice_minutes=24 * 60, jitter=0.0)


def test_a_wait_after_the_notice_is_the_usual_one() -> None:
    assert 60 == waits(3_601, notice_minutes=60)


@pytest.mark.parametrize(
    ("before", "ended", "expected"),
    [(61, False, 60), (30, False, 30), (0.5, False, 1), (0, False, 60), (-60, False, 60), (30, True, 60)],
)
def test_the_wait_ends_with_the_rehearsal(before: float, *, ended: bool, expected: int) -> None:
    rehearsal = Rehearsal(started_at=START + timedelta(minutes=1), ended_at=START if ended else None)
    request = replace(NEW_RUN.request, rehearsal_minutes=60)
    run = replace(under_way(), request=request, phase=Phase.REHEARSING, rehearsal=rehearsal)
    now = START + timedelta(minutes=61, seconds=-before)
    assert expected == wait_seconds(run, START, now, minimum=10, jitter=1.0)
