"""Runs that take BGP down on trial, and the steps on the way there."""

from collections.abc import Callable
from typing import Final

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend
from tests.step.worlds import clock_of
from tests.support.driver import REQUEST, Around, new_step, take

REHEARSED: Final = REQUEST | {"rehearsalMinutes": 60, "alarmNames": ["site-a"], "patienceMinutes": 30}
START, STOP = "StartBgpFailoverTest", "StopBgpFailoverTest"
HISTORY: Final = "ListVirtualInterfaceTestHistory"


def down(world: DirectConnectBackend) -> list[str]:
    return [v.id for v in world.virtual_interfaces.values() if v.state == "testing"]


def until(
    reached: Callable[[JSON], object], world: DirectConnectBackend, around: Around, event: JSON = REHEARSED
) -> JSON:
    """Take steps until a result is as wanted; none of them may be an end."""
    step, result = new_step(world, around=around), event
    while "phase" not in result or not reached(result):
        assert result.get("waitSeconds") != 0, result["reason"]
        result = take(step, result)
        clock_of(world).advance(seconds=result["waitSeconds"])
    return result
