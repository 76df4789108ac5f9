"""
Two and three runs of one connection, interleaved at every call boundary.

One run makes some calls and stops, then the next one does, and then each goes on to its end. Every number of calls is
tried, so that each moment of one run meets each moment of the other.
"""

import pytest

from tests.property.side_by_side import Run, ends, length, one_connection, orders, played
from tests.support.driver import APPROVED, PROTECTED, REQUEST
from tests.support.happenings import Scene
from tests.support.strategies import CONNECTION_ID
from tests.support.witness import is_gone

pytestmark = pytest.mark.usefixtures("quiet")


def test_two_runs_of_one_connection_both_complete() -> None:
    for calls in orders(one_connection, REQUEST, REQUEST):
        world = one_connection()
        runs = played(world, (REQUEST, REQUEST), calls)
        assert [("COMPLETED", [])] * 2 == ends(runs), calls
        assert is_gone(world, CONNECTION_ID)


def test_three_runs_of_one_connection_all_complete() -> None:
    for calls in orders(one_connection, REQUEST, REQUEST, REQUEST, stride=5):
        runs = played(one_connection(), (REQUEST,) * 3, calls)
        assert [("COMPLETED", [])] * 3 == ends(runs), calls


@pytest.mark.parametrize("tags", [{}, APPROVED | PROTECTED], ids=["approval removed", "protected"])
def test_a_changed_tag_stops_the_next_step_that_would_delete(tags: dict[str, str]) -> None:
    """The tag is changed between any two calls: at most the step that has already looked still deletes."""
    for calls in range(length(one_connection, REQUEST)):
        scene = Scene(one_connection())
        run = Run(scene, REQUEST)
        run.go_on(calls)
        scene.changes.note()
        scene.world.connections[CONNECTION_ID].tags = dict(tags)
        if run.stepping is not None:
            run.end_step()
        before = len(scene.world.calls)
        run.finish()
        assert [] == [call.operation for call in scene.world.calls[before:] if call.operation.startswith("Delete")], (
            calls
        )
