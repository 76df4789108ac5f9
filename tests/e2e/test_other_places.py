"""The deployed application works in other accounts and regions, and leaves its own as it is."""

import json
from typing import Any

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import DirectConnectBackend
from sandbox.runtime import REGION
from sandbox.stack import ROOT
from sandbox.world import QUIET_BPS, measure_in
from tests.conftest import ACCOUNT
from tests.e2e.conftest import QUICK
from tests.e2e.runs import CONNECTION_ID, EVENT, available, build, deletes, documents, failure, output

OTHER_ACCOUNT = "210987654321"
OTHER_REGION = "us-east-1"
ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/dx-decommission-spoke"
# The example has a place of its own.
EXAMPLE = json.loads((ROOT / "events/other-account.json").read_text())


def build_in(world: DirectConnectBackend) -> None:
    """Add an approved connection with an interface, with the ids of the one at home."""
    world.behaviour = QUICK
    world.add_connection(CONNECTION_ID, tags={"decommission": "approved"})
    world.add_virtual_interface(CONNECTION_ID, type="public")
    measure_in(world, CONNECTION_ID, QUIET_BPS)


@pytest.fixture
def elsewhere(sandbox: Sandbox) -> DirectConnectBackend:
    """Return a world of another account and region with a spoke, in which a connection has the same id as at home."""
    build(sandbox)
    sandbox.deploy_spoke(OTHER_ACCOUNT)
    world = sandbox.direct_connect_in(account=OTHER_ACCOUNT, region=OTHER_REGION)
    build_in(world)
    return world


def states(world: DirectConnectBackend) -> set[str]:
    return {resource.state for resource in world.resources()}


def test_a_connection_of_another_account_and_region_is_deleted_and_its_namesake_stays(
    sandbox: Sandbox, elsewhere: DirectConnectBackend
) -> None:
    at_home = available(sandbox)

    result = output(sandbox.run(EXAMPLE))

    assert ("COMPLETED", {"deleted"}) == (result["phase"], states(elsewhere))
    assert (at_home, []) == (available(sandbox), deletes(sandbox))
    where = f"in {OTHER_REGION} of account {OTHER_ACCOUNT}: "
    assert result["reason"].startswith(where)
    written = documents(sandbox)
    for name in ("plan.json", "report.json"):
        assert (OTHER_REGION, OTHER_ACCOUNT, ROLE) == (
            written[name]["region"],
            written[name]["account"],
            written[name]["request"]["roleArn"],
        )
    for metrics in sandbox.metrics():
        assert (OTHER_REGION, OTHER_ACCOUNT) == (metrics["region"], metrics["account"])
    ((subject, text),) = sandbox.messages()
    assert f"[dx-decommission] {CONNECTION_ID} COMPLETED" == subject
    assert f"{OTHER_REGION}, account {OTHER_ACCOUNT}" in text


def test_another_region_of_the_own_account_needs_no_role(sandbox: Sandbox) -> None:
    build(sandbox)
    at_home = available(sandbox)
    world = sandbox.direct_connect_in(region=OTHER_REGION)
    build_in(world)

    result = output(sandbox.run(EVENT | {"region": OTHER_REGION}))

    assert ("COMPLETED", {"deleted"}, at_home) == (result["phase"], states(world), available(sandbox))
    assert result["reason"].startswith(f"in {OTHER_REGION}: ")
    report = documents(sandbox)["report.json"]
    assert (OTHER_REGION, ACCOUNT) == (report["region"], report["account"])


def test_the_own_region_may_be_named(sandbox: Sandbox) -> None:
    build(sandbox)
    result = output(sandbox.run(EVENT | {"region": REGION}))
    assert ("COMPLETED", False) == (result["phase"], result["reason"].startswith("in "))


@pytest.mark.parametrize("external_id", ["of-another-hub", None], ids=["another external id", "no spoke"])
def test_an_account_that_does_not_trust_the_hub_is_left_alone(sandbox: Sandbox, external_id: str | None) -> None:
    build(sandbox)
    at_home = available(sandbox)
    if external_id:
        sandbox.deploy_spoke(OTHER_ACCOUNT, ExternalId=external_id)
    world = sandbox.direct_connect_in(account=OTHER_ACCOUNT, region=OTHER_REGION)
    build_in(world)

    execution = sandbox.run(EXAMPLE)

    assert "AwsDeniedError" == failure(execution)
    assert f"spoke stack is deployed in account {OTHER_ACCOUNT}" in execution["cause"]
    assert ({"available"}, at_home, {}) == (states(world), available(sandbox), sandbox.record())


@pytest.mark.parametrize("sandbox", [{"SpokeRoleName": "retire", "SpokeExternalId": "ours"}], indirect=True)
def test_the_role_and_the_external_id_follow_the_parameters(sandbox: Sandbox) -> None:
    stack = sandbox.deploy_spoke(OTHER_ACCOUNT, SpokeRoleName="retire", ExternalId="ours")
    build_in(sandbox.direct_connect_in(account=OTHER_ACCOUNT))

    assert "InvalidRequestError" == failure(sandbox.run(EXAMPLE))
    assert "COMPLETED" == output(sandbox.run(EVENT | {"roleArn": stack.outputs["SpokeRoleArn"]}))["phase"]


def test_a_resource_of_another_region_that_custodian_sends(sandbox: Sandbox) -> None:
    world = sandbox.direct_connect_in(region=OTHER_REGION)
    build_in(world)
    event: dict[str, Any] = json.loads((ROOT / "events/custodian.json").read_text())
    event["resource"]["region"] = OTHER_REGION

    result = output(sandbox.run(event))

    assert ("COMPLETED", False, {"deleted"}) == (result["phase"], result["alreadyGone"], states(world))
