"""How long to wait before the next step."""

from datetime import datetime
from math import ceil

from decommission.run import NewRun

LONGEST_WAIT_SECONDS = 60
# For a step that has nothing to wait for: the one after the plan, and one that stopped deleting for its ten seconds.
SHORTEST_WAIT_SECONDS = 1


def wait_seconds(run: NewRun, phase_started_at: datetime, now: datetime, *, minimum: int, jitter: float) -> int:
    """
    Wait the minimum, and up to a tenth of the time already spent in the phase on top.

    So the end is noticed at most a tenth of what AWS took, plus the minimum, after it came. ``jitter``, a random
    number from 0 to 1, is how much of that tenth. The wait ends with the deadline, if that comes first.
    """
    spent = (now - phase_started_at).total_seconds()
    longest = max(LONGEST_WAIT_SECONDS, minimum)
    until_deadline = max(ceil((run.deadline - now).total_seconds()), SHORTEST_WAIT_SECONDS)
    return min(minimum + max(int(jitter * spent / 10), 0), longest, until_deadline)
