"""The number of calls to AWS in each kind of step, and in a whole run."""

from collections import Counter
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

from sandbox.directconnect import Behaviour, Delay
from sandbox.directconnect.states import ConnectionState
from tests.bench.function import unheard
from tests.bench.report import Report
from tests.bench.world import CONNECTION_ID, World

VIRTUAL_INTERFACES: Final = 50
OTHER_CONNECTIONS: Final = 25
# For a connection in no LAG, if each answer fits on one page, without the routes.
LARGEST_SURVEY: Final = 8
LARGEST_RECORD: Final = 4
PAGE_SIZES: Final = (100, 20)
BEHAVIOUR: Final = Behaviour(
    virtual_interface_deletion=Delay(seconds=5 * 60),
    connection_deletion=Delay(seconds=2 * 60),
    delete_connection_answers=ConnectionState.DELETING,
)
LOOKS: Final = frozenset({"DescribeConnections", "DescribeVirtualInterfaces"})


@dataclass(slots=True)
class Counted:
    """The calls of one step."""

    kind: str = "looks"
    looks: Counter[str] = field(default_factory=Counter)
    deletes: int = 0
    routes: int = 0
    survey: int = 0
    record: int = 0

    @property
    def total(self) -> int:
        return self.looks.total() + self.deletes + self.routes + self.survey + self.record


def measure(report: Report) -> None:
    report.section(
        f"API calls of a whole run, for {VIRTUAL_INTERFACES} virtual interfaces whose deletion takes 5 minutes",
        "Bounds: one deletion per interface and one of the connection. A look is one describe, and one listing per",
        f"page. A step that deletes looks twice, and surveys in between with at most {LARGEST_SURVEY} calls, plus one",
        "per further page. Only the first step, and the first that deletes, ask for routes, with three listings more.",
    )
    table = report.table("page", "step", "steps", "looks", "deletes", "survey", "routes", "record", "calls", "holds")
    for page_size in PAGE_SIZES:
        steps = _steps(page_size)
        for kind in dict.fromkeys(step.kind for step in steps):
            of_kind = [step for step in steps if step.kind == kind]
            largest = max(of_kind, key=lambda step: step.total)
            holds = all(_holds(step, page_size) for step in of_kind)
            counts = [largest.looks.total(), largest.deletes, largest.survey, largest.routes, largest.record]
            verdict = report.verdict(f"API calls: {kind}, {page_size}", holds=holds)
            table.add_row(str(page_size), kind, *map(str, (len(of_kind), *counts, largest.total)), verdict)
        deletes = sum(step.deletes for step in steps)
        holds = deletes == VIRTUAL_INTERFACES + 1
        total = str(sum(step.total for step in steps))
        row = ["the whole run", str(len(steps)), "", str(deletes), "", "", "", total]
        table.add_row(str(page_size), *row, report.verdict(f"API calls: deletes, {page_size}", holds=holds))
    report.print(table)


def _steps(page_size: int) -> list[Counted]:
    world = World(
        virtual_interfaces=VIRTUAL_INTERFACES,
        other_connections=OTHER_CONNECTIONS,
        behaviour=replace(BEHAVIOUR, page_size=page_size),
    )
    steps: list[Counted] = []
    with unheard():
        for result in world.run(seed=0):
            steps.append(_counted(world, is_first=not steps, is_last=not result["waitSeconds"]))
    assert "COMPLETED" == result["phase"]
    return steps


def _counted(world: World, *, is_first: bool, is_last: bool) -> Counted:
    counted = Counted()
    for call in world.backend.calls:
        if call.operation.startswith("Delete"):
            counted.deletes += 1
            counted.kind = "deletes the connection" if call.operation == "DeleteConnection" else "deletes interfaces"
        elif call.operation in LOOKS and call.parameters.get("connectionId") == CONNECTION_ID:
            counted.looks[call.operation] += 1
        elif call.operation == "ListVirtualInterfaceRoutes":
            counted.routes += 1
        else:
            counted.survey += 1
    counted.survey += len(world.around.cloudwatch.calls) + len(world.around.sts.calls)
    counted.record = len(world.around.s3.calls)
    for calls in (world.backend.calls, world.around.cloudwatch.calls, world.around.sts.calls, world.around.s3.calls):
        calls.clear()
    if is_first or is_last:
        counted.kind = "the first, which plans" if is_first else "the last"
    return counted


def _holds(step: Counted, page_size: int) -> bool:
    pages = ceil(VIRTUAL_INTERFACES / page_size)
    looks = 2 if step.deletes else 1
    # The listings of all connections and interfaces have pages as well; the first step also reads what it records, and
    # a step that asks for routes lists the interfaces, the connections and the LAGs once more.
    listing = ceil((VIRTUAL_INTERFACES + OTHER_CONNECTIONS) / page_size)
    survey = LARGEST_SURVEY + 2 * (listing - 1) + 2 + (listing + 2 if step.routes else 0)
    return (
        step.looks["DescribeConnections"] <= looks
        and step.looks["DescribeVirtualInterfaces"] <= looks * pages
        and step.survey <= (0 if step.kind == "looks" else survey)
        and step.routes <= VIRTUAL_INTERFACES
        and step.record <= LARGEST_RECORD
    )
