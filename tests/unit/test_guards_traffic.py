"""The guard of traffic: what is in use, what is noise, and that missing data is not zero."""

from dataclasses import replace

import pytest

from decommission.models import ConnectionState, Traffic, VirtualInterfaceState
from decommission.run import Outcome
from tests.evidence import APPROVED, AROUND, QUIET, SETTINGS, blocks, evidence, passes, verdict
from tests.strategies import CONNECTION_ID, virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
INTERFACE_ID = ONE.virtual_interface_id
NOTHING = passes("in the last 60 minutes nothing carried more than 10,000 bit/s")


def loud(listed: str) -> tuple[Outcome, str]:
    return blocks(f"in the last 60 minutes {listed}; 10,000 bit/s is what may be noise; move the traffic away first")


def silent(listed: str) -> tuple[Outcome, str]:
    return blocks(f"in the last 60 minutes {listed}; make sure that nothing uses it, then override this")


def judged(traffic: dict[str, Traffic]) -> tuple[Outcome, str]:
    return verdict("traffic", evidence(ONE, around=replace(AROUND, traffic=traffic)))


@pytest.mark.parametrize("id_", [CONNECTION_ID, INTERFACE_ID])
class TestEach:
    @pytest.mark.parametrize("peak", [0, 0.0, 9_999.9, 10_000, 10_000.0])
    def test_up_to_the_threshold_is_noise(self, id_: str, peak: float) -> None:
        assert NOTHING == judged({id_: Traffic(ingress=peak, egress=peak)})

    @pytest.mark.parametrize(
        ("traffic", "found"),
        [
            (Traffic(ingress=10_001, egress=0), "10,001 bit/s in"),
            (Traffic(ingress=10_000, egress=10_001.0), "10,001 bit/s out"),
            (Traffic(ingress=2_500_000_000.6, egress=0), "2,500,000,001 bit/s in"),
            (Traffic(ingress=float("inf"), egress=0), "inf bit/s in"),
            (Traffic(ingress=0, egress=float("nan")), "nan bit/s out"),
        ],
        ids=["in", "out", "much", "infinite", "no number"],
    )
    def test_above_it_is_use(self, id_: str, traffic: Traffic, found: str) -> None:
        assert loud(f"{id_} carried up to {found}") == judged({id_: traffic})

    def test_a_hair_above_it_is_use(self, id_: str) -> None:
        assert judged({id_: Traffic(ingress=0, egress=10_000.000001)})[0] is Outcome.BLOCK

    def test_in_both_directions(self, id_: str) -> None:
        expected = loud(f"{id_} carried up to 20,000 bit/s in; {id_} carried up to 30,000 bit/s out")
        assert expected == judged({id_: Traffic(ingress=20_000, egress=30_000)})

    @pytest.mark.parametrize(
        ("traffic", "directions"),
        [
            (Traffic(ingress=None, egress=None), "in and out"),
            (Traffic(ingress=None, egress=0), "in"),
            (Traffic(ingress=0, egress=None), "out"),
        ],
        ids=["in and out", "in", "out"],
    )
    def test_no_data_is_not_zero(self, id_: str, traffic: Traffic, directions: str) -> None:
        assert silent(f"CloudWatch has no data of {id_} ({directions}), though it is up") == judged({id_: traffic})

    def test_traffic_in_and_no_data_out(self, id_: str) -> None:
        assert loud(
            f"{id_} carried up to 20,000 bit/s in; CloudWatch has no data of {id_} (out), though it is up"
        ) == judged({id_: Traffic(ingress=20_000, egress=None)})


def test_no_entry_at_all_is_no_data() -> None:
    shown = evidence(ONE)
    shown = replace(shown, surroundings=replace(shown.surroundings, traffic={CONNECTION_ID: QUIET}))
    expected = silent("CloudWatch has no data of dxvif-aaaaaaa1 (in and out), though it is up")
    assert expected == verdict("traffic", shown)


def test_several_of_which_there_is_no_data() -> None:
    assert silent(
        "CloudWatch has no data of dxcon-fg5678gh (in and out), though it is up; CloudWatch has no data of "
        "dxvif-aaaaaaa1 (in and out), though it is up"
    ) == verdict("traffic", replace(evidence(ONE), surroundings=AROUND))


@pytest.mark.parametrize("traffic", [{}, {INTERFACE_ID: Traffic(ingress=0, egress=None)}], ids=["none", "half"])
@pytest.mark.parametrize("state", [state for state in VirtualInterfaceState if state != "available"])
def test_an_interface_that_is_not_up_needs_no_data(state: str, traffic: dict[str, Traffic]) -> None:
    shown = evidence(replace(ONE, state=state))
    shown = replace(shown, surroundings=replace(shown.surroundings, traffic={CONNECTION_ID: QUIET} | traffic))
    assert NOTHING == verdict("traffic", shown)


@pytest.mark.parametrize("state", [state for state in ConnectionState if state != "available"])
def test_a_connection_that_is_not_up_needs_no_data(state: str) -> None:
    shown = evidence(of=replace(APPROVED, state=state))
    assert NOTHING == verdict("traffic", replace(shown, surroundings=AROUND))


def test_what_is_down_now_may_have_been_up() -> None:
    around = replace(AROUND, traffic={INTERFACE_ID: Traffic(ingress=20_000, egress=None)})
    expected = loud("dxvif-aaaaaaa1 carried up to 20,000 bit/s in")
    assert expected == verdict("traffic", evidence(replace(ONE, state="down"), around=around))


def test_the_traffic_of_others_does_not_count() -> None:
    assert NOTHING == judged({"dxvif-zzzzzzz1": Traffic(ingress=20_000, egress=20_000)})


def test_everything_is_listed_what_carries_traffic_first() -> None:
    traffic = {
        TWO.virtual_interface_id: Traffic(ingress=40_000, egress=0),
        INTERFACE_ID: Traffic(ingress=None, egress=None),
        CONNECTION_ID: Traffic(ingress=0, egress=50_000),
    }
    assert loud(
        "dxcon-fg5678gh carried up to 50,000 bit/s out; dxvif-aaaaaaa2 carried up to 40,000 bit/s in; CloudWatch has "
        "no data of dxvif-aaaaaaa1 (in and out), though it is up"
    ) == verdict("traffic", evidence(ONE, TWO, around=replace(AROUND, traffic=traffic)))


@pytest.mark.parametrize(("peak", "expected"), [(0, Outcome.PASS), (0.1, Outcome.BLOCK), (1, Outcome.BLOCK)])
def test_a_threshold_of_zero(peak: float, expected: Outcome) -> None:
    around = replace(AROUND, traffic={CONNECTION_ID: Traffic(ingress=peak, egress=0)})
    settings = replace(SETTINGS, traffic_threshold_bps=0)
    assert expected == verdict("traffic", evidence(around=around, settings=settings))[0]


def test_the_numbers_are_those_of_the_settings() -> None:
    settings = replace(SETTINGS, traffic_lookback_minutes=90, traffic_threshold_bps=1_234_567)
    expected = passes("in the last 90 minutes nothing carried more than 1,234,567 bit/s")
    assert expected == verdict("traffic", evidence(ONE, settings=settings))
