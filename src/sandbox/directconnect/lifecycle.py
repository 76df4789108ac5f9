"""Resources and how their states change: each call first applies the changes that have become due."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, TypedDict

from sandbox.directconnect.behaviour import Behaviour, Delay
from sandbox.directconnect.states import GONE


@dataclass(frozen=True, slots=True)
class Timer:
    """A delay that has begun."""

    delay: Delay
    since: datetime
    looks_before: int

    def due(self, resource: "Resource", now: datetime) -> datetime | None:
        """Return when the delay ended, or None if it has not."""
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


class Identity(TypedDict):
    """The fields that the world sets for every new resource."""

    id: str
    partition: str
    region: str
    owner_account: str
    sequence: int


class Choices(TypedDict, total=False):
    """The fields that a test may choose for a new resource."""

    state: str
    tags: dict[str, str]


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
    state: str = "available"
    tags: dict[str, str] = field(default_factory=dict)
    looks: int = 0  # how many answers have listed it
    looked_at: datetime | None = None
    gone_since: datetime | None = None
    transition: Transition | None = None

    def __post_init__(self) -> None:
        # A test may create several resources with one dictionary of tags, and change those of one of them.
        self.tags = dict(self.tags)

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:directconnect:{self.region}:{self.owner_account}:{self.arn_type}/{self.id}"

    def timer(self, delay: Delay, now: datetime) -> Timer:
        return Timer(delay, now, self.looks)

    def move(self, through: str, target: str, delay: Delay, now: datetime) -> None:
        """Enter the state ``through`` now, and ``target`` when the delay ends."""
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
        """Count an answer that has listed this resource."""
        self.looks += 1
        self.looked_at = now

    def is_listed(self, behaviour: Behaviour, now: datetime) -> bool:
        """Return whether AWS still shows this resource; it does so for a while after the resource is gone."""
        if self.gone_since is None:
            return True
        is_rejected = self.state == "rejected"
        seconds = behaviour.rejected_listed_seconds if is_rejected else self.deleted_listed_seconds(behaviour)
        return (now - self.gone_since).total_seconds() < seconds

    def deleted_listed_seconds(self, behaviour: Behaviour) -> float:
        return behaviour.deleted_connection_listed_seconds

    def shown_tags(self, _behaviour: Behaviour, _caller: str) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in self.tags.items()]
