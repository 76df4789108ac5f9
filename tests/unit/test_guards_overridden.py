"""All guards together: each is asked, whatever the others say, and an override passes one of them."""

from dataclasses import replace

import pytest

from decommission.guards import GUARDS, Evidence, judge, judge_interconnect
from decommission.models import FailoverTest, Surroundings, Traffic
from decommission.run import Outcome, Override, Verdict
from tests.evidence import APPROVED, AROUND, OTHER_ACCOUNT, REQUEST, evidence, on_gateway, overriding, verdict
from tests.strategies import LAG_ID, virtual_interface

# In the order of the table in DESIGN and README, which is that in which an operator reads them.
ORDER = [
    "ownership",
    "approval",
    "protection",
    "stack",
    "state",
    "foreign-interfaces",
    "lag",
    "hosted-connections",
    "failover-test",
    "traffic",
    "redundancy",
    "plan",
    "billing",
    "macsec",
]
ADVISORY = {"billing", "macsec"}
LOUD = replace(AROUND, traffic={"dxcon-fg5678gh": Traffic(ingress=20_000.0, egress=0.0)})
LOUD_REASON = (
    "in the last 60 minutes dxcon-fg5678gh carried up to 20,000 bit/s in; 10,000 bit/s is what may be noise; move the "
    "traffic away first"
)
FOREIGN = [replace(virtual_interface(name), owner_account=OTHER_ACCOUNT) for name in ("aaaaaaa1", "aaaaaaa2")]
FOREIGN_REASON = (
    "other accounts have virtual interfaces here: dxvif-aaaaaaa1 of account 210987654321, dxvif-aaaaaaa2 of account "
    "210987654321; agree with them, then override and name the ids"
)
# To this every guard has something to say.
WORST = evidence(
    replace(on_gateway("aaaaaaa1", "dxgw-1"), owner_account=OTHER_ACCOUNT),
    virtual_interface("aaaaaaa2", "testing"),
    virtual_interface("aaaaaaa3", "approving"),
    of=replace(
        APPROVED,
        owner_account="333333333333",
        lag_id=LAG_ID,
        billing_mode="PortPairFlatRateTier1",
        mac_sec_secret_arns=("arn",),
        tags={"decommission": "protected", "aws:cloudformation:stack-name": "network"},
    ),
    around=Surroundings(
        caller_account=OTHER_ACCOUNT,
        hosted_connection_ids=("dxcon-ffabc123",),
        failover_tests=(FailoverTest(test_id="test-1", virtual_interface_id="dxvif-aaaaaaa2", ends_at=None),),
        traffic=LOUD.traffic,
    ),
    request=replace(REQUEST, plan_digest="0" * 64),
)
OVERRIDE_OF_ALL = tuple(
    Override(guard=guard, reason="CHG-1234 dxvif-aaaaaaa1 dxvif-aaaaaaa2 dxvif-aaaaaaa3") for guard in ORDER
)


@pytest.mark.parametrize("shown", [evidence(), WORST], ids=["best", "worst"])
def test_every_guard_is_asked_once_and_in_order(shown: Evidence) -> None:
    assert ORDER == [v.guard for v in judge(shown)]
    assert ORDER == [*GUARDS]


def test_one_that_blocks_silences_none() -> None:
    expected = {guard: Outcome.WARN if guard in ADVISORY else Outcome.BLOCK for guard in ORDER}
    assert expected == {v.guard: v.outcome for v in judge(WORST)}


