"""
Two and three runs side by side, interleaved at every call boundary of small worlds.

One run makes some calls and stops, the next makes some and stops, and then each goes on to its end. Every number of
calls is tried, so that every pair of moments of two runs meets.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import product
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import AT_ONCE, Behaviour, DirectConnectBackend, ManualClock
from tests.support.driver import (
    APPROVED,
    REQUEST,
    as_json,
    environment,
    is_under_way,
    logging_to_standard_output,
    new_step,
    new_world,
    override,
)
from tests.support.happenings import OTHER_CONNECTION_ID, Scene
from tests.support.interleaving import Stepping
from tests.support.strategies import CONNECTION_ID, LAG_ID
from tests.support.witness import Witness, is_gone

QUICK: Final = Behaviour(virtual_interface_deletion=AT_ONCE, transitioning=AT_ONCE)
OTHER_REQUEST: Final[JSON] = {"connectionId": OTHER_CONNECTION_ID}
GATEWAY: Final = "gateway-1"
OURS, OTHERS, OF_LAG = "dxvif-aaaaaaa0", "dxvif-other001", "dxvif-oflag001"


@dataclass(slots=True)
class Run:
    """A run that can be stopped between any two of its calls to Direct Connect."""

    scene: Scene
    event: JSON
    stepping: Stepping | None = None
    phases: list[str] = field(default_factory=list)

    def go_on(self, calls: int) -> int:
        """Make so many calls; returns how many the run did not have any more."""
        while calls and is_under_way(self.event):
            self.stepping = self.stepping or self._begin()
            while calls and not self.stepping.has_ended:
                self.stepping.go_on()
                calls -= 1
            if self.stepping.has_ended:
                self._end_step()
        return calls

    def finish(self) -> None:
        while is_under_way(self.event):
            self.stepping = self.stepping or self._begin()
            self._end_step()

    def _begin(self) -> Stepping:
        scene, event = self.scene, self.event

        def work(pause: Callable[[], None]) -> JSON:
            witness = Witness(scene.world, scene.around, event, scene.changes, pause)
            result: JSON = as_json(new_step(scene.world, witness, around=scene.around)(as_json(event)))
            return result

        return Stepping(work)

    def _end_step(self) -> None:
        assert self.stepping is not None
        self.event = self.stepping.finish()
        self.stepping = None
        self.phases.append(self.event["phase"])
        self.scene.advance(self.event["waitSeconds"])


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    with redirect_stdout(StringIO()), environment(), logging_to_standard_output():
        yield


def one_connection() -> DirectConnectBackend:
    world = new_world(ManualClock(), "private", "private", behaviour=QUICK)
    world.add_connection(OTHER_CONNECTION_ID)
    return world


def one_gateway() -> DirectConnectBackend:
    """Make two approved connections, each with the other's last path."""
    world = new_world(ManualClock(), "transit", behaviour=QUICK)
    world.add_connection(OTHER_CONNECTION_ID, tags=APPROVED)
    world.add_virtual_interface(OTHER_CONNECTION_ID, OTHERS, type="transit", direct_connect_gateway_id=GATEWAY)
    world.virtual_interfaces[OURS].direct_connect_gateway_id = GATEWAY
    return world


def one_lag() -> DirectConnectBackend:
    """Make a LAG of two approved members, which needs one link and has an interface."""
    world = new_world(ManualClock(), behaviour=QUICK)
    world.add_lag(LAG_ID, minimum_links=1)
    world.add_connection(OTHER_CONNECTION_ID, tags=APPROVED, lag_id=LAG_ID)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_virtual_interface(LAG_ID, OF_LAG)
    return world


def played(world: DirectConnectBackend, requests: Sequence[JSON], calls: Sequence[int]) -> list[Run]:
    scene = Scene(world)
    runs = [Run(scene, request) for request in requests]
    for run, most in zip(runs, calls, strict=True):
        run.go_on(most)
    for run in runs:
        run.finish()
    return runs


def length(build: Callable[[], DirectConnectBackend], request: JSON) -> int:
    """Count the moments of a run that is alone."""
    most = 1_000
    return most - Run(Scene(build()), request).go_on(most)


def orders(build: Callable[[], DirectConnectBackend], *requests: JSON, stride: int = 1) -> Iterator[tuple[int, ...]]:
    return product(*(range(0, length(build, request) + 1, stride) for request in requests))


def test_two_runs_of_one_connection_both_complete() -> None:
    """Neither is blocked by what the other has deleted."""
    for calls in orders(one_connection, REQUEST, REQUEST):
        world = one_connection()
        runs = played(world, (REQUEST, REQUEST), calls)
        assert ["COMPLETED"] * 2 == [run.event["phase"] for run in runs], calls
        assert is_gone(world, CONNECTION_ID)


def test_three_runs_of_one_connection_all_complete() -> None:
    for calls in orders(one_connection, REQUEST, REQUEST, REQUEST, stride=5):
        runs = played(one_connection(), (REQUEST,) * 3, calls)
        assert ["COMPLETED"] * 3 == [run.event["phase"] for run in runs], calls


def test_the_last_two_paths_of_a_gateway_both_stay() -> None:
    for calls in orders(one_gateway, REQUEST, OTHER_REQUEST):
        world = one_gateway()
        runs = played(world, (REQUEST, OTHER_REQUEST), calls)
        assert ["BLOCKED"] * 2 == [run.event["phase"] for run in runs], calls
        assert {"available"} == {v.state for v in world.virtual_interfaces.values()}


def test_they_go_if_both_are_named() -> None:
    requests = [request | {"overrides": [override("redundancy", OURS, OTHERS)]} for request in (REQUEST, OTHER_REQUEST)]
    for calls in orders(one_gateway, *requests, stride=2):
        runs = played(one_gateway(), requests, calls)
        assert ["COMPLETED"] * 2 == [run.event["phase"] for run in runs], calls


def test_the_last_links_of_a_lag_both_stay_though_the_lag_is_named() -> None:
    requests = [request | {"overrides": [override("lag", LAG_ID)]} for request in (REQUEST, OTHER_REQUEST)]
    for calls in orders(one_lag, *requests):
        world = one_lag()
        runs = played(world, requests, calls)
        assert ["BLOCKED"] * 2 == [run.event["phase"] for run in runs], calls
        assert [LAG_ID] * 2 == [connection.lag_id for connection in world.connections.values()]


@pytest.mark.parametrize("withdrawn", ["approval", "protection"])
def test_the_brake_is_seen_by_the_next_step_at_every_moment(withdrawn: str) -> None:
    """Somebody puts it on between any two calls: at most the step that has already looked goes on."""
    for calls in range(length(one_connection, REQUEST)):
        scene = Scene(one_connection())
        run = Run(scene, REQUEST)
        run.go_on(calls)
        deleted = sum(1 for call in scene.world.calls if call.operation == "DeleteConnection")
        scene.changes.note()
        scene.world.connections[CONNECTION_ID].tags = (
            {} if withdrawn == "approval" else APPROVED | {"decommission-protected": ""}
        )
        if run.stepping is not None:
            run._end_step()  # noqa: SLF001 - the step that may have looked already
        before = len(scene.world.calls)
        run.finish()
        later = [call.operation for call in scene.world.calls[before:] if call.operation.startswith("Delete")]
        assert [] == later, calls
        assert deleted <= 1
