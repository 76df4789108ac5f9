"""
Every operation: from the parameters of a call to its answer.

Calls over HTTP and in this process are answered by the same functions.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.operations import (
    connections,
    failover_tests,
    gateways,
    hosting,
    lags,
    letters,
    resiliency_groups,
    routes,
    tagging,
    virtual_interfaces,
)
from sandbox.directconnect.operations.provisioning import confirm_virtual_interface, create_bgp_peer, provision
from sandbox.directconnect.states import VirtualInterfaceType
from sandbox.directconnect.world import World

type Operation = Callable[[World, Call], Answer]

OPERATIONS: Final[Mapping[str, Operation]] = {
    "CreateConnection": connections.create_connection,
    "DescribeConnections": connections.describe_connections,
    "UpdateConnection": connections.update_connection,
    "AssociateMacSecKey": connections.associate_mac_sec_key,
    "DeleteConnection": connections.delete_connection,
    "ConfirmConnection": connections.confirm_connection,
    "DescribeHostedConnections": hosting.describe_hosted_connections,
    "DescribeInterconnects": hosting.describe_interconnects,
    "CreatePrivateVirtualInterface": provision(VirtualInterfaceType.PRIVATE, "newPrivateVirtualInterface"),
    "CreatePublicVirtualInterface": provision(VirtualInterfaceType.PUBLIC, "newPublicVirtualInterface"),
    "CreateTransitVirtualInterface": provision(
        VirtualInterfaceType.TRANSIT, "newTransitVirtualInterface", "virtualInterface"
    ),
    "AllocatePrivateVirtualInterface": provision(VirtualInterfaceType.PRIVATE, "newPrivateVirtualInterfaceAllocation"),
    "AllocatePublicVirtualInterface": provision(VirtualInterfaceType.PUBLIC, "newPublicVirtualInterfaceAllocation"),
    "AllocateTransitVirtualInterface": provision(
        VirtualInterfaceType.TRANSIT, "newTransitVirtualInterfaceAllocation", "virtualInterface"
    ),
    "ConfirmPrivateVirtualInterface": confirm_virtual_interface,
    "ConfirmPublicVirtualInterface": confirm_virtual_interface,
    "ConfirmTransitVirtualInterface": confirm_virtual_interface,
    "CreateBGPPeer": create_bgp_peer,
    "DescribeVirtualInterfaces": virtual_interfaces.describe_virtual_interfaces,
    "DeleteVirtualInterface": virtual_interfaces.delete_virtual_interface,
    "AssociateVirtualInterface": virtual_interfaces.associate_virtual_interface,
    "ListVirtualInterfaceRoutes": routes.list_virtual_interface_routes,
    "CreateLag": lags.create_lag,
    "DescribeLags": lags.describe_lags,
    "UpdateLag": lags.update_lag,
    "DeleteLag": lags.delete_lag,
    "AssociateConnectionWithLag": lags.associate_connection_with_lag,
    "DisassociateConnectionFromLag": lags.disassociate_connection_from_lag,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "StartBgpFailoverTest": failover_tests.start_bgp_failover_test,
    "StopBgpFailoverTest": failover_tests.stop_bgp_failover_test,
    "ListVirtualInterfaceTestHistory": failover_tests.list_virtual_interface_test_history,
    "DescribeDirectConnectGateways": gateways.describe_direct_connect_gateways,
    "DescribeDirectConnectGatewayAttachments": gateways.describe_direct_connect_gateway_attachments,
    "ListResiliencyGroups": resiliency_groups.list_resiliency_groups,
    "ListResiliencyGroupAssociations": resiliency_groups.list_resiliency_group_associations,
    "DescribeLoa": letters.describe_loa,
}
