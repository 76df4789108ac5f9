"""
The event contract: what the function takes and what it gives back, as JSON.

An event is a request, an EventBridge envelope around one, or what Cloud Custodian sends, each perhaps wrapped by the
state machine's first step; or it is the result of the step before. ``schemas`` has their shapes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from decommission.errors import InvalidRequestError
from decommission.models import GONE, Connection, Lag, Observation
from decommission.plan import Plan
from decommission.run import ABSENT, NewRun, Override, Phase, Rehearsal, Request, Run, Trigger, Verdict
from decommission.schemas import (
    JSON,
    CustodianEvent,
    Envelope,
    OverrideSchema,
    PlanSchema,
    RehearsalSchema,
    RequestSchema,
    ResultSchema,
    SeenConnection,
    SeenVirtualInterface,
    Strict,
    Wrapper,
)
from decommission.settings import Settings

# Step Functions asks for this key in the input of a nested execution, to link the two in its console:
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
NESTED_EXECUTION_KEY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
# Two Lambda hosts never quite agree on the time.
CLOCK_SKEW = timedelta(minutes=1)
# An event may hold thousands of unknown fields; the reader of the error needs a few.
MOST_COMPLAINTS = 10
# In place of pydantic's words, which are about Python: https://docs.pydantic.dev/latest/errors/validation_errors/
WORDS = {
    # Python's json takes half of a surrogate pair for a text, which no other reader does.
    "json_invalid": "the event is not JSON",
    "extra_forbidden": "is no known field",
    "missing": "is missing",
    "none_required": "must not be there",
    "string_type": "must be a text",
    "string_pattern_mismatch": "must have the form {pattern}",
    "string_too_long": "is too long: the most is {max_length}",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "tuple_type": "must be a list",
    "too_short": "is too short: the least is {min_length}",
    "too_long": "is too long: the most is {max_length}",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "enum": "must be {expected}",
    "datetime_from_date_parsing": "is not a time in ISO 8601",
    "datetime_parsing": "is not a time in ISO 8601",
    "datetime_type": "is not a time in ISO 8601",
    "timezone_aware": "must have a time zone, as in 2026-12-01T02:00:00Z",
}
# What it means to leave out a field that is null.
LEFT_OUT = {"virtualInterfaceIds": " to delete the whole connection or LAG"}
# These members tell an envelope from a request.
ENVELOPE = {"detail", "detail-type"}
# These members a result has of a connection only, or of a LAG only.
OF_CONNECTION = {"connectionId", "connectionAtStart", "connectionState"}
OF_LAG = {"lagId", "lagAtStart", "lagState", "connections"}
# EventBridge writes the region of the event into each envelope; that of a request stands in its detail.
REQUEST_FIELDS = {field.alias for field in RequestSchema.model_fields.values() if field.alias} - {"region"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A result after which there is nothing left to do."""

    port_id: str
    phase: Phase


def read(event: object, *, now: datetime, settings: Settings) -> NewRun | Run | Ended:
    """
    Read an event as the run that it starts or continues, or as the end of one.

    Raises InvalidRequestError, which names every field that is wrong, and never quotes its value.
    """
    run: NewRun | Run | Ended
    try:
        if isinstance(event, dict) and "phase" in event:
            run = _continued(parsed(ResultSchema, event), now, settings)
        else:
            run = _started(event, now, settings)
    except ValidationError as error:
        raise InvalidRequestError(complaints(error)) from None
    if not isinstance(run, Ended):
        _check_role(run, settings)
    return run


def _check_role(run: NewRun, settings: Settings) -> None:
    """Refuse a role that today's settings do not name, also if an earlier step was allowed to assume it."""
    if run.request.role_arn is None:
        return
    arn, _, name = run.request.role_arn.partition("/")
    if name != settings.spoke_role_name:
        raise InvalidRequestError(
            f"roleArn: must end with :role/{settings.spoke_role_name} (SpokeRoleName), in whatever account"
        )
    if run.partition is not None and run.partition != arn.split(":")[1]:
        raise InvalidRequestError("roleArn: must be of the partition in which the state machine runs")


