"""The guards that ask who has agreed: the owner, whoever approves or protects, a stack, and the plan."""

from dataclasses import replace

import pytest

from decommission.guards import Evidence
from decommission.models import Surroundings, VirtualInterface
from decommission.plan import Plan
from decommission.run import Outcome
from decommission.settings import Tag
from tests.evidence import (
    APPROVED,
    AROUND,
    OTHER_ACCOUNT,
    REQUEST,
    SETTINGS,
    blocks,
    evidence,
    group,
    member,
    on_gateway,
    passes,
    verdict,
)
from tests.strategies import CONNECTION_ID, LAG_ID, virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
STACK = {"aws:cloudformation:stack-name": "network"}
PROTECTED = {"decommission": "protected"}


class TestOwnership:
    def test_of_this_account(self) -> None:
        expected = passes("the connection belongs to this account, 123456789012")
        assert expected == verdict("ownership", evidence())

    @pytest.mark.parametrize(("owner", "named"), [(OTHER_ACCOUNT, OTHER_ACCOUNT), ("", "unknown")])
    def test_of_another(self, owner: str, named: str) -> None:
        assert blocks(
            f"the connection belongs to account {named}, and this runs in 123456789012; run it in the account of the "
            "owner"
        ) == verdict("ownership", evidence(of=replace(APPROVED, owner_account=owner)))

    def test_it_is_the_caller_who_counts(self) -> None:
        assert blocks(
            "the connection belongs to account 123456789012, and this runs in 210987654321; run it in the account of "
            "the owner"
        ) == verdict("ownership", evidence(around=Surroundings(caller_account=OTHER_ACCOUNT)))


class TestApproval:
    def test_approved(self) -> None:
        assert passes("the connection carries the tag decommission=approved") == verdict("approval", evidence())

    @pytest.mark.parametrize(
        ("tags", "instead"),
        [
            ({}, ""),
            ({"decommission": "protected"}, " but decommission=protected"),
            ({"decommission": ""}, " but decommission="),
            ({"decommission": "Approved"}, " but decommission=Approved"),
            ({"Decommission": "approved"}, ""),
            ({"approved": "decommission"}, ""),
        ],
        ids=["no tag", "another value", "no value", "another case", "another key", "turned round"],
    )
    def test_not_approved(self, tags: dict[str, str], instead: str) -> None:
        assert blocks(
            f"the connection does not carry the tag decommission=approved{instead}; whoever approves this sets it"
        ) == verdict("approval", evidence(of=replace(APPROVED, tags=tags)))

    def test_of_an_interface_is_none_of_the_connection(self) -> None:
        shown = evidence(replace(ONE, tags=APPROVED.tags), of=replace(APPROVED, tags={}))
        assert verdict("approval", shown)[0] is Outcome.BLOCK

    def test_another_tag_can_be_asked_for(self) -> None:
        settings = replace(SETTINGS, approval_tag=Tag("change", "CHG-1234"))
        shown = evidence(settings=settings)
        assert blocks(
            "the connection does not carry the tag change=CHG-1234; whoever approves this sets it"
        ) == verdict("approval", shown)
        shown = evidence(of=replace(APPROVED, tags={"change": "CHG-1234"}), settings=settings)
        assert passes("the connection carries the tag change=CHG-1234") == verdict("approval", shown)

    def test_switched_off(self) -> None:
        shown = evidence(of=replace(APPROVED, tags={}), settings=replace(SETTINGS, approval_tag=None))
        assert passes("approval by tag is switched off") == verdict("approval", shown)


