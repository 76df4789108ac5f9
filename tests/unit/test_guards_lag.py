"""Who else stands on it: the LAG that it is a member of, and the gateways that its interfaces lead to."""

from dataclasses import replace

import pytest

from decommission.models import Connection, ConnectionState, VirtualInterface, VirtualInterfaceState
from decommission.run import Outcome
from tests.evidence import AROUND, blocks, elsewhere, evidence, group, member, on_gateway, passes, verdict
from tests.strategies import LAG_ID, virtual_interface

ME, OTHER, THIRD = member(), member(name="ffabc123"), member(name="ffabc456")
BACKED_BY_LAG = elsewhere(virtual_interface("laglag01"), LAG_ID)
CAN_LEAVE = passes("the connection can leave dxlag-fg5678gh, which has no virtual interfaces and links enough")


def short(left: int, needed: int) -> tuple[Outcome, str]:
    return blocks(
        f"dxlag-fg5678gh would have {left} of the {needed} links that it needs; override this if the LAG can do with "
        "fewer links"
    )


class TestLag:
    def test_of_no_member(self) -> None:
        shown = evidence(around=replace(AROUND, lag=group(OTHER, minimum_links=9), neighbours=(BACKED_BY_LAG,)))
        assert passes("the connection is not a member of a LAG") == verdict("lag", shown)

    def test_that_aws_does_not_show(self) -> None:
        assert blocks(
            "the connection is a member of dxlag-fg5678gh, which AWS does not show; look at it by hand"
        ) == verdict("lag", evidence(of=ME))

    @pytest.mark.parametrize(
        ("members", "minimum_links", "expected"),
        [
            pytest.param((ME, OTHER), 0, CAN_LEAVE, id="no minimum"),
            pytest.param((ME, OTHER), 1, CAN_LEAVE, id="exactly enough"),
            pytest.param((OTHER, ME, THIRD), 2, CAN_LEAVE, id="exactly enough of three"),
            pytest.param((ME, OTHER), 2, short(1, 2), id="one too few"),
            pytest.param((OTHER, ME, THIRD), 3, short(2, 3), id="one too few of three"),
            pytest.param((ME, member("down", "ffabc123")), 1, short(0, 1), id="the other is down"),
            pytest.param((ME, OTHER, member("down", "ffabc456")), 2, short(1, 2), id="the third is down"),
            pytest.param((ME,), 1, CAN_LEAVE, id="the last member"),
            pytest.param((ME,), 2, CAN_LEAVE, id="the last member of too few"),
            pytest.param((), 1, CAN_LEAVE, id="no members shown"),
            pytest.param((OTHER,), 2, CAN_LEAVE, id="only others shown"),
        ],
    )
    def test_minimum_links(
        self, members: tuple[Connection, ...], minimum_links: int, expected: tuple[Outcome, str]
    ) -> None:
        lag = group(*members, minimum_links=minimum_links)
        assert expected == verdict("lag", evidence(of=ME, around=replace(AROUND, lag=lag)))

    @pytest.mark.parametrize("state", [state for state in ConnectionState if state != "available"])
    def test_a_member_that_is_not_up_is_not_missed(self, state: str) -> None:
        lag = group(member(state), OTHER, minimum_links=2)
        assert CAN_LEAVE == verdict("lag", evidence(of=member(state), around=replace(AROUND, lag=lag)))

    def test_interfaces_lose_capacity(self) -> None:
        interfaces = (BACKED_BY_LAG, elsewhere(virtual_interface("laglag02", "down"), LAG_ID))
        lag = group(ME, OTHER, THIRD, minimum_links=1)
        assert blocks(
            "its virtual interfaces are those of dxlag-fg5678gh and stay there, on 2 of its links: dxvif-laglag01, "
            "dxvif-laglag02; override this if the LAG can do with fewer links"
        ) == verdict("lag", evidence(of=ME, around=replace(AROUND, lag=lag, neighbours=interfaces)))

    def test_interfaces_of_the_last_member_are_cut_off(self) -> None:
        around = replace(AROUND, lag=group(ME, minimum_links=1), neighbours=(BACKED_BY_LAG,))
        assert blocks(
            "its virtual interfaces are those of dxlag-fg5678gh and stay there, on 0 of its links: dxvif-laglag01; "
            "override this if the LAG can do with fewer links"
        ) == verdict("lag", evidence(of=ME, around=around))

    def test_both(self) -> None:
        around = replace(AROUND, lag=group(ME, OTHER, minimum_links=2), neighbours=(BACKED_BY_LAG,))
        assert blocks(
            "dxlag-fg5678gh would have 1 of the 2 links that it needs; its virtual interfaces are those of "
            "dxlag-fg5678gh and stay there, on 1 of its links: dxvif-laglag01; override this if the LAG can do with "
            "fewer links"
        ) == verdict("lag", evidence(of=ME, around=around))

    @pytest.mark.parametrize(
        "neighbour",
        [
            elsewhere(virtual_interface("laglag01", "deleted"), LAG_ID),
            elsewhere(virtual_interface("laglag01", "rejected"), LAG_ID),
            elsewhere(virtual_interface("laglag01"), "dxlag-ffabc123"),
            elsewhere(virtual_interface("laglag01")),
        ],
        ids=["deleted", "rejected", "of another LAG", "of another connection"],
    )
    def test_interfaces_that_do_not_count(self, neighbour: VirtualInterface) -> None:
        around = replace(AROUND, lag=group(ME, OTHER, minimum_links=1), neighbours=(neighbour,))
        assert CAN_LEAVE == verdict("lag", evidence(of=ME, around=around))

    @pytest.mark.parametrize("state", ["deleting", "unknown", "approving"])
    def test_interfaces_that_may_still_be_there_count(self, state: str) -> None:
        interface = elsewhere(virtual_interface("laglag01", state), LAG_ID)
        around = replace(AROUND, lag=group(ME, OTHER, minimum_links=1), neighbours=(interface,))
        assert verdict("lag", evidence(of=ME, around=around))[0] is Outcome.BLOCK


