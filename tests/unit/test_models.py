"""What a state means to a run that waits: only ``deleted`` and ``rejected`` mean that a resource is gone."""

from dataclasses import replace
from enum import StrEnum

import pytest

from decommission.models import ConnectionState, Observation, Presence, Surroundings, VirtualInterfaceState, presence_of
from tests.support.evidence import group
from tests.support.strategies import ACCOUNT, LAG_ID, connection, virtual_interface

NOT_PRESENT = {
    "deleting": Presence.DELETING,
    "deleted": Presence.GONE,
    "rejected": Presence.GONE,
    "unknown": Presence.UNCLEAR,
}


@pytest.mark.parametrize("documented", [ConnectionState, VirtualInterfaceState])
class TestPresence:
    def test_every_documented_state(self, documented: type[StrEnum]) -> None:
        expected = {state: NOT_PRESENT.get(state, Presence.PRESENT) for state in documented}
        assert expected == {state: presence_of(state, documented) for state in documented}

    @pytest.mark.parametrize("word", ["approving", "Deleted", "deleted ", "DELETING", "absent", ""])
    def test_an_undocumented_word_is_unclear(self, documented: type[StrEnum], word: str) -> None:
        assert Presence.UNCLEAR is presence_of(word, documented)


@pytest.mark.parametrize("state", [*ConnectionState, *VirtualInterfaceState, "approving"])
def test_the_state_of_a_connection_and_of_an_interface(state: str) -> None:
    shown, interface = connection(state), virtual_interface(state=state)
    expected = (presence_of(state, ConnectionState), presence_of(state, VirtualInterfaceState))
    assert expected == (shown.presence, interface.presence)
    is_gone = state in {"deleted", "rejected"}
    assert (is_gone, is_gone) == (shown.is_gone, interface.is_gone)
    assert (is_gone or state == "deleting") != interface.is_to_be_deleted


def test_a_look_lists_the_interfaces_that_remain_and_that_are_to_be_deleted() -> None:
    states = ["available", "unknown", "deleting", "deleted", "rejected", "approving"]
    shown = tuple(virtual_interface(f"aaaaaaa{number}", state) for number, state in enumerate(states))
    look = Observation(region="eu-central-1", port=None, virtual_interfaces=shown)
    assert ["available", "unknown", "deleting", "approving"] == [v.state for v in look.remaining]
    assert ["available", "unknown", "approving"] == [v.state for v in look.to_be_deleted]


@pytest.mark.parametrize(
    ("direct_connect_gateway", "virtual_gateway", "expected"),
    [("dxgw-1", None, "dxgw-1"), (None, "vgw-1", "vgw-1"), ("dxgw-1", "vgw-1", "dxgw-1"), (None, None, None)],
)
def test_the_gateway_of_an_interface(
    direct_connect_gateway: str | None, virtual_gateway: str | None, expected: str | None
) -> None:
    interface = replace(
        virtual_interface(),
        direct_connect_gateway_id=direct_connect_gateway,
        virtual_gateway_id=virtual_gateway,
    )
    assert expected == interface.gateway_id


def test_a_lag_is_found_by_its_id() -> None:
    around = Surroundings(caller_account=ACCOUNT, lags=(replace(group(), lag_id="dxlag-ffabc123"), group()))
    assert group() == around.lag(LAG_ID)
    assert (None, None) == (around.lag(None), around.lag("dxlag-fg5678g"))
