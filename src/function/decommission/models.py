"""What AWS shows, in our own types: an allow-list of the fields that we need, and none that is secret."""

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


GONE = frozenset({"deleted", "rejected"})
"""The states of something that no longer exists; there are no others."""


UNKNOWN = "unknown"
"""The type of a virtual interface in an answer that lacks it."""


class Presence(Enum):
    """What a state means to a run that waits for the resource to be gone."""

    PRESENT = auto()
    DELETING = auto()
    GONE = auto()
    UNCLEAR = auto()


def presence_of(state: str, documented: type[StrEnum]) -> Presence:
    """
    Read a state as AWS spells it.

    Only ``deleted`` and ``rejected`` are gone. ``unknown`` and undocumented words are unclear: they are neither gone
    nor a reason to go on.
    """
    if state in GONE:
        return Presence.GONE
    match state:
        case "deleting":
            return Presence.DELETING
        case "unknown":
            return Presence.UNCLEAR
        case _:
            return Presence.PRESENT if state in documented else Presence.UNCLEAR


def is_managed_by_direct_connect(mac_sec_secret_arn: str) -> bool:
    """Return True for a secret that Direct Connect made itself: directconnect!prod/REGION/directconnect/CKN."""
    return "directconnect!" in mac_sec_secret_arn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Port:
    """What connections and LAGs have in common: AWS documents no state of a LAG that a connection may not have."""

    state: str

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, ConnectionState)

    @property
    def is_gone(self) -> bool:
        return self.state in GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection(_Port):
    """
    A connection, with all that CreateConnection takes.

    ``partner_name`` is set on a hosted connection, ``provider_name`` where a carrier brings the fibre.
    """

    connection_id: str
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
    mac_sec_capable: bool | None = None
    encryption_mode: str | None = None
    mac_sec_secret_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.connection_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPeer:
    """One of the BGP sessions of a virtual interface, without its key. There may be one for IPv4 and one for IPv6."""

    asn: int | None
    address_family: str | None
    amazon_address: str | None
    customer_address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualInterface:
    """A virtual interface; ``connection_id`` is that of the connection or of the LAG that carries it."""

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
    amazon_side_asn: int | None = None
    amazon_address: str | None = None
    customer_address: str | None = None
    address_family: str | None = None
    bgp_peers: tuple[BgpPeer, ...] = ()
    mtu: int | None = None
    site_link_enabled: bool | None = None
    rate_limit: str | None = None
    prefix_pool_allocated_count_ipv4: int | None = None
    prefix_pool_allocated_count_ipv6: int | None = None
    route_filter_prefixes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def presence(self) -> Presence:
        return presence_of(self.state, VirtualInterfaceState)

    @property
    def is_gone(self) -> bool:
        return self.state in GONE

    @property
    def is_to_be_deleted(self) -> bool:
        """True unless it is gone or already being deleted."""
        return self.state not in GONE and self.state != VirtualInterfaceState.DELETING

    @property
    def is_up(self) -> bool:
        return self.state == VirtualInterfaceState.AVAILABLE

    @property
    def is_described(self) -> bool:
        """True if AWS showed its owner and its type; an answer may lack them."""
        return self.owner_account != "" and self.type != UNKNOWN

    @property
    def gateway_id(self) -> str | None:
        return self.direct_connect_gateway_id or self.virtual_gateway_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag(_Port):
    """
    A link aggregation group; ``members`` are those of its connections that are not gone.

    ``bandwidth`` is that of each of its connections.
    """

    lag_id: str
    minimum_links: int
    members: tuple[Connection, ...]
    owner_account: str = ""
    name: str | None = None
    bandwidth: str | None = None
    location: str | None = None
    provider_name: str | None = None
    aws_device: str | None = None
    billing_mode: str | None = None
    allows_hosted_connections: bool = False
    mac_sec_capable: bool | None = None
    encryption_mode: str | None = None
    mac_sec_secret_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.lag_id


type Port = Connection | Lag
"""What carries virtual interfaces. AWS itself names a LAG where it asks for the ``connectionId`` of an interface."""


