"""How long to wait before the next look."""

from datetime import datetime
from math import ceil

from decommission.run import Run

LONGEST_WAIT_SECONDS = 60
# After the first step: nothing is under way yet that would take time.
FIRST_WAIT_SECONDS = 1


def wait_seconds(run: Run, now: datetime, *, minimum: int, jitter: float, is_first: bool = False) -> int:
    """
    Wait the minimum, and up to a tenth of the time already spent in the phase on top; 0 when the run has ended.

    So the end is noticed at most a tenth of what AWS took, plus the minimum, after it came. ``jitter``, a random
    number from 0 to 1, is how much of that tenth. The wait ends with the deadline, if that comes first.
    """
    if run.has_ended or run.phase_started_at is None:
        return 0
    if is_first:
        return FIRST_WAIT_SECONDS
    spent = (now - run.phase_started_at).total_seconds()
    longest = max(LONGEST_WAIT_SECONDS, minimum)
    until_deadline = max(ceil((run.deadline - now).total_seconds()), 1)
    return min(minimum + max(int(jitter * spent / 10), 0), longest, until_deadline)
