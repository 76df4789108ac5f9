"""The guards of approval, of protection, and of what CloudFormation or another tool manages."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, blocks, passes, warns
from decommission.guards.tags import STACK_TAG, approval, essential, is_approved, protection, stack
from decommission.models import Lag, Surroundings
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
    def test_the_word_approves_every_plan(self) -> None:
        assert passes("the connection carries the tag decommission=approved") == approval(evidence())

    def test_all_of_a_connection_is_approved_with_what_is_on_it_of_others(self) -> None:
        assert passes("the connection carries the tag decommission=approved") == approval(evidence(ONE, FOREIGN))

    @pytest.mark.parametrize("digits", [12, 13, 63, 64])
    def test_the_digest_approves_its_plan(self, digits: int) -> None:
        expected = passes(f"the tag decommission of the connection approves this plan, {DIGEST[:digits]}")
        assert expected == approval(with_tags(decommission=f"approved:{DIGEST[:digits]}"))

    @pytest.mark.parametrize("key", ["Decommission", "DECOMMISSION", "decommission ", "decommissions"])
    def test_another_key(self, key: str) -> None:
        missing = "the connection has no tag decommission; the person who approves the deletion sets "
        shown = with_tags(**{key: "approved"})
        assert blocks(f"{missing}{WANTED}") == approval(shown)
        # Half-way, the digest of the run is not that of what is left, so no digest is advised.
        assert blocks(f"{missing}decommission=approved") == approval(replace(shown, has_begun=True))

    @pytest.mark.parametrize(
        "value",
        [
            *["", "approve", "Approved", "APPROVED", " approved", "approved ", "approvedX", "not approved"],
            *["approved:", f"approved:{DIGEST[:11]}", f"Approved:{DIGEST}", f"approved :{DIGEST}", DIGEST, "x" * 101],
        ],
    )
    def test_a_value_that_is_no_approval(self, value: str) -> None:
        quoted = repr(value[:100])
        expected = blocks(
            f"the tag decommission of the connection is {quoted}, which is no approval; the approver sets {WANTED}"
        )
        assert expected == approval(with_tags(decommission=value))

    @pytest.mark.parametrize(
        "digits",
        [f"{DIGEST}0", DIGEST[:12].upper(), f" {DIGEST}", f"{DIGEST} ", DIGEST[1:], "0" * 12, "0" * 64, "x" * 101],
    )
    def test_the_digest_of_another_plan(self, digits: str) -> None:
        expected = blocks(
            f"the tag decommission of the connection approves the plan {digits[:100]!r}, but the plan of this run is "
            f"{DIGEST}; look at what changed, and approve the new plan"
        )
        assert expected == approval(with_tags(decommission=f"approved:{digits}"))

    def test_two_keys_that_differ_in_case_only(self) -> None:
        """IAM compares keys without regard to case, so the fence may read the other tag."""
        expected = blocks(
            "the tags decommission, Decommission of the connection differ in case only; remove all but decommission, "
            "so that one of them counts"
        )
        assert expected == approval(with_tags(decommission="approved", Decommission="no"))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        *[({"decommission": value}, True) for value in ("approved", "approved:", "approved for March")],
        ({" Decommission ": " approved "}, True),
        *[({"decommission": value}, False) for value in ("approve", "Approved", "not approved")],
        *[({"decommissioned": "approved"}, False), ({"other": "approved", "decommission": "no"}, False), ({}, False)],
    ],
)
def test_which_other_connections_may_soon_be_deleted(tags: dict[str, str], *, expected: bool) -> None:
    assert expected == is_approved(tags, SETTINGS)


def test_the_key_of_the_settings_is_compared_like_the_tags() -> None:
    assert is_approved({"retire": "yes"}, replace(SETTINGS, approval_tag_key="Retire ", approval_tag_value="yes"))


class TestProtection:
    @pytest.mark.parametrize(
        "shown",
        [
            pytest.param(evidence(ONE, TWO), id="interfaces"),
            pytest.param(in_lag(), id="LAG"),
            pytest.param(evidence(replace(ONE, state="deleted", tags=PROTECTED)), id="deleted interface"),
            *[
                pytest.param(with_tags(**{key: "decommission-protected"}), id=key)
                for key in ("decommission", "decommission_protected", "decommission-protected-not")
            ],
        ],
    )
    def test_no_protection(self, shown: Evidence) -> None:
        assert passes("nothing carries the tag decommission-protected") == protection(shown)

    @pytest.mark.parametrize("key", ["decommission-protected", "Decommission-Protected", "  DECOMMISSION-PROTECTED "])
    @pytest.mark.parametrize("value", ["", "true", "false"])
    def test_the_key_protects_in_any_case_and_with_any_value(self, key: str, value: str) -> None:
        assert Outcome.BLOCK is protection(with_tags(name="a", **{key: value})).outcome

    @pytest.mark.parametrize(
        ("shown", "named"),
        [
            pytest.param(with_tags(**PROTECTED), "dxcon-fg5678gh", id="connection"),
            pytest.param(evidence(ONE, replace(TWO, tags=PROTECTED)), "dxvif-aaaaaaa2", id="interface"),
            pytest.param(
                evidence(replace(ONE, state="deleting", tags=PROTECTED)), "dxvif-aaaaaaa1", id="interface being deleted"
            ),
            pytest.param(in_lag(interfaces_tags=PROTECTED), "dxvif-aaaaaaa2", id="interface of the LAG"),
            pytest.param(
                in_lag(tags=PROTECTED, interfaces_tags=PROTECTED), f"{LAG_ID}, dxvif-aaaaaaa2", id="LAG and interface"
            ),
        ],
    )
    def test_what_is_protected_is_named(self, shown: Evidence, named: str) -> None:
        reason = f"the tag decommission-protected protects {named}; only the person who set it should remove it"
        assert blocks(reason) == protection(shown)

    def test_a_lag_that_aws_does_not_show_blocks(self) -> None:
        expected = blocks(
            f"AWS does not show {LAG_ID}, of which the connection is a member, so nobody can tell whether it carries "
            "the tag decommission-protected; find out what that LAG is"
        )
        assert expected == protection(evidence(of=MEMBER))

    def test_the_hidden_tags_of_other_accounts_are_a_warning(self) -> None:
        of_lag = replace(elsewhere(TWO, LAG_ID), owner_account=OTHER_ACCOUNT)
        around = replace(AROUND, lags=(group(MEMBER),), neighbours=(of_lag, elsewhere(THREE)))
        expected = warns(
            "nothing visible carries the tag decommission-protected; the tags of other accounts are hidden: "
            "dxvif-aaaaaaa1, dxvif-aaaaaaa2"
        )
        assert expected == protection(evidence(FOREIGN, of=MEMBER, around=around))

    def test_the_account_that_calls_sees_its_own_tags(self) -> None:
        shown = evidence(FOREIGN, around=Surroundings(caller_account=OTHER_ACCOUNT))
        assert Outcome.PASS is protection(shown).outcome


class TestStack:
    MADE = {STACK_TAG: "network"}  # noqa: RUF012 - no test changes it

    @pytest.mark.parametrize(
        ("shown", "made"),
        [
            pytest.param(with_tags(**MADE), {"dxcon-fg5678gh": "network"}, id="connection"),
            pytest.param(evidence(ONE, replace(TWO, tags=MADE)), {"dxvif-aaaaaaa2": "network"}, id="interface"),
            pytest.param(in_lag(tags=MADE), {LAG_ID: "network"}, id="LAG"),
            pytest.param(
                evidence(replace(ONE, tags=MADE), of=replace(APPROVED, tags={STACK_TAG: "port", "terraform": ""})),
                {"dxcon-fg5678gh": "port", "dxvif-aaaaaaa1": "network"},
                id="two, and Terraform",
            ),
        ],
    )
    def test_made_by_cloudformation(self, shown: Evidence, made: dict[str, str]) -> None:
        named = ", ".join(f"{id_} (stack {name})" for id_, name in made.items())
        reason = f"CloudFormation made {named}; delete it through its stack, or the stack breaks"
        assert blocks(reason, made) == stack(shown)

    @pytest.mark.parametrize(
        "shown",
        [
            pytest.param(evidence(ONE, TWO), id="no tag"),
            pytest.param(in_lag(interfaces_tags=MADE), id="interface of the LAG"),
            pytest.param(evidence(replace(ONE, state="deleting", tags=MADE)), id="interface being deleted"),
            pytest.param(with_tags(**{"cloudformation:stack-name": "a"}), id="another key"),
        ],
    )
    def test_made_by_no_tool(self, shown: Evidence) -> None:
        assert passes("no tag says that CloudFormation or another tool manages any of it") == stack(shown)

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


def test_the_essential_tags_are_those_that_a_guard_reads() -> None:
    read = {
        "decommission": "approved",
        "Decommission ": "",
        "DECOMMISSION-PROTECTED": "",
        "Terraform": "true",
        "managed-by": "",
        STACK_TAG: "network",
    }
    tagged = {"name": "site A", **read, "aws:cloudformation:stack-id": "arn"}
    kept = essential(replace(group(replace(APPROVED, tags=tagged)), tags=tagged), SETTINGS)
    assert isinstance(kept, Lag)
    assert [read, read] == [kept.tags, kept.members[0].tags]
    assert read == essential(replace(APPROVED, tags=tagged), SETTINGS).tags
