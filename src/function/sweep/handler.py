"""
The entry point of the function that begins and ends a sweep.

The state machine calls it twice: to list what is to be decommissioned, and to sum up how each of these ended. It can
delete nothing.
"""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.session
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from botocore.config import Config

from decommission.bucket import Bucket
from decommission.direct_connect import DirectConnect
from decommission.errors import DecommissionError, InvalidRequestError
from decommission.log import logger
from decommission.schemas import JSON
from sweep import choice, request, summary
from sweep.choice import Chosen
from sweep.request import SweepSchema
from sweep.settings import SweepSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path" if os.environ.get("AWS_ENDPOINT_URL") else "auto"},
)
_session = botocore.session.get_session()


@cache
def _client(service: str) -> Any:  # noqa: ANN401 - botocore's clients have no types
    return _session.create_client(service, config=_CONFIG)


_settings = SweepSettings.from_environment(os.environ)
_bucket = Bucket(partial(_client, "s3"), _settings.record_bucket)


@logger.inject_lambda_context(clear_state=True)
def handler(event: JSON, context: "LambdaContext") -> JSON:  # noqa: ARG001 - Lambda calls with two parameters
    """Begin or end a sweep; see sweep.asl.yaml for the two events. Raises as the step of a decommission does."""
    try:
        match event:
            case {"listFor": asked, "startedAt": str(started_at), "execution": str(execution)}:
                return _list(asked, datetime.fromisoformat(started_at), execution)
            case {"summarise": dict(listed)}:
                return _summarise(listed)
            case _:
                raise InvalidRequestError("the event is not one of the two that sweep.asl.yaml sends")
    except DecommissionError as error:
        logger.error(str(error), error=type(error).__name__)
        raise


def _list(event: object, started_at: datetime, execution: str) -> JSON:
    """
    Write down what is to be decommissioned, once for each time of a sweep.

    Whoever writes the list has claimed the sweep: a second delivery of the same schedule finds it there.
    """
    asked = request.read(event, now=datetime.now(UTC))
    at = request.stamp(asked.scheduled_time or started_at.astimezone(UTC))
    folder = f"sweeps/{at}"
    dry_run = asked.request.get("dryRun", _settings.dry_run)
    items = [_item(chosen, folder, at, asked.request, dry_run=dry_run) for chosen in _chosen(asked)]
    key = f"{folder}/list.json"
    if not _bucket.put_once(key, json.dumps(items, indent=1).encode(), execution=execution):
        if _bucket.metadata(key).get("execution") != execution:
            logger.info("another execution has claimed this sweep", sweep=at)
            return {"sweep": at, "isDuplicate": True}
        # A step of this execution that broke off has claimed it.
        items = json.loads(_bucket.get(key))
    logger.info("listed", sweep=at, items=len(items), dryRun=dry_run)
    return {
        "sweep": at,
        "isDuplicate": False,
        "bucket": _bucket.name,
        "folder": folder,
        "list": key,
        "items": len(items),
        "dryRun": dry_run,
        "concurrency": _settings.concurrency,
        "execution": execution,
    }


def _chosen(asked: SweepSchema) -> Iterable[Chosen]:
    if asked.connection_ids is not None:
        return [Chosen(connection_id=id_) for id_ in asked.connection_ids]
    connections = DirectConnect(_client("directconnect"), partial(_client, "directconnect")).all_connections()
    if asked.tags is not None:
        return choice.tagged(connections, asked.tags, _settings)
    return choice.due(connections, asked.scheduled_time or datetime.now(UTC), _settings)


def _item(chosen: Chosen, folder: str, at: str, shared: JSON, *, dry_run: bool) -> JSON:
    id_ = chosen.connection_id
    item: JSON = {"id": id_, "outcome": f"{folder}/{id_}.json"}
    if chosen.skipped:
        return item | {"skipped": chosen.skipped}
    # No word of this execution: Step Functions refuses the same name with another input, and a second delivery may
    # come from another one.
    because = {"reason": f"sweep {at}: {chosen.why}"} if chosen.why else {}
    return item | {"name": f"{id_}-{at}", "request": request.request_for(id_, {**because, **shared}, dry_run=dry_run)}


def _summarise(listed: JSON) -> JSON:
    """Write the summary, which the notifier sends on, and count how the sweep went."""
    folder = listed["folder"]
    items = json.loads(_bucket.get(listed["list"]))
    written = set(_bucket.keys(f"{folder}/dxcon-"))
    summed_up = summary.summed_up(_entries(items, written))
    document = {name: listed[name] for name in ("sweep", "dryRun", "execution")} | summed_up
    if "error" in listed:
        # The Map itself failed: Step Functions could not read the list, or could not go on.
        document["error"] = listed["error"]
    document["endedAt"] = datetime.now(UTC).isoformat()
    if _bucket.put_once(f"{folder}/summary.json", json.dumps(document, indent=1).encode()):
        _count(summed_up["counts"])
    return {"sweep": listed["sweep"], "counts": summed_up["counts"], "blockedBy": summed_up["blockedBy"]}


def _entries(items: Iterable[JSON], written: set[str]) -> Iterator[JSON]:
    for item in items:
        outcome = json.loads(_bucket.get(item["outcome"])) if item["outcome"] in written else None
        yield summary.entry(item, outcome)


def _count(counts: JSON) -> None:
    metrics = EphemeralMetrics()
    for end, count in counts.items():
        metrics.add_metric(name=f"Sweep{end.title().replace('_', '')}", unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
