"""The operations on connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .behaviour import AT_ONCE
from .exceptions import DirectConnectClientException
from .paging import page
from .resiliency_groups import refuse_members
from .states import GONE, ConnectionState
from .tagging import asked_tags

if TYPE_CHECKING:
    from datetime import datetime

    from .connections import Connection
    from .lifecycle import Answer, Request
    from .world import World


def create_connection(world: World, request: Request) -> Answer:
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


def describe_connections(world: World, request: Request) -> Answer:
    connection_id = request.parameters.get("connectionId")
    listed = [
        connection
        for connection in world.connections.values()
        if connection_id in (None, connection.id)
        # What a partner hosts for another account is in DescribeHostedConnections alone.
        and (connection.parent_id is None or connection.owner_account == request.caller)
        and connection.is_listed(world.behaviour, request.moment)
    ]
    if connection_id and not listed and (message := _why_not_listed(world, connection_id)):
        raise DirectConnectClientException(message.replace("{id}", connection_id))
    return page_of_connections(world, request, listed)


def _why_not_listed(world: World, connection_id: str) -> str | None:
    existed = connection_id in world.connection_ids
    message = None if existed else world.behaviour.malformed_id_message
    return message or world.behaviour.gone_connection_message


def page_of_connections(world: World, request: Request, listed: list[Connection]) -> Answer:
    shown, more = page(request, listed, world.behaviour.page_size)
    answer: Answer = {"connections": [connection.to_dict(world, request.caller) for connection in shown], **more}
    look_at_ports(world, shown, request.moment)
    return answer


def look_at_ports(world: World, shown: list[Connection], now: datetime) -> None:
    for port in shown:
        if world.behaviour.parent_refusal != AT_ONCE:
            _is_in_use(world, port, now)  # starts the clock of the refusal, before this look counts
        port.look(now)


def update_connection(world: World, request: Request) -> Answer:
    asked = request.parameters
    connection = world.connection(asked["connectionId"], request.moment)
    connection.name = asked.get("connectionName", connection.name)
    connection.encryption_mode = asked.get("encryptionMode", connection.encryption_mode)
    return connection.to_dict(world, request.caller)


def delete_connection(world: World, request: Request) -> Answer:
    connection = world.connection(request.parameters["connectionId"], request.moment)
    state = delete_port(world, connection, request.moment)
    return {**connection.to_dict(world, request.caller), "connectionState": state}


def delete_port(world: World, port: Connection, now: datetime) -> str:
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
    refuse_members(world, port)
    if port.state == ConnectionState.ORDERING:
        # A hosted connection that is deleted before it was confirmed has been declined.
        port.state = ConnectionState.REJECTED
        port.settle(now)
        return str(port.state)
    port.move(ConnectionState.DELETING, ConnectionState.DELETED, port.deletion or behaviour.connection_deletion, now)
    port.settle(now)
    return str(behaviour.delete_connection_answers)


def _is_in_use(world: World, port: Connection, now: datetime) -> bool:
    children = world.children(port.id)
    if any(child.gone_since is None for child in children):
        port.refusing = None
        return True
    if children and port.refusing is None:
        last_gone = max(child.gone_since for child in children if child.gone_since)
        port.refusing = port.timer(world.behaviour.parent_refusal, last_gone)
    return port.refusing is not None and port.refusing.due(port, now) is None
