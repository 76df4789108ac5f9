"""An override is consent to findings: about its ids, up to its limit, and until its end."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decommission.guards import GUARDS, OVERRIDABLE, judge
from decommission.guards.consent import verdict
from decommission.guards.evidence import Evidence, Finding, Objection, blocks, passes, warns
from decommission.run import Outcome, Override, Verdict
from tests.support.evidence import NOW, evidence, override, overriding

ONE, TWO = "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"
FOUND = blocks("something is wrong", [ONE, TWO])
BOTH = override("traffic", ONE, TWO, reason="moved to site B")


def consenting(*overrides: Override) -> Evidence:
    return evidence(request=overriding(*overrides))


def said(shown: Evidence, finding: Finding = FOUND) -> tuple[Outcome, str]:
    given = verdict("traffic", finding, shown)
    assert "traffic" == given.guard
    return given.outcome, given.reason


def until(moment: datetime, *ids: str) -> Override:
    return replace(override("traffic", *ids), until=moment)


class TestWithout:
    @pytest.mark.parametrize("finding", [FOUND, passes("fine"), warns("perhaps"), blocks("never")])
    def test_an_override_the_finding_stands(self, finding: Finding) -> None:
        expected = (finding.outcome, finding.reason)
        assert expected == said(consenting(), finding)
        assert expected == said(consenting(replace(BOTH, guard="redundancy")), finding)

    @pytest.mark.parametrize("finding", [passes("fine"), warns("perhaps")])
    def test_a_block_it_is_not_needed(self, finding: Finding) -> None:
        assert (finding.outcome, f"{finding.reason}; the override was not needed") == said(consenting(BOTH), finding)

    @pytest.mark.parametrize("finding", [passes("fine"), warns("perhaps")])
    def test_a_block_it_was_perhaps_needed_before(self, finding: Finding) -> None:
        begun = replace(consenting(BOTH), run_has_begun=True)
        assert (finding.outcome, finding.reason) == said(begun, finding)

    def test_ids_no_override_helps(self) -> None:
        assert (Outcome.BLOCK, "never; the overrides do not cover this") == said(consenting(BOTH), blocks("never"))


class TestIds:
    def test_all_covered(self) -> None:
        assert (Outcome.OVERRIDDEN, "something is wrong; overridden: moved to site B") == said(consenting(BOTH))

    def test_covered_by_several(self) -> None:
        """Each reason is told once, however often it is given; what covers nothing is not told."""
        shown = consenting(
            override("traffic", ONE, reason="CHG-2"),
            override("traffic", TWO, reason="CHG-1"),
            override("traffic", TWO, reason="CHG-2"),
            override("traffic", "dxvif-aaaaaaa3", reason="CHG-3"),
        )
        assert (Outcome.OVERRIDDEN, "something is wrong; overridden: CHG-2; CHG-1") == said(shown)

    @pytest.mark.parametrize(
        ("ids", "uncovered"),
        [((ONE,), TWO), ((TWO,), ONE), (("dxvif-aaaaaaa3",), f"{ONE}, {TWO}"), ((f"{ONE}0",), f"{ONE}, {TWO}")],
    )
    def test_not_all_covered(self, ids: tuple[str, ...], uncovered: str) -> None:
        expected = (
            Outcome.BLOCK,
            f"something is wrong; the overrides do not cover the findings about {uncovered}",
        )
        assert expected == said(consenting(override("traffic", *ids)))


class TestLimit:
    @pytest.mark.parametrize(
        ("up_to_bps", "measured", "expected"),
        [
            (None, 0, Outcome.OVERRIDDEN),
            (None, 1, Outcome.BLOCK),
            (0, 0, Outcome.OVERRIDDEN),
            (0, 0.5, Outcome.BLOCK),
            (50_000, 50_000, Outcome.OVERRIDDEN),
            (50_000, 50_000.0001, Outcome.BLOCK),
            (50_000, float("inf"), Outcome.BLOCK),
            (50_000, float("nan"), Outcome.BLOCK),
        ],
    )
    def test_up_to_exactly_so_much(self, up_to_bps: int | None, measured: float, expected: Outcome) -> None:
        finding = Finding(Outcome.BLOCK, "it is in use", (Objection(ONE, measured),))
        assert expected is said(consenting(replace(BOTH, up_to_bps=up_to_bps)), finding)[0]


class TestEnd:
    MICROSECOND = timedelta(microseconds=1)

    @pytest.mark.parametrize(
        ("end", "expected"),
        [(NOW + MICROSECOND, Outcome.OVERRIDDEN), (NOW, Outcome.BLOCK), (NOW - MICROSECOND, Outcome.BLOCK)],
        ids=["just after", "just then", "just before"],
    )
    def test_the_first_deletion_comes_before_it(self, end: datetime, expected: Outcome) -> None:
        assert expected is said(consenting(until(end, ONE, TWO)))[0]

    def test_after_that_it_holds(self) -> None:
        shown = consenting(until(NOW - timedelta(hours=1), ONE, TWO))
        assert Outcome.BLOCK is said(replace(shown, has_begun=True))[0], "somebody else has deleted something"
        assert Outcome.OVERRIDDEN is said(replace(shown, run_has_begun=True))[0]

    def test_what_has_expired_is_said(self) -> None:
        shown = consenting(
            until(NOW - timedelta(minutes=2), ONE), until(NOW, TWO), until(NOW + timedelta(days=1), "dxvif-aaaaaaa3")
        )
        reason = (
            "something is wrong; the overrides (the last ends at 2026-11-02T02:10:00+00:00) do not cover the "
            "findings about dxvif-aaaaaaa1, dxvif-aaaaaaa2"
        )
        assert (Outcome.BLOCK, reason) == said(shown)

    def test_once_the_run_has_begun_nothing_expires(self) -> None:
        shown = replace(consenting(until(NOW, ONE)), run_has_begun=True)
        expected = (Outcome.BLOCK, f"something is wrong; the overrides do not cover the findings about {TWO}")
        assert expected == said(shown)


def test_a_last_verdict_stands_for_what_was_not_asked() -> None:
    """After the first deletion, nobody asks for routes any more."""
    shown = evidence()
    shown = replace(shown, surroundings=replace(shown.surroundings, routes=None))
    last = tuple(Verdict(guard=guard, outcome=Outcome.WARN, reason="before") for guard in GUARDS)
    assert ["routes"] == [said.guard for said in judge(shown, last) if said in last]
    assert "routes" not in {said.guard for said in judge(shown)}


def test_what_cannot_be_overridden() -> None:
    never = {"approval", "protection", "ownership", "plan", "billing", "macsec"}
    assert GUARDS.keys() - never == OVERRIDABLE.keys()
