"""Whatever is not known about AWS: a run completes with either answer."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import product
from typing import Any, Final

import pytest

from decommission.errors import DirectConnectBusyError
from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
)
from sandbox.directconnect.states import ConnectionState
from tests.driver import REQUEST, asked, drive, new_step, new_world, overriding, take
from tests.strategies import CONNECTION_ID

SWITCHES: Final[dict[str, tuple[Any, ...]]] = {
    "virtual_interface_deletion": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "connection_deletion": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "delete_connection_answers": (ConnectionState.DELETED, ConnectionState.DELETING),
    "deleted_connection_listed_seconds": (0, 15 * 60, math.inf),
    "rejected_listed_seconds": (0, 15 * 60, math.inf),
    "gone_connection_message": (None, *GONE_CONNECTION_MESSAGES, "Nobody has seen this yet"),
    "gone_virtual_interface_message": (None, "Virtual Interface {id} does not exist"),
    "gone_parent_message": (None, *GONE_CONNECTION_MESSAGES),
    "repeated_delete_refused": (False, True),
    "testing_can_be_deleted": (False, True),
    "member_lists_lag_interfaces": (False, True),
    "parent_refusal": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "transitioning": (AT_ONCE, Delay(looks=1)),
    "loa_for_hosted_connections": (False, True),
    "foreign_tags_visible": (False, True),
    "page_size": (1, 2, 100),
}
ANSWERED_BY_NOTHING_THAT_A_RUN_ASKS: Final = {
    "provisioning",
    "connection_in_use_message",
    "lag_minimum_message",
}
# What plays together at the end of a run.
ENDINGS: Final = ("connection_deletion", "delete_connection_answers", "deleted_connection_listed_seconds")
MESSAGES: Final = ("deleted_connection_listed_seconds", "gone_connection_message", "gone_parent_message")


def every_switch() -> list[dict[str, Any]]:
    return [{name: position} for name, positions in SWITCHES.items() for position in positions]


def together(*names: str) -> list[dict[str, Any]]:
    return [dict(zip(names, positions, strict=True)) for positions in product(*(SWITCHES[name] for name in names))]


def spelled(switches: dict[str, Any]) -> str:
    return " ".join(f"{name}={position}" for name, position in switches.items())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    """Build a connection that was in a LAG until now, with an interface to decline and one under a short test."""
    world = new_world(clock, "private", "public", "transit")
    client = InProcessClient(world)
    lag = world.add_lag()
    world.connections[CONNECTION_ID].lag_id = lag.id
    client.disassociate_connection_from_lag(connectionId=CONNECTION_ID, lagId=lag.id)
    world.add_virtual_interface(CONNECTION_ID, state="confirming", direct_connect_gateway_id="")
    client.start_bgp_failover_test(virtualInterfaceId="dxvif-aaaaaaa0", testDurationInMinutes=1)
    return world


def test_no_switch_is_forgotten() -> None:
    assert {switch.name for switch in fields(Behaviour)} == SWITCHES.keys() | ANSWERED_BY_NOTHING_THAT_A_RUN_ASKS


@pytest.mark.parametrize("switches", [*every_switch(), *together(*ENDINGS), *together(*MESSAGES)], ids=spelled)
def test_a_run_completes(switches: dict[str, Any], clock: ManualClock, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(**switches)

    last = drive(new_step(world), overriding("failover-test"), clock)[-1]

    assert ("COMPLETED", False) == (last["phase"], last["alreadyGone"])
    assert "deleted" == world.connections[CONNECTION_ID].state
    assert {"deleted", "rejected"} == {one.state for one in world.virtual_interfaces.values()}


def test_a_connection_that_is_still_transitioning_is_busy(clock: ManualClock) -> None:
    world = new_world(clock, behaviour=Behaviour(transitioning=Delay(seconds=60)))
    lag = world.add_lag()
    world.connections[CONNECTION_ID].lag_id = lag.id
    InProcessClient(world).disassociate_connection_from_lag(connectionId=CONNECTION_ID, lagId=lag.id)
    step = new_step(world)
    planned = take(step, REQUEST)

    with pytest.raises(DirectConnectBusyError, match="is in a transitioning state"):
        take(step, planned)
    clock.advance(seconds=60)
    assert "COMPLETED" == drive(step, planned, clock)[-1]["phase"]


@pytest.mark.parametrize("seconds", [0, 15 * 60, math.inf])
def test_a_connection_that_was_only_ordered_is_declined(seconds: float, clock: ManualClock) -> None:
    world = new_world(clock, behaviour=Behaviour(rejected_listed_seconds=seconds))
    world.connections[CONNECTION_ID].state = "ordering"

    last = drive(new_step(world), REQUEST, clock)[-1]

    assert ("COMPLETED", "rejected") == (last["phase"], world.connections[CONNECTION_ID].state)
    assert [CONNECTION_ID] == asked(world)
