"""The record of a run in S3: what it found and decided, what it was about to do, and what came of it."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from pydantic_core import to_json

from decommission.bucket import JSON_TYPE, Bucket
from decommission.run import Action, Call, CallOutcome, NewRun, Run
from decommission.schemas import JSON

# A schedule may ask every night for a connection that is gone; each of these runs writes a report too.
MOST_REPORTS = 50


class RunHasEndedError(Exception):
    """Raised when a run already has a report, from a step that this one repeats: it has ended as its report says."""

    def __init__(self, report: JSON) -> None:
        super().__init__("the run has a report")
        self.report = report


class Record:
    """
    The folder of a run: ``<id of the connection or LAG>/<start>/``.

    Every method raises as the bucket's do. What cannot be recorded must not be deleted.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def write_plan(self, run: NewRun, document: Mapping[str, object], loa: bytes | None) -> None:
        """Must succeed before anything is deleted. What is already there was written by this run."""
        if loa is not None:
            self._bucket.put_once(_key(run, "loa.pdf"), loa, "application/pdf")
        self._bucket.put_once(_key(run, "plan.json"), _as_json(document), JSON_TYPE)

    def write_progress(self, run: NewRun, document: Mapping[str, object]) -> None:
        """
        Must succeed before the first delete call of a step; takes the place of the last one.

        Raises RunHasEndedError.
        """
        self._raise_if_ended(run)
        self._bucket.put(_key(run, "progress.json"), _as_json(document), JSON_TYPE)

    def lost_calls(self, run: Run, action: Action, resource_ids: Collection[str]) -> list[Call]:
        """
        List what a step may have asked for whose result is lost.

        Each step records what the run has asked, and what it is about to ask.
        """
        for key in self._bucket.keys(_key(run, "progress.json")):
            progress = json.loads(self._bucket.get(key))
            made, about, at = progress["calls"], progress["aboutToAsk"], datetime.fromisoformat(progress["writtenAt"])
            of_action = [call for call in made if call["action"] == action]
            asked = {c["resourceId"] for c in of_action if CallOutcome(c["outcome"]).may_have_had_effect}
            # Otherwise the run knows what came of it.
            if about["action"] == action and {*map(_key_of, run.calls)} <= {*map(_key_in, made)}:
                asked |= {*about["resourceIds"]}
            return [_lost(action, id_, at) for id_ in sorted(asked & {*resource_ids})]
        return []

    def write_restore(self, run: NewRun, document: Mapping[str, object], *, is_whole: bool) -> None:
        """
        Must succeed before the first delete call of a run; only one that ``is_whole`` takes another's place.

        Raises RunHasEndedError.
        """
        self._raise_if_ended(run)
        write = self._bucket.put if is_whole else self._bucket.put_once
        write(_key(run, "restore.json"), _as_json(document), JSON_TYPE)

    def write_report(self, run: NewRun, document: Mapping[str, object]) -> None:
        """Write how the run ended. Raises RunHasEndedError."""
        if not self._bucket.put_once(_key(run, "report.json"), _as_json(document), JSON_TYPE):
            self._raise_if_ended(run)

    def _raise_if_ended(self, run: NewRun) -> None:
        # Whoever may not list the bucket is denied an object that is missing, so it is looked for in a list.
        for key in self._bucket.keys(_key(run, "report.json")):
            raise RunHasEndedError(json.loads(self._bucket.get(key)))

    def deletion_of(self, port_id: str) -> str | None:
        """Find the address of the record of the run for which AWS agreed to delete a port, among its latest runs."""
        reports = [key for key in self._bucket.keys(f"{port_id}/") if key.endswith("/report.json")]
        for key in reversed(reports[-MOST_REPORTS:]):
            if _asked_to_delete(json.loads(self._bucket.get(key)), port_id):
                return f"s3://{self._bucket.name}/{key.removesuffix('report.json')}"
        return None


def _key_of(call: Call) -> tuple[str, str, datetime]:
    return call.action, call.resource_id, call.requested_at


def _key_in(call: JSON) -> tuple[str, str, datetime]:
    return call["action"], call["resourceId"], datetime.fromisoformat(call["requestedAt"])


def _lost(action: Action, resource_id: str, at: datetime) -> Call:
    words = "a step that was killed may have asked for this"
    return Call(action=action, resource_id=resource_id, requested_at=at, outcome=CallOutcome.FAILED, words=words)


def _asked_to_delete(report: JSON, port_id: str) -> bool:
    calls = [call for call in report["calls"] if call["resourceId"] == port_id and call["outcome"] == "ACCEPTED"]
    return any(Action(call["action"]).deletes for call in calls)


def _key(run: NewRun, name: str) -> str:
    return f"{run.request.port_id}/{run.started_at:%Y-%m-%dT%H-%M-%S.%fZ}/{name}"


def _as_json(document: Mapping[str, object]) -> bytes:
    return to_json(document, indent=2)
