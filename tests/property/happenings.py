"""What AWS, other people and the clock may do between two calls; each can be called with the world."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError
from hypothesis import strategies as st

from decommission.models import ConnectionState, VirtualInterfaceState
from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    NEVER,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    Delay,
    DirectConnectBackend,
    Fault,
    InProcessClient,
    ManualClock,
    StaleAnswer,
    client_error,
)
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKS_AND_DELETES: Final = (
    *["DescribeConnections", "DescribeVirtualInterfaces"],
    *["DeleteVirtualInterface", "DisassociateConnectionFromLag", "DeleteConnection"],
)
SURVEY: Final = (
    *["DescribeDirectConnectGateways", "DescribeHostedConnections", "DescribeInterconnects"],
    *["DescribeLags", "DescribeLoa", "ListVirtualInterfaceTestHistory"],
)

type Happening = Callable[[DirectConnectBackend], object]


@dataclass(frozen=True, slots=True)
class TimePasses:
    seconds: float

    def __call__(self, world: DirectConnectBackend) -> None:
        cast("ManualClock", world.clock).advance(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class SomebodyBuilds:
    state: str

    def __call__(self, world: DirectConnectBackend) -> None:
        if CONNECTION_ID in world.connections and world.connections[CONNECTION_ID].is_listed(
            world.behaviour, world.clock()
        ):
            world.add_virtual_interface(CONNECTION_ID, state=self.state)


@dataclass(frozen=True, slots=True)
class AnInterfaceTurns:
    """None takes it out of every list."""

    index: int
    state: str | None

    def __call__(self, world: DirectConnectBackend) -> None:
        if not world.virtual_interfaces:
            return
        virtual_interface_id = sorted(world.virtual_interfaces)[self.index % len(world.virtual_interfaces)]
        if self.state is None:
            del world.virtual_interfaces[virtual_interface_id]
        else:
            world.virtual_interfaces[virtual_interface_id].state = self.state


@dataclass(frozen=True, slots=True)
class TheConnectionTurns:
    """None takes it out of every list."""

    state: str | None

    def __call__(self, world: DirectConnectBackend) -> None:
        if self.state is None:
            world.connections.pop(CONNECTION_ID, None)
        elif CONNECTION_ID in world.connections:
            world.connections[CONNECTION_ID].state = self.state


@dataclass(frozen=True, slots=True)
class TheConnectionJoinsALag:
    def __call__(self, world: DirectConnectBackend) -> None:
        with suppress(ClientError):
            client = InProcessClient(world)
            client.associate_connection_with_lag(connectionId=CONNECTION_ID, lagId=world.add_lag().id)


@dataclass(frozen=True, slots=True)
class TagsChange:
    value: str
    of_interfaces: bool

    def __call__(self, world: DirectConnectBackend) -> None:
        resources = world.virtual_interfaces if self.of_interfaces else world.connections
        for resource in resources.values():
            resource.tags = {"decommission": self.value}


@dataclass(frozen=True, slots=True)
class CallsFail:
    operation: str
    fault: Fault
    times: float

    def __call__(self, world: DirectConnectBackend) -> None:
        world.faults.add(self.operation, self.fault, self.times)


words = st.sampled_from(["approving", "Deleted", "deleted ", "absent", ""]) | st.text(max_size=5)
interface_states = st.sampled_from([None, *(str(state) for state in VirtualInterfaceState)]) | words
connection_states = st.sampled_from([None, *(str(state) for state in ConnectionState)]) | words
faults = st.sampled_from(
    [
        THROTTLED,
        SERVER_ERROR,
        SERVER_ERROR_AS_400,
        AccessDenied(),
        AnswerLost(),
        AnswerLost(connection_breaks=True),
        StaleAnswer(),
        client_error("The moon is in the wrong phase."),
        client_error(GONE_CONNECTION_MESSAGES[0].replace("{id}", CONNECTION_ID)),
        client_error(f"{CONNECTION_ID} is in a transitioning state."),
    ]
)
operations = st.sampled_from(LOOKS_AND_DELETES) | st.sampled_from(SURVEY)
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.sampled_from([1.0, 10.0, 60.0, 600.0, 901.0, 4 * 3600.0]).map(TimePasses),
    st.builds(AnInterfaceTurns, st.integers(0, 3), interface_states),
    st.builds(CallsFail, operations, faults, st.sampled_from([1, 1, 2, 5, math.inf])),
    st.sampled_from(["available", "confirming", "pending"]).map(SomebodyBuilds),
    connection_states.map(TheConnectionTurns),
    st.builds(TagsChange, st.sampled_from(["approved", "protected", "no"]), st.booleans()),
    st.just(TheConnectionJoinsALag()),
)

LONGEST_TRANSITION: Final = 120
_ends = [AT_ONCE, Delay(looks=1), Delay(looks=3), Delay(seconds=30), Delay(seconds=LONGEST_TRANSITION)]
delays = st.sampled_from([*_ends, NEVER])
listings = st.sampled_from([0, 15 * 60, math.inf])
_switches: dict[str, st.SearchStrategy[Any]] = {
    "virtual_interface_deletion": delays,
    "connection_deletion": delays,
    "delete_connection_answers": st.sampled_from(["deleted", "deleting"]),
    "deleted_connection_listed_seconds": listings,
    "rejected_listed_seconds": listings,
    "gone_connection_message": st.sampled_from([None, *GONE_CONNECTION_MESSAGES, "Nobody has seen this yet"]),
    "gone_parent_message": st.sampled_from([None, *GONE_CONNECTION_MESSAGES]),
    "repeated_delete_refused": st.booleans(),
    "testing_can_be_deleted": st.booleans(),
    "member_lists_lag_interfaces": st.booleans(),
    "parent_refusal": delays,
    "transitioning": st.sampled_from(_ends),
    "page_size": st.sampled_from([1, 2, 100]),
}
behaviours = st.builds(Behaviour, **_switches)
