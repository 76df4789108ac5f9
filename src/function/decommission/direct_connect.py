"""
The only module that calls the Direct Connect API, and the only place where a secret may be.

Every description of a virtual interface brings its BGP keys along, so what leaves here are our own types with
the fields that are wanted, and botocore is kept from logging what it received.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from decommission import conversion
from decommission.calls import Failure, RefusedError, attempt, call, denied, pages, request_id_of
from decommission.conversion import Described, converted, maybe, needed, state, tags, texts
from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError
from decommission.models import (
    UNKNOWN,
    Attachment,
    BgpPeer,
    Connection,
    FailoverTest,
    Lag,
    Observation,
    VirtualInterface,
)
from decommission.run import Action, Call, CallOutcome

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

# At DEBUG botocore logs whole responses, and a function's log level is one click away from DEBUG. A level may be set
# anew by anybody (powertools' copy_config_to_registered_loggers sets them all); a filter stays.
logging.getLogger("botocore").setLevel(logging.WARNING)
logging.getLogger("botocore.parsers").addFilter(lambda record: record.levelno >= logging.WARNING)

# The cap that AWS sets for maxResults.
PAGE_SIZE = 100
# The operation of each change, and what its answer has to hold.
_CHANGES: dict[Action, tuple[str, str, type]] = {
    Action.START_FAILOVER_TEST: ("StartBgpFailoverTest", "virtualInterfaceTest", dict),
    Action.STOP_FAILOVER_TEST: ("StopBgpFailoverTest", "virtualInterfaceTest", dict),
    Action.DELETE_VIRTUAL_INTERFACE: ("DeleteVirtualInterface", "virtualInterfaceState", str),
    Action.UPDATE_LAG: ("UpdateLag", "lagId", str),
    Action.DISASSOCIATE_FROM_LAG: ("DisassociateConnectionFromLag", "connectionId", str),
    Action.DELETE_CONNECTION: ("DeleteConnection", "connectionState", str),
    Action.DELETE_LAG: ("DeleteLag", "lagState", str),
}


class DirectConnect:
    """
    Direct Connect, as far as a decommission needs it.

    Methods that look raise AwsBusyError, also for an answer that does not fit AWS's model, and AwsDeniedError; where it
    says so, RefusedError. A client made with an SDK that does not know paging tokens is refused with
    ConfigurationError: it would drop them silently, and "no virtual interface is left" would be false. ``deleting``
    makes the client for the calls that change something; it has to make one attempt per call, so that no delete is
    sent twice.
    """

    def __init__(self, client: "DirectConnectClient", deleting: "Callable[[], DirectConnectClient]") -> None:
        for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
            model = client.meta.service_model.operation_model(operation)
            if model.input_shape is None or "nextToken" not in model.input_shape.members:
                raise ConfigurationError(
                    f"this botocore's model of {operation} lacks nextToken: 1.40.30 is the first with it"
                )
        self._client = client
        self._deleting = deleting
        self._deleting_client: DirectConnectClient | None = None

    @property
    def region(self) -> str:
        return self._client.meta.region_name

    def observe(self, connection_id: str, named: tuple[str, ...] = ()) -> Observation:
        """Look at a connection and, last, at the virtual interfaces attached to it: at all, or at those named."""
        connection, refusal = self._connection(connection_id)
        shown = {v.virtual_interface_id: v for v in self.virtual_interfaces(connection_id)}
        return Observation(
            region=self.region,
            port=connection,
            # A LAG's interfaces carry the LAG's id and do not belong to its members.
            virtual_interfaces=tuple(
                v
                for v in shown.values()
                if v.connection_id == connection_id and (not named or v.virtual_interface_id in named)
            ),
            refusal=refusal,
            named=named,
        )

    def observe_lag(self, lag_id: str, planned_ids: tuple[str, ...], named: tuple[str, ...] = ()) -> Observation:
        """Look at a LAG, at its connections and those that were planned, and, last, at what is attached to any."""
        lag, refusal = self._lag(lag_id)
        listed = {c.connection_id: c for c in self.all_connections()}
        ids = {*planned_ids, *(c.connection_id for c in listed.values() if c.lag_id == lag_id)}
        # What DescribeLags alone shows as a member is one as well.
        members = {c.connection_id: c for c in lag.members} if lag else {}
        members |= {id_: c for id_, c in listed.items() if id_ in ids | members.keys()}
        if lag:
            # DescribeLags may show a connection later than DescribeConnections does.
            inside = [c for _, c in sorted(members.items()) if c.lag_id == lag_id and not c.is_gone]
            lag = replace(lag, members=tuple(inside))
        found = {v.virtual_interface_id: v for v in self.all_virtual_interfaces()}
        # Those of other accounts may be listed by the id of their port only.
        for port_id in (*sorted({*planned_ids, *members}), lag_id):
            found |= {v.virtual_interface_id: v for v in self.virtual_interfaces(port_id)}
        # Of a LAG that stays, only what is on the LAG itself may be named.
        carriers = {lag_id} if named else {lag_id, *planned_ids, *members}
        return Observation(
            region=self.region,
            port=lag,
            members=tuple(members[id_] for id_ in sorted(members)),
            virtual_interfaces=tuple(
                v
                for v in found.values()
                if v.connection_id in carriers and (not named or v.virtual_interface_id in named)
            ),
            refusal=refusal,
            named=named,
        )

    def virtual_interfaces(self, parent_id: str) -> tuple[VirtualInterface, ...]:
        """List what AWS shows for the id of a connection or of a LAG."""
        try:
            return self._asked(
                "DescribeVirtualInterfaces", "virtualInterfaces", _virtual_interface, connectionId=parent_id
            )
        except RefusedError:
            # For a connection that is gone the answer may be an empty list, or this.
            return tuple(v for v in self.all_virtual_interfaces() if v.connection_id == parent_id)

    def virtual_interface(self, virtual_interface_id: str) -> tuple[VirtualInterface, ...]:
        """Look for one by its own id, wherever it is; there is none if AWS refuses to show it."""
        try:
            return self._asked(
                "DescribeVirtualInterfaces",
                "virtualInterfaces",
                _virtual_interface,
                virtualInterfaceId=virtual_interface_id,
            )
        except RefusedError:
            return ()

    def all_virtual_interfaces(self, besides: Collection[str] = ()) -> tuple[VirtualInterface, ...]:
        """List the virtual interfaces that this account sees in this region, but for those on some ports."""

        def convert(described: Described) -> VirtualInterface | None:
            return None if described.get("connectionId") in besides else _virtual_interface(described)

        found = self._listed("DescribeVirtualInterfaces", "virtualInterfaces", convert)
        return tuple(v for v in found if v is not None)

    def all_connections(self) -> tuple[Connection, ...]:
        """List the connections that this account sees in this region."""
        return self._listed("DescribeConnections", "connections", conversion.connection)

    def lags(self) -> tuple[Lag, ...]:
        """List the LAGs that this account sees in this region."""
        return self._listed("DescribeLags", "lags", conversion.lag)

    def interconnect_ids(self) -> tuple[str, ...]:
        """List a partner's interconnects, whose ids look like those of connections. Raises RefusedError."""
        found = self._asked("DescribeInterconnects", "interconnects", conversion.existing_interconnect_id)
        return tuple(id_ for id_ in found if id_)

    def hosted_connection_ids(self, parent_id: str) -> tuple[str, ...]:
        """List the hosted connections on an interconnect or a LAG. Raises RefusedError."""
        hosted = self._asked("DescribeHostedConnections", "connections", conversion.connection, connectionId=parent_id)
        return tuple(c.connection_id for c in hosted if c.connection_id != parent_id and not c.is_gone)

    def failover_tests(self, virtual_interface_id: str) -> tuple[FailoverTest, ...]:
        """List the BGP failover tests of a virtual interface, the ended ones too. Raises RefusedError."""
        return self._asked(
            "ListVirtualInterfaceTestHistory",
            "virtualInterfaceTestHistory",
            conversion.failover_test,
            virtualInterfaceId=virtual_interface_id,
        )

    def gateway_names(self) -> dict[str, str]:
        """Name the Direct Connect gateways of this account; those of other accounts cannot be described."""
        return dict(self._listed("DescribeDirectConnectGateways", "directConnectGateways", conversion.gateway_name))

    def attachments(self, gateway_id: str) -> tuple[Attachment, ...]:
        """List the interfaces of a Direct Connect gateway, in all regions and accounts. Raises RefusedError."""
        return self._asked(
            "DescribeDirectConnectGatewayAttachments",
            "directConnectGatewayAttachments",
            conversion.attachment,
            directConnectGatewayId=gateway_id,
        )

    def routes(self, virtual_interface_id: str) -> tuple[str, ...]:
        """List the prefixes that the customer announces on a virtual interface. Raises RefusedError."""
        prefixes = self._asked(
            "ListVirtualInterfaceRoutes",
            "routes",
            conversion.accepted_prefix,
            virtualInterfaceId=virtual_interface_id,
            filters={"routeDirection": "accepted"},
        )
        return tuple(dict.fromkeys(prefix for prefix in prefixes if prefix))

    def all_resiliency_group_ids(self) -> tuple[str, ...]:
        """List the resiliency groups of this account. Raises RefusedError."""
        found = self._asked("ListResiliencyGroups", "items", conversion.existing_group_id)
        return tuple(group_id for group_id in found if group_id)

    def ids_in_resiliency_group(self, group_id: str) -> tuple[str, ...]:
        """List the ports that are, or are about to be, in a resiliency group. Raises RefusedError."""
        found = self._asked(
            "ListResiliencyGroupAssociations",
            "items",
            conversion.associated_connection_id,
            resiliencyGroupId=group_id,
        )
        return tuple(id_ for id_ in found if id_)

    def loa(self, port_id: str) -> bytes:
        """Get the LOA-CFA of a connection or a LAG as a PDF, which sets its time of issue. Raises RefusedError."""
        described = call(self._client, "DescribeLoa", connectionId=port_id, loaContentType="application/pdf")
        return converted("DescribeLoa", [described], conversion.loa_content)[0]

    def start_failover_test(self, virtual_interface_id: str, minutes: int, at: datetime) -> tuple[Call, str | None]:
        """
        Take BGP down at the time ``at``; AWS itself brings it back after these minutes. Never raises for an answer.

        Also returns the id of the test, None if AWS did not answer one.
        """
        called, answered = self._change(
            Action.START_FAILOVER_TEST,
            virtual_interface_id,
            at,
            virtualInterfaceId=virtual_interface_id,
            testDurationInMinutes=minutes,
        )
        test_id = answered["virtualInterfaceTest"].get("testId") if called.is_accepted else None
        return called, test_id if isinstance(test_id, str) and test_id else None

    def stop_failover_test(self, virtual_interface_id: str, at: datetime) -> Call:
        """Bring BGP back at the time ``at``; never raises for what AWS answers."""
        return self._change(
            Action.STOP_FAILOVER_TEST, virtual_interface_id, at, virtualInterfaceId=virtual_interface_id
        )[0]

    def delete_virtual_interface(self, virtual_interface_id: str, at: datetime) -> Call:
        """Ask for a deletion at the time ``at``; never raises for what AWS answers."""
        return self._change(
            Action.DELETE_VIRTUAL_INTERFACE, virtual_interface_id, at, virtualInterfaceId=virtual_interface_id
        )[0]

    def lower_minimum_links(self, lag_id: str, at: datetime) -> Call:
        """Set the minimum of links of a LAG to none at the time ``at``; never raises for what AWS answers."""
        return self._change(Action.UPDATE_LAG, lag_id, at, lagId=lag_id, minimumLinks=0)[0]

    def disassociate_connection_from_lag(self, connection_id: str, lag_id: str, at: datetime) -> Call:
        """Take a connection out of its LAG, which interrupts it and makes it standalone; never raises for an answer."""
        return self._change(Action.DISASSOCIATE_FROM_LAG, connection_id, at, connectionId=connection_id, lagId=lag_id)[
            0
        ]

    def delete_connection(self, connection_id: str, at: datetime) -> Call:
        """Ask for the deletion at the time ``at``; never raises for what AWS answers."""
        return self._change(Action.DELETE_CONNECTION, connection_id, at, connectionId=connection_id)[0]

    def delete_lag(self, lag_id: str, at: datetime) -> Call:
        """Ask for the deletion at the time ``at``; AWS refuses it while anything is attached. Never raises for that."""
        return self._change(Action.DELETE_LAG, lag_id, at, lagId=lag_id)[0]

    def _change(
        self, action: Action, resource_id: str, at: datetime, **parameters: object
    ) -> tuple[Call, Mapping[str, Any]]:
        operation, expected, kind = _CHANGES[action]
        self._deleting_client = self._deleting_client or self._deleting()
        answered = attempt(self._deleting_client, operation, **parameters)
        if isinstance(answered, Failure):
            outcome, words, request_id = answered.outcome, answered.words, answered.request_id
        elif isinstance(answered.get(expected), kind):
            outcome, words, request_id = CallOutcome.ACCEPTED, None, request_id_of(answered)
        else:
            outcome, words, request_id = CallOutcome.FAILED, f"answered without {expected}", request_id_of(answered)
        made = Call(
            action=action,
            resource_id=resource_id,
            requested_at=at,
            outcome=outcome,
            request_id=request_id,
            words=words,
        )
        return made, {} if isinstance(answered, Failure) else answered

    def _connection(self, connection_id: str) -> tuple[Connection | None, str | None]:
        """
        Look for a connection by its id, and among all connections if that does not find it.

        There is no error code for "not found", only messages that AWS may reword, and "gone" ends a run for good: so
        any refusal, and an empty answer, is checked against the list of all connections.
        """
        return self._by_id("DescribeConnections", "connections", conversion.connection, connectionId=connection_id)

    def _lag(self, lag_id: str) -> tuple[Lag | None, str | None]:
        """Look for a LAG as for a connection."""
        return self._by_id("DescribeLags", "lags", conversion.lag, lagId=lag_id)

    def _by_id[P: (Connection, Lag)](
        self, operation: str, key: str, convert: Callable[[Described], P], **named: str
    ) -> tuple[P | None, str | None]:
        """Look for the port that is named, and in the list of all if that does not find it; also return a refusal."""
        (wanted,) = named.values()
        found: tuple[P, ...] = ()
        refusal = None
        try:
            # Without maxResults, which makes no sense beside an id.
            found = converted(operation, list(pages(self._client, operation, key, **named)), convert)
        except RefusedError as error:
            refusal = str(error)
        if not any(port.id == wanted for port in found):
            found = self._listed(operation, key, convert)
        return next((port for port in found if port.id == wanted), None), refusal

    def _listed[T](
        self, operation: str, key: str, convert: Callable[[Described], T], **parameters: object
    ) -> tuple[T, ...]:
        """List all pages of what AWS has no reason to refuse: a refusal is an AwsBusyError."""
        try:
            return self._asked(operation, key, convert, **parameters)
        except RefusedError as refusal:
            raise AwsBusyError(f"AWS refused directconnect:{operation}: {refusal}") from None

    def _asked[T](
        self, operation: str, key: str, convert: Callable[[Described], T], **parameters: object
    ) -> tuple[T, ...]:
        found = list(pages(self._client, operation, key, maxResults=PAGE_SIZE, **parameters))
        return converted(operation, found, convert)


