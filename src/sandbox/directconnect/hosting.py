"""What partners do: interconnects, and the hosted connections on them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .connection_operations import delete_port, look_at_ports, page_of_connections
from .connections import LOCATION, Connection
from .exceptions import DirectConnectClientException
from .paging import page
from .states import ConnectionState
from .tagging import asked_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .lifecycle import Answer, Request
    from .world import World


class Interconnect(Connection):
    """A partner's port: it shows fewer fields, three of them under other names."""

    __slots__ = ()

    def to_dict(self, world: World, caller: str) -> Answer:
        shown = Connection.to_dict(self, world, caller)
        for name in ("ownerAccount", "vlan", "partnerName", "billingMode"):
            shown.pop(name, None)
        for name in ("Id", "Name", "State"):
            shown[f"interconnect{name}"] = shown.pop(f"connection{name}")
        return shown


def add_interconnect(  # noqa: PLR0913 - each is a field that a test world sets
    world: World,
    *,
    state: str = ConnectionState.AVAILABLE,
    name: str = "interconnect",
    bandwidth: str = "10Gbps",
    location: str = LOCATION,
    tags: Mapping[str, str] | None = None,
) -> Interconnect:
    interconnect = Interconnect(
        id=world.new_id("dxcon"),
        partition=world.partition,
        region=world.region_name,
        owner_account=world.account_id,
        sequence=world.next_sequence(),
        state=state,
        tags=dict(tags or {}),
        name=name,
        location=location,
        bandwidth=bandwidth,
        device=f"{location}-1bwfvazist2k0",
    )
    world.interconnects[interconnect.id] = interconnect
    world.connection_ids.add(interconnect.id)
    return interconnect


def become_interconnect(world: World, connection: Connection) -> None:
    """Replace a partner's connection by an interconnect, a new object with the same id and fields."""
    del world.connections[connection.id]
    fields = {field.name: getattr(connection, field.name) for field in dataclasses.fields(connection)}
    world.interconnects[connection.id] = Interconnect(**fields)


def create_interconnect(world: World, request: Request) -> Answer:
    asked = request.parameters
    interconnect = world.add_interconnect(
        name=asked["interconnectName"],
        location=asked["location"],
        bandwidth=asked["bandwidth"],
        tags=asked_tags(asked),
        state=ConnectionState.REQUESTED,
    )
    interconnect.provider_name = asked.get("providerName")
    return interconnect.to_dict(world, request.caller)


def describe_interconnects(world: World, request: Request) -> Answer:
    _refuse_who_is_no_partner(world, request)
    interconnect_id = request.parameters.get("interconnectId")
    listed: list[Connection] = [
        interconnect
        for interconnect in world.interconnects.values()
        if interconnect_id in (None, interconnect.id) and interconnect.is_listed(world.behaviour, request.moment)
    ]
    if interconnect_id and not listed:
        raise DirectConnectClientException(f"Could not find Interconnect with ID {interconnect_id}")
    shown, more = page(request, listed, world.behaviour.page_size)
    answer: Answer = {"interconnects": [one.to_dict(world, request.caller) for one in shown], **more}
    look_at_ports(world, shown, request.moment)
    return answer


def delete_interconnect(world: World, request: Request) -> Answer:
    interconnect = world.interconnects.get(request.parameters["interconnectId"])
    if interconnect is None or not interconnect.is_listed(world.behaviour, request.moment):
        raise DirectConnectClientException(
            f"Could not find Interconnect with ID {request.parameters['interconnectId']}"
        )
    return {"interconnectState": delete_port(world, interconnect, request.moment)}


def allocate_hosted_connection(world: World, request: Request) -> Answer:
    asked = request.parameters
    parent = world.port(asked["connectionId"], request.moment)
    connection = world.add_connection(
        name=asked["connectionName"],
        location=parent.location,
        bandwidth=asked["bandwidth"],
        owner_account=asked["ownerAccount"],
        parent_id=parent.id,
        partner_name="Sandbox Partner",
        vlan=asked["vlan"],
        tags=asked_tags(asked),
        state=ConnectionState.ORDERING,
    )
    return connection.to_dict(world, request.caller)


def confirm_connection(world: World, request: Request) -> Answer:
    connection = world.connection(request.parameters["connectionId"], request.moment)
    world.refuse_strangers(connection, request.caller)
    if connection.state != ConnectionState.ORDERING:
        raise DirectConnectClientException(f"Confirm failed. {connection.id} is in state {connection.state}")
    connection.move(ConnectionState.PENDING, ConnectionState.AVAILABLE, world.behaviour.provisioning, request.moment)
    return {"connectionState": str(connection.state)}


def describe_hosted_connections(world: World, request: Request) -> Answer:
    """List the hosted connections of an interconnect or a LAG; a LAG member has none of its own."""
    _refuse_who_is_no_partner(world, request)
    parent = world.port(request.parameters["connectionId"], request.moment)
    listed = [
        connection
        for connection in world.connections.values()
        if connection.parent_id == parent.id and connection.is_listed(world.behaviour, request.moment)
    ]
    return page_of_connections(world, request, listed)


def _refuse_who_is_no_partner(world: World, request: Request) -> None:
    if world.behaviour.partner_calls_refused and not world.is_partner:
        raise DirectConnectClientException(
            f"Account {request.caller} is not an authorized Direct Connect partner in {world.region_name} region."
        )
