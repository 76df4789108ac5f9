"""The guard of redundancy: what counts as a path of a gateway, and what to worry about in what is left."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Finding, blocks, passes, warns
from decommission.guards.paths import megabits, redundancy
from decommission.models import Attachment, Connection, Lag, Surroundings, VirtualInterface, VirtualInterfaceState
from decommission.run import Outcome
from tests.support.evidence import AROUND, ONE, TWO, elsewhere, evidence, group, member, on_gateway, port
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, OTHER_ACCOUNT

GATEWAY = "dxgw-1"
LEAVING = on_gateway("aaaaaaa1", GATEWAY)
OTHER = elsewhere(on_gateway("bbbbbbb1", GATEWAY))
HIDDEN = "whose port and routes this account and region cannot show"
ADVICE = (
    ". A path is an available virtual interface on an available connection that is not approved for decommission; "
    "bring one up first, or override with the ids of the interfaces if their gateway is to lose its last path"
)
SECOND = "dxcon-member02"


def around(
    *ports: Connection | Lag, neighbours: tuple[VirtualInterface, ...] = (OTHER,), **attachment: str
) -> Surroundings:
    """Make surroundings with one attachment of the gateway, if anything is said about it."""
    elsewhere_attached = Attachment(
        gateway_id=GATEWAY,
        virtual_interface_id="dxvif-ccccccc1",
        region="eu-west-1",
        owner_account=ACCOUNT,
        state="attached",
    )
    return replace(
        AROUND,
        connections=tuple(one for one in ports if isinstance(one, Connection)),
        lags=tuple(one for one in ports if isinstance(one, Lag)),
        neighbours=neighbours,
        attachments=(replace(elsewhere_attached, **attachment),) if attachment else (),
    )


def asked(shown: Surroundings) -> Finding:
    return redundancy(evidence(LEAVING, around=shown))


def on(interface: VirtualInterface, *ports: Connection | Lag) -> Finding:
    return asked(around(*ports, neighbours=(interface,)))


def last(uncounted: str = "", state: str = "available") -> Finding:
    """Make the finding that the one interface is the last path, and what else of its gateway was not counted."""
    named = f"; not counted: {uncounted}" if uncounted else ""
    return blocks(
        f"no other path would be left of a gateway: dxvif-aaaaaaa1 ({state}) on gateway {GATEWAY}{named}{ADVICE}",
        ["dxvif-aaaaaaa1"],
    )


def kept(gateway_id: str = GATEWAY, location: str = "EqDC2") -> Finding:
    """Make the finding that one path is left, which is no redundancy any more."""
    return warns(f"gateway {gateway_id} keeps one path only, at {location}: dxvif-bbbbbbb1")


class TestPaths:
    @pytest.mark.parametrize("gateway_id", [GATEWAY, "vgw-1"])
    def test_one_on_another_port_is_left(self, gateway_id: str) -> None:
        shown = around(port(), neighbours=(elsewhere(on_gateway("bbbbbbb1", gateway_id)),))
        assert kept(gateway_id) == redundancy(evidence(on_gateway("aaaaaaa1", gateway_id), around=shown))

    @pytest.mark.parametrize("state", [*(word for word in VirtualInterfaceState if word != "available"), "approving"])
    def test_an_interface_that_is_not_up(self, state: str) -> None:
        uncounted = "" if state in {"deleted", "rejected"} else f"dxvif-bbbbbbb1 ({state})"
        assert last(uncounted) == on(replace(OTHER, state=state), port())

    @pytest.mark.parametrize("state", ["down", "pending", "unknown", "deleting", "approving"])
    def test_a_connection_that_is_not_up(self, state: str) -> None:
        assert last("dxvif-bbbbbbb1 on dxcon-ffother1 (not available)") == on(OTHER, port(state=state))

    @pytest.mark.parametrize("value", ["approved", "approved:0123456789ab", " approved"])
    def test_a_connection_that_is_approved_itself(self, value: str) -> None:
        assert last("dxvif-bbbbbbb1 on dxcon-ffother1 (approved for decommission)") == on(
            OTHER, port(decommission=value)
        )

    def test_a_connection_that_is_protected_is_one(self) -> None:
        assert kept() == on(OTHER, replace(port(), tags={"decommission-protected": "", "decommission": "no"}))

    @pytest.mark.parametrize("gateway_id", ["dxgw-2", "vgw-1", None])
    def test_another_gateway(self, gateway_id: str | None) -> None:
        assert last() == on(elsewhere(on_gateway("bbbbbbb1", gateway_id)), port())

    def test_the_connection_itself(self) -> None:
        of_itself = replace(OTHER, connection_id=CONNECTION_ID)
        assert last() == on(of_itself, port(CONNECTION_ID)) == on(of_itself)

    def test_a_port_without_an_id_may_be_any(self) -> None:
        assert last() == on(replace(OTHER, connection_id=""))

    def test_two_of_the_same_connection_are_no_redundancy(self) -> None:
        two = on_gateway("aaaaaaa2", GATEWAY)
        expected = blocks(
            f"no other path would be left of a gateway: dxvif-aaaaaaa1 (available) on gateway {GATEWAY}, "
            f"dxvif-aaaaaaa2 (available) on gateway {GATEWAY}{ADVICE}",
            ["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"],
        )
        assert expected == redundancy(evidence(LEAVING, two))

    @pytest.mark.parametrize("state", ["down", "pending", "testing", "unknown", "approving"])
    def test_the_state_of_what_leaves_does_not_matter(self, state: str) -> None:
        assert last(state=state) == redundancy(evidence(replace(LEAVING, state=state)))

    @pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
    def test_what_is_being_deleted_has_left(self, state: str) -> None:
        expected = passes("no virtual interface is left")
        assert expected == redundancy(evidence(replace(LEAVING, state=state))) == redundancy(evidence())

    def test_what_is_not_counted_is_named_for_each_gateway(self) -> None:
        others = [replace(elsewhere(on_gateway(f"bbbbbbb{n}", f"dxgw-{n}")), state="down") for n in (1, 2)]
        leaving = [on_gateway(f"aaaaaaa{n}", f"dxgw-{n}") for n in (1, 2)]
        finding = redundancy(evidence(*leaving, around=around(port(), neighbours=tuple(others))))
        assert "; not counted: dxvif-bbbbbbb1 (down), dxvif-bbbbbbb2 (down). A path" in finding.reason

    def test_only_gateways_without_a_path_block(self) -> None:
        others = [on_gateway("aaaaaaa2", "dxgw-2"), on_gateway("aaaaaaa3", "vgw-1")]
        shown = replace(around(port()), gateway_names={"dxgw-2": "core"})
        expected = blocks(
            "no other path would be left of a gateway: dxvif-aaaaaaa2 (available) on gateway dxgw-2 (core), "
            f"dxvif-aaaaaaa3 (available) on gateway vgw-1{ADVICE}",
            ["dxvif-aaaaaaa2", "dxvif-aaaaaaa3"],
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
    def test_no_member_is_left(self, lag: Lag, why: str) -> None:
        assert last(f"dxvif-bbbbbbb1 on {LAG_ID} ({why})") == on(self.ON_LAG, lag)


class TestElsewhere:
    HIDDEN = f"gateway {GATEWAY} keeps dxvif-ccccccc1, {HIDDEN}"

    def test_on_a_port_of_another_account(self) -> None:
        """Its own state is all that can be seen of it."""
        assert warns(f"gateway {GATEWAY} keeps dxvif-bbbbbbb1, {HIDDEN}") == on(OTHER)

    @pytest.mark.parametrize(
        "attachment",
        [
            {"region": "eu-west-1"},
            {"region": "eu-west-1", "owner_account": ""},
            {"region": "eu-central-1", "owner_account": OTHER_ACCOUNT},
            {"region": "", "owner_account": OTHER_ACCOUNT},
            {"region": "eu-west-1", "owner_account": OTHER_ACCOUNT},
        ],
        ids=["region", "region, owner not shown", "account", "account, region not shown", "both"],
    )
    def test_by_its_attachment(self, attachment: dict[str, str]) -> None:
        assert warns(self.HIDDEN) == asked(around(neighbours=(), **attachment))

    @pytest.mark.parametrize(
        "attachment",
        [
            {"region": "eu-central-1"},
            {"region": ""},
            {"region": "", "owner_account": ""},
            {"region": "eu-central-1", "owner_account": ""},
            *[{"state": state} for state in ("attaching", "detaching", "detached", "unknown", "Attached")],
            {"gateway_id": "dxgw-2"},
            {"virtual_interface_id": "dxvif-aaaaaaa1"},
        ],
        ids=str,
    )
    def test_an_attachment_that_proves_nothing(self, attachment: dict[str, str]) -> None:
        assert last() == asked(around(neighbours=(), **attachment))

    @pytest.mark.parametrize("state", ["down", "available"])
    def test_what_can_be_seen_counts_by_what_is_seen(self, state: str) -> None:
        """Another account's interface, on a port of this account that is approved itself."""
        seen = replace(OTHER, virtual_interface_id="dxvif-ccccccc1", state=state, owner_account=OTHER_ACCOUNT)
        shown = around(port(decommission="approved"), neighbours=(seen,), owner_account=OTHER_ACCOUNT)
        why = (
            "dxvif-ccccccc1 (down)"
            if state == "down"
            else "dxvif-ccccccc1 on dxcon-ffother1 (approved for decommission)"
        )
        assert last(why) == asked(shown)

    def test_another_of_the_plan_has_left_even_if_it_is_still_attached(self) -> None:
        gone = replace(TWO, virtual_interface_id="dxvif-ccccccc1")
        shown = around(neighbours=(), owner_account=OTHER_ACCOUNT)
        assert last() == redundancy(evidence(LEAVING, around=shown, planned=(LEAVING, gone)))

    def test_one_on_the_connection_itself_is_no_other(self) -> None:
        unplanned = replace(TWO, virtual_interface_id="dxvif-ccccccc1", owner_account=OTHER_ACCOUNT)
        shown = around(neighbours=(), owner_account=OTHER_ACCOUNT)
        finding = redundancy(evidence(LEAVING, unplanned, around=shown, planned=(LEAVING,)))
        assert last().outcome is finding.outcome

    def test_refused(self) -> None:
        refused = replace(around(neighbours=()), refusals={"DescribeDirectConnectGatewayAttachments": "No"})
        reason = f'(available) on gateway {GATEWAY}; AWS refused to list attachments elsewhere: "No"{ADVICE}'
        expected = blocks(f"no other path would be left of a gateway: dxvif-aaaaaaa1 {reason}", ["dxvif-aaaaaaa1"])
        assert expected == asked(refused)


