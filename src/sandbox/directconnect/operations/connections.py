"""The operations on connections."""

from datetime import datetime

from sandbox.directconnect.behaviour import AT_ONCE
from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.operations.refusals import (
    refuse_below_minimum_links,
    refuse_strangers,
    refuse_while_transitioning,
    wrong_state,
)
from sandbox.directconnect.operations.resiliency_groups import refuse_members
from sandbox.directconnect.operations.tagging import asked_tags
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.mac_sec import MacSecKey
from sandbox.directconnect.resources.ports import Port
from sandbox.directconnect.states import DELETING_OR_GONE, ConnectionState
from sandbox.directconnect.world import World


def create_connection(world: World, call: Call) -> Answer:
    asked = call.parameters
    connection = world.add_connection(
        name=asked["connectionName"],
        location=asked["location"],
        bandwidth=asked["bandwidth"],
        lag_id=world.lag(asked["lagId"], call.moment).id if "lagId" in asked else None,
        tags=asked_tags(asked),
    )
    order_port(world, call, connection, ConnectionState.REQUESTED)
    return connection.to_dict(world.behaviour, call.caller)


def order_port(world: World, call: Call, port: Port, state: str) -> None:
    """Apply what the caller asks of any new port, and begin the provisioning in ``state``."""
    port.provider_name = call.parameters.get("providerName")
    port.mac_sec_capable = call.parameters.get("requestMACSec", False)
    port.billing_mode = call.parameters.get("billingMode", port.billing_mode)
    port.move(state, ConnectionState.AVAILABLE, world.behaviour.provisioning, call.moment)


def describe_connections(world: World, call: Call) -> Answer:
    connection_id = call.parameters.get("connectionId")
    listed = [
        connection
        for connection in world.listed(world.connections, connection_id, call.moment)
        # DescribeHostedConnections alone lists what a partner hosts for another account.
        if connection.parent_id is None or connection.owner_account == call.caller
    ]
    if connection_id and not listed and (message := _why_not_listed(world, connection_id)):
        raise DirectConnectClientException(message.replace("{id}", connection_id))
    return page_of_connections(world, call, "connections", listed)


def _why_not_listed(world: World, connection_id: str) -> str | None:
    existed = connection_id in world.connection_ids
    message = None if existed else world.behaviour.malformed_id_message
    return message or world.behaviour.gone_connection_message


def page_of_connections[T: Connection](world: World, call: Call, name: str, listed: list[T]) -> Answer:
    """Answer a page of connections, and count for each of them that it was listed."""

    def show(one: T) -> Answer:
        if world.behaviour.parent_refusal != AT_ONCE:
            _is_in_use(world, one, call.moment)  # starts the refusal, so that this answer counts
        one.look(call.moment)
        return one.to_dict(world.behaviour, call.caller)

    return page(world, call, name, listed, show)


def update_connection(world: World, call: Call) -> Answer:
    asked = call.parameters
    connection = world.connection(asked["connectionId"], call.moment)
    connection.name = asked.get("connectionName", connection.name)
    connection.encryption_mode = asked.get("encryptionMode", connection.encryption_mode)
    return connection.to_dict(world.behaviour, call.caller)


def associate_mac_sec_key(world: World, call: Call) -> Answer:
    """Associate a key with a connection or a LAG by its secret; the way by CKN and CAK is not modelled."""
    port = world.port(call.parameters["connectionId"], call.moment)
    if not port.mac_sec_capable:
        raise DirectConnectClientException(f"{port.id} is not MACsec capable.")
    key = MacSecKey(secret_arn=call.parameters["secretARN"], ckn=None, start_on=f"{call.moment:%Y-%m-%dT%H:%M:%SZ}")
    port.mac_sec_keys.append(key)
    return {"connectionId": port.id, "macSecKeys": [key.to_dict() for key in port.mac_sec_keys]}


def confirm_connection(world: World, call: Call) -> Answer:
    connection = world.connection(call.parameters["connectionId"], call.moment)
    refuse_strangers(connection, call.caller)
    if connection.state != ConnectionState.ORDERING:
        raise wrong_state("Confirm", connection)
    connection.move(ConnectionState.PENDING, ConnectionState.AVAILABLE, world.behaviour.provisioning, call.moment)
    return {"connectionState": str(connection.state)}


def delete_connection(world: World, call: Call) -> Answer:
    connection = world.connection(call.parameters["connectionId"], call.moment)
    state = _delete(world, connection, call.moment)
    return {**connection.to_dict(world.behaviour, call.caller), "connectionState": state}


def _delete(world: World, connection: Connection, now: datetime) -> str:
    """Delete a connection, unless AWS would refuse, and return the state that AWS answers."""
    behaviour = world.behaviour
    if connection.state in DELETING_OR_GONE:
        if behaviour.repeated_delete_refused:
            raise wrong_state("Delete", connection)
        return str(connection.state)
    refuse_while_transitioning(connection, now)
    if _is_in_use(world, connection, now):
        raise DirectConnectClientException(behaviour.connection_in_use_message.replace("{id}", connection.id))
    refuse_below_minimum_links(world, connection)
    refuse_members(world, connection)
    if connection.state == ConnectionState.ORDERING:
        # A hosted connection that is deleted before it was confirmed has been declined.
        connection.state = ConnectionState.REJECTED
        connection.settle(now)
        return str(connection.state)
    connection.move(ConnectionState.DELETING, ConnectionState.DELETED, behaviour.connection_deletion, now)
    connection.settle(now)
    return str(behaviour.delete_connection_answers)


def _is_in_use(world: World, connection: Connection, now: datetime) -> bool:
    """Return whether a child exists, or the last one has gone so recently that AWS still refuses."""
    children = world.children(connection.id)
    if any(child.gone_since is None for child in children):
        connection.refusing = None
        return True
    if children and connection.refusing is None:
        last_gone = max(child.gone_since for child in children if child.gone_since)
        connection.refusing = connection.timer(world.behaviour.parent_refusal, last_gone)
    return connection.refusing is not None and connection.refusing.due(connection, now) is None
