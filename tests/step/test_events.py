"""An invalid event makes no call, and every kind of event starts a run."""

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
# One of each kind; tests/unit/contract has all that may be wrong.
INVALID: Final = [
    pytest.param(None, id="nothing"),
    pytest.param({}, id="an empty request"),
    pytest.param(REQUEST | {"patienceMinutes": 29}, id="too little patience"),
    pytest.param(ENVELOPE | {"detail": CONNECTION_ID}, id="an envelope around a text"),
    pytest.param({"execution": "me", "event": REQUEST}, id="an execution without an ARN"),
    pytest.param({"execution": EXECUTION, "event": ENVELOPE, "phase": "COMPLETED"}, id="a result with an event"),
    pytest.param({"phase": "DELETING_CONNECTION"}, id="a result without a request"),
]


@pytest.mark.parametrize("event", INVALID)
def test_an_invalid_event_makes_no_call(event: object, world: DirectConnectBackend) -> None:
    with pytest.raises(InvalidRequestError):
        take(new_step(world), event)
    assert [] == world.calls


def test_a_result_whose_plan_was_changed(world: DirectConnectBackend) -> None:
    planned = take(new_step(world), REQUEST)
    world.calls.clear()
    other = planned["plan"]["virtualInterfaces"][0] | {"virtualInterfaceId": "dxvif-bbbbbbb0"}
    forged = planned | {"plan": planned["plan"] | {"virtualInterfaces": [other]}}

    with pytest.raises(InvalidRequestError):
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
def test_every_kind_of_event_starts_a_run(event: JSON, world: DirectConnectBackend) -> None:
    assert "COMPLETED" == run(world, event)[-1]["phase"]
