"""Which calls each step makes: as few as its questions need, and the look at the connection last."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from decommission.schemas import JSON
from decommission.steps import Steps
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from tests.step.worlds import INTERFACE_IDS, run, slow_down
from tests.support.driver import DELETES, REQUEST, Around, is_under_way, new_step, new_world, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

# What a dedicated connection, or a LAG, can carry.
MOST_INTERFACES: Final = 51
LOOK: Final = ["DescribeConnections", "DescribeVirtualInterfaces"]
ROUTES: Final = "ListVirtualInterfaceRoutes"
RECORD: Final = ["DescribeDirectConnectGateways", "DescribeLoa"]
PROGRESS: Final = ["ListObjectsV2", "PutObject"]
# Before the first deletion of a run.
RESTORE: Final = ["ListObjectsV2", "PutObject"]
AFTERMATH: Final = ["DescribeInterconnects", "DescribeVirtualInterfaces", "PutObject"]


def survey(*, routes: int | None = None, with_record: bool = False, of_member: bool = False) -> list[str]:
    """List the calls of a survey; what people change in a moment is read last."""
    # The LAG's interfaces, and the connections that it hosts, are asked for as well.
    neighbours = ["DescribeVirtualInterfaces"] * (2 if of_member else 1)
    around = [*neighbours, "DescribeConnections", "DescribeLags"]
    return [
        *([] if routes is None else [*around, *[ROUTES] * routes]),
        *["GetCallerIdentity", "DescribeInterconnects", "GetMetricData"],
        *(RECORD if with_record else []),
        *["ListResiliencyGroups", *["DescribeHostedConnections"] * (2 if of_member else 1)],
        *around,
    ]


class Calls:
    """The operations of all services, in the order of their making."""

    def __init__(self, world: DirectConnectBackend, around: Around) -> None:
        self.made: list[str] = []
        for client in (world, around.cloudwatch, around.s3, around.sts):
            client.before_each = lambda operation, _: self.made.append(operation)

    def taken(self) -> list[str]:
        made, self.made = self.made, []
        return made


def calls_of_each_step(step: Steps, event: JSON, clock: ManualClock, calls: Calls) -> Iterator[list[str]]:
    while is_under_way(event):
        event = take(step, event)
        yield calls.taken()
        clock.advance(seconds=event["waitSeconds"])
    assert "COMPLETED" == event["phase"]


def test_a_connection(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    calls = Calls(routed, around)

    first, deleting, *looking, last, completing = calls_of_each_step(
        new_step(routed, around=around), REQUEST, clock, calls
    )

    # Of each interface that leaves, and of the path that remains.
    assert [*LOOK, *survey(routes=4, with_record=True), "PutObject", "PutObject"] == first
    assert [*LOOK, *survey(routes=4), *LOOK, *RESTORE, *PROGRESS, *["DeleteVirtualInterface"] * 3] == deleting
    assert [LOOK] * 2 == looking
    assert [*LOOK, *survey(), *LOOK, *PROGRESS, "DeleteConnection"] == last
    assert [*LOOK, *AFTERMATH] == completing


def test_a_member_of_a_lag(clock: ManualClock, around: Around, member: DirectConnectBackend) -> None:
    calls = Calls(member, around)

    first, leaving, deleting, completing = calls_of_each_step(new_step(member, around=around), REQUEST, clock, calls)

    assert [*LOOK, *survey(routes=0, with_record=True, of_member=True), "PutObject", "PutObject"] == first
    leaves = survey(routes=0, of_member=True)
    assert [*LOOK, *leaves, *LOOK, *RESTORE, *PROGRESS, "DisassociateConnectionFromLag"] == leaving
    assert [*LOOK, *survey(), *LOOK, *PROGRESS, "DeleteConnection"] == deleting
    # Whether the LAG is left behind empty.
    *aftermath, report = AFTERMATH
    assert [*LOOK, *aftermath, "DescribeLags", "DescribeConnections", report] == completing


def test_routes_and_the_loa_are_not_asked_for_again(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    slow_down(routed)
    calls = Calls(routed, around)

    steps = [Counter(made) for made in calls_of_each_step(new_step(routed, around=around), REQUEST, clock, calls)]

    assert [4, 4] == [step[ROUTES] for step in steps if step[ROUTES]]
    assert 1 == sum(step["DescribeLoa"] for step in steps) == steps[0]["DescribeLoa"]
    assert [2, 1] == [step["DeleteVirtualInterface"] for step in steps if step["DeleteVirtualInterface"]]


def test_a_full_connection_costs_no_more_but_for_its_routes(clock: ManualClock, around: Around) -> None:
    world = new_world(clock, *["private"] * MOST_INTERFACES)
    calls = Calls(world, around)

    first, deleting, *_ = calls_of_each_step(new_step(world, around=around), REQUEST, clock, calls)

    surveyed = survey(routes=MOST_INTERFACES)
    assert [*LOOK, *survey(routes=MOST_INTERFACES, with_record=True), "PutObject", "PutObject"] == first
    assert [*LOOK, *surveyed, *LOOK, *RESTORE, *PROGRESS, *["DeleteVirtualInterface"] * MOST_INTERFACES] == deleting


def test_each_page_is_a_call(clock: ManualClock, around: Around) -> None:
    world = new_world(clock, *["private"] * 5, behaviour=Behaviour(page_size=2))
    calls = Calls(world, around)

    take(new_step(world, around=around), REQUEST)

    # Three pages of the look, three before the routes are asked for, three at the end of the survey.
    assert 9 == Counter(calls.taken())["DescribeVirtualInterfaces"]


def test_a_full_lag(around: Around, member: DirectConnectBackend) -> None:
    """The LAG's own interfaces are not planned, so nobody asks for their routes."""
    for _ in range(MOST_INTERFACES):
        member.add_virtual_interface(LAG_ID)
    calls = Calls(member, around)

    take(new_step(member, around=around), REQUEST)

    made = calls.taken()
    assert [*LOOK, *survey(routes=0, with_record=True, of_member=True), *["PutObject"] * 3] == made


