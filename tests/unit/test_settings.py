"""Settings come from the environment, and a wrong one is named."""

import pytest

from decommission.errors import ConfigurationError
from decommission.settings import Settings, Tag

RIGHT = {
    "PATIENCE_MINUTES": "240",
    "MINIMUM_WAIT_SECONDS": "10",
    "REQUIRE_APPROVAL": "true",
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "PROTECTION_TAG_KEY": "decommission",
    "PROTECTION_TAG_VALUE": "protected",
    "TRAFFIC_LOOKBACK_MINUTES": "60",
    "TRAFFIC_THRESHOLD_BPS": "10000",
    "RECORD_BUCKET": "records",
}
NUMBERS = {"PATIENCE_MINUTES", "MINIMUM_WAIT_SECONDS", "TRAFFIC_LOOKBACK_MINUTES", "TRAFFIC_THRESHOLD_BPS"}
WRONG = [
    *[(name, value) for name in sorted(NUMBERS) for value in ("", "-1", "ten", "1.5", "²", " 10", "1_000", "+10")],
    *[("REQUIRE_APPROVAL", value) for value in ("", "True", "yes", "0", " false")],
    ("PATIENCE_MINUTES", "0"),
    ("MINIMUM_WAIT_SECONDS", "0"),
    # Less than a period of what Direct Connect publishes would be no look back.
    ("TRAFFIC_LOOKBACK_MINUTES", "4"),
    *[(name, "") for name in sorted(RIGHT.keys() - NUMBERS)],
]


def test_right() -> None:
    expected = Settings(
        patience_minutes=240,
        minimum_wait_seconds=10,
        approval_tag=Tag("decommission", "approved"),
        protection_tag=Tag("decommission", "protected"),
        traffic_lookback_minutes=60,
        traffic_threshold_bps=10_000,
        record_bucket="records",
    )
    assert expected == Settings.from_environment(RIGHT)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("PATIENCE_MINUTES", 1),
        ("MINIMUM_WAIT_SECONDS", 1),
        ("TRAFFIC_LOOKBACK_MINUTES", 5),
        ("TRAFFIC_THRESHOLD_BPS", 0),
    ],
)
def test_the_least_that_is_right(name: str, least: int) -> None:
    assert least == getattr(Settings.from_environment({**RIGHT, name: str(least)}), name.lower())


def test_without_approval_no_tag_is_asked_for() -> None:
    assert Settings.from_environment({**RIGHT, "REQUIRE_APPROVAL": "false"}).approval_tag is None


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({**RIGHT, name: value})


@pytest.mark.parametrize("name", RIGHT)
def test_missing(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in RIGHT.items() if key != name})
