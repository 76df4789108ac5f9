"""The guards of unclear states, of interfaces under construction, and of failover tests."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from decommission.guards.evidence import blocks, passes
from decommission.guards.state import failover_test, state, under_construction
from decommission.models import ConnectionState, FailoverTest, VirtualInterfaceState
from tests.support.evidence import APPROVED, AROUND, ONE, THREE, TWO, evidence

BUILDING = ("pending", "verifying", "confirming")
DOCUMENTED = passes("AWS documents every state that it shows")


class TestState:
    @pytest.mark.parametrize("word", [word for word in ConnectionState if word != "unknown"])
    def test_documented_states_of_the_connection(self, word: str) -> None:
        assert DOCUMENTED == state(evidence(of=replace(APPROVED, state=word)))

    @pytest.mark.parametrize("word", [word for word in VirtualInterfaceState if word != "unknown"])
    def test_documented_states_of_an_interface(self, word: str) -> None:
        assert DOCUMENTED == state(evidence(replace(ONE, state=word)))

    @pytest.mark.parametrize("word", ["unknown", "approving", "Available", "testing", ""])
    def test_unclear_states(self, word: str) -> None:
        shown = evidence(replace(ONE, state="approving"), TWO, of=replace(APPROVED, state=word))
        expected = blocks(
            f"unknown or undocumented state: dxcon-fg5678gh ({word}), dxvif-aaaaaaa1 (approving); ask AWS Support",
            ["dxcon-fg5678gh", "dxvif-aaaaaaa1"],
        )
        assert expected == state(shown)


class TestUnderConstruction:
    @pytest.mark.parametrize("word", [*(word for word in VirtualInterfaceState if word not in BUILDING), "approving"])
    def test_an_interface_in_another_state_passes(self, word: str) -> None:
        shown = evidence(replace(ONE, state=word), of=replace(APPROVED, state="pending"))
        assert passes("no virtual interface is being built") == under_construction(shown)

    @pytest.mark.parametrize("word", BUILDING)
    def test_an_interface_that_is_being_built_blocks(self, word: str) -> None:
        expected = blocks(
            f"somebody is building dxvif-aaaaaaa1 (private, VLAN 101, {word}), dxvif-aaaaaaa3 (private, VLAN 101, "
            f"{word}); find out who, and delete the interface or wait",
            ["dxvif-aaaaaaa1", "dxvif-aaaaaaa3"],
        )
        assert expected == under_construction(evidence(replace(ONE, state=word), TWO, replace(THREE, state=word)))


class TestFailoverTest:
    TESTING = replace(ONE, state="testing")
    ENDS_AT = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    TEST = FailoverTest(
        test_id="test-1",
        virtual_interface_id="dxvif-aaaaaaa1",
        started_at=ENDS_AT - timedelta(hours=1),
        ends_at=ENDS_AT,
    )
    YESTERDAY = replace(TEST, test_id="test-0", ends_at=ENDS_AT - timedelta(days=1))
    OF_TWO = replace(TEST, virtual_interface_id="dxvif-aaaaaaa2", test_id="test-2")
    KNOWN = "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest"

    @pytest.mark.parametrize("word", [*(word for word in VirtualInterfaceState if word != "testing"), "approving"])
    def test_an_interface_in_another_state_passes(self, word: str) -> None:
        shown = evidence(replace(ONE, state=word), around=replace(AROUND, failover_tests=(self.TEST,)))
        assert passes("no BGP failover test is running") == failover_test(shown)

    @pytest.mark.parametrize(
        ("tests", "named"),
        [
            pytest.param((), "dxvif-aaaaaaa1", id="unknown test"),
            pytest.param((OF_TWO,), "dxvif-aaaaaaa1", id="test of another interface"),
            pytest.param((TEST,), KNOWN, id="known test"),
            pytest.param((replace(TEST, ends_at=None),), "dxvif-aaaaaaa1, test test-1", id="unknown end"),
            pytest.param((YESTERDAY, TEST), KNOWN, id="the latest of two"),
            pytest.param((TEST, YESTERDAY), KNOWN, id="the latest of two, listed first"),
            pytest.param((TEST, replace(YESTERDAY, ends_at=None)), KNOWN, id="unknown end of the other"),
            pytest.param(
                (replace(TEST, ends_at=ENDS_AT.astimezone(timezone(timedelta(hours=2)))),), KNOWN, id="local time"
            ),
        ],
    )
    def test_a_running_test_blocks(self, tests: tuple[FailoverTest, ...], named: str) -> None:
        shown = evidence(self.TESTING, TWO, around=replace(AROUND, failover_tests=tests))
        reason = f"a BGP failover test is running on {named}; stop it with StopBgpFailoverTest, or wait"
        assert blocks(reason, ["dxvif-aaaaaaa1"]) == failover_test(shown)

    def test_every_interface_is_named(self) -> None:
        shown = evidence(
            *(replace(interface, state="testing") for interface in (ONE, TWO)),
            around=replace(AROUND, failover_tests=(self.TEST, self.OF_TWO)),
        )
        two = "dxvif-aaaaaaa2, test test-2 until 2026-11-02 04:30 UTC at the latest"
        reason = f"a BGP failover test is running on {self.KNOWN}; {two}; stop it with StopBgpFailoverTest, or wait"
        assert blocks(reason, ["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]) == failover_test(shown)

    @pytest.mark.usefixtures("_in_japan")
    def test_the_end_is_in_utc_wherever_the_function_runs(self) -> None:
        shown = evidence(self.TESTING, around=replace(AROUND, failover_tests=(self.TEST,)))
        assert self.KNOWN in failover_test(shown).reason

    @pytest.fixture
    def _in_japan(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with monkeypatch.context() as environment:
            environment.setenv("TZ", "JST-9")
            time.tzset()
            yield
        time.tzset()