def _started(event: object, now: datetime, settings: Settings) -> NewRun:
    execution: str | None = None
    if isinstance(event, dict) and event.keys() == {"execution", "event"}:
        execution, event = (
            Wrapper.model_validate_json(_dumped({"execution": event["execution"]})).execution,
            event["event"],
        )
    trigger: Trigger | None = None
    owner: str | None = None
    if isinstance(event, dict) and event.keys() & ENVELOPE:
        trigger, event = _opened(event, settings)
    if not isinstance(event, dict):
        raise InvalidRequestError("the event must be a JSON object: a request, an EventBridge envelope or a result")
    if "resources" in event and trigger is None:
        raise InvalidRequestError(
            "resources: Cloud Custodian's bulk events are refused; remove bulk: true from the action invoke-sfn, so "
            "that each connection gets a run of its own"
        )
    if "resource" in event and trigger is None:
        custodian = CustodianEvent.model_validate_json(_dumped(event))
        owner, event = custodian.resource.owner_account, custodian.request()
    asked = {name: value for name, value in event.items() if name != NESTED_EXECUTION_KEY}
    request = parsed(RequestSchema, asked).request(settings.patience_minutes, settings.notice_minutes)
    refuse_nulls(asked)
    if request.patience_minutes < settings.least_patience_minutes:
        raise InvalidRequestError(f"patienceMinutes: must be {settings.least_patience_minutes} or more")
    run = NewRun(request=request, started_at=now, execution=execution, event=trigger)
    if owner and run.account and owner != run.account:
        # Here it would not be found, and be taken for gone.
        raise InvalidRequestError(
            f"resource.ownerAccount: must be {run.account}, where this state machine looks; for another account, start "
            "it with a request that names its roleArn"
        )
    return run


def _opened(envelope: JSON, settings: Settings) -> tuple[Trigger, JSON]:
    if misplaced := sorted(envelope.keys() & REQUEST_FIELDS):
        raise InvalidRequestError(f"{', '.join(misplaced)}: belongs into detail, beside the id")
    if "replay-name" in envelope:
        raise InvalidRequestError("replay-name: an event that is replayed from an archive starts no run")
    opened = Envelope.model_validate_json(_dumped(envelope))
    if opened.detail.get("overrides") and not settings.allow_overrides_from_events:
        raise InvalidRequestError(
            "detail.overrides: events may not override guards here (AllowOverridesFromEvents is false); start the "
            "state machine with the request itself"
        )
    return Trigger(id=opened.id, time=opened.time), opened.detail


def _continued(result: ResultSchema, now: datetime, settings: Settings) -> Run | Ended:
    for name, moment in (("startedAt", result.started_at), ("phaseStartedAt", result.phase_started_at)):
        if moment > now + CLOCK_SKEW:
            raise InvalidRequestError(f"{name}: lies in the future")
    if not result.phase.waits:
        return Ended(port_id=result.connection_id or result.lag_id or "", phase=result.phase)
    return result.run(settings.patience_minutes)


def parsed[M: Strict](model: type[M], event: JSON) -> M:
    """
    Validate an event as this model.

    In JSON, pydantic (2.13) silently ignores a key that is the Python name of a field, such as ``dry_run``, although
    other unknown keys are forbidden. So keys with an underscore, which no field has in JSON, are refused here.
    """
    text = _dumped(event)
    if python_names := list(_with_underscores(event))[:MOST_COMPLAINTS]:
        raise InvalidRequestError("; ".join(f"{_field(loc)}: {WORDS['extra_forbidden']}" for loc in python_names))
    return model.model_validate_json(text)


def refuse_nulls(event: JSON) -> None:
    """
    Refuse the value null at any depth of a valid event that starts something.

    What got lost in a workflow must not mean any plan, the own region, or the whole connection. Results have nulls.
    """
    if nulls := [_field(loc) for loc, value in _walked(event) if value is None][:MOST_COMPLAINTS]:
        raise InvalidRequestError(
            "; ".join(f"{name}: is null; leave it out{LEFT_OUT.get(name, ', or give it a value')}" for name in nulls)
        )


def _with_underscores(event: JSON) -> Iterator[tuple[int | str, ...]]:
    """Find the keys with an underscore, at any depth; the keys of tags are anybody's."""
    return (loc for loc, _ in _walked(event) if "_" in str(loc[-1]) and "tags" not in loc)


def _walked(event: JSON) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """Yield each value of an event, at any depth, and where it is."""
    found: list[tuple[tuple[int | str, ...], Any]] = [((), event)]
    for loc, value in found:
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        found += [((*loc, key), member) for key, member in members]
        if loc:
            yield loc, value


def _dumped(event: JSON) -> str:
    try:
        return json.dumps(event)
    except (TypeError, ValueError, RecursionError):
        raise InvalidRequestError("the event is not JSON") from None


