"""
Every operation: from the parameters of a call to its answer.

Over HTTP and in process it is the same function that answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import (
    attachments,
    connection_operations,
    failover_tests,
    gateways,
    hosting,
    lag_operations,
    letters,
    mac_sec,
    resiliency_groups,
    routes,
    tagging,
    virtual_interface_operations,
)
from .provisioning import confirm_virtual_interface, provision
from .states import VirtualInterfaceType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .lifecycle import Answer, Request
    from .world import World

type Operation = Callable[[World, Request], Answer]

OPERATIONS: Final[Mapping[str, Operation]] = {
    "CreateConnection": connection_operations.create_connection,
    "DescribeConnections": connection_operations.describe_connections,
    "UpdateConnection": connection_operations.update_connection,
    "DeleteConnection": connection_operations.delete_connection,
    "AllocateHostedConnection": hosting.allocate_hosted_connection,
    "ConfirmConnection": hosting.confirm_connection,
    "DescribeHostedConnections": hosting.describe_hosted_connections,
    "CreateInterconnect": hosting.create_interconnect,
    "DescribeInterconnects": hosting.describe_interconnects,
    "DeleteInterconnect": hosting.delete_interconnect,
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
    "DescribeVirtualInterfaces": virtual_interface_operations.describe_virtual_interfaces,
    "DeleteVirtualInterface": virtual_interface_operations.delete_virtual_interface,
    "AssociateVirtualInterface": virtual_interface_operations.associate_virtual_interface,
    "ListVirtualInterfaceRoutes": routes.list_virtual_interface_routes,
    "CreateLag": lag_operations.create_lag,
    "DescribeLags": lag_operations.describe_lags,
    "UpdateLag": lag_operations.update_lag,
    "DeleteLag": lag_operations.delete_lag,
    "AssociateConnectionWithLag": lag_operations.associate_connection_with_lag,
    "DisassociateConnectionFromLag": lag_operations.disassociate_connection_from_lag,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "DescribeTags": tagging.describe_tags,
    "StartBgpFailoverTest": failover_tests.start_bgp_failover_test,
    "StopBgpFailoverTest": failover_tests.stop_bgp_failover_test,
    "ListVirtualInterfaceTestHistory": failover_tests.list_virtual_interface_test_history,
    "CreateDirectConnectGateway": gateways.create_direct_connect_gateway,
    "DescribeDirectConnectGateways": gateways.describe_direct_connect_gateways,
    "DescribeDirectConnectGatewayAttachments": attachments.describe_direct_connect_gateway_attachments,
    "DescribeVirtualGateways": gateways.describe_virtual_gateways,
    "ListResiliencyGroups": resiliency_groups.list_resiliency_groups,
    "ListResiliencyGroupAssociations": resiliency_groups.list_resiliency_group_associations,
    "DescribeLoa": letters.describe_loa,
    "AssociateMacSecKey": mac_sec.associate_mac_sec_key,
    "DisassociateMacSecKey": mac_sec.disassociate_mac_sec_key,
}