def connections_of(port: Port) -> tuple[Connection, ...]:
    """List the members of a LAG, or the connection itself."""
    return port.members if isinstance(port, Lag) else (port,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A virtual interface of a Direct Connect gateway, in whatever region and account it is."""

    gateway_id: str
    virtual_interface_id: str
    region: str
    owner_account: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverTest:
    """A BGP failover test; AWS restores BGP at ``ends_at`` at the latest."""

    test_id: str
    virtual_interface_id: str
    started_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm of CloudWatch; ``changed_at`` is when its state changed last, None if AWS does not say."""

    state: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """
    What CloudWatch measured in the look-back.

    ``ingress`` and ``egress`` are the highest bits per second, None without any data. ``points`` is the number of data
    points of the direction that has fewer of them, of the ``expected_points`` of periods that are old enough.
    """

    ingress: float | None
    egress: float | None
    points: int
    expected_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """
    One look at the port that a run is about, and at its virtual interfaces.

    ``port`` is None when AWS does not show it, neither by its id nor in the list of all; ``refusal`` holds AWS's
    words if it refused the id. ``members`` are the connections of a LAG, and those that the plan had found in it,
    wherever they are now. ``virtual_interfaces`` are those attached to the port itself, and to ``members``; the ones
    deleted less than 15 minutes ago are still among them, as ``deleted`` (DescribeVirtualInterfaces). If the run names
    the ones that it deletes, in ``named``, there are no others among them.
    """

    region: str
    port: Port | None
    members: tuple[Connection, ...] = ()
    virtual_interfaces: tuple[VirtualInterface, ...] = ()
    refusal: str | None = None
    named: tuple[str, ...] = ()

    @property
    def has_port(self) -> bool:
        return self.port is not None and not self.port.is_gone

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections that are not gone: the port itself, or those of the LAG."""
        found = (self.port,) if isinstance(self.port, Connection) else self.members
        return tuple(c for c in found if not c.is_gone)

    @property
    def ports(self) -> dict[str, Port]:
        """The port and its connections, as far as they are not gone."""
        there: list[Port] = [*self.connections]
        if isinstance(self.port, Lag) and not self.port.is_gone:
            there.append(self.port)
        return {port.id: port for port in there}

    @property
    def inside(self) -> tuple[Connection, ...]:
        """The connections that are in the LAG which a run names."""
        return tuple(c for c in self.connections if isinstance(self.port, Lag) and c.lag_id == self.port.lag_id)

    @property
    def remaining(self) -> tuple[VirtualInterface, ...]:
        """The virtual interfaces that are not gone."""
        return tuple(v for v in self.virtual_interfaces if not v.is_gone)

    @property
    def to_be_deleted(self) -> tuple[VirtualInterface, ...]:
        """The virtual interfaces that are neither gone nor already being deleted."""
        return tuple(v for v in self.virtual_interfaces if v.is_to_be_deleted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What is around the port: the evidence of the guards.

    ``connections`` and ``lags`` are all that this account sees in the region; ``neighbours`` are all virtual interfaces
    but those that the run is about: on other ports, and on the port itself if the run names others.
    ``interconnect_ids`` are those of its connections that are interconnects. ``hosted_connection_ids`` are on the port
    or on the LAG that it is in. ``traffic`` is by id, of the connections and of the interfaces. ``routes`` are the
    prefixes that the customer announces, by virtual interface: None if this step does not ask for routes, and an id is
    missing if AWS refused it. ``refusals`` hold AWS's words by operation, for the operations that AWS may refuse.
    ``loa`` is the LOA-CFA as a PDF.
    """

    caller_account: str
    interconnect_ids: tuple[str, ...] = ()
    connections: tuple[Connection, ...] = ()
    lags: tuple[Lag, ...] = ()
    neighbours: tuple[VirtualInterface, ...] = ()
    hosted_connection_ids: tuple[str, ...] = ()
    failover_tests: tuple[FailoverTest, ...] = ()
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    resiliency_group_ids: tuple[str, ...] = ()
    routes: Mapping[str, tuple[str, ...]] | None = None
    gateway_names: Mapping[str, str] = field(default_factory=dict)
    loa: bytes | None = None
    refusals: Mapping[str, str] = field(default_factory=dict)

    def lag(self, lag_id: str | None) -> Lag | None:
        return next((lag for lag in self.lags if lag.lag_id == lag_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """
    What served the port, and serves nothing any more that AWS shows.

    ``gateways`` are by id, with AWS's words if it refused to list what else is attached to one. ``lag_ids`` are LAGs
    without connections.
    """

    gateways: Mapping[str, str | None] = field(default_factory=dict)
    lag_ids: tuple[str, ...] = ()
    mac_sec_secret_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """
    The last look before a run may end as completed.

    ``interconnect_ids`` are those of its connections that are interconnects now, None if AWS refused to say.
    ``elsewhere`` are the planned virtual interfaces that are on another port now; ``still_listed`` is what the list of
    all virtual interfaces shows on this one, of those that the run names.
    """

    interconnect_ids: tuple[str, ...] | None
    elsewhere: tuple[VirtualInterface, ...] = ()
    still_listed: tuple[VirtualInterface, ...] = ()
    leftovers: Leftovers = Leftovers()
