"""What Cloud Custodian sends, as a request."""

import json
from typing import Any

import pytest

from decommission import contract
from decommission.errors import InvalidRequestError
from decommission.run import NewRun, Place
from sandbox.stack import ROOT
from tests.support.driver import SETTINGS
from tests.support.strategies import CONNECTION_ID, START

EVENT: dict[str, Any] = json.loads((ROOT / "events/custodian.json").read_text())
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:decommission:1"


def read(event: dict[str, Any]) -> NewRun:
    run = contract.read(event, now=START, settings=SETTINGS)
    assert isinstance(run, NewRun)
    return run


def test_the_connection_comes_from_the_resource_and_the_reason_from_the_policy() -> None:
    request = read(EVENT).request
    assert CONNECTION_ID == request.connection_id
    assert "Cloud Custodian policy decommission-marked-connections" == request.reason
    assert (False, None, ()) == (request.dry_run, request.plan_digest, request.overrides)


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", None])
def test_the_run_works_in_the_region_of_the_resource(region: str | None) -> None:
    """Otherwise a connection of another region would count as gone."""
    resource = {name: value for name, value in (EVENT["resource"] | {"region": region}).items() if value is not None}
    assert Place(region=region) == read(EVENT | {"resource": resource}).request.place


def test_a_policy_may_be_left_out() -> None:
    assert "Cloud Custodian policy" == read({"resource": EVENT["resource"]}).request.reason


def test_the_state_machine_wraps_it_like_a_request() -> None:
    run = read({"execution": EXECUTION, "event": EVENT})
    assert (EXECUTION, CONNECTION_ID) == (run.execution, run.request.connection_id)


def test_the_connection_of_another_account_is_refused() -> None:
    """The run would look in its own account, and take the connection for gone."""
    event = EVENT | {"resource": EVENT["resource"] | {"ownerAccount": "210987654321"}}
    with pytest.raises(InvalidRequestError, match=r"resource\.ownerAccount: must be 123456789012, where"):
        read({"execution": EXECUTION, "event": event})
    # Without an execution, nobody knows the account.
    assert CONNECTION_ID == read(event).request.connection_id


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param({"resource": None, "resources": ["arn:1"]}, "resources: Cloud Custodian's bulk", id="bulk"),
        pytest.param({"resources": []}, "resources: Cloud Custodian's bulk", id="bulk and not"),
        pytest.param({"resource": {}}, "resource.connectionId: is missing", id="another kind of resource"),
        pytest.param({"resource": "arn:1"}, "resource: ", id="an ARN"),
        pytest.param(
            {"resource": {"connectionId": "dxvif-fg5678gh"}}, "resource.connectionId: ", id="another kind of id"
        ),
        pytest.param(
            {"resource": EVENT["resource"] | {"region": "x"}}, "resource.region: ", id="a region of the wrong form"
        ),
        pytest.param(
            {"resource": EVENT["resource"] | {"ownerAccount": "x"}}, "resource.ownerAccount: ", id="no account"
        ),
        pytest.param({"policy": {}}, "policy.name: is missing", id="a policy without a name"),
        pytest.param({"policy": {"name": "x" * 257}}, "policy.name: ", id="a long name"),
        pytest.param({"policy": {"name": "a\nb"}}, "policy.name: ", id="a name that cannot be printed"),
        pytest.param({"dryRun": True}, "dryRun: is no known field", id="a field of a request"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], complaint: str) -> None:
    event = {name: value for name, value in (EVENT | changes).items() if value is not None}
    with pytest.raises(InvalidRequestError) as raised:
        read(event)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    "name", ["virtualInterfaceIds", "roleArn", "dryRun", "planDigest", "overrides", "patienceMinutes", "reason"]
)
def test_a_field_of_a_request_is_not_ignored_among_those_of_a_connection(name: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"resource.{name}: "):
        read({"resource": EVENT["resource"] | {name: True}})


def test_an_envelope_holds_a_request_and_nothing_of_custodian() -> None:
    with pytest.raises(InvalidRequestError, match="policy: is no known field"):
        read({"detail-type": "Decommission Requested", "detail": EVENT})
