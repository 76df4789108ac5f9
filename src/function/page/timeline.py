"""The time line: when AWS was asked to delete each thing, and when it was first seen gone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from decommission.documents import port_of
from decommission.words import moment
from page.fate import Fate, Kind

# The width of a bar's box; the page stretches it.
WIDTH = 1000
NARROWEST = 6
REHEARSAL = "rehearsal: BGP down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``left`` and ``width`` place the bar between the start (0) and the end (1000) of the run."""

    id: str
    fate: Fate
    asked: str
    gone: str
    took: str
    left: int
    width: int


def rows(report: Mapping[str, Any], fates: Mapping[str, Fate]) -> Iterator[Row]:
    """Yield a row for everything that this run asked AWS to delete, or that went away meanwhile."""
    started, ended = datetime.fromisoformat(report["startedAt"]), datetime.fromisoformat(report["endedAt"])
    whole = max((ended - started).total_seconds(), 1)
    asked = _asked(report["calls"])
    gone_at = {id_: datetime.fromisoformat(at) for id_, at in report["goneAt"].items()}
    if report["phase"] == "COMPLETED" and not (report["plan"] or {}).get("keepsConnection"):
        # The step that ends a completed run is the one that found the port gone.
        gone_at.setdefault(port_of(report)[1], ended)
    rehearsal = report.get("rehearsal")
    if rehearsal and rehearsal["tests"]:
        asked[REHEARSAL] = datetime.fromisoformat(rehearsal["startedAt"])
        if rehearsal["endedAt"]:
            gone_at[REHEARSAL] = datetime.fromisoformat(rehearsal["endedAt"])
        fates = {REHEARSAL: _fate_of(rehearsal), **fates}
    for id_, fate in fates.items():
        began, gone = asked.get(id_), gone_at.get(id_)
        if began is None and gone is None:
            continue
        first, last = began or gone or ended, gone or ended
        left = min(round(WIDTH * (first - started).total_seconds() / whole), WIDTH - NARROWEST)
        yield Row(
            id=id_,
            fate=fate,
            asked=moment(began) if began else "not by this run",
            gone=moment(gone) if gone else "not yet",
            took=duration(gone - began) if began and gone else "",
            left=max(left, 0),
            width=max(round(WIDTH * (last - first).total_seconds() / whole), NARROWEST),
        )


def _fate_of(rehearsal: Mapping[str, Any]) -> Fate:
    if rehearsal["problem"]:
        return Fate(Kind.LEFT, "BGP was down on trial, which was broken off")
    return Fate(Kind.GONE, "BGP was down on trial, and nobody objected")


def _asked(calls: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """Take the call that AWS accepted; else the last that it did not."""
    deletions = [call for call in calls if call["action"].startswith("DELETE")]
    in_order = sorted(deletions, key=lambda call: (call["outcome"] == "ACCEPTED", call["requestedAt"]))
    return {call["resourceId"]: datetime.fromisoformat(call["requestedAt"]) for call in in_order}


def duration(length: timedelta) -> str:
    """Spell a duration in its two largest units."""
    seconds = max(round(length.total_seconds()), 0)
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"
