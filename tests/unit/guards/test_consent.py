"""An override turns a block into ``OVERRIDDEN`` only if overrides cover everything that the guard objects to."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decommission.guards.consent import verdict
from decommission.guards.evidence import Evidence, Finding, Objection, blocks, passes, warns
from decommission.run import Outcome, Override
from tests.support.evidence import NOW, evidence, override, overriding

ONE, TWO, THREE = (f"dxvif-aaaaaaa{number}" for number in (1, 2, 3))
FOUND = blocks("something is wrong", [ONE, TWO])
BOTH = override("traffic", ONE, TWO, reason="moved to site B")
HARMLESS = pytest.mark.parametrize("finding", [passes("fine"), warns("perhaps")], ids=["pass", "warn"])
AT = "2026-11-02 02:10:00 UTC"
EXPIRED = f"the overrides hold until {AT}, and the first deletion comes at {AT}; none holds"


def consenting(*overrides: Override) -> Evidence:
    return evidence(request=overriding(*overrides))


def judged(shown: Evidence, finding: Finding = FOUND) -> tuple[Outcome, str]:
    given = verdict("traffic", finding, shown, is_overridable=True)
    assert "traffic" == given.guard
    return given.outcome, given.reason


def until(moment: datetime, *ids: str) -> Override:
    return replace(override("traffic", *ids), until=moment)


@pytest.mark.parametrize("finding", [FOUND, passes("fine"), warns("perhaps")])
def test_without_an_override_of_its_guard_the_finding_is_the_verdict(finding: Finding) -> None:
    expected = (finding.outcome, finding.reason)
    assert expected == judged(consenting(), finding)
    assert expected == judged(consenting(replace(BOTH, guard="redundancy")), finding)


@HARMLESS
def test_an_override_without_a_block_is_called_unneeded_until_the_run_has_begun(finding: Finding) -> None:
    """Later, the deletions of the run may have removed what the override was for."""
    shown = consenting(BOTH)
    assert (finding.outcome, f"{finding.reason}; the override was not needed") == judged(shown, finding)
    assert (finding.outcome, finding.reason) == judged(replace(shown, run_has_begun=True), finding)


def test_no_override_covers_a_block_without_ids() -> None:
    for shown in (consenting(BOTH), consenting()):
        assert (Outcome.BLOCK, "never; no override helps against this") == judged(shown, blocks("never"))


def test_a_guard_that_cannot_be_overridden_need_not_say_so() -> None:
    given = verdict("approval", blocks("never"), consenting(), is_overridable=False)
    assert (Outcome.BLOCK, "never") == (given.outcome, given.reason)


def test_one_override_covers_every_id() -> None:
    assert (Outcome.OVERRIDDEN, "something is wrong; overridden: moved to site B") == judged(consenting(BOTH))


def test_several_overrides_cover_every_id() -> None:
    """Each reason is named once, and only if its override covers something."""
    shown = consenting(
        override("traffic", ONE, reason="CHG-2"),
        override("traffic", TWO, reason="CHG-1"),
        override("traffic", TWO, reason="CHG-2"),
        override("traffic", THREE, reason="CHG-3"),
    )
    assert (Outcome.OVERRIDDEN, "something is wrong; overridden: CHG-2; CHG-1") == judged(shown)


@pytest.mark.parametrize(
    ("id_", "uncovered"), [(ONE, TWO), (TWO, ONE), (THREE, f"{ONE}, {TWO}"), (f"{ONE}0", f"{ONE}, {TWO}")]
)
def test_an_id_that_is_not_covered_is_named(id_: str, uncovered: str) -> None:
    reason = f"something is wrong; no override names {uncovered}"
    assert (Outcome.BLOCK, reason) == judged(consenting(override("traffic", id_)))


@pytest.mark.parametrize(("measured", "expected"), [(50_000, Outcome.OVERRIDDEN), (50_001, Outcome.BLOCK)])
def test_an_override_covers_traffic_up_to_its_limit(measured: int, expected: Outcome) -> None:
    finding = Finding(Outcome.BLOCK, "it is in use", (Objection(ONE, measured),))
    assert expected is judged(consenting(replace(BOTH, up_to_bps=50_000)), finding)[0]


def test_an_override_expires_until_this_run_has_begun() -> None:
    """A deletion by somebody else does not count."""
    assert Outcome.OVERRIDDEN is judged(consenting(until(NOW + timedelta(microseconds=1), ONE, TWO)))[0]
    expired = consenting(until(NOW, ONE, TWO))
    assert Outcome.BLOCK is judged(replace(expired, has_begun=True))[0]
    assert Outcome.OVERRIDDEN is judged(replace(expired, run_has_begun=True))[0]


def test_the_latest_expired_override_is_named_until_the_run_has_begun() -> None:
    expired = [until(NOW - timedelta(minutes=2), ONE), until(NOW, ONE, THREE)]
    shown = consenting(*expired, until(NOW + timedelta(days=1), THREE))
    gaps = f"{EXPIRED} for {ONE}; no override names {TWO}"
    assert (Outcome.BLOCK, f"something is wrong; {gaps}") == judged(shown)
    reason = f"something is wrong; no override names {TWO}"
    assert (Outcome.BLOCK, reason) == judged(replace(shown, run_has_begun=True))


@pytest.mark.parametrize(
    ("limits", "gap"),
    [
        ((None,), "the overrides have no upToBps for"),
        ((0, None), "the overrides have no upToBps for"),
        ((20_000, 40_000, None), "the overrides allow no more than 40,000 bit/s for"),
    ],
)
def test_a_limit_that_is_too_low_is_named(limits: tuple[int | None, ...], gap: str) -> None:
    late = replace(override("traffic", ONE), up_to_bps=10**9, until=NOW)
    given = [replace(override("traffic", ONE), up_to_bps=limit) for limit in limits]
    finding = Finding(Outcome.BLOCK, "it is in use", (Objection(ONE, 50_000), Objection(TWO, 50_000)))
    reason = f"it is in use; {gap} {ONE}; no override names {TWO}"
    assert (Outcome.BLOCK, reason) == judged(consenting(*given, late), finding)


def test_an_expired_override_holds_once_the_run_has_begun_up_to_its_limit() -> None:
    late = replace(override("traffic", ONE), up_to_bps=20_000, until=NOW)
    finding = Finding(Outcome.BLOCK, "it is in use", (Objection(ONE, 50_000),))
    shown = consenting(late)
    assert f"{EXPIRED} for {ONE}" in judged(shown, finding)[1]
    begun = replace(shown, run_has_begun=True)
    assert f"the overrides allow no more than 20,000 bit/s for {ONE}" in judged(begun, finding)[1]
