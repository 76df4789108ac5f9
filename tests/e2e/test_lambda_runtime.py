"""The package that `sam build` made, under the real Lambda runtime."""

import json

from sandbox.aws import Sandbox
from tests.e2e.conftest import PACKAGE
from tests.e2e.test_decommission import CONNECTION_ID, EVENT, build, output, standing, totals

EMULATOR = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_REPORT")


def test_a_run(lambda_sandbox: Sandbox) -> None:
    build(lambda_sandbox)
    assert "COMPLETED" == output(lambda_sandbox.run(EVENT))["phase"]
    assert CONNECTION_ID not in standing(lambda_sandbox)
    counted = totals(lambda_sandbox)
    assert (3, 1, 1) == tuple(
        counted[name] for name in ("VirtualInterfaceDeleted", "ConnectionDeleted", "DecommissionCompleted")
    )


def test_an_error_keeps_its_name(lambda_sandbox: Sandbox) -> None:
    execution = lambda_sandbox.run({"connectionId": "dxvif-fg5678gh"})
    assert ("FAILED", "InvalidRequestError") == (execution["status"], execution["error"])
    cause = json.loads(execution["cause"])
    assert "connectionId: String should match pattern '^dxcon-[0-9a-z]{8,21}$'" == cause["errorMessage"]
    errors = [json.loads(line) for line in lambda_sandbox.runtime.lines() if '"ERROR"' in line]
    assert {"InvalidRequestError"} == {line.get("error", line.get("errorType")) for line in errors}


def test_the_log_is_json_line_by_line(lambda_sandbox: Sandbox) -> None:
    build(lambda_sandbox)
    lambda_sandbox.run({"connectionId": "dxvif-fg5678gh"})
    lambda_sandbox.run(EVENT)
    # The emulator's own lines are text, whatever format it is told.
    printed = [line for line in lambda_sandbox.runtime.lines() if line and not line.startswith(EMULATOR)]
    documents = [json.loads(line) for line in printed]
    assert len(documents) > 10
    assert all(isinstance(document, dict) for document in documents)


def test_the_package_holds_what_runs_and_nothing_else() -> None:
    assert (PACKAGE / "decommission/handler.py").is_file()
    assert not [path.name for path in PACKAGE.iterdir() if path.name in {"moto", "sandbox", "tests", "pytest"}]
