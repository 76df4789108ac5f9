"""What builds the same again is whole, whatever step is killed and taken again."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from decommission.schemas import JSON
from page.restore import files_of
from sandbox.directconnect import DirectConnectBackend, ManualClock
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, KilledError
from tests.support.driver import OF_LAG, REQUEST, Around, changes, is_under_way, new_step, take

type World = Callable[[ManualClock], DirectConnectBackend]
CHANGES: Final = ("Delete", "Disassociate", "Update")


def without_interfaces(clock: ManualClock) -> DirectConnectBackend:
    world = worlds.whole_lag(clock)
    for id_ in INTERFACE_IDS[:2]:
        del world.virtual_interfaces[id_]
    return world


def kit(world: World, event: JSON, *, killed_after: int | None) -> tuple[Mapping[str, str], int]:
    """Run to the end, and return what builds it again; the step that makes the change of this number is killed then."""
    clock, around, made = ManualClock(), Around(), 0
    backend = world(clock)

    def count(operation: str, _: object) -> None:
        nonlocal made
        made += operation.startswith(CHANGES)
        if made == killed_after and operation.startswith(CHANGES):
            raise KilledError

    backend.after_each = count
    step = new_step(backend, around=around)
    while is_under_way(event):
        try:
            event = take(step, event)
        except KilledError:
            clock.advance(seconds=5)
            continue
        clock.advance(seconds=event["waitSeconds"])
    assert "COMPLETED" == event["phase"]
    return files_of(around.document("restore.json"), around.document("plan.json")), len(changes(backend))


@pytest.mark.parametrize(
    ("world", "event"),
    [
        pytest.param(worlds.routed, REQUEST, id="connection"),
        pytest.param(worlds.some_approved, worlds.SOME, id="some interfaces"),
        pytest.param(worlds.member, REQUEST, id="member of a LAG"),
        pytest.param(worlds.whole_lag, OF_LAG, id="whole LAG"),
        pytest.param(without_interfaces, OF_LAG, id="whole LAG without interfaces"),
    ],
)
def test_a_step_that_is_killed_after_any_change_leaves_it_whole(world: World, event: JSON) -> None:
    whole, count = kit(world, event, killed_after=None)
    for number in range(1, count + 1):
        assert whole == kit(world, event, killed_after=number)[0], number
