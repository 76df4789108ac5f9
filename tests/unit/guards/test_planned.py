"""The guard of the plan: it was approved, and nothing has changed since."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, Finding, blocks, passes
from decommission.guards.planned import plan
from tests.support.evidence import MEMBER, ONE, OTHER_MEMBER, REQUEST, TWO, evidence, whole

DIGEST = evidence(ONE).plan.digest
UNCHANGED = passes("nothing has changed since the plan was made")
NEW = blocks(
    "since the plan was made: dxvif-aaaaaaa1 (private, available) is new; dxvif-aaaaaaa2 (private, available) is new; "
    "find out who changed it, then start again"
)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(evidence(ONE), UNCHANGED, id="unchanged"),
        pytest.param(evidence(replace(TWO, state="deleted"), planned=(ONE,)), UNCHANGED, id="deleted"),
        pytest.param(
            evidence(ONE, request=replace(REQUEST, plan_digest=DIGEST)),
            passes("it is the plan that was approved"),
            id="approved",
        ),
        *[
            pytest.param(
                evidence(ONE, TWO, planned=(), request=replace(REQUEST, plan_digest=approved)), NEW, id=f"new, {name}"
            )
            for name, approved in (("unapproved", None), ("approved", evidence(planned=()).plan.digest))
        ],
    ],
)
def test_the_finding(shown: Evidence, expected: Finding) -> None:
    assert expected == plan(shown)


@pytest.mark.parametrize("approved", ["0" * 64, DIGEST[:-1], ""])
def test_another_plan_was_approved(approved: str) -> None:
    expected = blocks(f"planDigest is {approved}, but the plan has {DIGEST}; look at the new plan and approve that one")
    assert expected == plan(evidence(ONE, request=replace(REQUEST, plan_digest=approved)))


def test_a_connection_that_the_run_took_out_of_its_lag_has_not_left_it() -> None:
    out = replace(MEMBER, lag_id=None)
    seen = whole()
    seen = replace(seen, observation=replace(seen.observation, members=(out, OTHER_MEMBER)))
    assert "since the plan was made: dxcon-fg5678gh left dxlag-fg5678gh" in plan(seen).reason
    assert UNCHANGED == plan(replace(seen, left_ids=frozenset({out.connection_id})))
