"""What the template sets for the function."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from decommission.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSettings:
    """
    The tags with which people approve and protect.

    ``protection_tag_key`` is compared without regard to case or outer blanks, ``approval_tag_key`` is not.
    """

    approval_tag_key: str
    approval_tag_value: str
    protection_tag_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(TagSettings):
    """
    The template's parameters.

    ``patience_minutes`` and ``notice_minutes`` are those of a request that names none. ``managed_by_tag_keys`` are
    compared without regard to case or outer blanks. A request may name the role ``spoke_role_name`` of any account; it
    is assumed with ``spoke_external_id``.
    """

    patience_minutes: int
    notice_minutes: int
    least_patience_minutes: int
    minimum_wait_seconds: int
    managed_by_tag_keys: frozenset[str]
    traffic_lookback_minutes: int
    traffic_threshold_bps: int
    allow_overrides_from_events: bool
    record_bucket: str
    spoke_role_name: str
    spoke_external_id: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises ConfigurationError, which names the variable that is missing or wrong."""
        settings = cls(
            patience_minutes=number(environment, "PATIENCE_MINUTES", least=1),
            notice_minutes=number(environment, "NOTICE_MINUTES", least=0),
            least_patience_minutes=number(environment, "LEAST_PATIENCE_MINUTES", least=1),
            minimum_wait_seconds=number(environment, "MINIMUM_WAIT_SECONDS", least=1),
            approval_tag_key=text(environment, "APPROVAL_TAG_KEY"),
            approval_tag_value=text(environment, "APPROVAL_TAG_VALUE"),
            protection_tag_key=text(environment, "PROTECTION_TAG_KEY"),
            managed_by_tag_keys=frozenset(map(folded, text(environment, "MANAGED_BY_TAG_KEYS").split(","))),
            traffic_lookback_minutes=number(environment, "TRAFFIC_LOOKBACK_MINUTES", least=60),
            traffic_threshold_bps=number(environment, "TRAFFIC_THRESHOLD_BPS", least=0),
            allow_overrides_from_events=switch(environment, "ALLOW_OVERRIDES_FROM_EVENTS"),
            record_bucket=text(environment, "RECORD_BUCKET"),
            spoke_role_name=text(environment, "SPOKE_ROLE_NAME"),
            spoke_external_id=text(environment, "SPOKE_EXTERNAL_ID"),
        )
        if settings.patience_minutes < settings.least_patience_minutes:
            raise ConfigurationError("PATIENCE_MINUTES must not be below LEAST_PATIENCE_MINUTES")
        if folded(settings.approval_tag_key) == folded(settings.protection_tag_key):
            raise ConfigurationError("APPROVAL_TAG_KEY and PROTECTION_TAG_KEY must differ in more than case and blanks")
        return settings


def folded(key: str) -> str:
    """Spell the key of a tag so that case and outer blanks make no difference."""
    return key.strip().casefold()


def text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value.strip():
        raise ConfigurationError(f"the environment variable {name} is missing or empty")
    return value


def number(environment: Mapping[str, str], name: str, *, least: int) -> int:
    value = environment.get(name, "")
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        raise ConfigurationError(
            f"the environment variable {name} must be a whole number, {least} or more, not {value!r}"
        )
    return int(value)


def switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "")
    if value not in {"true", "false"}:
        raise ConfigurationError(f"the environment variable {name} must be true or false, not {value!r}")
    return value == "true"
