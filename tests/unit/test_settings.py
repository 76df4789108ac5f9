"""Settings come from the environment, and a wrong one is named."""

import pytest

from decommission.errors import ConfigurationError
from decommission.settings import Settings, folded

RIGHT = {
    "PATIENCE_MINUTES": "240",
    "LEAST_PATIENCE_MINUTES": "30",
    "MINIMUM_WAIT_SECONDS": "10",
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "PROTECTION_TAG_KEY": "decommission-protected",
    "MANAGED_BY_TAG_KEYS": "terraform, Managed-By,pulumi:project",
    "TRAFFIC_LOOKBACK_MINUTES": "1440",
    "TRAFFIC_THRESHOLD_BPS": "10000",
    "ALLOW_OVERRIDES_FROM_EVENTS": "false",
    "RECORD_BUCKET": "records",
}
LEAST = {
    "PATIENCE_MINUTES": 30,
    "LEAST_PATIENCE_MINUTES": 1,
    "MINIMUM_WAIT_SECONDS": 1,
    "TRAFFIC_LOOKBACK_MINUTES": 60,
    "TRAFFIC_THRESHOLD_BPS": 0,
}
SWITCHES = {"ALLOW_OVERRIDES_FROM_EVENTS"}
WRONG = [
    *[(name, value) for name in LEAST for value in ("", "-1", "ten", "1.5", "²", "٣", " 10", "1_000", "+10", "1e4")],
    *[(name, str(least - 1)) for name, least in LEAST.items()],
    *[(name, value) for name in SWITCHES for value in ("", "True", "yes", "0", " false")],
    *[(name, value) for name in RIGHT.keys() - LEAST.keys() - SWITCHES for value in ("", " \t")],
]


def test_right() -> None:
    expected = Settings(
        patience_minutes=240,
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
    )
    assert expected == Settings.from_environment(RIGHT)


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_the_least_that_is_right(name: str, least: int) -> None:
    assert least == getattr(Settings.from_environment({**RIGHT, name: str(least)}), name.lower())


def test_the_switch() -> None:
    on = {**RIGHT, "ALLOW_OVERRIDES_FROM_EVENTS": "true"}
    assert Settings.from_environment(on).allow_overrides_from_events


@pytest.mark.parametrize(("name", "value"), sorted(WRONG))
def test_wrong(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({**RIGHT, name: value})


@pytest.mark.parametrize("name", RIGHT)
def test_missing(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in RIGHT.items() if key != name})


@pytest.mark.parametrize("key", ["decommission", "Decommission", " DECOMMISSION "])
def test_the_tags_of_approval_and_protection_differ(key: str) -> None:
    with pytest.raises(ConfigurationError, match="APPROVAL_TAG_KEY and PROTECTION_TAG_KEY must differ"):
        Settings.from_environment({**RIGHT, "PROTECTION_TAG_KEY": key})


def test_a_key_is_folded() -> None:
    assert "straße key".casefold() == folded("  Straße KEY\t")
