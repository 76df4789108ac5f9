"""What a state means to somebody who waits: only two words say that a thing is gone."""

from dataclasses import replace
from enum import StrEnum

import pytest

from decommission.models import ConnectionState, Presence, VirtualInterfaceState, presence_of
from tests.strategies import connection, virtual_interface

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

    @pytest.mark.parametrize("word", ["approving", "Deleted", "deleted ", "DELETING", ""])
    def test_of_a_word_that_nobody_knows(self, documented: type[StrEnum], word: str) -> None:
        assert Presence.UNCLEAR is presence_of(word, documented)


@pytest.mark.parametrize("state", ConnectionState)
def test_a_connection_is_gone_when_its_presence_says_so(state: ConnectionState) -> None:
    assert (NOT_PRESENT.get(state) is Presence.GONE) == connection(state).is_gone


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
