"""The guard of traffic: limits before and after the first deletion, and data that is missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.guards.evidence import Evidence, Finding, Objection, passes, warns
from decommission.guards.traffic import traffic
from decommission.models import ConnectionState, Traffic, VirtualInterfaceState
from decommission.run import Outcome, Override
from tests.support.evidence import (
    APPROVED,
    AROUND,
    NOW,
    ONE,
    QUIET,
    SETTINGS,
    THREE,
    TWO,
    evidence,
    override,
    overriding,
)
from tests.support.strategies import CONNECTION_ID

INTERFACE_ID = ONE.virtual_interface_id
ADVICE = "; move the traffic away, or override up to what may be lost"
MISSING = (
    "; data is missing, not traffic: wait until the gap has left the look-back, or make sure that nothing uses it and "
    "override"
)
NONE = Traffic(ingress=None, egress=None, points=0, expected_points=10)
NOTHING_LEFT = passes("no virtual interface is left to be deleted")


def quiet(limits: str) -> Finding:
    return passes(f"in the last 60 minutes nothing carried more bit/s than it may ({limits})")


def objects(reasons: str, **loud: float) -> Finding:
    """Make the finding; an underscore stands for the hyphen of an id."""
    objections = tuple(Objection(id_.replace("_", "-"), peak) for id_, peak in loud.items())
    advice = ADVICE if any(loud.values()) else MISSING
    return Finding(Outcome.BLOCK, f"in the last 60 minutes {reasons}{advice}", objections)


def measured(of: Mapping[str, Traffic]) -> Evidence:
    return evidence(ONE, around=replace(AROUND, traffic=of))


def peak(ingress: float | None, egress: float | None = 0.0) -> Traffic:
    return replace(QUIET, ingress=ingress, egress=egress)


@pytest.mark.parametrize("id_", [CONNECTION_ID, INTERFACE_ID])
class TestEach:
    @pytest.mark.parametrize("most", [0, 9_999.9, 10_000, 10_000.0])
    def test_up_to_the_threshold(self, id_: str, most: float) -> None:
        expected = quiet("dxcon-fg5678gh: 10,000, dxvif-aaaaaaa1: 10,000")
        assert expected == traffic(measured({id_: peak(most, most)}))

    @pytest.mark.parametrize(
        ("of", "most", "named"),
        [
            pytest.param(peak(10_001), 10_001, "10,001", id="in"),
            pytest.param(peak(0, 10_001), 10_001, "10,001", id="out"),
            pytest.param(peak(None, 20_000), 20_000, "20,000", id="out, and no data in"),
            pytest.param(peak(20_000, None), 20_000, "20,000", id="in, and no data out"),
            pytest.param(peak(20_000, 30_000), 30_000, "30,000", id="both"),
            pytest.param(peak(2_500_000_000.6), 2_500_000_000.6, "2,500,000,001", id="much"),
            pytest.param(peak(float("inf")), float("inf"), "inf", id="infinite"),
            pytest.param(peak(10_000.000001), 10_000.000001, "10,000", id="a hair"),
        ],
    )
    def test_above_it(self, id_: str, of: Traffic, most: float, named: str) -> None:
        expected = objects(f"{id_} carried up to {named} bit/s (allowed: 10,000)", **{id_: most})
        assert expected == traffic(measured({id_: of}))

    @pytest.mark.parametrize(
        ("points", "expected_points"), [(9, 10), (10, 10), (11, 10), (18, 20), (259, 287), (260, 288), (1, 1)]
    )
    def test_nine_tenths_of_the_points_are_enough(self, id_: str, points: int, expected_points: int) -> None:
        of = replace(QUIET, points=points, expected_points=expected_points)
        assert Outcome.PASS is traffic(measured({id_: of})).outcome

    @pytest.mark.parametrize(
        ("points", "expected_points"), [(8, 10), (0, 10), (17, 20), (258, 287), (259, 288), (0, 1), (0, 0), (5, 0)]
    )
    def test_less_is_missing_data(self, id_: str, points: int, expected_points: int) -> None:
        of = replace(QUIET, points=points, expected_points=expected_points)
        expected = objects(
            f"CloudWatch has only {points} of {expected_points} data points of {id_} (available)", **{id_: 0}
        )
        assert expected == traffic(measured({id_: of}))

    def test_traffic_and_missing_data(self, id_: str) -> None:
        """An override has to pass both; the objection counts once."""
        expected = objects(
            f"{id_} carried up to 20,000 bit/s (allowed: 10,000); CloudWatch has only 1 of 10 data points of {id_} "
            "(available)",
            **{id_: 20_000},
        )
        assert expected == traffic(measured({id_: replace(peak(20_000), points=1)}))


def test_no_entry_at_all_is_no_data() -> None:
    shown = evidence(ONE)
    shown = replace(shown, surroundings=replace(shown.surroundings, traffic={CONNECTION_ID: QUIET}))
    expected = objects("CloudWatch has only 0 of 0 data points of dxvif-aaaaaaa1 (available)", dxvif_aaaaaaa1=0)
    assert expected == traffic(shown)


@pytest.mark.parametrize("state", [*(state for state in VirtualInterfaceState if state != "available"), "approving"])
def test_an_interface_that_is_not_up_needs_no_data(state: str) -> None:
    shown = evidence(replace(ONE, state=state), TWO, around=replace(AROUND, traffic={INTERFACE_ID: NONE}))
    expected = warns(
        "in the last 60 minutes nothing measured was above the limit, but CloudWatch has only 0 of 10 data points of "
        f"dxvif-aaaaaaa1 ({state})"
    )
    is_judged = state not in {"deleting", "deleted", "rejected"}
    assert expected == traffic(shown) if is_judged else Outcome.PASS is traffic(shown).outcome


@pytest.mark.parametrize("state", [*(state for state in ConnectionState if state != "available"), "approving"])
def test_a_connection_that_is_not_up_needs_no_data(state: str) -> None:
    shown = evidence(of=replace(APPROVED, state=state), around=replace(AROUND, traffic={CONNECTION_ID: NONE}))
    assert Outcome.WARN is traffic(shown).outcome


def test_all_that_was_hardly_measured_is_named() -> None:
    down = [replace(one, state="down") for one in (ONE, TWO)]
    shown = evidence(*down, around=replace(AROUND, traffic={v.virtual_interface_id: NONE for v in down}))
    shown = replace(shown, settings=replace(shown.settings, traffic_threshold_bps=0))
    expected = warns(
        "in the last 60 minutes nothing measured was above the limit, but CloudWatch has only 0 of 10 data points of "
        "dxvif-aaaaaaa1 (down); 0 of 10 data points of dxvif-aaaaaaa2 (down)"
    )
    assert expected == traffic(shown)


def test_what_is_down_now_may_have_carried_something() -> None:
    shown = evidence(replace(ONE, state="down"), around=replace(AROUND, traffic={INTERFACE_ID: peak(20_000)}))
    expected = objects("dxvif-aaaaaaa1 carried up to 20,000 bit/s (allowed: 10,000)", dxvif_aaaaaaa1=20_000)
    assert expected == traffic(shown)


def test_everything_is_listed_what_carries_traffic_first() -> None:
    of = {TWO.virtual_interface_id: peak(40_000), INTERFACE_ID: NONE, CONNECTION_ID: peak(0, 50_000)}
    expected = objects(
        "dxcon-fg5678gh carried up to 50,000 bit/s (allowed: 20,000); CloudWatch has only 0 of 10 data points of "
        "dxvif-aaaaaaa1 (available); dxvif-aaaaaaa2 carried up to 40,000 bit/s (allowed: 10,000)",
        dxcon_fg5678gh=50_000,
        dxvif_aaaaaaa2=40_000,
        dxvif_aaaaaaa1=0,
    )
    assert expected == traffic(evidence(ONE, TWO, around=replace(AROUND, traffic=of)))


def test_the_limit_of_the_connection_grows_with_its_planned_interfaces() -> None:
    expected = quiet("dxcon-fg5678gh: 30,000, dxvif-aaaaaaa1: 10,000, dxvif-aaaaaaa2: 10,000, dxvif-aaaaaaa3: 10,000")
    assert expected == traffic(evidence(ONE, TWO, THREE))
    assert quiet("dxcon-fg5678gh: 10,000") == traffic(evidence())


def test_the_traffic_of_others_does_not_count() -> None:
    assert Outcome.PASS is traffic(measured({"dxvif-zzzzzzz1": peak(20_000)})).outcome


def test_the_numbers_are_those_of_the_settings() -> None:
    settings = replace(SETTINGS, traffic_lookback_minutes=90, traffic_threshold_bps=0)
    expected = passes("in the last 90 minutes nothing carried more bit/s than it may (dxcon-fg5678gh: 0)")
    assert expected == traffic(replace(evidence(), settings=settings))


class TestHostedConnection:
    """AWS publishes no bits per second of a hosted connection itself."""

    HOSTED = replace(APPROVED, partner_name="ACME")
    SILENT = replace(AROUND, traffic={CONNECTION_ID: NONE})

    def test_its_interface_decides(self) -> None:
        assert quiet("dxvif-aaaaaaa1: 10,000") == traffic(evidence(ONE, of=self.HOSTED, around=self.SILENT))
        around = replace(self.SILENT, traffic={CONNECTION_ID: NONE, INTERFACE_ID: peak(10_001)})
        assert Outcome.BLOCK is traffic(evidence(ONE, of=self.HOSTED, around=around)).outcome

    def test_without_an_interface(self) -> None:
        expected = passes("it has no virtual interface, and AWS publishes no traffic of a hosted connection itself")
        assert expected == traffic(evidence(of=self.HOSTED, around=self.SILENT))


class TestOnceBegun:
    """The traffic of a deleted interface may move to one that is left."""

    def begun(self, *overrides: Override, **of: float) -> Evidence:
        loud = {id_.replace("_", "-"): peak(most) for id_, most in of.items()}
        shown = evidence(
            THREE, planned=(ONE, TWO, THREE), around=replace(AROUND, traffic=loud), request=overriding(*overrides)
        )
        return replace(shown, has_begun=True, run_has_begun=True)

    def consent(self, up_to_bps: int, *ids: str) -> Override:
        return replace(override("traffic", *ids), up_to_bps=up_to_bps)

    def test_each_may_carry_what_all_of_them_might(self) -> None:
        assert quiet("dxcon-fg5678gh: 30,000, dxvif-aaaaaaa3: 30,000") == traffic(self.begun(dxvif_aaaaaaa3=30_000))
        assert Outcome.BLOCK is traffic(self.begun(dxvif_aaaaaaa3=30_001)).outcome
        assert Outcome.BLOCK is traffic(self.begun(dxcon_fg5678gh=30_001)).outcome

    @pytest.mark.parametrize(
        ("consents", "limit"),
        [
            pytest.param([(500, "dxvif-aaaaaaa1")], 30_500, id="to one that is gone"),
            pytest.param([(500, "dxvif-aaaaaaa1", "dxvif-aaaaaaa2")], 31_000, id="to two"),
            pytest.param([(500, "dxvif-aaaaaaa1"), (900, "dxvif-aaaaaaa1")], 30_900, id="twice to one"),
            pytest.param([(500, "dxvif-aaaaaaa9")], 30_000, id="to one that is not planned"),
            pytest.param([(700, CONNECTION_ID)], 30_700, id="to the connection"),
            pytest.param([(700, CONNECTION_ID), (500, "dxvif-aaaaaaa1")], 30_700, id="the connection's is more"),
            pytest.param([(400, CONNECTION_ID), (500, "dxvif-aaaaaaa1")], 30_500, id="the interface's is more"),
        ],
    )
    def test_what_overrides_consented_to_comes_on_top(self, consents: list[tuple[int, str]], limit: int) -> None:
        overrides = [self.consent(*consent) for consent in consents]
        assert f"dxvif-aaaaaaa3: {limit:,})" in traffic(self.begun(*overrides)).reason

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(override("traffic", "dxvif-aaaaaaa1"), id="of missing data"),
            pytest.param(replace(override("state", "dxvif-aaaaaaa1"), up_to_bps=500), id="of another guard"),
        ],
    )
    def test_another_consent_does_not(self, other: Override) -> None:
        assert "dxvif-aaaaaaa3: 30,000)" in traffic(self.begun(other)).reason

    def test_before_it_has_begun_consent_changes_no_limit(self) -> None:
        shown = evidence(ONE, request=overriding(self.consent(500, INTERFACE_ID)))
        assert quiet("dxcon-fg5678gh: 10,000, dxvif-aaaaaaa1: 10,000") == traffic(shown)

    @pytest.mark.parametrize(
        ("seconds", "by_run", "limit"),
        [(1, False, "30,500"), (0, False, "30,000"), (-1, False, "30,000"), (-1, True, "30,500")],
        ids=["valid", "expires now", "expired", "expired after the run began"],
    )
    def test_consent_that_expired_before_this_run_deleted_anything(
        self, seconds: int, limit: str, *, by_run: bool
    ) -> None:
        """Somebody else may have made the first deletion."""
        consent = replace(self.consent(500, "dxvif-aaaaaaa1"), until=NOW + timedelta(seconds=seconds))
        assert f"dxvif-aaaaaaa3: {limit})" in traffic(replace(self.begun(consent), run_has_begun=by_run)).reason


class TestNothingLeft:
    LOUD = replace(AROUND, traffic={CONNECTION_ID: peak(20_000)})

    def test_every_interface_is_gone_or_going(self) -> None:
        assert NOTHING_LEFT == traffic(evidence(planned=(ONE,), around=self.LOUD))
        assert NOTHING_LEFT == traffic(evidence(replace(ONE, state="deleting"), around=self.LOUD))

    def test_a_connection_that_never_had_one_is_judged_until_the_run_has_begun(self) -> None:
        shown = evidence(around=self.LOUD)
        assert Outcome.BLOCK is traffic(shown).outcome
        assert NOTHING_LEFT == traffic(replace(shown, has_begun=True))
