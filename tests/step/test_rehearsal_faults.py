"""Each kind of call of a run with a rehearsal meets every fault: BGP comes back, and nothing wrong is deleted."""

from typing import Final

import pytest

from sandbox.directconnect import DirectConnectBackend, Fault, ManualClock
from tests.step import worlds
from tests.step.endurance import Endured, Moment, endure
from tests.step.test_every_call import FAULTS
from tests.support.driver import PROTECTED, REQUEST
from tests.support.strategies import CONNECTION_ID

REHEARSED: Final = REQUEST | {"rehearsalMinutes": 4}
FIRST: Final = 2
LOST: Final = {"answer lost", "connection broken", "html", "empty body", "nothing", "nulls", "cut json"}


def protect(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags |= PROTECTED


def endured(
    strike: Moment | None = None, fault: Fault | None = None, *, braked: bool
) -> tuple[Endured, DirectConnectBackend]:
    """Let the call of the ``strike`` meet the fault; somebody may put on the brake in the middle of the rehearsal."""
    clock = ManualClock()
    world = worlds.routed(clock)
    if braked:
        worlds.before_call(world, "ListVirtualInterfaceTestHistory", protect, number=8)
    return endure(world, clock, lambda made: fault if made == strike else None, request=REHEARSED), world


def down(world: DirectConnectBackend) -> set[str]:
    return {v.id for v in world.virtual_interfaces.values() if v.state == "testing"}


def some(made: list[Moment]) -> list[Moment]:
    """Choose the first calls and the last one of each operation; those between are alike."""
    last = {moment.operation: moment for moment in made}
    return [moment for moment in made if moment.number <= FIRST or moment == last[moment.operation]]


@pytest.mark.parametrize("braked", [False, True], ids=["to its end", "braked"])
@pytest.mark.parametrize("fault", FAULTS)
def test_once(fault: str, *, braked: bool) -> None:
    undisturbed, _ = endured(braked=braked)
    assert ("BLOCKED" if braked else "COMPLETED") == undisturbed.end
    expected = {"StartBgpFailoverTest", "StopBgpFailoverTest"} if braked else {"StartBgpFailoverTest"}
    assert expected <= {moment.operation for moment in undisturbed.made}
    for moment in some(undisturbed.made):
        outcome, world = endured(moment, FAULTS[fault], braked=braked)
        assert outcome.end in {"COMPLETED", "BLOCKED", "AwsDeniedError"}, (moment, outcome.outcome)
        wrong = [wrong for wrong in outcome.wrong if fault != "stale answer" or "twice" not in wrong]
        assert [] == wrong, moment
        # A test whose start was never answered is left to AWS.
        is_lost = moment.operation == "StartBgpFailoverTest" and fault in LOST
        assert is_lost or set() == down(world), (moment, outcome.outcome)
