"""A world with one of everything, and an example of the parameters of each operation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox.directconnect import SECRET_WORD, DirectConnectBackend, ManualClock
from sandbox.directconnect.resources.mac_sec import MacSecKey
from tests.sandbox.seen import OTHER_ACCOUNT

TAGS: Final = [{"key": "decommission", "value": "approved"}]
BGP: Final = {"virtualInterfaceName": "a", "vlan": 101, "asn": 65001, "authKey": SECRET_WORD, "tags": TAGS}


@dataclass(frozen=True, slots=True)
class Everything:
    """One of everything, and the ids of it."""

    backend: DirectConnectBackend
    connection: str
    spare: str  # a connection without interfaces
    ordered: str  # a hosted connection that its owner has not confirmed
    interconnect: str
    lag: str
    member: str
    interface: str
    tested: str  # an interface on which a failover test runs
    waiting: str  # an interface that its owner has not confirmed
    gateway: str
    group: str  # a resiliency group

    @property
    def arn(self) -> str:
        return self.backend.connections[self.connection].arn


def one_of_everything(backend: DirectConnectBackend) -> Everything:
    backend.reset()
    backend.clock = ManualClock()
    connection = backend.add_connection(tags={"decommission": "approved"})
    lag = backend.add_lag(tags={"decommission": "approved"})
    gateway = backend.add_direct_connect_gateway(tags={"decommission": "approved"})
    interface = backend.add_virtual_interface(
        connection.id, tags={"decommission": "approved"}, announces=("10.1.0.0/16", "2001:db8::/32")
    )
    backend.add_virtual_interface(lag.id, type="public")
    tested = backend.add_virtual_interface(connection.id)
    backend.run("StartBgpFailoverTest", {"virtualInterfaceId": tested.id})
    backend.add_virtual_interface(connection.id, type="transit", owner_account=OTHER_ACCOUNT)
    interconnect = backend.add_interconnect()
    backend.add_connection(parent_id=interconnect.id, owner_account=OTHER_ACCOUNT, partner_name="Partner", vlan=7)
    world = Everything(
        backend,
        connection=connection.id,
        spare=backend.add_connection().id,
        ordered=backend.add_connection(partner_name="Partner", vlan=9, state="ordering").id,
        interconnect=interconnect.id,
        lag=lag.id,
        member=backend.add_connection(lag_id=lag.id).id,
        interface=interface.id,
        tested=tested.id,
        waiting=backend.add_virtual_interface(connection.id, state="confirming").id,
        gateway=gateway.id,
        group=backend.add_resiliency_group(connection.id).id,
    )
    backend.add_remote_attachment(gateway.id)
    backend.run("DescribeLoa", {"connectionId": connection.id})
    backend.connections[world.spare].mac_sec_capable = True
    connection.mac_sec_keys.append(MacSecKey(secret_arn="arn:of:a:secret", ckn="0a", start_on="now"))
    return world


PARAMETERS: Final[dict[str, Callable[[Everything], dict[str, Any]]]] = {
    "CreateConnection": lambda _: {
        "location": "EqFA5",
        "bandwidth": "1Gbps",
        "connectionName": "new",
        "tags": TAGS,
        "providerName": "Provider",
        "requestMACSec": True,
        "billingMode": "FlatRateTier1",
    },
    "DescribeConnections": lambda _: {},
    "UpdateConnection": lambda world: {"connectionId": world.connection, "connectionName": "renamed"},
    "AssociateMacSecKey": lambda world: {"connectionId": world.spare, "secretARN": "arn:of:another:secret"},
    "DeleteConnection": lambda world: {"connectionId": world.spare},
    "ConfirmConnection": lambda world: {"connectionId": world.ordered},
    "DescribeHostedConnections": lambda world: {"connectionId": world.interconnect},
    "DescribeInterconnects": lambda _: {},
    "CreatePrivateVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newPrivateVirtualInterface": {**BGP, "directConnectGatewayId": world.gateway},
    },
    "CreatePublicVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newPublicVirtualInterface": {**BGP, "routeFilterPrefixes": [{"cidr": "203.0.113.0/24"}]},
    },
    "CreateTransitVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "newTransitVirtualInterface": {**BGP, "mtu": 8500},
    },
    "AllocatePrivateVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newPrivateVirtualInterfaceAllocation": BGP,
    },
    "AllocatePublicVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newPublicVirtualInterfaceAllocation": BGP,
    },
    "AllocateTransitVirtualInterface": lambda world: {
        "connectionId": world.connection,
        "ownerAccount": OTHER_ACCOUNT,
        "newTransitVirtualInterfaceAllocation": BGP,
    },
    "ConfirmPrivateVirtualInterface": lambda world: {"virtualInterfaceId": world.waiting},
    "ConfirmPublicVirtualInterface": lambda world: {"virtualInterfaceId": world.waiting},
    "ConfirmTransitVirtualInterface": lambda world: {
        "virtualInterfaceId": world.waiting,
        "directConnectGatewayId": world.gateway,
    },
    "CreateBGPPeer": lambda world: {
        "virtualInterfaceId": world.interface,
        "newBGPPeer": {"addressFamily": "ipv6", "asn": 65001, "authKey": SECRET_WORD},
    },
    "DescribeVirtualInterfaces": lambda _: {},
    "DeleteVirtualInterface": lambda world: {"virtualInterfaceId": world.interface},
    "AssociateVirtualInterface": lambda world: {"virtualInterfaceId": world.interface, "connectionId": world.lag},
    "ListVirtualInterfaceRoutes": lambda world: {"virtualInterfaceId": world.interface},
    "CreateLag": lambda world: {
        "numberOfConnections": 2,
        "location": "EqFA5",
        "connectionsBandwidth": "1Gbps",
        "lagName": "new",
        "connectionId": world.spare,
        "tags": TAGS,
        "childConnectionTags": TAGS,
    },
    "DescribeLags": lambda _: {},
    "UpdateLag": lambda world: {"lagId": world.lag, "lagName": "renamed", "minimumLinks": 1},
    "DeleteLag": lambda world: {"lagId": world.backend.add_lag().id},
    "AssociateConnectionWithLag": lambda world: {"connectionId": world.connection, "lagId": world.lag},
    "DisassociateConnectionFromLag": lambda world: {"connectionId": world.member, "lagId": world.lag},
    "TagResource": lambda world: {"resourceArn": world.arn, "tags": TAGS},
    "UntagResource": lambda world: {"resourceArn": world.arn, "tagKeys": ["decommission"]},
    "StartBgpFailoverTest": lambda world: {"virtualInterfaceId": world.interface, "testDurationInMinutes": 10},
    "StopBgpFailoverTest": lambda world: {"virtualInterfaceId": world.tested},
    "ListVirtualInterfaceTestHistory": lambda world: {"virtualInterfaceId": world.tested},
    "DescribeDirectConnectGateways": lambda _: {},
    "DescribeDirectConnectGatewayAttachments": lambda world: {"directConnectGatewayId": world.gateway},
    "ListResiliencyGroups": lambda _: {},
    "ListResiliencyGroupAssociations": lambda world: {"resiliencyGroupId": world.group},
    "DescribeLoa": lambda world: {"connectionId": world.connection},
}
