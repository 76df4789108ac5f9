"""Refusals that several operations share."""

from datetime import datetime

from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.lifecycle import Resource
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.states import ConnectionState
from sandbox.directconnect.world import World


def wrong_state(action: str, resource: Resource) -> DirectConnectClientException:
    return DirectConnectClientException(f"{action} failed. {resource.id} is in state {resource.state}")


def refuse_before_approval(action: str, port: Resource) -> None:
    """Refuse to use a new connection: "until it is approved and advances to available or down"."""
    if isinstance(port, Connection) and port.state in {ConnectionState.REQUESTED, ConnectionState.PENDING}:
        raise wrong_state(action, port)


def refuse_strangers(resource: Resource, caller: str) -> None:
    if resource.owner_account != caller:
        raise DirectConnectClientException(f"Account {caller} does not own {resource.id}.")


def refuse_while_transitioning(connection: Connection, now: datetime) -> None:
    if connection.transitioning is not None and connection.transitioning.due(connection, now) is None:
        raise DirectConnectClientException(f"Connection {connection.id} is in a transitioning state.")
    connection.transitioning = None


def refuse_below_minimum_links(world: World, leaving: Connection) -> None:
    """Refuse if the connection's LAG would have fewer operational members than its minimum without it."""
    lag = world.lags.get(leaving.lag_id or "")
    if lag is None:
        return
    operational = world.operational_members(lag.id)
    if leaving in operational and len(operational) - 1 < lag.minimum_links:
        message = world.behaviour.lag_minimum_message
        raise DirectConnectClientException(message.replace("{lag_id}", lag.id).replace("{id}", leaving.id))
