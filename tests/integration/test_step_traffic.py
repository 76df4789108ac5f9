"""A step that cannot tell the traffic deletes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from decommission.errors import DirectConnectBusyError, DirectConnectDeniedError
from sandbox.directconnect import SERVER_ERROR, THROTTLED, AccessDenied, AnswerLost, ManualClock, Refusal
from sandbox.in_process import Measured
from tests.driver import REQUEST, Neighbours, changes, drive, drive_patiently, new_step, new_world, overriding, take
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.directconnect import DirectConnectBackend, Fault

INTERFACE_ID: Final = "dxvif-aaaaaaa0"
FAULTS: Final = [
    pytest.param(THROTTLED, DirectConnectBusyError, id="throttled"),
    pytest.param(SERVER_ERROR, DirectConnectBusyError, id="server error"),
    pytest.param(AnswerLost(), DirectConnectBusyError, id="answer lost"),
    pytest.param(Refusal("InvalidParameterValue", "No"), DirectConnectBusyError, id="refused"),
    pytest.param(AccessDenied(), DirectConnectDeniedError, id="denied"),
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def around() -> Neighbours:
    return Neighbours()


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private")


@pytest.mark.parametrize(("fault", "error"), FAULTS)
@pytest.mark.parametrize("request_", [REQUEST, overriding("traffic")], ids=["asked", "overridden"])
def test_a_fault_fails_the_step(
    request_: dict[str, Any], fault: Fault, error: type[Exception], around: Neighbours, world: DirectConnectBackend
) -> None:
    around.cloudwatch.faults.add("GetMetricData", fault)

    with pytest.raises(error, match="cloudwatch:GetMetricData"):
        take(new_step(world, neighbours=around), request_)
    assert ([], {}) == (changes(world), around.s3.objects)


def test_a_part_fails_the_step(around: Neighbours, world: DirectConnectBackend) -> None:
    around.cloudwatch.is_partial = True

    with pytest.raises(DirectConnectBusyError, match="PartialData"):
        take(new_step(world, neighbours=around), REQUEST)
    assert ([], {}) == (changes(world), around.s3.objects)


def test_what_was_throttled_once_is_measured_the_next_time(
    around: Neighbours, clock: ManualClock, world: DirectConnectBackend
) -> None:
    around.cloudwatch.faults.add("GetMetricData", THROTTLED)

    assert "COMPLETED" == drive_patiently(new_step(world, neighbours=around), REQUEST, clock)[-1]["phase"]


@pytest.mark.parametrize(
    ("state", "measured", "expected"),
    [
        pytest.param("available", Measured(ingress=[], egress=[]), "BLOCKED", id="up and silent"),
        pytest.param("available", Measured(ingress=[0.0], egress=[]), "BLOCKED", id="up and silent one way"),
        pytest.param("down", Measured(ingress=[], egress=[]), "COMPLETED", id="down and silent"),
        pytest.param("down", Measured(ingress=[10_001.0]), "BLOCKED", id="down now and busy before"),
        pytest.param("available", Measured(ingress=[10_000.0], egress=[10_000.0]), "COMPLETED", id="at the threshold"),
    ],
)
def test_what_it_measures_decides(  # noqa: PLR0913, PLR0917  # a table and three fixtures
    state: str, measured: Measured, expected: str, around: Neighbours, clock: ManualClock, world: DirectConnectBackend
) -> None:
    world.virtual_interfaces[INTERFACE_ID].state = state
    around.cloudwatch.measured[INTERFACE_ID] = measured

    assert expected == drive(new_step(world, neighbours=around), REQUEST, clock)[-1]["phase"]
    assert (expected == "COMPLETED") == bool(changes(world))


def test_no_data_at_all_over_http(
    clock: ManualClock, world: DirectConnectBackend, http_client: Callable[[str], Any]
) -> None:
    step = new_step(world, neighbours=Neighbours(cloudwatch=http_client("cloudwatch")))

    (result,) = drive(step, REQUEST, clock)

    assert "blocked by traffic: " in result["reason"]
    assert all(id_ in result["reason"] for id_ in (CONNECTION_ID, INTERFACE_ID))
    assert [] == changes(world)
