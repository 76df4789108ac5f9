"""What only partners have: interconnects and the hosted connections on them."""

import dataclasses

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.connections import page_of_connections
from sandbox.directconnect.resources.connections import Connection, Interconnect
from sandbox.directconnect.world import World


def describe_interconnects(world: World, call: Call) -> Answer:
    _refuse_others_than_partners(world, call)
    interconnect_id = call.parameters.get("interconnectId")
    listed = world.listed(world.interconnects, interconnect_id, call.moment)
    if interconnect_id and not listed:
        raise DirectConnectClientException(f"Could not find Interconnect with ID {interconnect_id}")
    return page_of_connections(world, call, "interconnects", listed)


def describe_hosted_connections(world: World, call: Call) -> Answer:
    """List the hosted connections of an interconnect or a LAG; a LAG member has none of its own."""
    _refuse_others_than_partners(world, call)
    parent = world.port(call.parameters["connectionId"], call.moment)
    listed = [one for one in world.listed(world.connections, None, call.moment) if one.parent_id == parent.id]
    return page_of_connections(world, call, "connections", listed)


def _refuse_others_than_partners(world: World, call: Call) -> None:
    if world.behaviour.partner_calls_refused and not world.is_partner:
        raise DirectConnectClientException(
            f"Account {call.caller} is not an authorized Direct Connect partner in {world.region_name} region."
        )


def become_interconnect(world: World, connection: Connection) -> None:
    """Replace a partner's connection by an interconnect with the same id and fields."""
    del world.connections[connection.id]
    fields = {field.name: getattr(connection, field.name) for field in dataclasses.fields(connection)}
    world.interconnects[connection.id] = Interconnect(**fields)
