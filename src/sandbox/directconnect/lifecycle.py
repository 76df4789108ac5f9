"""How states change without threads: each call first applies the changes that have become due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from .states import GONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .behaviour import Behaviour, Delay

type Answer = dict[str, Any]
"""What an operation answers, before it is written as JSON: times are ``datetime``, blobs are ``bytes``."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived, answered or not."""

    operation: str
    parameters: Mapping[str, Any]
    moment: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A call that is being answered, and the account that makes it."""

    operation: str
    parameters: Mapping[str, Any]
    moment: datetime
    caller: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A delay that has begun."""

    delay: Delay
    since: datetime
    looks_before: int

    def due(self, resource: Resource, now: datetime) -> datetime | None:
        """Return when the delay was over, or None while it is not."""
        if resource.looks - self.looks_before < self.delay.looks:
            return None
        if (now - self.since).total_seconds() < self.delay.seconds:
            return None
        due = self.since + timedelta(seconds=self.delay.seconds)
        return max(due, resource.looked_at or due) if self.delay.looks else due


@dataclass(frozen=True, slots=True)
class Transition:
    source: str
    target: str
    timer: Timer


@dataclass(slots=True, kw_only=True)
class Resource:
    """
    Something with an id, an owner, tags and a state.

    A test may change every field. Setting the state ends a transition that is under way.
    """

    arn_type: ClassVar[str]

    id: str
    partition: str
    region: str
    owner_account: str
    sequence: int  # of creation; lists are in this order
    state: str
    tags: dict[str, str] = field(default_factory=dict)
    deletion: Delay | None = None  # takes precedence over the behaviour of the world
    looks: int = 0  # how many describes have listed it
    looked_at: datetime | None = None
    gone_since: datetime | None = None
    transition: Transition | None = None

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:directconnect:{self.region}:{self.owner_account}:{self.arn_type}/{self.id}"

    def timer(self, delay: Delay, now: datetime) -> Timer:
        return Timer(delay, now, self.looks)

    def move(self, through: str, target: str, delay: Delay, now: datetime) -> None:
        """Enter the state ``through`` now, and ``target`` when the delay is over."""
        self.state = through
        self.transition = Transition(through, target, self.timer(delay, now))

    def settle(self, now: datetime) -> None:
        """Apply the state change that has become due, if any."""
        due: datetime | None = None
        if (transition := self.transition) is not None:
            if transition.source != self.state:
                self.transition = None
            elif (due := transition.timer.due(self, now)) is not None:
                self.state = transition.target
                self.transition = None
        if self.state not in GONE:
            self.gone_since = None
        elif self.gone_since is None:
            self.gone_since = due or now

    def look(self, now: datetime) -> None:
        """Note that a describe has listed it."""
        self.looks += 1
        self.looked_at = now

    def is_listed(self, behaviour: Behaviour, now: datetime) -> bool:
        """Say whether AWS still shows it."""
        if self.gone_since is None:
            return True
        return (now - self.gone_since).total_seconds() < self.listed_seconds(behaviour)

    def listed_seconds(self, behaviour: Behaviour) -> float:
        return behaviour.rejected_listed_seconds if self.state == "rejected" else self.deleted_listed_seconds(behaviour)

    def deleted_listed_seconds(self, behaviour: Behaviour) -> float:
        return behaviour.deleted_connection_listed_seconds

    def shown_tags(self, _behaviour: Behaviour, _caller: str) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in self.tags.items()]


def without_nones(answer: Answer) -> Answer:
    """AWS leaves out what is not set."""
    return {name: value for name, value in answer.items() if value is not None}
