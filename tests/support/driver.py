"""Drive a step as the state machine does: each result is the next event, after the wait that it asks for."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from logging import StreamHandler
from typing import Any, Final, cast

import pytest

from decommission.bucket import Bucket
from decommission.clients import Clients
from decommission.documents import port_of
from decommission.errors import AwsBusyError
from decommission.log import logger
from decommission.places import Places
from decommission.record import Record
from decommission.run import Phase
from decommission.schemas import JSON
from decommission.settings import Settings
from decommission.steps import Steps
from sandbox.directconnect import Behaviour, DirectConnectBackend, InProcessClient, ManualClock
from sandbox.in_process import S3, STS, CloudWatch
from tests.support import evidence
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

REQUEST: Final[JSON] = {"connectionId": CONNECTION_ID}
OF_LAG: Final[JSON] = {"lagId": LAG_ID}
APPROVED: Final = {"decommission": "approved"}
PROTECTED: Final = {"decommission-protected": ""}
SETTINGS: Final = replace(
    evidence.SETTINGS,
    managed_by_tag_keys=frozenset({"terraform", "managed-by", "pulumi:project"}),
    traffic_lookback_minutes=1440,
)
ENVIRONMENT: Final = {"POWERTOOLS_METRICS_NAMESPACE": "Decommission", "POWERTOOLS_SERVICE_NAME": "driver"}
DELETES: Final = frozenset({"DeleteVirtualInterface", "DeleteConnection", "DeleteLag"})
LOOKS: Final = ("Describe", "List", "Get")
MOST_RETRIES: Final = 30


def new_world(clock: ManualClock, *kinds: str, behaviour: Behaviour | None = None) -> DirectConnectBackend:
    """
    Make a world with the connection, and on it a virtual interface of each of these kinds.

    They have no gateway, so that none is the last path of one.
    """
    world = DirectConnectBackend("eu-central-1", ACCOUNT)
    world.clock = clock
    world.behaviour = behaviour or Behaviour()
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    for number, kind in enumerate(kinds):
        world.add_virtual_interface(CONNECTION_ID, f"dxvif-aaaaaaa{number}", type=kind, direct_connect_gateway_id="")
    return world


@dataclass(frozen=True, slots=True)
class Around:
    """The services besides Direct Connect, in all accounts and regions; by default, nothing in them stops a run."""

    cloudwatch: CloudWatch = field(default_factory=CloudWatch)
    s3: S3 = field(default_factory=S3)
    sts: STS = field(default_factory=lambda: STS(ACCOUNT))

    def document(self, name: str) -> JSON:
        """Return the only document of this name in the record."""
        (body,) = (body for key, body in self.s3.objects.items() if key.endswith(f"/{name}"))
        document: JSON = json.loads(body)
        return document

    def report(self) -> JSON:
        return self.document("report.json")

    def written_by(self, result: JSON) -> dict[str, bytes]:
        """Return the documents of the run of a result, by their names."""
        started_at = datetime.fromisoformat(result["startedAt"])
        folder = f"{port_of(result)[1]}/{started_at:%Y-%m-%dT%H-%M-%S.%fZ}/"
        return {key.removeprefix(folder): body for key, body in self.s3.objects.items() if key.startswith(folder)}


def new_step(  # noqa: PLR0913 - tests replace each of them
    world: DirectConnectBackend,
    client: object = None,
    *,
    around: Around | None = None,
    elsewhere: Sequence[DirectConnectBackend] = (),
    settings: Settings = SETTINGS,
    clock: ManualClock | None = None,
    jitter: Callable[[], float] = lambda: 1,
) -> Steps:
    """Make the steps of a function at home in ``world``; their clock is the world's, unless another is given."""
    around = around or Around()
    return Steps(
        Places(
            _clients_in([world, *elsewhere], client or InProcessClient(world), around),
            external_id=settings.spoke_external_id,
            lookback_minutes=settings.traffic_lookback_minutes,
        ),
        Record(Bucket(lambda: cast("Any", around.s3), settings.record_bucket)),
        settings,
        clock=clock or world.clock,
        jitter=jitter,
    )


