"""Runs side by side that stop between any two of their calls, in worlds where deletions take no time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from decommission.schemas import JSON
from sandbox.directconnect import AT_ONCE, Behaviour, DirectConnectBackend, ManualClock
from tests.support.driver import as_json, blocked_by, is_under_way, new_step, new_world
from tests.support.happenings import OTHER_CONNECTION_ID, Scene
from tests.support.interleaving import Stepping
from tests.support.witness import Witness

QUICK: Final = Behaviour(virtual_interface_deletion=AT_ONCE, transitioning=AT_ONCE)


@dataclass(slots=True)
class Run:
    """A run that can be stopped between any two of its calls to Direct Connect."""

    scene: Scene
    event: JSON
    stepping: Stepping | None = None
    # How many times the run still reaches a call, or the end of a step, before it stops; 0 never stops. Only then does
    # its thread hand over to the test, because that takes longer than a call.
    moments: int = 0

    def go_on(self, moments: int) -> int:
        """Go on by this number of moments; return how many of them are left when the run has ended."""
        self.moments = moments
        while self.moments and is_under_way(self.event):
            self.stepping = self.stepping or self._begin()
            self.stepping.go_on()
            if self.stepping.has_ended:
                self.moments -= 1
                self.end_step()
        return self.moments

    def finish(self) -> None:
        self.moments = 0
        while is_under_way(self.event):
            self.stepping = self.stepping or self._begin()
            self.end_step()

    def end_step(self) -> None:
        assert self.stepping is not None
        self.event = self.stepping.finish()
        self.stepping = None
        self.scene.advance(self.event["waitSeconds"])

    def _begin(self) -> Stepping:
        scene, event = self.scene, self.event

        def work(pause: Callable[[], None]) -> JSON:
            def stop() -> None:
                self.moments -= 1
                if self.moments == 0:
                    pause()

            witness = Witness(scene.world, scene.around, event, scene.changes, stop)
            result: JSON = as_json(new_step(scene.world, witness, around=scene.around)(as_json(event)))
            return result

        return Stepping(work)


def one_connection() -> DirectConnectBackend:
    world = new_world(ManualClock(), "private", "private", behaviour=QUICK)
    world.add_connection(OTHER_CONNECTION_ID)
    return world


def played(world: DirectConnectBackend, requests: Sequence[JSON], moments: Sequence[int]) -> list[Run]:
    scene = Scene(world)
    runs = [Run(scene, request) for request in requests]
    for run, most in zip(runs, moments, strict=True):
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


def ends(runs: Iterable[Run]) -> list[tuple[str, list[str]]]:
    return [(run.event["phase"], blocked_by(run.event)) for run in runs]
