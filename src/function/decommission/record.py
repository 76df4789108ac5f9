"""The record of a run in S3: what it found and decided, what it was about to do, and what came of it."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, call
from decommission.errors import AwsBusyError, ConfigurationError
from decommission.run import NewRun

if TYPE_CHECKING:
    from botocore.client import BaseClient

ALREADY_THERE = "PreconditionFailed"


class Record:
    """
    The folder of a run: ``<connection id>/<start>/``. ``client`` makes the S3 client, which few steps need.

    Every method raises AwsBusyError, AwsDeniedError, and ConfigurationError when S3 refuses the bucket. What cannot be
    recorded must not be deleted.
    """

    def __init__(self, client: Callable[[], "BaseClient"], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write_plan(self, run: NewRun, document: Mapping[str, object], loa: bytes | None) -> None:
        """Must succeed before anything is deleted. What is already there was written by this run."""
        if loa is not None:
            self._put_once(run, "loa.pdf", loa, "application/pdf")
        self._put_once(run, "plan.json", _as_json(document), "application/json")

    def write_progress(self, run: NewRun, document: Mapping[str, object]) -> None:
        """Must succeed before the first delete call of a step; takes the place of the last one."""
        self._put(run, "progress.json", _as_json(document), "application/json")

    def write_report(self, run: NewRun, document: Mapping[str, object]) -> bool:
        """Write how the run ended; False if a report is already there, from a step that this one repeats."""
        return self._put_once(run, "report.json", _as_json(document), "application/json")

    def _put_once(self, run: NewRun, name: str, body: bytes, content_type: str) -> bool:
        try:
            self._put(run, name, body, content_type, IfNoneMatch="*")
        except _AlreadyThereError:
            return False
        return True

    def _put(self, run: NewRun, name: str, body: bytes, content_type: str, **conditions: str) -> None:
        key = f"{run.request.connection_id}/{run.started_at:%Y-%m-%dT%H-%M-%S.%fZ}/{name}"
        try:
            answered = call(
                self._client(),
                "PutObject",
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                **conditions,
            )
        except RefusedError as refusal:
            if refusal.code == ALREADY_THERE:
                raise _AlreadyThereError from None
            raise ConfigurationError(f"S3 refused to record {key} in the bucket {self._bucket}: {refusal}") from None
        if not answered.get("ETag"):
            # botocore takes an empty answer of something in between for S3's.
            raise AwsBusyError(f"s3:PutObject of {key} was answered without an ETag, so nothing may have been written")


class _AlreadyThereError(Exception):
    """Raised within this module when an object that is to be written once is there."""


def _as_json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, indent=2).encode()
