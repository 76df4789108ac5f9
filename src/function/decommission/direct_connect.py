"""
The only module that calls the Direct Connect API, and the only place where a secret may be.

Every description of a virtual interface brings its BGP keys along, so what leaves here are our own types with
the fields that are wanted, and botocore is kept from logging what it received.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from decommission.calls import RefusedError, call, pages
from decommission.errors import ConfigurationError, DirectConnectBusyError
from decommission.models import BgpPeer, Connection, FailoverTest, Lag, Observation, VirtualInterface

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

# At DEBUG botocore logs whole responses, and a function's log level is one click away from DEBUG. A level may be set
# anew by anybody (powertools' copy_config_to_registered_loggers sets them all); a filter stays.
logging.getLogger("botocore").setLevel(logging.WARNING)
logging.getLogger("botocore.parsers").addFilter(lambda record: record.levelno >= logging.WARNING)

# The cap that AWS sets for maxResults.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What AWS said to a delete call: ``refusal`` holds its words if it said no. ``request_id`` is the auditor's."""

    refusal: str | None = None
    request_id: str | None = None


class DirectConnect:
    """
    Direct Connect, as far as a decommission needs it.

    Every method raises DirectConnectBusyError and DirectConnectDeniedError. A client made with an SDK that does not
    know paging tokens is refused with ConfigurationError: it would drop them in silence, and "no virtual interface is
    left" would be false.
    """

    def __init__(self, client: "DirectConnectClient") -> None:
        for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
            model = client.meta.service_model.operation_model(operation)
            if model.input_shape is None or "nextToken" not in model.input_shape.members:
                raise ConfigurationError(
                    f"this botocore's model of {operation} lacks nextToken: 1.40.30 is the first with it"
                )
        self._client = client

    def observe(self, connection_id: str) -> Observation:
        """Look at a connection and at the virtual interfaces attached to it."""
        return Observation(
            region=self._client.meta.region_name,
            connection=self._connection(connection_id),
            # The virtual interfaces of a LAG carry the LAG's id, and are nothing of its members'.
            virtual_interfaces=tuple(
                v for v in self.virtual_interfaces(connection_id) if v.connection_id == connection_id
            ),
        )

    def virtual_interfaces(self, parent_id: str) -> tuple[VirtualInterface, ...]:
        """List what AWS shows for the id of a connection or of a LAG."""
        try:
            found = list(self._pages("DescribeVirtualInterfaces", "virtualInterfaces", connectionId=parent_id))
        except RefusedError:
            # For a connection that is gone the answer may be an empty list, or this.
            return tuple(v for v in self.all_virtual_interfaces() if v.connection_id == parent_id)
        return tuple(_virtual_interface(v, parent_id) for v in found)

    def all_virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """List the virtual interfaces that this account sees in this region."""
        found = self._listed("DescribeVirtualInterfaces", "virtualInterfaces")
        return tuple(_virtual_interface(v, "") for v in found)

    def is_interconnect(self, connection_id: str) -> bool:
        """Say whether an id that is no connection's is a partner's interconnect, whose ids look the same."""
        return connection_id in {
            i["interconnectId"] for i in self._for_partners("DescribeInterconnects", "interconnects")
        }

    def lag(self, lag_id: str) -> Lag | None:
        found = self._listed("DescribeLags", "lags")
        return next((_lag(described) for described in found if described["lagId"] == lag_id), None)

    def hosted_connection_ids(self, connection_id: str) -> tuple[str, ...]:
        """List the hosted connections on this one."""
        found = self._for_partners("DescribeHostedConnections", "connections", connectionId=connection_id)
        hosted = (_connection(c) for c in found)
        return tuple(c.connection_id for c in hosted if c.connection_id != connection_id and not c.is_gone)

    def failover_tests(self, virtual_interface_id: str) -> tuple[FailoverTest, ...]:
        found = self._listed(
            "ListVirtualInterfaceTestHistory", "virtualInterfaceTestHistory", virtualInterfaceId=virtual_interface_id
        )
        return tuple(_failover_test(described) for described in found)

    def gateway_names(self) -> dict[str, str]:
        """Name the Direct Connect gateways of this account; those of other accounts cannot be described."""
        found = self._listed("DescribeDirectConnectGateways", "directConnectGateways")
        return {g["directConnectGatewayId"]: g.get("directConnectGatewayName", "") for g in found}

    def loa(self, connection_id: str) -> bytes | None:
        """Get the LOA-CFA as a PDF; None where AWS has none, as may be for a hosted connection."""
        try:
            described = call(self._client, "DescribeLoa", connectionId=connection_id, loaContentType="application/pdf")
        except RefusedError:
            return None
        content: bytes | None = described.get("loaContent")
        return content

    def delete_virtual_interface(self, virtual_interface_id: str) -> Answer:
        return self._change("DeleteVirtualInterface", virtualInterfaceId=virtual_interface_id)

    def disassociate_connection_from_lag(self, connection_id: str, lag_id: str) -> Answer:
        """Take a connection out of its LAG, which interrupts it and makes it standalone."""
        return self._change("DisassociateConnectionFromLag", connectionId=connection_id, lagId=lag_id)

    def delete_connection(self, connection_id: str) -> Answer:
        return self._change("DeleteConnection", connectionId=connection_id)

    def _connection(self, connection_id: str) -> Connection | None:
        """
        Look for a connection by its id, and among all connections if that finds none.

        There is no error code for "not found", only messages that AWS may reword, and "gone" ends a run for good: so
        any refusal, and an empty answer, is checked against the list of all connections.
        """
        try:
            found = call(self._client, "DescribeConnections", connectionId=connection_id)["connections"]
        except RefusedError:
            found = []
        found = found or self._listed("DescribeConnections", "connections")
        return next((_connection(c) for c in found if c["connectionId"] == connection_id), None)

    def _listed(self, operation: str, key: str, **parameters: str) -> list[Mapping[str, Any]]:
        """List all pages of what AWS has no reason to refuse."""
        try:
            return list(self._pages(operation, key, **parameters))
        except RefusedError as refusal:
            raise DirectConnectBusyError(f"AWS refused directconnect:{operation}: {refusal}") from refusal

    def _for_partners(self, operation: str, key: str, **parameters: str) -> list[Mapping[str, Any]]:
        """List all pages of what is "intended for use by Direct Connect Partners only": others may be refused."""
        try:
            return list(self._pages(operation, key, **parameters))
        except RefusedError:
            return []

    def _pages(self, operation: str, key: str, **parameters: str) -> Iterator[Mapping[str, Any]]:
        return pages(self._client, operation, key, maxResults=PAGE_SIZE, **parameters)

    def _change(self, operation: str, **parameters: str) -> Answer:
        try:
            answered = call(self._client, operation, **parameters)
        except RefusedError as refusal:
            return Answer(refusal=str(refusal), request_id=refusal.request_id)
        return Answer(request_id=answered["ResponseMetadata"].get("RequestId"))


