"""The guards that ask what stays behind, and what the deletion would upset or not save."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import blocks, passes, warns
from decommission.guards.leftovers import billing, mac_sec, resiliency_group
from tests.support.evidence import APPROVED, AROUND, evidence, group, port

GROUP_ID = "dxrg-0123456789abcdef0"


class TestResiliencyGroup:
    def test_none(self) -> None:
        assert passes("the connection is in no resiliency group") == resiliency_group(evidence())

    @pytest.mark.parametrize("refusals", [{}, {"ListResiliencyGroups": "No"}], ids=["all seen", "another refused"])
    def test_some(self, refusals: dict[str, str]) -> None:
        around = replace(AROUND, resiliency_group_ids=(GROUP_ID, "dxrg-1"), refusals=refusals)
        reason = f"the connection is in the resiliency group {GROUP_ID}, dxrg-1; take it out of the group"
        assert blocks(reason, [GROUP_ID, "dxrg-1"]) == resiliency_group(evidence(around=around))

    def test_refused(self) -> None:
        around = replace(AROUND, refusals={"ListResiliencyGroups": "No"})
        expected = warns('nobody can tell whether it is in a resiliency group; AWS said: "No"')
        assert expected == resiliency_group(evidence(around=around))


class TestBilling:
    @pytest.mark.parametrize("mode", ["PayAsYouGo", "FlatRateTier1", "APortPair", "portPair"])
    def test_saves(self, mode: str) -> None:
        expected = passes(f"the billing mode is {mode}")
        assert expected == billing(evidence(of=replace(APPROVED, billing_mode=mode)))

    @pytest.mark.parametrize("mode", [None, ""])
    def test_unknown(self, mode: str | None) -> None:
        expected = passes("the billing mode is unknown")
        assert expected == billing(evidence(of=replace(APPROVED, billing_mode=mode)))

    @pytest.mark.parametrize("mode", ["PortPairFlatRateTier1", "PortPairFlatRateTier5", "PortPair"])
    def test_saves_nothing(self, mode: str) -> None:
        expected = warns(
            f"the billing mode is {mode}: deleting one port of a pair saves nothing, and takes its redundancy away"
        )
        assert expected == billing(evidence(of=replace(APPROVED, billing_mode=mode)))


class TestMacSec:
    OURS = tuple(f"arn:aws:secretsmanager:eu-central-1:123456789012:secret:{name}" for name in ("one", "two"))
    NONE = passes("no MACsec secret stays behind without use")
    SECURED = replace(APPROVED, mac_sec_secret_arns=OURS)

    def test_none(self) -> None:
        assert self.NONE == mac_sec(evidence())

    def test_some(self) -> None:
        expected = warns(
            f"MACsec secrets stay behind in Secrets Manager: {self.OURS[0]}, {self.OURS[1]}; no other connection that "
            "this account sees in the region uses them. Delete them once nothing else does"
        )
        assert expected == mac_sec(evidence(of=self.SECURED, around=replace(AROUND, connections=(self.SECURED,))))

    def test_one_that_another_connection_uses(self) -> None:
        around = replace(AROUND, connections=(replace(port(), mac_sec_secret_arns=self.OURS[:1]), self.SECURED))
        reason = mac_sec(evidence(of=self.SECURED, around=around)).reason
        assert [False, True] == [arn in reason for arn in self.OURS]

    def test_those_that_a_lag_uses(self) -> None:
        around = replace(AROUND, lags=(replace(group(), mac_sec_secret_arns=self.OURS),))
        assert self.NONE == mac_sec(evidence(of=self.SECURED, around=around))

    def test_those_that_direct_connect_manages(self) -> None:
        managed = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:directconnect!prod/eu-central-1/abc"
        assert self.NONE == mac_sec(evidence(of=replace(APPROVED, mac_sec_secret_arns=(managed,))))
