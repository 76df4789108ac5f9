"""All guards together: each is asked, whatever the others say, and an override passes one of them."""

from dataclasses import replace

import pytest

from decommission.guards import OF_INTERFACES, OVERRIDABLE, judge
from decommission.guards.evidence import Evidence
from decommission.models import Surroundings, Traffic
from decommission.run import Outcome, Verdict
from tests.support.evidence import APPROVED, AROUND, ONE, REQUEST, TWO, evidence, member, on_gateway, override
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, virtual_interface

# In the order of the table in DESIGN and README, which is that in which an operator reads them.
ORDER = [
    "ownership",
    "approval",
    "protection",
    "stack",
    "state",
    "under-construction",
    "foreign-interfaces",
    "lag",
    "hosted-connections",
    "failover-test",
    "traffic",
    "redundancy",
    "routes",
    "resiliency-group",
    "plan",
    "billing",
    "macsec",
]
ADVISORY = {"billing", "macsec"}
# To this every guard has something to say.
WORST = evidence(
    replace(on_gateway("aaaaaaa1", "dxgw-1"), owner_account=OTHER_ACCOUNT),
    virtual_interface("aaaaaaa2", "testing"),
    virtual_interface("aaaaaaa3", "approving"),
    virtual_interface("aaaaaaa4", "pending"),
    of=replace(
        APPROVED,
        owner_account="333333333333",
        lag_id=LAG_ID,
        billing_mode="PortPairFlatRateTier1",
        mac_sec_secret_arns=("arn",),
        tags={"decommission-protected": "", "aws:cloudformation:stack-name": "network"},
    ),
    around=Surroundings(
        caller_account=OTHER_ACCOUNT,
        connections=(member(),),
        hosted_connection_ids=("dxcon-hosted01",),
        traffic={CONNECTION_ID: Traffic(ingress=90_000, egress=0, points=10, expected_points=10)},
        routes={"dxvif-aaaaaaa1": ("10.0.0.0/8",)},
        resiliency_group_ids=("dxrg-1",),
    ),
    request=replace(REQUEST, plan_digest="0" * 64),
)
BEST = evidence(ONE, TWO)


@pytest.mark.parametrize("shown", [BEST, WORST], ids=["best", "worst"])
def test_every_guard_is_asked_once_and_in_order(shown: Evidence) -> None:
    assert ORDER == [verdict.guard for verdict in judge(shown)]


def test_one_that_blocks_silences_none() -> None:
    expected = {guard: Outcome.WARN if guard in ADVISORY else Outcome.BLOCK for guard in ORDER}
    assert expected == {verdict.guard: verdict.outcome for verdict in judge(WORST)}


def test_none_objects_to_a_quiet_connection_that_is_approved() -> None:
    quiet = evidence()
    assert {Outcome.PASS} == {verdict.outcome for verdict in judge(quiet)}


class TestLastVerdicts:
    LAST = tuple(Verdict(guard=guard, outcome=Outcome.WARN, reason="said before") for guard in ORDER)

    def kept(self, shown: Evidence, last: tuple[Verdict, ...] = LAST) -> set[str]:
        verdicts = judge(shown, last)
        assert ORDER == [verdict.guard for verdict in verdicts]
        return {verdict.guard for verdict in verdicts if verdict.reason == "said before"}

    def test_about_interfaces_they_are_kept_once_none_is_left(self) -> None:
        assert OF_INTERFACES == self.kept(evidence(planned=[ONE]))
        assert set() == self.kept(evidence(planned=[ONE]), last=())

    @pytest.mark.parametrize("shown", [evidence(ONE), evidence()], ids=["one is left", "there was none"])
    def test_otherwise_every_guard_is_asked_anew(self, shown: Evidence) -> None:
        assert set() == self.kept(shown)

    def test_about_routes_they_are_kept_unless_the_step_asked_for_routes(self) -> None:
        assert {"routes"} == self.kept(evidence(ONE, around=replace(AROUND, routes=None)))


@pytest.mark.parametrize("guard", OVERRIDABLE)
def test_an_override_changes_the_verdict_of_its_guard_only(guard: str) -> None:
    ids = [*(f"dxvif-aaaaaaa{number}" for number in (1, 2, 3, 4)), CONNECTION_ID, LAG_ID, "dxcon-hosted01", "dxrg-1"]
    consent = replace(override(guard, *ids), up_to_bps=90_000)
    shown = replace(WORST, request=replace(WORST.request, overrides=(consent,)))
    changed = [after for before, after in zip(judge(WORST), judge(shown), strict=True) if before != after]
    # Nothing overrides the lag guard while AWS does not show the LAG.
    expected = Outcome.BLOCK if guard == "lag" else Outcome.OVERRIDDEN
    assert [(guard, expected)] == [(verdict.guard, verdict.outcome) for verdict in changed]
