"""A run: what was asked for, when it began, what was planned, and how far the last step saw it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from decommission.models import Connection
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
class Override:
    """One guard that the request passes, and why."""

    guard: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    connection_id: str
    dry_run: bool = False
    plan_digest: str | None = None
    overrides: tuple[Override, ...] = ()
    patience_minutes: int
    reason: str | None = None

    def override_of(self, guard: str) -> Override | None:
        return next((override for override in self.overrides if override.guard == guard), None)


class Outcome(StrEnum):
    """What a guard says; only BLOCK stops a run."""

    PASS = "PASS"  # noqa: S105 - no password
    WARN = "WARN"
    BLOCK = "BLOCK"
    OVERRIDDEN = "OVERRIDDEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``reason`` says what was found, and what to do about it."""

    guard: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """
    A call that deletes, or takes a connection out of its LAG, and that AWS answered.

    ``request_id`` is what an auditor finds it by in CloudTrail; ``refusal`` holds AWS's words if it said no.
    """

    action: str
    resource_id: str
    requested_at: datetime
    request_id: str | None
    refusal: str | None = None

    @property
    def is_accepted(self) -> bool:
        return self.refusal is None

    @property
    def deletes(self) -> bool:
        """Whether AWS agreed to delete something; who leaves a LAG is still there."""
        return self.is_accepted and self.action.startswith("DELETE_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    All that one step knows of the steps before it.

    ``phase`` and ``phase_started_at`` are those of the last result; ``plan``, ``verdicts`` and ``connection`` (as it
    was then) are what the first step found; before it there are none. ``deletions`` are those that this run asked for.
    """

    request: Request
    started_at: datetime
    plan: Plan | None = None
    phase: Phase | None = None
    phase_started_at: datetime | None = None
    connection: Connection | None = None
    verdicts: tuple[Verdict, ...] = ()
    deletions: tuple[Deletion, ...] = ()

    @property
    def blocks(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.BLOCK)

    @property
    def deadline(self) -> datetime:
        return self.started_at + timedelta(minutes=self.request.patience_minutes)

    def with_answers(self, answers: Iterable[Deletion]) -> Self:
        """
        Add what AWS answered: for each resource, the first call that it accepted and the last that it refused stay.

        That is what an auditor needs, and it is bounded: a refusal may come with every look for a day, and Step
        Functions hands on no more than 256 KiB.
        """
        kept = {(d.action, d.resource_id, d.is_accepted): d for d in self.deletions}
        for answer in answers:
            key = (answer.action, answer.resource_id, answer.is_accepted)
            kept[key] = kept.get(key, answer) if answer.is_accepted else answer
        return replace(self, deletions=tuple(kept.values()))

    @property
    def deleted_ids(self) -> frozenset[str]:
        """The ids of what AWS agreed to delete for this run."""
        return frozenset(deletion.resource_id for deletion in self.deletions if deletion.deletes)

    @property
    def has_ended(self) -> bool:
        return self.phase is not None and not self.phase.waits
