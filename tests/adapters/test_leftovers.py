"""What a decommission leaves behind without use, as AWS shows it afterwards."""

from dataclasses import replace
from typing import Final

import pytest

from decommission.models import Leftovers, VirtualInterface
from decommission.run import Run
from sandbox.directconnect import AccessDenied, DirectConnectBackend, Fault, client_error
from sandbox.directconnect.resources.mac_sec import MacSecKey
from tests.adapters.conftest import Surveyor
from tests.support.looks import ONE, under_way
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT

OTHER_ID: Final = "dxcon-ffother1"
OWN, SHARED = (f"arn:aws:secretsmanager:eu-central-1:123456789012:secret:{name}" for name in ("own", "shared"))
MANAGED: Final = f"{OWN}directconnect!prod/eu-central-1/directconnect/0a"


def on(gateway: str | None = None, *, virtual_gateway: str | None = None) -> VirtualInterface:
    return replace(ONE, direct_connect_gateway_id=gateway, virtual_gateway_id=virtual_gateway)


def left(run: Run, surveyor: Surveyor) -> Leftovers:
    return surveyor.survey.aftermath(run).leftovers


@pytest.fixture
def gateway(world: DirectConnectBackend) -> str:
    world.add_connection(OTHER_ID)
    return world.add_direct_connect_gateway().id


@pytest.mark.parametrize(
    ("state", "is_left"), [("available", False), ("down", False), ("deleting", False), ("deleted", True)]
)
def test_a_gateway_is_used_by_any_interface_that_is_not_gone(
    state: str, gateway: str, surveyor: Surveyor, world: DirectConnectBackend, *, is_left: bool
) -> None:
    virtual = world.add_virtual_gateway()
    world.add_virtual_interface(OTHER_ID, state=state, direct_connect_gateway_id=gateway)
    world.add_virtual_interface(OTHER_ID, state=state, virtual_gateway_id=virtual)

    found = [left(under_way(one), surveyor) for one in (on(gateway), on(virtual_gateway=virtual))]

    expected = [{gateway: None}, {virtual: None}] if is_left else [{}, {}]
    assert expected == [one.gateways for one in found]


def test_another_accounts_virtual_gateway_may_have_interfaces_that_are_not_shown(
    surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    foreign = replace(on(virtual_gateway=world.add_virtual_gateway()), owner_account=OTHER_ACCOUNT)

    assert {} == left(under_way(foreign), surveyor).gateways


@pytest.mark.parametrize(("state", "is_left"), [("attached", False), ("attaching", False), ("detached", True)])
def test_a_gateway_is_used_by_attachments_elsewhere(
    state: str, gateway: str, surveyor: Surveyor, world: DirectConnectBackend, *, is_left: bool
) -> None:
    world.add_remote_attachment(gateway).state = state

    assert ({gateway: None} if is_left else {}) == left(under_way(on(gateway)), surveyor).gateways


def test_what_was_just_deleted_does_not_use_its_gateway(
    gateway: str, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    world.add_remote_attachment(gateway).virtual_interface_id = ONE.virtual_interface_id

    assert {gateway: None} == left(under_way(on(gateway)), surveyor).gateways


@pytest.mark.parametrize(
    ("fault", "words"),
    [(client_error("It is another account's."), "It is another account's."), (AccessDenied(), "not authorized")],
    ids=["refused", "denied"],
)
def test_aws_may_refuse_to_show_what_else_is_attached(
    fault: Fault, words: str, gateway: str, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    world.faults.add("DescribeDirectConnectGatewayAttachments", fault)

    (said,) = left(under_way(on(gateway)), surveyor).gateways.values()

    assert words in str(said)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([], (LAG_ID,), id="empty"),
        pytest.param([CONNECTION_ID], (LAG_ID,), id="AWS still shows the one that left"),
        pytest.param([OTHER_ID], (), id="another member"),
    ],
)
def test_a_lag_without_connections(
    members: list[str], expected: tuple[str, ...], surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    for id_ in (LAG_ID, "dxlag-another0"):
        world.add_lag(id_)
    for id_ in members:
        world.add_connection(id_, lag_id=LAG_ID)

    assert expected == left(under_way(lag_id=LAG_ID), surveyor).lag_ids


def test_mac_sec_secrets_that_nothing_else_uses(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    of_lag, gone = f"{OWN}-of-a-lag", f"{OWN}-of-what-is-gone"
    ports = [
        world.add_connection(OTHER_ID),
        world.add_connection(state="deleted"),
        world.add_lag(),
        world.add_connection(CONNECTION_ID, state="deleting"),
    ]
    for port, arn in zip(ports, (SHARED, gone, of_lag, OWN), strict=True):
        port.mac_sec_keys.append(MacSecKey(secret_arn=arn, ckn="0a", start_on="now"))
    run = under_way()
    run = replace(run, port=replace(run.port, mac_sec_secret_arns=(SHARED, gone, of_lag, OWN, MANAGED)))

    assert (OWN, gone) == left(run, surveyor).mac_sec_secret_arns


def test_of_a_connection_that_stays_only_gateways_can_be_left(
    gateway: str, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    world.add_lag(LAG_ID)
    run = under_way(on(gateway), lag_id=LAG_ID)
    run = replace(
        run,
        request=replace(run.request, virtual_interface_ids=(ONE.virtual_interface_id,)),
        plan=replace(run.plan, keeps_connection=True),
        port=replace(run.port, mac_sec_secret_arns=(OWN,)),
    )

    assert Leftovers(gateways={gateway: None}) == left(run, surveyor)


def test_nothing_more_is_asked_than_what_was_used(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    left(under_way(on()), surveyor)

    assert ["DescribeInterconnects", "DescribeVirtualInterfaces"] == [call.operation for call in world.calls]
