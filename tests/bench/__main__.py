"""
Measure the function, and fail if a bound does not hold.

    python -m tests.bench --package .aws-sam/build/DecommissionFunction --emulator <aws-lambda-rie>
"""

import argparse
import os
from pathlib import Path

from tests.bench import api_calls, cold_start, memory, noticing, step_time
from tests.bench.function import ENVIRONMENT
from tests.bench.report import Report


def main() -> int:
    arguments = _parser().parse_args()
    package, emulator = arguments.package.resolve(strict=True), arguments.emulator.resolve(strict=True)
    os.environ.update(ENVIRONMENT)
    report = Report()
    api_calls.measure(report)
    cold_start.measure(report, package, emulator)
    step_time.measure(report)
    memory.measure(report, package, emulator)
    noticing.measure(report)
    return report.conclude()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure the function against its bounds.")
    parser.add_argument("--package", type=Path, required=True, help="what `sam build` built")
    parser.add_argument("--emulator", type=Path, required=True, help="the aws-lambda-rie binary")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
