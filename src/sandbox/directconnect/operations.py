"""
Every operation: from the parameters of a call to its answer.

Over HTTP and in process it is the same function that answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import connections, failover_tests, gateways, hosting, lags, letters, mac_sec, tagging, virtual_interfaces
from .provisioning import confirm_virtual_interface, provision
from .states import VirtualInterfaceType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .lifecycle import Answer, Request
    from .models import DirectConnectBackend

type Operation = Callable[[DirectConnectBackend, Request], Answer]

OPERATIONS: Final[Mapping[str, Operation]] = {
    "CreateConnection": connections.create_connection,
    "DescribeConnections": connections.describe_connections,
    "UpdateConnection": connections.update_connection,
    "DeleteConnection": connections.delete_connection,
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
    "DescribeVirtualInterfaces": virtual_interfaces.describe_virtual_interfaces,
    "DeleteVirtualInterface": virtual_interfaces.delete_virtual_interface,
    "CreateLag": lags.create_lag,
    "DescribeLags": lags.describe_lags,
    "UpdateLag": lags.update_lag,
    "DeleteLag": lags.delete_lag,
    "AssociateConnectionWithLag": lags.associate_connection_with_lag,
    "DisassociateConnectionFromLag": lags.disassociate_connection_from_lag,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "DescribeTags": tagging.describe_tags,
    "StartBgpFailoverTest": failover_tests.start_bgp_failover_test,
    "StopBgpFailoverTest": failover_tests.stop_bgp_failover_test,
    "ListVirtualInterfaceTestHistory": failover_tests.list_virtual_interface_test_history,
    "CreateDirectConnectGateway": gateways.create_direct_connect_gateway,
    "DescribeDirectConnectGateways": gateways.describe_direct_connect_gateways,
    "DescribeVirtualGateways": gateways.describe_virtual_gateways,
    "DescribeLoa": letters.describe_loa,
    "AssociateMacSecKey": mac_sec.associate_mac_sec_key,
    "DisassociateMacSecKey": mac_sec.disassociate_mac_sec_key,
}
