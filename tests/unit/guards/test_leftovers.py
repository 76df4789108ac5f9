"""The guards of resiliency groups, of billing and of MACsec secrets."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Finding, blocks, passes, warns
from decommission.guards.leftovers import billing, mac_sec, resiliency_group
from decommission.models import Surroundings
from tests.support.evidence import APPROVED, AROUND, evidence, group, port

IDS = ("dxrg-0123456789abcdef0", "dxrg-1")
SECRETS = tuple(f"arn:aws:secretsmanager:eu-central-1:123456789012:secret:{name}" for name in ("one", "two"))
MANAGED = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:directconnect!prod/eu-central-1/abc"
SECURED = replace(APPROVED, mac_sec_secret_arns=(*SECRETS, MANAGED))
REFUSED = {"ListResiliencyGroups": "No"}
IN_GROUPS = blocks(f"it is in the resiliency group {', '.join(IDS)}; take it out of the group", IDS)


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        pytest.param(AROUND, passes("it is in no resiliency group"), id="none"),
        pytest.param(replace(AROUND, resiliency_group_ids=IDS), IN_GROUPS, id="some"),
        pytest.param(replace(AROUND, resiliency_group_ids=IDS, refusals=REFUSED), IN_GROUPS, id="some refused"),
        pytest.param(
            replace(AROUND, refusals=REFUSED),
            warns('nobody can tell whether it is in a resiliency group; AWS said: "No"'),
            id="refused",
        ),
    ],
)
def test_resiliency_groups(around: Surroundings, expected: Finding) -> None:
    assert expected == resiliency_group(evidence(around=around))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        *[
            (mode, passes(f"the billing mode is {mode}"))
            for mode in ("PayAsYouGo", "FlatRateTier1", "APortPair", "portPair")
        ],
        *[(mode, passes("the billing mode is unknown")) for mode in (None, "")],
        *[
            (
                mode,
                warns(
                    f"the billing mode is {mode}: deleting one port of a pair saves nothing, and takes its redundancy "
                    "away"
                ),
            )
            for mode in ("PortPairFlatRateTier1", "PortPairFlatRateTier5", "PortPair")
        ],
    ],
)
def test_billing_modes(mode: str | None, expected: Finding) -> None:
    assert expected == billing(evidence(of=replace(APPROVED, billing_mode=mode)))


@pytest.mark.parametrize(
    ("around", "left"),
    [
        pytest.param(replace(AROUND, connections=(SECURED,)), SECRETS, id="no other uses them"),
        pytest.param(
            replace(AROUND, connections=(replace(port(), mac_sec_secret_arns=SECRETS[:1]), SECURED)),
            SECRETS[1:],
            id="another connection uses one",
        ),
        pytest.param(replace(AROUND, lags=(replace(group(), mac_sec_secret_arns=SECRETS),)), (), id="a LAG uses them"),
    ],
)
def test_mac_sec_secrets(around: Surroundings, left: tuple[str, ...]) -> None:
    """Direct Connect deletes the secrets that it manages itself."""
    expected = warns(
        f"MACsec secrets stay behind in Secrets Manager: {', '.join(left)}; no other connection that this account sees "
        "in the region uses them. Delete them once nothing else does"
    )
    none = passes("no MACsec secret stays behind without use")
    assert (expected if left else none) == mac_sec(evidence(of=SECURED, around=around))
    assert none == mac_sec(evidence(around=around))
