"""Template, state machine, function and world together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import Behaviour, Delay
from sandbox.runtime import InProcess, LambdaRuntime
from sandbox.stack import ROOT

PACKAGE = ROOT / ".aws-sam/build/DecommissionFunction"
QUICK = Behaviour(virtual_interface_deletion=Delay(looks=1), connection_deletion=Delay(looks=1))


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Deploy the application, with the function in this process and deletions that take one look."""
    with Sandbox(InProcess(), parameters=getattr(request, "param", None)) as deployed:
        deployed.direct_connect.behaviour = QUICK
        yield deployed


@pytest.fixture(scope="session")
def emulator() -> Path:
    """Find the Lambda runtime emulator that the AWS SAM CLI ships."""
    (found,) = ROOT.glob(".venv-sam/lib/python3.13/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64")
    return found


@pytest.fixture
def lambda_sandbox(emulator: Path) -> Iterator[Sandbox]:
    """Deploy the application, with the package that `sam build` made under the real Lambda runtime."""
    with Sandbox(LambdaRuntime(PACKAGE, emulator)) as deployed:
        deployed.direct_connect.behaviour = QUICK
        yield deployed
