"""The guards of LAGs and of hosted connections."""

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
UNCOUNTED = ", not counting links that are approved for decommission: "
ADVICE = "; make sure that the LAG can do with fewer links, or name the LAG (lagId) if all of it is to go"


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


def short(links: int, minimum: int) -> str:
    return (
        f"{LAG_ID} would have {links} of the {minimum} links that it needs, below which AWS lets no available member "
        "leave: lower its minimum with UpdateLag"
    )


class TestLag:
    def test_a_connection_in_no_lag_passes(self) -> None:
        around = replace(AROUND, lags=(group(minimum_links=4),), neighbours=OF_LAG)
        assert passes("the connection is not a member of a LAG") == lag(evidence(around=around))

    def test_a_lag_that_aws_does_not_show_blocks(self) -> None:
        expected = blocks(f"the connection is a member of {LAG_ID}, which AWS does not show; find out what it is")
        assert expected == lag(evidence(of=MEMBER))

    @pytest.mark.parametrize(
        ("others", "minimum_links", "why"),
        [
            *[([member(SECOND)], minimum, "enough links stay") for minimum in (0, 1)],
            # AWS lets the last member leave whatever the minimum is.
            *[([], minimum, "it is the last member") for minimum in (0, 1, 4)],
        ],
    )
    def test_a_lag_that_nothing_depends_on_passes(self, others: list[Connection], minimum_links: int, why: str) -> None:
        expected = passes(f"the connection can leave {LAG_ID}: nothing depends on that LAG, and {why}")
        assert expected == lag(in_lag(*others, minimum_links=minimum_links))

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
        expected = blocks(f"{short(1, 2)}{ADVICE}", [LAG_ID])
        assert expected == lag(in_lag(second, member(THIRD), minimum_links=2))
        assert blocks(f"{short(0, 1)}{ADVICE}", [LAG_ID]) == lag(in_lag(second, minimum_links=1))

    @pytest.mark.parametrize("tags", [{"decommission": "no"}, {"decommission-protected": ""}])
    def test_a_link_that_counts(self, tags: dict[str, str]) -> None:
        assert Outcome.PASS is lag(in_lag(replace(member(SECOND), tags=tags), minimum_links=1)).outcome

    @pytest.mark.parametrize(
        ("shown", "problems", "ids"),
        [
            pytest.param(
                in_lag(member(SECOND), member(THIRD), neighbours=OF_LAG),
                f"2 virtual interfaces of {LAG_ID} would keep 2 available links{UNCOUNTED}{', '.join(OF_LAG_IDS)}",
                [LAG_ID],
                id="on two links",
            ),
            pytest.param(
                in_lag(neighbours=OF_LAG),
                f"2 virtual interfaces of {LAG_ID} would keep 0 available links{UNCOUNTED}{', '.join(OF_LAG_IDS)}",
                [LAG_ID, *OF_LAG_IDS],
                id="on no link",
            ),
            pytest.param(
                in_lag(minimum_links=1, neighbours=OF_LAG[:1], hosted=("dxcon-hosted01",)),
                f"1 virtual interface and 1 hosted connection of {LAG_ID} would keep 0 available links{UNCOUNTED}"
                f"dxvif-aaaaaaa1, dxcon-hosted01; {short(0, 1)}",
                [LAG_ID, "dxvif-aaaaaaa1"],
                id="with a hosted connection",
            ),
            *[
                pytest.param(
                    in_lag(minimum_links=minimum, hosted=("dxcon-hosted01",)),
                    f"1 hosted connection of {LAG_ID} would keep 0 available links{UNCOUNTED}dxcon-hosted01{problem}",
                    [LAG_ID],
                    id=f"a hosted connection alone, minimum {minimum}",
                )
                for minimum, problem in ((0, ""), (1, f"; {short(0, 1)}"))
            ],
        ],
    )
    def test_what_depends_on_the_lag_blocks(self, shown: Evidence, problems: str, ids: list[str]) -> None:
        """An override must name each interface that would lose its last link; otherwise the LAG is enough."""
        assert blocks(f"{problems}{ADVICE}", ids) == lag(shown)

    @pytest.mark.parametrize(
        ("neighbour", "expected"),
        [
            pytest.param(elsewhere(ONE), Outcome.PASS, id="of another connection"),
            pytest.param(elsewhere(ONE, "dxlag-ffabc123"), Outcome.PASS, id="of another LAG"),
            pytest.param(replace(elsewhere(ONE, LAG_ID), state="deleted"), Outcome.PASS, id="deleted"),
            pytest.param(elsewhere(FOREIGN, LAG_ID), Outcome.BLOCK, id="of another account"),
        ],
    )
    def test_which_interfaces_depend_on_the_lag(self, neighbour: VirtualInterface, expected: Outcome) -> None:
        assert expected is lag(in_lag(member(SECOND), neighbours=(neighbour,))).outcome


