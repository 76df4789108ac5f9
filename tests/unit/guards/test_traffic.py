"""The guard of traffic: limits before and after the first deletion, and missing data."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.guards.evidence import Evidence, Finding, Objection, passes, warns
from decommission.guards.traffic import traffic
from decommission.models import GONE, ConnectionState, Traffic, VirtualInterfaceState
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


def objects(reasons: str, **peaks: float) -> Finding:
    """Return the finding; the ids in ``peaks`` have an underscore for their hyphen."""
    objections = tuple(Objection(id_.replace("_", "-"), peak) for id_, peak in peaks.items())
    advice = ADVICE if any(peaks.values()) else MISSING
    return Finding(Outcome.BLOCK, f"in the last 60 minutes {reasons}{advice}", objections)


def measured(of: Mapping[str, Traffic]) -> Evidence:
    return evidence(ONE, around=replace(AROUND, traffic=of))


def peak(ingress: float | None, egress: float | None = 0.0) -> Traffic:
    return replace(QUIET, ingress=ingress, egress=egress)


@pytest.mark.parametrize("id_", [CONNECTION_ID, INTERFACE_ID])
class TestTheConnectionAndEachInterface:
    @pytest.mark.parametrize("most", [0, 9_999.9, 10_000, 10_000.0])
    def test_up_to_the_threshold(self, id_: str, most: float) -> None:
        expected = quiet("dxcon-fg5678gh: 10,000, dxvif-aaaaaaa1: 10,000")
        assert expected == traffic(measured({id_: peak(most, most)}))

    @pytest.mark.parametrize(
        ("of", "most", "named"),
        [
            (peak(10_001), 10_001, "10,001"),
            (peak(0, 10_001), 10_001, "10,001"),
            (peak(None, 20_000), 20_000, "20,000"),
            (peak(20_000, None), 20_000, "20,000"),
            (peak(20_000, 30_000), 30_000, "30,000"),
            (peak(2_500_000_000.6), 2_500_000_000.6, "2,500,000,001"),
            (peak(float("inf")), float("inf"), "inf"),
            (peak(10_000.000001), 10_000.000001, "10,000"),
        ],
        ids=["in", "out", "out, no data in", "in, no data out", "both", "much", "infinite", "just above"],
    )
    def test_above_the_threshold(self, id_: str, of: Traffic, most: float, named: str) -> None:
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
    def test_fewer_points_are_missing_data(self, id_: str, points: int, expected_points: int) -> None:
        of = replace(QUIET, points=points, expected_points=expected_points)
        reason = f"CloudWatch has only {points} of {expected_points} data points of {id_} (available)"
        assert objects(reason, **{id_: 0}) == traffic(measured({id_: of}))

    def test_traffic_and_missing_data(self, id_: str) -> None:
        """One override must allow both, so there is one objection."""
        reason = (
            f"{id_} carried up to 20,000 bit/s (allowed: 10,000); CloudWatch has only 1 of 10 data points of {id_} "
            "(available)"
        )
        assert objects(reason, **{id_: 20_000}) == traffic(measured({id_: replace(peak(20_000), points=1)}))


def test_no_entry_is_missing_data() -> None:
    shown = evidence(ONE)
    shown = replace(shown, surroundings=replace(shown.surroundings, traffic={CONNECTION_ID: QUIET}))
    expected = objects("CloudWatch has only 0 of 0 data points of dxvif-aaaaaaa1 (available)", dxvif_aaaaaaa1=0)
    assert expected == traffic(shown)


class TestNotAvailable:
    @pytest.mark.parametrize("state", [*(state for state in VirtualInterfaceState if state != "available"), "new"])
    def test_missing_data_of_an_interface_is_a_warning(self, state: str) -> None:
        shown = evidence(replace(ONE, state=state), TWO, around=replace(AROUND, traffic={INTERFACE_ID: NONE}))
        expected = warns(
            "in the last 60 minutes nothing measured was above the limit, but CloudWatch has only 0 of 10 data points "
            f"of dxvif-aaaaaaa1 ({state})"
        )
        is_judged = state not in {"deleting", "deleted", "rejected"}
        assert expected == traffic(shown) if is_judged else Outcome.PASS is traffic(shown).outcome

    @pytest.mark.parametrize(
        "state", [*(state for state in ConnectionState if state not in {"available", *GONE}), "new"]
    )
    def test_missing_data_of_the_connection_is_a_warning(self, state: str) -> None:
        shown = evidence(of=replace(APPROVED, state=state), around=replace(AROUND, traffic={CONNECTION_ID: NONE}))
        assert Outcome.WARN is traffic(shown).outcome

    def test_every_interface_without_data_is_named(self) -> None:
        down = [replace(one, state="down") for one in (ONE, TWO)]
        shown = evidence(*down, around=replace(AROUND, traffic={v.virtual_interface_id: NONE for v in down}))
        reason = traffic(replace(shown, settings=replace(SETTINGS, traffic_threshold_bps=0))).reason
        assert reason.endswith("of dxvif-aaaaaaa1 (down); 0 of 10 data points of dxvif-aaaaaaa2 (down)")

    def test_it_may_have_carried_traffic_before(self) -> None:
        shown = evidence(replace(ONE, state="down"), around=replace(AROUND, traffic={INTERFACE_ID: peak(20_000)}))
        assert Outcome.BLOCK is traffic(shown).outcome


def test_everything_is_named_and_traffic_comes_first() -> None:
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


def test_the_traffic_of_others_does_not_count() -> None:
    assert Outcome.PASS is traffic(measured({"dxvif-zzzzzzz1": peak(20_000)})).outcome


def test_the_settings_have_the_look_back_and_the_threshold() -> None:
    settings = replace(SETTINGS, traffic_lookback_minutes=90, traffic_threshold_bps=0)
    expected = passes("in the last 90 minutes nothing carried more bit/s than it may (dxcon-fg5678gh: 0)")
    assert expected == traffic(replace(evidence(), settings=settings))


class TestHostedConnection:
    """AWS publishes no bits per second of a hosted connection itself."""

    HOSTED = replace(APPROVED, partner_name="ACME")
    SILENT = replace(AROUND, traffic={CONNECTION_ID: NONE})

    def test_its_interface_is_judged(self) -> None:
        assert quiet("dxvif-aaaaaaa1: 10,000") == traffic(evidence(ONE, of=self.HOSTED, around=self.SILENT))
        around = replace(self.SILENT, traffic={CONNECTION_ID: NONE, INTERFACE_ID: peak(10_001)})
        assert Outcome.BLOCK is traffic(evidence(ONE, of=self.HOSTED, around=around)).outcome

    def test_without_an_interface(self) -> None:
        expected = passes(
            "it has no virtual interface, and AWS publishes no traffic of a hosted connection or a LAG itself"
        )
        assert expected == traffic(evidence(of=self.HOSTED, around=self.SILENT))


class TestAfterTheFirstDeletion:
    """The traffic of a deleted interface may move to one that is left."""

    def begun(self, *overrides: Override, **of: float) -> Evidence:
        loud = {id_.replace("_", "-"): peak(most) for id_, most in of.items()}
        shown = evidence(
            THREE, planned=(ONE, TWO, THREE), around=replace(AROUND, traffic=loud), request=overriding(*overrides)
        )
        return replace(shown, has_begun=True, run_has_begun=True)

    def consent(self, up_to_bps: int, *ids: str) -> Override:
        return replace(override("traffic", *ids), up_to_bps=up_to_bps)

    def test_each_may_carry_the_sum_of_all_limits(self) -> None:
        assert quiet("dxcon-fg5678gh: 30,000, dxvif-aaaaaaa3: 30,000") == traffic(self.begun(dxvif_aaaaaaa3=30_000))
        assert Outcome.BLOCK is traffic(self.begun(dxvif_aaaaaaa3=30_001)).outcome
        assert Outcome.BLOCK is traffic(self.begun(dxcon_fg5678gh=30_001)).outcome

    @pytest.mark.parametrize(
        ("consents", "limit"),
        [
            pytest.param([(500, "dxvif-aaaaaaa1")], 30_500, id="of a deleted interface"),
            pytest.param([(500, "dxvif-aaaaaaa1", "dxvif-aaaaaaa2")], 31_000, id="of two interfaces"),
            pytest.param([(500, "dxvif-aaaaaaa1"), (900, "dxvif-aaaaaaa1")], 30_900, id="of one interface, twice"),
            pytest.param([(500, "dxvif-aaaaaaa9")], 30_000, id="of an unplanned interface"),
            pytest.param([(700, CONNECTION_ID)], 30_700, id="of the connection"),
            pytest.param([(700, CONNECTION_ID), (500, "dxvif-aaaaaaa1")], 30_700, id="the connection's is more"),
            pytest.param([(400, CONNECTION_ID), (500, "dxvif-aaaaaaa1")], 30_500, id="the interface's is more"),
        ],
    )
    def test_overrides_raise_the_limit(self, consents: list[tuple[int, str]], limit: int) -> None:
        overrides = [self.consent(*consent) for consent in consents]
        assert f"dxvif-aaaaaaa3: {limit:,})" in traffic(self.begun(*overrides)).reason

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(override("traffic", "dxvif-aaaaaaa1"), id="of missing data"),
            pytest.param(replace(override("state", "dxvif-aaaaaaa1"), up_to_bps=500), id="of another guard"),
        ],
    )
    def test_other_overrides_do_not(self, other: Override) -> None:
        assert "dxvif-aaaaaaa3: 30,000)" in traffic(self.begun(other)).reason

    def test_before_it_overrides_raise_no_limit(self) -> None:
        shown = evidence(ONE, request=overriding(self.consent(500, INTERFACE_ID)))
        assert quiet("dxcon-fg5678gh: 10,000, dxvif-aaaaaaa1: 10,000") == traffic(shown)

    @pytest.mark.parametrize(
        ("seconds", "by_run", "limit"),
        [(1, False, "30,500"), (0, False, "30,000"), (-1, False, "30,000"), (-1, True, "30,500")],
        ids=["valid", "expires now", "expired", "expired after the run's first deletion"],
    )
    def test_an_override_expires_until_this_run_has_deleted_something(
        self, seconds: int, limit: str, *, by_run: bool
    ) -> None:
        """A deletion by somebody else does not count."""
        consent = replace(self.consent(500, "dxvif-aaaaaaa1"), until=NOW + timedelta(seconds=seconds))
        assert f"dxvif-aaaaaaa3: {limit})" in traffic(replace(self.begun(consent), run_has_begun=by_run)).reason


class TestNothingLeft:
    LOUD = replace(AROUND, traffic={CONNECTION_ID: peak(20_000)})

    def test_every_interface_is_deleted_or_being_deleted(self) -> None:
        assert NOTHING_LEFT == traffic(evidence(planned=(ONE,), around=self.LOUD))
        assert NOTHING_LEFT == traffic(evidence(replace(ONE, state="deleting"), around=self.LOUD))

    def test_a_connection_that_never_had_one_is_judged_until_the_run_has_begun(self) -> None:
        shown = evidence(around=self.LOUD)
        assert Outcome.BLOCK is traffic(shown).outcome
        assert NOTHING_LEFT == traffic(replace(shown, has_begun=True))
