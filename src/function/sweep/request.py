"""What a sweep is asked for: what is due at a time, or a fleet of connections by their ids or their tags."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from decommission.contract import CLOCK_SKEW, NESTED_EXECUTION_KEY, complaints, parsed, refuse_nulls
from decommission.errors import InvalidRequestError
from decommission.schemas import ConnectionId, Moment, RequestSchema, Strict
from sweep.settings import SweepSettings

# Far below the 256 KiB of an execution's input.
MOST_CONNECTION_IDS = 10_000
MOST_TAGS = 50
# Stands for the id of each connection while the request that all of them share is checked.
_ANY_CONNECTION = "dxcon-00000000"
_OF_ONE_CONNECTION = {"connectionId", "lagId", "virtualInterfaceIds", "planDigest"}


def _unique(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


class SweepSchema(Strict):
    """Exactly one of ``scheduled_time``, ``connection_ids`` and ``tags``; ``request`` is what all runs share."""

    scheduled_time: Moment | None = None
    connection_ids: (
        Annotated[
            tuple[ConnectionId, ...],
            Field(min_length=1, max_length=MOST_CONNECTION_IDS),
            AfterValidator(_unique),
        ]
        | None
    ) = None
    tags: Annotated[dict[str, str], Field(min_length=1, max_length=MOST_TAGS)] | None = None
    request: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if sum(way is not None for way in (self.scheduled_time, self.connection_ids, self.tags)) != 1:
            raise ValueError("must have exactly one of scheduledTime, connectionIds and tags")
        if own := sorted(self.request.keys() & _OF_ONE_CONNECTION):
            raise ValueError(f"request.{own[0]} is about one connection, and a sweep has many")
        return self


def read(event: object, *, now: datetime, settings: SweepSettings) -> SweepSchema:
    """Read the input of an execution. Raises InvalidRequestError, which names every field that is wrong."""
    if not isinstance(event, dict):
        raise InvalidRequestError("the input must be a JSON object with scheduledTime, connectionIds or tags")
    given = {name: value for name, value in event.items() if name != NESTED_EXECUTION_KEY}
    try:
        asked = parsed(SweepSchema, given)
    except ValidationError as error:
        raise InvalidRequestError(complaints(error)) from None
    try:
        shared = parsed(RequestSchema, {"connectionId": _ANY_CONNECTION, **asked.request})
    except ValidationError as error:
        raise InvalidRequestError(f"request: {complaints(error)}") from None
    refuse_nulls(given)
    if shared.patience_minutes is not None and shared.patience_minutes < settings.least_patience_minutes:
        raise InvalidRequestError(f"request.patienceMinutes: must be {settings.least_patience_minutes} or more")
    if asked.scheduled_time and asked.scheduled_time > now + CLOCK_SKEW:
        # What is not due yet would be deleted now.
        raise InvalidRequestError("scheduledTime: lies in the future")
    role_arn = asked.request.get("roleArn")
    if role_arn is not None and not settings.is_spoke(role_arn):
        raise InvalidRequestError(f"request.roleArn: must be {settings.spoke_role_arn}, in whatever account")
    if asked.scheduled_time and (own := asked.request.keys() & {"region", "roleArn"}):
        raise InvalidRequestError(f"request.{min(own)}: a schedule's places are those of SweepPlaces")
    return asked


def stamp(moment: datetime) -> str:
    """Spell the time of a sweep for the names of its executions and of its folder: ``20261201T020000Z``."""
    milliseconds = moment.microsecond // 1000
    return f"{moment:%Y%m%dT%H%M%S}" + (f".{milliseconds:03}Z" if milliseconds else "Z")
