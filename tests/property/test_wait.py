"""Whatever the clock and the dice say, a wait keeps to its bounds."""

from datetime import datetime, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from decommission.run import NewRun, Request
from decommission.wait import LONGEST_WAIT_SECONDS, wait_seconds
from tests.support.strategies import CONNECTION_ID, START

runs = st.builds(
    NewRun,
    request=st.builds(
        Request, connection_id=st.just(CONNECTION_ID), patience_minutes=st.integers(min_value=1, max_value=1440)
    ),
    started_at=st.just(START),
)
phase_starts = st.timedeltas(timedelta(0), timedelta(hours=24)).map(lambda since: START + since)
# Another host's clock may lag behind the one that began the phase.
spans = st.timedeltas(timedelta(minutes=-1), timedelta(hours=24))
minimums = st.integers(min_value=1, max_value=120)
jitters = st.floats(min_value=0, max_value=1)


@given(runs, phase_starts, spans, minimums, jitters)
def test_a_wait_keeps_to_its_bounds(
    run: NewRun, phase_start: datetime, spent: timedelta, minimum: int, jitter: float
) -> None:
    now = phase_start + spent
    left = (run.deadline - now).total_seconds()

    wait = wait_seconds(run, phase_start, now, minimum=minimum, jitter=jitter)

    assert 1 <= wait <= max(LONGEST_WAIT_SECONDS, minimum)
    assert wait >= min(minimum, left)
    assert wait <= minimum + max(spent.total_seconds(), 0) / 10, "the end is noticed a tenth later, plus the minimum"
    assert wait <= max(ceil(left), 1), "the wait goes past the deadline"


@given(runs, spans, minimums, st.tuples(jitters, jitters))
def test_more_jitter_never_waits_less(run: NewRun, spent: timedelta, minimum: int, both: tuple[float, float]) -> None:
    shorter, longer = (
        wait_seconds(run, START, START + spent, minimum=minimum, jitter=jitter) for jitter in sorted(both)
    )

    assert shorter <= longer
