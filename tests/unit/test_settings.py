"""Settings come from the environment, and a wrong one is named."""

import pytest

from decommission.errors import ConfigurationError
from decommission.settings import Settings

RIGHT = {"PATIENCE_MINUTES": "240", "MINIMUM_WAIT_SECONDS": "10"}


def test_right() -> None:
    assert Settings(patience_minutes=240, minimum_wait_seconds=10) == Settings.from_environment(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("value", ["", "0", "-1", "ten", "1.5", "²", " 10"])
def test_wrong(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({**RIGHT, name: value})


@pytest.mark.parametrize("name", RIGHT)
def test_missing(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in RIGHT.items() if key != name})
