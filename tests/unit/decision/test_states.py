"""What a step does for every state of the connection and of a planned virtual interface."""

import pytest

from decommission.decided import Delete, LookAgain, MakePlan, Rehearse, SeemsGone, Stop
from decommission.decision import first, planned
from decommission.models import ConnectionState, VirtualInterfaceState
from decommission.run import Action, Phase
from tests.support.looks import DRY_RUN, NEW_RUN, decide, see, under_way
from tests.support.strategies import CONNECTION_ID, virtual_interface

# In capitals, the step deletes (V: the interface, C: the connection) or finds that the connection seems gone (G). In
# lower case, it waits for the interface (v) or for the connection (c).
V, C, G, v, c = "V", "C", "G", "v", "c"
# A later step. Across: the states of the connection. Down: the states of the interface. "approving" is undocumented.
CONNECTIONS = [*ConnectionState, "approving"]
TABLE = {
    #             ordering, requested, pending, available, down, deleting, deleted, rejected, unknown, approving
    "confirming": (V, V, V, V, V, V, v, v, v, v),
    "verifying": (V, V, V, V, V, V, v, v, v, v),
    "pending": (V, V, V, V, V, V, v, v, v, v),
    "available": (V, V, V, V, V, V, v, v, v, v),
    "down": (V, V, V, V, V, V, v, v, v, v),
    "testing": (V, V, V, V, V, V, v, v, v, v),
    "deleting": (v, v, v, v, v, v, v, v, v, v),
    "deleted": (C, C, C, C, C, c, G, G, c, c),
    "rejected": (C, C, C, C, C, c, G, G, c, c),
    "unknown": (v, v, v, v, v, v, v, v, v, v),
    "approving": (v, v, v, v, v, v, v, v, v, v),
    "absent": (C, C, C, C, C, c, G, G, c, c),
}
CELLS = [
    pytest.param(state, connection_state, cell, id=f"{state}-{connection_state}")
    for state, row in TABLE.items()
    for connection_state, cell in zip(CONNECTIONS, row, strict=True)
]


def letter(decided: Delete | Rehearse | LookAgain | SeemsGone | Stop) -> str:
    match decided:
        case Delete(action=Action.DELETE_VIRTUAL_INTERFACE, phase=Phase.DELETING_VIRTUAL_INTERFACES):
            return V if decided.resource_ids == ("dxvif-aaaaaaa1",) else "?"
        case Delete(action=Action.DELETE_CONNECTION, phase=Phase.DELETING_CONNECTION):
            return C if decided.resource_ids == (CONNECTION_ID,) else "?"
        case LookAgain():
            return v if decided.phase is Phase.DELETING_VIRTUAL_INTERFACES else c
        case _:
            return G if isinstance(decided, SeemsGone) else "?"


def test_the_table_has_every_documented_state() -> None:
    assert {*VirtualInterfaceState, "approving", "absent"} == TABLE.keys()


@pytest.mark.parametrize(("state", "connection_state", "expected"), CELLS)
def test_a_later_step(state: str, connection_state: str, expected: str) -> None:
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    assert expected == letter(decide(see(connection_state, *interfaces), under_way(virtual_interface())))


@pytest.mark.parametrize(("state", "connection_state", "later"), CELLS)
def test_the_first_step(state: str, connection_state: str, later: str) -> None:
    """It plans, unless the connection is gone; if an interface still exists then, the run is blocked."""
    interfaces = () if state == "absent" else (virtual_interface(state=state),)
    without_connection = SeemsGone if later == G else Stop
    expected = without_connection if connection_state in {"deleted", "rejected"} else MakePlan
    assert expected is type(first(see(connection_state, *interfaces), NEW_RUN))


@pytest.mark.parametrize("state", VirtualInterfaceState)
def test_the_end_of_the_first_step(state: str) -> None:
    seen = see("available", virtual_interface(state=state))
    is_gone = state in {"deleted", "rejected"}
    expected = Phase.DELETING_CONNECTION if is_gone else Phase.DELETING_VIRTUAL_INTERFACES
    assert (expected, Phase.PLANNED) == (planned(seen, NEW_RUN, ()).phase, planned(seen, DRY_RUN, ()).phase)
