"""The summary of a sweep: how each connection ended, as the state machine has written it down."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from decommission.schemas import JSON

_BLOCKED_BY = re.compile(r"blocked by ([a-z-]+(?:, [a-z-]+)*): ")
_ERROR = re.compile(r'"Error": ?"([^"]+)"')
MOST_OF_A_REASON = 1_000


class End(StrEnum):
    """How one connection of a sweep ended."""

    COMPLETED = "COMPLETED"
    PLANNED = "PLANNED"
    BLOCKED = "BLOCKED"
    TIMED_OUT = "TIMED_OUT"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


def metric_of(end: End) -> str:
    """Name the metric that counts the connections of sweeps with this end: ``SweepTimedOut``."""
    return f"Sweep{end.title().replace('_', '')}"


# The names of the errors with which the decommission machine fails, by the end of the run.
_ENDS = {"Blocked": End.BLOCKED, "TimedOut": End.TIMED_OUT}


def entry(item: JSON, outcome: JSON | None) -> JSON:
    """
    Say how one item of the list ended; ``outcome`` is what the state machine wrote, None if it wrote nothing.

    The members of an outcome are those of its item, and ``ended`` or ``error``.
    """
    if reason := item.get("skipped"):
        return _entry(item, End.SKIPPED, reason)
    if outcome is None:
        return _entry(item, End.FAILED, "its outcome was not written; look at the execution of this name")
    if ended := outcome.get("ended"):
        guards = [said["guard"] for said in ended["guards"] if said["outcome"] == "BLOCK"]
        end = _entry(item, End(ended["phase"]), ended["reason"], guards, ended["execution"])
        return end | {"alreadyGone": ended["alreadyGone"]}
    return _failed(item, outcome["error"])


def summed_up(entries: Iterable[JSON]) -> JSON:
    """Count the ends, and which guards blocked how many; those that need attention come first."""
    listed = sorted(entries, key=lambda one: (_attention(one), one["id"]))
    ends = Counter(one["end"] for one in listed)
    guards = Counter(guard for one in listed for guard in one["guards"])
    return {
        "counts": {end.value: ends[end.value] for end in End},
        "blockedBy": dict(sorted(guards.items(), key=lambda count: (-count[1], count[0]))),
        "connections": listed,
    }


def _failed(item: JSON, error: dict[str, Any]) -> JSON:
    name, cause = error.get("Error") or "unknown error", error.get("Cause") or ""
    if "ExecutionAlreadyExists" in name:
        return _entry(item, End.SKIPPED, "an execution of this name was started before, and has told its own end")
    execution: str | None = None
    described = _as_json(cause)
    if described:
        # What states:startExecution.sync:2 tells of an execution that did not succeed.
        execution = described.get("ExecutionArn")
        name, cause = described.get("Error") or described.get("Status") or name, described.get("Cause") or ""
    elif told := _ERROR.search(cause):
        # The same, cut where Step Functions cuts a long cause.
        name = told[1]
    if name not in _ENDS:
        return _entry(item, End.FAILED, f"{name}: {_message(cause)}", execution=execution)
    blocked_by = _BLOCKED_BY.search(cause) if name == "Blocked" else None
    return _entry(item, _ENDS[name], cause, blocked_by[1].split(", ") if blocked_by else [], execution)


def _entry(item: JSON, end: End, reason: str, guards: Iterable[str] = (), execution: str | None = None) -> JSON:
    shown = reason if len(reason) <= MOST_OF_A_REASON else f"{reason[:MOST_OF_A_REASON]}… (its report has the rest)"
    return {
        "id": item["id"],
        "place": item["place"],
        "name": item.get("name"),
        "end": end.value,
        "reason": shown,
        "guards": list(guards),
        "alreadyGone": False,
        "execution": execution,
    }


def _attention(one: JSON) -> tuple[bool, int]:
    """Order what went well behind all else; a plan that a guard would block, or an id that was gone, did not."""
    order = [End.FAILED, End.TIMED_OUT, End.BLOCKED, End.SKIPPED, End.PLANNED, End.COMPLETED]
    end = End(one["end"])
    went_well = end in {End.PLANNED, End.COMPLETED} and not one["guards"] and not one["alreadyGone"]
    return went_well, order.index(end)


def _message(cause: str) -> str:
    """Take the message out of what Lambda tells of an error."""
    described = _as_json(cause)
    return str(described.get("errorMessage", cause)) if described else cause


def _as_json(text: str) -> JSON:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
