"""Tables and panels that show a run while it goes on, and after it."""

import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from decommission.documents import at_start, port_of
from sandbox.aws import Sandbox
from sandbox.directconnect import DirectConnectBackend
from sandbox.stack import ROOT

REFRESH_SECONDS = 0.25
RECORD = ROOT / ".record"
COLOURS = {
    "available": "green",
    "deleting": "yellow",
    "deleted": "dim",
    "rejected": "dim",
    "absent": "dim",
    "PASS": "green",
    "WARN": "yellow",
    "OVERRIDDEN": "bold yellow",
    "BLOCK": "bold red",
    "COMPLETED": "bold green",
    "PLANNED": "bold green",
    "BLOCKED": "bold red",
    "TIMED_OUT": "bold red",
}


def console() -> Console:
    # Bound to the real stdout: while the function runs in this process, sys.stdout collects what the function prints.
    return Console(markup=False, file=sys.stdout, highlight=False)


def watch(sandbox: Sandbox, arn: str, out: Console) -> None:
    """Show an execution until it has ended; without a terminal, print one line for each change."""
    began = time.monotonic()
    if out.is_terminal:
        with Live(console=out, refresh_per_second=1 / REFRESH_SECONDS) as live:
            for _ in _looks(sandbox, arn):
                live.update(_progress(sandbox, arn, time.monotonic() - began))
        return
    known: set[str] = set()
    for _ in _looks(sandbox, arn):
        news = [line for line in _lines(sandbox, arn) if line not in known]
        for line in news:
            out.print(f"{time.monotonic() - began:6.1f} s  {line}", soft_wrap=True)
        known.update(news)


def _looks(sandbox: Sandbox, arn: str) -> Iterator[None]:
    """Yield while the execution runs, and once more after it has ended."""
    while True:
        running = sandbox.execution(arn)["status"] == "RUNNING"
        yield
        if not running:
            return
        time.sleep(REFRESH_SECONDS)


def _lines(sandbox: Sandbox, arn: str) -> Iterator[str]:
    for name, description, state in _resources(sandbox.direct_connect):
        yield f"{name.strip()} ({description}): {state}"
    for result in sandbox.results(arn)[-1:]:
        yield f"{result['phase']}: {result['reason']}"


def _progress(sandbox: Sandbox, arn: str, seconds: float) -> RenderableType:
    results = sandbox.results(arn)
    last = results[-1] if results else {"phase": "STARTING", "reason": "the first step has not returned yet"}
    phase = (last["phase"], COLOURS.get(last["phase"], "bold yellow"))
    headline = Text.assemble((f"{seconds:5.1f} s  ", "dim"), phase, f"  step {len(results)}")
    return Group(world_table(sandbox.direct_connect), Panel(Text(last["reason"]), title=headline, title_align="left"))


def world_table(world: DirectConnectBackend, title: str | None = None) -> Table:
    table = Table("resource", "what it is", "state", title=title, title_justify="left")
    for name, description, state in _resources(world):
        table.add_row(name, description, Text(state, COLOURS.get(state, "")))
    return table


def _resources(world: DirectConnectBackend) -> Iterator[tuple[str, str, str]]:
    """List every port with its virtual interfaces, as they are now, without a call to the API."""
    now = world.clock()
    for resource in world.resources():
        resource.settle(now)
    for connection in world.connections.values():
        group = f", in {connection.lag_id}" if connection.lag_id else ""
        yield connection.id, f"connection {connection.name}, {connection.bandwidth}{group}", connection.state
        yield from _virtual_interfaces(world, connection.id)
    for lag in world.lags.values():
        yield lag.id, f"LAG {lag.name}, minimum links: {lag.minimum_links}", lag.state
        yield from _virtual_interfaces(world, lag.id)


def _virtual_interfaces(world: DirectConnectBackend, port_id: str) -> Iterator[tuple[str, str, str]]:
    for v in world.virtual_interfaces.values():
        if v.connection_id == port_id:
            yield f"  {v.id}", f"{v.type} virtual interface {v.name}, VLAN {v.vlan}", v.state


