"""The record of a run in S3: what it found and decided, and what came of it."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, call
from decommission.errors import ConfigurationError
from decommission.run import Run

if TYPE_CHECKING:
    from botocore.client import BaseClient

ALREADY_THERE = "PreconditionFailed"


class Record:
    """
    One folder a run: ``<connection id>/<start>/``. ``client`` makes the S3 client: few steps need it.

    Every method raises DirectConnectBusyError, DirectConnectDeniedError, and ConfigurationError when S3 refuses the
    bucket: what cannot be recorded is not done.
    """

    def __init__(self, client: Callable[[], "BaseClient"], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write_plan(self, run: Run, document: Mapping[str, object], loa: bytes | None) -> None:
        """Write what is about to be done; before the first deletion, or there is none."""
        if loa is not None:
            self._put(run, "loa.pdf", loa, "application/pdf")
        self._put(run, "plan.json", _as_json(document), "application/json")

    def write_report(self, run: Run, document: Mapping[str, object]) -> bool:
        """Write how it ended, once: False if a report is there already, from a step that this one repeats."""
        try:
            self._put(run, "report.json", _as_json(document), "application/json", IfNoneMatch="*")
        except _AlreadyThereError:
            return False
        return True

    def _put(self, run: Run, name: str, body: bytes, content_type: str, **conditions: str) -> None:
        key = f"{run.request.connection_id}/{run.started_at:%Y-%m-%dT%H-%M-%S.%fZ}/{name}"
        try:
            call(
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
                raise _AlreadyThereError from refusal
            raise ConfigurationError(f"S3 refused to record {key} in the bucket {self._bucket}: {refusal}") from refusal


class _AlreadyThereError(Exception):
    """Raised within this module when an object that is to be written once is there."""


def _as_json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, indent=2).encode()
