"""Connections: a port each, or a partner's share of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from .behaviour import AT_ONCE, Delay
from .exceptions import DirectConnectClientException
from .lifecycle import Answer, Request, Resource, Timer, without_nones
from .paging import page
from .states import GONE, ConnectionState
from .tagging import asked_tags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .mac_sec import MacSecKey
    from .models import DirectConnectBackend

LOCATION: Final = "EqFA5"


@dataclass(slots=True, kw_only=True)
class Connection(Resource):
    arn_type: ClassVar[str] = "dxcon"

    name: str
    location: str
    bandwidth: str
    device: str
    lag_id: str | None = None
    parent_id: str | None = None  # the interconnect or LAG that hosts it
    partner_name: str | None = None
    provider_name: str | None = None
    vlan: int | None = None  # of a hosted connection
    billing_mode: str = "PayAsYouGo"
    loa_issue_time: datetime | None = None
    jumbo_frame_capable: bool = True
    has_logical_redundancy: str = "unknown"
    mac_sec_capable: bool = False
    encryption_mode: str = "no_encrypt"
    port_encryption_status: str = "Encryption Down"
    mac_sec_keys: list[MacSecKey] = field(default_factory=list)
    transitioning: Timer | None = None
    refusing: Timer | None = None  # begins when its last child is gone

    @property
    def is_hosted(self) -> bool:
        return self.partner_name is not None or self.parent_id is not None

    def refuse_while_transitioning(self, now: datetime) -> None:
        if self.transitioning is not None and self.transitioning.due(self, now) is None:
            raise DirectConnectClientException(f"Connection {self.id} is in a transitioning state.")
        self.transitioning = None

    def to_dict(self, world: DirectConnectBackend, caller: str) -> Answer:
        return without_nones(
            {
                "ownerAccount": self.owner_account,
                "connectionId": self.id,
                "connectionName": self.name,
                "connectionState": str(self.state),
                "region": self.region,
                "location": self.location,
                "bandwidth": self.bandwidth,
                "vlan": self.vlan,
                "partnerName": self.partner_name,
                "loaIssueTime": self.loa_issue_time,
                "lagId": self.lag_id,
                "awsDevice": self.device,
                "jumboFrameCapable": self.jumbo_frame_capable,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "hasLogicalRedundancy": self.has_logical_redundancy,
                "tags": self.shown_tags(world.behaviour, caller),
                "providerName": self.provider_name,
                "macSecCapable": self.mac_sec_capable,
                "portEncryptionStatus": self.port_encryption_status,
                "encryptionMode": self.encryption_mode,
                "macSecKeys": [key.to_dict() for key in self.mac_sec_keys],
                "billingMode": self.billing_mode,
            }
        )


def add_connection(  # noqa: PLR0913  # each is a field that a test world sets
    world: DirectConnectBackend,
    connection_id: str | None = None,
    *,
    state: str = ConnectionState.AVAILABLE,
    name: str = "connection",
    bandwidth: str = "1Gbps",
    location: str = LOCATION,
    owner_account: str | None = None,
    lag_id: str | None = None,
    parent_id: str | None = None,
    partner_name: str | None = None,
    vlan: int | None = None,
    billing_mode: str = "PayAsYouGo",
    tags: Mapping[str, str] | None = None,
    deletion: Delay | None = None,
) -> Connection:
    """Add a connection; `parent_id` is the interconnect or LAG of a hosted one."""
    connection = Connection(
        id=connection_id or world.new_id("dxcon"),
        partition=world.partition,
        region=world.region_name,
        owner_account=owner_account or world.account_id,
        sequence=world.next_sequence(),
        state=state,
        tags=dict(tags or {}),
        deletion=deletion,
        name=name,
        location=location,
        bandwidth=bandwidth,
        device=f"{location}-1bwfvazist2k0",
        lag_id=lag_id,
        parent_id=parent_id,
        partner_name=partner_name,
        vlan=vlan,
        billing_mode=billing_mode,
    )
    world.connections[connection.id] = connection
    return connection


def create_connection(world: DirectConnectBackend, request: Request) -> Answer:
    asked = request.parameters
    connection = world.add_connection(
        name=asked["connectionName"],
        location=asked["location"],
        bandwidth=asked["bandwidth"],
        lag_id=world.lag(asked["lagId"], request.moment).id if "lagId" in asked else None,
        tags=asked_tags(asked),
        state=ConnectionState.REQUESTED,
    )
    connection.provider_name = asked.get("providerName")
    connection.mac_sec_capable = asked.get("requestMACSec", False)
    connection.billing_mode = asked.get("billingMode", connection.billing_mode)
    connection.move(ConnectionState.REQUESTED, ConnectionState.AVAILABLE, world.behaviour.provisioning, request.moment)
    return connection.to_dict(world, request.caller)


def describe_connections(world: DirectConnectBackend, request: Request) -> Answer:
    connection_id = request.parameters.get("connectionId")
    listed = [
        connection
        for connection in world.connections.values()
        if connection_id in (None, connection.id)
        # What a partner hosts for another account is in DescribeHostedConnections alone.
        and (connection.parent_id is None or connection.owner_account == request.caller)
        and connection.is_listed(world.behaviour, request.moment)
    ]
    if connection_id and not listed and (message := world.behaviour.gone_connection_message):
        raise DirectConnectClientException(message.replace("{id}", connection_id))
    return page_of_connections(world, request, listed)


def page_of_connections(world: DirectConnectBackend, request: Request, listed: list[Connection]) -> Answer:
    shown, more = page(request, listed, world.behaviour.page_size)
    answer: Answer = {"connections": [connection.to_dict(world, request.caller) for connection in shown], **more}
    look_at_ports(world, shown, request.moment)
    return answer


def look_at_ports(world: DirectConnectBackend, shown: list[Connection], now: datetime) -> None:
    for port in shown:
        if world.behaviour.parent_refusal != AT_ONCE:
            _is_in_use(world, port, now)  # starts the clock of the refusal, before this look counts
        port.look(now)


def update_connection(world: DirectConnectBackend, request: Request) -> Answer:
    asked = request.parameters
    connection = world.connection(asked["connectionId"], request.moment)
    connection.name = asked.get("connectionName", connection.name)
    connection.encryption_mode = asked.get("encryptionMode", connection.encryption_mode)
    return connection.to_dict(world, request.caller)


def delete_connection(world: DirectConnectBackend, request: Request) -> Answer:
    connection = world.connection(request.parameters["connectionId"], request.moment)
    state = delete_port(world, connection, request.moment)
    return {**connection.to_dict(world, request.caller), "connectionState": state}


def delete_port(world: DirectConnectBackend, port: Connection, now: datetime) -> str:
    """Delete it, if AWS would, and return the state that AWS answers."""
    behaviour = world.behaviour
    if port.state in {ConnectionState.DELETING, *GONE}:
        if behaviour.repeated_delete_refused:
            raise DirectConnectClientException(f"Delete failed. {port.id} is in state {port.state}")
        return str(port.state)
    port.refuse_while_transitioning(now)
    if _is_in_use(world, port, now):
        raise DirectConnectClientException(behaviour.connection_in_use_message.replace("{id}", port.id))
    world.refuse_below_minimum_links(port)
    if port.state == ConnectionState.ORDERING:
        # A hosted connection that is deleted before it was confirmed has been declined.
        port.state = ConnectionState.REJECTED
        port.settle(now)
        return str(port.state)
    port.move(ConnectionState.DELETING, ConnectionState.DELETED, port.deletion or behaviour.connection_deletion, now)
    port.settle(now)
    return str(behaviour.delete_connection_answers)


def _is_in_use(world: DirectConnectBackend, port: Connection, now: datetime) -> bool:
    children = world.children(port.id)
    if any(child.gone_since is None for child in children):
        port.refusing = None
        return True
    if children and port.refusing is None:
        last_gone = max(child.gone_since for child in children if child.gone_since)
        port.refusing = port.timer(world.behaviour.parent_refusal, last_gone)
    return port.refusing is not None and port.refusing.due(port, now) is None
