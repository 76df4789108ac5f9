"""The world that a person sees first: one connection to take out of service, and one that must stay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from moto.cloudwatch.models import cloudwatch_backends

from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, Delay
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceType

CONNECTION_ID = "dxcon-fg5678gh"
OTHER_CONNECTION_ID = "dxcon-ffabc123"
# BGP keepalives and no more.
QUIET_BPS = 900.0
PERIOD = timedelta(minutes=5)
# Whatever is announced at site A is announced at site B too, with an equal or a shorter prefix.
SITE_A_VPC_PREFIXES = ("10.10.0.0/16", "10.11.4.0/24")
SITE_B_VPC_PREFIXES = ("10.10.0.0/16", "10.11.0.0/16")
SITE_A_TRANSIT_PREFIXES = ("10.20.0.0/16", "192.168.40.0/24")
SITE_B_TRANSIT_PREFIXES = ("10.20.0.0/16", "192.168.0.0/16")


def build(sandbox: Sandbox) -> None:
    """Fill the world; deletions take some seconds in it, where AWS takes minutes."""
    world = sandbox.direct_connect
    world.behaviour = Behaviour(
        connection_deletion=Delay(seconds=4), delete_connection_answers=ConnectionState.DELETING
    )
    gateway = world.add_direct_connect_gateway(name="core").id
    virtual_gateway = world.add_virtual_gateway()
    private, public, transit = VirtualInterfaceType
    site_a = world.add_connection(
        CONNECTION_ID, name="site-a", bandwidth="10Gbps", tags={"decommission": "approved", "site": "a"}
    )
    world.add_virtual_interface(
        site_a.id,
        name="site-a-vpc",
        type=private,
        vlan=101,
        virtual_gateway_id=virtual_gateway,
        announces=SITE_A_VPC_PREFIXES,
        deletion=Delay(3),
    )
    world.add_virtual_interface(site_a.id, name="site-a-public", type=public, vlan=102, deletion=Delay(6))
    world.add_virtual_interface(
        site_a.id,
        name="site-a-transit",
        type=transit,
        vlan=103,
        direct_connect_gateway_id=gateway,
        announces=SITE_A_TRANSIT_PREFIXES,
        deletion=Delay(9),
    )
    site_b = world.add_connection(OTHER_CONNECTION_ID, name="site-b", bandwidth="10Gbps", tags={"site": "b"})
    world.add_virtual_interface(
        site_b.id,
        name="site-b-vpc",
        type=private,
        vlan=201,
        virtual_gateway_id=virtual_gateway,
        announces=SITE_B_VPC_PREFIXES,
    )
    world.add_virtual_interface(
        site_b.id,
        name="site-b-transit",
        type=transit,
        vlan=203,
        direct_connect_gateway_id=gateway,
        announces=SITE_B_TRANSIT_PREFIXES,
    )
    measure(sandbox, CONNECTION_ID, QUIET_BPS)


def measure(sandbox: Sandbox, connection_id: str, bits_per_second: float) -> None:
    """
    Let CloudWatch have measured this on a connection and its virtual interfaces, in every period of the last day.

    And of the next day, so that a sandbox that serves for hours does not fall silent.
    """
    world = sandbox.direct_connect
    interfaces = [one.id for one in world.virtual_interfaces.values() if one.connection_id == connection_id]
    measured = [("Connection", {"ConnectionId": connection_id})]
    measured += [("VirtualInterface", {"ConnectionId": connection_id, "VirtualInterfaceId": id_}) for id_ in interfaces]
    data = [
        {
            "MetricName": f"{kind}Bps{direction}",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            # moto's own moments have no time zone, and mean UTC.
            "Timestamp": period.replace(tzinfo=None),
            "Value": bits_per_second,
        }
        for kind, dimensions in measured
        for direction in ("Ingress", "Egress")
        for period in _periods(datetime.now(UTC))
    ]
    # Not over HTTP: this many points would take a second.
    cloudwatch_backends[world.account_id][world.region_name].put_metric_data("AWS/DX", data)


def _periods(now: datetime) -> Iterator[datetime]:
    current = datetime.fromtimestamp(now.timestamp() // PERIOD.total_seconds() * PERIOD.total_seconds(), UTC)
    day = timedelta(days=1) // PERIOD
    return (current + PERIOD * number for number in range(-day - 1, day))
