"""The package that ``sam build`` made, under the real Lambda runtime."""

import json
from pathlib import Path

from sandbox.aws import Sandbox
from tests.e2e.conftest import PACKAGE
from tests.e2e.runs import CONNECTION_ID, EVENT, available, build, failure, output, totals

# The emulator prints these lines as text, whatever log format is set.
EMULATOR = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_REPORT")


def test_an_error_and_a_run(lambda_sandbox: Sandbox) -> None:
    build(lambda_sandbox)
    execution = lambda_sandbox.run({"connectionId": "dxvif-fg5678gh"})
    assert "InvalidRequestError" == failure(execution)
    assert json.loads(execution["cause"])["errorMessage"].startswith("connectionId: ")
    errors = [json.loads(line) for line in lambda_sandbox.runtime.lines() if '"ERROR"' in line]
    assert {"InvalidRequestError"} == {line.get("error", line.get("errorType")) for line in errors}

    assert "COMPLETED" == output(lambda_sandbox.run(EVENT))["phase"]
    assert {"plan", "report"} == {Path(key).stem for key in lambda_sandbox.record() if key.endswith(".html")}
    assert CONNECTION_ID not in available(lambda_sandbox)
    counted = totals(lambda_sandbox)
    assert (3, 1, 1) == tuple(
        counted[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    )
    printed = [line for line in lambda_sandbox.runtime.lines() if line and not line.startswith(EMULATOR)]
    assert len(printed) > 10
    assert {dict} == {type(json.loads(line)) for line in printed}, "each line of the log is JSON"


def test_a_sweep(lambda_sandbox: Sandbox) -> None:
    build(lambda_sandbox)
    lambda_sandbox.direct_connect.connections[CONNECTION_ID].tags |= {"decommission-after": "2026-10-31"}
    result = output(lambda_sandbox.sweep({"scheduledTime": "2026-11-01T02:00:00Z"}))
    assert {"PLANNED": 1} == {end: count for end, count in result["counts"].items() if count}


def test_the_package_holds_what_runs_and_nothing_else() -> None:
    assert (PACKAGE / "decommission/handler.py").is_file()
    assert not [path.name for path in PACKAGE.iterdir() if path.name in {"moto", "sandbox", "tests", "pytest"}]
