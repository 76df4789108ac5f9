"""How much longer the function takes to start than a bare boto3 client."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.emulator import Handler, cold_start
from tests.bench.function import ENVIRONMENT
from tests.bench.report import Report

PAIRS: Final = 15
LONGEST_RATIO: Final = 1.4

# The shortest handler that can call Direct Connect.
BASELINE: Final = """\
import boto3

client = boto3.client("directconnect")


def handler(event, context):
    return {}
"""


def measure(report: Report, package: Path, emulator: Path) -> None:
    report.section(
        f"Cold start under the Lambda runtime emulator, median of {PAIRS} pairs, taken in turn",
        "From the start of the process to the first answer, which calls nothing: the event is refused.",
        "Baseline: a handler that imports boto3 and makes the Direct Connect client. Bound: 1.4 times the baseline.",
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "baseline.py").write_text(BASELINE)
        ours = Handler("decommission.handler.handler", (package,), ENVIRONMENT)
        baseline = Handler("baseline.handler", (Path(folder), package), ENVIRONMENT)
        # The first pair compiles the modules and fills the page cache, so it does not count.
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
    # Our handler refuses the empty event; the baseline ignores it.
    if answer and answer.get("errorType") != "InvalidRequestError":
        raise RuntimeError(f"{handler.name} did not start: {answer}")
    return seconds
