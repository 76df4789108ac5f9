"""What became of each thing that was planned, in a symbol and a few words: never in a colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ABSENT = "absent"


class Kind(StrEnum):
    """The classes of the style sheet."""

    PLANNED = "planned"
    DELETED = "deleted"
    GONE = "gone"
    MOVED = "moved"
    LEFT = "left"


SYMBOLS = {Kind.PLANNED: "○", Kind.DELETED: "✕", Kind.GONE: "◌", Kind.MOVED: "➜", Kind.LEFT: "●"}


@dataclass(frozen=True, slots=True)
class Fate:
    kind: Kind
    words: str

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.kind]


STAYS = Fate(Kind.LEFT, "stays")


def planned(state: str) -> Fate:
    return Fate(Kind.PLANNED, f"to be deleted, {state}")


def fate_in_report(id_: str, state: str, report: Mapping[str, Any]) -> Fate:
    """Say what became of a planned resource; ``state`` is the one at the last look."""
    if id_ in report["deleted"]:
        return Fate(Kind.DELETED, "deleted")
    if id_ in report["goneWithoutThisRun"]:
        by = "this run asked for it, and AWS's answer was lost" if _was_asked_for(id_, report) else "not by this run"
        return Fate(Kind.GONE, f"gone; {by}")
    if id_ in report["moved"]:
        return Fate(Kind.MOVED, f"moved to {report['moved'][id_]}")
    if id_ in report["deletedOrMovedByOthers"]:
        return Fate(Kind.GONE, "deleted or moved by others")
    if report["phase"] == "PLANNED":
        return planned(state)
    return Fate(Kind.LEFT, f"left, {state}")


def _was_asked_for(id_: str, report: Mapping[str, Any]) -> bool:
    """Return True if a call without a clear answer may have deleted it."""
    return any(call["resourceId"] == id_ and call["outcome"] == "FAILED" for call in report["calls"])
