"""Drives a step as the state machine does: hands its result on as the next event, and waits as long as that says."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from decommission.direct_connect import DirectConnect
from decommission.settings import Settings
from decommission.step import Step, logger
from sandbox.directconnect import Behaviour, DirectConnectBackend, InProcessClient, ManualClock
from tests.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    from decommission.contract import JSON

REQUEST: Final = {"connectionId": CONNECTION_ID}
SETTINGS: Final = Settings(patience_minutes=240, minimum_wait_seconds=10)
ENVIRONMENT: Final = {"POWERTOOLS_METRICS_NAMESPACE": "Decommission", "POWERTOOLS_SERVICE_NAME": "driver"}
DELETES: Final = frozenset({"DeleteVirtualInterface", "DeleteConnection"})


def new_world(clock: ManualClock, *kinds: str, behaviour: Behaviour | None = None) -> DirectConnectBackend:
    """Make a world in which there is the connection, and on it a virtual interface of each of these kinds."""
    world = DirectConnectBackend("eu-central-1", ACCOUNT)
    world.clock = clock
    world.behaviour = behaviour or Behaviour()
    world.add_connection(CONNECTION_ID)
    for number, kind in enumerate(kinds):
        world.add_virtual_interface(CONNECTION_ID, f"dxvif-aaaaaaa{number}", type=kind)
    return world


def new_step(world: DirectConnectBackend, client: object = None, *, jitter: float = 1) -> Step:
    """Make a step that lives in the time of this world."""
    direct_connect = DirectConnect(cast("Any", client or InProcessClient(world)))
    return Step(direct_connect, SETTINGS, clock=world.clock, jitter=lambda: jitter)


def take(step: Step, event: object) -> JSON:
    """Take one step, in the environment of a Lambda function, and with JSON on both sides of it."""
    with _environment(), _logging_to_standard_output():
        result: JSON = as_json(step(as_json(event)))
        return result


def drive(step: Step, event: object, clock: ManualClock, *, most_steps: int = 2_000) -> list[JSON]:
    """Step until a phase in which nothing waits, and return the result of each step."""
    results: list[JSON] = []
    for _ in range(most_steps):
        results.append(take(step, results[-1] if results else event))
        if not results[-1]["phase"].startswith("DELETING"):
            return results
        clock.advance(seconds=results[-1]["waitSeconds"])
    raise AssertionError(f"no end after {most_steps} steps: {results[-1]['reason']}")


def as_json(value: object) -> Any:  # noqa: ANN401  # as json.loads
    return json.loads(json.dumps(value))


def asked(world: DirectConnectBackend) -> list[str]:
    """List the ids in the delete calls that arrived, whatever became of them."""
    return [next(iter(call.parameters.values())) for call in world.calls if call.operation in DELETES]


def metrics_in(printed: str) -> list[JSON]:
    """Return the documents in the embedded metric format."""
    return [line for line in _lines(printed) if "_aws" in line]


def logs_in(printed: str) -> list[JSON]:
    return [line for line in _lines(printed) if "_aws" not in line]


def totals_in(printed: str) -> Counter[str]:
    """Sum up every metric over everything that was printed."""
    totals: Counter[str] = Counter()
    for document in metrics_in(printed):
        for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            totals[metric["Name"]] += sum(document[metric["Name"]])
    return totals


def _lines(printed: str) -> list[JSON]:
    return [json.loads(line) for line in printed.splitlines()]


@contextmanager
def _environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@contextmanager
def _logging_to_standard_output() -> Iterator[None]:
    # The logger took hold of standard output when it was made, before pytest or a test put another one there.
    handler = cast("logging.StreamHandler[Any]", logger.registered_handler)
    before = handler.setStream(sys.stdout)
    try:
        yield
    finally:
        if before is not None:
            handler.setStream(before)
