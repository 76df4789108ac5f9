"""A run: what was asked for, when it began, what was planned, and how far the last step saw it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from decommission.plan import Plan


class Phase(StrEnum):
    """Where a run stands; the state machine's Choice covers exactly these."""

    DELETING_VIRTUAL_INTERFACES = "DELETING_VIRTUAL_INTERFACES"
    DELETING_CONNECTION = "DELETING_CONNECTION"
    PLANNED = "PLANNED"
    COMPLETED = "COMPLETED"
    BLOCKED = "BLOCKED"
    TIMED_OUT = "TIMED_OUT"

    @property
    def waits(self) -> bool:
        """Whether another step is to follow."""
        return self in {Phase.DELETING_VIRTUAL_INTERFACES, Phase.DELETING_CONNECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    connection_id: str
    dry_run: bool = False
    plan_digest: str | None = None
    patience_minutes: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    All that one step knows of the steps before it.

    ``phase``, ``phase_started_at`` and ``remaining_ids`` (the virtual interfaces that were not gone) are those of
    the last result, and ``plan`` is the one that the first step made; before it there are none.
    """

    request: Request
    started_at: datetime
    plan: Plan | None = None
    phase: Phase | None = None
    phase_started_at: datetime | None = None
    remaining_ids: frozenset[str] = frozenset()

    @property
    def deadline(self) -> datetime:
        return self.started_at + timedelta(minutes=self.request.patience_minutes)

    @property
    def has_ended(self) -> bool:
        return self.phase is not None and not self.phase.waits
