"""The settings of the function that finds what is due."""

import pytest

from decommission.errors import ConfigurationError
from sweep.settings import SweepPlace, SweepSettings

ENVIRONMENT = {
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "PROTECTION_TAG_KEY": "decommission-protected",
    "DUE_TAG_KEY": "decommission-after",
    "SWEEP_TIME_ZONE": "Europe/Berlin",
    "SWEEP_DRY_RUN": "true",
    "LEAST_PATIENCE_MINUTES": "30",
    "SWEEP_CONCURRENCY": "10",
    "SWEEP_NOTICE_MINUTES": "60",
    "SWEEP_PLACES": "",
    "RECORD_BUCKET": "records",
    "SPOKE_ROLE_ARN": "arn:aws:iam::*:role/spoke",
    "SPOKE_READER_ROLE_ARN": "arn:aws:iam::*:role/reader",
    "SPOKE_EXTERNAL_ID": "ours",
}
OF_AN_ACCOUNT = SweepPlace(
    region="us-east-1",
    role_arn="arn:aws:iam::210987654321:role/spoke",
    reader_role_arn="arn:aws:iam::210987654321:role/reader",
)


def settings(**changes: str) -> SweepSettings:
    return SweepSettings.from_environment(ENVIRONMENT | changes)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("", (SweepPlace(),)),
        ("eu-central-1", (SweepPlace(region="eu-central-1"),)),
        ("us-gov-east-1", (SweepPlace(region="us-gov-east-1"),)),
        ("eu-central-1,us-east-1@210987654321", (SweepPlace(region="eu-central-1"), OF_AN_ACCOUNT)),
    ],
)
def test_places(named: str, expected: tuple[SweepPlace, ...]) -> None:
    assert expected == settings(SWEEP_PLACES=named).places


@pytest.mark.parametrize(
    "named", ["us-east", "us-east-1@", "us-east-1@1", "210987654321", "us-east-1,,", "us-east-1;x"]
)
def test_a_place_that_cannot_be_read_is_refused(named: str) -> None:
    with pytest.raises(ConfigurationError, match="SWEEP_PLACES must name regions"):
        settings(SWEEP_PLACES=named)


def test_a_place_is_named_once() -> None:
    with pytest.raises(ConfigurationError, match="SWEEP_PLACES names us-east-1 twice"):
        settings(SWEEP_PLACES="us-east-1,us-east-1@210987654321, us-east-1")


@pytest.mark.parametrize("zone", ["Europe/Bonn", "../etc/passwd", "/etc/localtime", "CEST"])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ConfigurationError, match="SWEEP_TIME_ZONE must be a time zone"):
        settings(SWEEP_TIME_ZONE=zone)


@pytest.mark.parametrize("name", [name for name in ENVIRONMENT if name != "SWEEP_PLACES"])
def test_whatever_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        settings(**{name: " "})


def test_what_a_place_adds_to_a_request() -> None:
    assert {} == SweepPlace().fields
    assert {"region": "us-east-1", "roleArn": "arn:aws:iam::210987654321:role/spoke"} == OF_AN_ACCOUNT.fields
    assert ("the own region", "us-east-1 of account 210987654321") == (SweepPlace().name, OF_AN_ACCOUNT.name)
