"""
The event contract: what the function takes and what it gives back, as JSON.

An event is a request, an EventBridge envelope around one, or the result of the step before. It is read
strictly, because the function deletes: a field that nobody knows may be a guard that somebody hoped for.
"""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from decommission.decision import Decision
from decommission.errors import InvalidRequestError
from decommission.guards import GUARDS, NOT_OVERRIDABLE
from decommission.models import Connection, Observation
from decommission.plan import Plan, PlannedVirtualInterface
from decommission.run import Deletion, Outcome, Override, Phase, Request, Run, Verdict

type JSON = dict[str, Any]

# Step Functions asks for this key in the input of a nested execution, to link the two in its console:
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
NESTED_EXECUTION_KEY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
# Two Lambda hosts never quite agree on the time.
CLOCK_SKEW = timedelta(minutes=1)
# A day of polling at the longest wait stays well below the 25,000 events of an execution's history.
LONGEST_PATIENCE_MINUTES = 24 * 60

# An event may hold thousands of unknown fields; the error's reader needs a few.
MOST_COMPLAINTS = 10
# What a result says of something that AWS no longer shows.
ABSENT = "absent"

type ConnectionId = Annotated[str, Field(pattern=r"^dxcon-[0-9a-z]{8,17}$")]
type Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _moment(value: Any) -> datetime:  # noqa: ANN401 - a stranger's
    # pydantic would also take a number, or one in a text, for a time.
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("is not a time in ISO 8601") from None


type Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


# What a result brings back of our own is read straight into our own types.
for _type in (Connection, Deletion, PlannedVirtualInterface, Verdict):
    setattr(_type, "__pydantic_config__", ConfigDict(alias_generator=to_camel, extra="forbid"))  # noqa: B010 - not theirs


