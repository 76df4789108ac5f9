"""The world that a person sees first: a connection and a LAG to take out of service, and what has to remain."""

from dataclasses import dataclass
from typing import cast

from moto.cloudwatch.models import cloudwatch_backends

from sandbox.aws import Sandbox
from sandbox.cloudwatch import CloudWatchBackend
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceType

CONNECTION_ID = "dxcon-fg5678gh"
OTHER_CONNECTION_ID = "dxcon-ffabc123"
# Approved for itself, so that it can be deleted from a connection that stays.
VIRTUAL_INTERFACE_ID = "dxvif-siteavpc"
ALARM_NAME = "site-a-unreachable"
LAG_ID = "dxlag-fgsitec1"
MEMBER_IDS = ("dxcon-fgsitec1", "dxcon-fgsitec2")
# No traffic but BGP keepalives.
QUIET_BPS = 900.0


@dataclass(frozen=True, slots=True)
class _Site:
    """One connection; its interfaces have the VLANs from ``first_vlan`` on."""

    name: str
    connection_id: str
    first_vlan: int
    tags: dict[str, str]
    vpc_prefixes: tuple[str, ...]
    transit_prefixes: tuple[str, ...]
    has_public: bool = False


SITE_A = _Site(
    name="site-a",
    connection_id=CONNECTION_ID,
    first_vlan=101,
    tags={"decommission": "approved", "site": "a"},
    vpc_prefixes=("10.10.0.0/16", "10.11.4.0/24"),
    transit_prefixes=("10.20.0.0/16", "192.168.40.0/24"),
    has_public=True,
)
# Site B announces all that site A announces, with an equal or a shorter prefix.
SITE_B = _Site(
    name="site-b",
    connection_id=OTHER_CONNECTION_ID,
    first_vlan=201,
    tags={"site": "b"},
    vpc_prefixes=("10.10.0.0/16", "10.11.0.0/16"),
    transit_prefixes=("10.20.0.0/16", "192.168.0.0/16"),
)


def build(sandbox: Sandbox) -> None:
    """Add connections and a LAG; deletions take seconds in this world, where AWS takes minutes."""
    world = sandbox.direct_connect
    world.behaviour = Behaviour(
        connection_deletion=Delay(seconds=4), delete_connection_answers=ConnectionState.DELETING
    )
    gateway_id = world.add_direct_connect_gateway(name="core").id
    virtual_gateway_id = world.add_virtual_gateway()
    for site in (SITE_A, SITE_B):
        _add(world, site, gateway_id, virtual_gateway_id)
    _add_lag(world, gateway_id)
    for id_ in (CONNECTION_ID, LAG_ID, *MEMBER_IDS):
        measure(sandbox, id_, QUIET_BPS)
    set_alarm(sandbox, "OK")


def set_alarm(sandbox: Sandbox, state: str) -> None:
    """Put the alarm that a rehearsal watches into this state."""
    cloudwatch = sandbox.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM_NAME,
        Namespace="Site",
        MetricName="Reachable",
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=ALARM_NAME, StateValue=state, StateReason="as the sandbox was told")


def _add(world: DirectConnectBackend, site: _Site, gateway_id: str, virtual_gateway_id: str) -> None:
    id_, vlan = site.connection_id, site.first_vlan
    private, public, transit = VirtualInterfaceType
    world.add_connection(id_, name=site.name, bandwidth="10Gbps", tags=site.tags)
    letters = site.name.replace("-", "")
    world.add_virtual_interface(
        id_,
        f"dxvif-{letters}vpc",
        name=f"{site.name}-vpc",
        type=private,
        vlan=vlan,
        tags={key: value for key, value in site.tags.items() if key == "decommission"},
        virtual_gateway_id=virtual_gateway_id,
        announces=site.vpc_prefixes,
        deletion=Delay(3),
    )
    if site.has_public:
        world.add_virtual_interface(
            id_, f"dxvif-{letters}pub", name=f"{site.name}-public", type=public, vlan=vlan + 1, deletion=Delay(6)
        )
    world.add_virtual_interface(
        id_,
        f"dxvif-{letters}tgw",
        name=f"{site.name}-transit",
        type=transit,
        vlan=vlan + 2,
        direct_connect_gateway_id=gateway_id,
        announces=site.transit_prefixes,
        deletion=Delay(9),
    )


def _add_lag(world: DirectConnectBackend, gateway_id: str) -> None:
    """Add a LAG that announces what site B announces; it needs one of its two links."""
    tags = {"decommission": "approved", "site": "c"}
    lag = world.add_lag(LAG_ID, name="site-c", bandwidth="10Gbps", minimum_links=1, tags=tags)
    for number, id_ in enumerate(MEMBER_IDS, start=1):
        world.add_connection(id_, name=f"site-c-{number}", bandwidth="10Gbps", lag_id=lag.id, tags=tags)
    world.add_virtual_interface(
        lag.id,
        "dxvif-sitectgw",
        name="site-c-transit",
        type=VirtualInterfaceType.TRANSIT,
        vlan=301,
        direct_connect_gateway_id=gateway_id,
        announces=SITE_B.transit_prefixes,
        deletion=Delay(3),
    )


def measure(sandbox: Sandbox, connection_id: str, bits_per_second: float) -> None:
    """Have CloudWatch show this for a connection or LAG and its virtual interfaces, for every period until now."""
    measure_in(sandbox.direct_connect, connection_id, bits_per_second)


def measure_in(world: DirectConnectBackend, connection_id: str, bits_per_second: float) -> None:
    """Have the CloudWatch of the account and region of this world show it."""
    backend = cast("CloudWatchBackend", cloudwatch_backends[world.account_id][world.region_name])
    measured = [("Connection", {"ConnectionId": connection_id})]
    measured += [
        ("VirtualInterface", {"ConnectionId": connection_id, "VirtualInterfaceId": one.id})
        for one in world.virtual_interfaces.values()
        if one.connection_id == connection_id
    ]
    for kind, dimensions in measured:
        for direction in ("Ingress", "Egress"):
            backend.steady["AWS/DX", f"{kind}Bps{direction}", frozenset(dimensions.items())] = bits_per_second
