"""What the adapter returns about LAGs, partners, gateways, routes, groups, failover tests and the LOA-CFA."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from decommission.direct_connect import DirectConnect
from decommission.models import Attachment, FailoverTest, Lag
from sandbox.directconnect import Behaviour, DirectConnectBackend, ManualClock
from sandbox.directconnect.resources.mac_sec import MacSecKey
from sandbox.directconnect.resources.routes import Route
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

OTHER_ACCOUNT: Final = "210987654321"
INTERFACE_ID: Final = "dxvif-aaaaaaa1"


@pytest.fixture(autouse=True, params=[1, 100], ids=["small pages", "large pages"])
def _pages(request: pytest.FixtureRequest, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=request.param)


def test_lags(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    shown = world.add_lag(
        LAG_ID, minimum_links=2, bandwidth="10Gbps", state="down", allows_hosted_connections=True, tags={"site": "a"}
    )
    shown.mac_sec_keys.append(MacSecKey(secret_arn="arn:aws:secretsmanager:1", ckn="0a", start_on="now"))
    members = [world.add_connection(lag_id=LAG_ID, state=state).id for state in ("available", "down", "deleted")]
    other = world.add_lag()

    lags = adapter.lags()

    assert [LAG_ID, other.id] == [lag.lag_id for lag in lags]
    assert members[:2] == [member.connection_id for member in lags[0].members], "those that are not gone"
    assert lags[0] == Lag(
        lag_id=LAG_ID,
        state="down",
        minimum_links=2,
        members=lags[0].members,
        owner_account=ACCOUNT,
        name="lag",
        bandwidth="10Gbps",
        location="EqFA5",
        aws_device="EqFA5-1bwfvazist2k0",
        billing_mode="PayAsYouGo",
        allows_hosted_connections=True,
        mac_sec_capable=False,
        encryption_mode="no_encrypt",
        mac_sec_secret_arns=("arn:aws:secretsmanager:1",),
        tags={"site": "a"},
    )


def test_all_connections_and_interfaces(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    connections = [world.add_connection().id for _ in range(3)]
    interfaces = [world.add_virtual_interface(connection_id).id for connection_id in connections]

    assert connections == [c.connection_id for c in adapter.all_connections()]
    assert interfaces == [v.virtual_interface_id for v in adapter.all_virtual_interfaces()]


def test_interconnects(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    standing, deleted = world.add_interconnect(), world.add_interconnect(state="deleted")
    world.add_connection()

    assert "deleted" == deleted.state
    assert (standing.id,) == adapter.interconnect_ids()


def test_hosted_connections(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    parent = world.add_interconnect()
    hosted = [world.add_connection(parent_id=parent.id, state=state).id for state in ("ordering", "deleted", "down")]
    world.add_connection()

    assert (hosted[0], hosted[2]) == adapter.hosted_connection_ids(parent.id)


def test_gateway_names(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    expected = {world.add_direct_connect_gateway(name=name).id: name for name in ("core", "edge")}

    assert expected == adapter.gateway_names()


def test_attachments(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    gateway, other = world.add_direct_connect_gateway(), world.add_direct_connect_gateway()
    here = world.add_virtual_interface(CONNECTION_ID, direct_connect_gateway_id=gateway.id, state="deleting")
    there = world.add_remote_attachment(gateway.id, region="us-west-2", owner_account=OTHER_ACCOUNT)
    world.add_remote_attachment(other.id)

    attached = {"gateway_id": gateway.id}
    assert {
        Attachment(
            virtual_interface_id=here.id, region="eu-central-1", owner_account=ACCOUNT, state="detaching", **attached
        ),
        Attachment(
            virtual_interface_id=there.virtual_interface_id,
            region="us-west-2",
            owner_account=OTHER_ACCOUNT,
            state="attached",
            **attached,
        ),
    } == set(adapter.attachments(gateway.id))


def test_routes(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    shown = world.add_virtual_interface(
        CONNECTION_ID, INTERFACE_ID, announces=("10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8")
    )
    now = world.clock()
    shown.routes = [*shown.routes, Route(cidr="192.0.2.0/24", direction="advertised", installed_at=now)]

    assert ("10.0.0.0/8", "2001:db8::/32") == adapter.routes(INTERFACE_ID), "accepted, each once"
    assert {"accepted"} == {call.parameters["filters"]["routeDirection"] for call in world.calls}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("associating", True, id="associating"),
        pytest.param("associated", True, id="associated"),
        pytest.param("disassociating", False, id="disassociating"),
        pytest.param("disassociated", False, id="disassociated"),
        # An unknown state may mean that the connection is still in the group.
        pytest.param("approving", True, id="undocumented"),
    ],
)
def test_resiliency_groups(*, state: str, expected: bool, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    ours, other = world.add_connection(CONNECTION_ID), world.add_connection()
    without_ours = world.add_resiliency_group(other.id)
    group = world.add_resiliency_group(other.id, ours.id, state=state)
    world.add_resiliency_group(ours.id).state = "deleted"

    assert (without_ours.id, group.id) == adapter.all_resiliency_group_ids()
    assert (other.id,) == adapter.ids_in_resiliency_group(without_ours.id)
    assert expected == (CONNECTION_ID in adapter.ids_in_resiliency_group(group.id))


def test_failover_tests(
    adapter: DirectConnect,
    either_client: "DirectConnectClient",
    world: DirectConnectBackend,
    direct_connect_clock: ManualClock,
) -> None:
    world.add_connection(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_ID)
    started = direct_connect_clock()
    either_client.start_bgp_failover_test(virtualInterfaceId=INTERFACE_ID, testDurationInMinutes=30)

    (test,) = world.failover_tests
    assert (
        FailoverTest(
            test_id=test.id,
            virtual_interface_id=INTERFACE_ID,
            started_at=started,
            ends_at=started + timedelta(minutes=30),
        ),
    ) == adapter.failover_tests(INTERFACE_ID)


def test_loa(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)

    assert adapter.loa(CONNECTION_ID).startswith(b"%PDF")
