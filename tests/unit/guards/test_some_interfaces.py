"""The guards of a run that deletes only some virtual interfaces: they ask about these, and not about the port."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from decommission.guards import BRAKES, GUARDS, IN_REHEARSAL, OF_PORT, heed, judge
from decommission.guards.evidence import Evidence, Finding, Guard, blocks, passes, warns
from decommission.guards.lag import hosted_connections
from decommission.guards.planned import plan
from decommission.guards.tags import STACK_TAG, approval, protection, stack
from decommission.models import Connection, VirtualInterface
from decommission.run import Outcome, Verdict
from tests.support.evidence import (
    APPROVED,
    AROUND,
    FOREIGN,
    MEMBER,
    ONE,
    OTHER_ID,
    REQUEST,
    TWO,
    elsewhere,
    evidence,
    group,
)
from tests.support.strategies import LAG_ID, OTHER_ACCOUNT, plan_of

IDS = (ONE.virtual_interface_id, TWO.virtual_interface_id)
TAGGED = {"decommission": "approved"}
PROTECTED = {"decommission-protected": ""}


def named(
    *virtual_interfaces: VirtualInterface, of: Connection = APPROVED, others: tuple[VirtualInterface, ...] = ()
) -> Evidence:
    """Make evidence of a run that names ONE and TWO, and sees these, with ``others`` around."""
    shown = evidence(*virtual_interfaces, of=of, around=replace(AROUND, neighbours=others, lags=(group(MEMBER),)))
    return replace(
        shown,
        request=replace(REQUEST, virtual_interface_ids=IDS),
        observation=replace(shown.observation, named=IDS),
        plan=plan_of(of, virtual_interfaces, keeps_connection=True),
    )


class TestApproval:
    def test_each_is_approved_for_itself(self) -> None:
        shown = named(*(replace(v, tags=TAGGED) for v in (ONE, TWO)), of=replace(APPROVED, tags={}))
        carries = "carries the tag decommission=approved"
        assert passes(f"{IDS[0]} {carries}; {IDS[1]} {carries}") == approval(shown)

    def test_the_digest_approves_the_plan(self) -> None:
        digits = named(ONE).plan.digest[:12]
        shown = named(replace(ONE, tags={"decommission": f"approved:{digits}"}))
        assert passes(f"the tag decommission of dxvif-aaaaaaa1 approves this plan, {digits}") == approval(shown)

    def test_the_approval_of_the_connection_does_not_count(self) -> None:
        shown = named(ONE, replace(TWO, tags=TAGGED))
        expected = blocks(
            "dxvif-aaaaaaa1 has no tag decommission; the person who approves the deletion sets decommission=approved "
            f"or decommission=approved:{shown.plan.digest[:12]}"
        )
        assert expected == approval(shown)

    @pytest.mark.parametrize(
        ("tags", "said"),
        [
            ({"decommission": "no"}, "the tag decommission of {} is 'no', which is no approval; the approver sets "),
            ({"decommission": f"approved:{'0' * 12}"}, "the tag decommission of {} approves the plan '000000000000', "),
            (TAGGED | {"Decommission": ""}, "the tags decommission, Decommission of {} differ in case only; "),
        ],
    )
    def test_everything_that_objects_is_named(self, tags: dict[str, str], said: str) -> None:
        finding = approval(named(*(replace(v, tags=tags) for v in (ONE, TWO))))
        assert Outcome.BLOCK is finding.outcome
        assert finding.reason.startswith(said.format(IDS[0]))
        assert f"; {said.format(IDS[1])}" in finding.reason

    def test_an_interface_of_another_account_cannot_be_approved_by_itself(self) -> None:
        """AWS shows its tags to that account only."""
        found = approval(named(FOREIGN, replace(TWO, tags=TAGGED)))
        assert found == blocks(
            f"the tags of account {OTHER_ACCOUNT} are hidden here, so that dxvif-aaaaaaa1 cannot be approved by "
            "itself: that account deletes it, or a run of all of dxcon-fg5678gh does"
        )

    def test_nor_one_whose_account_aws_does_not_show(self) -> None:
        found = approval(named(replace(ONE, owner_account="")))
        assert found.reason.startswith("the tags of account unknown are hidden here, so that dxvif-aaaaaaa1 cannot be")

    def test_tags_of_another_account_that_are_visible_count(self) -> None:
        shown = approval(named(replace(FOREIGN, tags=TAGGED)))
        assert passes("dxvif-aaaaaaa1 carries the tag decommission=approved") == shown
        other = approval(named(replace(FOREIGN, tags={"owner": "b"})))
        assert other.reason.startswith("dxvif-aaaaaaa1 has no tag decommission; the person who approves")

    def test_nothing_is_left(self) -> None:
        assert passes("no virtual interface is left to be deleted") == approval(named())


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(
            named(ONE, of=MEMBER, others=(replace(elsewhere(TWO, LAG_ID), tags=PROTECTED),)),
            passes("nothing carries the tag decommission-protected"),
            id="an interface of the LAG",
        ),
        *[
            pytest.param(
                shown,
                blocks(f"the tag decommission-protected protects {id_}; only the person who set it should remove it"),
                id=id_,
            )
            for shown, id_ in (
                (named(ONE, of=replace(APPROVED, tags=PROTECTED)), "dxcon-fg5678gh"),
                (named(ONE, replace(TWO, tags=PROTECTED)), "dxvif-aaaaaaa2"),
            )
        ],
    ],
)
def test_protection_of_the_port_and_of_what_is_deleted_counts(shown: Evidence, expected: Finding) -> None:
    assert expected == protection(shown)


def test_the_stack_of_the_port_does_not_count() -> None:
    made = {STACK_TAG: "network"}
    assert Outcome.PASS is stack(named(ONE, of=replace(APPROVED, tags=made))).outcome
    assert Outcome.BLOCK is stack(named(replace(ONE, tags=made))).outcome


class TestPlan:
    def test_one_is_on_another_port(self) -> None:
        shown = named(others=(elsewhere(TWO), elsewhere(ONE, LAG_ID)))
        expected = blocks(
            f"dxvif-aaaaaaa1 is on {LAG_ID}, dxvif-aaaaaaa2 is on {OTHER_ID}, not on dxcon-fg5678gh; name only virtual "
            "interfaces that are attached to dxcon-fg5678gh itself"
        )
        assert expected == plan(shown)

    @pytest.mark.parametrize(
        "other", [replace(elsewhere(TWO), state="deleted"), replace(elsewhere(ONE), virtual_interface_id="dxvif-other")]
    )
    def test_others_there_do_not_matter(self, other: VirtualInterface) -> None:
        assert Outcome.PASS is plan(named(ONE, TWO, others=(other,))).outcome

    def test_one_that_is_not_shown_is_a_warning(self) -> None:
        assert warns("AWS shows no dxvif-aaaaaaa2: gone already, or the id is mistyped") == plan(named(ONE))


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        ({}, passes("dxcon-fg5678gh is no interconnect, and stays")),
        ({"DescribeHostedConnections": "No"}, passes("dxcon-fg5678gh is no interconnect, and stays")),
        (
            {"DescribeInterconnects": "No"},
            warns('nobody can tell whether it carries hosted connections; AWS refused DescribeInterconnects: "No"'),
        ),
    ],
)
def test_what_a_port_hosts_stays(refused: dict[str, str], expected: Finding) -> None:
    shown = named(ONE, of=MEMBER)
    hosting = replace(group(MEMBER), allows_hosted_connections=True)
    around = replace(shown.surroundings, hosted_connection_ids=("dxcon-hosted01",), lags=(hosting,), refusals=refused)
    assert expected == hosted_connections(replace(shown, surroundings=around))


def test_the_guards_of_the_port_are_not_asked() -> None:
    worst = replace(APPROVED, billing_mode="PortPairFlatRateTier1", mac_sec_secret_arns=("arn",), lag_id=LAG_ID)
    verdicts = {verdict.guard: verdict for verdict in judge(named(ONE, of=worst))}
    stays = {guard for guard, verdict in verdicts.items() if verdict.reason == "dxcon-fg5678gh stays"}
    assert OF_PORT == stays
    assert {Outcome.PASS} == {verdicts[guard].outcome for guard in stays}


@pytest.mark.parametrize(
    ("of", "guard"),
    [(replace(APPROVED, tags={}), "approval"), (replace(APPROVED, tags=TAGGED | PROTECTED), "protection")],
)
@pytest.mark.parametrize(("asked", "more"), [(BRAKES, []), (IN_REHEARSAL, ["redundancy"])])
def test_before_the_first_deletion_only_a_few_are_heeded(
    of: Connection, guard: str, asked: Mapping[str, Guard], more: list[str]
) -> None:
    """During a rehearsal, what is left of a gateway carries everything."""
    last = tuple(Verdict(guard=name, outcome=Outcome.WARN, reason="said before") for name in GUARDS)
    on_gateway = replace(ONE, direct_connect_gateway_id="11111111-1111-1111-1111-111111111111")
    verdicts = heed(evidence(on_gateway, of=of, around=replace(AROUND, neighbours=())), last, asked)
    assert [*GUARDS] == [verdict.guard for verdict in verdicts]
    assert [guard, *more] == [verdict.guard for verdict in verdicts if verdict.outcome is Outcome.BLOCK]
    assert {*GUARDS} - {"approval", "protection", *more} == {v.guard for v in verdicts if v.reason == "said before"}
