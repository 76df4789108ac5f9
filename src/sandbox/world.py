"""The world that a person sees first: one connection to take out of service, and one that must stay."""

from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend
from sandbox.directconnect.states import ConnectionState, VirtualInterfaceType

CONNECTION_ID = "dxcon-fg5678gh"
OTHER_CONNECTION_ID = "dxcon-ffabc123"


def build(world: DirectConnectBackend) -> None:
    """Fill the world; deletions take some seconds in it, where AWS takes minutes."""
    world.behaviour = Behaviour(
        connection_deletion=Delay(seconds=4), delete_connection_answers=ConnectionState.DELETING
    )
    world.add_connection(CONNECTION_ID, name="site-a", bandwidth="10Gbps")
    virtual_gateway_id = world.add_virtual_gateway()
    gateway = world.add_direct_connect_gateway(name="core")
    world.add_virtual_interface(
        CONNECTION_ID, name="site-a-vpc", vlan=101, virtual_gateway_id=virtual_gateway_id, deletion=Delay(seconds=3)
    )
    world.add_virtual_interface(
        CONNECTION_ID, type=VirtualInterfaceType.PUBLIC, name="site-a-public", vlan=102, deletion=Delay(seconds=6)
    )
    world.add_virtual_interface(
        CONNECTION_ID,
        type=VirtualInterfaceType.TRANSIT,
        name="site-a-transit",
        vlan=103,
        direct_connect_gateway_id=gateway.id,
        deletion=Delay(seconds=9),
    )
    world.add_connection(OTHER_CONNECTION_ID, name="site-b", bandwidth="10Gbps")
    world.add_virtual_interface(
        OTHER_CONNECTION_ID,
        type=VirtualInterfaceType.TRANSIT,
        name="site-b-transit",
        vlan=203,
        direct_connect_gateway_id=gateway.id,
    )