def denial(denied_call: Call, so_far: str) -> AwsDeniedError:
    """Make the error for a change that AWS denied; ``so_far`` says what is gone and what is left."""
    error = denied(f"directconnect:{_CHANGES[denied_call.action][0]}", denied_call.words or "")
    return AwsDeniedError(
        f"{error}; find out as well whether the tags still fit: the approval tag on what is to be deleted, no "
        "protection tag on it, its LAG and its virtual interfaces. Then redrive the execution, or start a new one. "
        f"So far: {so_far}"
    )


def _virtual_interface(described: Described) -> VirtualInterface:
    return VirtualInterface(
        virtual_interface_id=needed(described, "virtualInterfaceId", str),
        state=state(described, "virtualInterfaceState"),
        type=(maybe(described, "virtualInterfaceType", str) or UNKNOWN)[: conversion.LONGEST_WORD],
        owner_account=maybe(described, "ownerAccount", str) or "",
        # Not guessed from what was asked for: an interface of a LAG would be deleted as one of its member's.
        connection_id=needed(described, "connectionId", str),
        vlan=maybe(described, "vlan", int),
        # AWS answers an empty text where there is no gateway.
        direct_connect_gateway_id=maybe(described, "directConnectGatewayId", str) or None,
        virtual_gateway_id=maybe(described, "virtualGatewayId", str) or None,
        name=maybe(described, "virtualInterfaceName", str),
        asn=_asn(described),
        amazon_side_asn=maybe(described, "amazonSideAsn", int),
        amazon_address=maybe(described, "amazonAddress", str),
        customer_address=maybe(described, "customerAddress", str),
        address_family=maybe(described, "addressFamily", str),
        bgp_peers=tuple(_bgp_peer(peer) for peer in conversion.existing_bgp_peers(described)),
        mtu=maybe(described, "mtu", int),
        site_link_enabled=maybe(described, "siteLinkEnabled", bool),
        rate_limit=maybe(described, "rateLimit", str),
        prefix_pool_allocated_count_ipv4=maybe(described, "prefixPoolAllocatedCountIpv4", int),
        prefix_pool_allocated_count_ipv6=maybe(described, "prefixPoolAllocatedCountIpv6", int),
        route_filter_prefixes=texts(described, "routeFilterPrefixes", "cidr"),
        tags=tags(described),
    )


def _bgp_peer(described: Described) -> BgpPeer:
    return BgpPeer(
        asn=_asn(described),
        address_family=maybe(described, "addressFamily", str),
        amazon_address=maybe(described, "amazonAddress", str),
        customer_address=maybe(described, "customerAddress", str),
    )


def _asn(described: Described) -> int | None:
    asn = maybe(described, "asnLong", int)
    return maybe(described, "asn", int) if asn is None else asn
