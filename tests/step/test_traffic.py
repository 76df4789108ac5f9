"""The traffic guard in a run: without a measurement nothing is deleted."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from sandbox.directconnect import (
    SERVER_ERROR,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    DirectConnectBackend,
    Fault,
    InProcessClient,
    ManualClock,
    Refusal,
)
from sandbox.in_process import Measured
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, OTHER_ID, run, run_disturbed, slow_down
from tests.support.driver import (
    MOST_RETRIES,
    REQUEST,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    new_world,
    override,
    overriding,
    take,
)
from tests.support.strategies import CONNECTION_ID

INTERFACE_ID: Final = INTERFACE_IDS[0]
FAULTS: Final = [
    pytest.param(THROTTLED, AwsBusyError, id="throttled"),
    pytest.param(SERVER_ERROR, AwsBusyError, id="server error"),
    pytest.param(AnswerLost(), AwsBusyError, id="answer lost"),
    pytest.param(Refusal("InvalidParameterValue", "No"), AwsBusyError, id="refused"),
    pytest.param(AccessDenied(), AwsDeniedError, id="denied"),
]


@pytest.fixture
def world(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private")


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(("fault", "error"), FAULTS)
@pytest.mark.parametrize(
    "request_", [REQUEST, overriding(override("traffic", CONNECTION_ID))], ids=["asked", "overridden"]
)
def test_a_step_that_cannot_measure_fails(  # noqa: PLR0913 - a table and its fixtures
    *,
    request_: dict[str, Any],
    fault: Fault,
    error: type[Exception],
    number: int,
    around: Around,
    world: DirectConnectBackend,
) -> None:
    strike = {number: lambda: around.cloudwatch.faults.add("GetMetricData", fault)}

    with pytest.raises(error, match="cloudwatch:GetMetricData"):
        run_disturbed(world, strike, request_, around=around)
    assert [] == changes(world)
    assert "COMPLETED" == run(world, request_, around, retries=MOST_RETRIES)[-1]["phase"]


def test_a_step_that_gets_a_part_of_the_measurement_fails(around: Around, world: DirectConnectBackend) -> None:
    around.cloudwatch.is_partial = True

    with pytest.raises(AwsBusyError, match="cloudwatch:GetMetricData"):
        take(new_step(world, around=around), REQUEST)
    assert ([], {}) == (changes(world), around.s3.objects)


@pytest.mark.parametrize(
    ("state", "measured", "expected"),
    [
        pytest.param("available", Measured(ingress=None, egress=None), "BLOCKED", id="up and silent"),
        pytest.param("available", Measured(ingress=[0.0], egress=None), "BLOCKED", id="up and silent one way"),
        pytest.param("available", Measured(share=0.89), "BLOCKED", id="up and often silent"),
        pytest.param("available", Measured(share=0.9), "COMPLETED", id="up and seldom silent"),
        pytest.param("available", Measured(quiet_minutes=15), "COMPLETED", id="the last points are on their way"),
        pytest.param("available", Measured(quiet_minutes=240), "BLOCKED", id="nothing for four hours"),
        pytest.param("down", Measured(ingress=None, egress=None), "COMPLETED", id="down and silent"),
        pytest.param("down", Measured(ingress=[10_001.0]), "BLOCKED", id="down now and busy before"),
        pytest.param("available", Measured(ingress=[10_000.0], egress=[10_000.0]), "COMPLETED", id="at the threshold"),
        pytest.param("available", Measured(ingress=float("nan")), "BLOCKED", id="no number"),
    ],
)
def test_the_measurement_decides(
    state: str, measured: Measured, expected: str, around: Around, world: DirectConnectBackend
) -> None:
    world.virtual_interfaces[INTERFACE_ID].state = state
    around.cloudwatch.measured[INTERFACE_ID] = measured

    assert expected == run(world, around=around)[-1]["phase"]
    assert (expected == "COMPLETED") == bool(changes(world))


@pytest.mark.parametrize(
    ("bps", "expected"), [(30_000.0, "COMPLETED"), (30_001.0, "BLOCKED")], ids=["the connection's limit", "more"]
)
def test_traffic_that_moves_to_the_last_interface(
    bps: float, expected: str, clock: ManualClock, around: Around
) -> None:
    """The traffic of a deleted interface may move to another one."""
    world = new_world(clock, "private", "private", "private")
    slow_down(world)

    def move() -> None:
        around.cloudwatch.measured[INTERFACE_IDS[2]] = Measured(egress=[bps])

    result = run_disturbed(world, {2: move}, around=around)

    assert expected == result["phase"]
    if expected == "BLOCKED":
        assert (["traffic"], INTERFACE_IDS[:2]) == (blocked_by(result), asked(world))


def test_a_hosted_connection_without_data_of_its_own(around: Around, world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].partner_name = "ACME"
    around.cloudwatch.measured[CONNECTION_ID] = Measured(ingress=None, egress=None)

    assert "COMPLETED" == run(world, around=around)[-1]["phase"]


def test_no_data_over_http(world: DirectConnectBackend, http_client: Callable[[str], Any]) -> None:
    (result,) = run(world, around=Around(cloudwatch=http_client("cloudwatch")))

    assert (["traffic"], []) == (blocked_by(result), changes(world))
    assert all(id_ in result["reason"] for id_ in (CONNECTION_ID, INTERFACE_ID))


@pytest.mark.parametrize("owner", [None, OTHER_ACCOUNT])
def test_what_is_moved_away_gives_its_consent_to_nobody(
    owner: str | None, around: Around, routed: DirectConnectBackend
) -> None:
    """After a deletion, its traffic may move to what is left; what is elsewhere keeps its own, in a list or not."""
    first, second, _ = INTERFACE_IDS
    consents = [override("traffic", first, CONNECTION_ID, upToBps=500_000_000)]
    if owner:
        routed.virtual_interfaces[first].owner_account = owner
        routed.behaviour = Behaviour(foreign_interfaces_listed=False)
        consents.append(override("foreign-interfaces", first))
    planned = take(new_step(routed, around=around), REQUEST | {"overrides": consents, "noticeMinutes": 60})
    InProcessClient(routed).associate_virtual_interface(virtualInterfaceId=first, connectionId=OTHER_ID)
    around.cloudwatch.measured[second] = Measured(ingress=400_000_000)

    last = run(routed, planned, around)[-1]

    assert ("BLOCKED", ["traffic"], []) == (last["phase"], blocked_by(last), asked(routed))