@pytest.mark.parametrize("tests", [1, 3])
def test_each_interface_under_test_costs_a_call(tests: int, around: Around, world: DirectConnectBackend) -> None:
    for id_ in INTERFACE_IDS[:tests]:
        world.virtual_interfaces[id_].state = "testing"
    calls = Calls(world, around)

    take(new_step(world, around=around), REQUEST)

    assert tests == Counter(calls.taken())["ListVirtualInterfaceTestHistory"]


@pytest.mark.parametrize(("others", "expected"), [(0, 1), (1, 0)], ids=["no path is left", "a path is left"])
def test_attachments_are_asked_for_where_no_path_is_left(
    others: int, expected: int, around: Around, routed: DirectConnectBackend
) -> None:
    if not others:
        del routed.virtual_interfaces["dxvif-bbbbbbb0"]
    calls = Calls(routed, around)

    take(new_step(routed, around=around), REQUEST)

    assert expected == Counter(calls.taken())["DescribeDirectConnectGatewayAttachments"]


def test_each_resiliency_group_costs_a_call(around: Around, world: DirectConnectBackend) -> None:
    other = world.add_connection().id
    for _ in range(3):
        world.add_resiliency_group(other)
    calls = Calls(world, around)

    take(new_step(world, around=around), REQUEST)

    assert 3 == Counter(calls.taken())["ListResiliencyGroupAssociations"]


def test_a_connection_that_is_not_there_costs_no_survey(around: Around, world: DirectConnectBackend) -> None:
    world.connections.clear()
    world.virtual_interfaces.clear()
    calls = Calls(world, around)

    take(new_step(world, around=around), REQUEST)

    # The record of the run that deleted it is looked for.
    assert ["DescribeConnections", *LOOK, *AFTERMATH[:-1], "ListObjectsV2", "PutObject"] == calls.taken()


def test_a_run_that_has_ended_costs_nothing(around: Around, world: DirectConnectBackend) -> None:
    step = new_step(world, around=around)
    ended = run(world, REQUEST | {"dryRun": True}, around)[-1]
    calls = Calls(world, around)

    take(step, ended)

    assert [] == calls.taken()


@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(virtual_interface_deletion=Delay(seconds=900))])
def test_one_delete_for_each(behaviour: Behaviour, world: DirectConnectBackend) -> None:
    world.behaviour = behaviour

    run(world)

    asked = Counter(next(iter(call.parameters.values())) for call in world.calls if call.operation in DELETES)
    assert dict.fromkeys([*INTERFACE_IDS, CONNECTION_ID], 1) == dict(asked)
