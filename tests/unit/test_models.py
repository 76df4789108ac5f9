"""What a state means to a run that waits: only two words say that a thing is gone."""

from dataclasses import replace
from enum import StrEnum

import pytest

from decommission.models import (
    ConnectionState,
    Observation,
    Presence,
    Surroundings,
    VirtualInterfaceState,
    presence_of,
)
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
    def test_of_every_documented_state(self, documented: type[StrEnum]) -> None:
        expected = {state: NOT_PRESENT.get(state, Presence.PRESENT) for state in documented}
        assert expected == {state: presence_of(state, documented) for state in documented}

    @pytest.mark.parametrize("word", ["approving", "Deleted", "deleted ", "DELETING", "absent", ""])
    def test_of_a_word_that_nobody_knows(self, documented: type[StrEnum], word: str) -> None:
        assert Presence.UNCLEAR is presence_of(word, documented)


@pytest.mark.parametrize("state", [*ConnectionState, "testing", "approving"])
def test_a_connection_by_its_state(state: str) -> None:
    presence = NOT_PRESENT.get(state, Presence.PRESENT if state in ConnectionState else Presence.UNCLEAR)
    shown = connection(state)
    assert (presence, presence is Presence.GONE) == (shown.presence, shown.is_gone)


@pytest.mark.parametrize("state", [*VirtualInterfaceState, "ordering", "approving"])
def test_an_interface_by_its_state(state: str) -> None:
    presence = NOT_PRESENT.get(state, Presence.PRESENT if state in VirtualInterfaceState else Presence.UNCLEAR)
    shown = virtual_interface(state=state)
    assert (presence, presence is Presence.GONE) == (shown.presence, shown.is_gone)
    assert (state not in {"deleting", "deleted", "rejected"}) == shown.is_to_be_deleted


def test_a_look_sorts_its_interfaces() -> None:
    states = ["available", "unknown", "deleting", "deleted", "rejected", "approving"]
    shown = tuple(virtual_interface(f"aaaaaaa{number}", state) for number, state in enumerate(states))
    look = Observation(region="eu-central-1", connection=None, virtual_interfaces=shown)
    assert ["available", "unknown", "deleting", "approving"] == [v.state for v in look.remaining]
    assert ["available", "unknown", "approving"] == [v.state for v in look.to_be_deleted]


@pytest.mark.parametrize(
    ("direct_connect_gateway_id", "virtual_gateway_id", "expected"),
    [("dxgw-1", None, "dxgw-1"), (None, "vgw-1", "vgw-1"), ("dxgw-1", "vgw-1", "dxgw-1"), (None, None, None)],
)
def test_the_gateway_of_an_interface(
    direct_connect_gateway_id: str | None, virtual_gateway_id: str | None, expected: str | None
) -> None:
    interface = replace(
        virtual_interface(),
        direct_connect_gateway_id=direct_connect_gateway_id,
        virtual_gateway_id=virtual_gateway_id,
    )
    assert expected == interface.gateway_id


def test_a_lag_by_its_id() -> None:
    around = Surroundings(caller_account=ACCOUNT, lags=(replace(group(), lag_id="dxlag-ffabc123"), group()))
    assert group() == around.lag(LAG_ID)
    assert (None, None) == (around.lag(None), around.lag("dxlag-fg5678g"))
