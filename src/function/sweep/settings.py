"""What the template sets for the function that finds what is due."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from decommission.errors import ConfigurationError
from decommission.settings import TagSettings, number, switch, text

# A region, and perhaps an account with a spoke.
_PLACE = re.compile(r"([a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2})(?:@([0-9]{12}))?", re.ASCII)
# Stands in the ARN of a role for any account.
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlace:
    """
    Where a sweep lists connections, by default in the function's own region and account.

    ``role_arn`` is the role with which they are decommissioned, ``reader_role_arn`` the one that lists them.
    """

    region: str | None = None
    role_arn: str | None = None
    reader_role_arn: str | None = None

    @property
    def address(self) -> str:
        """The region and the account, as in ``us-east-1 of account 210987654321``; empty at home."""
        account = f" of account {self.role_arn.split(':')[4]}" if self.role_arn else ""
        return f"{self.region or ('the own region' if account else '')}{account}"

    @property
    def name(self) -> str:
        return self.address or "the own region"

    @property
    def fields(self) -> dict[str, str]:
        """The members of a request that name this place."""
        named = {"region": self.region, "roleArn": self.role_arn}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings(TagSettings):
    """
    The template's parameters.

    ``due_tag_key`` is compared without regard to case or outer blanks. ``dry_run`` and ``notice_minutes`` hold for
    requests that do not say it themselves, ``least_patience_minutes`` for those that do.
    ``concurrency`` is how many decommissions run at once. ``places`` are those of scheduled sweeps.
    ``spoke_role_arn`` and ``spoke_reader_role_arn`` have ``*`` in the place of the account.
    """

    due_tag_key: str
    time_zone: ZoneInfo
    dry_run: bool
    least_patience_minutes: int
    notice_minutes: int
    concurrency: int
    record_bucket: str
    places: tuple[SweepPlace, ...]
    spoke_role_arn: str
    spoke_reader_role_arn: str
    spoke_external_id: str

    def is_spoke(self, role_arn: str) -> bool:
        return role_arn == self.spoke_role_arn.replace(_ANY, role_arn.split(":")[4])

    def place(self, region: str | None, role_arn: str | None) -> SweepPlace:
        """Make the place of a fleet's request."""
        reader = self.spoke_reader_role_arn.replace(_ANY, role_arn.split(":")[4]) if role_arn else None
        return SweepPlace(region=region, role_arn=role_arn, reader_role_arn=reader)

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
        spoke, reader = text(environment, "SPOKE_ROLE_ARN"), text(environment, "SPOKE_READER_ROLE_ARN")
        return cls(
            approval_tag_key=text(environment, "APPROVAL_TAG_KEY"),
            approval_tag_value=text(environment, "APPROVAL_TAG_VALUE"),
            protection_tag_key=text(environment, "PROTECTION_TAG_KEY"),
            due_tag_key=text(environment, "DUE_TAG_KEY"),
            time_zone=time_zone,
            dry_run=switch(environment, "SWEEP_DRY_RUN"),
            least_patience_minutes=number(environment, "LEAST_PATIENCE_MINUTES", least=1),
            notice_minutes=number(environment, "SWEEP_NOTICE_MINUTES", least=0),
            concurrency=number(environment, "SWEEP_CONCURRENCY", least=1),
            record_bucket=text(environment, "RECORD_BUCKET"),
            places=tuple(_places(environment.get("SWEEP_PLACES", ""), spoke, reader)),
            spoke_role_arn=spoke,
            spoke_reader_role_arn=reader,
            spoke_external_id=text(environment, "SPOKE_EXTERNAL_ID"),
        )


def _places(named: str, spoke: str, reader: str) -> Iterator[SweepPlace]:
    """Read ``eu-central-1,us-east-1@210987654321``; nothing named is the function's own region and account."""
    if not named.strip():
        yield SweepPlace()
        return
    before: set[str] = set()
    for one in map(str.strip, named.split(",")):
        found = _PLACE.fullmatch(one)
        if not found:
            raise ConfigurationError(
                f"the environment variable SWEEP_PLACES must name regions, such as us-east-1, or regions of accounts, "
                f"such as us-east-1@210987654321, and not {one!r}"
            )
        if one in before:
            raise ConfigurationError(f"the environment variable SWEEP_PLACES names {one} twice")
        before.add(one)
        region, account = found.groups()
        if account:
            yield SweepPlace(
                region=region, role_arn=spoke.replace(_ANY, account), reader_role_arn=reader.replace(_ANY, account)
            )
        else:
            yield SweepPlace(region=region)
