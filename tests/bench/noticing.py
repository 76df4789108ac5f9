"""How long after the end of a deletion a run notices it, and how many steps that takes."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import mean
from typing import Final

from sandbox.directconnect import Behaviour, Delay
from tests.bench.function import MINIMUM_WAIT_SECONDS, unheard
from tests.bench.report import Report
from tests.bench.world import World

SEEDS: Final = 200
# Longer than the longest deletion below.
PATIENCE_MINUTES: Final = 24 * 60
DELETIONS: Final = {
    "10 s": 10,
    "30 s": 30,
    "1 min": 60,
    "5 min": 5 * 60,
    "10 min": 10 * 60,
    "30 min": 30 * 60,
    "1 h": 60 * 60,
    "4 h": 4 * 60 * 60,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``delay`` is in seconds, from the end of the deletion to the step that noticed it; ``bound`` is its limit."""

    delay: float
    bound: float
    steps: int


def measure(report: Report) -> None:
    report.section(
        f"From AWS having deleted the virtual interfaces to the run having noticed, over {SEEDS} seeds of jitter",
        f"Bound: a tenth of what AWS took, plus the minimum wait ({MINIMUM_WAIT_SECONDS} s). The steps are those of a",
        "whole run, in which the connection is deleted at once.",
    )
    table = report.table("AWS took up to", "noticed after: mean", "worst", "bound", "holds", "steps: mean", "most")
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        all_outcomes = [pool.map(partial(_outcome, seconds), range(SEEDS)) for seconds in DELETIONS.values()]
    for (name, seconds), outcomes in zip(DELETIONS.items(), map(list, all_outcomes), strict=True):
        worst = max(one.delay for one in outcomes)
        table.add_row(
            name,
            f"{mean(one.delay for one in outcomes):.0f} s",
            f"{worst:.0f} s",
            f"{_bound(seconds):.0f} s",
            report.verdict(f"noticing after {name}", holds=all(one.delay <= one.bound for one in outcomes)),
            f"{mean(one.steps for one in outcomes):.1f}",
            f"{max(one.steps for one in outcomes)}",
        )
    report.print(table)


def _bound(seconds: float) -> float:
    return seconds / 10 + MINIMUM_WAIT_SECONDS


def _outcome(longest: float, seed: int) -> Outcome:
    # A little shorter in each run; otherwise every run might look in the very second of the end, by chance.
    seconds = longest * (1 - seed / SEEDS / 10)
    world = World(virtual_interfaces=1, behaviour=Behaviour(virtual_interface_deletion=Delay(seconds=seconds)))
    with unheard():
        phases = [result["phase"] for result in world.run(seed=seed, patience_minutes=PATIENCE_MINUTES)]
    assert "COMPLETED" == phases[-1]
    moments = {call.operation: call.moment for call in world.backend.calls}
    taken = moments["DeleteConnection"] - moments["DeleteVirtualInterface"]
    return Outcome(delay=taken.total_seconds() - seconds, bound=_bound(seconds), steps=len(phases))
