"""The guard of redundancy: which interfaces are a path of a gateway, and warnings about the paths that are left."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Finding, blocks, passes, warns
from decommission.guards.paths import Path, megabits, paths, redundancy
from decommission.models import Connection, Lag, Surroundings, VirtualInterface, VirtualInterfaceState
from decommission.run import Outcome
from tests.support.evidence import (
    APPROVED,
    AROUND,
    ATTACHMENT,
    GATEWAY,
    ONE,
    SETTINGS,
    TWO,
    elsewhere,
    evidence,
    group,
    member,
    on_gateway,
    port,
)
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, OTHER_ACCOUNT

LEAVING = on_gateway("aaaaaaa1", GATEWAY)
OTHER = elsewhere(on_gateway("bbbbbbb1", GATEWAY))
HIDDEN = "whose port and routes this account and region cannot show"
ADVICE = (
    ". A path is an available virtual interface on an available connection, neither of them approved for decommission; "
    "bring one up first, or override with the ids of the interfaces if their gateway is to lose its last path"
)
SECOND = "dxcon-member02"


def around(
    *ports: Connection | Lag, neighbours: tuple[VirtualInterface, ...] = (OTHER,), **attachment: str
) -> Surroundings:
    """Make surroundings with these ports; and with an attachment of the gateway if any of its fields is given."""
    return replace(
        AROUND,
        connections=tuple(one for one in ports if isinstance(one, Connection)),
        lags=tuple(one for one in ports if isinstance(one, Lag)),
        neighbours=neighbours,
        attachments=(replace(ATTACHMENT, **attachment),) if attachment else (),
    )


def finding_in(shown: Surroundings) -> Finding:
    return redundancy(evidence(LEAVING, around=shown))


def on(interface: VirtualInterface, *ports: Connection | Lag) -> Finding:
    return finding_in(around(*ports, neighbours=(interface,)))


def last(uncounted: str = "", state: str = "available") -> Finding:
    """Return the finding that the interface is the last path, and which others of its gateway were not counted."""
    named = f"; not counted: {uncounted}" if uncounted else ""
    return blocks(
        f"no other path would be left of a gateway: dxvif-aaaaaaa1 ({state}) on gateway {GATEWAY}{named}{ADVICE}",
        ["dxvif-aaaaaaa1"],
    )


def kept(gateway_id: str = GATEWAY) -> Finding:
    """Return the finding that a single path is left."""
    return warns(f"gateway {gateway_id} keeps one path only, at EqDC2: dxvif-bbbbbbb1")


class TestPaths:
    @pytest.mark.parametrize("gateway_id", [GATEWAY, "vgw-1"])
    def test_an_interface_on_another_connection_is_a_path(self, gateway_id: str) -> None:
        shown = around(port(), neighbours=(elsewhere(on_gateway("bbbbbbb1", gateway_id)),))
        assert kept(gateway_id) == redundancy(evidence(on_gateway("aaaaaaa1", gateway_id), around=shown))

    @pytest.mark.parametrize("state", [*(word for word in VirtualInterfaceState if word != "available"), "approving"])
    def test_an_interface_that_is_not_available_is_none(self, state: str) -> None:
        uncounted = "" if state in {"deleted", "rejected"} else f"dxvif-bbbbbbb1 ({state})"
        assert last(uncounted) == on(replace(OTHER, state=state), port())

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            *[
                (port(state=state), "not available")
                for state in ("down", "pending", "unknown", "deleting", "approving")
            ],
            *[
                (port(decommission=value), "approved for decommission")
                for value in ("approved", "approved:0123456789ab", " approved")
            ],
        ],
    )
    def test_a_connection_that_is_not_available_or_is_approved_carries_none(self, other: Connection, why: str) -> None:
        assert last(f"dxvif-bbbbbbb1 on dxcon-ffother1 ({why})") == on(OTHER, other)

    def test_a_protected_connection_carries_a_path(self) -> None:
        assert kept() == on(OTHER, replace(port(), tags={"decommission-protected": "", "decommission": "no"}))

    @pytest.mark.parametrize(
        ("interface", "ports"),
        [
            *[(elsewhere(on_gateway("bbbbbbb1", id_)), [port()]) for id_ in ("dxgw-2", "vgw-1", None)],
            (replace(OTHER, connection_id=CONNECTION_ID), []),
            (replace(OTHER, connection_id=CONNECTION_ID), [port(CONNECTION_ID)]),
            # Without its id, the port may be the connection itself.
            (replace(OTHER, connection_id=""), []),
        ],
        ids=["gateway", "virtual gateway", "no gateway", "itself", "itself, listed", "unknown port"],
    )
    def test_an_interface_of_another_gateway_or_of_the_connection_itself_is_none(
        self, interface: VirtualInterface, ports: list[Connection]
    ) -> None:
        assert last() == on(interface, *ports)

    @pytest.mark.parametrize("state", ["down", "pending", "testing", "unknown", "approving"])
    def test_the_state_of_the_interface_to_be_deleted_does_not_matter(self, state: str) -> None:
        assert last(state=state) == redundancy(evidence(replace(LEAVING, state=state)))

    @pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
    def test_an_interface_that_is_being_deleted_is_not_judged(self, state: str) -> None:
        expected = passes("no virtual interface is left")
        assert expected == redundancy(evidence(replace(LEAVING, state=state))) == redundancy(evidence())

    def test_interfaces_that_do_not_count_are_named_for_each_gateway(self) -> None:
        others = [replace(elsewhere(on_gateway(f"bbbbbbb{n}", f"dxgw-{n}")), state="down") for n in (1, 2)]
        leaving = [on_gateway(f"aaaaaaa{n}", f"dxgw-{n}") for n in (1, 2)]
        finding = redundancy(evidence(*leaving, around=around(port(), neighbours=tuple(others))))
        assert "; not counted: dxvif-bbbbbbb1 (down), dxvif-bbbbbbb2 (down). A path" in finding.reason

    def test_every_interface_of_a_gateway_without_a_path_is_named(self) -> None:
        others = [on_gateway(f"aaaaaaa{n}", gateway) for n, gateway in ((2, "dxgw-2"), (3, "dxgw-2"), (4, "vgw-1"))]
        shown = replace(around(port()), gateway_names={"dxgw-2": "core"})
        expected = blocks(
            "no other path would be left of a gateway: dxvif-aaaaaaa2 (available) on gateway dxgw-2 (core), "
            f"dxvif-aaaaaaa3 (available) on gateway dxgw-2 (core), dxvif-aaaaaaa4 (available) on gateway vgw-1{ADVICE}",
            ["dxvif-aaaaaaa2", "dxvif-aaaaaaa3", "dxvif-aaaaaaa4"],
        )
        assert expected == redundancy(evidence(LEAVING, *others, around=shown))


class TestPathsOnLags:
    ON_LAG = elsewhere(on_gateway("bbbbbbb1", GATEWAY), LAG_ID)

    def test_one_available_member_is_enough(self) -> None:
        members = (member(), member(SECOND), member("dxcon-member03", "down"))
        assert Outcome.WARN is on(self.ON_LAG, group(*members)).outcome

    @pytest.mark.parametrize(
        ("lag", "why"),
        [
            pytest.param(group(), "no other link", id="no member"),
            pytest.param(group(member()), "no other link", id="only the connection itself"),
            pytest.param(
                group(member(decommission="no"), member(SECOND, decommission="approved")),
                "approved for decommission",
                id="approved",
            ),
            pytest.param(group(member(SECOND, "down"), member(state="available")), "not available", id="down"),
            pytest.param(group(member(SECOND), state="down"), "not available", id="LAG down"),
            pytest.param(group(member(SECOND), state="unknown"), "not available", id="LAG unclear"),
        ],
    )
    def test_a_lag_without_another_available_member_carries_none(self, lag: Lag, why: str) -> None:
        assert last(f"dxvif-bbbbbbb1 on {LAG_ID} ({why})") == on(self.ON_LAG, lag)


class TestPathsElsewhere:
    """The port of an interface in another region or account is not visible."""

    def test_an_available_interface_on_a_hidden_port_is_a_path(self) -> None:
        assert warns(f"gateway {GATEWAY} keeps dxvif-bbbbbbb1, {HIDDEN}") == on(OTHER)

    @pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1", ""])
    @pytest.mark.parametrize("owner_account", [OTHER_ACCOUNT, ACCOUNT, ""])
    def test_an_attachment_of_another_region_or_account_is_a_path(self, region: str, owner_account: str) -> None:
        """An attachment without region and owner proves nothing."""
        is_path = region == "eu-west-1" or owner_account == OTHER_ACCOUNT
        expected = warns(f"gateway {GATEWAY} keeps dxvif-ccccccc1, {HIDDEN}") if is_path else last()
        assert expected == finding_in(around(neighbours=(), region=region, owner_account=owner_account))

    @pytest.mark.parametrize(
        "attachment",
        [
            *[{"state": state} for state in ("attaching", "detaching", "detached", "unknown", "Attached")],
            {"gateway_id": "dxgw-2"},
            {"virtual_interface_id": "dxvif-aaaaaaa1"},
        ],
        ids=str,
    )
    def test_another_attachment_is_none(self, attachment: dict[str, str]) -> None:
        assert last() == finding_in(around(neighbours=(), **attachment))

    @pytest.mark.parametrize(
        ("state", "why"), [("down", " (down)"), ("available", " on dxcon-ffother1 (approved for decommission)")]
    )
    def test_an_attached_interface_that_is_visible_counts_by_its_state_and_port(self, state: str, why: str) -> None:
        seen = replace(OTHER, virtual_interface_id="dxvif-ccccccc1", state=state, owner_account=OTHER_ACCOUNT)
        shown = around(port(decommission="approved"), neighbours=(seen,), owner_account=OTHER_ACCOUNT)
        assert last(f"dxvif-ccccccc1{why}") == finding_in(shown)

    def test_an_attached_interface_of_the_plan_or_of_the_connection_is_none(self) -> None:
        attached = replace(TWO, virtual_interface_id="dxvif-ccccccc1", owner_account=OTHER_ACCOUNT)
        shown = around(neighbours=(), owner_account=OTHER_ACCOUNT)
        assert last() == redundancy(evidence(LEAVING, around=shown, planned=(LEAVING, attached)))
        assert Outcome.BLOCK is redundancy(evidence(LEAVING, attached, around=shown, planned=(LEAVING,))).outcome

    def test_a_refused_call_is_quoted(self) -> None:
        refused = replace(around(neighbours=()), refusals={"DescribeDirectConnectGatewayAttachments": "No"})
        reason = f'(available) on gateway {GATEWAY}; AWS refused to list attachments elsewhere: "No"{ADVICE}'
        expected = blocks(f"no other path would be left of a gateway: dxvif-aaaaaaa1 {reason}", ["dxvif-aaaaaaa1"])
        assert expected == finding_in(refused)


class TestWarnings:
    SAME_PLACE = replace(port(), location="EqFA5")
    SAME_DEVICE = replace(SAME_PLACE, aws_device="EqFA5-1")
    THIN = replace(port("dxcon-ffother2"), bandwidth="500Mbps")
    THIRD = elsewhere(on_gateway("bbbbbbb2", GATEWAY), "dxcon-ffother2")
    UNSEEN = elsewhere(on_gateway("bbbbbbb3", GATEWAY), "dxcon-ffhidden")
    LESS = "keeps less bandwidth: 500 Mbit/s at most in one path, where dxcon-fg5678gh has 1000"

    def warnings(self, *ports: Connection | Lag, neighbours: tuple[VirtualInterface, ...] = (OTHER,)) -> list[str]:
        finding = finding_in(around(*ports, neighbours=neighbours))
        if finding == passes("each gateway keeps another path"):
            return []
        assert Outcome.WARN is finding.outcome
        return [warning.removeprefix(f"gateway {GATEWAY} ") for warning in finding.reason.split("; ")]

    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            # A device that AWS does not show is not known to be the same.
            (replace(SAME_PLACE, aws_device=None), "keeps only paths at one location (EqFA5)"),
            (replace(SAME_PLACE, aws_device=""), "keeps only paths at one location (EqFA5)"),
            (SAME_DEVICE, "keeps only paths on one AWS device (EqFA5-1)"),
        ],
    )
    def test_two_paths_at_one_place(self, first: Connection, expected: str) -> None:
        second = replace(first, connection_id="dxcon-ffother2")
        warnings = self.warnings(first, second, neighbours=(OTHER, self.THIRD))
        assert [f"{expected}: dxvif-bbbbbbb1, dxvif-bbbbbbb2"] == warnings

    def test_two_paths_at_two_places_are_enough(self) -> None:
        other = replace(self.THIN, bandwidth="1Gbps")
        assert [] == self.warnings(self.SAME_DEVICE, other, neighbours=(OTHER, self.THIRD))

    def test_less_bandwidth_in_every_path(self) -> None:
        assert self.LESS == self.warnings(self.THIN, neighbours=(self.THIRD,))[-1]
        assert [] == self.warnings(self.THIN, self.SAME_DEVICE, neighbours=(self.THIRD, OTHER))

    @pytest.mark.parametrize("bandwidth", [None, "", "much"])
    def test_unknown_bandwidth(self, bandwidth: str | None) -> None:
        expected = "keeps only paths whose bandwidth AWS does not show: dxvif-bbbbbbb1"
        assert expected == self.warnings(replace(port(), bandwidth=bandwidth))[-1]

    @pytest.mark.parametrize(("links", "is_enough"), [(1, False), (2, True), (3, True)])
    def test_the_bandwidth_of_a_lag_is_the_sum_of_its_other_links(self, links: int, *, is_enough: bool) -> None:
        members = [replace(member(f"dxcon-member0{number}"), bandwidth="500Mbps") for number in range(links)]
        approved = replace(member("dxcon-member0a", decommission="approved"), bandwidth="10Gbps")
        on_lag = elsewhere(on_gateway("bbbbbbb1", GATEWAY), LAG_ID)
        assert is_enough == (self.LESS not in self.warnings(group(*members, approved), neighbours=(on_lag,)))

    def test_hidden_paths_are_named_if_the_visible_ones_are_not_enough(self) -> None:
        expected = ["keeps one path only, at EqFA5: dxvif-bbbbbbb1", f"keeps dxvif-bbbbbbb3, {HIDDEN}"]
        assert expected == self.warnings(self.SAME_DEVICE, neighbours=(OTHER, self.UNSEEN))

    @pytest.mark.parametrize(
        ("here", "first", "second", "warned"),
        [
            (True, False, None, True),
            (True, True, False, False),
            (False, False, None, False),
            (None, False, None, False),
        ],
    )
    def test_site_link_is_to_stay(self, *, here: bool | None, first: bool, second: bool | None, warned: bool) -> None:
        leaving = replace(LEAVING, site_link_enabled=here)
        others = (replace(OTHER, site_link_enabled=first), replace(self.UNSEEN, site_link_enabled=second))
        shown = around(self.SAME_DEVICE, neighbours=others)
        words = f"gateway {GATEWAY} keeps no path with SiteLink, by which sites reach each other"
        assert warned == (words in redundancy(evidence(leaving, around=shown)).reason)

    def test_site_link_of_a_path_whose_port_is_hidden(self) -> None:
        leaving = replace(LEAVING, site_link_enabled=True)
        shown = around(self.SAME_DEVICE, neighbours=(OTHER, replace(self.UNSEEN, site_link_enabled=True)))
        assert "SiteLink" not in redundancy(evidence(leaving, around=shown)).reason

    def test_every_warning_of_every_gateway_is_named(self) -> None:
        second = elsewhere(on_gateway("bbbbbbb4", "dxgw-2"), "dxcon-ffother2")
        thin = replace(self.THIN, location="EqFA5")
        first = replace(thin, connection_id=OTHER.connection_id)
        shown = replace(around(first, thin, neighbours=(OTHER, second)), gateway_names={"dxgw-2": "core"})
        expected = warns(
            f"gateway {GATEWAY} keeps one path only, at EqFA5: dxvif-bbbbbbb1; gateway {GATEWAY} {self.LESS}; gateway "
            f"dxgw-2 (core) keeps one path only, at EqFA5: dxvif-bbbbbbb4; gateway dxgw-2 (core) {self.LESS}"
        )
        assert expected == redundancy(evidence(LEAVING, on_gateway("aaaaaaa2", "dxgw-2"), around=shown))

    def test_interfaces_without_a_gateway(self) -> None:
        public = [replace(one, type="public") for one in (ONE, TWO)]
        private = replace(on_gateway("aaaaaaa3", None), virtual_gateway_id="")
        expected = warns(
            "nobody can tell what else carries the traffic of public interfaces: dxvif-aaaaaaa1, dxvif-aaaaaaa2; AWS "
            "shows no gateway of dxvif-aaaaaaa3"
        )
        assert expected == redundancy(evidence(*public, private))


@pytest.mark.parametrize(
    ("bandwidth", "expected"),
    [
        *[("1Gbps", 1_000), ("10Gbps", 10_000), ("50Mbps", 50), ("500Mbps", 500)],
        *[(None, 0), ("", 0), ("Gbps", 0), ("1 Gbps", 0), ("1Gbps ", 0), ("1Kbps", 0), ("x1Gbps", 0)],
    ],
)
def test_megabits(bandwidth: str | None, expected: int) -> None:
    assert expected == megabits(bandwidth)


class TestOfAConnectionThatStays:
    STAYS = replace(APPROVED, tags={})
    SAME = elsewhere(on_gateway("aaaaaaa2", GATEWAY), CONNECTION_ID)

    def test_another_interface_of_it_is_a_path(self) -> None:
        expected = Path(
            virtual_interface_id="dxvif-aaaaaaa2",
            connection_id=CONNECTION_ID,
            location="EqFA5",
            device="EqFA5-1",
            megabits=1000,
        )
        shown = around(self.STAYS, neighbours=(self.SAME,))
        assert (expected,) == paths(GATEWAY, (), shown, SETTINGS)
        assert () == paths(GATEWAY, (CONNECTION_ID,), shown, SETTINGS), "but not if it leaves as well"

    def test_a_path_on_the_port_of_another_account(self) -> None:
        expected = Path(virtual_interface_id="dxvif-bbbbbbb1", connection_id=OTHER.connection_id)
        assert (expected,) == paths(GATEWAY, (), around(), SETTINGS)

    def test_only_paths_on_it_are_a_warning(self) -> None:
        shown = evidence(LEAVING, of=self.STAYS, around=around(self.STAYS, neighbours=(self.SAME,)))
        finding = redundancy(replace(shown, plan=replace(shown.plan, keeps_connection=True)))
        assert warns(f"gateway {GATEWAY} keeps only paths on {CONNECTION_ID} itself: dxvif-aaaaaaa2") == finding
