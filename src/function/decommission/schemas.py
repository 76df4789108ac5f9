"""
The JSON of events and results, as pydantic models.

Unknown fields are rejected: a misspelt ``dryRun`` must not be ignored.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from decommission.guards import GUARDS, OVERRIDABLE
from decommission.models import Connection, Lag
from decommission.plan import Plan, PlannedVirtualInterface
from decommission.run import Call, Override, Phase, Rehearsal, Request, Run, Trigger, Verdict

type JSON = dict[str, Any]

# A day of polling at the longest wait stays well below the 25,000 events of an execution's history.
LONGEST_PATIENCE_MINUTES = 24 * 60
LONGEST_NOTICE_MINUTES = 7 * 24 * 60
# What every version of StartBgpFailoverTest's page allows; the newest allows 72 hours.
LONGEST_REHEARSAL_MINUTES = 180
MOST_ALARMS = 5
# A result carries the overrides on, and must stay below Step Functions' 256 KiB.
MOST_OVERRIDES = 16
MOST_IDS = 200
MOST_IDS_IN_ALL = 600
# As many as a connection may have: https://docs.aws.amazon.com/directconnect/latest/UserGuide/limits.html
MOST_VIRTUAL_INTERFACES = 51

type ConnectionId = Annotated[str, Field(pattern=r"^dxcon-[0-9a-z]{8,21}$")]
type LagId = Annotated[str, Field(pattern=r"^dxlag-[0-9a-z]{8,21}$")]
type VirtualInterfaceId = Annotated[str, Field(pattern=r"^dxvif-[0-9a-z]{8,21}$")]
type Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
type Arn = Annotated[str, Field(pattern=r"^arn:[!-~]{1,1000}$")]
type Region = Annotated[str, Field(pattern=r"^[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$")]
type RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,576}$")]


def _moment(value: Any) -> datetime:  # noqa: ANN401 - any JSON
    # Pydantic also accepts Unix timestamps; we accept ISO 8601 only.
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("is not a time in ISO 8601") from None


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # The first hours of the year 1 and the last of the year 9999 have no counterpart in UTC.
        raise ValueError("is out of range") from None


def _is_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


def _has_a_word(text: str) -> str:
    if not re.search(r"[^\W_]{2,}", text):
        raise ValueError("must be at least one word")
    return text


def _are_different(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError("has one twice")
    return ids


type Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_in_utc)]
type Printable = Annotated[str, AfterValidator(_is_printable)]


def _is_missing(value: object) -> bool:
    return not value


class Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class OverrideSchema(Strict):
    guard: str
    reason: Annotated[Printable, Field(max_length=256), AfterValidator(_has_a_word)]
    ids: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z]{2,8}-[0-9a-z]{8,21}$")], ...], Field(min_length=1)]
    up_to_bps: Annotated[int, Field(ge=0, le=10**15)] | None = None
    until: Moment | None = None

    @model_validator(mode="after")
    def _fits_its_guard(self) -> Self:
        if self.guard not in GUARDS:
            raise ValueError(f"guard is not one of {', '.join(OVERRIDABLE)}")
        if self.guard not in OVERRIDABLE:
            raise ValueError(f"guard {self.guard} cannot be overridden")
        if len(self.ids) > MOST_IDS:
            raise ValueError(f"ids are more than {MOST_IDS}")
        kinds = OVERRIDABLE[self.guard]
        if any(id_.partition("-")[0] not in kinds for id_ in self.ids):
            raise ValueError(f"ids must begin with {' or '.join(f'{kind}-' for kind in kinds)} for guard {self.guard}")
        if self.up_to_bps is not None and self.guard != "traffic":
            raise ValueError("upToBps is for guard traffic only")
        return self


def _goes_into(field: str, prefix: str, what: str) -> BeforeValidator:
    """Refuse the id of something else, and say which field it goes into."""

    def refuse(value: object) -> object:
        if str(value).startswith(prefix):
            raise ValueError(f"is the id of a {what}, which goes into {field}")
        return value

    return BeforeValidator(refuse)


class RequestSchema(Strict):
    connection_id: Annotated[ConnectionId | None, _goes_into("lagId", "dxlag-", "LAG")] = Field(
        default=None, exclude_if=_is_missing
    )
    lag_id: Annotated[LagId | None, _goes_into("connectionId", "dxcon-", "connection")] = Field(
        default=None, exclude_if=_is_missing
    )
    virtual_interface_ids: (
        Annotated[
            tuple[VirtualInterfaceId, ...],
            Field(min_length=1, max_length=MOST_VIRTUAL_INTERFACES),
            AfterValidator(_are_different),
        ]
        | None
    ) = None
    region: Region | None = None
    role_arn: RoleArn | None = None
    dry_run: bool = False
    plan_digest: Digest | None = None
    overrides: Annotated[tuple[OverrideSchema, ...], Field(max_length=MOST_OVERRIDES)] = ()
    notice_minutes: Annotated[int, Field(ge=0, le=LONGEST_NOTICE_MINUTES)] | None = None
    rehearsal_minutes: Annotated[int, Field(ge=0, le=LONGEST_REHEARSAL_MINUTES)] = 0
    alarm_names: Annotated[
        tuple[Annotated[Printable, Field(min_length=1, max_length=255)], ...],
        Field(max_length=MOST_ALARMS),
        AfterValidator(_are_different),
    ] = ()
    # The least is a parameter, which may have been another one when a run under way began.
    patience_minutes: Annotated[int, Field(le=LONGEST_PATIENCE_MINUTES)] | None = None
    reason: Annotated[Printable, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _names_one_port(self) -> Self:
        if len(self.model_fields_set & {"connection_id", "lag_id"}) > 1:
            # If one of them is null, it got lost, and the other may not be what was meant.
            raise ValueError("lagId: must not be there beside connectionId; leave one of them out")
        if not (self.connection_id or self.lag_id):
            raise ValueError("connectionId: is missing, or a lagId in its place")
        return self

    @model_validator(mode="after")
    def _watches_alarms_in_a_rehearsal(self) -> Self:
        if self.alarm_names and not self.rehearsal_minutes:
            raise ValueError("alarmNames are watched in a rehearsal, and rehearsalMinutes is missing or 0")
        return self

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if sum(len(override.ids) for override in self.overrides) > MOST_IDS_IN_ALL:
            raise ValueError(f"overrides name more than {MOST_IDS_IN_ALL} ids in all")
        return self

    def request(self, default_patience_minutes: int, default_notice_minutes: int = 0) -> Request:
        return Request(
            connection_id=self.connection_id,
            lag_id=self.lag_id,
            virtual_interface_ids=self.virtual_interface_ids,
            region=self.region,
            role_arn=self.role_arn,
            dry_run=self.dry_run,
            plan_digest=self.plan_digest,
            overrides=tuple(Override(**dict(override)) for override in self.overrides),
            notice_minutes=default_notice_minutes if self.notice_minutes is None else self.notice_minutes,
            rehearsal_minutes=self.rehearsal_minutes,
            alarm_names=self.alarm_names,
            patience_minutes=default_patience_minutes if self.patience_minutes is None else self.patience_minutes,
            reason=self.reason,
        )


class PlanSchema(Strict):
    digest: Digest
    connection_id: ConnectionId | None = Field(default=None, exclude_if=_is_missing)
    owner_account: str
    lag_id: str | None
    virtual_interfaces: tuple[PlannedVirtualInterface, ...]
    member_ids: tuple[ConnectionId, ...] = Field(default=(), exclude_if=_is_missing)
    minimum_links: int = Field(default=0, exclude_if=_is_missing)
    keeps_connection: bool = False

    @property
    def plan(self) -> Plan:
        return Plan(**{name: value for name, value in self if name != "digest"})

    @model_validator(mode="after")
    def _is_its_digest(self) -> Self:
        if self.digest != self.plan.digest:
            raise ValueError("digest is not that of this plan")
        return self


# Written by the dozen in every step: a dataclass is made several times as fast as a model.
@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVirtualInterface:
    virtual_interface_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenConnection:
    connection_id: str
    state: str


class RehearsalSchema(Strict):
    started_at: Moment
    tests: dict[VirtualInterfaceId, str]
    pending: tuple[VirtualInterfaceId, ...]
    last_started_at: Moment | None = None
    stopped: tuple[VirtualInterfaceId, ...] = ()
    watched_at: Moment | None = None
    problem: str | None
    ended_at: Moment | None

    @property
    def rehearsal(self) -> Rehearsal:
        return Rehearsal(**dict(self))


class ResultSchema(Strict):
    """
    The result of a step, as it is read and written: of a connection, or of a LAG, whose ``connections`` it lists.

    What a later release adds has a default, so that older results stay valid.
    """

    connection_id: ConnectionId | None = None
    lag_id: LagId | None = None
    phase: Phase
    reason: str
    wait_seconds: int
    request: RequestSchema
    plan: PlanSchema | None
    guards: tuple[Verdict, ...]
    connection_at_start: Connection | None = None
    lag_at_start: Lag | None = None
    connection_state: str | None = None
    lag_state: str | None = None
    connections: tuple[SeenConnection, ...] | None = None
    virtual_interfaces: tuple[SeenVirtualInterface, ...]
    calls: tuple[Call, ...]
    gone_at: dict[str, Moment] = Field(default_factory=dict)
    rehearsal: RehearsalSchema | None = None
    already_gone: bool
    execution: Arn | None
    event: Trigger | None
    started_at: Moment
    phase_started_at: Moment

    def run(self, default_patience_minutes: int) -> Run:
        """Make the run that this result continues. Raises ValueError if its parts contradict each other."""
        port = self.lag_at_start if self.lag_id else self.connection_at_start
        state = self.lag_state if self.lag_id else self.connection_state
        if self.plan is None or port is None or state is None:
            of = "lag" if self.lag_id else "connection"
            parts = f"plan, {of}AtStart or {of}State"
            raise ValueError(f"{parts} is missing, and phase {self.phase} cannot do without")
        return Run(
            request=self.request.request(default_patience_minutes),
            started_at=self.started_at,
            execution=self.execution,
            event=self.event,
            plan=self.plan.plan,
            port=port,
            port_states={port.id: state} | {c.connection_id: c.state for c in self.connections or ()},
            verdicts=self.guards,
            calls=self.calls,
            gone_at=self.gone_at,
            rehearsal=self.rehearsal.rehearsal if self.rehearsal else None,
            phase=self.phase,
            phase_started_at=self.phase_started_at,
        )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.connection_id, self.lag_id) != (self.request.connection_id, self.request.lag_id):
            raise ValueError("connectionId or lagId differs between the result and its request")
        if any(call.requested_at.tzinfo is None for call in self.calls):
            raise ValueError("calls: requestedAt has no time zone")
        if self.phase.waits:
            # A run checks itself.
            self.run(1)
        return self


class Wrapper(Strict):
    execution: Arn


class _Policy(BaseModel):
    name: Annotated[Printable, Field(max_length=256)]


class _Resource(BaseModel):
    """
    A connection has many members; those of a request must not be among them, since they would be ignored.

    Both have ``region``, with the same meaning. The ``lagId`` of a connection is the LAG that it is in.
    """

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)

    connection_id: ConnectionId
    owner_account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    virtual_interface_ids: None = None
    region: Region | None = None
    role_arn: None = None
    dry_run: None = None
    plan_digest: None = None
    overrides: None = None
    notice_minutes: None = None
    rehearsal_minutes: None = None
    alarm_names: None = None
    patience_minutes: None = None
    reason: None = None


class CustodianEvent(Strict):
    """
    What Cloud Custodian's action ``invoke-sfn`` sends: its policy, and a connection as DescribeConnections shows it.

    https://cloudcustodian.io/docs/aws/resources/directconnect.html
    """

    policy: _Policy | None = None
    resource: _Resource

    def request(self) -> JSON:
        named = f" {self.policy.name}" if self.policy else ""
        asked = {"connectionId": self.resource.connection_id, "reason": f"Cloud Custodian policy{named}"}
        return asked | ({"region": self.resource.region} if self.resource.region else {})


class Envelope(BaseModel):
    """EventBridge's envelope; it has more members, and may get more."""

    id: Annotated[Printable, Field(max_length=256)] | None = None
    time: Annotated[Printable, Field(max_length=64)] | None = None
    detail: JSON
