"""The world that most tests of the deployed application begin with, and what they read from it afterwards."""

import json
from collections import Counter
from typing import Any

from sandbox.aws import Sandbox
from sandbox.world import QUIET_BPS, measure

CONNECTION_ID = "dxcon-fg5678gh"
EVENT = {"connectionId": CONNECTION_ID}


def build(sandbox: Sandbox) -> None:
    """Add an approved connection with three interfaces, and a connection with one that has to stay."""
    world = sandbox.direct_connect
    world.add_connection(CONNECTION_ID, tags={"decommission": "approved"})
    for kind in ("private", "public", "transit"):
        world.add_virtual_interface(CONNECTION_ID, type=kind)
    world.add_connection("dxcon-ffabc123")
    world.add_virtual_interface("dxcon-ffabc123", "dxvif-ffabc123")
    measure(sandbox, CONNECTION_ID, QUIET_BPS)


def available(sandbox: Sandbox) -> set[str]:
    return {resource.id for resource in sandbox.direct_connect.resources() if resource.state == "available"}


def totals(sandbox: Sandbox) -> Counter[str]:
    counted: Counter[str] = Counter()
    for document in sandbox.metrics():
        for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            counted[metric["Name"]] += sum(document[metric["Name"]])
    return counted


def output(execution: dict[str, Any]) -> dict[str, Any]:
    """Return the output of an execution that succeeded."""
    assert execution["status"] == "SUCCEEDED", execution
    result: dict[str, Any] = json.loads(execution["output"])
    return result


def failure(execution: dict[str, Any]) -> str:
    """Return the error of an execution that failed."""
    assert execution["status"] == "FAILED", execution
    error: str = execution["error"]
    return error


def deletes(sandbox: Sandbox) -> list[str]:
    return [call.operation for call in sandbox.direct_connect.calls if call.operation.startswith("Delete")]


def executions(sandbox: Sandbox) -> list[str]:
    """List the ARNs of the executions that were started so far."""
    found = sandbox.client("stepfunctions").list_executions(stateMachineArn=sandbox.stack.outputs["StateMachineArn"])
    return [execution["executionArn"] for execution in found["executions"]]


def documents(sandbox: Sandbox, run: int = 0) -> dict[str, Any]:
    """Return the JSON documents that the record holds of a run, by name; -1 is the last run."""
    objects = sandbox.record()
    folder = sorted({"/".join(key.split("/")[:2]) for key in objects})[run]
    names = {key: key.removeprefix(f"{folder}/") for key in objects}
    return {name: json.loads(objects[key]) for key, name in names.items() if name.endswith(".json") and "/" not in name}
