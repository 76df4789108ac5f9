"""What a handler's imports cost, package by package."""

import re
import subprocess
import sys
from collections import Counter
from statistics import median
from typing import Final

from tests.bench.emulator import PATIENCE_SECONDS, Handler

REPETITIONS: Final = 5
STANDARD_LIBRARY: Final = "standard library"
HANDLER: Final = "handler module, with the client that it makes"

_LINE: Final = re.compile(r"import time: +(?P<self>\d+) \| +\d+ \| +(?P<module>[\w.]+)")


def import_milliseconds(*handlers: Handler) -> list[dict[str, float]]:
    """Import the handlers' modules in turn, in processes of their own; the median self time of each package."""
    rounds = [[_import_once(handler) for handler in handlers] for _ in range(REPETITIONS)]
    return [
        {package: median(sample[package] for sample in samples) / 1000 for package in samples[0]}
        for samples in zip(*rounds, strict=True)
    ]


def _import_once(handler: Handler) -> Counter[str]:
    module = handler.name.rpartition(".")[0]
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    process = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=handler.path[0],
        env=handler.process_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    microseconds: Counter[str] = Counter()
    for line in _LINE.finditer(process.stderr):
        microseconds[HANDLER if line["module"] == module else _package(line["module"])] += int(line["self"])
    return microseconds


def _package(module: str) -> str:
    top = module.partition(".")[0]
    return STANDARD_LIBRARY if top in sys.stdlib_module_names else top
