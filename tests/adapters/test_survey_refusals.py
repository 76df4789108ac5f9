"""Which refusals and denials the survey notes for the guards; all others fail the step."""

import math
from typing import Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.models import Surroundings
from sandbox.directconnect import (
    THROTTLED,
    AccessDenied,
    Behaviour,
    CutJson,
    DirectConnectBackend,
    Fault,
    Refusal,
    client_error,
)
from tests.adapters.conftest import Surveyor
from tests.support.strategies import CONNECTION_ID, LAG_ID

MOON: Final = "The moon is in the wrong phase."
INTERFACE_ID: Final = "dxvif-aaaaaaa1"
PARTNERS_ONLY: Final = f"Account 1 is not an authorized Direct Connect partner in eu-central-1 region. {MOON}"

FOR_PARTNERS: Final = ("DescribeInterconnects", "DescribeHostedConnections")
DENIAL_IS_NOTED: Final = (
    "DescribeDirectConnectGatewayAttachments",
    "ListVirtualInterfaceRoutes",
    "ListResiliencyGroups",
    "ListResiliencyGroupAssociations",
    "DescribeLoa",
    "ListVirtualInterfaceTestHistory",
)
ALWAYS_RAISED: Final = (
    "DescribeVirtualInterfaces",
    "DescribeConnections",
    "DescribeLags",
    "DescribeDirectConnectGateways",
)
# The tests of the adapter try every fault with every operation.
TWO_FAULTS: Final = pytest.mark.parametrize("fault", [THROTTLED, CutJson()], ids=["throttled", "cut JSON"])


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


def noted_as(operation: str) -> str:
    return "ListResiliencyGroups" if operation == "ListResiliencyGroupAssociations" else operation


def look_around(surveyor: Surveyor, world: DirectConnectBackend, operation: str, fault: Fault) -> Surroundings:
    """Survey while every call of an operation fails; the look before the survey succeeds."""
    return surveyor.look_around(
        CONNECTION_ID,
        with_routes=True,
        with_record=True,
        paths_of=lambda _gateway_id, _around: (),
        once_observed=lambda: world.faults.add(operation, fault, times=math.inf),
    )


def test_without_refusals(surveyor: Surveyor) -> None:
    around = surveyor.look_around(CONNECTION_ID, with_routes=True, with_record=True)

    assert {} == around.refusals
    assert around.routes is not None
    assert INTERFACE_ID in around.routes


@pytest.mark.parametrize("operation", [*FOR_PARTNERS, *DENIAL_IS_NOTED])
def test_a_refusal_is_noted(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, client_error(MOON))

    assert {noted_as(operation): MOON} == around.refusals


@pytest.mark.parametrize("operation", DENIAL_IS_NOTED)
def test_a_denial_is_noted(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, AccessDenied())

    assert [noted_as(operation)] == list(around.refusals)
    assert f"directconnect:{operation}" in around.refusals[noted_as(operation)]


@pytest.mark.parametrize("operation", [*FOR_PARTNERS, *ALWAYS_RAISED])
def test_a_denial_is_raised(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    with pytest.raises(AwsDeniedError, match=f"directconnect:{operation}"):
        look_around(surveyor, world, operation, AccessDenied())


@pytest.mark.parametrize("operation", ALWAYS_RAISED)
def test_a_refusal_is_raised(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}: {MOON}"):
        look_around(surveyor, world, operation, client_error(MOON))


@pytest.mark.parametrize("operation", FOR_PARTNERS)
def test_a_refusal_because_this_account_is_no_partner_is_not_noted(
    operation: str, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    around = look_around(surveyor, world, operation, client_error(PARTNERS_ONLY))

    assert {} == around.refusals
    assert ((), ()) == (around.interconnect_ids, around.hosted_connection_ids)


@pytest.mark.parametrize("operation", DENIAL_IS_NOTED)
def test_other_operations_note_that_refusal(operation: str, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, operation, client_error(PARTNERS_ONLY))

    assert [PARTNERS_ONLY] == list(around.refusals.values())


@TWO_FAULTS
def test_a_missing_loa_does_not_fail_the_step(fault: Fault, surveyor: Surveyor, world: DirectConnectBackend) -> None:
    around = look_around(surveyor, world, "DescribeLoa", fault)

    assert around.loa is None
    assert ["DescribeLoa"] == list(around.refusals)


@TWO_FAULTS
@pytest.mark.parametrize(
    "operation", [*ALWAYS_RAISED, *FOR_PARTNERS, *(name for name in DENIAL_IS_NOTED if name != "DescribeLoa")]
)
def test_any_other_fault_fails_the_step(
    operation: str, fault: Fault, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    with pytest.raises(AwsBusyError, match=f"directconnect:{operation}"):
        look_around(surveyor, world, operation, fault)


def test_routes_of_some_interfaces_are_refused(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.faults.add("ListVirtualInterfaceRoutes", client_error(MOON))
    world.faults.add("ListVirtualInterfaceRoutes", Refusal("AccessDenied", "Not this one", 403))
    third = world.add_virtual_interface(CONNECTION_ID, announces=["10.3.0.0/16"]).id

    around = surveyor.look_around(CONNECTION_ID, with_routes=True)

    assert {third: ("10.3.0.0/16",)} == around.routes
    assert {"ListVirtualInterfaceRoutes": MOON} == around.refusals, "the first words stay"


def test_the_connections_of_one_group_are_refused(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.faults.add("ListResiliencyGroupAssociations", client_error(MOON))
    second = world.add_resiliency_group(CONNECTION_ID)

    around = surveyor.look_around(CONNECTION_ID)

    assert ((second.id,), {"ListResiliencyGroups": MOON}) == (around.resiliency_group_ids, around.refusals)


def test_a_partial_measurement_fails_the_step(surveyor: Surveyor) -> None:
    surveyor.cloudwatch.is_partial = True

    with pytest.raises(AwsBusyError, match="cloudwatch:GetMetricData"):
        surveyor.look_around(CONNECTION_ID)
