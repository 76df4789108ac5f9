"""What people are told about the end of a sweep."""

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
REDRIVE = (
    "decommissions that it has started go on by themselves, and each sends its own message; remove the cause, then "
    "redrive the execution, or start a new sweep"
)
DONE = {"PLANNED", "COMPLETED"}


def of_summary(summary: JSON, record: str) -> Message | None:
    """Make the message about a sweep, ``record`` being its folder in S3; None if nothing was due and nothing failed."""
    connections, error = summary["connections"], summary.get("error")
    if not connections and not error:
        return None
    counts = ", ".join(f"{summary['counts'][end]} {word}" for end, word in ENDS.items() if summary["counts"][end])
    dry = " (a dry run: nothing was deleted)" if summary["dryRun"] else ""
    done = [one["id"] for one in connections if one["end"] in DONE]
    open_ = [one for one in connections if one["end"] not in DONE]
    sections: dict[str, Section] = {
        "What": f"sweep {summary['sweep']}{dry}: {counts}",
        "The sweep itself failed": f"{error.get('Error')}: {error.get('Cause') or ''}" if error else None,
        "Blocked by": ", ".join(f"{guard} ({count})" for guard, count in summary["blockedBy"].items()),
        "What to look at": _lines(open_),
        "Done": _ids(done),
        "Record": record,
        "Execution": summary["execution"],
    }
    what = "sweep, dry run" if summary["dryRun"] else "sweep"
    return Message(subject=subject(f"{what} {summary['sweep']}: {counts or 'failed'}"), text=text(sections))


def of_execution(described: JSON) -> Message | None:
    """Make the message about a sweep's execution that DescribeExecution shows as ended; None if it has a summary."""
    if described["status"] == "SUCCEEDED":
        return None
    ended = ended_as(described)
    sections: dict[str, Section] = {
        "What": f"a sweep: the execution ended as {ended}. There is no summary.",
        "Why": why_it_ended(described),
        "What to do": [REDRIVE],
        "Execution": described["executionArn"],
    }
    return Message(subject=subject(f"sweep {ended}"), text=text(sections))


def _lines(connections: list[JSON]) -> list[str]:
    lines = [f"{one['id']}: {ENDS[one['end']]}: {one['reason'][:MOST_OF_A_LINE]}" for one in connections[:MOST_LINES]]
    rest = len(connections) - len(lines)
    return [*lines, f"and {rest} more, in summary.json"] if rest else lines


def _ids(ids: list[str]) -> str:
    rest = len(ids) - MOST_LINES
    return ", ".join(ids[:MOST_LINES]) + (f" and {rest} more" if rest > 0 else "")
