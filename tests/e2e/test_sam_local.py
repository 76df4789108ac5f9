"""`sam local invoke`, as the README shows it, against the sandbox; where a Docker engine and Lambda's image are."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import NEVER
from sandbox.runtime import CREDENTIALS, REGION, InProcess
from sandbox.stack import ROOT

IMAGE = "public.ecr.aws/lambda/python:3.13"


def has_image() -> bool:
    docker = shutil.which("docker")
    inspect = [str(docker), "image", "inspect", IMAGE]
    return docker is not None and subprocess.run(inspect, capture_output=True, check=False).returncode == 0  # noqa: S603


def invoke(event: str, environment: Path) -> subprocess.CompletedProcess[str]:
    command = [
        *[".venv-sam/bin/sam", "local", "invoke", "DecommissionFunction", "--event", event],
        *["--env-vars", str(environment), "--add-host", "sandbox:host-gateway"],
    ]
    variables = {**os.environ, **CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603


def test_each_event_takes_a_step(tmp_path: Path) -> None:
    if not has_image():
        pytest.skip(f"no Docker engine with the image {IMAGE} here")
    # A container reaches this machine by another address than loopback.
    with Sandbox(InProcess(), host="0.0.0.0") as sandbox:  # noqa: S104
        world.build(sandbox)
        for interface in sandbox.direct_connect.virtual_interfaces.values():
            interface.deletion = NEVER
        environment = tmp_path / "sandbox.env.json"
        port = sandbox.endpoint_url.rpartition(":")[2]
        environment.write_text((ROOT / "events/sandbox.env.json").read_text().replace("4566", port))
        result = tmp_path / "result.json"
        phases = []
        # A result is the next event: the step after the one that plans deletes.
        for event in ("events/plan.json", "events/eventbridge.json", "events/decommission.json", str(result)):
            finished = invoke(event, environment)
            assert finished.returncode == 0, finished.stderr
            phases.append(json.loads(finished.stdout).get("phase", finished.stdout))
            result.write_text(finished.stdout)
        assert ["PLANNED", *["DELETING_VIRTUAL_INTERFACES"] * 3] == phases
        deletes = [c for c in sandbox.direct_connect.calls if c.operation == "DeleteVirtualInterface"]
        assert len(deletes) == 3
        assert any(key.endswith("/report.json") for key in sandbox.record())
