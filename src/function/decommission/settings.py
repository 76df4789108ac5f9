"""What the template sets for the function."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from decommission.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Tag:
    key: str
    value: str

    def is_on(self, tags: Mapping[str, str]) -> bool:
        return tags.get(self.key) == self.value

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    ``patience_minutes`` is the deadline of a request that names none; without ``approval_tag`` none is asked for.

    What carried more than ``traffic_threshold_bps`` bits per second in the last ``traffic_lookback_minutes`` is in use:
    BGP keepalives and BFD make a small floor, so the threshold is above zero.
    """

    patience_minutes: int
    minimum_wait_seconds: int
    approval_tag: Tag | None
    protection_tag: Tag
    traffic_lookback_minutes: int
    traffic_threshold_bps: int
    record_bucket: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises ConfigurationError, which names the variable that is missing or wrong."""
        approval_tag = Tag(_text(environment, "APPROVAL_TAG_KEY"), _text(environment, "APPROVAL_TAG_VALUE"))
        return cls(
            patience_minutes=_number(environment, "PATIENCE_MINUTES", least=1),
            minimum_wait_seconds=_number(environment, "MINIMUM_WAIT_SECONDS", least=1),
            approval_tag=approval_tag if _switch(environment, "REQUIRE_APPROVAL") else None,
            protection_tag=Tag(_text(environment, "PROTECTION_TAG_KEY"), _text(environment, "PROTECTION_TAG_VALUE")),
            traffic_lookback_minutes=_number(environment, "TRAFFIC_LOOKBACK_MINUTES", least=5),
            traffic_threshold_bps=_number(environment, "TRAFFIC_THRESHOLD_BPS", least=0),
            record_bucket=_text(environment, "RECORD_BUCKET"),
        )


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"the environment variable {name} is missing or empty")
    return value


def _number(environment: Mapping[str, str], name: str, *, least: int) -> int:
    value = environment.get(name, "")
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        raise ConfigurationError(
            f"the environment variable {name} must be a whole number, {least} or more, not {value!r}"
        )
    return int(value)


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "")
    if value not in {"true", "false"}:
        raise ConfigurationError(f"the environment variable {name} must be true or false, not {value!r}")
    return value == "true"
