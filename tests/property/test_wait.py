"""Whatever the clock and the dice say, a wait keeps to its bounds."""

from datetime import timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from decommission.run import Phase, Request, Run
from decommission.wait import LONGEST_WAIT_SECONDS, wait_seconds
from tests.strategies import CONNECTION_ID, START

waiting = st.builds(
    Run,
    request=st.builds(
        Request, connection_id=st.just(CONNECTION_ID), patience_minutes=st.integers(min_value=1, max_value=1440)
    ),
    started_at=st.just(START),
    phase=st.sampled_from([phase for phase in Phase if phase.waits]),
    phase_started_at=st.timedeltas(timedelta(0), timedelta(hours=24)).map(lambda since: START + since),
)
ended = st.builds(
    Run,
    request=st.just(Request(connection_id=CONNECTION_ID, patience_minutes=60)),
    started_at=st.just(START),
    phase=st.sampled_from([phase for phase in Phase if not phase.waits]),
    phase_started_at=st.just(START),
)
# Another host's clock may lag behind the one that began the phase.
spans = st.timedeltas(timedelta(minutes=-1), timedelta(hours=24))
minimums = st.integers(min_value=1, max_value=120)
jitters = st.floats(min_value=0, max_value=1)


@given(waiting, spans, minimums, jitters)
def test_a_wait_keeps_to_its_bounds(run: Run, spent: timedelta, minimum: int, jitter: float) -> None:
    assert run.phase_started_at is not None
    now = run.phase_started_at + spent
    left = (run.deadline - now).total_seconds()

    wait = wait_seconds(run, now, minimum=minimum, jitter=jitter)

    assert 1 <= wait <= max(LONGEST_WAIT_SECONDS, minimum)
    assert wait >= min(minimum, left)
    assert wait <= minimum + max(spent.total_seconds(), 0) / 10, "the end is noticed a tenth later, plus the minimum"
    assert wait <= max(ceil(left), 1), "the deadline is not slept over"


@given(waiting, spans, minimums, jitters, jitters)
def test_more_jitter_never_waits_less(run: Run, spent: timedelta, minimum: int, one: float, other: float) -> None:
    assert run.phase_started_at is not None
    now = run.phase_started_at + spent
    shorter, longer = (wait_seconds(run, now, minimum=minimum, jitter=jitter) for jitter in sorted((one, other)))

    assert shorter <= longer


@given(ended, spans, minimums, jitters)
def test_an_end_waits_for_nothing(run: Run, spent: timedelta, minimum: int, jitter: float) -> None:
    assert 0 == wait_seconds(run, START + spent, minimum=minimum, jitter=jitter)