class TestProtection:
    def test_of_nothing(self) -> None:
        shown = evidence(replace(ONE, tags={"decommission": "Protected"}), around=replace(AROUND, lag=group()))
        assert passes("nothing carries the tag decommission=protected") == verdict("protection", shown)

    @pytest.mark.parametrize(
        ("shown", "named"),
        [
            (evidence(ONE, of=replace(APPROVED, tags=PROTECTED)), CONNECTION_ID),
            (evidence(of=member(), around=replace(AROUND, lag=replace(group(), tags=PROTECTED))), LAG_ID),
            (evidence(ONE, replace(TWO, tags=PROTECTED)), "dxvif-aaaaaaa2"),
            (
                evidence(
                    replace(ONE, tags=PROTECTED),
                    of=replace(member(), tags=PROTECTED),
                    around=replace(AROUND, lag=replace(group(), tags=PROTECTED)),
                ),
                f"{CONNECTION_ID}, {LAG_ID}, dxvif-aaaaaaa1",
            ),
        ],
        ids=["connection", "LAG", "interface", "all"],
    )
    def test_of(self, shown: Evidence, named: str) -> None:
        assert blocks(
            f"the tag decommission=protected protects {named}; whoever protected it has to take it off"
        ) == verdict("protection", shown)

    def test_of_what_stands_on_the_lag(self) -> None:
        on_lag = replace(ONE, virtual_interface_id="dxvif-onthelag", connection_id=LAG_ID, tags=PROTECTED)
        elsewhere = replace(on_lag, virtual_interface_id="dxvif-elsewher", connection_id="dxlag-ffabc123")
        around = replace(AROUND, lag=group(), neighbours=(elsewhere, on_lag))
        assert blocks(
            "the tag decommission=protected protects dxvif-onthelag; whoever protected it has to take it off"
        ) == verdict("protection", evidence(of=member(), around=around))

    def test_of_a_lag_that_aws_does_not_show(self) -> None:
        assert blocks(
            f"AWS does not show {LAG_ID}, which the tag decommission=protected may protect; look at it by hand"
        ) == verdict("protection", evidence(of=member()))

    def test_another_tag_can_protect(self) -> None:
        settings = replace(SETTINGS, protection_tag=Tag("keep", "yes"))
        shown = evidence(of=replace(APPROVED, tags={"keep": "yes"}), settings=settings)
        assert blocks("the tag keep=yes protects dxcon-fg5678gh; whoever protected it has to take it off") == verdict(
            "protection", shown
        )


class TestStack:
    def test_none(self) -> None:
        shown = evidence(replace(ONE, tags={"aws:cloudformation:logical-id": "Link"}))
        assert passes("no CloudFormation stack made any of it") == verdict("stack", shown)

    @pytest.mark.parametrize(
        ("shown", "named"),
        [
            (evidence(ONE, of=replace(APPROVED, tags=STACK)), "dxcon-fg5678gh (network)"),
            (
                evidence(of=member(), around=replace(AROUND, lag=replace(group(), tags=STACK))),
                "dxlag-fg5678gh (network)",
            ),
            (evidence(ONE, replace(TWO, tags=STACK)), "dxvif-aaaaaaa2 (network)"),
            (
                evidence(replace(ONE, tags=STACK), of=replace(APPROVED, tags=STACK)),
                "dxcon-fg5678gh (network), dxvif-aaaaaaa1 (network)",
            ),
        ],
        ids=["connection", "LAG", "interface", "both"],
    )
    def test_made(self, shown: Evidence, named: str) -> None:
        assert blocks(f"CloudFormation made {named}; delete it through its stack, or the stack breaks") == verdict(
            "stack", shown
        )


class TestPlan:
    PLAN = Plan.of(APPROVED, (ONE,))

    def test_none_asked_for(self) -> None:
        assert passes("no particular plan was asked for") == verdict("plan", evidence(ONE))

    def test_the_one_asked_for(self) -> None:
        shown = evidence(ONE, request=replace(REQUEST, plan_digest=self.PLAN.digest))
        assert passes("today's plan is the one that was approved") == verdict("plan", shown)

    @pytest.mark.parametrize("digest", ["0" * 64, ""])
    def test_another(self, digest: str) -> None:
        shown = evidence(ONE, request=replace(REQUEST, plan_digest=digest))
        assert blocks(
            f"planDigest is {digest}, but today's plan has {self.PLAN.digest}; look at the new plan and approve that"
        ) == verdict("plan", shown)

    @pytest.mark.parametrize(
        "interfaces",
        [(), (ONE, TWO), (on_gateway("aaaaaaa1", "dxgw-1"),), (on_gateway("aaaaaaa1", "vgw-1"),)],
        ids=["none", "one more", "on a gateway", "on a virtual private gateway"],
    )
    def test_of_another_world(self, interfaces: tuple[VirtualInterface, ...]) -> None:
        shown = evidence(*interfaces, request=replace(REQUEST, plan_digest=self.PLAN.digest))
        assert verdict("plan", shown)[0] is Outcome.BLOCK
