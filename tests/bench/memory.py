"""The peak memory of the function's process, for the largest connection."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, Delay
from sandbox.runtime import LambdaRuntime
from sandbox.world import QUIET_BPS
from sandbox.world import measure as quiet
from tests.bench.report import Report
from tests.support.driver import APPROVED

VIRTUAL_INTERFACES: Final = 51
LARGEST_MEGABYTES: Final = 128
# The template's, which tells the process of the function from the notifier's.
HANDLER: Final = "decommission.handler.handler"
CONNECTION_ID: Final = "dxcon-fg5678gh"


def measure(report: Report, package: Path, emulator: Path) -> None:
    report.section(
        f"Peak memory of the function's process, over a whole decommission of {VIRTUAL_INTERFACES} virtual interfaces",
        "The built package under the Lambda runtime emulator, against the sandbox (VmHWM, shared pages included).",
    )
    with Sandbox(LambdaRuntime(package, emulator)) as sandbox:
        world = sandbox.direct_connect
        # The sandbox waits in real time, so deletions end at the second look.
        world.behaviour = Behaviour(virtual_interface_deletion=Delay(looks=1))
        world.add_connection(CONNECTION_ID, tags=APPROVED)
        for _ in range(VIRTUAL_INTERFACES):
            world.add_virtual_interface(CONNECTION_ID, direct_connect_gateway_id="")
        quiet(sandbox, CONNECTION_ID, QUIET_BPS)
        execution = sandbox.run({"connectionId": CONNECTION_ID})
        if execution["status"] != "SUCCEEDED" or json.loads(execution["output"])["phase"] != "COMPLETED":
            raise RuntimeError(f"the run did not end well: {execution}")
        megabytes = _peak_megabytes(emulator)
    table = report.table("peak", "bound", "holds")
    table.add_row(
        f"{megabytes:.0f} MB",
        f"{LARGEST_MEGABYTES} MB",
        report.verdict("peak memory", holds=megabytes <= LARGEST_MEGABYTES),
    )
    report.print(table)


def _peak_megabytes(emulator: Path) -> float:
    """Return the peak memory of the function; each emulator that this process started has one function as its child."""
    function_ids = [
        function_id
        for child in _children(os.getpid())
        if Path(f"/proc/{child}/exe").readlink() == emulator.resolve()
        for function_id in _children(child)
        if HANDLER in Path(f"/proc/{function_id}/cmdline").read_text()
    ]
    (function_id,) = function_ids
    return _number(function_id, "VmHWM") / 1024


def _children(parent: int) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and folder.exists() and _number(int(folder.name), "PPid") == parent:
            yield int(folder.name)


def _number(process: int, name: str) -> int:
    """Read one line of a process's status; -1 if the process has ended, or has no such line."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return -1
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) if found else -1
