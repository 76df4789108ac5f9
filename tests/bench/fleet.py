"""
Decommission fleets on the deployed sandbox, and show that each connection costs the same, whatever the fleet's size.

    python -m tests.bench.fleet [connections]

All fleets are of the same region, with this many connections of 10 interfaces, so that each listing has the same number
of pages. In each fleet some pairs of connections are all that a gateway has: whatever the order, they are blocked.
"""

import json
import math
import random
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.aws import Sandbox
from sandbox.directconnect import THROTTLED, Behaviour, Delay, DirectConnectBackend
from sandbox.runtime import InProcess
from sandbox.world import QUIET_BPS, measure
from tests.bench.report import Report

CONNECTIONS: Final = 300
INTERFACES: Final = 10
GATEWAYS: Final = 10
# One pair in each of so many connections.
PAIR_IN: Final = 20
PARAMETERS: Final = {"SweepConcurrency": "20"}
# Of the calls of the fleet of the throttled API: one in so many fails. The sandbox's client makes one attempt where the
# function's makes three, so this is what reaches the function when AWS throttles about one attempt in five.
THROTTLED_IN: Final = 100
# How many more calls a connection may cost in the whole fleet than in a quarter of it.
MOST_GROWTH: Final = 1.2
# How much more memory the fourfold fleet may take, executions and their histories in moto included.
MOST_MEGABYTES_EACH: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What became of a fleet; ``left`` are the gateways that have no path any more."""

    ends: Mapping[str, int]
    blocked_by: Mapping[str, int]
    seconds: float
    calls: int
    megabytes: float
    left: int


def main() -> int:
    in_region = int(sys.argv[1]) if len(sys.argv) > 1 else CONNECTIONS
    report = Report()
    report.section(
        f"Fleets in a region with {in_region} connections of {INTERFACES} interfaces",
        "The real template and state machines on moto; the function in this process, one step at a time.",
    )
    sizes = [in_region // 4, in_region]
    table = report.table("fleet", "completed", "blocked", "s", "s each", "calls each", "peak MB", "holds")
    fleets = [(f"{size}", size, False) for size in sizes]
    fleets += [(f"{in_region // 10}, throttled", in_region // 10, True)]
    measured: dict[str, Measured] = {}
    for name, size, throttled in fleets:
        measured[name] = found = _decommission(in_region, size, throttled=throttled)
        # The table comes at the end, long after the first fleet.
        sys.stderr.write(f"{name}: {found.seconds:.0f} s, {found.calls} calls, {found.megabytes:.0f} MB\n")
        first = measured[str(sizes[0])]
        table.add_row(
            name,
            str(found.ends["COMPLETED"]),
            str(found.ends["BLOCKED"]),
            f"{found.seconds:.0f}",
            f"{found.seconds / size:.2f}",
            f"{found.calls / size:.0f}",
            f"{found.megabytes:.0f}",
            report.verdict(name, holds=_is_right(found, size) and (throttled or _is_in_proportion(found, first, size))),
        )
    report.print(table)
    return report.conclude()


def _is_right(found: Measured, size: int) -> bool:
    """Every connection ended, the pairs as blocked, and no gateway has lost its last path."""
    pairs = 2 * math.ceil(size / PAIR_IN)
    expected = {"COMPLETED": size - pairs, "BLOCKED": pairs}
    ended = {end: count for end, count in found.ends.items() if count}
    return ended == expected and found.blocked_by == {"redundancy": pairs} and not found.left


def _is_in_proportion(found: Measured, first: Measured, size: int) -> bool:
    first_size = sum(first.ends.values())
    more_megabytes = found.megabytes - first.megabytes
    return found.calls / size <= MOST_GROWTH * first.calls / first_size and (
        more_megabytes <= MOST_MEGABYTES_EACH * (size - first_size)
    )


def _decommission(in_region: int, size: int, *, throttled: bool) -> Measured:
    # Another order in each fleet, the same in each run of this measurement.
    order = random.Random(size)  # noqa: S311 - no secret
    with Sandbox(InProcess(), parameters=PARAMETERS) as sandbox:
        world = sandbox.direct_connect
        world.behaviour = Behaviour(virtual_interface_deletion=Delay(looks=1), connection_deletion=Delay(looks=1))
        gateways = _build(world, in_region)
        ids = [f"dxcon-fleet{number:03}" for number in range(size)]
        for id_ in ids:
            measure(sandbox, id_, QUIET_BPS)
        order.shuffle(ids)
        if throttled:
            # By chance: of calls in a fixed rhythm, a step that makes more than that many would never end.
            world.before_each = lambda operation, _: (
                world.faults.add(operation, THROTTLED) if order.randrange(THROTTLED_IN) == 0 else None
            )
        began = time.monotonic()
        execution = sandbox.sweep({"connectionIds": ids, "request": {"dryRun": False}}, seconds=3 * 3600)
        seconds = time.monotonic() - began
        result: dict[str, Any] = json.loads(execution["output"])
        return Measured(
            ends=result["counts"],
            blocked_by=result["blockedBy"],
            seconds=seconds,
            calls=len(world.calls),
            megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            left=sum(1 for gateway in gateways if not _has_path(world, gateway)),
        )


def _build(world: DirectConnectBackend, in_region: int) -> list[str]:
    """Add the connections, all approved, and one that stays; every twentieth pair has a gateway for itself."""
    shared = [world.add_direct_connect_gateway(name=f"shared-{number}").id for number in range(GATEWAYS)]
    own: dict[int, str] = {}
    stays = world.add_connection("dxcon-stays001")
    for gateway in shared:
        world.add_virtual_interface(stays.id, type="transit", direct_connect_gateway_id=gateway)
    for number in range(in_region):
        id_ = world.add_connection(f"dxcon-fleet{number:03}", tags={"decommission": "approved"}).id
        for gateway in shared[: INTERFACES - 1]:
            world.add_virtual_interface(id_, direct_connect_gateway_id=gateway)
        pair = number // PAIR_IN
        last = shared[-1]
        if number % PAIR_IN < 2:
            last = own.setdefault(pair, "") or world.add_direct_connect_gateway(name=f"own-{pair}").id
            own[pair] = last
        world.add_virtual_interface(id_, direct_connect_gateway_id=last)
    return [*shared, *own.values()]


def _has_path(world: DirectConnectBackend, gateway: str) -> bool:
    return any(_on(world, gateway))


def _on(world: DirectConnectBackend, gateway: str) -> Iterator[str]:
    for interface in world.virtual_interfaces.values():
        if interface.direct_connect_gateway_id == gateway and interface.state == "available":
            yield interface.id


if __name__ == "__main__":
    raise SystemExit(main())
