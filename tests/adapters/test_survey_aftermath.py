"""What the survey reads before a run may end, and which account it runs in."""

import math
from dataclasses import replace
from typing import cast

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.models import Aftermath
from sandbox.directconnect import THROTTLED, AccessDenied, CutJson, DirectConnectBackend, Fault, Html, client_error
from tests.adapters.conftest import Surveyor
from tests.support.looks import NEW_RUN, under_way
from tests.support.strategies import CONNECTION_ID, virtual_interface


def test_planned_interfaces_on_other_connections(surveyor: Surveyor, world: DirectConnectBackend) -> None:
    world.add_connection(CONNECTION_ID)
    other = world.add_connection().id
    states = ("available", "deleted", "deleting")
    moved, gone, leaving = (world.add_virtual_interface(other, state=state).id for state in states)
    planned = world.add_virtual_interface(CONNECTION_ID).id
    world.add_virtual_interface(other)

    run = under_way(*(virtual_interface(id_.removeprefix("dxvif-")) for id_ in (planned, moved, gone, leaving)))
    aftermath = surveyor.survey.aftermath(run)

    assert ((), [moved, leaving]) == (
        aftermath.interconnect_ids,
        [v.virtual_interface_id for v in aftermath.elsewhere],
    )
    assert ["DescribeInterconnects", "DescribeVirtualInterfaces"] == [call.operation for call in world.calls]


@pytest.mark.parametrize(("named", "expected"), [([], [0, 1]), ([0], [0]), ([2], [])])
def test_what_the_list_of_all_shows_on_the_port(
    named: list[int], expected: list[int], surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    """Of a port that is to go, nothing may be on it, planned or not."""
    world.add_connection(CONNECTION_ID)
    ids = [world.add_virtual_interface(CONNECTION_ID, state=state).id for state in ("available", "down", "deleted")]
    world.add_virtual_interface(world.add_connection().id)
    names = tuple(ids[number] for number in named) or None
    run = replace(NEW_RUN, request=replace(NEW_RUN.request, virtual_interface_ids=names))
    still = [v.virtual_interface_id for v in surveyor.survey.aftermath(run).still_listed]

    assert [ids[number] for number in expected] == still


@pytest.mark.parametrize(
    ("fault", "is_one"),
    [
        pytest.param(None, True, id="interconnect"),
        pytest.param(client_error("Account 1 is not an authorized Direct Connect partner."), False, id="for partners"),
        pytest.param(client_error("The moon is in the wrong phase."), None, id="refused"),
    ],
)
def test_whether_it_became_an_interconnect(
    *, fault: Fault | None, is_one: bool | None, surveyor: Surveyor, world: DirectConnectBackend
) -> None:
    interconnect = world.add_interconnect()
    if fault:
        world.faults.add("DescribeInterconnects", fault)

    run = replace(NEW_RUN, request=replace(NEW_RUN.request, connection_id=interconnect.id))
    expected = None if is_one is None else (interconnect.id,) if is_one else ()
    assert Aftermath(interconnect_ids=expected) == surveyor.survey.aftermath(run)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(THROTTLED, AwsBusyError, id="throttled"),
        pytest.param(client_error("No"), AwsBusyError, id="refused"),
        pytest.param(Html(), AwsBusyError, id="HTML"),
        pytest.param(CutJson(), AwsBusyError, id="cut"),
        pytest.param(AccessDenied(), AwsDeniedError, id="denied"),
    ],
)
def test_sts_fails(fault: Fault, error: type[Exception], surveyor: Surveyor) -> None:
    surveyor.sts.faults.add("GetCallerIdentity", fault, times=math.inf)

    with pytest.raises(error, match="sts:GetCallerIdentity"):
        surveyor.survey.caller_account()


@pytest.mark.parametrize("account", [None, "", 5])
def test_an_answer_without_an_account(account: object, surveyor: Surveyor) -> None:
    surveyor.sts.account = cast("str", account)

    with pytest.raises(AwsBusyError, match="sts:GetCallerIdentity answered without Account"):
        surveyor.survey.caller_account()