class _OverrideIn(_Strict):
    guard: str
    reason: Annotated[str, Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _names_a_guard(self) -> Self:
        if self.guard not in GUARDS:
            raise ValueError(f"guard is not one of {', '.join(GUARDS)}")
        if self.guard in NOT_OVERRIDABLE:
            raise ValueError(f"guard {self.guard} cannot be overridden")
        if not self.reason.strip():
            raise ValueError("reason is blank")
        return self


class _RequestIn(_Strict):
    connection_id: ConnectionId
    dry_run: bool = False
    plan_digest: Digest | None = None
    overrides: Annotated[list[_OverrideIn], Field(max_length=len(GUARDS))] = []
    patience_minutes: Annotated[int, Field(ge=1, le=LONGEST_PATIENCE_MINUTES)] | None = None
    reason: Annotated[str, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _overrides_each_guard_once(self) -> Self:
        guards = [override.guard for override in self.overrides]
        if len(guards) > len(set(guards)):
            raise ValueError("overrides name a guard twice")
        return self

    def request(self, default_patience_minutes: int) -> Request:
        return Request(
            connection_id=self.connection_id,
            dry_run=self.dry_run,
            plan_digest=self.plan_digest,
            overrides=tuple(Override(guard=override.guard, reason=override.reason) for override in self.overrides),
            patience_minutes=self.patience_minutes or default_patience_minutes,
            reason=self.reason,
        )


class _PlanIn(_Strict):
    digest: Digest
    connection_id: ConnectionId
    owner_account: str
    lag_id: str | None
    virtual_interfaces: list[PlannedVirtualInterface]

    @property
    def plan(self) -> Plan:
        return Plan(
            connection_id=self.connection_id,
            owner_account=self.owner_account,
            lag_id=self.lag_id,
            virtual_interfaces=tuple(self.virtual_interfaces),
        )

    @model_validator(mode="after")
    def _is_its_digest(self) -> Self:
        if self.digest != self.plan.digest:
            raise ValueError("digest is not that of this plan")
        return self


class _SeenVirtualInterfaceIn(_Strict):
    virtual_interface_id: str
    state: str


class _ResultIn(_Strict):
    connection_id: ConnectionId
    phase: Phase = Field(strict=False)
    reason: str
    wait_seconds: int
    request: _RequestIn
    plan: _PlanIn | None
    guards: list[Verdict]
    connection: Connection | None
    virtual_interfaces: list[_SeenVirtualInterfaceIn]
    connection_state: str
    deletions: list[Deletion]
    already_gone: bool
    started_at: Moment
    phase_started_at: Moment

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        parts = [part for part in (self.request, self.plan, self.connection) if part is not None]
        if {part.connection_id for part in parts} != {self.connection_id}:
            raise ValueError("connectionId differs between the result and its request, plan or connection")
        if self.phase.waits and (self.plan is None or self.connection is None):
            raise ValueError(f"plan or connection is missing, and phase {self.phase} cannot do without")
        if self.phase.waits and self.request.dry_run:
            raise ValueError(f"request.dryRun is true, and a dry run is never in phase {self.phase}")
        if self.phase.waits and {v.guard for v in self.guards} != GUARDS.keys():
            raise ValueError(f"guards are not all there, and nothing is in phase {self.phase} without their verdicts")
        if self.phase.waits and any(v.outcome is Outcome.BLOCK for v in self.guards):
            raise ValueError(f"guards block this run, and a blocked run is never in phase {self.phase}")
        overridden = any(override.guard == "plan" for override in self.request.overrides)
        if (
            self.plan
            and self.phase.waits
            and not overridden
            and self.request.plan_digest not in {None, self.plan.digest}
        ):
            raise ValueError("request.planDigest is not that of the plan, and nobody overrode that")
        if self.phase_started_at < self.started_at:
            raise ValueError("phaseStartedAt is before startedAt")
        return self


def read(event: object, *, now: datetime, default_patience_minutes: int) -> Run:
    """
    Read an event as the run that it starts or continues.

    Raises InvalidRequestError, which names every field that is wrong, and never quotes its value.
    """
    if not isinstance(event, dict):
        raise InvalidRequestError("the event must be a JSON object: a request, an EventBridge envelope or a result")
    try:
        if "phase" in event:
            return _continued(_ResultIn.model_validate(event), now, default_patience_minutes)
        if "detail" in event or "detail-type" in event:
            event = _detail(event)
        request = {name: value for name, value in event.items() if name != NESTED_EXECUTION_KEY}
        return Run(request=_RequestIn.model_validate(request).request(default_patience_minutes), started_at=now)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        complaints = [_complaint(detail) for detail in details[:MOST_COMPLAINTS]]
        raise InvalidRequestError("; ".join(complaints)) from None


def _detail(envelope: JSON) -> JSON:
    detail = envelope.get("detail")
    if not isinstance(detail, dict):
        raise InvalidRequestError("detail: an EventBridge envelope must carry the request in it, as a JSON object")
    return detail


def _continued(result: _ResultIn, now: datetime, default_patience_minutes: int) -> Run:
    for name, moment in (("startedAt", result.started_at), ("phaseStartedAt", result.phase_started_at)):
        if moment > now + CLOCK_SKEW:
            raise InvalidRequestError(f"{name}: lies in the future")
    return Run(
        request=result.request.request(default_patience_minutes),
        started_at=result.started_at,
        phase=result.phase,
        phase_started_at=result.phase_started_at,
        plan=result.plan.plan if result.plan else None,
        connection=result.connection,
        verdicts=tuple(result.guards),
        deletions=tuple(result.deletions),
    )


def _complaint(detail: ErrorDetails) -> str:
    # The name of an unknown field is a stranger's text of any length.
    field = ".".join(str(part)[:60] for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def write(run: Run, decision: Decision, observation: Observation, *, reason: str, wait_seconds: int) -> JSON:
    """
    Write the result of a step, which ``read`` takes as the next event.

    ``run`` is the run after this step. A planned virtual interface that AWS no longer lists has the state ``absent``.
    """
    absent = dict.fromkeys(run.plan.virtual_interface_ids if run.plan else (), ABSENT)
    states = absent | {v.virtual_interface_id: v.state for v in observation.virtual_interfaces}
    return {
        "connectionId": run.request.connection_id,
        "phase": decision.phase.value,
        "reason": reason,
        "waitSeconds": wait_seconds,
        "request": as_json(run.request),
        "plan": {"digest": run.plan.digest, **as_json(run.plan)} if run.plan else None,
        "guards": as_json(run.verdicts),
        "connection": as_json(run.connection),
        "virtualInterfaces": [{"virtualInterfaceId": key, "state": states[key]} for key in sorted(states)],
        "connectionState": observation.connection.state if observation.connection else ABSENT,
        "deletions": as_json(run.deletions),
        "alreadyGone": decision.already_gone,
        "startedAt": as_json(run.started_at),
        "phaseStartedAt": as_json(run.phase_started_at),
    }


def as_json(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Spell our types as JSON: members in camelCase, as AWS does, and times in ISO 8601."""
    match value:
        case str() | int() | None:
            return value
        case tuple():
            return [as_json(item) for item in value]
        case datetime():
            return value.isoformat()
        case _ if is_dataclass(value):
            type_: type = type(value)
            return {spelled: as_json(getattr(value, name)) for name, spelled in _members(type_)}
        case _:
            return value


# A step spells the same few names thousands of times.
@cache
def _members(type_: type) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, to_camel(field.name)) for field in fields(type_))
