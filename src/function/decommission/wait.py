"""How long to wait before the next step."""

from datetime import datetime
from math import ceil

from decommission.rehearsal import rehearsal_ends_at
from decommission.run import NewRun, Run

LONGEST_WAIT_SECONDS = 60
# Nothing is deleted during a notice, which may last for days.
LONGEST_WAIT_IN_NOTICE_SECONDS = 15 * 60
# For a step that has nothing to wait for: the one after the plan, and one that stopped deleting for its ten seconds.
SHORTEST_WAIT_SECONDS = 1


def wait_seconds(run: NewRun, phase_started_at: datetime, now: datetime, *, minimum: int, jitter: float) -> int:
    """
    Wait the minimum, and up to a tenth of the time already spent in the phase on top.

    So the end is noticed at most a tenth of what AWS took, plus the minimum, after it came. ``jitter``, a random
    number from 0 to 1, is how much of that tenth. The wait ends with the
    notice, the rehearsal or the deadline, if that comes first.
    During a notice it is the whole tenth: there, only the number of looks matters.
    """
    is_notice = now < run.notice_ends_at
    spent = (now - phase_started_at).total_seconds() * (1 if is_notice else jitter)
    longest = max(LONGEST_WAIT_IN_NOTICE_SECONDS if is_notice else LONGEST_WAIT_SECONDS, minimum)
    until = run.notice_ends_at if is_notice else run.deadline
    if isinstance(run, Run) and run.is_rehearsing and now < rehearsal_ends_at(run):
        until = rehearsal_ends_at(run)
    left = max(ceil((until - now).total_seconds()), SHORTEST_WAIT_SECONDS)
    return min(minimum + max(int(spent / 10), 0), longest, left)