class TestOverride:
    def test_passes_the_guard_and_is_recorded(self) -> None:
        shown = evidence(around=LOUD, request=overriding("traffic", "moved to site B, CHG-1234"))
        expected = (Outcome.OVERRIDDEN, f"{LOUD_REASON}; overridden: moved to site B, CHG-1234")
        assert expected == verdict("traffic", shown)

    def test_of_another_guard_does_not(self) -> None:
        shown = evidence(around=LOUD, request=overriding("redundancy"))
        assert (Outcome.BLOCK, LOUD_REASON) == verdict("traffic", shown)

    def test_not_needed_when_the_guard_passes(self) -> None:
        expected = (Outcome.PASS, "it carries no hosted connections; the override was not needed")
        assert expected == verdict("hosted-connections", evidence(request=overriding("hosted-connections")))

    def test_not_needed_when_the_guard_warns(self) -> None:
        shown = evidence(of=replace(APPROVED, mac_sec_secret_arns=("arn",)), request=overriding("macsec"))
        assert (
            Outcome.WARN,
            "MACsec secrets stay behind in Secrets Manager: arn; delete them; the override was not needed",
        ) == verdict("macsec", shown)

    @pytest.mark.parametrize("tags", [{"decommission": "protected"}, {}], ids=["protected", "not protected"])
    def test_of_the_protection_is_as_if_there_were_none(self, tags: dict[str, str]) -> None:
        of = replace(APPROVED, tags=tags)
        without = verdict("protection", evidence(of=of))
        assert without == verdict("protection", evidence(of=of, request=overriding("protection")))

    def test_of_all_leaves_only_the_protection(self) -> None:
        shown = replace(WORST, request=replace(WORST.request, overrides=OVERRIDE_OF_ALL))
        expected = {guard: Outcome.WARN if guard in ADVISORY else Outcome.OVERRIDDEN for guard in ORDER}
        assert expected | {"protection": Outcome.BLOCK} == {v.guard: v.outcome for v in judge(shown)}


class TestOverrideOfForeignInterfaces:
    @pytest.mark.parametrize(
        ("reason", "unnamed"),
        [
            ("agreed, CHG-1234", "dxvif-aaaaaaa1, dxvif-aaaaaaa2"),
            ("agreed for dxvif-aaaaaaa2", "dxvif-aaaaaaa1"),
            ("agreed for dxvif-aaaaaaa1", "dxvif-aaaaaaa2"),
            ("agreed for aaaaaaa1, aaaaaaa2", "dxvif-aaaaaaa1, dxvif-aaaaaaa2"),
            ("agreed for dxvif-aaaaaaa12 and dxvif-aaaaaaa2", "dxvif-aaaaaaa1"),
            ("agreed for dxvif-*", "dxvif-aaaaaaa1, dxvif-aaaaaaa2"),
        ],
        ids=["none", "the second", "the first", "half of an id", "a longer id", "a pattern"],
    )
    def test_that_does_not_name_all(self, reason: str, unnamed: str) -> None:
        expected = (Outcome.BLOCK, f"{FOREIGN_REASON}; the override does not name {unnamed}")
        shown = evidence(*FOREIGN, request=overriding("foreign-interfaces", reason))
        assert expected == verdict("foreign-interfaces", shown)

    @pytest.mark.parametrize(
        "reason",
        ["agreed: dxvif-aaaaaaa1, dxvif-aaaaaaa2.", "(dxvif-aaaaaaa2/dxvif-aaaaaaa1/dxvif-aaaaaaa9)"],
        ids=["both", "both and one more"],
    )
    def test_that_names_all(self, reason: str) -> None:
        expected = (Outcome.OVERRIDDEN, f"{FOREIGN_REASON}; overridden: {reason}")
        shown = evidence(*FOREIGN, request=overriding("foreign-interfaces", reason))
        assert expected == verdict("foreign-interfaces", shown)


class TestInterconnect:
    def test_is_blocked(self) -> None:
        reason = (
            "the id is that of an interconnect, which carries the connections of a partner's customers; not for this "
            "tool"
        )
        expected = (Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=reason),)
        assert expected == judge_interconnect(True)  # noqa: FBT003 - it is the evidence

    def test_what_is_none_is_not_judged(self) -> None:
        assert () == judge_interconnect(False)  # noqa: FBT003