class TestHostedConnections:
    IDS = ("dxcon-hosted01", "dxcon-hosted02")
    HOSTED = f"it or its LAG carries hosted connections of a partner's customers: {', '.join(IDS)}; move them first"
    INTERCONNECT = f"{CONNECTION_ID} is an interconnect, which carries the connections of a partner's customers"
    PARTNERS_LAG = (
        f"{LAG_ID} is a partner's LAG (it allows hosted connections): a member that leaves it becomes an interconnect, "
        "which this application does not delete"
    )
    OF_PARTNER = replace(AROUND, lags=(replace(group(MEMBER), allows_hosted_connections=True),))

    @pytest.mark.parametrize(
        "shown",
        [
            pytest.param(evidence(), id="in no LAG"),
            pytest.param(in_lag(), id="in a LAG"),
            pytest.param(evidence(around=OF_PARTNER), id="in no LAG of the partner"),
            pytest.param(evidence(around=replace(AROUND, refusals={"DescribeLoa": "No"})), id="another call refused"),
        ],
    )
    def test_none(self, shown: Evidence) -> None:
        assert passes("it carries no hosted connections") == hosted_connections(shown)

    @pytest.mark.parametrize(
        ("shown", "problems", "ids"),
        [
            pytest.param(evidence(around=replace(AROUND, hosted_connection_ids=IDS)), [HOSTED], IDS, id="hosted"),
            pytest.param(
                evidence(around=replace(AROUND, interconnect_ids=(CONNECTION_ID,))),
                [INTERCONNECT],
                [CONNECTION_ID],
                id="itself",
            ),
            pytest.param(evidence(of=MEMBER, around=OF_PARTNER), [PARTNERS_LAG], [LAG_ID], id="partner's LAG"),
            # An override covers what it names, so no problem may hide another.
            pytest.param(
                evidence(
                    of=MEMBER, around=replace(OF_PARTNER, interconnect_ids=(CONNECTION_ID,), hosted_connection_ids=IDS)
                ),
                [INTERCONNECT, HOSTED, PARTNERS_LAG],
                [CONNECTION_ID, *IDS, LAG_ID],
                id="all",
            ),
        ],
    )
    def test_some(self, shown: Evidence, problems: list[str], ids: list[str]) -> None:
        assert blocks("; ".join(problems), ids) == hosted_connections(shown)

    @pytest.mark.parametrize(
        "operations",
        [
            ["DescribeHostedConnections"],
            ["DescribeInterconnects"],
            ["DescribeHostedConnections", "DescribeInterconnects"],
        ],
    )
    def test_a_refused_call_is_named(self, operations: list[str]) -> None:
        around = replace(AROUND, refusals=dict.fromkeys(reversed(operations), "No"))
        named = "; ".join(f'{operation}: "No"' for operation in operations)
        expected = warns(f"nobody can tell whether it carries hosted connections; AWS refused {named}")
        assert expected == hosted_connections(evidence(around=around))


class TestContradictions:
    """DescribeConnections and DescribeLags need not show the same at once, and an answer may lack a member."""

    def test_a_lag_that_lists_a_connection_of_no_lag_blocks(self) -> None:
        around = replace(AROUND, lags=(group(member(CONNECTION_ID), member(SECOND)),))
        expected = blocks(
            f"AWS shows in one place, and not in another, that {CONNECTION_ID} is a member of {LAG_ID}; start again "
            "once it shows the same"
        )
        assert expected == lag(evidence(around=around))

    def test_another_lag_than_its_own_blocks(self) -> None:
        another = replace(group(member(CONNECTION_ID)), lag_id="dxlag-another1")
        shown = evidence(of=MEMBER, around=replace(AROUND, lags=(group(MEMBER), another)))
        assert f"that {CONNECTION_ID} is a member of dxlag-another1;" in lag(shown).reason

    def test_the_planned_lag_may_still_list_what_has_left_it(self) -> None:
        shown = evidence(around=replace(AROUND, lags=(group(member(CONNECTION_ID), member(SECOND)),)))
        left = replace(shown, plan=replace(shown.plan, lag_id=LAG_ID))
        assert passes("the connection is not a member of a LAG") == lag(left)

    @pytest.mark.parametrize(("has_begun", "outcome"), [(False, Outcome.BLOCK), (True, Outcome.PASS)])
    def test_a_lag_without_members_is_the_last_ones_only_once_the_run_has_begun(
        self, *, has_begun: bool, outcome: Outcome
    ) -> None:
        shown = evidence(of=MEMBER, around=replace(AROUND, lags=(group(minimum_links=1),)))
        assert outcome is lag(replace(shown, run_has_begun=has_begun)).outcome

    def test_refused_hosted_connections_may_depend_on_it(self) -> None:
        shown = in_lag(member(SECOND))
        refused = replace(shown.surroundings, refusals={"DescribeHostedConnections": "No"})
        expected = warns(f'nobody can tell whether hosted connections depend on {LAG_ID}; AWS said: "No"')
        assert expected == lag(replace(shown, surroundings=refused))
