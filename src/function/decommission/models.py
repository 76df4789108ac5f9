"""What AWS shows, in our words: an allow-list of the fields that are needed, and none that is secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    """
    A connection, with what somebody needs to order the same one again, or to cancel what hangs on it.

    ``partner_name`` is set on a hosted connection, ``provider_name`` where a carrier brings the fibre.
    """

    connection_id: str
    state: str
    owner_account: str
    lag_id: str | None = None
    name: str | None = None
    location: str | None = None
    bandwidth: str | None = None
    vlan: int | None = None
    partner_name: str | None = None
    provider_name: str | None = None
    aws_device: str | None = None
    billing_mode: str | None = None
    mac_sec_secret_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, ConnectionState)

    @property
    def is_gone(self) -> bool:
        return self.presence is Presence.GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPeer:
    """One of the BGP sessions of a virtual interface: there may be one for IPv4 and one for IPv6. Without its key."""

    asn: int | None
    address_family: str | None
    amazon_address: str | None
    customer_address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualInterface:
    """``connection_id`` is what it stands on: the connection itself, or a LAG."""

    virtual_interface_id: str
    state: str
    type: str
    owner_account: str
    connection_id: str
    vlan: int | None = None
    direct_connect_gateway_id: str | None = None
    virtual_gateway_id: str | None = None
    name: str | None = None
    asn: int | None = None
    amazon_address: str | None = None
    customer_address: str | None = None
    address_family: str | None = None
    bgp_peers: tuple[BgpPeer, ...] = ()
    mtu: int | None = None
    route_filter_prefixes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, VirtualInterfaceState)

    @property
    def gateway_id(self) -> str | None:
        return self.direct_connect_gateway_id or self.virtual_gateway_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    lag_id: str
    minimum_links: int
    members: tuple[Connection, ...]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverTest:
    """A BGP failover test, of which AWS restores BGP at ``ends_at`` at the latest."""

    test_id: str
    virtual_interface_id: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The highest bits per second of the look-back; None where CloudWatch has no data, which is not zero."""

    ingress: float | None
    egress: float | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What is looked at once, before the first deletion, for the guards and the record.

    ``neighbours`` are all virtual interfaces that this account sees in the region and that are not attached to the
    connection; ``traffic`` is by id, of the connection and of its interfaces; ``gateway_names`` are those of the
    Direct Connect gateways that this account may describe. ``loa`` is the LOA-CFA as a PDF.
    """

    caller_account: str
    is_interconnect: bool = False
    lag: Lag | None = None
    neighbours: tuple[VirtualInterface, ...] = ()
    hosted_connection_ids: tuple[str, ...] = ()
    failover_tests: tuple[FailoverTest, ...] = ()
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    gateway_names: Mapping[str, str] = field(default_factory=dict)
    loa: bytes | None = None
