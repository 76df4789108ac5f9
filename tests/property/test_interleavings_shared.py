"""Two runs side by side, interleaved at every call boundary, that share a gateway or a LAG."""

from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, ManualClock
from sandbox.directconnect.states import GONE
from tests.property.side_by_side import QUICK, Run, ends, length, orders, played
from tests.step.worlds import everything
from tests.support.driver import APPROVED, LOOKS, PROTECTED, REQUEST, new_world, override
from tests.support.happenings import OTHER_CONNECTION_ID, Scene
from tests.support.strategies import CONNECTION_ID, LAG_ID

pytestmark = pytest.mark.usefixtures("quiet")

OTHER_REQUEST: Final[JSON] = {"connectionId": OTHER_CONNECTION_ID}
GATEWAY: Final = "gateway-1"
WHOLE_LAG: Final[JSON] = {"lagId": LAG_ID}
OURS, OTHERS, OF_LAG = "dxvif-aaaaaaa0", "dxvif-other001", "dxvif-oflag001"


def one_gateway() -> DirectConnectBackend:
    """Make two approved connections that are the last two paths of a gateway."""
    world = new_world(ManualClock(), "transit", behaviour=QUICK)
    world.add_connection(OTHER_CONNECTION_ID, tags=APPROVED)
    world.add_virtual_interface(OTHER_CONNECTION_ID, OTHERS, type="transit", direct_connect_gateway_id=GATEWAY)
    world.virtual_interfaces[OURS].direct_connect_gateway_id = GATEWAY
    return world


def one_lag() -> DirectConnectBackend:
    """Make a LAG of two approved members, which needs one link and has an interface."""
    world = new_world(ManualClock(), behaviour=QUICK)
    world.add_lag(LAG_ID, minimum_links=1)
    world.add_connection(OTHER_CONNECTION_ID, tags=APPROVED, lag_id=LAG_ID)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_virtual_interface(LAG_ID, OF_LAG)
    return world


def test_the_last_two_paths_of_a_gateway_both_stay() -> None:
    for calls in orders(one_gateway, REQUEST, OTHER_REQUEST):
        world = one_gateway()
        runs = played(world, (REQUEST, OTHER_REQUEST), calls)
        assert [("BLOCKED", ["redundancy"])] * 2 == ends(runs), calls
        assert {"available"} == {v.state for v in world.virtual_interfaces.values()}


def test_the_last_two_paths_are_deleted_if_overrides_name_both() -> None:
    requests = [request | {"overrides": [override("redundancy", OURS, OTHERS)]} for request in (REQUEST, OTHER_REQUEST)]
    for calls in orders(one_gateway, *requests, stride=2):
        assert [("COMPLETED", [])] * 2 == ends(played(one_gateway(), requests, calls)), calls


def test_the_last_links_of_a_lag_both_stay_although_overrides_name_the_lag() -> None:
    requests = [request | {"overrides": [override("lag", LAG_ID)]} for request in (REQUEST, OTHER_REQUEST)]
    for calls in orders(one_lag, *requests):
        world = one_lag()
        runs = played(world, requests, calls)
        assert [("BLOCKED", ["lag"])] * 2 == ends(runs), calls
        assert [LAG_ID] * 2 == [connection.lag_id for connection in world.connections.values()]


def whole_lag() -> DirectConnectBackend:
    """Make the LAG above with an approval of all of it."""
    world = one_lag()
    world.lags[LAG_ID].tags |= APPROVED
    world.virtual_interfaces[OF_LAG].direct_connect_gateway_id = ""
    return world


def standing(world: DirectConnectBackend) -> list[str]:
    return [one.id for one in everything(world) if one.state not in GONE]


def test_two_runs_of_one_lag_complete_or_block_each_other() -> None:
    """What another run takes out of the LAG looks like what somebody rescues; a new run for each goes on."""
    for calls in orders(whole_lag, WHOLE_LAG, WHOLE_LAG, stride=10):
        world = whole_lag()
        runs = played(world, (WHOLE_LAG, WHOLE_LAG), calls)
        assert all(end in [("COMPLETED", []), ("BLOCKED", ["plan"])] for end in ends(runs)), calls
        left = [WHOLE_LAG, *({"connectionId": id_} for id_ in sorted(world.connections))]
        for request in left if standing(world) else []:
            run = Run(Scene(world), request)
            run.finish()
            assert "COMPLETED" == run.event["phase"], (calls, run.event)
        assert [] == standing(world)


@pytest.mark.parametrize("lag_comes_first", [True, False])
def test_a_run_of_a_lag_and_one_of_its_member(*, lag_comes_first: bool) -> None:
    """The one of the member is blocked while the LAG needs the link, and is no hindrance to the other."""
    for calls in orders(whole_lag, WHOLE_LAG, REQUEST, stride=7):
        world = whole_lag()
        requests = (WHOLE_LAG, REQUEST) if lag_comes_first else (REQUEST, WHOLE_LAG)
        runs = played(world, requests, calls if lag_comes_first else calls[::-1])
        found = dict(zip(("LAG", "member") if lag_comes_first else ("member", "LAG"), ends(runs), strict=True))
        assert ("COMPLETED", []) == found["LAG"], calls
        assert found["member"] in [("COMPLETED", []), ("BLOCKED", ["lag"])], calls
        assert [] == standing(world)


@pytest.mark.parametrize("id_", [LAG_ID, CONNECTION_ID])
@pytest.mark.parametrize("tags", [{}, APPROVED | PROTECTED], ids=["approval removed", "protected"])
def test_a_changed_tag_of_a_lag_stops_the_next_step_that_would_change_anything(id_: str, tags: dict[str, str]) -> None:
    for calls in range(0, length(whole_lag, WHOLE_LAG), 2):
        scene = Scene(whole_lag())
        run = Run(scene, WHOLE_LAG)
        run.go_on(calls)
        scene.changes.note()
        port = scene.world.lags.get(id_) or scene.world.connections[id_]
        is_there = port.state not in GONE
        port.tags = dict(tags)
        if run.stepping is not None:
            run.end_step()
        before = len(scene.world.calls)
        run.finish()
        changed = [call.operation for call in scene.world.calls[before:] if not call.operation.startswith(LOOKS)]
        assert not (is_there and port.state not in GONE and changed), (calls, changed)
