"""An event that is wrong is refused before anybody is asked anything."""

import pytest

from decommission.errors import InvalidRequestError
from sandbox.directconnect import ManualClock
from tests.driver import new_step, new_world, take
from tests.invalid_events import EVENTS, RESULT


@pytest.mark.parametrize(("event", "field"), EVENTS)
def test_an_invalid_event_makes_no_call(event: object, field: str) -> None:
    world = new_world(ManualClock(), "private")

    with pytest.raises(InvalidRequestError, match=field):
        take(new_step(world), event)
    assert [] == world.calls


def test_what_the_invalid_ones_were_made_of_is_valid() -> None:
    world = new_world(ManualClock())

    assert "DELETING_CONNECTION" == take(new_step(world), RESULT)["phase"]
