"""
The event contract: what the function takes and what it gives back, as JSON.

An event is a request, an EventBridge envelope around one, either of them wrapped by the state machine's first step, or
the result of the step before. Unknown fields are rejected: a misspelt ``dryRun`` must not be ignored.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from decommission.errors import InvalidRequestError
from decommission.guards import GUARDS, OVERRIDABLE
from decommission.models import Connection, Observation
from decommission.plan import Plan, PlannedVirtualInterface
from decommission.run import ABSENT, Call, NewRun, Override, Phase, Request, Run, Trigger, Verdict
from decommission.settings import Settings

type JSON = dict[str, Any]

# Step Functions asks for this key in the input of a nested execution, to link the two in its console:
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
NESTED_EXECUTION_KEY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
# Two Lambda hosts never quite agree on the time.
CLOCK_SKEW = timedelta(minutes=1)
# A day of polling at the longest wait stays well below the 25,000 events of an execution's history.
LONGEST_PATIENCE_MINUTES = 24 * 60
# A result carries the overrides on, and must stay below Step Functions' 256 KiB.
MOST_OVERRIDES = 16
MOST_IDS = 200
MOST_IDS_IN_ALL = 600
# An event may hold thousands of unknown fields; the reader of the error needs a few.
MOST_COMPLAINTS = 10
# What the members of an envelope are to us.
ENVELOPE = {"detail", "detail-type"}

type ConnectionId = Annotated[str, Field(pattern=r"^dxcon-[0-9a-z]{8,21}$")]
type Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
type Arn = Annotated[str, Field(pattern=r"^arn:[!-~]{1,1000}$")]


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


type Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_in_utc)]
type Printable = Annotated[str, AfterValidator(_is_printable)]


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class _Override(_Strict):
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


class _Request(_Strict):
    connection_id: ConnectionId
    dry_run: bool = False
    plan_digest: Digest | None = None
    overrides: Annotated[tuple[_Override, ...], Field(max_length=MOST_OVERRIDES)] = ()
    patience_minutes: Annotated[int, Field(ge=1, le=LONGEST_PATIENCE_MINUTES)] | None = None
    reason: Annotated[Printable, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if sum(len(override.ids) for override in self.overrides) > MOST_IDS_IN_ALL:
            raise ValueError(f"overrides name more than {MOST_IDS_IN_ALL} ids in all")
        return self

    def request(self, default_patience_minutes: int) -> Request:
        return Request(
            connection_id=self.connection_id,
            dry_run=self.dry_run,
            plan_digest=self.plan_digest,
            overrides=tuple(Override(**dict(override)) for override in self.overrides),
            patience_minutes=self.patience_minutes or default_patience_minutes,
            reason=self.reason,
        )


class _Plan(_Strict):
    digest: Digest
    connection_id: ConnectionId
    owner_account: str
    lag_id: str | None
    virtual_interfaces: tuple[PlannedVirtualInterface, ...]

    @property
    def plan(self) -> Plan:
        return Plan(**{name: value for name, value in self if name != "digest"})

    @model_validator(mode="after")
    def _is_its_digest(self) -> Self:
        if self.digest != self.plan.digest:
            raise ValueError("digest is not that of this plan")
        return self


class _SeenVirtualInterface(_Strict):
    virtual_interface_id: str
    state: str


class _Result(_Strict):
    """
    The result of a step, as it is read and written.

    What a later release adds has a default, so that older results stay valid.
    """

    connection_id: ConnectionId
    phase: Phase
    reason: str
    wait_seconds: int
    request: _Request
    plan: _Plan | None
    guards: tuple[Verdict, ...]
    connection_at_start: Connection | None
    connection_state: str
    virtual_interfaces: tuple[_SeenVirtualInterface, ...]
    calls: tuple[Call, ...]
    already_gone: bool
    execution: Arn | None
    event: Trigger | None
    started_at: Moment
    phase_started_at: Moment

    def run(self, default_patience_minutes: int) -> Run:
        if self.plan is None or self.connection_at_start is None:
            raise ValueError(f"plan or connectionAtStart is missing, and phase {self.phase} cannot do without")
        return Run(
            request=self.request.request(default_patience_minutes),
            started_at=self.started_at,
            execution=self.execution,
            event=self.event,
            plan=self.plan.plan,
            connection=self.connection_at_start,
            connection_state=self.connection_state,
            verdicts=self.guards,
            calls=self.calls,
            phase=self.phase,
            phase_started_at=self.phase_started_at,
        )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.connection_id != self.request.connection_id:
            raise ValueError("connectionId differs between the result and its request")
        if self.phase.waits:
            # A run checks itself.
            self.run(1)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A result after which there is nothing left to do."""

    connection_id: str
    phase: Phase


def read(event: object, *, now: datetime, settings: Settings) -> NewRun | Run | Ended:
    """
    Read an event as the run that it starts or continues, or as the end of one.

    Raises InvalidRequestError, which names every field that is wrong, and never quotes its value.
    """
    try:
        if isinstance(event, dict) and "phase" in event:
            return _continued(_parsed(_Result, event), now, settings)
        return _started(event, now, settings)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        complaints = [_complaint(detail) for detail in details[:MOST_COMPLAINTS]]
        raise InvalidRequestError("; ".join(complaints)) from None


