"""What people are told about the end of a sweep."""

from decommission.words import shortened
from notifier.message import JSON, Message, Section, ended_as, subject, text, why_it_ended

# The record has the rest.
MOST_LINES = 50
MOST_OF_A_LINE = 300
# In the order in which a reader needs them.
ENDS = {
    "FAILED": "failed",
    "TIMED_OUT": "timed out",
    "BLOCKED": "blocked",
    "SKIPPED": "skipped",
    "PLANNED": "planned",
    "COMPLETED": "completed",
}
# Without a summary, the sweep ended before its first decommission or after the last; else it was cut off.
REDRIVE = "the decommissions that it started have told their own ends; remove the cause, then redrive the execution"
CORRECT = "it started nothing; correct its input, then start a new sweep"
START_ANEW = (
    "Step Functions stops the decommissions of a sweep with it, and each sends its own message; start a new sweep, "
    "which goes on with what still exists: a redriven one would skip what was stopped"
)
TRY_AGAIN = "the next scheduled sweep tries again what is still approved and due; remove the causes until then"
# The state machine fails with it although there is a summary.
WITH_SUMMARY = "SweepFailed"
DONE = {"PLANNED", "COMPLETED"}


def of_summary(summary: JSON, record: str) -> Message | None:
    """Make the message about a sweep, ``record`` being its folder in S3; None if nothing was due and nothing failed."""
    connections, error = summary["connections"], summary.get("error")
    if not connections and not error:
        return None
    counts = ", ".join(f"{summary['counts'][end]} {word}" for end, word in ENDS.items() if summary["counts"][end])
    dry = " (a dry run: nothing was deleted)" if summary["dryRun"] else ""
    done = [one["id"] for one in connections if _went_well(one)]
    open_ = [one for one in connections if not _went_well(one)]
    is_tried_again = summary["isScheduled"] and not summary["dryRun"] and bool(open_)
    sections: dict[str, Section] = {
        "What": f"sweep {summary['sweep']}{dry}: {counts}",
        "The sweep itself failed": f"{error.get('Error')}: {error.get('Cause') or ''}" if error else None,
        "Blocked by": ", ".join(f"{guard} ({count})" for guard, count in summary["blockedBy"].items()),
        "What to look at": _lines(open_),
        "What to do": [TRY_AGAIN] if is_tried_again else None,
        "Done": _ids(done),
        "Record": record,
        "Execution": summary["execution"],
    }
    what = "sweep, dry run" if summary["dryRun"] else "sweep"
    return Message(subject=subject(f"{what} {summary['sweep']}: {counts or 'failed'}"), text=text(sections))


def of_execution(described: JSON) -> Message | None:
    """Make the message about a sweep's execution that DescribeExecution shows as ended; None if it has a summary."""
    if described["status"] == "SUCCEEDED" or described.get("error") == WITH_SUMMARY:
        return None
    ended = ended_as(described)
    sections: dict[str, Section] = {
        "What": f"a sweep: the execution ended as {ended}. There is no summary.",
        "Why": why_it_ended(described),
        "What to do": [_what_to_do(described)],
        "Execution": described["executionArn"],
    }
    return Message(subject=subject(f"sweep {ended}"), text=text(sections))


def _what_to_do(described: JSON) -> str:
    if described["status"] != "FAILED":
        return START_ANEW
    return CORRECT if described.get("error") == "InvalidRequestError" else REDRIVE


def _went_well(one: JSON) -> bool:
    return one["end"] in DONE and not one["guards"] and not one["alreadyGone"]


def _lines(connections: list[JSON]) -> list[str]:
    lines = [_line(one) for one in connections[:MOST_LINES]]
    rest = len(connections) - len(lines)
    return [*lines, f"and {rest} more, in summary.json"] if rest else lines


def _line(one: JSON) -> str:
    end = ENDS[one["end"]]
    if one["end"] == "PLANNED":
        end = f"would be blocked by {', '.join(one['guards'])}"
    if one["alreadyGone"]:
        end = "was gone already, or its id or its place is mistyped"
    place = f" ({one['place']})" if one["place"] else ""
    return f"{one['id']}{place}: {end}: {shortened(one['reason'], MOST_OF_A_LINE)}"


def _ids(ids: list[str]) -> str:
    rest = len(ids) - MOST_LINES
    return ", ".join(ids[:MOST_LINES]) + (f" and {rest} more" if rest > 0 else "")
