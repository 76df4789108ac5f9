"""The list of what a sweep decommissions, which is also the claim to the sweep."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from decommission.bucket import Bucket
from decommission.errors import AwsBusyError, AwsDeniedError, InvalidRequestError
from decommission.log import logger
from decommission.places import Places, session_name
from decommission.run import Place
from decommission.schemas import JSON
from decommission.words import shortened, visible
from sweep import choice, request
from sweep.choice import Chosen
from sweep.request import SweepSchema
from sweep.settings import SweepPlace, SweepSettings

# The reason of a request may have 1,000 characters.
MOST_OF_A_REASON = 900


@dataclass(frozen=True, slots=True)
class NotListed:
    """A place that cannot be listed now, and why."""

    why: str


class Listing:
    """``places`` gives access to the places with roles that can list connections, and do nothing else."""

    def __init__(self, places: Places, bucket: Bucket, settings: SweepSettings) -> None:
        self._places = places
        self._bucket = bucket
        self._settings = settings

    def write(self, event: object, started_at: datetime, execution: str) -> JSON:
        """
        Write down what is to be decommissioned, once for each time of a sweep.

        Whoever writes the list has claimed the sweep: a second delivery of the same schedule finds it there.
        """
        asked = request.read(event, now=datetime.now(UTC), settings=self._settings)
        at = request.stamp(asked.scheduled_time or started_at)
        folder = f"sweeps/{at}"
        key = f"{folder}/list.json"
        own: JSON = {"dryRun": self._settings.dry_run, "noticeMinutes": self._settings.notice_minutes}
        shared = own | asked.request
        dry_run = bool(shared["dryRun"])
        items = list(self._items(asked, shared, folder, at, execution))
        claim = {"execution": execution, "dryrun": str(dry_run)}
        if not self._bucket.put_once(key, json.dumps(items, indent=1).encode(), **claim):
            claimed = self._bucket.metadata(key)
            if claimed != claim | {"execution": claimed.get("execution")}:
                kind = "one that deletes" if dry_run else "a dry run"
                raise InvalidRequestError(
                    f"scheduledTime: the sweep of {at} was {kind}, of the execution {claimed.get('execution')}; a "
                    "sweep of another kind needs another time"
                )
            if claimed["execution"] != execution:
                logger.info("another execution has claimed this sweep", sweep=at)
                return {"sweep": at, "isDuplicate": True}
            # A step of this execution that broke off has claimed it.
            items = json.loads(self._bucket.get(key))
        logger.info("listed", sweep=at, items=len(items), dryRun=dry_run)
        return {
            "sweep": at,
            "isDuplicate": False,
            "bucket": self._bucket.name,
            "folder": folder,
            "list": key,
            "items": len(items),
            "dryRun": dry_run,
            "isScheduled": asked.scheduled_time is not None,
            "concurrency": self._settings.concurrency,
            "execution": execution,
        }

    def _items(self, asked: SweepSchema, shared: JSON, folder: str, at: str, execution: str) -> Iterator[JSON]:
        if asked.connection_ids is not None:
            place = self._place_of(shared)
            for id_ in asked.connection_ids:
                yield _started(Chosen(connection_id=id_), place, folder, at, shared)
            return
        seen: set[str] = set()
        for number, (place, found) in enumerate(self._chosen(asked, execution)):
            if isinstance(found, NotListed):
                yield _skipped(place.name, SweepPlace(), f"{folder}/place-{number}.json", found.why)
                continue
            for chosen in found:
                id_ = chosen.connection_id
                if id_ in seen:
                    why = "another place of this sweep shows the same id"
                    yield _skipped(id_, place, f"{folder}/place-{number}-{id_}.json", why)
                elif chosen.skipped:
                    yield _skipped(id_, place, f"{folder}/{id_}.json", chosen.skipped)
                else:
                    yield _started(chosen, place, folder, at, shared)
                seen.add(id_)

    def _chosen(self, asked: SweepSchema, execution: str) -> Iterator[tuple[SweepPlace, Iterable[Chosen] | NotListed]]:
        """Choose place by place. A place that cannot be listed does not stop the others, unless none can be."""
        places = self._settings.places if asked.scheduled_time else (self._place_of(asked.request),)
        failed = 0
        for place in places:
            try:
                here = self._places.of(
                    Place(region=place.region, role_arn=place.reader_role_arn), session_name(execution)
                )
                connections = here.direct_connect.all_connections()
            except (AwsBusyError, AwsDeniedError) as error:
                failed += 1
                if failed == len(places):
                    error.args = (f"while listing {place.name}: {error}",)
                    raise
                yield place, NotListed(f"it could not be listed: {error}")
                continue
            if asked.tags is not None:
                yield place, choice.tagged(connections, asked.tags, self._settings)
            else:
                yield place, choice.due(connections, asked.scheduled_time or datetime.now(UTC), self._settings)

    def _place_of(self, shared: JSON) -> SweepPlace:
        return self._settings.place(shared.get("region"), shared.get("roleArn"))


def _started(chosen: Chosen, place: SweepPlace, folder: str, at: str, shared: JSON) -> JSON:
    id_ = chosen.connection_id
    # No word of this execution: Step Functions refuses the same name with another input, and a second delivery may
    # come from another one.
    because = {"reason": shortened(visible(f"sweep {at}: {chosen.why}"), MOST_OF_A_REASON)} if chosen.why else {}
    asked = {"connectionId": id_, **because, **place.fields, **shared}
    return {
        "id": id_,
        "place": place.address,
        "outcome": f"{folder}/{id_}.json",
        "name": f"{id_}-{at}",
        "request": asked,
    }


def _skipped(id_: str, place: SweepPlace, outcome: str, why: str) -> JSON:
    return {"id": id_, "place": place.address, "outcome": outcome, "skipped": why}