KEPT = passes("every gateway keeps an available virtual interface in this region")
GATEWAYS = pytest.mark.parametrize("gateway_id", ["dxgw-1", "vgw-1"])


def last(listed: str) -> tuple[Outcome, str]:
    return blocks(
        f"the last available virtual interface of its gateway in this region: {listed}; what is behind it would be cut "
        "off; bring up another one there first"
    )


class TestRedundancy:
    @GATEWAYS
    def test_the_last_one(self, gateway_id: str) -> None:
        shown = evidence(on_gateway("aaaaaaa1", gateway_id))
        assert last(f"dxvif-aaaaaaa1 on {gateway_id}") == verdict("redundancy", shown)

    @GATEWAYS
    @pytest.mark.parametrize("parent_id", ["dxcon-ffabc123", LAG_ID], ids=["connection", "LAG"])
    def test_another_one_elsewhere(self, gateway_id: str, parent_id: str) -> None:
        neighbour = elsewhere(on_gateway("bbbbbbb1", gateway_id), parent_id)
        shown = evidence(on_gateway("aaaaaaa1", gateway_id), around=replace(AROUND, neighbours=(neighbour,)))
        assert KEPT == verdict("redundancy", shown)

    @pytest.mark.parametrize("state", [*(s for s in VirtualInterfaceState if s != "available"), "approving"])
    def test_another_one_that_is_not_up(self, state: str) -> None:
        neighbour = elsewhere(on_gateway("bbbbbbb1", "dxgw-1", state))
        shown = evidence(on_gateway("aaaaaaa1", "dxgw-1"), around=replace(AROUND, neighbours=(neighbour,)))
        assert last("dxvif-aaaaaaa1 on dxgw-1") == verdict("redundancy", shown)

    @pytest.mark.parametrize("gateway_id", ["dxgw-2", "vgw-1", None])
    def test_another_one_on_another_gateway(self, gateway_id: str | None) -> None:
        neighbour = elsewhere(on_gateway("bbbbbbb1", gateway_id))
        shown = evidence(on_gateway("aaaaaaa1", "dxgw-1"), around=replace(AROUND, neighbours=(neighbour,)))
        assert last("dxvif-aaaaaaa1 on dxgw-1") == verdict("redundancy", shown)

    @pytest.mark.parametrize("state", [*(s for s in VirtualInterfaceState if s != "available"), "approving"])
    def test_one_that_is_not_up_carries_nothing(self, state: str) -> None:
        assert KEPT == verdict("redundancy", evidence(on_gateway("aaaaaaa1", "dxgw-1", state)))

    def test_a_public_one_has_no_gateway(self) -> None:
        assert KEPT == verdict("redundancy", evidence(replace(virtual_interface(), type="public")))

    def test_two_of_the_same_connection_are_no_redundancy(self) -> None:
        shown = evidence(on_gateway("aaaaaaa1", "dxgw-1"), on_gateway("aaaaaaa2", "dxgw-1"))
        assert last("dxvif-aaaaaaa1 on dxgw-1, dxvif-aaaaaaa2 on dxgw-1") == verdict("redundancy", shown)

    def test_a_gateway_is_named_where_its_name_is_known(self) -> None:
        interfaces = [
            on_gateway("aaaaaaa1", "dxgw-1"),
            on_gateway("aaaaaaa2", "dxgw-2"),
            on_gateway("aaaaaaa3", "vgw-1"),
        ]
        around = replace(
            AROUND, neighbours=(elsewhere(on_gateway("bbbbbbb1", "dxgw-2")),), gateway_names={"dxgw-1": "core"}
        )
        expected = last("dxvif-aaaaaaa1 on dxgw-1 (core), dxvif-aaaaaaa3 on vgw-1")
        assert expected == verdict("redundancy", evidence(*interfaces, around=around))
