"""Two ways to run the functions: in this process, or under the real Lambda runtime."""

import contextlib
import importlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, Protocol

REGION = "eu-central-1"
# The packages of the functions.
PACKAGES = {"decommission", "notifier", "page", "sweep"}

# Fake: moto accepts any.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a function returned as ``payload``; if it raised, ``failed`` is true and ``payload`` describes the error."""

    payload: bytes
    failed: bool


class Runtime(Protocol):
    """Runs the functions, one invocation at a time; ``handler`` is the template's Handler of one of them."""

    def invoke(self, handler: str, payload: bytes, environment: Mapping[str, str]) -> Invocation: ...

    def lines(self) -> list[str]:
        """Return every line that the functions have printed so far: logs and metrics."""
        ...

    def stop(self) -> None: ...


def function_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Add to the template's variables those that Lambda sets and the function or its libraries read."""
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": "DecommissionFunction",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        # From the LoggingConfig of the template.
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "POWERTOOLS_METRICS_FUNCTION_NAME": "DecommissionFunction",
        **CREDENTIALS,
        **environment,
    }


@dataclass(frozen=True, slots=True)
class Context:
    """The part of Lambda's context object that powertools reads."""

    function_name: str = "DecommissionFunction"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:123456789012:function:DecommissionFunction"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


# One stream for the whole process, because powertools keeps the first that it has written to.
_printed = io.StringIO()
_one_at_a_time = threading.Lock()


class InProcess:
    """Imports a handler anew at its first invocation, as a cold start does, and calls it from then on."""

    def __init__(self) -> None:
        self._handlers: dict[str, Callable[[object, object], object]] = {}
        _printed.seek(0)
        _printed.truncate()

    def invoke(self, handler: str, payload: bytes, environment: Mapping[str, str]) -> Invocation:
        with _one_at_a_time, _environment(function_environment(environment)), contextlib.redirect_stdout(_printed):
            try:
                if handler not in self._handlers:
                    self._handlers[handler] = _imported(handler)
                answer = self._handlers[handler](json.loads(payload), Context())
                return Invocation(json.dumps(answer).encode(), failed=False)
            except Exception as error:  # noqa: BLE001 - Lambda reports every exception of a handler
                failure = {"errorMessage": str(error), "errorType": type(error).__name__}
                return Invocation(json.dumps(failure).encode(), failed=True)

    def lines(self) -> list[str]:
        return _printed.getvalue().splitlines()

    def stop(self) -> None:
        """Do nothing: there is no process to end."""


class LambdaRuntime:
    """
    Runs the package that ``sam build`` made under ``awslambdaric``, behind the emulator that the AWS SAM CLI ships.

    ``package`` is the folder that would be uploaded, ``emulator`` the ``aws-lambda-rie`` binary.
    """

    def __init__(self, package: Path, emulator: Path) -> None:
        self._package = package
        self._emulator = emulator
        self._urls: dict[str, str] = {}
        self._running: list[tuple[subprocess.Popen[str], threading.Thread]] = []
        self._lines: list[str] = []

    def invoke(self, handler: str, payload: bytes, environment: Mapping[str, str]) -> Invocation:
        with _one_at_a_time:
            if handler not in self._urls:
                self._urls[handler] = self._start(handler, function_environment(environment))
            with urllib.request.urlopen(self._urls[handler], data=payload) as response:  # noqa: S310 - our loopback address
                answer = response.read()
        # The emulator answers 200 for a failure too, and lacks the header with which Lambda reports one.
        described = json.loads(answer)
        return Invocation(answer, failed=isinstance(described, dict) and "errorType" in described)

    def _start(self, handler: str, environment: Mapping[str, str]) -> str:
        port, runtime_api_port = _free_port(), _free_port()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [
                self._emulator,
                "--log-level=error",
                f"--runtime-interface-emulator-address=127.0.0.1:{port}",
                f"--runtime-api-address=127.0.0.1:{runtime_api_port}",
                sys.executable,
                "-m",
                "awslambdaric",
                handler,
            ],
            cwd=self._package,
            # Only the package, so that the function runs with the SDK that it ships.
            env={
                **environment,
                "PYTHONPATH": str(self._package),
                "LAMBDA_TASK_ROOT": str(self._package),
                # Lambda's runtime has no time zones of its own.
                "PYTHONTZPATH": "",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        reader.start()
        self._running.append((process, reader))
        _wait_for(port)
        return f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"

    def _read(self, stream: IO[str]) -> None:
        with stream:
            self._lines.extend(line.rstrip("\n") for line in stream)

    def lines(self) -> list[str]:
        return list(self._lines)

    def stop(self) -> None:
        for process, reader in self._running:
            process.terminate()
            process.wait()
            reader.join()
        self._running.clear()
        self._urls.clear()


def _imported(path: str) -> Callable[[object, object], object]:
    """Import a handler anew, with all modules of the functions; those that tests have imported stay in place."""
    module, _, function = path.rpartition(".")
    before = _take_out_modules()
    try:
        handler: Callable[[object, object], object] = getattr(importlib.import_module(module), function)
    finally:
        _take_out_modules()
        sys.modules.update(before)
    return handler


def _take_out_modules() -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in PACKAGES}


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"the Lambda runtime emulator does not listen on port {port}")
