"""
The event contract: what the function takes and what it gives back, as JSON.

An event is a request, an EventBridge envelope around one, or the result of the step before. It is read
strictly, because the function deletes: a field that nobody knows may be a guard that somebody hoped for.
"""

from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from decommission.decision import Decision
from decommission.errors import InvalidRequestError
from decommission.models import Observation, Presence, VirtualInterfaceState, presence_of
from decommission.plan import Plan, PlannedVirtualInterface
from decommission.run import Phase, Request, Run

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

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


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class _RequestIn(_Strict):
    connection_id: ConnectionId
    dry_run: bool = False
    plan_digest: Digest | None = None
    patience_minutes: Annotated[int, Field(ge=1, le=LONGEST_PATIENCE_MINUTES)] | None = None
    reason: Annotated[str, Field(max_length=1000)] | None = None

    def request(self, default_patience_minutes: int) -> Request:
        return Request(
            connection_id=self.connection_id,
            dry_run=self.dry_run,
            plan_digest=self.plan_digest,
            patience_minutes=self.patience_minutes or default_patience_minutes,
            reason=self.reason,
        )


class _PlannedVirtualInterfaceIn(_Strict):
    virtual_interface_id: str
    type: str
    owner_account: str
    vlan: int | None
    direct_connect_gateway_id: str | None
    virtual_gateway_id: str | None


class _PlanIn(_Strict):
    digest: Digest
    connection_id: ConnectionId
    owner_account: str
    virtual_interfaces: tuple[_PlannedVirtualInterfaceIn, ...] = Field(strict=False)

    @property
    def plan(self) -> Plan:
        return Plan(
            connection_id=self.connection_id,
            owner_account=self.owner_account,
            virtual_interfaces=tuple(PlannedVirtualInterface(**v.model_dump()) for v in self.virtual_interfaces),
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
    virtual_interfaces: tuple[_SeenVirtualInterfaceIn, ...] = Field(strict=False)
    connection_state: str
    already_gone: bool
    started_at: AwareDatetime = Field(strict=False)
    phase_started_at: AwareDatetime = Field(strict=False)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        ids = {self.connection_id, self.request.connection_id} | ({self.plan.connection_id} if self.plan else set())
        if len(ids) > 1:
            raise ValueError(f"connectionId differs between the result, its request and its plan: {sorted(ids)}")
        if self.phase.waits and self.plan is None:
            raise ValueError(f"plan is missing, and phase {self.phase} cannot do without")
        if self.phase.waits and self.request.dry_run:
            raise ValueError(f"request.dryRun is true, and a dry run is never in phase {self.phase}")
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
        plan=result.plan.plan if result.plan else None,
        phase=result.phase,
        phase_started_at=result.phase_started_at,
        remaining_ids=frozenset(
            v.virtual_interface_id
            for v in result.virtual_interfaces
            if v.state != ABSENT and presence_of(v.state, VirtualInterfaceState) is not Presence.GONE
        ),
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
        "request": _json(run.request),
        "plan": {"digest": run.plan.digest, **_json(run.plan)} if run.plan else None,
        "virtualInterfaces": [{"virtualInterfaceId": key, "state": states[key]} for key in sorted(states)],
        "connectionState": observation.connection.state if observation.connection else ABSENT,
        "alreadyGone": decision.already_gone,
        "startedAt": run.started_at.isoformat(),
        "phaseStartedAt": run.phase_started_at.isoformat() if run.phase_started_at else None,
    }


# A step spells the same few names hundreds of times.
_camel = cache(to_camel)


def _json(value: "DataclassInstance") -> JSON:
    """Spell a dataclass in camelCase, as AWS does."""
    members = {_camel(field.name): getattr(value, field.name) for field in fields(value)}
    return {
        name: [_json(m) for m in member] if isinstance(member, tuple) else member for name, member in members.items()
    }
