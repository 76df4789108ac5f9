"""
Write results of each phase, as this release writes them, into tests/results.

Run it before a release that changes the result: python -m tests.support.results VERSION
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from decommission.run import Phase
from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock, client_error
from sandbox.in_process import Alarm, Measured
from tests.step import worlds
from tests.support.driver import OF_LAG, REQUEST, Around, drive, new_step, new_world, override, overriding, take
from tests.support.events import RESULTS, enveloped, wrapped
from tests.support.strategies import ACCOUNT, CONNECTION_ID

EXECUTION: Final = f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:Decommission:change-1234"
FIRST, SECOND, _ = worlds.INTERFACE_IDS


def deleting_virtual_interfaces() -> JSON:
    """Make a result with overrides, an execution, and calls of which one was refused."""
    clock, around = ManualClock(), Around()
    world = worlds.routed(clock)
    around.cloudwatch.measured[FIRST] = Measured(ingress=[50_000])
    world.faults.add("DeleteVirtualInterface", client_error(f"{FIRST} is in state pending"))
    consent = override("traffic", FIRST, upToBps=60_000, until=(clock() + timedelta(hours=1)).isoformat())
    request = overriding(consent, override("routes", SECOND)) | {"reason": "Site A is closed", "patienceMinutes": 60}
    step = new_step(world, around=around)
    return take(step, take(step, wrapped(request, EXECUTION)))


def deleting_connection_of_a_lag() -> JSON:
    """Make a result with an EventBridge event, a connection that has left its LAG, and a refused DeleteConnection."""
    clock = ManualClock()
    world = worlds.member(clock)
    world.faults.add("DeleteConnection", client_error("Not yet"), times=100)
    event = enveloped(REQUEST, id="6a7e8feb-b491", time=clock().isoformat().replace("+00:00", "Z"))
    step = new_step(world)
    result = take(step, wrapped(event, EXECUTION))
    for _ in range(3):
        result = take(step, result)
        clock.advance(seconds=result["waitSeconds"])
    return result


def deleting_some_virtual_interfaces() -> JSON:
    """Make a result of a run that names virtual interfaces, whose connection stays."""
    clock = ManualClock()
    step = new_step(worlds.some_approved(clock))
    return take(step, take(step, worlds.SOME))


def deleting_lag() -> JSON:
    """Make a result of a run for a LAG whose members have left and are gone."""
    clock = ManualClock()
    world = worlds.whole_lag(clock)
    world.faults.add("DeleteLag", client_error("Not yet"), times=100)
    return next(r for r in drive(new_step(world), OF_LAG, clock) if r["phase"] == Phase.DELETING_LAG)


def keeping_notice() -> JSON:
    """Make a result of a run that has announced its plan, and looked once since."""
    clock = ManualClock()
    step = new_step(worlds.routed(clock))
    return take(step, take(step, REQUEST | {"noticeMinutes": 60}))


def rehearsing() -> JSON:
    """Make a result of a run that has taken BGP down, which somebody has objected to."""
    clock, around = ManualClock(), Around()
    around.cloudwatch.alarms["site-a"] = Alarm()
    step = new_step(worlds.routed(clock), around=around)
    result = take(step, take(step, REQUEST | {"rehearsalMinutes": 60, "alarmNames": ["site-a"]}))
    around.cloudwatch.alarms["site-a"] = Alarm("ALARM")
    return take(step, result)


def planned() -> JSON:
    return _last(lambda world: world.virtual_interfaces.clear(), REQUEST | {"dryRun": True})


def completed() -> JSON:
    return _last(lambda _: None, REQUEST)


def completed_before_it_began() -> JSON:
    def remove(world: DirectConnectBackend) -> None:
        world.connections.clear()
        world.virtual_interfaces.clear()

    return _last(remove, REQUEST)


def blocked() -> JSON:
    return _last(lambda world: world.connections[CONNECTION_ID].tags.clear(), REQUEST)


def blocked_without_a_plan() -> JSON:
    return _last(lambda world: world.connections.clear(), wrapped(REQUEST, EXECUTION))


def timed_out() -> JSON:
    def slow_down(world: DirectConnectBackend) -> None:
        world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=40_000))

    return _last(slow_down, REQUEST | {"patienceMinutes": 30})


def _last(prepare: Callable[[DirectConnectBackend], object], event: JSON) -> JSON:
    clock = ManualClock()
    world = new_world(clock, "private", "public", "transit")
    prepare(world)
    return drive(new_step(world), event, clock)[-1]


CASES: Final = (
    deleting_virtual_interfaces,
    deleting_connection_of_a_lag,
    deleting_some_virtual_interfaces,
    deleting_lag,
    keeping_notice,
    rehearsing,
    planned,
    completed,
    completed_before_it_began,
    blocked,
    blocked_without_a_plan,
    timed_out,
)


def main(version: str) -> None:
    for case in CASES:
        path = RESULTS / f"{version}-{case.__name__.replace('_', '-')}.json"
        path.write_text(json.dumps(case(), indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
