"""How much longer than a bare boto3 client the function takes to start, and which imports that is."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.emulator import Handler, cold_start
from tests.bench.function import ENVIRONMENT
from tests.bench.imports import import_milliseconds
from tests.bench.report import Report

PAIRS: Final = 15
LONGEST_RATIO: Final = 1.4
SHOWN_PACKAGES: Final = 8

# The least that can call Direct Connect.
BASELINE: Final = """\
import boto3

client = boto3.client("directconnect")


def handler(event, context):
    return {}
"""


def measure(report: Report, package: Path, emulator: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "baseline.py").write_text(BASELINE)
        ours = Handler("decommission.handler.handler", (package,), ENVIRONMENT)
        baseline = Handler("baseline.handler", (Path(folder), package), ENVIRONMENT)
        _measure_starts(report, emulator, ours, baseline)
        _measure_imports(report, ours, baseline)


def _measure_starts(report: Report, emulator: Path, ours: Handler, baseline: Handler) -> None:
    report.section(
        f"Cold start under the Lambda runtime emulator, median of {PAIRS} pairs, taken in turn",
        "From the start of the process to the first answer, which calls nothing: the event is refused.",
        "Baseline: a handler that imports boto3 and makes the Direct Connect client. Bound: 1.4 times the baseline.",
    )
    # The first pair compiles what nobody has compiled yet, and fills the page cache; it does not count.
    pairs = [(_start(emulator, ours), _start(emulator, baseline)) for _ in range(PAIRS + 1)][1:]
    ratios = sorted(one / other for one, other in pairs)
    ratio = median(ratios)
    table = report.table("function", "baseline", "ratio", "from … to", "bound", "holds")
    table.add_row(
        f"{median(one for one, _ in pairs) * 1000:.0f} ms",
        f"{median(other for _, other in pairs) * 1000:.0f} ms",
        f"{ratio:.2f}",
        f"{ratios[0]:.2f} … {ratios[-1]:.2f}",
        f"{LONGEST_RATIO}",
        report.verdict("cold start", holds=ratio <= LONGEST_RATIO),
    )
    report.print(table)


def _start(emulator: Path, handler: Handler) -> float:
    seconds, answer = cold_start(emulator, handler, {})
    # The empty event is refused by ours, and is all the same to the baseline.
    if answer and answer.get("errorType") != "InvalidRequestError":
        raise RuntimeError(f"{handler.name} did not start: {answer}")
    return seconds


def _measure_imports(report: Report, ours: Handler, baseline: Handler) -> None:
    function, bare = import_milliseconds(ours, baseline)
    total, bare_total = sum(function.values()), sum(bare.values())
    report.section(
        f"The imports behind it: the {SHOWN_PACKAGES} largest packages by their self time (python -X importtime)",
    )
    table = report.table("package", "function", "share", "baseline")
    for name in sorted(function, key=function.__getitem__, reverse=True)[:SHOWN_PACKAGES]:
        table.add_row(name, f"{function[name]:.0f} ms", f"{function[name] / total:.0%}", f"{bare.get(name, 0):.0f} ms")
    table.add_row("all", f"{total:.0f} ms", "100%", f"{bare_total:.0f} ms")
    report.print(table)
