"""What the survey makes of AWS's refusals: some are noted for the guards, all others end the step."""

import math
from typing import Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.models import Surroundings
from sandbox.directconnect import (
    SERVER_ERROR,
    THROTTLED,
    AccessDenied,
    Behaviour,
    CutJson,
    DirectConnectBackend,
    Fault,
    Html,
    Nothing,
    Refusal,
    Reset,
    client_error,
)
from tests.adapters.conftest import Surveyor
from tests.support.strategies import CONNECTION_ID, LAG_ID

MOON: Final = "The moon is in the wrong phase."
INTERFACE_ID: Final = "dxvif-aaaaaaa1"
PARTNERS_ONLY: Final = f"Account 1 is not an authorized Direct Connect partner in eu-central-1 region. {MOON}"

REFUSAL_IS_NOTED: Final = {
    "DescribeInterconnects": "DescribeInterconnects",
    "DescribeHostedConnections": "DescribeHostedConnections",
}
DENIAL_IS_NOTED: Final = {
    "DescribeDirectConnectGatewayAttachments": "DescribeDirectConnectGatewayAttachments",
    "ListVirtualInterfaceRoutes": "ListVirtualInterfaceRoutes",
    "ListResiliencyGroups": "ListResiliencyGroups",
    "ListResiliencyGroupAssociations": "ListResiliencyGroups",
    "DescribeLoa": "DescribeLoa",
    "ListVirtualInterfaceTestHistory": "ListVirtualInterfaceTestHistory",
}
ALWAYS_RAISED: Final = (
    "DescribeVirtualInterfaces",
    "DescribeConnections",
    "DescribeLags",
    "DescribeDirectConnectGateways",
)
BUSY: Final = [
    pytest.param(THROTTLED, id="throttled"),
    pytest.param(SERVER_ERROR, id="server error"),
    pytest.param(Reset(), id="reset"),
    pytest.param(Html(), id="HTML"),
    pytest.param(Nothing(), id="{}"),
    pytest.param(CutJson(), id="cut JSON"),
]


@pytest.fixture(autouse=True)
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    world = direct_connect_backend
    world.behaviour = Behaviour(foreign_attachments_visible=True)
    world.add_lag(LAG_ID)
    world.add_connection(CONNECTION_ID, lag_id=LAG_ID)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_ID, state="testing", announces=["10.0.0.0/8"])
    world.add_virtual_interface(CONNECTION_ID, state="down")
    world.add_resiliency_group(CONNECTION_ID)
    return world


def look_around(surveyor: Surveyor, world: DirectConnectBackend, operation: str, fault: Fault) -> Surroundings:
    """Survey while every call of an operation fails, although the connection could be observed before."""
    return surveyor.look_around(
        CONNECTION_ID,
        with_routes=True,
        with_record=True,
        has_path=lambda _gateway_id, _around: False,
        once_observed=lambda: world.faults.add(operation, fault, times=math.inf),
    )


def test_without_refusals(surveyor: Surveyor) -> None:
    around = surveyor.look_around(CONNECTION_ID, with_routes=True, with_record=True)

    assert {} == around.refusals
    assert around.routes is not None
    assert INTERFACE_ID in around.routes


@pytest.mark.parametrize("operation", REFUSAL_IS_NOTED | DENIAL_IS_NOTED)
def test_a_refusal_is_noted(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, client_error(MOON))

    assert {(REFUSAL_IS_NOTED | DENIAL_IS_NOTED)[operation]: MOON} == around.refusals


@pytest.mark.parametrize("operation", DENIAL_IS_NOTED)
def test_a_denial_is_noted(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, AccessDenied())

    ((noted, words),) = around.refusals.items()
    assert DENIAL_IS_NOTED[operation] == noted
    assert words.startswith(f"AWS denied directconnect:{operation} (AccessDeniedException: User: ")


@pytest.mark.parametrize("operation", [*REFUSAL_IS_NOTED, *ALWAYS_RAISED])
def test_a_denial_is_raised(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    with pytest.raises(AwsDeniedError, match=f"AWS denied directconnect:{operation}"):
        look_around(surveyor, world, operation, AccessDenied())


@pytest.mark.parametrize("operation", ALWAYS_RAISED)
def test_a_refusal_is_raised(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    with pytest.raises(AwsBusyError, match=f"AWS refused directconnect:{operation}: {MOON}"):
        look_around(surveyor, world, operation, client_error(MOON))


@pytest.mark.parametrize("operation", ["DescribeInterconnects", "DescribeHostedConnections"])
def test_for_partners_only_is_no_finding(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, client_error(PARTNERS_ONLY))

    assert {} == around.refusals
    assert (False, ()) == (around.is_interconnect, around.hosted_connection_ids)


@pytest.mark.parametrize("operation", [*DENIAL_IS_NOTED, "DescribeDirectConnectGatewayAttachments"])
def test_for_partners_only_makes_no_sense_elsewhere(
    operation: str, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    around = look_around(surveyor, world, operation, client_error(PARTNERS_ONLY))

    assert [PARTNERS_ONLY] == list(around.refusals.values())


@pytest.mark.parametrize("fault", BUSY)
def test_a_missing_loa_ends_no_step(fault: Fault, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, "DescribeLoa", fault)

    assert around.loa is None
    assert ["DescribeLoa"] == list(around.refusals)


@pytest.mark.parametrize("fault", BUSY)
@pytest.mark.parametrize(
    "operation", [*ALWAYS_RAISED, *REFUSAL_IS_NOTED, *(name for name in DENIAL_IS_NOTED if name != "DescribeLoa")]
)
def test_anything_else_ends_the_step(
    operation: str, fault: Fault, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}"):
        look_around(surveyor, world, operation, fault)


def test_routes_that_aws_shows_are_kept(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.faults.add("ListVirtualInterfaceRoutes", client_error(MOON))
    world.faults.add("ListVirtualInterfaceRoutes", Refusal("AccessDenied", "Not this one", 403))
    third = world.add_virtual_interface(CONNECTION_ID, announces=["10.3.0.0/16"]).id

    around = surveyor.look_around(CONNECTION_ID, with_routes=True)

    assert {third: ("10.3.0.0/16",)} == around.routes
    assert {"ListVirtualInterfaceRoutes": MOON} == around.refusals, "the first words stay"


def test_a_group_that_aws_refuses_hides_no_other(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.faults.add("ListResiliencyGroupAssociations", client_error(MOON))
    second = world.add_resiliency_group(CONNECTION_ID)

    around = surveyor.look_around(CONNECTION_ID)

    assert ((second.id,), {"ListResiliencyGroups": MOON}) == (around.resiliency_group_ids, around.refusals)


def test_a_silent_cloudwatch_ends_the_step(surveyor: Surveyor) -> None:
    surveyor.cloudwatch.is_partial = True

    with pytest.raises(AwsBusyError, match="cloudwatch:GetMetricData"):
        surveyor.look_around(CONNECTION_ID)
