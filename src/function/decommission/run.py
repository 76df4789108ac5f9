"""A run: what was asked for, when it began, what was planned, and how far the last step saw it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from decommission.models import Port
from decommission.plan import Plan

# BGP needs a while to come up, and its routes to be announced; until then, the guard of routes would see none.
RECOVERY_TIME = timedelta(minutes=5)
ABSENT = "absent"
"""The state, in a result, of something that AWS does not show."""


class Phase(StrEnum):
    """How far a run is; the state machine's Choice covers exactly these."""

    NOTICE = "NOTICE"
    REHEARSING = "REHEARSING"
    DELETING_VIRTUAL_INTERFACES = "DELETING_VIRTUAL_INTERFACES"
    DELETING_CONNECTION = "DELETING_CONNECTION"
    DELETING_LAG = "DELETING_LAG"
    PLANNED = "PLANNED"
    COMPLETED = "COMPLETED"
    BLOCKED = "BLOCKED"
    TIMED_OUT = "TIMED_OUT"

    @property
    def waits(self) -> bool:
        """True if another step follows."""
        return self in {
            Phase.NOTICE,
            Phase.REHEARSING,
            Phase.DELETING_VIRTUAL_INTERFACES,
            Phase.DELETING_CONNECTION,
            Phase.DELETING_LAG,
        }


class Action(StrEnum):
    """The calls that a run makes to change something; those about tests are undone, and never among its ``calls``."""

    START_FAILOVER_TEST = "START_FAILOVER_TEST"
    STOP_FAILOVER_TEST = "STOP_FAILOVER_TEST"
    DELETE_VIRTUAL_INTERFACE = "DELETE_VIRTUAL_INTERFACE"
    UPDATE_LAG = "UPDATE_LAG"
    DISASSOCIATE_FROM_LAG = "DISASSOCIATE_FROM_LAG"
    DELETE_CONNECTION = "DELETE_CONNECTION"
    DELETE_LAG = "DELETE_LAG"

    @property
    def deletes(self) -> bool:
        """True if AWS deletes what it is asked about."""
        return self in {Action.DELETE_VIRTUAL_INTERFACE, Action.DELETE_CONNECTION, Action.DELETE_LAG}


