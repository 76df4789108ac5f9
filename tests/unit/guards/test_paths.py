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
KEPT = passes("each gateway keeps another path")
HIDDEN = "whose port this account and region cannot show"
ADVICE = (
    ". A path is an available virtual interface on an available connection that is not approved for decommission; "
    "bring one up first"
)
LAST = blocks(
    f"no other path would be left of a gateway: dxvif-aaaaaaa1 on gateway {GATEWAY}{ADVICE}", ["dxvif-aaaaaaa1"]
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


class TestPaths:
    @pytest.mark.parametrize("gateway_id", [GATEWAY, "vgw-1"])
    def test_one_on_another_port_is_left(self, gateway_id: str) -> None:
        shown = around(port(), neighbours=(elsewhere(on_gateway("bbbbbbb1", gateway_id)),))
        assert KEPT == redundancy(evidence(on_gateway("aaaaaaa1", gateway_id), around=shown))

    @pytest.mark.parametrize("state", [*(word for word in VirtualInterfaceState if word != "available"), "approving"])
    def test_an_interface_that_is_not_up(self, state: str) -> None:
        assert LAST == on(replace(OTHER, state=state), port())

    @pytest.mark.parametrize("state", ["down", "pending", "unknown", "deleting", "approving"])
    def test_a_connection_that_is_not_up(self, state: str) -> None:
        assert LAST == on(OTHER, port(state=state))

    @pytest.mark.parametrize("value", ["approved", "approved:0123456789ab", " approved"])
    def test_a_connection_that_is_approved_itself(self, value: str) -> None:
        assert LAST == on(OTHER, port(decommission=value))

    def test_a_connection_that_is_protected_is_one(self) -> None:
        assert KEPT == on(OTHER, replace(port(), tags={"decommission-protected": "", "decommission": "no"}))

    @pytest.mark.parametrize("gateway_id", ["dxgw-2", "vgw-1", None])
    def test_another_gateway(self, gateway_id: str | None) -> None:
        assert LAST == on(elsewhere(on_gateway("bbbbbbb1", gateway_id)), port())

    def test_the_connection_itself(self) -> None:
        of_itself = replace(OTHER, connection_id=CONNECTION_ID)
        assert LAST == on(of_itself, port(CONNECTION_ID)) == on(of_itself)

    def test_a_port_without_an_id_may_be_any(self) -> None:
        assert LAST == on(replace(OTHER, connection_id=""))

    def test_two_of_the_same_connection_are_no_redundancy(self) -> None:
        two = on_gateway("aaaaaaa2", GATEWAY)
        expected = blocks(
            f"no other path would be left of a gateway: dxvif-aaaaaaa1 on gateway {GATEWAY}, dxvif-aaaaaaa2 on gateway "
            f"{GATEWAY}{ADVICE}",
            ["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"],
        )
        assert expected == redundancy(evidence(LEAVING, two))

    @pytest.mark.parametrize("state", ["down", "pending", "testing", "unknown", "approving"])
    def test_the_state_of_what_leaves_does_not_matter(self, state: str) -> None:
        assert LAST == redundancy(evidence(replace(LEAVING, state=state)))

    @pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
    def test_what_is_being_deleted_has_left(self, state: str) -> None:
        expected = passes("no virtual interface is left")
        assert expected == redundancy(evidence(replace(LEAVING, state=state))) == redundancy(evidence())

    def test_only_gateways_without_a_path_block(self) -> None:
        others = [on_gateway("aaaaaaa2", "dxgw-2"), on_gateway("aaaaaaa3", "vgw-1")]
        shown = replace(around(port()), gateway_names={"dxgw-2": "core"})
        expected = blocks(
            "no other path would be left of a gateway: dxvif-aaaaaaa2 on gateway dxgw-2 (core), dxvif-aaaaaaa3 on "
            f"gateway vgw-1{ADVICE}",
            ["dxvif-aaaaaaa2", "dxvif-aaaaaaa3"],
        )
        assert expected == redundancy(evidence(LEAVING, *others, around=shown))


class TestPathsOnLags:
    ON_LAG = elsewhere(on_gateway("bbbbbbb1", GATEWAY), LAG_ID)

    def test_one_available_member_is_enough(self) -> None:
        members = (member(), member(SECOND), member("dxcon-member03", "down"))
        assert KEPT == on(self.ON_LAG, group(*members))

    @pytest.mark.parametrize(
        "lag",
        [
            pytest.param(group(), id="no member"),
            pytest.param(group(member()), id="only the connection itself"),
            pytest.param(group(member(decommission="no"), member(SECOND, decommission="approved")), id="approved"),
            pytest.param(group(member(SECOND, "down"), member(state="available")), id="down"),
            pytest.param(group(member(SECOND), state="down"), id="LAG down"),
            pytest.param(group(member(SECOND), state="unknown"), id="LAG unclear"),
        ],
    )
    def test_no_member_is_left(self, lag: Lag) -> None:
        assert LAST == on(self.ON_LAG, lag)


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
        assert LAST == asked(around(neighbours=(), **attachment))

    @pytest.mark.parametrize("state", ["down", "available"])
    def test_what_can_be_seen_counts_by_what_is_seen(self, state: str) -> None:
        """Another account's interface, on a port of this account that is approved itself."""
        seen = replace(OTHER, virtual_interface_id="dxvif-ccccccc1", state=state, owner_account=OTHER_ACCOUNT)
        shown = around(port(decommission="approved"), neighbours=(seen,), owner_account=OTHER_ACCOUNT)
        assert LAST == asked(shown)

    def test_another_of_the_plan_has_left_even_if_it_is_still_attached(self) -> None:
        gone = replace(TWO, virtual_interface_id="dxvif-ccccccc1")
        shown = around(neighbours=(), owner_account=OTHER_ACCOUNT)
        assert LAST == redundancy(evidence(LEAVING, around=shown, planned=(LEAVING, gone)))

    def test_one_on_the_connection_itself_is_no_other(self) -> None:
        unplanned = replace(TWO, virtual_interface_id="dxvif-ccccccc1", owner_account=OTHER_ACCOUNT)
        shown = around(neighbours=(), owner_account=OTHER_ACCOUNT)
        assert LAST == redundancy(evidence(LEAVING, unplanned, around=shown, planned=(LEAVING,)))

    def test_refused(self) -> None:
        refused = replace(around(neighbours=()), refusals={"DescribeDirectConnectGatewayAttachments": "No"})
        reason = f'gateway {GATEWAY}; AWS refused to list attachments elsewhere: "No"{ADVICE}'
        expected = blocks(f"no other path would be left of a gateway: dxvif-aaaaaaa1 on {reason}", ["dxvif-aaaaaaa1"])
        assert expected == asked(refused)


class TestWorries:
    SAME_PLACE = replace(port(), location="EqFA5")
    SAME_DEVICE = replace(SAME_PLACE, aws_device="EqFA5-1")
    THIN = replace(port("dxcon-ffother2"), bandwidth="500Mbps")
    THIRD = elsewhere(on_gateway("bbbbbbb2", GATEWAY), "dxcon-ffother2")
    UNSEEN = elsewhere(on_gateway("bbbbbbb3", GATEWAY), "dxcon-ffhidden")

    def worries(self, *ports: Connection | Lag, neighbours: tuple[VirtualInterface, ...] = (OTHER,)) -> list[str]:
        finding = asked(around(*ports, neighbours=neighbours))
        assert (Outcome.PASS if finding == KEPT else Outcome.WARN) is finding.outcome
        return [] if finding == KEPT else finding.reason.split("; ")

    def test_the_same_device(self) -> None:
        expected = [f"gateway {GATEWAY} keeps only paths on the same AWS device (EqFA5-1): dxvif-bbbbbbb1"]
        assert expected == self.worries(self.SAME_DEVICE)

    def test_the_same_location(self) -> None:
        expected = [f"gateway {GATEWAY} keeps only paths at the same location (EqFA5): dxvif-bbbbbbb1"]
        assert expected == self.worries(self.SAME_PLACE) == self.worries(replace(self.SAME_PLACE, aws_device=None))

    def test_one_elsewhere_is_enough(self) -> None:
        other = replace(self.THIN, bandwidth="1Gbps")
        assert [] == self.worries(self.SAME_DEVICE, other, neighbours=(OTHER, self.THIRD))
        assert [] == self.worries(port(), neighbours=(OTHER, self.UNSEEN))

    @pytest.mark.parametrize("of", [None, ""])
    def test_a_device_that_is_not_shown_is_not_the_same(self, of: str | None) -> None:
        same = replace(self.SAME_PLACE, aws_device=of)
        shown = evidence(LEAVING, of=replace(self.SAME_PLACE, connection_id=CONNECTION_ID, aws_device=of))
        finding = redundancy(replace(shown, surroundings=around(same)))
        assert "at the same location" in finding.reason

    def test_less_bandwidth(self) -> None:
        reason = "keeps less bandwidth: 500 Mbit/s at most in one path, where this connection has 1000"
        assert [f"gateway {GATEWAY} {reason}"] == self.worries(self.THIN, neighbours=(self.THIRD,))
        assert [] == self.worries(self.THIN, port(), neighbours=(self.THIRD, OTHER))

    @pytest.mark.parametrize("bandwidth", [None, "", "much"])
    def test_unknown_bandwidth(self, bandwidth: str | None) -> None:
        expected = [f"gateway {GATEWAY} keeps only paths whose bandwidth AWS does not show: dxvif-bbbbbbb1"]
        assert expected == self.worries(replace(port(), bandwidth=bandwidth))

    @pytest.mark.parametrize(("links", "is_enough"), [(1, False), (2, True), (3, True)])
    def test_the_links_of_a_lag_that_stay_add_up(self, links: int, *, is_enough: bool) -> None:
        members = [replace(member(f"dxcon-member0{number}"), bandwidth="500Mbps") for number in range(links)]
        gone = replace(member("dxcon-member0a", decommission="approved"), bandwidth="10Gbps")
        on_lag = elsewhere(on_gateway("bbbbbbb1", GATEWAY), LAG_ID)
        assert is_enough == (not self.worries(group(*members, gone), neighbours=(on_lag,)))

    def test_what_is_hidden_is_named_where_the_rest_does_not_suffice(self) -> None:
        expected = [
            f"gateway {GATEWAY} keeps only paths on the same AWS device (EqFA5-1): dxvif-bbbbbbb1",
            f"gateway {GATEWAY} keeps dxvif-bbbbbbb3, {HIDDEN}",
        ]
        assert expected == self.worries(self.SAME_DEVICE, neighbours=(OTHER, self.UNSEEN))

    def test_several_worries_of_several_gateways(self) -> None:
        second = elsewhere(on_gateway("bbbbbbb4", "dxgw-2"), "dxcon-ffother2")
        thin = replace(self.THIN, location="EqFA5")
        shown = replace(around(port(), thin, neighbours=(OTHER, second)), gateway_names={"dxgw-2": "core"})
        expected = warns(
            "gateway dxgw-2 (core) keeps only paths at the same location (EqFA5): dxvif-bbbbbbb4; gateway dxgw-2 "
            "(core) keeps less bandwidth: 500 Mbit/s at most in one path, where this connection has 1000"
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
