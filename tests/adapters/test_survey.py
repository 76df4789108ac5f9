"""What the survey reads around a connection, and which calls it makes for that."""

from collections import Counter
from collections.abc import Mapping

import pytest

from decommission.models import Surroundings, Traffic
from sandbox.directconnect import DirectConnectBackend
from sandbox.in_process import Measured
from tests.adapters.conftest import Surveyor, paths_of
from tests.conftest import ACCOUNT
from tests.support.strategies import CONNECTION_ID, LAG_ID

QUIET = Traffic(ingress=0.0, egress=0.0, points=9, expected_points=9)


def asked(world: DirectConnectBackend) -> Counter[str]:
    return Counter(call.operation for call in world.calls)


def test_everything_around_a_connection(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    other = world.add_connection()
    ours = [world.add_virtual_interface(CONNECTION_ID, state=state).id for state in ("testing", "deleting", "deleted")]
    theirs = world.add_virtual_interface(other.id)
    lag = world.add_lag(LAG_ID)
    group = world.add_resiliency_group(CONNECTION_ID)
    surveyor.cloudwatch.measured[ours[0]] = Measured(ingress=5.0)

    around = surveyor.look_around(CONNECTION_ID)

    assert around == Surroundings(
        caller_account=ACCOUNT,
        connections=surveyor.direct_connect.all_connections(),
        lags=surveyor.direct_connect.lags(),
        neighbours=around.neighbours,
        traffic={
            CONNECTION_ID: QUIET,
            ours[0]: Traffic(ingress=5.0, egress=0.0, points=9, expected_points=9),
            ours[1]: QUIET,
        },
        resiliency_group_ids=(group.id,),
    )
    assert [CONNECTION_ID, other.id] == [c.connection_id for c in around.connections]
    assert [lag.id] == [one.lag_id for one in around.lags]
    assert [theirs.id] == [v.virtual_interface_id for v in around.neighbours]


def test_failover_tests(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    tested = world.add_virtual_interface(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID)
    world.run("StartBgpFailoverTest", {"virtualInterfaceId": tested.id})

    assert [tested.id] == [t.virtual_interface_id for t in surveyor.look_around(CONNECTION_ID).failover_tests]
    assert 1 == asked(world)["ListVirtualInterfaceTestHistory"], "only of what is being tested"


@pytest.mark.parametrize("with_record", [False, True])
def test_gateway_names_and_the_loa_are_read_for_the_record_only(
    *, with_record: bool, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    world.add_connection(CONNECTION_ID)
    gateway = world.add_direct_connect_gateway(name="core")

    around = surveyor.look_around(CONNECTION_ID, with_record=with_record)

    assert ({gateway.id: "core"} if with_record else {}) == around.gateway_names
    assert with_record == (around.loa is not None)
    calls = asked(world)
    assert [int(with_record)] * 2 == [calls["DescribeLoa"], calls["DescribeDirectConnectGateways"]]


@pytest.mark.parametrize("listed_with_all", [True, False])
def test_the_neighbours_of_a_lag_member(
    *, listed_with_all: bool, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    world.add_lag(LAG_ID)
    world.add_connection(CONNECTION_ID, lag_id=LAG_ID)
    shared = world.add_virtual_interface(LAG_ID)
    own = world.add_virtual_interface(CONNECTION_ID)

    def hide_from_the_list_of_all(parameters: Mapping[str, object]) -> None:
        is_shown = listed_with_all or "connectionId" in parameters
        world.virtual_interfaces = {v.id: v for v in ((own, shared) if is_shown else (own,))}

    world.before["DescribeVirtualInterfaces"] = hide_from_the_list_of_all

    around = surveyor.look_around(CONNECTION_ID)
    assert [shared.id] == [v.virtual_interface_id for v in around.neighbours]
    assert own.id in around.traffic


def test_hosted_connections_of_the_connection_and_of_its_lag(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.add_lag(LAG_ID)
    world.add_connection(CONNECTION_ID, lag_id=LAG_ID)
    hosted = [world.add_connection(parent_id=parent).id for parent in (CONNECTION_ID, LAG_ID)]

    assert tuple(hosted) == surveyor.look_around(CONNECTION_ID).hosted_connection_ids
    assert 2 == asked(world)["DescribeHostedConnections"]


def test_routes(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    core, edge = world.add_direct_connect_gateway().id, world.add_direct_connect_gateway().id
    world.add_connection(CONNECTION_ID)
    other, approved = world.add_connection().id, world.add_connection(tags={"decommission": "approved"}).id

    def add(parent: str, gateway: str, state: str = "available", prefix: str = "10.0.0.0/8") -> str:
        return world.add_virtual_interface(
            parent, direct_connect_gateway_id=gateway, state=state, announces=[prefix]
        ).id

    leaving, public = add(CONNECTION_ID, core), world.add_virtual_interface(CONNECTION_ID, type="public").id
    add(CONNECTION_ID, core, "deleting")
    candidate = add(other, core, prefix="10.1.0.0/16")
    add(other, core, "down")
    add(approved, core)
    add(other, edge)
    world.add_virtual_interface(other, type="public")

    assert surveyor.look_around(CONNECTION_ID).routes is None
    assert 0 == asked(world)["ListVirtualInterfaceRoutes"]
    assert {leaving: ("10.0.0.0/8",), public: (), candidate: ("10.1.0.0/16",)} == surveyor.look_around(
        CONNECTION_ID, with_routes=True
    ).routes
    assert 3 == asked(world)["ListVirtualInterfaceRoutes"], "each once"


def test_the_routes_of_what_becomes_a_path_meanwhile(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    """Somebody takes an approval off another connection while the survey is under way."""
    gateway = world.add_direct_connect_gateway().id
    world.add_connection(CONNECTION_ID)
    other = world.add_connection(tags={"decommission": "approved"})
    leaving, late = (
        world.add_virtual_interface(port, direct_connect_gateway_id=gateway, announces=["10.0.0.0/8"]).id
        for port in (CONNECTION_ID, other.id)
    )
    looks = iter(range(100))

    def paths_that_change(gateway_id: str, around: Surroundings) -> list[str]:
        if next(looks) == 0:
            assert [] == paths_of(gateway_id, around)
            other.tags.clear()
            return []
        return paths_of(gateway_id, around)

    around = surveyor.look_around(CONNECTION_ID, with_routes=True, paths_of=paths_that_change)

    assert {leaving, late} == (around.routes or {}).keys()


def test_attachments_are_read_for_gateways_without_a_path(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    with_path, without = world.add_direct_connect_gateway().id, world.add_direct_connect_gateway().id
    world.add_connection(CONNECTION_ID)
    for gateway in (with_path, without, without):
        world.add_virtual_interface(CONNECTION_ID, direct_connect_gateway_id=gateway)
    world.add_virtual_interface(CONNECTION_ID, virtual_gateway_id="vgw-1")
    world.add_virtual_interface(CONNECTION_ID, state="deleting")
    remote = world.add_remote_attachment(without)
    shown: list[Surroundings] = []

    def paths_of(gateway_id: str, around: Surroundings) -> list[str]:
        shown.append(around)
        return ["dxvif-fg5678gh"] if gateway_id == with_path else []

    around = surveyor.look_around(CONNECTION_ID, paths_of=paths_of)

    assert remote.virtual_interface_id in {a.virtual_interface_id for a in around.attachments}
    assert {without} == {a.gateway_id for a in around.attachments}
    assert 2 == len(shown), "each gateway once, and no virtual private gateway"
    assert (around.neighbours, around.connections) == (shown[0].neighbours, shown[0].connections)
    assert 1 == asked(world)["DescribeDirectConnectGatewayAttachments"]
