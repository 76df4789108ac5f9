"""All guards together: ``judge`` asks each, whatever the others say, and an override changes one verdict only."""

from dataclasses import replace

import pytest

from decommission.guards import GUARDS, OF_INTERFACES, OVERRIDABLE, judge
from decommission.guards.evidence import Evidence
from decommission.models import Surroundings, Traffic
from decommission.run import Outcome, Verdict
from tests.support.evidence import APPROVED, AROUND, ONE, REQUEST, evidence, member, on_gateway, override
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, virtual_interface

ADVISORY = {"billing", "macsec"}
# Every guard objects to this, or warns of it.
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


def test_a_guard_that_blocks_silences_no_other() -> None:
    expected = [(guard, Outcome.WARN if guard in ADVISORY else Outcome.BLOCK) for guard in GUARDS]
    assert expected == [(verdict.guard, verdict.outcome) for verdict in judge(WORST)]


def test_every_guard_passes_a_quiet_connection_that_is_approved() -> None:
    assert dict.fromkeys(GUARDS, Outcome.PASS) == {verdict.guard: verdict.outcome for verdict in judge(evidence())}


@pytest.mark.parametrize("guard", OVERRIDABLE)
def test_an_override_changes_the_verdict_of_its_guard_only(guard: str) -> None:
    ids = [*(f"dxvif-aaaaaaa{number}" for number in (1, 2, 3, 4)), CONNECTION_ID, LAG_ID, "dxcon-hosted01", "dxrg-1"]
    consent = replace(override(guard, *ids), up_to_bps=90_000)
    shown = replace(WORST, request=replace(WORST.request, overrides=(consent,)))
    changed = [after for before, after in zip(judge(WORST), judge(shown), strict=True) if before != after]
    # AWS does not show the LAG here, and no override helps against that.
    expected = [] if guard == "lag" else [(guard, Outcome.OVERRIDDEN)]
    assert expected == [(verdict.guard, verdict.outcome) for verdict in changed]


class TestLastVerdicts:
    LAST = tuple(Verdict(guard=guard, outcome=Outcome.WARN, reason="said before") for guard in GUARDS)
    UNASKED = replace(AROUND, routes=None)

    @pytest.mark.parametrize(
        ("shown", "expected"),
        [
            pytest.param(evidence(planned=[ONE]), OF_INTERFACES, id="every planned interface is gone"),
            pytest.param(evidence(ONE), set(), id="an interface is left"),
            pytest.param(evidence(), set(), id="no interface was planned"),
            pytest.param(evidence(ONE, around=UNASKED), {"routes"}, id="the step did not ask for routes"),
        ],
    )
    def test_which_are_kept(self, shown: Evidence, expected: set[str]) -> None:
        verdicts = judge(shown, self.LAST)
        assert [*GUARDS] == [verdict.guard for verdict in verdicts]
        assert expected == {verdict.guard for verdict in verdicts if verdict.reason == "said before"}

    def test_without_them_every_guard_is_asked(self) -> None:
        assert [*GUARDS] == [verdict.guard for verdict in judge(evidence(planned=[ONE]))]
        asked = [verdict.guard for verdict in judge(evidence(ONE, around=self.UNASKED))]
        assert [guard for guard in GUARDS if guard != "routes"] == asked
