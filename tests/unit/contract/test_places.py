"""Where a run works: a region and a role, of which today's settings allow one name."""

from dataclasses import replace

import pytest

from decommission.run import Place, Trigger
from decommission.schemas import JSON
from tests.support.events import EXECUTION, NOW, REQUEST, RESULT, ROLE, complaint, enveloped, run_of, started, wrapped
from tests.support.strategies import ACCOUNT, OTHER_ACCOUNT

ONLY = "roleArn: must end with :role/dx-decommission-spoke (SpokeRoleName), in whatever account"


def under_way(**request: object) -> JSON:
    return RESULT | {"request": RESULT["request"] | request}


@pytest.mark.parametrize(
    "role",
    [
        ROLE.replace("dx-decommission-spoke", "admin"),
        ROLE.replace("dx-decommission-spoke", "team/dx-decommission-spoke"),
        f"{ROLE}-reader",
        f"{ROLE}/admin",
        ROLE.replace("dx", "DX"),
    ],
)
@pytest.mark.parametrize("event", [lambda role: REQUEST | {"roleArn": role}, lambda role: under_way(roleArn=role)])
def test_only_the_role_of_the_settings_may_be_named(event: object, role: str) -> None:
    assert callable(event)
    assert ONLY == complaint(event(role))


def test_the_settings_of_today_count_for_a_run_under_way() -> None:
    assert run_of(under_way(roleArn=ROLE))
    assert complaint(under_way(roleArn=ROLE), spoke_role_name="other").startswith("roleArn: must end with :role/other ")


def test_the_role_is_of_the_partition_of_the_execution() -> None:
    elsewhere = {"roleArn": ROLE.replace("arn:aws:", "arn:aws-cn:")}
    expected = "roleArn: must be of the partition in which the state machine runs"
    assert expected == complaint(wrapped(REQUEST | elsewhere))
    assert expected == complaint(under_way(**elsewhere))
    # The function alone does not know its own.
    assert started(role_arn=elsewhere["roleArn"]) == run_of(REQUEST | elsewhere)


def test_the_region_of_an_envelope_is_not_that_of_the_request() -> None:
    nothing = Trigger(id=None, time=None)
    assert replace(started(), event=nothing) == run_of(enveloped(REQUEST, region="us-east-1"))
    asked = run_of(enveloped(REQUEST | {"region": "us-east-1"}, region="eu-central-1"))
    assert replace(started(region="us-east-1"), event=nothing) == asked


def test_a_role_belongs_into_the_detail_of_an_envelope() -> None:
    assert "roleArn: belongs into detail, beside the id" == complaint(enveloped(REQUEST, roleArn=ROLE))


def test_the_account_of_a_place_is_that_of_its_role() -> None:
    assert (OTHER_ACCOUNT, None) == (Place(role_arn=ROLE).account, Place(region="us-east-1").account)


@pytest.mark.parametrize(
    ("role", "execution", "account", "partition"),
    [
        (None, None, None, None),
        (None, EXECUTION, ACCOUNT, "aws"),
        (ROLE, None, OTHER_ACCOUNT, None),
        (ROLE, EXECUTION, OTHER_ACCOUNT, "aws"),
        (None, "arn:odd", None, "odd"),
        (None, "arn::::", None, None),
    ],
)
def test_the_account_and_the_partition_of_a_run(
    role: str | None, execution: str | None, account: str | None, partition: str | None
) -> None:
    run = replace(started(role_arn=role), execution=execution)
    assert (account, partition, NOW) == (run.account, run.partition, run.started_at)
