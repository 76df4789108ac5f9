"""Link aggregation groups: ports that act as one, and own the virtual interfaces together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from .connections import LOCATION
from .exceptions import DirectConnectClientException
from .lifecycle import Answer, Request, Resource, without_nones
from .paging import page
from .states import GONE, ConnectionState, LagState
from .tagging import asked_tags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .behaviour import Delay
    from .connections import Connection
    from .mac_sec import MacSecKey
    from .models import DirectConnectBackend


@dataclass(slots=True, kw_only=True)
class Lag(Resource):
    arn_type: ClassVar[str] = "dxlag"

    name: str
    location: str
    bandwidth: str
    device: str
    minimum_links: int = 0
    allows_hosted_connections: bool = False
    provider_name: str | None = None
    billing_mode: str = "PayAsYouGo"
    loa_issue_time: datetime | None = None
    jumbo_frame_capable: bool = True
    has_logical_redundancy: str = "unknown"
    mac_sec_capable: bool = False
    encryption_mode: str = "no_encrypt"
    mac_sec_keys: list[MacSecKey] = field(default_factory=list)

    def to_dict(self, world: DirectConnectBackend, caller: str) -> Answer:
        members = world.members(self.id)
        return without_nones(
            {
                "connectionsBandwidth": self.bandwidth,
                "numberOfConnections": len(members),
                "lagId": self.id,
                "ownerAccount": self.owner_account,
                "lagName": self.name,
                "lagState": str(self.state),
                "location": self.location,
                "region": self.region,
                "minimumLinks": self.minimum_links,
                "awsDevice": self.device,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "connections": [member.to_dict(world, caller) for member in members],
                "allowsHostedConnections": self.allows_hosted_connections,
                "jumboFrameCapable": self.jumbo_frame_capable,
                "hasLogicalRedundancy": self.has_logical_redundancy,
                "tags": self.shown_tags(world.behaviour, caller),
                "providerName": self.provider_name,
                "macSecCapable": self.mac_sec_capable,
                "encryptionMode": self.encryption_mode,
                "macSecKeys": [key.to_dict() for key in self.mac_sec_keys],
                "billingMode": self.billing_mode,
            }
        )


def add_lag(  # noqa: PLR0913  # each is a field that a test world sets
    world: DirectConnectBackend,
    lag_id: str | None = None,
    *,
    state: str = LagState.AVAILABLE,
    name: str = "lag",
    bandwidth: str = "1Gbps",
    location: str = LOCATION,
    owner_account: str | None = None,
    minimum_links: int = 0,
    tags: Mapping[str, str] | None = None,
    deletion: Delay | None = None,
) -> Lag:
    """Add an empty LAG; its members are the connections that name it as their `lag_id`."""
    lag = Lag(
        id=lag_id or world.new_id("dxlag"),
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
        minimum_links=minimum_links,
    )
    world.lags[lag.id] = lag
    return lag


def create_lag(world: DirectConnectBackend, request: Request) -> Answer:
    asked = request.parameters
    member_tags = asked_tags(asked, "childConnectionTags")
    first = world.connection(asked["connectionId"], request.moment) if "connectionId" in asked else None
    if first is not None:
        first.refuse_while_transitioning(request.moment)
        world.refuse_below_minimum_links(first)
    lag = world.add_lag(
        name=asked["lagName"],
        location=asked["location"],
        bandwidth=asked["connectionsBandwidth"],
        tags=asked_tags(asked),
        state=LagState.PENDING,  # recorded
    )
    lag.provider_name = asked.get("providerName")
    lag.mac_sec_capable = asked.get("requestMACSec", False)
    lag.billing_mode = asked.get("billingMode", lag.billing_mode)
    lag.move(LagState.PENDING, LagState.AVAILABLE, world.behaviour.provisioning, request.moment)
    if first is not None:
        _join(world, first, lag, request.moment)
    for number in range(1, asked["numberOfConnections"] + (0 if first else 1)):
        member = world.add_connection(
            name=f"Requested Connection {number} for Lag {lag.id}",  # recorded
            location=lag.location,
            bandwidth=lag.bandwidth,
            lag_id=lag.id,
            tags=member_tags,
            state=ConnectionState.REQUESTED,
        )
        member.mac_sec_capable = lag.mac_sec_capable
        member.move(ConnectionState.REQUESTED, ConnectionState.AVAILABLE, world.behaviour.provisioning, request.moment)
    return lag.to_dict(world, request.caller)


def describe_lags(world: DirectConnectBackend, request: Request) -> Answer:
    lag_id = request.parameters.get("lagId")
    listed = [
        lag
        for lag in world.lags.values()
        if lag_id in (None, lag.id) and lag.is_listed(world.behaviour, request.moment)
    ]
    if lag_id and not listed:
        raise DirectConnectClientException(f"Could not find Lag with ID {lag_id}")
    shown, more = page(request, listed, world.behaviour.page_size)
    answer: Answer = {"lags": [lag.to_dict(world, request.caller) for lag in shown], **more}
    for lag in shown:
        lag.look(request.moment)
    return answer


def associate_connection_with_lag(world: DirectConnectBackend, request: Request) -> Answer:
    connection = world.connection(request.parameters["connectionId"], request.moment)
    lag = world.lag(request.parameters["lagId"], request.moment)
    connection.refuse_while_transitioning(request.moment)
    for one in (connection, lag):
        if one.state in {ConnectionState.DELETING, *GONE}:
            raise DirectConnectClientException(f"Associate failed. {one.id} is in state {one.state}")
    if connection.bandwidth != lag.bandwidth:
        raise DirectConnectClientException(f"The bandwidth of {connection.id} is not that of {lag.id}.")
    world.refuse_below_minimum_links(connection)
    _join(world, connection, lag, request.moment)
    return connection.to_dict(world, request.caller)


def _join(world: DirectConnectBackend, connection: Connection, lag: Lag, now: datetime) -> None:
    """Move it, and with it what is directly attached to it; what it shared in another LAG stays there."""
    for virtual_interface in world.virtual_interfaces.values():
        if virtual_interface.connection_id == connection.id:
            virtual_interface.connection_id = lag.id
    for hosted in world.connections.values():
        if hosted.parent_id == connection.id:
            hosted.parent_id = lag.id
    connection.lag_id = lag.id
    # "The connection is interrupted and re-established as a member of the LAG."
    connection.transitioning = connection.timer(world.behaviour.transitioning, now)


def disassociate_connection_from_lag(world: DirectConnectBackend, request: Request) -> Answer:
    connection = world.connection(request.parameters["connectionId"], request.moment)
    lag = world.lag(request.parameters["lagId"], request.moment)
    if connection.lag_id != lag.id:
        raise DirectConnectClientException(f"Connection {connection.id} is not associated with {lag.id}.")
    connection.refuse_while_transitioning(request.moment)
    # "… the request fails, except when it's the last member of the LAG."
    if len(world.members(lag.id)) > 1:
        world.refuse_below_minimum_links(connection)
    connection.lag_id = None
    connection.transitioning = connection.timer(world.behaviour.transitioning, request.moment)
    return connection.to_dict(world, request.caller)


def update_lag(world: DirectConnectBackend, request: Request) -> Answer:
    asked = request.parameters
    lag = world.lag(asked["lagId"], request.moment)
    lag.name = asked.get("lagName", lag.name)
    lag.minimum_links = asked.get("minimumLinks", lag.minimum_links)
    lag.encryption_mode = asked.get("encryptionMode", lag.encryption_mode)
    if lag.state in {LagState.AVAILABLE, LagState.DOWN}:
        # A LAG with fewer operational connections than its minimum is not operational itself.
        operational = world.operational_members(lag.id)
        lag.state = LagState.AVAILABLE if len(operational) >= lag.minimum_links else LagState.DOWN
    return lag.to_dict(world, request.caller)


def delete_lag(world: DirectConnectBackend, request: Request) -> Answer:
    """Delete the group; its members stay, each for itself."""
    behaviour, now = world.behaviour, request.moment
    lag = world.lag(request.parameters["lagId"], now)
    if lag.state in {LagState.DELETING, *GONE}:
        if behaviour.repeated_delete_refused:
            raise DirectConnectClientException(f"Delete failed. {lag.id} is in state {lag.state}")
        return lag.to_dict(world, request.caller)
    for child in world.children(lag.id):
        if child.gone_since is None:
            raise DirectConnectClientException(
                f"Lag {lag.id} cannot be deleted until its Virtual Interfaces are deleted."
            )
    for member in world.members(lag.id):
        member.lag_id = None
    lag.move(LagState.DELETING, LagState.DELETED, lag.deletion or behaviour.connection_deletion, now)
    lag.settle(now)
    return lag.to_dict(world, request.caller)
