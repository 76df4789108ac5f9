"""The guards of a run that names a LAG: they ask about all of it, as about one port."""

from dataclasses import replace

import pytest

from decommission.guards import OVERRIDABLE, judge
from decommission.guards.evidence import Evidence, blocks, passes, warns
from decommission.guards.lag import hosted_connections, lag
from decommission.guards.leftovers import billing, mac_sec
from decommission.guards.owners import ownership
from decommission.guards.paths import redundancy
from decommission.guards.planned import plan
from decommission.guards.state import state
from decommission.guards.tags import STACK_TAG, approval, essential, protection, stack
from decommission.guards.traffic import traffic
from decommission.models import Lag, Surroundings, Traffic
from decommission.run import Outcome
from tests.support.evidence import (
    AROUND,
    GATEWAY,
    MEMBER,
    OF_LAG,
    ONE,
    OTHER_ID,
    OTHER_MEMBER,
    SETTINGS,
    TWO,
    WHOLE,
    elsewhere,
    on_gateway,
    override,
    whole,
)
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, OTHER_ACCOUNT

IDS = [CONNECTION_ID, OTHER_ID, LAG_ID]
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mac-sec"


def with_tags(id_: str, tags: dict[str, str]) -> Lag:
    """Return the LAG, on which one of its parts has these tags."""
    members = tuple(replace(c, tags=tags) if c.connection_id == id_ else c for c in WHOLE.members)
    return replace(WHOLE, members=members, tags=tags if id_ == LAG_ID else WHOLE.tags)


def test_every_guard_lets_it_pass() -> None:
    verdicts = judge(whole())
    assert {} == {verdict.guard: verdict.reason for verdict in verdicts if verdict.outcome is not Outcome.PASS}


class TestTags:
    def test_all_of_it_is_approved(self) -> None:
        said = "; ".join(f"{id_} carries the tag decommission=approved" for id_ in IDS)
        assert passes(said) == approval(whole())

    @pytest.mark.parametrize("id_", IDS)
    def test_each_part_needs_the_approval(self, id_: str) -> None:
        found = approval(whole(of=with_tags(id_, {})))
        digits = whole(of=with_tags(id_, {})).plan.digest[:12]
        assert found == blocks(
            f"{id_} has no tag decommission; the person who approves the deletion sets decommission=approved or "
            f"decommission=approved:{digits}"
        )

    @pytest.mark.parametrize("id_", IDS)
    def test_each_part_protects_all(self, id_: str) -> None:
        found = protection(whole(of=with_tags(id_, {"decommission-protected": ""})))
        expected = f"the tag decommission-protected protects {id_}; only the person who set it should remove it"
        assert blocks(expected) == found

    @pytest.mark.parametrize("id_", IDS)
    def test_each_part_may_be_of_a_stack(self, id_: str) -> None:
        found = stack(whole(of=with_tags(id_, {STACK_TAG: "network"})))
        expected = f"CloudFormation made {id_} (stack network); delete it through its stack, or the stack breaks"
        assert blocks(expected, [id_]) == found

    @pytest.mark.parametrize("id_", IDS)
    def test_each_part_may_be_managed(self, id_: str) -> None:
        found = stack(whole(of=with_tags(id_, {"terraform": "yes"})))
        assert (Outcome.WARN, True) == (found.outcome, f"{id_} (terraform=yes)" in found.reason)

    @pytest.mark.parametrize("id_", IDS)
    def test_a_result_keeps_only_the_tags_that_are_read(self, id_: str) -> None:
        kept = {"decommission": "approved", "decommission-protected": "", STACK_TAG: "network", "terraform": "yes"}
        assert with_tags(id_, kept) == essential(with_tags(id_, kept | {"owner": "x" * 200}), SETTINGS)


