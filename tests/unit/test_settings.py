"""Settings come from environment variables; an error names the variable that is wrong."""

import pytest

from decommission.errors import ConfigurationError
from decommission.settings import Settings, folded

VALID = {
    "PATIENCE_MINUTES": "240",
    "LEAST_PATIENCE_MINUTES": "30",
    "MINIMUM_WAIT_SECONDS": "10",
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "PROTECTION_TAG_KEY": "decommission-protected",
    "NOTICE_MINUTES": "0",
    "MANAGED_BY_TAG_KEYS": "terraform, Managed-By,pulumi:project",
    "TRAFFIC_LOOKBACK_MINUTES": "1440",
    "TRAFFIC_THRESHOLD_BPS": "10000",
    "ALLOW_OVERRIDES_FROM_EVENTS": "false",
    "RECORD_BUCKET": "records",
    "SPOKE_EXTERNAL_ID": "of our hub",
    "SPOKE_ROLE_NAME": "spoke",
}
LEAST = {
    "PATIENCE_MINUTES": 30,
    "LEAST_PATIENCE_MINUTES": 1,
    "NOTICE_MINUTES": 0,
    "MINIMUM_WAIT_SECONDS": 1,
    "TRAFFIC_LOOKBACK_MINUTES": 60,
    "TRAFFIC_THRESHOLD_BPS": 0,
}
SWITCHES = {"ALLOW_OVERRIDES_FROM_EVENTS"}
WRONG = [
    *[(name, value) for name in LEAST for value in ("", "-1", "ten", "1.5", "²", "٣", " 10", "1_000", "+10", "1e4")],
    *[(name, str(least - 1)) for name, least in LEAST.items()],
    *[(name, value) for name in SWITCHES for value in ("", "True", "yes", "0", " false")],
    *[(name, value) for name in VALID.keys() - LEAST.keys() - SWITCHES for value in ("", " \t")],
]


def test_valid_variables() -> None:
    expected = Settings(
        patience_minutes=240,
        notice_minutes=0,
        least_patience_minutes=30,
        minimum_wait_seconds=10,
        approval_tag_key="decommission",
        approval_tag_value="approved",
        protection_tag_key="decommission-protected",
        managed_by_tag_keys=frozenset({"terraform", "managed-by", "pulumi:project"}),
        traffic_lookback_minutes=1440,
        traffic_threshold_bps=10_000,
        allow_overrides_from_events=False,
        record_bucket="records",
        spoke_external_id="of our hub",
        spoke_role_name="spoke",
    )
    assert expected == Settings.from_environment(VALID)


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_the_least_value(name: str, least: int) -> None:
    assert least == getattr(Settings.from_environment({**VALID, name: str(least)}), name.lower())


def test_a_switch() -> None:
    on = {**VALID, "ALLOW_OVERRIDES_FROM_EVENTS": "true"}
    assert Settings.from_environment(on).allow_overrides_from_events


@pytest.mark.parametrize(("name", "value"), sorted(WRONG))
def test_a_wrong_value(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({**VALID, name: value})


@pytest.mark.parametrize("name", VALID)
def test_a_missing_variable(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in VALID.items() if key != name})


@pytest.mark.parametrize("key", ["decommission", "Decommission", " DECOMMISSION "])
def test_the_keys_of_approval_and_protection_must_differ(key: str) -> None:
    with pytest.raises(ConfigurationError, match="APPROVAL_TAG_KEY and PROTECTION_TAG_KEY must differ"):
        Settings.from_environment({**VALID, "PROTECTION_TAG_KEY": key})


def test_keys_are_compared_without_regard_to_case_and_blanks() -> None:
    assert "straße key".casefold() == folded("  Straße KEY\t")
