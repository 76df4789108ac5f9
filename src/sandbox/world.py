"""The world that a person sees first: one connection to take out of service, and one that must stay."""

from datetime import UTC, datetime, timedelta

from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, Delay
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceType

CONNECTION_ID = "dxcon-fg5678gh"
OTHER_CONNECTION_ID = "dxcon-ffabc123"
# BGP keepalives and no more.
QUIET_BPS = 900.0


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
        site_a.id, name="site-a-vpc", type=private, vlan=101, virtual_gateway_id=virtual_gateway, deletion=Delay(3)
    )
    world.add_virtual_interface(site_a.id, name="site-a-public", type=public, vlan=102, deletion=Delay(6))
    world.add_virtual_interface(
        site_a.id, name="site-a-transit", type=transit, vlan=103, direct_connect_gateway_id=gateway, deletion=Delay(9)
    )
    site_b = world.add_connection(OTHER_CONNECTION_ID, name="site-b", bandwidth="10Gbps", tags={"site": "b"})
    world.add_virtual_interface(
        site_b.id, name="site-b-vpc", type=private, vlan=201, virtual_gateway_id=virtual_gateway
    )
    world.add_virtual_interface(
        site_b.id, name="site-b-transit", type=transit, vlan=203, direct_connect_gateway_id=gateway
    )
    measure(sandbox, CONNECTION_ID, QUIET_BPS)


def measure(sandbox: Sandbox, connection_id: str, bits_per_second: float) -> None:
    """Let CloudWatch have measured this on a connection and on each of its virtual interfaces, ten minutes ago."""
    interfaces = [v.id for v in sandbox.direct_connect.virtual_interfaces.values() if v.connection_id == connection_id]
    measured = [("Connection", {"ConnectionId": connection_id})]
    measured += [("VirtualInterface", {"ConnectionId": connection_id, "VirtualInterfaceId": v}) for v in interfaces]
    data = [
        {
            "MetricName": f"{kind}Bps{direction}",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "Timestamp": datetime.now(UTC) - timedelta(minutes=10),
            "Value": bits_per_second,
        }
        for kind, dimensions in measured
        for direction in ("Ingress", "Egress")
    ]
    sandbox.client("cloudwatch").put_metric_data(Namespace="AWS/DX", MetricData=data)
