"""The operations on LAGs, and on the membership of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exceptions import DirectConnectClientException
from .hosting import become_interconnect
from .paging import page
from .states import GONE, ConnectionState, LagState
from .tagging import asked_tags

if TYPE_CHECKING:
    from datetime import datetime

    from .connections import Connection
    from .lags import Lag
    from .lifecycle import Answer, Request
    from .world import World


def create_lag(world: World, request: Request) -> Answer:
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
        member.provider_name = lag.provider_name
        member.mac_sec_capable = lag.mac_sec_capable
        member.billing_mode = lag.billing_mode
        member.move(ConnectionState.REQUESTED, ConnectionState.AVAILABLE, world.behaviour.provisioning, request.moment)
    return lag.to_dict(world, request.caller)


def describe_lags(world: World, request: Request) -> Answer:
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


def associate_connection_with_lag(world: World, request: Request) -> Answer:
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


def _join(world: World, connection: Connection, lag: Lag, now: datetime) -> None:
    """Move a connection into a LAG with everything attached to it; the interfaces of its old LAG stay there."""
    for virtual_interface in world.virtual_interfaces.values():
        if virtual_interface.connection_id == connection.id:
            virtual_interface.connection_id = lag.id
    for hosted in world.connections.values():
        if hosted.parent_id == connection.id:
            hosted.parent_id = lag.id
    connection.lag_id = lag.id
    # "The connection is interrupted and re-established as a member of the LAG."
    connection.transitioning = connection.timer(world.behaviour.transitioning, now)


def disassociate_connection_from_lag(world: World, request: Request) -> Answer:
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
    if connection.is_partners:
        become_interconnect(world, connection)
    return connection.to_dict(world, request.caller)


def update_lag(world: World, request: Request) -> Answer:
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


def delete_lag(world: World, request: Request) -> Answer:
    """Delete the group; its members stay, as standalone connections."""
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
