"""Cloud Custodian's own code, with the policies of events/custodian-policy.yaml, against the deployed sandbox."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.runtime import CREDENTIALS, REGION
from sandbox.stack import ROOT
from tests.e2e.runs import executions, output

MARK = "decommission-marked"


def run_custodian(sandbox: Sandbox, folder: Path) -> list[str]:
    """Run both policies once, and return the executions that exist afterwards."""
    machine = sandbox.stack.outputs["StateMachineArn"]
    policies = folder / "policies.yaml"
    policies.write_text((ROOT / "events/custodian-policy.yaml").read_text().replace("${StateMachineArn}", machine))
    command = [".venv-custodian/bin/custodian", "run", "--output-dir", str(folder), "--cache-period", "0"]
    subprocess.run(  # noqa: S603 - our own command
        [*command, "--region", REGION, str(policies)],
        cwd=ROOT,
        env={**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": sandbox.endpoint_url, "AWS_DEFAULT_REGION": REGION},
        check=True,
        capture_output=True,
    )
    return executions(sandbox)


def mark(sandbox: Sandbox, on: datetime) -> None:
    value = f"Resource does not meet policy: invoke-sfn@{on:%Y/%m/%d}"
    sandbox.direct_connect.connections[world.CONNECTION_ID].tags[MARK] = value


def test_a_marked_connection_is_decommissioned_on_its_day(two_sites: Sandbox, tmp_path: Path) -> None:
    mark(two_sites, datetime.now(UTC) + timedelta(days=3))
    assert [] == run_custodian(two_sites, tmp_path)
    mark(two_sites, datetime.now(UTC) - timedelta(days=1))
    (arn,) = run_custodian(two_sites, tmp_path)
    result = output(two_sites.finish(arn))
    assert ("COMPLETED", world.CONNECTION_ID) == (result["phase"], result["connectionId"])
    assert "Cloud Custodian policy decommission-marked-connections" == result["request"]["reason"]


def test_a_connection_that_is_down_is_marked(two_sites: Sandbox, tmp_path: Path) -> None:
    connection = two_sites.direct_connect.connections[world.CONNECTION_ID]
    connection.state = "down"
    assert [] == run_custodian(two_sites, tmp_path)
    assert "invoke-sfn@" in connection.tags[MARK]
