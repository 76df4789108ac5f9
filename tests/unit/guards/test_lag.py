"""The guards that ask what depends on the port: its LAG, and partners' customers."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, blocks, passes, warns
from decommission.guards.lag import hosted_connections, lag
from decommission.models import Connection, VirtualInterface
from decommission.run import Outcome
from tests.support.evidence import AROUND, FOREIGN, MEMBER, ONE, TWO, elsewhere, evidence, group, member
from tests.support.strategies import CONNECTION_ID, LAG_ID

SECOND, THIRD = "dxcon-member02", "dxcon-member03"
OF_LAG = (elsewhere(ONE, LAG_ID), elsewhere(TWO, LAG_ID))
OF_LAG_IDS = ["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]
ADVICE = "; make sure that the LAG can do with fewer links"
LOWER = ", below which AWS lets no available member leave: lower its minimum with UpdateLag"


def in_lag(
    *others: Connection,
    minimum_links: int = 0,
    neighbours: tuple[VirtualInterface, ...] = (),
    hosted: tuple[str, ...] = (),
) -> Evidence:
    around = replace(
        AROUND,
        lags=(group(MEMBER, *others, minimum_links=minimum_links),),
        neighbours=neighbours,
        hosted_connection_ids=hosted,
    )
    return evidence(of=MEMBER, around=around)


class TestLag:
    def test_no_member(self) -> None:
        around = replace(AROUND, lags=(group(minimum_links=4),), neighbours=OF_LAG)
        assert passes("the connection is not a member of a LAG") == lag(evidence(around=around))

    def test_of_a_lag_that_is_not_shown(self) -> None:
        expected = blocks(f"the connection is a member of {LAG_ID}, which AWS does not show; find out what it is")
        assert expected == lag(evidence(of=MEMBER))

    @pytest.mark.parametrize("minimum_links", [0, 1])
    def test_enough_links_stay(self, minimum_links: int) -> None:
        expected = passes(
            f"the connection can leave {LAG_ID}: nothing depends on that LAG, and enough links stay",
        )
        assert expected == lag(in_lag(member(SECOND), minimum_links=minimum_links))

    @pytest.mark.parametrize("minimum_links", [0, 1, 4])
    def test_the_last_member_may_leave_whatever_the_minimum(self, minimum_links: int) -> None:
        expected = passes(
            f"the connection can leave {LAG_ID}: nothing depends on that LAG, and it is the last member",
        )
        assert expected == lag(in_lag(minimum_links=minimum_links))

    @pytest.mark.parametrize(
        "second",
        [
            pytest.param(member(SECOND, decommission="approved"), id="approved"),
            pytest.param(member(SECOND, decommission="approved:0123"), id="perhaps approved"),
            pytest.param(member(SECOND, "down"), id="down"),
            pytest.param(member(SECOND, "unknown"), id="unclear"),
        ],
    )
    def test_a_link_that_does_not_count(self, second: Connection) -> None:
        reason = f"{LAG_ID} would have 1 of the 2 links that it needs{LOWER}{ADVICE}"
        assert blocks(reason, [LAG_ID]) == lag(in_lag(second, member(THIRD), minimum_links=2))

    @pytest.mark.parametrize("tags", [{"decommission": "no"}, {"decommission-protected": ""}])
    def test_a_link_that_counts(self, tags: dict[str, str]) -> None:
        assert Outcome.PASS is lag(in_lag(replace(member(SECOND), tags=tags), minimum_links=1)).outcome

    def test_no_counted_link_is_left(self) -> None:
        reason = f"{LAG_ID} would have 0 of the 1 links that it needs{LOWER}{ADVICE}"
        assert blocks(reason, [LAG_ID]) == lag(in_lag(member(SECOND, "down"), minimum_links=1))

    def test_interfaces_of_the_lag(self) -> None:
        """On links that are left, consent to the LAG is enough."""
        expected = blocks(
            f"2 virtual interfaces of {LAG_ID} would keep 2 available links, not counting links that are approved for "
            f"decommission: dxvif-aaaaaaa1, dxvif-aaaaaaa2{ADVICE}",
            [LAG_ID],
        )
        assert expected == lag(in_lag(member(SECOND), member(THIRD), neighbours=OF_LAG))

    def test_interfaces_of_the_lag_on_no_link(self) -> None:
        """Without a link that is left, each interface of the LAG needs consent."""
        expected = blocks(
            f"2 virtual interfaces of {LAG_ID} would keep 0 available links, not counting links that are approved for "
            f"decommission: dxvif-aaaaaaa1, dxvif-aaaaaaa2{ADVICE}",
            [LAG_ID, *OF_LAG_IDS],
        )
        assert expected == lag(in_lag(neighbours=OF_LAG))

    def test_interfaces_and_hosted_connections_of_the_last_member(self) -> None:
        expected = blocks(
            f"1 virtual interface and 1 hosted connection of {LAG_ID} would keep 0 available links, not counting links "
            f"that are approved for decommission: dxvif-aaaaaaa1, dxcon-hosted01; {LAG_ID} would have 0 of the 1 links "
            f"that it needs{LOWER}{ADVICE}",
            [LAG_ID, "dxvif-aaaaaaa1"],
        )
        assert expected == lag(in_lag(minimum_links=1, neighbours=OF_LAG[:1], hosted=("dxcon-hosted01",)))

    @pytest.mark.parametrize("minimum_links", [0, 1])
    def test_hosted_connections_alone(self, minimum_links: int) -> None:
        finding = lag(in_lag(minimum_links=minimum_links, hosted=("dxcon-hosted01", "dxcon-hosted02")))
        keeps = f"2 hosted connections of {LAG_ID} would keep 0 available links, "
        short = f"; {LAG_ID} would have 0 of the 1 links that it needs{LOWER}"
        assert ([LAG_ID], True, bool(minimum_links)) == (
            [objection.resource_id for objection in finding.objections],
            finding.reason.startswith(keeps),
            short in finding.reason,
        )

    @pytest.mark.parametrize(
        "neighbour",
        [
            pytest.param(elsewhere(ONE), id="of another connection"),
            pytest.param(elsewhere(ONE, "dxlag-ffabc123"), id="of another LAG"),
            pytest.param(replace(elsewhere(ONE, LAG_ID), state="deleted"), id="gone"),
        ],
    )
    def test_what_does_not_depend_on_it(self, neighbour: VirtualInterface) -> None:
        assert Outcome.PASS is lag(in_lag(member(SECOND), neighbours=(neighbour,))).outcome

    def test_an_interface_of_another_account_depends_on_it(self) -> None:
        assert Outcome.BLOCK is lag(in_lag(member(SECOND), neighbours=(elsewhere(FOREIGN, LAG_ID),))).outcome


class TestHostedConnections:
    HOSTED = (
        "it or its LAG carries hosted connections of a partner's customers: dxcon-hosted01, dxcon-hosted02; move them "
        "first"
    )
    HOSTED_IDS = ("dxcon-hosted01", "dxcon-hosted02")
    INTERCONNECT = f"{CONNECTION_ID} is an interconnect, which carries the connections of a partner's customers"
    PARTNERS_LAG = (
        f"{LAG_ID} is a partner's LAG (it allows hosted connections): a member that leaves it becomes an interconnect, "
        "which this application does not delete"
    )

    @pytest.mark.parametrize("shown", [evidence(), in_lag()], ids=["alone", "in a LAG"])
    def test_none(self, shown: Evidence) -> None:
        assert passes("it carries no hosted connections") == hosted_connections(shown)

    def test_some(self) -> None:
        shown = evidence(around=replace(AROUND, hosted_connection_ids=self.HOSTED_IDS))
        assert blocks(self.HOSTED, self.HOSTED_IDS) == hosted_connections(shown)

    def test_an_interconnect(self) -> None:
        shown = evidence(around=replace(AROUND, is_interconnect=True))
        assert blocks(self.INTERCONNECT, [CONNECTION_ID]) == hosted_connections(shown)

    def test_everything_at_once_is_named(self) -> None:
        """An override covers what it names, so the interconnect must not hide what it carries."""
        around = replace(
            AROUND,
            is_interconnect=True,
            hosted_connection_ids=self.HOSTED_IDS,
            lags=(replace(group(MEMBER), allows_hosted_connections=True),),
        )
        expected = blocks(
            f"{self.INTERCONNECT}; {self.HOSTED}; {self.PARTNERS_LAG}", [CONNECTION_ID, *self.HOSTED_IDS, LAG_ID]
        )
        assert expected == hosted_connections(evidence(of=MEMBER, around=around))

    def test_a_partners_lag(self) -> None:
        around = replace(AROUND, lags=(replace(group(MEMBER), allows_hosted_connections=True),))
        assert blocks(self.PARTNERS_LAG, [LAG_ID]) == hosted_connections(evidence(of=MEMBER, around=around))
        assert Outcome.PASS is hosted_connections(evidence(around=around)).outcome

    @pytest.mark.parametrize(
        ("refusals", "named"),
        [
            ({"DescribeHostedConnections": "No"}, 'DescribeHostedConnections: "No"'),
            ({"DescribeInterconnects": "Not you"}, 'DescribeInterconnects: "Not you"'),
            (
                {"DescribeInterconnects": "Not you", "DescribeHostedConnections": "No"},
                'DescribeHostedConnections: "No"; DescribeInterconnects: "Not you"',
            ),
        ],
        ids=["hosted connections", "interconnects", "both"],
    )
    def test_refused(self, refusals: dict[str, str], named: str) -> None:
        expected = warns(f"nobody can tell whether it carries hosted connections; AWS refused {named}")
        assert expected == hosted_connections(evidence(around=replace(AROUND, refusals=refusals)))

    def test_another_refusal_is_none_of_its_business(self) -> None:
        shown = evidence(around=replace(AROUND, refusals={"DescribeLoa": "No"}))
        assert Outcome.PASS is hosted_connections(shown).outcome
