"""``sam local invoke`` against the sandbox, as docs/operations.md shows it; needs Docker and Lambda's image."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import NEVER
from sandbox.runtime import CREDENTIALS, REGION, InProcess
from sandbox.stack import ROOT
from tests.e2e.runs import deletes

IMAGE = "public.ecr.aws/lambda/python:3.13"
EVENTS = ("events/plan.json", "events/eventbridge.json", "events/decommission.json")


def has_image() -> bool:
    docker = shutil.which("docker")
    inspect = [str(docker), "image", "inspect", IMAGE]
    return docker is not None and subprocess.run(inspect, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own command


def invoked(event: str, environment: Path) -> str:
    """Return what the function answered to the event in a file."""
    command = [
        *[".venv-sam/bin/sam", "local", "invoke", "DecommissionFunction", "--event", event],
        *["--env-vars", str(environment), "--add-host", "sandbox:host-gateway"],
    ]
    variables = {**os.environ, **CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0"}
    finished = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_each_event_takes_a_step(tmp_path: Path) -> None:
    if not has_image():
        pytest.skip(f"no Docker engine with the image {IMAGE} here")
    # A container does not reach this machine's loopback address.
    with Sandbox(InProcess(), host="0.0.0.0") as sandbox, ThreadPoolExecutor() as pool:  # noqa: S104 - see above
        world.build(sandbox)
        for interface in sandbox.direct_connect.virtual_interfaces.values():
            interface.deletion = NEVER
        environment = tmp_path / "sandbox.env.json"
        port = sandbox.endpoint_url.rpartition(":")[2]
        environment.write_text((ROOT / "events/sandbox.env.json").read_text().replace("4566", port))
        first = list(pool.map(lambda event: invoked(event, environment), EVENTS))
        # A result is the next event, and the step after the one that plans deletes.
        result = tmp_path / "result.json"
        result.write_text(first[-1])
        phases = [json.loads(answer).get("phase", answer) for answer in (*first, invoked(str(result), environment))]
        assert ["PLANNED", *["DELETING_VIRTUAL_INTERFACES"] * 3] == phases
        assert ["DeleteVirtualInterface"] * 3 == deletes(sandbox)
        assert any(key.endswith("/report.json") for key in sandbox.record())