class TestWorries:
    SAME_PLACE = replace(port(), location="EqFA5")
    SAME_DEVICE = replace(SAME_PLACE, aws_device="EqFA5-1")
    THIN = replace(port("dxcon-ffother2"), bandwidth="500Mbps")
    THIRD = elsewhere(on_gateway("bbbbbbb2", GATEWAY), "dxcon-ffother2")
    UNSEEN = elsewhere(on_gateway("bbbbbbb3", GATEWAY), "dxcon-ffhidden")

    def worries(self, *ports: Connection | Lag, neighbours: tuple[VirtualInterface, ...] = (OTHER,)) -> list[str]:
        finding = asked(around(*ports, neighbours=neighbours))
        is_kept = finding == passes("each gateway keeps another path")
        assert (Outcome.PASS if is_kept else Outcome.WARN) is finding.outcome
        return [] if is_kept else [worry.removeprefix(f"gateway {GATEWAY} ") for worry in finding.reason.split("; ")]

    def test_one_path_only(self) -> None:
        assert ["keeps one path only, at EqDC2: dxvif-bbbbbbb1"] == self.worries(port())

    @pytest.mark.parametrize("device", [None, ""])
    def test_one_location(self, device: str | None) -> None:
        """A device that AWS does not show is not known to be the same."""
        ports = [replace(self.SAME_PLACE, connection_id=f"dxcon-ffother{n}", aws_device=device) for n in (1, 2)]
        expected = ["keeps only paths at one location (EqFA5): dxvif-bbbbbbb1, dxvif-bbbbbbb2"]
        assert expected == self.worries(*ports, neighbours=(OTHER, self.THIRD))

    def test_one_device(self) -> None:
        ports = [replace(self.SAME_DEVICE, connection_id=f"dxcon-ffother{n}") for n in (1, 2)]
        expected = ["keeps only paths on one AWS device (EqFA5-1): dxvif-bbbbbbb1, dxvif-bbbbbbb2"]
        assert expected == self.worries(*ports, neighbours=(OTHER, self.THIRD))

    def test_two_places_are_enough(self) -> None:
        other = replace(self.THIN, bandwidth="1Gbps")
        assert [] == self.worries(self.SAME_DEVICE, other, neighbours=(OTHER, self.THIRD))

    def test_less_bandwidth(self) -> None:
        reason = "keeps less bandwidth: 500 Mbit/s at most in one path, where this connection has 1000"
        assert reason == self.worries(self.THIN, neighbours=(self.THIRD,))[-1]
        assert [] == self.worries(self.THIN, self.SAME_DEVICE, neighbours=(self.THIRD, OTHER))

    @pytest.mark.parametrize("bandwidth", [None, "", "much"])
    def test_unknown_bandwidth(self, bandwidth: str | None) -> None:
        expected = "keeps only paths whose bandwidth AWS does not show: dxvif-bbbbbbb1"
        assert expected == self.worries(replace(port(), bandwidth=bandwidth))[-1]

    @pytest.mark.parametrize(("links", "is_enough"), [(1, False), (2, True), (3, True)])
    def test_the_links_of_a_lag_that_stay_add_up(self, links: int, *, is_enough: bool) -> None:
        members = [replace(member(f"dxcon-member0{number}"), bandwidth="500Mbps") for number in range(links)]
        gone = replace(member("dxcon-member0a", decommission="approved"), bandwidth="10Gbps")
        on_lag = elsewhere(on_gateway("bbbbbbb1", GATEWAY), LAG_ID)
        worries = self.worries(group(*members, gone), neighbours=(on_lag,))
        assert is_enough == (not any("less bandwidth" in worry for worry in worries))

    def test_what_is_hidden_is_named_where_the_rest_does_not_suffice(self) -> None:
        expected = [
            "keeps one path only, at EqFA5: dxvif-bbbbbbb1",
            f"keeps dxvif-bbbbbbb3, {HIDDEN}",
        ]
        assert expected == self.worries(self.SAME_DEVICE, neighbours=(OTHER, self.UNSEEN))

    def test_several_worries_of_several_gateways(self) -> None:
        second = elsewhere(on_gateway("bbbbbbb4", "dxgw-2"), "dxcon-ffother2")
        thin = replace(self.THIN, location="EqFA5")
        shown = replace(around(port(), thin, neighbours=(OTHER, second)), gateway_names={"dxgw-2": "core"})
        expected = warns(
            f"gateway {GATEWAY} keeps one path only, at EqDC2: dxvif-bbbbbbb1; gateway dxgw-2 (core) keeps one path "
            "only, at EqFA5: dxvif-bbbbbbb4; gateway dxgw-2 (core) keeps less bandwidth: 500 Mbit/s at most in one "
            "path, where this connection has 1000"
        )
        assert expected == redundancy(evidence(LEAVING, on_gateway("aaaaaaa2", "dxgw-2"), around=shown))

    def test_each_gateway_has_its_worries(self) -> None:
        second = elsewhere(on_gateway("bbbbbbb4", "dxgw-2"), "dxcon-ffother2")
        first = replace(self.THIN, connection_id=OTHER.connection_id)
        shown = around(first, self.THIN, neighbours=(OTHER, second))
        finding = redundancy(evidence(LEAVING, on_gateway("aaaaaaa2", "dxgw-2"), around=shown))
        assert 2 == finding.reason.count("keeps less bandwidth")

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
