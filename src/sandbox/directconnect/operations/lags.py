"""The operations on LAGs, and on the membership of connections."""

from datetime import datetime

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.connections import order_port
from sandbox.directconnect.operations.hosting import become_interconnect
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.operations.refusals import (
    refuse_before_approval,
    refuse_below_minimum_links,
    refuse_while_transitioning,
    wrong_state,
)
from sandbox.directconnect.operations.tagging import asked_tags
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.lags import Lag
from sandbox.directconnect.states import DELETING_OR_GONE, ConnectionState, LagState
from sandbox.directconnect.world import World


def create_lag(world: World, call: Call) -> Answer:
    asked = call.parameters
    member_tags = asked_tags(asked, "childConnectionTags")
    first = world.connection(asked["connectionId"], call.moment) if "connectionId" in asked else None
    if first is not None:
        refuse_before_approval("Create", first)
        refuse_while_transitioning(first, call.moment)
        refuse_below_minimum_links(world, first)
    lag = world.add_lag(
        name=asked["lagName"],
        location=asked["location"],
        bandwidth=asked["connectionsBandwidth"],
        tags=asked_tags(asked),
    )
    order_port(world, call, lag, LagState.PENDING)  # recorded
    if first is not None:
        _join(world, first, lag, call.moment)
    for number in range(1, asked["numberOfConnections"] + (0 if first else 1)):
        member = world.add_connection(
            name=f"Requested Connection {number} for Lag {lag.id}",  # recorded
            location=lag.location,
            bandwidth=lag.bandwidth,
            lag_id=lag.id,
            tags=member_tags,
        )
        order_port(world, call, member, ConnectionState.REQUESTED)
    return _shown(world, lag, call)


def describe_lags(world: World, call: Call) -> Answer:
    lag_id = call.parameters.get("lagId")
    listed = world.listed(world.lags, lag_id, call.moment)
    if lag_id and not listed:
        raise DirectConnectClientException(f"Could not find Lag with ID {lag_id}")

    def show(lag: Lag) -> Answer:
        lag.look(call.moment)
        return _shown(world, lag, call)

    return page(world, call, "lags", listed, show)


def _shown(world: World, lag: Lag, call: Call) -> Answer:
    return lag.to_dict(world.members(lag.id), world.behaviour, call.caller)


def associate_connection_with_lag(world: World, call: Call) -> Answer:
    connection = world.connection(call.parameters["connectionId"], call.moment)
    lag = world.lag(call.parameters["lagId"], call.moment)
    refuse_before_approval("Associate", connection)
    refuse_while_transitioning(connection, call.moment)
    for one in (connection, lag):
        if one.state in DELETING_OR_GONE:
            raise wrong_state("Associate", one)
    if connection.bandwidth != lag.bandwidth:
        raise DirectConnectClientException(f"The bandwidth of {connection.id} is not that of {lag.id}.")
    refuse_below_minimum_links(world, connection)
    _join(world, connection, lag, call.moment)
    return connection.to_dict(world.behaviour, call.caller)


def _join(world: World, connection: Connection, lag: Lag, now: datetime) -> None:
    """Move a connection and what is attached to it into a LAG; the interfaces of its old LAG stay with that LAG."""
    for virtual_interface in world.virtual_interfaces.values():
        if virtual_interface.connection_id == connection.id:
            virtual_interface.connection_id = lag.id
    for hosted in world.connections.values():
        if hosted.parent_id == connection.id:
            hosted.parent_id = lag.id
    connection.lag_id = lag.id
    # "The connection is interrupted and re-established as a member of the LAG."
    connection.transitioning = connection.timer(world.behaviour.transitioning, now)


def disassociate_connection_from_lag(world: World, call: Call) -> Answer:
    connection = world.connection(call.parameters["connectionId"], call.moment)
    lag = world.lag(call.parameters["lagId"], call.moment)
    if connection.lag_id != lag.id:
        raise DirectConnectClientException(f"Connection {connection.id} is not associated with {lag.id}.")
    refuse_while_transitioning(connection, call.moment)
    # "… the request fails, except when it's the last member of the LAG."
    if len(world.members(lag.id)) > 1:
        refuse_below_minimum_links(world, connection)
    connection.lag_id = None
    connection.transitioning = connection.timer(world.behaviour.transitioning, call.moment)
    if connection.is_partners:
        become_interconnect(world, connection)
    return connection.to_dict(world.behaviour, call.caller)


def update_lag(world: World, call: Call) -> Answer:
    asked = call.parameters
    lag = world.lag(asked["lagId"], call.moment)
    lag.name = asked.get("lagName", lag.name)
    lag.minimum_links = asked.get("minimumLinks", lag.minimum_links)
    lag.encryption_mode = asked.get("encryptionMode", lag.encryption_mode)
    if lag.state in {LagState.AVAILABLE, LagState.DOWN}:
        # A LAG with fewer operational connections than its minimum is not operational itself.
        operational = world.operational_members(lag.id)
        lag.state = LagState.AVAILABLE if len(operational) >= lag.minimum_links else LagState.DOWN
    return _shown(world, lag, call)


def delete_lag(world: World, call: Call) -> Answer:
    """Delete the group; its members remain as standalone connections."""
    behaviour, now = world.behaviour, call.moment
    lag = world.lag(call.parameters["lagId"], now)
    if lag.state in DELETING_OR_GONE:
        if behaviour.repeated_delete_refused:
            raise wrong_state("Delete", lag)
        return _shown(world, lag, call)
    if any(child.gone_since is None for child in world.children(lag.id)):
        raise DirectConnectClientException(f"Lag {lag.id} cannot be deleted until its Virtual Interfaces are deleted.")
    for member in world.members(lag.id):
        member.lag_id = None
    lag.move(LagState.DELETING, LagState.DELETED, behaviour.connection_deletion, now)
    lag.settle(now)
    return _shown(world, lag, call)