class TestOwnersAndStates:
    def test_all_of_it_is_ours(self) -> None:
        assert passes(f"{', '.join(IDS)} belong to this account, {ACCOUNT}") == ownership(whole())

    def test_a_member_is_anothers(self) -> None:
        group = replace(WHOLE, members=(MEMBER, replace(OTHER_MEMBER, owner_account=OTHER_ACCOUNT)))
        found = ownership(whole(of=group))
        assert (Outcome.BLOCK, True) == (found.outcome, f"{OTHER_ID} to account {OTHER_ACCOUNT}" in found.reason)

    @pytest.mark.parametrize("id_", IDS)
    def test_a_state_is_unknown(self, id_: str) -> None:
        members = tuple(replace(c, state="unknown") if c.connection_id == id_ else c for c in WHOLE.members)
        group = replace(WHOLE, members=members, state="unknown" if id_ == LAG_ID else "available")
        expected = blocks(f"unknown or undocumented state: {id_} (unknown); ask AWS Support", [id_])
        assert expected == state(whole(of=group))


class TestLag:
    @pytest.mark.parametrize(
        ("group", "said"),
        [
            (WHOLE, "with 2 connections that it still has, after its minimum of links (1) is lowered to 0"),
            (replace(WHOLE, minimum_links=0), "with 2 connections that it still has"),
            (replace(WHOLE, members=(MEMBER,), minimum_links=0), "with 1 connection that it still has"),
        ],
    )
    def test_nothing_of_it_stays_that_could_need_its_links(self, group: Lag, said: str) -> None:
        assert passes(f"the whole of {LAG_ID} is deleted, {said}") == lag(whole(ONE, of=group))

    def test_what_left_a_lag_that_has_no_connections_is_not_part_of_the_run(self) -> None:
        shown = whole(ONE, of=replace(WHOLE, members=()))
        expected = f"no connection is in {LAG_ID}; one that left it earlier is not part of this run, and is not deleted"
        assert warns(expected) == lag(shown)

    def test_once_its_members_have_left_it_nothing_is_wrong(self) -> None:
        shown = whole(ONE)
        left = replace(shown.observation, members=())
        expected = f"the whole of {LAG_ID} is deleted, with 0 connections that it still has"
        assert passes(expected) == lag(replace(shown, port=replace(WHOLE, minimum_links=0), observation=left))

    def test_a_member_that_another_lag_shows(self) -> None:
        shown = whole()
        other = replace(WHOLE, lag_id="dxlag-ffabc123", members=(MEMBER,))
        found = lag(replace(shown, surroundings=replace(shown.surroundings, lags=(WHOLE, other))))
        expected = (
            f"AWS shows in one place, and not in another, that {CONNECTION_ID} is a member of dxlag-ffabc123; start "
            "again once it shows the same"
        )
        assert blocks(expected) == found


class TestHostedConnections:
    HOSTED = "dxcon-hosted01"

    def shown(self, around: Surroundings = AROUND) -> Evidence:
        return whole(around=replace(around, hosted_connection_ids=(self.HOSTED,)))

    def test_they_block_and_nobody_can_consent(self) -> None:
        found = hosted_connections(self.shown())
        assert (Outcome.BLOCK, ()) == (found.outcome, found.objections)
        request = replace(OF_LAG, overrides=(override("hosted-connections", self.HOSTED, *IDS),))
        for shown in (self.shown(), replace(self.shown(), request=request)):
            said = {v.guard: v for v in judge(shown)}["hosted-connections"]
            assert (Outcome.BLOCK, True) == (said.outcome, said.reason.endswith("; no override helps against this"))

    def test_they_do_not_hinder_interfaces_of_a_lag_that_stays(self) -> None:
        shown = self.shown()
        stays = replace(shown, plan=replace(shown.plan, keeps_connection=True))
        assert passes(f"{LAG_ID} is no interconnect, and stays") == hosted_connections(stays)

    def test_a_partners_lag_blocks(self) -> None:
        found = hosted_connections(whole(of=replace(WHOLE, allows_hosted_connections=True)))
        # The LAG of a connection is found among the surroundings; this one is what the run is about.
        assert Outcome.BLOCK is found.outcome


