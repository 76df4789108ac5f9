"""The guard that compares what is there with what was planned and approved."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import blocks, passes
from decommission.guards.planned import plan
from tests.support.evidence import ONE, REQUEST, TWO, evidence

DIGEST = evidence(ONE).plan.digest
UNCHANGED = passes("nothing has changed since the plan was made")


def test_nothing_was_approved_and_nothing_has_changed() -> None:
    assert UNCHANGED == plan(evidence(ONE))


def test_the_plan_was_approved() -> None:
    expected = passes("it is the plan that was approved")
    assert expected == plan(evidence(ONE, request=replace(REQUEST, plan_digest=DIGEST)))


@pytest.mark.parametrize("approved", ["0" * 64, DIGEST[:-1], ""])
def test_another_plan_was_approved(approved: str) -> None:
    expected = blocks(
        f"planDigest is {approved}, but the plan has {DIGEST}; look at the new plan and approve that one",
    )
    assert expected == plan(evidence(ONE, request=replace(REQUEST, plan_digest=approved)))


@pytest.mark.parametrize("approved", [None, DIGEST])
def test_something_has_changed_since(approved: str | None) -> None:
    shown = evidence(ONE, TWO, planned=(ONE,), request=replace(REQUEST, plan_digest=approved))
    expected = blocks(
        "since the plan was made: dxvif-aaaaaaa2 (private, available) is new; find out who changed it, then start again"
    )
    assert expected == plan(shown)


def test_every_change_is_named() -> None:
    shown = evidence(ONE, TWO, planned=())
    expected = blocks(
        "since the plan was made: dxvif-aaaaaaa1 (private, available) is new; dxvif-aaaaaaa2 (private, available) is "
        "new; find out who changed it, then start again"
    )
    assert expected == plan(shown)


def test_what_is_gone_is_no_change() -> None:
    assert UNCHANGED == plan(evidence(replace(TWO, state="deleted"), planned=(ONE,)))