class CallOutcome(StrEnum):
    """
    What became of a call.

    A throttled, refused or denied call had no effect. A failed one (server error, no answer, an answer that makes no
    sense) may have had.
    """

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    THROTTLED = "THROTTLED"
    FAILED = "FAILED"
    DENIED = "DENIED"

    @property
    def may_have_had_effect(self) -> bool:
        return self in {CallOutcome.ACCEPTED, CallOutcome.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    One call that this run made to change something, and AWS's answer.

    ``request_id`` is how an auditor finds it in CloudTrail; ``words`` are AWS's, unless it accepted.
    """

    action: Action
    resource_id: str
    requested_at: datetime
    outcome: CallOutcome
    request_id: str | None = None
    words: str | None = None

    @property
    def is_accepted(self) -> bool:
        return self.outcome is CallOutcome.ACCEPTED

    @property
    def may_have_had_effect(self) -> bool:
        return self.outcome.may_have_had_effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """
    Consent to what a guard found about the resources in ``ids``.

    ``up_to_bps`` (guard ``traffic`` only) is the most traffic that it passes, in bits per second; without it, only
    missing data is passed. The first deletion must come before ``until``; after that, the override holds.
    """

    guard: str
    reason: str
    ids: tuple[str, ...]
    up_to_bps: int | None = None
    until: datetime | None = None

    def covers(self, resource_id: str, *, at: datetime, has_begun: bool, bits_per_second: float = 0) -> bool:
        """Return True if it passes a finding about this resource; ``at`` is when the deletion would be made."""
        holds = self.holds(at=at, has_begun=has_begun)
        return holds and resource_id in self.ids and bits_per_second <= (self.up_to_bps or 0)

    def holds(self, *, at: datetime, has_begun: bool) -> bool:
        """Return True unless it expired before the run made its first deletion."""
        return has_begun or self.until is None or at < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run works. By default, in the function's own region and with the function's own role."""

    region: str | None = None
    role_arn: str | None = None

    @property
    def account(self) -> str | None:
        """The account of the role; None for the function's own."""
        return self.role_arn.split(":")[4] if self.role_arn else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    Asks for a connection or, with a ``lag_id`` in the place of a ``connection_id``, for a LAG and all its connections.

    If ``virtual_interface_ids`` are named, only these are deleted, and the port stays.

    Nothing is deleted in the first ``notice_minutes``. Then BGP is taken down for ``rehearsal_minutes``, while the
    alarms of ``alarm_names`` are watched, and gets some time to come back. The deadline is ``patience_minutes`` after
    that.
    """

    connection_id: str | None = None
    lag_id: str | None = None
    virtual_interface_ids: tuple[str, ...] | None = None
    region: str | None = None
    role_arn: str | None = None
    dry_run: bool = False
    plan_digest: str | None = None
    overrides: tuple[Override, ...] = ()
    notice_minutes: int = 0
    rehearsal_minutes: int = 0
    alarm_names: tuple[str, ...] = ()
    patience_minutes: int
    reason: str | None = None

    @property
    def port_id(self) -> str:
        """The id of the connection or of the LAG."""
        return self.connection_id or self.lag_id or ""

    @property
    def rehearsal_time(self) -> timedelta:
        """How long a rehearsal takes: BGP is down, and gets as long to come back, but five minutes at most."""
        down = timedelta(minutes=self.rehearsal_minutes)
        return down + min(RECOVERY_TIME, down)

    @property
    def place(self) -> Place:
        return Place(region=self.region, role_arn=self.role_arn)

    def overrides_of(self, guard: str) -> tuple[Override, ...]:
        return tuple(override for override in self.overrides if override.guard == guard)


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
class Trigger:
    """The EventBridge event that asked for the run: its ``id`` and ``time``, as its envelope spells them."""

    id: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """
    A run before its first step.

    ``execution`` is the ARN of the state machine's execution, if one drives the run.
    """

    request: Request
    started_at: datetime
    execution: str | None = None
    event: Trigger | None = None

    @property
    def account(self) -> str | None:
        """The account in which the run works: that of its role, else the execution's; None if neither is known."""
        return self.request.place.account or _part_of_arn(self.execution, 4)

    @property
    def partition(self) -> str | None:
        """The partition of the function, such as ``aws``; None if no execution drives the run."""
        return _part_of_arn(self.execution, 1)

    @property
    def notice_ends_at(self) -> datetime:
        """The time before which nothing is deleted."""
        return self.started_at + timedelta(minutes=self.request.notice_minutes)

    @property
    def earliest_deletion(self) -> datetime:
        """The end of the notice, and of the rehearsal after it."""
        return self.notice_ends_at + self.request.rehearsal_time

    @property
    def deadline(self) -> datetime:
        return self.earliest_deletion + timedelta(minutes=self.request.patience_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """
    BGP of the planned virtual interfaces, taken down on trial before anything is deleted.

    ``tests`` are the ids of the run's own BGP failover tests, by virtual interface, each as AWS answered it to the run.
    The last was started at ``last_started_at``; ``pending`` are the virtual interfaces on which none could be started
    yet. ``stopped`` are those whose test AWS agreed to stop, or that it had stopped already. ``watched_at`` is when a
    look last heard everybody who may object, ``problem`` why it was broken off. ``ended_at`` is when a step saw that
    none of these tests runs any more.
    """

    started_at: datetime
    last_started_at: datetime | None = None
    tests: Mapping[str, str] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    watched_at: datetime | None = None
    problem: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(NewRun):
    """
    A run that has a plan.

    ``port`` is the connection or the LAG as the first step saw it; ``port_states`` are its state, and those of a LAG's
    connections, at the last look: ``absent`` if AWS did not show one. ``verdicts`` are the guards' latest; ``gone_at``
    says when a step first saw a planned virtual interface gone. Raises ValueError if the parts contradict each other.
    """

    plan: Plan
    port: Port
    port_states: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    calls: tuple[Call, ...] = ()
    gone_at: Mapping[str, datetime] = field(default_factory=dict)
    rehearsal: Rehearsal | None = None
    phase: Phase
    phase_started_at: datetime

    def __post_init__(self) -> None:
        if len({self.request.port_id, self.plan.port_id, self.port.id}) > 1:
            raise ValueError("connectionId or lagId differs between the request, the plan and the port at the start")
        named = self.request.virtual_interface_ids
        if self.plan.keeps_connection is not bool(named) or not set(self.plan.virtual_interface_ids) <= set(
            named or self.plan.virtual_interface_ids
        ):
            raise ValueError("virtualInterfaceIds differ between the request and the plan")
        if self.phase.waits and self.request.dry_run:
            raise ValueError(f"request.dryRun is true, and a dry run is never in phase {self.phase}")
        if self.phase_started_at < self.started_at:
            raise ValueError("phaseStartedAt is before startedAt")

    @property
    def blocks(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.BLOCK)

    @property
    def is_rehearsing(self) -> bool:
        """True from the first test that the run started until it saw that none runs any more."""
        return self.rehearsal is not None and self.rehearsal.ended_at is None

    @property
    def on_trial(self) -> Rehearsal:
        """The rehearsal of a run that has begun it."""
        if self.rehearsal is None:
            raise ValueError("the run has not rehearsed")
        return self.rehearsal

    @property
    def has_begun(self) -> bool:
        """True once a call of this run may have changed something."""
        return any(call.may_have_had_effect for call in self.calls)

    def has_asked(self, action: Action) -> bool:
        """Return True if such a call of this run may have changed something."""
        return any(call.may_have_had_effect and call.action is action for call in self.calls)

    @property
    def deleted_ids(self) -> frozenset[str]:
        """The ids of everything that AWS agreed to delete for this run."""
        return frozenset(call.resource_id for call in self.calls if call.is_accepted and call.action.deletes)

    @property
    def left_ids(self) -> frozenset[str]:
        """The ids of the connections that this run may have taken out of their LAG."""
        left = (c for c in self.calls if c.action is Action.DISASSOCIATE_FROM_LAG and c.may_have_had_effect)
        return frozenset(call.resource_id for call in left)

    def last_asked(self, resource_id: str) -> datetime:
        """Return when this run asked last for something about this resource; its own start if it never did."""
        return max((c.requested_at for c in self.calls if c.resource_id == resource_id), default=self.started_at)

    def last_words(self, resource_id: str) -> str | None:
        """Return what AWS answered last about this resource, unless it accepted."""
        calls = sorted((c for c in self.calls if c.resource_id == resource_id), key=lambda call: call.requested_at)
        return calls[-1].words if calls else None

    def with_calls(self, calls: Iterable[Call]) -> Self:
        """
        Add calls; of each resource and action, the first accepted one stays, and the last that was not accepted.

        That is what an auditor needs, and it is bounded: a refusal may come with every step for a day, and Step
        Functions hands on no more than 256 KiB.
        """
        kept = {(c.action, c.resource_id, c.is_accepted): c for c in self.calls}
        for call in calls:
            key = (call.action, call.resource_id, call.is_accepted)
            kept[key] = kept.get(key, call) if call.is_accepted else call
        return replace(self, calls=tuple(kept.values()))


def _part_of_arn(arn: str | None, number: int) -> str | None:
    parts = arn.split(":") if arn else []
    return parts[number] or None if len(parts) > number else None