def complaints(error: ValidationError) -> str:
    """Name every field that is wrong, and never quote its value."""
    details = error.errors(include_url=False, include_input=False)
    within = {detail["loc"][:-1] for detail in details}
    # pydantic leaves out what is wrong in a list, and then finds the list too short.
    told = [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in within]
    more = [f"and {len(told) - MOST_COMPLAINTS} more"] if len(told) > MOST_COMPLAINTS else []
    return "; ".join([*map(_complaint, told[:MOST_COMPLAINTS]), *more])


def _complaint(detail: ErrorDetails) -> str:
    words = WORDS.get(detail["type"])
    message = words.format(**detail.get("ctx", {})) if words else detail["msg"].removeprefix("Value error, ")
    return f"{_field(detail['loc'])}: {message}" if detail["loc"] else message


def _field(loc: tuple[int | str, ...]) -> str:
    # The name of an unknown field may be any text, of any length.
    parts = (str(part)[:60] for part in loc)
    return ".".join(part if part.isprintable() else ascii(part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """What a step adds to its run, for the result; ``at`` is the time of the result."""

    at: datetime
    phase: Phase
    reason: str
    wait_seconds: int
    verdicts: tuple[Verdict, ...]
    already_gone: bool
    phase_started_at: datetime


def write(run: NewRun | Run, outcome: StepOutcome, observation: Observation) -> JSON:
    """
    Write the result of a step, which ``read`` takes as the next event.

    What was planned, and AWS no longer lists on the port, has the state ``absent``.
    """
    plan = run.plan if isinstance(run, Run) else None
    absent = dict.fromkeys(plan.virtual_interface_ids if plan else (), ABSENT)
    states = absent | {v.virtual_interface_id: v.state for v in observation.virtual_interfaces}
    at_start = run.port if isinstance(run, Run) else None
    port_state = observation.port.state if observation.port else ABSENT
    members = dict.fromkeys(plan.member_ids if plan else (), ABSENT) | {c.id: c.state for c in observation.members}
    is_lag = run.request.lag_id is not None
    result = ResultSchema.model_construct(
        connection_id=run.request.connection_id,
        lag_id=run.request.lag_id,
        phase=outcome.phase,
        reason=outcome.reason,
        wait_seconds=outcome.wait_seconds,
        request=_request_of(run.request),
        plan=PlanSchema.model_construct(digest=plan.digest, **_members(plan)) if plan else None,
        guards=outcome.verdicts,
        connection_at_start=at_start if isinstance(at_start, Connection) else None,
        lag_at_start=at_start if isinstance(at_start, Lag) else None,
        connection_state=None if is_lag else port_state,
        lag_state=port_state if is_lag else None,
        connections=tuple(SeenConnection(connection_id=id_, state=members[id_]) for id_ in sorted(members)),
        virtual_interfaces=tuple(
            SeenVirtualInterface(virtual_interface_id=id_, state=states[id_]) for id_ in sorted(states)
        ),
        calls=run.calls if isinstance(run, Run) else (),
        gone_at=_gone_at(run, states | members, outcome.at) if isinstance(run, Run) else {},
        rehearsal=_rehearsal_of(run.rehearsal) if isinstance(run, Run) and run.rehearsal else None,
        already_gone=outcome.already_gone,
        execution=run.execution,
        event=run.event,
        started_at=run.started_at,
        phase_started_at=outcome.phase_started_at,
    )
    left_out = OF_CONNECTION if is_lag else OF_LAG
    return {
        name: value for name, value in result.model_dump(mode="json", by_alias=True).items() if name not in left_out
    }


def as_it_ended(report: JSON) -> JSON:
    """Return the result of the step that wrote a report, which holds it whole."""
    names = [field.alias for field in ResultSchema.model_fields.values() if field.alias]
    # Those of a connection are not in the report of a LAG, and the other way round.
    return {name: report[name] for name in names if name in report}


def _gone_at(run: Run, states: Mapping[str, str], now: datetime) -> dict[str, datetime]:
    """Keep when what was planned was first seen gone, but for the port itself; what is there again is not gone."""
    planned = (*run.plan.virtual_interface_ids, *run.plan.member_ids)
    gone = [id_ for id_ in planned if states[id_] == ABSENT or states[id_] in GONE]
    return {id_: run.gone_at.get(id_, now) for id_ in gone}


def _rehearsal_of(rehearsal: Rehearsal) -> RehearsalSchema:
    return RehearsalSchema.model_construct(**_members(rehearsal))


def _request_of(request: Request) -> RequestSchema:
    overrides = tuple(OverrideSchema.model_construct(**_members(override)) for override in request.overrides)
    return RequestSchema.model_construct(**_members(request) | {"overrides": overrides})


def _members(value: Request | Override | Plan | Rehearsal) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
