"""The deployed application: one deployment for each file of tests, emptied for each test."""

import platform
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, Delay
from sandbox.runtime import LambdaRuntime
from sandbox.stack import ROOT
from tests.e2e.deployment import Deployment

PACKAGE = ROOT / ".aws-sam/build/DecommissionFunction"
QUICK = Behaviour(virtual_interface_deletion=Delay(looks=1), connection_deletion=Delay(looks=1))
# How much faster than the state machine says its waits and its retries are here.
HASTE = 20


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the waits of state machines; a step still returns the seconds that it asks for."""

    def wait(_: WaitFunction, env: Environment, wait_seconds: float) -> None:
        env.program_state_event.wait(wait_seconds / HASTE)

    monkeypatch.setattr(WaitFunction, "_wait_interval", wait)
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / HASTE)))


@pytest.fixture(scope="module")
def _deployment() -> Iterator[Deployment]:
    with Deployment() as deployment:
        yield deployment


@pytest.fixture
def sandbox(_deployment: Deployment, request: pytest.FixtureRequest) -> Sandbox:
    """Return an empty sandbox in which deletions take one look; ``request.param`` are the template's parameters."""
    deployed = _deployment.emptied(getattr(request, "param", {}))
    deployed.direct_connect.behaviour = QUICK
    return deployed


@pytest.fixture
def two_sites(sandbox: Sandbox) -> Sandbox:
    """Return a sandbox with the world of ``make run``, in which deletions take one look."""
    world.build(sandbox)
    sandbox.direct_connect.behaviour = QUICK
    for interface in sandbox.direct_connect.virtual_interfaces.values():
        interface.deletion = None
    return sandbox


@pytest.fixture
def lambda_sandbox() -> Iterator[Sandbox]:
    """Deploy the package that ``sam build`` made, under the real Lambda runtime."""
    machine = platform.machine().replace("aarch64", "arm64")
    (emulator,) = ROOT.glob(f".venv-sam/lib/python3.13/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    with Sandbox(LambdaRuntime(PACKAGE, emulator)) as deployed:
        deployed.direct_connect.behaviour = QUICK
        yield deployed
