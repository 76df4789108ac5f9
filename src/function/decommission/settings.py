"""What the template sets for the function."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from decommission.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``patience_minutes`` is the deadline of a request that names none."""

    patience_minutes: int
    minimum_wait_seconds: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises ConfigurationError, which names the variable that is missing or wrong."""
        return cls(
            patience_minutes=_positive(environment, "PATIENCE_MINUTES"),
            minimum_wait_seconds=_positive(environment, "MINIMUM_WAIT_SECONDS"),
        )


def _positive(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name, "")
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise ConfigurationError(f"the environment variable {name} must be a positive whole number, not {value!r}")
    return int(value)
