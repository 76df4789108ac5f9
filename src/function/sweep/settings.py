"""What the template sets for the function that finds what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from decommission.errors import ConfigurationError
from decommission.settings import TagSettings, number, switch, text


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings(TagSettings):
    """
    The template's parameters.

    ``due_tag_key`` is compared without regard to case or outer blanks. ``dry_run`` holds for requests that do not say
    it themselves. ``concurrency`` is how many decommissions run at once.
    """

    due_tag_key: str
    time_zone: ZoneInfo
    dry_run: bool
    concurrency: int
    record_bucket: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises ConfigurationError, which names the variable that is missing or wrong."""
        zone = text(environment, "SWEEP_TIME_ZONE")
        try:
            time_zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigurationError(
                f"the environment variable SWEEP_TIME_ZONE must be a time zone such as Europe/Berlin, not {zone!r}"
            ) from None
        return cls(
            approval_tag_key=text(environment, "APPROVAL_TAG_KEY"),
            approval_tag_value=text(environment, "APPROVAL_TAG_VALUE"),
            protection_tag_key=text(environment, "PROTECTION_TAG_KEY"),
            due_tag_key=text(environment, "DUE_TAG_KEY"),
            time_zone=time_zone,
            dry_run=switch(environment, "SWEEP_DRY_RUN"),
            concurrency=number(environment, "SWEEP_CONCURRENCY", least=1),
            record_bucket=text(environment, "RECORD_BUCKET"),
        )