def _clients_in(worlds: Sequence[DirectConnectBackend], home: object, around: Around) -> Callable[..., Clients]:
    """Make the clients of the first world, whose Direct Connect is called with ``home``, and of the others."""

    def clients_with(region_name: str = worlds[0].region_name, aws_access_key_id: str = "", **_: str) -> Clients:
        sts = around.sts.used_by(aws_access_key_id) if aws_access_key_id else around.sts
        account = sts.account if aws_access_key_id else worlds[0].account_id
        (world,) = (w for w in worlds if (account, region_name) == (w.account_id, w.region_name))
        direct_connect = home if world is worlds[0] else InProcessClient(world)
        services = {"directconnect": direct_connect, "cloudwatch": around.cloudwatch, "sts": sts}
        return lambda service, **_: services[service]

    return clients_with


def take(step: Steps, event: object) -> JSON:
    """Take one step in the environment of a Lambda function; its event and its result are JSON."""
    with environment(), logging_to_standard_output():
        result: JSON = as_json(step(as_json(event)))
        return result


def is_under_way(event: JSON) -> bool:
    return event.get("phase", "NOTICE") in {phase for phase in Phase if phase.waits}


def drive(
    step: Steps, event: JSON, clock: ManualClock, *, most_steps: int = 2_000, most_retries: int = 0
) -> list[JSON]:
    """Take steps until the run has ended, and return the result of each."""
    results = [event]
    retries = 0
    for _ in range(most_steps):
        try:
            results.append(take(step, results[-1]))
        except AwsBusyError:
            retries += 1
            if retries > most_retries:
                raise
            clock.advance(seconds=60)
            continue
        retries = 0
        if not is_under_way(results[-1]):
            return results[1:]
        clock.advance(seconds=results[-1]["waitSeconds"])
    raise AssertionError(f"no end after {most_steps} steps: {results[-1]['reason']}")


def drive_patiently(step: Steps, event: JSON, clock: ManualClock, *, most_steps: int = 2_000) -> list[JSON]:
    """Like ``drive``; also retry a step if AWS is busy, as often as the state machine does."""
    return drive(step, event, clock, most_steps=most_steps, most_retries=MOST_RETRIES)


def as_json(value: object) -> Any:  # noqa: ANN401 - as json.loads
    return json.loads(json.dumps(value))


def asked(world: DirectConnectBackend) -> list[str]:
    """List the ids of all delete calls that reached AWS, successful or not."""
    return [next(iter(call.parameters.values())) for call in world.calls if call.operation in DELETES]


def changes(world: DirectConnectBackend) -> list[str]:
    """List all calls that reached AWS and do more than read, successful or not."""
    return [call.operation for call in world.calls if not call.operation.startswith(LOOKS)]


def override(guard: str, *ids: str, reason: str = "moved to site B, CHG-1234", **more: object) -> JSON:
    return {"guard": guard, "reason": reason, "ids": list(ids), **more}


def overriding(*overrides: JSON) -> JSON:
    return REQUEST | {"overrides": list(overrides)}


def verdict(result: JSON, guard: str) -> tuple[str, str]:
    """Return the outcome and the reason of a guard."""
    (found,) = [v for v in result["guards"] if v["guard"] == guard]
    return found["outcome"], found["reason"]


def blocked_by(result: JSON) -> list[str]:
    return [v["guard"] for v in result["guards"] if v["outcome"] == "BLOCK"]


def metrics_in(printed: str) -> list[JSON]:
    """Return the printed documents in CloudWatch's embedded metric format."""
    return [line for line in _lines(printed) if "_aws" in line]


def logs_in(printed: str) -> list[JSON]:
    return [line for line in _lines(printed) if "_aws" not in line]


def totals_in(printed: str) -> Counter[str]:
    """Return the sum of each metric over everything that was printed."""
    totals: Counter[str] = Counter()
    for document in metrics_in(printed):
        for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            totals[metric["Name"]] += sum(document[metric["Name"]])
    return totals


def _lines(printed: str) -> list[JSON]:
    # Not splitlines(): a state that AWS invents may contain other line separators.
    return [json.loads(line) for line in printed.split("\n") if line]


@contextmanager
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@contextmanager
def logging_to_standard_output() -> Iterator[None]:
    # The logger keeps the standard output of the moment when it was made; pytest replaces it later.
    handler = logger.registered_handler
    assert isinstance(handler, StreamHandler)
    before = handler.setStream(sys.stdout)
    try:
        yield
    finally:
        if before is not None:
            handler.setStream(before)