class TestTraffic:
    @pytest.mark.parametrize("id_", [CONNECTION_ID, OTHER_ID])
    def test_each_member_is_judged(self, id_: str) -> None:
        loud = Traffic(ingress=0.0, egress=20_001.0, points=10, expected_points=10)
        found = traffic(whole(ONE, TWO, around=replace(AROUND, traffic={id_: loud})))
        assert found.outcome is Outcome.BLOCK
        assert f"{id_} carried up to 20,001 bit/s (allowed: 20,000)" in found.reason
        assert id_.startswith(OVERRIDABLE["traffic"])

    def test_what_the_lag_itself_may_carry_is_not_asked(self) -> None:
        assert LAG_ID not in traffic(whole(ONE)).reason


class TestPaths:
    def test_an_interface_on_a_member_is_no_path(self) -> None:
        interface = on_gateway("aaaaaaa1", GATEWAY)
        other = elsewhere(on_gateway("bbbbbbb1", GATEWAY), OTHER_ID)
        found = redundancy(whole(interface, around=replace(AROUND, neighbours=(other,))))
        assert (Outcome.BLOCK, ("dxvif-aaaaaaa1",)) == (found.outcome, tuple(o.resource_id for o in found.objections))


class TestWhatIsLeft:
    def test_what_its_connections_bill(self) -> None:
        members = (replace(MEMBER, billing_mode="PortPairX"), replace(OTHER_MEMBER, billing_mode=None))
        found = billing(whole(of=replace(WHOLE, members=members)))
        assert found == warns(
            "the billing mode is PortPairX: deleting one port of a pair saves nothing, and takes its redundancy away"
        )
        assert passes("the billing mode is PayAsYouGo") == billing(whole())
        assert passes("no connection is left that is billed") == billing(whole(of=replace(WHOLE, members=())))

    def test_a_secret_that_only_its_parts_use(self) -> None:
        members = tuple(replace(c, mac_sec_secret_arns=(ARN,)) for c in WHOLE.members)
        found = mac_sec(whole(of=replace(WHOLE, members=members, mac_sec_secret_arns=(ARN,))))
        assert (Outcome.WARN, 1) == (found.outcome, found.reason.count(ARN))


def test_a_newcomer_is_another_plan() -> None:
    shown = whole()
    newcomer = replace(MEMBER, connection_id="dxcon-joined01")
    seen = replace(shown.observation, members=(*WHOLE.members, newcomer))
    found = plan(replace(shown, observation=seen))
    assert (Outcome.BLOCK, True) == (found.outcome, f"dxcon-joined01 joined {LAG_ID}" in found.reason)


def test_verdicts_of_members_stand_once_one_is_gone() -> None:
    """What was warned of is not forgotten because the connection is gone by now, nor is what was said of interfaces."""
    at_first = whole(ONE, of=replace(WHOLE, members=(replace(MEMBER, billing_mode="PortPairX"), OTHER_MEMBER)))
    warned = judge(at_first)
    both_there = replace(whole(), plan=at_first.plan, has_begun=True)
    one_left = replace(whole(of=replace(WHOLE, members=(OTHER_MEMBER,))), plan=at_first.plan, has_begun=True)
    for now, billed in ((both_there, Outcome.PASS), (one_left, Outcome.WARN)):
        verdicts = {v.guard: v for v in judge(now, warned)}
        assert billed is verdicts["billing"].outcome
        # ONE has no gateway, of which this had warned.
        assert Outcome.WARN is verdicts["redundancy"].outcome
    # Of a LAG that is gone itself, all members are still seen.
    gone = replace(both_there, observation=replace(both_there.observation, port=None))
    assert Outcome.PASS is {v.guard: v for v in judge(gone, warned)}["billing"].outcome
