"""One cold start of a handler under the real Lambda runtime, behind the emulator that the AWS SAM CLI ships."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox.runtime import function_environment

PATIENCE_SECONDS: Final = 60
# Short compared with a cold start, and long enough to leave the processor to it.
POLL_SECONDS: Final = 0.002


@dataclass(frozen=True, slots=True)
class Handler:
    """``path`` are the folders that the runtime imports from."""

    name: str
    path: Sequence[Path]
    environment: Mapping[str, str]

    def process_environment(self) -> dict[str, str]:
        return {**function_environment(self.environment), "PYTHONPATH": ":".join(str(folder) for folder in self.path)}


def cold_start(emulator: Path, handler: Handler, event: object) -> tuple[float, Any]:
    """Start the emulator and invoke the handler once; return the seconds until the answer, and the answer."""
    port, runtime_port = _free_ports()
    command: list[str | Path] = [
        emulator,
        "--log-level=error",
        f"--runtime-interface-emulator-address=127.0.0.1:{port}",
        f"--runtime-api-address=127.0.0.1:{runtime_port}",
        *(sys.executable, "-m", "awslambdaric", handler.name),
    ]
    began = time.perf_counter()
    with _running(command, handler):
        answer = _invoke(port, event, until=time.monotonic() + PATIENCE_SECONDS)
        return time.perf_counter() - began, answer


@contextlib.contextmanager
def _running(command: Sequence[str | Path], handler: Handler) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=handler.path[0],
        env=handler.process_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _invoke(port: int, event: object, *, until: float) -> Any:  # noqa: ANN401 - whatever a handler answers
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.connect()
            except ConnectionRefusedError:
                if time.monotonic() > until:
                    raise
                time.sleep(POLL_SECONDS)
                continue
            connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
            return json.loads(connection.getresponse().read())


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for listener in (one, other):
            listener.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
