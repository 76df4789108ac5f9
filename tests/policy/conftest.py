"""The roles that the policy tests ask about."""

import pytest

from tests.policy.simulator import Policy, deployed_policies

# By name of the role: the parameters of its deployment.
PARAMETERS = {
    "default": {},
    "other tags": {
        "ApprovalTagKey": "team:retire",
        "ApprovalTagValue": "yes",
        "ProtectionTagKey": "Do not touch/@all",
    },
}


@pytest.fixture(scope="session")
def roles() -> dict[str, list[Policy]]:
    return {name: deployed_policies(parameters) for name, parameters in PARAMETERS.items()}
