"""The guards that read tags: approval, protection, and what CloudFormation or another tool manages."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.tags import STACK_TAG, approval, essential, is_approved, protection, stack
from decommission.models import Surroundings
from decommission.run import Outcome
from tests.support.evidence import (
    APPROVED,
    AROUND,
    FOREIGN,
    MEMBER,
    ONE,
    SETTINGS,
    THREE,
    TWO,
    elsewhere,
    evidence,
    group,
)
from tests.support.strategies import LAG_ID, OTHER_ACCOUNT

DIGEST = evidence().plan.digest
WANTED = f"decommission=approved or decommission=approved:{DIGEST[:12]}"
PROTECTED = {"decommission-protected": ""}


def with_tags(**tags: str) -> Evidence:
    return evidence(of=replace(APPROVED, tags=tags))


def in_lag(*, tags: dict[str, str] | None = None, interfaces_tags: dict[str, str] | None = None) -> Evidence:
    lag = replace(group(MEMBER), tags=tags or {})
    interface = replace(elsewhere(TWO, LAG_ID), tags=interfaces_tags or {})
    return evidence(ONE, of=MEMBER, around=replace(AROUND, lags=(lag,), neighbours=(interface,)))


class TestApproval:
    def test_by_the_word(self) -> None:
        assert passes("the connection carries the tag decommission=approved") == approval(evidence())

    @pytest.mark.parametrize("digits", [12, 13, 63, 64])
    def test_by_the_digest(self, digits: int) -> None:
        expected = passes(f"the tag decommission approves this plan, {DIGEST[:digits]}")
        assert expected == approval(with_tags(decommission=f"approved:{DIGEST[:digits]}"))

    @pytest.mark.parametrize("key", ["Decommission", "DECOMMISSION", "decommission ", "decommissions"])
    def test_no_tag_of_this_very_key(self, key: str) -> None:
        expected = blocks(f"the connection has no tag decommission; the person who approves the deletion sets {WANTED}")
        assert expected == approval(with_tags(**{key: "approved"}))

    @pytest.mark.parametrize(
        "value",
        [
            *["", "approve", "Approved", "APPROVED", " approved", "approved ", "approvedX", "not approved"],
            *["approved:", f"approved:{DIGEST[:11]}", f"Approved:{DIGEST}", f"approved :{DIGEST}", DIGEST],
        ],
    )
    def test_a_value_that_is_no_approval(self, value: str) -> None:
        expected = blocks(f"the tag decommission is {value!r}, which is no approval; the approver sets {WANTED}")
        assert expected == approval(with_tags(decommission=value))

    @pytest.mark.parametrize(
        "digits", [f"{DIGEST}0", DIGEST[:12].upper(), f" {DIGEST}", f"{DIGEST} ", DIGEST[1:], "0" * 12, "0" * 64]
    )
    def test_the_digest_of_another_plan(self, digits: str) -> None:
        expected = blocks(
            f"the tag decommission approves the plan {digits!r}, but the plan of this run is {DIGEST}; look at what "
            "changed, and approve the new plan"
        )
        assert expected == approval(with_tags(decommission=f"approved:{digits}"))

    def test_half_way_no_digest_is_advised(self) -> None:
        """The plan of the run is no longer that of what is left, which is worth an approval."""
        expected = blocks(
            "the connection has no tag decommission; the person who approves the deletion sets decommission=approved"
        )
        assert expected == approval(replace(with_tags(), has_begun=True))

    @pytest.mark.parametrize("prefix", ["", "approved:"])
    def test_a_value_is_quoted_up_to_a_hundred_characters(self, prefix: str) -> None:
        reason = approval(with_tags(decommission=f"{prefix}{'x' * 200}")).reason
        assert (f"'{'x' * 100}'" in reason, "x" * 101 in reason) == (True, False)

    def test_two_tags_that_differ_in_case_only(self) -> None:
        """The key of ``aws:ResourceTag`` is compared without regard to case, so the fence may read the other one."""
        expected = blocks(
            "the tags decommission, Decommission differ in case only; remove all but decommission, so that one of them "
            "counts"
        )
        assert expected == approval(with_tags(decommission="approved", Decommission="no"))

    @pytest.mark.parametrize(
        ("tags", "expected"),
        [
            ({"decommission": "approved"}, True),
            ({"decommission": "approved:"}, True),
            ({"decommission": "approved for March"}, True),
            ({" Decommission ": " approved "}, True),
            ({"decommission": "approve"}, False),
            ({"decommission": "Approved"}, False),
            ({"decommission": "not approved"}, False),
            ({"decommissioned": "approved"}, False),
            ({"other": "approved", "decommission": "no"}, False),
            ({}, False),
        ],
    )
    def test_what_may_soon_go_itself(self, tags: dict[str, str], *, expected: bool) -> None:
        assert expected == is_approved(tags, SETTINGS)

    def test_the_key_of_the_settings_is_compared_like_the_tags(self) -> None:
        assert is_approved({"retire": "yes"}, replace(SETTINGS, approval_tag_key="Retire ", approval_tag_value="yes"))


class TestProtection:
    def test_none(self) -> None:
        expected = passes("nothing carries the tag decommission-protected")
        assert expected == protection(evidence(ONE, TWO)) == protection(in_lag())

    @pytest.mark.parametrize("key", ["decommission-protected", "Decommission-Protected", "  DECOMMISSION-PROTECTED "])
    @pytest.mark.parametrize("value", ["", "true", "false"])
    def test_the_key_counts_in_any_case_and_with_any_value(self, key: str, value: str) -> None:
        tags = {"name": "a", key: value}
        assert Outcome.BLOCK is protection(evidence(of=replace(APPROVED, tags=tags))).outcome

    @pytest.mark.parametrize("key", ["decommission", "decommission_protected", "decommission-protected-not"])
    def test_another_key(self, key: str) -> None:
        assert Outcome.PASS is protection(evidence(of=replace(APPROVED, tags={key: "decommission-protected"}))).outcome

    @pytest.mark.parametrize(
        ("shown", "named"),
        [
            pytest.param(evidence(of=replace(APPROVED, tags=PROTECTED)), "dxcon-fg5678gh", id="connection"),
            pytest.param(evidence(ONE, replace(TWO, tags=PROTECTED)), "dxvif-aaaaaaa2", id="interface"),
            pytest.param(
                evidence(replace(ONE, state="deleting", tags=PROTECTED)), "dxvif-aaaaaaa1", id="interface that goes"
            ),
            pytest.param(in_lag(tags=PROTECTED), LAG_ID, id="LAG"),
            pytest.param(in_lag(interfaces_tags=PROTECTED), "dxvif-aaaaaaa2", id="interface of the LAG"),
            pytest.param(
                in_lag(tags=PROTECTED, interfaces_tags=PROTECTED), f"{LAG_ID}, dxvif-aaaaaaa2", id="LAG and interface"
            ),
        ],
    )
    def test_some(self, shown: Evidence, named: str) -> None:
        assert (
            blocks(f"the tag decommission-protected protects {named}; only the person who set it should remove it")
        ) == protection(shown)

    def test_of_what_is_gone(self) -> None:
        assert Outcome.PASS is protection(evidence(replace(ONE, state="deleted", tags=PROTECTED))).outcome

    def test_of_a_lag_that_is_not_shown(self) -> None:
        expected = blocks(
            f"AWS does not show {LAG_ID}, of which the connection is a member, so nobody can tell whether it carries "
            "the tag decommission-protected; find out what that LAG is"
        )
        assert expected == protection(evidence(of=MEMBER))

    def test_of_other_accounts_is_hidden(self) -> None:
        of_lag = replace(elsewhere(TWO, LAG_ID), owner_account=OTHER_ACCOUNT)
        around = replace(AROUND, lags=(group(MEMBER),), neighbours=(of_lag, elsewhere(THREE)))
        expected = warns(
            "nothing visible carries the tag decommission-protected; the tags of other accounts are hidden: "
            "dxvif-aaaaaaa1, dxvif-aaaaaaa2"
        )
        assert expected == protection(evidence(FOREIGN, of=MEMBER, around=around))

    def test_hidden_is_what_the_caller_cannot_see(self) -> None:
        shown = evidence(FOREIGN, of=replace(APPROVED, owner_account=OTHER_ACCOUNT))
        assert Outcome.WARN is protection(shown).outcome
        assert (
            Outcome.PASS is protection(replace(shown, surroundings=Surroundings(caller_account=OTHER_ACCOUNT))).outcome
        )


class TestStack:
    MADE = {STACK_TAG: "network"}  # noqa: RUF012 - no test changes it

    def test_none(self) -> None:
        expected = passes("no tag says that CloudFormation or another tool manages any of it")
        assert expected == stack(evidence(ONE, TWO)) == stack(in_lag())

    @pytest.mark.parametrize(
        ("shown", "id_"),
        [
            pytest.param(evidence(of=replace(APPROVED, tags=MADE)), "dxcon-fg5678gh", id="connection"),
            pytest.param(evidence(ONE, replace(TWO, tags=MADE)), "dxvif-aaaaaaa2", id="interface"),
            pytest.param(in_lag(tags=MADE), LAG_ID, id="LAG"),
        ],
    )
    def test_made_by_cloudformation(self, shown: Evidence, id_: str) -> None:
        reason = f"CloudFormation made {id_} (stack network); delete it through its stack, or the stack breaks"
        assert blocks(reason, [id_]) == stack(shown)

    def test_each_is_to_be_overridden(self) -> None:
        shown = evidence(replace(ONE, tags=self.MADE), of=replace(APPROVED, tags={STACK_TAG: "port"}))
        reason = (
            "CloudFormation made dxcon-fg5678gh (stack port), dxvif-aaaaaaa1 (stack network); delete it through its "
            "stack, or the stack breaks"
        )
        assert blocks(reason, ["dxcon-fg5678gh", "dxvif-aaaaaaa1"]) == stack(shown)

    @pytest.mark.parametrize(
        "shown",
        [
            pytest.param(in_lag(interfaces_tags=MADE), id="interface of the LAG"),
            pytest.param(evidence(replace(ONE, state="deleting", tags=MADE)), id="interface that goes"),
            pytest.param(evidence(of=replace(APPROVED, tags={"cloudformation:stack-name": "a"})), id="another key"),
        ],
    )
    def test_what_is_not_deleted_does_not_count(self, shown: Evidence) -> None:
        assert Outcome.PASS is stack(shown).outcome

    @pytest.mark.parametrize(
        ("tags", "named"),
        [
            ({"terraform": "true"}, "terraform=true"),
            ({" Managed-By ": "atlantis"}, " Managed-By =atlantis"),
            ({"TERRAFORM": "x" * 200}, f"TERRAFORM={'x' * 100}"),
        ],
    )
    def test_managed_by_another_tool(self, tags: dict[str, str], named: str) -> None:
        expected = warns(
            f"a tag says that a tool manages dxvif-aaaaaaa1 ({named}): remove it from the tool's code as well, or its "
            "next apply orders a new port"
        )
        assert expected == stack(evidence(replace(ONE, tags=tags)))

    def test_cloudformation_comes_first(self) -> None:
        shown = evidence(replace(ONE, tags={"terraform": ""}), of=replace(APPROVED, tags=self.MADE))
        assert Outcome.BLOCK is stack(shown).outcome


def test_the_essential_tags_are_those_that_a_guard_reads() -> None:
    read = {
        "decommission": "approved",
        "Decommission ": "",
        "DECOMMISSION-PROTECTED": "",
        "Terraform": "true",
        "managed-by": "",
        STACK_TAG: "network",
    }
    assert read == essential({"name": "site A", **read, "aws:cloudformation:stack-id": "arn"}, SETTINGS)


def test_a_finding_without_ids_has_no_objections() -> None:
    assert Finding(Outcome.BLOCK, "no") == blocks("no")
