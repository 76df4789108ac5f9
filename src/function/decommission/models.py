"""What AWS shows, in our words: an allow-list of the fields that are needed, and none that is secret."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class ConnectionState(StrEnum):
    """The documented values of ``connectionState``. AWS may answer others: the list is not closed."""

    ORDERING = "ordering"
    REQUESTED = "requested"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class VirtualInterfaceState(StrEnum):
    """The documented values of ``virtualInterfaceState``. AWS may answer others: ``approving`` was seen."""

    CONFIRMING = "confirming"
    VERIFYING = "verifying"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    TESTING = "testing"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Presence(Enum):
    """What a state means to somebody who waits for the thing to go."""

    PRESENT = auto()
    DELETING = auto()
    GONE = auto()
    UNCLEAR = auto()


def presence_of(state: str, documented: type[StrEnum]) -> Presence:
    """
    Read a state as AWS spells it.

    Only ``deleted`` and ``rejected`` are gone. ``unknown`` means that AWS cannot tell, and a word that
    nobody knows cannot be told either: both are unclear, which is never gone and never a reason to go on.
    """
    match state:
        case "deleted" | "rejected":
            return Presence.GONE
        case "deleting":
            return Presence.DELETING
        case "unknown":
            return Presence.UNCLEAR
        case _:
            return Presence.PRESENT if state in documented else Presence.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    connection_id: str
    state: str
    owner_account: str
    lag_id: str | None = None

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, ConnectionState)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualInterface:
    virtual_interface_id: str
    state: str
    type: str
    owner_account: str
    vlan: int | None = None
    direct_connect_gateway_id: str | None = None
    virtual_gateway_id: str | None = None

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, VirtualInterfaceState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """
    One look at the world.

    ``connection`` is None when AWS no longer shows it. ``virtual_interfaces`` are those attached to the
    connection itself; ones deleted less than 15 minutes ago are still among them, as ``deleted``
    (DescribeVirtualInterfaces). ``region`` is where the look went.
    """

    region: str
    connection: Connection | None
    virtual_interfaces: tuple[VirtualInterface, ...] = ()

    @property
    def remaining(self) -> tuple[VirtualInterface, ...]:
        """The virtual interfaces that are not gone."""
        return tuple(v for v in self.virtual_interfaces if v.presence is not Presence.GONE)
