"""How many calls to Direct Connect a whole decommission makes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from sandbox.directconnect import Behaviour, Call, Delay
from sandbox.directconnect.states import ConnectionState
from tests.bench.function import unheard
from tests.bench.report import Report
from tests.bench.world import CONNECTION_ID, World

VIRTUAL_INTERFACES: Final = 50
OTHER_CONNECTIONS: Final = 25
LARGEST_SURVEY: Final = 12
PAGE_SIZES: Final = (100, 20)

LISTED: Final = Behaviour(virtual_interface_deletion=Delay(seconds=5 * 60))
SLOW: Final = replace(
    LISTED, connection_deletion=Delay(seconds=2 * 60), delete_connection_answers=ConnectionState.DELETING
)
VANISHED: Final = replace(LISTED, deleted_connection_listed_seconds=0)
BEHAVIOURS: Final = {
    "stays listed as deleted": LISTED,
    "is deleting for 2 minutes": SLOW,
    "is gone at once: an error": VANISHED,
    "is gone at once: an empty list": replace(VANISHED, gone_connection_message=None),
    "is gone at once: two errors": replace(VANISHED, gone_parent_message="{id} does not exist"),
}


def measure(report: Report) -> None:
    report.section(
        f"Direct Connect API calls, from start to COMPLETED, for {VIRTUAL_INTERFACES} virtual interfaces "
        "whose deletion takes 5 minutes",
        "Bound: one delete for each interface and one for the connection; in each step one describe of the connection",
        "and one listing per page of its interfaces. On top of it: in the first step the survey, for the guards and",
        f"the record: with its two looks at most {LARGEST_SURVEY} calls of Direct Connect, CloudWatch, STS and S3, if",
        "all fits on a page; in the last step a second look: through all connections when AWS shows ours no more, and",
        "through all interfaces when it refuses to list ours; and the report, which is one more call to S3.",
    )
    table = report.table(
        "the connection …",
        "page",
        "steps",
        "deletes",
        "describes",
        "listings",
        "calls",
        "bound",
        "survey",
        "second look",
        "holds",
    )
    for name, behaviour in BEHAVIOURS.items():
        for page_size in PAGE_SIZES:
            world = _world(replace(behaviour, page_size=page_size))
            steps = _calls_by_step(world)
            around = world.around
            # The last call to S3 is the report's.
            elsewhere = len(around.cloudwatch.calls) + len(around.sts.calls) + len(around.s3.calls) - 1
            row = _figures(steps, page_size, elsewhere, report, f"API calls: {name}, {page_size}")
            table.add_row(name, str(page_size), *row)
    report.print(table)


def _world(behaviour: Behaviour) -> World:
    return World(virtual_interfaces=VIRTUAL_INTERFACES, other_connections=OTHER_CONNECTIONS, behaviour=behaviour)


def _calls_by_step(world: World) -> list[list[Call]]:
    steps: list[list[Call]] = []
    with unheard():
        for result in world.run(seed=0):
            phase = result["phase"]
            steps.append(list(world.backend.calls))
            world.backend.calls.clear()
    assert phase == "COMPLETED"
    return steps


def _figures(steps: Sequence[Sequence[Call]], page_size: int, elsewhere: int, report: Report, name: str) -> list[str]:
    pages = ceil(VIRTUAL_INTERFACES / page_size)
    kinds = [Counter(_kind(call, is_first=step is steps[0]) for call in step) for step in steps]
    total = sum(kinds, Counter[str]())
    interfaces = Counter(
        call.parameters["virtualInterfaceId"]
        for step in steps
        for call in step
        if call.operation == "DeleteVirtualInterface"
    )
    bound = VIRTUAL_INTERFACES + 1 + len(steps) * (1 + pages)
    first_look = total.total() - total["second look"] - total["survey"]
    survey = total["survey"] + elsewhere
    plan = survey + kinds[0]["DescribeConnections"] + kinds[0]["DescribeVirtualInterfaces"]
    holds = (
        max(interfaces.values()) == 1
        and total["DeleteConnection"] == 1
        and all(kind["DescribeConnections"] <= 1 and kind["DescribeVirtualInterfaces"] <= pages for kind in kinds)
        and not any(kind["second look"] for kind in kinds[:-1])
        and first_look <= bound
        and (plan <= LARGEST_SURVEY or pages > 1)
    )
    return [
        str(len(steps)),
        f"{total['DeleteVirtualInterface']} + {total['DeleteConnection']}",
        str(total["DescribeConnections"]),
        str(total["DescribeVirtualInterfaces"]),
        str(first_look),
        str(bound),
        str(survey),
        str(total["second look"]),
        report.verdict(name, holds=holds),
    ]


def _kind(call: Call, *, is_first: bool) -> str:
    """Name the operation; or a second look, or the survey: what does not ask for our connection alone."""
    if call.operation.startswith("Delete"):
        return call.operation
    is_ours = call.parameters.get("connectionId") == CONNECTION_ID
    if is_ours and call.operation in {"DescribeConnections", "DescribeVirtualInterfaces"}:
        return call.operation
    return "survey" if is_first else "second look"
