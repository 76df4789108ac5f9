"""Where a step works: a region, with the function's own role or with one that it assumes in another account."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from decommission.alarms import Alarms
from decommission.calls import Failure, attempt
from decommission.clients import Clients, ClientsWith
from decommission.direct_connect import DirectConnect
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.run import CallOutcome, NewRun, Place
from decommission.survey import Survey
from decommission.traffic import TrafficMeter

APPLICATION = "dx-decommission"
# What STS allows: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
NOT_IN_A_SESSION_NAME = re.compile(r"[^A-Za-z0-9_+=,.@-]")
SHORTEST_SESSION_NAME, LONGEST_SESSION_NAME = 2, 64
# The parameters of a client, and where AssumeRole answers them.
CREDENTIALS = {
    "aws_access_key_id": "AccessKeyId",
    "aws_secret_access_key": "SecretAccessKey",
    "aws_session_token": "SessionToken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The services of the place of a run. ``name`` says where that is, and is empty at home."""

    direct_connect: DirectConnect
    survey: Survey
    alarms: Alarms
    name: str = ""


class Places:
    """Gives each run the services of its place; the services of the function's own region and role are made once."""

    def __init__(self, clients_with: ClientsWith, *, external_id: str, lookback_minutes: int) -> None:
        self._clients_with = clients_with
        self._external_id = external_id
        self._lookback_minutes = lookback_minutes
        self._own_clients = clients_with()
        self._home = self._here(self._own_clients, "")

    @property
    def home_region(self) -> str:
        return self._home.direct_connect.region

    def at(self, run: NewRun) -> Here:
        """Return the services of the place of a run; raises as ``of``."""
        return self.of(run.request.place, session_name(run.execution))

    def of(self, place: Place, session: str) -> Here:
        """
        Return the services of a place, with new credentials if it names a role; ``session`` is the name of the session.

        Raises AwsBusyError, and AwsDeniedError if STS does not let the function assume the role.
        """
        region = place.region or self.home_region
        if place.role_arn is None:
            if region == self.home_region:
                return self._home
            return self._here(self._clients_with(region_name=region), f"in {region}")
        credentials = self._credentials(place, place.role_arn, session)
        return self._here(
            self._clients_with(region_name=region, **credentials), f"in {region} of account {place.account}"
        )

    def _here(self, clients: Clients, name: str) -> Here:
        direct_connect = DirectConnect(clients("directconnect"), partial(clients, "directconnect", once=True))
        # The other clients are made when they are needed: a step that only looks needs none of them.
        cloudwatch = partial(clients, "cloudwatch")
        meter = TrafficMeter(cloudwatch, lookback_minutes=self._lookback_minutes)
        return Here(
            direct_connect=direct_connect,
            survey=Survey(direct_connect, meter, partial(clients, "sts")),
            alarms=Alarms(cloudwatch),
            name=name,
        )

    def _credentials(self, place: Place, role_arn: str, session: str) -> dict[str, str]:
        """Assume the role; the credentials stay in the clients that are made with them."""
        answered = attempt(
            self._own_clients("sts"),
            "AssumeRole",
            RoleArn=role_arn,
            RoleSessionName=session,
            ExternalId=self._external_id,
        )
        if isinstance(answered, Failure):
            if answered.outcome in {CallOutcome.DENIED, CallOutcome.REFUSED}:
                raise _not_assumed(place, answered)
            raise answered.error()
        return _credentials_in(answered)


def session_name(execution: str | None) -> str:
    """Name the session after the execution, so that CloudTrail in the other account leads to the run."""
    name = (execution or "").rpartition(":")[2] or APPLICATION
    allowed = NOT_IN_A_SESSION_NAME.sub("-", name)
    return allowed[:LONGEST_SESSION_NAME].ljust(SHORTEST_SESSION_NAME, "-")


def _credentials_in(answered: Mapping[str, Any]) -> dict[str, str]:
    given = answered.get("Credentials")
    members = given if isinstance(given, dict) else {}
    credentials = {
        name: value for name, member in CREDENTIALS.items() if isinstance(value := members.get(member), str) and value
    }
    if credentials.keys() != CREDENTIALS.keys():
        raise AwsBusyError("sts:AssumeRole answered without Credentials")
    return credentials


def _not_assumed(place: Place, failure: Failure) -> AwsDeniedError:
    said = f"{failure.code}: {failure.words}" if failure.code else failure.words
    return AwsDeniedError(
        f"AWS denied sts:AssumeRole ({said}). Find out whether the spoke stack is deployed in account {place.account}, "
        "and whether it names this function's role (HubRoleArn, or HubReaderRoleArn for a sweep), the role's own name "
        "and the external id (ExternalId)"
    )