def summary(sandbox: Sandbox, arn: str, out: Console) -> None:
    """Print plan, verdicts, result, metrics and record, and what is left in the world."""
    results = sandbox.results(arn)
    if results and results[-1]["plan"]:
        out.print(_plan_table(results[-1]))
        out.print(_guards_table(results[-1]["guards"]))
    out.print(_end(sandbox.execution(arn)))
    out.print(_metrics_table(sandbox.metrics()))
    record = sandbox.record()
    out.print(_record_table(record))
    out.print("record:", _kept(record), soft_wrap=True)
    for key, body in record.items():
        if key.endswith("/report.json"):
            _print_report(json.loads(body), out)
    out.print(world_table(sandbox.direct_connect, title="what is left"))


def _plan_table(result: dict[str, Any]) -> Table:
    plan, port = result["plan"], at_start(result)
    table = Table("delete", "type", "VLAN", "owner", "gateway", title=f"plan {plan['digest']}", title_justify="left")
    for v in plan["virtualInterfaces"]:
        gateway = v["directConnectGatewayId"] or v["virtualGatewayId"] or ""
        table.add_row(
            v["virtualInterfaceId"], f"{v['type']} virtual interface", str(v["vlan"]), v["ownerAccount"], gateway
        )
    if not plan.get("keepsConnection"):
        for member in port.get("members", ()):
            table.add_row(member["connectionId"], _connection(member), "", plan["ownerAccount"], "")
        kind = f"LAG {port['name']}" if "members" in port else _connection(port)
        table.add_row(port_of(result)[1], kind, "", plan["ownerAccount"], "")
    return table


def _connection(connection: Mapping[str, Any]) -> str:
    return f"connection {connection['name']}, {connection['bandwidth']} at {connection['location']}"


def _guards_table(verdicts: list[dict[str, str]]) -> Table:
    table = Table("guard", "verdict", "why", title="guards", title_justify="left")
    for verdict in verdicts:
        outcome = Text(verdict["outcome"], COLOURS[verdict["outcome"]])
        table.add_row(verdict["guard"], outcome, verdict["reason"])
    return table


def _end(execution: dict[str, Any]) -> Panel:
    if "output" not in execution:
        return Panel(execution["cause"], title=f"failed: {execution['error']}", title_align="left", style="red")
    result = json.loads(execution["output"])
    # These have a table of their own.
    tables = {"plan", "guards", "connectionAtStart", "lagAtStart"}
    shown = {name: value for name, value in result.items() if name not in tables}
    return Panel(json.dumps(shown, indent=2), title="result", title_align="left")


def _print_report(report: dict[str, Any], out: Console) -> None:
    if report["phase"] != "COMPLETED":
        return
    saving = report["estimatedMonthlySavingUsd"]
    if saving is not None:
        out.print(f"saves about {saving:,.0f} USD a month, by AWS's prices of September 2026")
    for id_ in report["goneWithoutThisRun"]:
        out.print(f"gone without this run: {id_}")
    for left in report["leftBehind"]:
        out.print(f"left behind: {left['id']}: {left['why']}", soft_wrap=True)
    for task in report["toDo"]:
        out.print(f"still to do: {task}")


def _record_table(record: Mapping[str, bytes]) -> Table:
    table = Table("object", "bytes", title="record", title_justify="left")
    for key, body in sorted(record.items()):
        table.add_row(key, str(len(body)))
    return table


def _kept(record: Mapping[str, bytes]) -> Path:
    """Write the record to files, in the place of the last one, so that its pages can be opened in a browser."""
    shutil.rmtree(RECORD, ignore_errors=True)
    for key, body in record.items():
        (RECORD / key).parent.mkdir(parents=True, exist_ok=True)
        (RECORD / key).write_bytes(body)
    return RECORD


def _metrics_table(documents: list[dict[str, Any]]) -> Table:
    """Add up the counts of all steps; show the last value of a metric that each step measures anew."""
    values: dict[str, float] = {}
    units: dict[str, str] = {}
    for document in documents:
        for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            name, units[metric["Name"]] = metric["Name"], metric["Unit"]
            values[name] = sum(document[name]) + (0 if name == "VirtualInterfacesRemaining" else values.get(name, 0))
    table = Table("metric", "value", "unit", title="metrics emitted", title_justify="left")
    for name in sorted(values):
        table.add_row(name, f"{values[name]:g}", units[name])
    return table