def _connection(described: Mapping[str, Any]) -> Connection:
    return Connection(
        connection_id=described["connectionId"],
        state=described.get("connectionState", "unknown"),
        owner_account=described.get("ownerAccount", ""),
        lag_id=described.get("lagId") or None,
        name=described.get("connectionName"),
        location=described.get("location"),
        bandwidth=described.get("bandwidth"),
        vlan=described.get("vlan"),
        partner_name=described.get("partnerName") or None,
        provider_name=described.get("providerName") or None,
        aws_device=described.get("awsDeviceV2") or described.get("awsDevice"),
        billing_mode=described.get("billingMode"),
        mac_sec_secret_arns=tuple(key["secretARN"] for key in described.get("macSecKeys", []) if "secretARN" in key),
        tags=_tags(described),
    )


def _virtual_interface(described: Mapping[str, Any], parent_id: str) -> VirtualInterface:
    return VirtualInterface(
        virtual_interface_id=described["virtualInterfaceId"],
        state=described.get("virtualInterfaceState", "unknown"),
        type=described.get("virtualInterfaceType", "unknown"),
        owner_account=described.get("ownerAccount", ""),
        connection_id=described.get("connectionId", parent_id),
        vlan=described.get("vlan"),
        # AWS answers an empty text where there is no gateway.
        direct_connect_gateway_id=described.get("directConnectGatewayId") or None,
        virtual_gateway_id=described.get("virtualGatewayId") or None,
        name=described.get("virtualInterfaceName"),
        asn=described.get("asnLong", described.get("asn")),
        amazon_address=described.get("amazonAddress"),
        customer_address=described.get("customerAddress"),
        address_family=described.get("addressFamily"),
        bgp_peers=tuple(_bgp_peer(peer) for peer in described.get("bgpPeers", [])),
        mtu=described.get("mtu"),
        route_filter_prefixes=tuple(prefix["cidr"] for prefix in described.get("routeFilterPrefixes", [])),
        tags=_tags(described),
    )


def _bgp_peer(described: Mapping[str, Any]) -> BgpPeer:
    return BgpPeer(
        asn=described.get("asnLong", described.get("asn")),
        address_family=described.get("addressFamily"),
        amazon_address=described.get("amazonAddress"),
        customer_address=described.get("customerAddress"),
    )


def _lag(described: Mapping[str, Any]) -> Lag:
    return Lag(
        lag_id=described["lagId"],
        minimum_links=described.get("minimumLinks", 0),
        members=tuple(c for c in map(_connection, described.get("connections", [])) if not c.is_gone),
        tags=_tags(described),
    )


def _failover_test(described: Mapping[str, Any]) -> FailoverTest:
    started, minutes = described.get("startTime"), described.get("testDurationInMinutes")
    planned_end = started + timedelta(minutes=minutes) if started and minutes else None
    return FailoverTest(
        test_id=described["testId"],
        virtual_interface_id=described["virtualInterfaceId"],
        ends_at=described.get("endTime") or planned_end,
    )


def _tags(described: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in described.get("tags", [])}
