"""An event that is wrong is refused before anything is called; what a step returns is a valid event."""

from typing import Final

import pytest

from decommission.errors import InvalidRequestError
from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend
from tests.step.worlds import run
from tests.support.driver import REQUEST, new_step, take
from tests.support.strategies import CONNECTION_ID

ENVELOPE: Final[JSON] = {"detail-type": "Connection to be decommissioned", "detail": REQUEST}
EXECUTION: Final = "arn:aws:states:eu-central-1:123456789012:execution:decommission:0f1e2d3c"
# Every kind of event once; tests/unit has all the ways to be wrong.
WRONG: Final = [
    pytest.param(None, "the event must be a JSON object", id="nothing"),
    pytest.param([REQUEST], "the event must be a JSON object", id="a list"),
    pytest.param({}, "connectionId: is missing", id="an empty request"),
    pytest.param({"connectionId": "dxvif-aaaaaaa0"}, "connectionId: ", id="an id of another kind"),
    pytest.param(REQUEST | {"dryrun": True}, "dryrun: is no known field", id="a misspelt field"),
    pytest.param(ENVELOPE | {"detail": CONNECTION_ID}, "detail: ", id="an envelope around a text"),
    pytest.param({"execution": "me", "event": REQUEST}, "execution: ", id="an execution that is no ARN"),
    pytest.param({"execution": EXECUTION, "event": ENVELOPE, "phase": "COMPLETED"}, "phase|request", id="a forgery"),
    pytest.param({"phase": "DELETING_CONNECTION"}, "request: is missing", id="a result of nothing"),
]


@pytest.mark.parametrize(("event", "complaint"), WRONG)
def test_an_invalid_event_makes_no_call(event: object, complaint: str, world: DirectConnectBackend) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        take(new_step(world), event)
    assert [] == world.calls


def test_a_result_that_was_changed(world: DirectConnectBackend) -> None:
    planned = take(new_step(world), REQUEST)
    world.calls.clear()
    other = planned["plan"]["virtualInterfaces"][0] | {"virtualInterfaceId": "dxvif-bbbbbbb0"}
    forged = planned | {"plan": planned["plan"] | {"virtualInterfaces": [other]}}

    with pytest.raises(InvalidRequestError, match="digest is not that of this plan"):
        take(new_step(world), forged)
    assert [] == world.calls


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(REQUEST, id="request"),
        pytest.param(ENVELOPE, id="envelope"),
        pytest.param({"execution": EXECUTION, "event": REQUEST}, id="request in an execution"),
        pytest.param({"execution": EXECUTION, "event": ENVELOPE}, id="envelope in an execution"),
        pytest.param(REQUEST | {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": EXECUTION}, id="nested execution"),
    ],
)
def test_every_way_in(event: JSON, world: DirectConnectBackend) -> None:
    assert "COMPLETED" == run(world, event)[-1]["phase"]