def _started(event: object, now: datetime, settings: Settings) -> NewRun:
    execution: str | None = None
    if isinstance(event, dict) and event.keys() == {"execution", "event"}:
        execution, event = (
            _Wrapper.model_validate_json(_dumped({"execution": event["execution"]})).execution,
            event["event"],
        )
    trigger: Trigger | None = None
    if isinstance(event, dict) and event.keys() & ENVELOPE:
        trigger, event = _opened(event, settings)
    if not isinstance(event, dict):
        raise InvalidRequestError("the event must be a JSON object: a request, an EventBridge envelope or a result")
    asked = {name: value for name, value in event.items() if name != NESTED_EXECUTION_KEY}
    request = _parsed(_Request, asked).request(settings.patience_minutes)
    if request.patience_minutes < settings.least_patience_minutes:
        raise InvalidRequestError(f"patienceMinutes: must be {settings.least_patience_minutes} or more")
    return NewRun(request=request, started_at=now, execution=execution, event=trigger)


class _Wrapper(_Strict):
    execution: Arn


class _Envelope(BaseModel):
    """EventBridge's envelope; it has more members, and may get more."""

    id: Annotated[Printable, Field(max_length=256)] | None = None
    time: Annotated[Printable, Field(max_length=64)] | None = None
    detail: JSON


def _opened(envelope: JSON, settings: Settings) -> tuple[Trigger, JSON]:
    opened = _Envelope.model_validate_json(_dumped(envelope))
    if opened.detail.get("overrides") and not settings.allow_overrides_from_events:
        raise InvalidRequestError(
            "detail.overrides: events may not override guards here (AllowOverridesFromEvents is false); start the "
            "state machine with the request itself"
        )
    return Trigger(id=opened.id, time=opened.time), opened.detail


def _continued(result: _Result, now: datetime, settings: Settings) -> Run | Ended:
    for name, moment in (("startedAt", result.started_at), ("phaseStartedAt", result.phase_started_at)):
        if moment > now + CLOCK_SKEW:
            raise InvalidRequestError(f"{name}: lies in the future")
    if not result.phase.waits:
        return Ended(connection_id=result.connection_id, phase=result.phase)
    return result.run(settings.patience_minutes)


def _parsed[M: _Strict](model: type[M], event: JSON) -> M:
    """
    Validate an event as this model.

    In JSON, pydantic (2.13) silently ignores a key that is the Python name of a field, such as ``dry_run``, although
    other unknown keys are forbidden. So keys with an underscore, which no field has in JSON, are refused here.
    """
    text = _dumped(event)
    if python_names := list(_with_underscores(event))[:MOST_COMPLAINTS]:
        raise InvalidRequestError("; ".join(f"{_field(loc)}: Extra inputs are not permitted" for loc in python_names))
    return model.model_validate_json(text)


def _with_underscores(event: JSON) -> Iterator[tuple[int | str, ...]]:
    """Find the keys with an underscore, at any depth; the keys of tags are anybody's."""
    found: list[tuple[tuple[int | str, ...], Any]] = [((), event)]
    for loc, value in found:
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        found += [((*loc, key), member) for key, member in members]
        if loc and "_" in str(loc[-1]) and "tags" not in loc:
            yield loc


def _dumped(event: JSON) -> str:
    try:
        return json.dumps(event)
    except (TypeError, ValueError, RecursionError):
        raise InvalidRequestError("the event is not JSON") from None


def _complaint(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    return f"{_field(detail['loc'])}: {message}" if detail["loc"] else message


def _field(loc: tuple[int | str, ...]) -> str:
    # The name of an unknown field may be any text, of any length.
    parts = (str(part)[:60] for part in loc)
    return ".".join(part if part.isprintable() else ascii(part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a step adds to its run in the result."""

    phase: Phase
    reason: str
    wait_seconds: int
    verdicts: tuple[Verdict, ...]
    already_gone: bool
    phase_started_at: datetime


def write(run: NewRun | Run, told: Told, observation: Observation) -> JSON:
    """
    Write the result of a step, which ``read`` takes as the next event.

    A planned virtual interface that AWS no longer lists on the connection has the state ``absent``.
    """
    plan = run.plan if isinstance(run, Run) else None
    absent = dict.fromkeys(plan.virtual_interface_ids if plan else (), ABSENT)
    states = absent | {v.virtual_interface_id: v.state for v in observation.virtual_interfaces}
    result = _Result.model_construct(
        connection_id=run.request.connection_id,
        phase=told.phase,
        reason=told.reason,
        wait_seconds=told.wait_seconds,
        request=_request_of(run.request),
        plan=_Plan.model_construct(digest=plan.digest, **_members(plan)) if plan else None,
        guards=told.verdicts,
        connection_at_start=run.connection if isinstance(run, Run) else None,
        connection_state=observation.connection.state if observation.connection else ABSENT,
        virtual_interfaces=tuple(
            _SeenVirtualInterface.model_construct(virtual_interface_id=id_, state=states[id_]) for id_ in sorted(states)
        ),
        calls=run.calls if isinstance(run, Run) else (),
        already_gone=told.already_gone,
        execution=run.execution,
        event=run.event,
        started_at=run.started_at,
        phase_started_at=told.phase_started_at,
    )
    return result.model_dump(mode="json", by_alias=True)


def _request_of(request: Request) -> _Request:
    overrides = tuple(_Override.model_construct(**_members(override)) for override in request.overrides)
    return _Request.model_construct(**_members(request) | {"overrides": overrides})


def _members(value: Request | Override | Plan) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
