"""Two runs side by side, interleaved at every call boundary, that share a gateway or a LAG."""

from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, ManualClock
from tests.property.side_by_side import QUICK, ends, orders, played
from tests.support.driver import APPROVED, REQUEST, new_world, override
from tests.support.happenings import OTHER_CONNECTION_ID
from tests.support.strategies import CONNECTION_ID, LAG_ID

pytestmark = pytest.mark.usefixtures("quiet")

OTHER_REQUEST: Final[JSON] = {"connectionId": OTHER_CONNECTION_ID}
GATEWAY: Final = "gateway-1"
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
