"""The guards that ask what AWS shows: what each lets pass, what it blocks, and the words an operator reads."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from decommission.guards import GUARDS
from decommission.models import ConnectionState, FailoverTest, VirtualInterface, VirtualInterfaceState
from decommission.run import Outcome
from tests.evidence import (
    APPROVED,
    AROUND,
    OTHER_ACCOUNT,
    blocks,
    evidence,
    passes,
    verdict,
    warns,
)
from tests.strategies import ACCOUNT, virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
FOREIGN = replace(ONE, owner_account=OTHER_ACCOUNT)


@pytest.fixture
def _far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("guard", GUARDS)
def test_none_objects_to_a_quiet_connection_that_is_approved(guard: str) -> None:
    assert verdict(guard, evidence(ONE, TWO))[0] is Outcome.PASS


class TestState:
    @pytest.mark.parametrize("state", [*ConnectionState])
    def test_of_the_connection(self, state: ConnectionState) -> None:
        is_clear = state is not ConnectionState.UNKNOWN
        shown = evidence(ONE, of=replace(APPROVED, state=state))
        assert (Outcome.PASS if is_clear else Outcome.BLOCK) == verdict("state", shown)[0]

    @pytest.mark.parametrize("state", [*VirtualInterfaceState])
    def test_of_an_interface(self, state: VirtualInterfaceState) -> None:
        is_clear = state is not VirtualInterfaceState.UNKNOWN
        assert (Outcome.PASS if is_clear else Outcome.BLOCK) == verdict("state", evidence(replace(ONE, state=state)))[0]

    def test_clear(self) -> None:
        assert passes("every state is one that AWS documents") == verdict("state", evidence(ONE))

    def test_a_word_of_interfaces_is_none_of_connections(self) -> None:
        assert verdict("state", evidence(of=replace(APPROVED, state="testing")))[0] is Outcome.BLOCK

    def test_unclear(self) -> None:
        shown = evidence(replace(ONE, state="approving"), TWO, of=replace(APPROVED, state="unknown"))
        assert blocks(
            "AWS cannot tell the state, or nobody knows the word, of dxcon-fg5678gh (unknown), dxvif-aaaaaaa1 "
            "(approving); ask AWS Support"
        ) == verdict("state", shown)


class TestForeignInterfaces:
    @pytest.mark.parametrize("interfaces", [(), (ONE, TWO)], ids=["no interfaces", "of the owner"])
    def test_none(self, interfaces: tuple[VirtualInterface, ...]) -> None:
        assert passes("every virtual interface belongs to the owner of the connection") == verdict(
            "foreign-interfaces", evidence(*interfaces)
        )

    def test_it_is_the_owner_of_the_connection_who_counts(self) -> None:
        shown = evidence(FOREIGN, of=replace(APPROVED, owner_account=OTHER_ACCOUNT))
        assert verdict("foreign-interfaces", shown)[0] is Outcome.PASS

    def test_some(self) -> None:
        shown = evidence(FOREIGN, TWO, replace(virtual_interface("aaaaaaa3"), owner_account=""))
        assert blocks(
            "other accounts have virtual interfaces here: dxvif-aaaaaaa1 of account 210987654321, dxvif-aaaaaaa3 of "
            "account unknown; agree with them, then override and name the ids"
        ) == verdict("foreign-interfaces", shown)


class TestHostedConnections:
    def test_none(self) -> None:
        assert passes("it carries no hosted connections") == verdict("hosted-connections", evidence())

    def test_some(self) -> None:
        shown = evidence(around=replace(AROUND, hosted_connection_ids=("dxcon-ffabc123", "dxcon-ffabc456")))
        assert blocks(
            "it carries hosted connections of partners' customers: dxcon-ffabc123, dxcon-ffabc456; move them first"
        ) == verdict("hosted-connections", shown)


class TestFailoverTest:
    TESTING = replace(ONE, state="testing")
    ENDS_AT = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    TEST = FailoverTest(test_id="test-1", virtual_interface_id="dxvif-aaaaaaa1", ends_at=ENDS_AT)
    YESTERDAY = FailoverTest(
        test_id="test-0", virtual_interface_id="dxvif-aaaaaaa1", ends_at=ENDS_AT - timedelta(days=1)
    )
    OF_TWO = replace(TEST, virtual_interface_id="dxvif-aaaaaaa2", test_id="test-2")

    def test_none(self) -> None:
        shown = evidence(ONE, around=replace(AROUND, failover_tests=(self.YESTERDAY,)))
        assert passes("no BGP failover test is running") == verdict("failover-test", shown)

    @pytest.mark.parametrize(
        ("tests", "named"),
        [
            ((), "dxvif-aaaaaaa1"),
            ((OF_TWO,), "dxvif-aaaaaaa1"),
            ((TEST,), "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest"),
            ((replace(TEST, ends_at=None),), "dxvif-aaaaaaa1, test test-1"),
            ((YESTERDAY, TEST), "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest"),
            (
                (TEST, replace(YESTERDAY, ends_at=None)),
                "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest",
            ),
            ((TEST, YESTERDAY), "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest"),
            (
                (replace(TEST, ends_at=ENDS_AT.astimezone(timezone(timedelta(hours=2)))),),
                "dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest",
            ),
        ],
        ids=[
            "not known",
            "of another",
            "known",
            "end not known",
            "the latest",
            "end of another not known",
            "in any order",
            "local time",
        ],
    )
    def test_running(self, tests: tuple[FailoverTest, ...], named: str) -> None:
        shown = evidence(self.TESTING, TWO, around=replace(AROUND, failover_tests=tests))
        assert blocks(f"a BGP failover test runs on {named}; stop it with StopBgpFailoverTest, or wait") == verdict(
            "failover-test", shown
        )

    @pytest.mark.usefixtures("_far_away")
    def test_says_utc_wherever_it_runs(self) -> None:
        _, reason = verdict(
            "failover-test", evidence(self.TESTING, around=replace(AROUND, failover_tests=(self.TEST,)))
        )
        assert "2026-11-02 04:30 UTC" in reason

    def test_on_two(self) -> None:
        around = replace(AROUND, failover_tests=(self.TEST, self.OF_TWO))
        assert blocks(
            "a BGP failover test runs on dxvif-aaaaaaa1, test test-1 until 2026-11-02 04:30 UTC at the latest; "
            "dxvif-aaaaaaa2, test test-2 until 2026-11-02 04:30 UTC at the latest; stop it with StopBgpFailoverTest, "
            "or wait"
        ) == verdict("failover-test", evidence(self.TESTING, replace(TWO, state="testing"), around=around))


class TestBilling:
    @pytest.mark.parametrize("mode", ["PayAsYouGo", "FlatRateTier1", "APortPair", "portPair"])
    def test_saves(self, mode: str) -> None:
        shown = evidence(of=replace(APPROVED, billing_mode=mode))
        assert passes(f"the billing mode is {mode}") == verdict("billing", shown)

    @pytest.mark.parametrize("mode", [None, ""])
    def test_unknown(self, mode: str | None) -> None:
        shown = evidence(of=replace(APPROVED, billing_mode=mode))
        assert passes("the billing mode is unknown") == verdict("billing", shown)

    @pytest.mark.parametrize("mode", ["PortPairFlatRateTier1", "PortPairFlatRateTier5", "PortPair"])
    def test_saves_nothing(self, mode: str) -> None:
        assert warns(
            f"the billing mode is {mode}: deleting one port of a pair saves nothing, and takes its redundancy away"
        ) == verdict("billing", evidence(of=replace(APPROVED, billing_mode=mode)))


class TestMacSec:
    def test_none(self) -> None:
        assert passes("no MACsec secret stays behind") == verdict("macsec", evidence())

    def test_some(self) -> None:
        arns = tuple(f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:{name}" for name in ("one", "two"))
        assert warns(f"MACsec secrets stay behind in Secrets Manager: {arns[0]}, {arns[1]}; delete them") == verdict(
            "macsec", evidence(of=replace(APPROVED, mac_sec_secret_arns=arns))
        )
