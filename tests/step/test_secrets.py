"""The canary: AWS sends BGP keys with every virtual interface, and none of them goes any further, over HTTP as well."""

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any, Final, cast

import pytest

from decommission.errors import DecommissionError
from decommission.schemas import JSON
from sandbox.directconnect import (
    NEVER,
    SECRET_WORD,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    CutJson,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    Nulls,
    client_error,
)
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, before_call
from tests.support.driver import APPROVED, Around, new_step, override, overriding, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

type Prepare = Callable[[DirectConnectBackend], object]

BUCKET: Final = "records"
# What a secret is part of, and the names of what it is part of.
TELLTALES: Final = (SECRET_WORD, "bgp_auth_key", "customerRouterConfig")
# Nothing has been measured over HTTP.
CONSENT: Final = overriding(
    override("traffic", CONNECTION_ID, *INTERFACE_IDS),
    override("foreign-interfaces", INTERFACE_IDS[1]),
    override("lag", LAG_ID, "dxvif-ofthelag"),
)


@pytest.fixture(autouse=True)
def _every_logger_at_its_most_talkative(caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend, direct_connect_clock: ManualClock) -> DirectConnectBackend:
    world = direct_connect_backend
    assert world.clock is direct_connect_clock
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    for id_, kind in zip(INTERFACE_IDS, ("private", "public", "transit"), strict=True):
        world.add_virtual_interface(CONNECTION_ID, id_, type=kind, direct_connect_gateway_id="")
    return world


@pytest.fixture
def over_http(http_client: Callable[[str], Any]) -> Around:
    """Return moto's CloudWatch, S3 and STS."""
    s3 = http_client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return Around(cloudwatch=http_client("cloudwatch"), s3=s3, sts=http_client("sts"))


def fail(operation: str, fault: Any, times: float = 1) -> Prepare:  # noqa: ANN401 - any fault
    return lambda world: world.faults.add(operation, fault, times)


def leave(_world: DirectConnectBackend) -> None:
    """Leave everything as it is."""


def give_away(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].owner_account = OTHER_ACCOUNT
    world.connections[CONNECTION_ID].partner_name = "ACME"


def let_nothing_die(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER)


def add_to_a_lag(world: DirectConnectBackend) -> None:
    world.add_lag(LAG_ID)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_virtual_interface(LAG_ID, "dxvif-ofthelag")


def build_on(world: DirectConnectBackend) -> None:
    before_call(world, "DeleteVirtualInterface", lambda w: w.add_virtual_interface(CONNECTION_ID))


def remove(world: DirectConnectBackend) -> None:
    del world.connections[CONNECTION_ID]


PATHS: Final[dict[str, tuple[Prepare, JSON]]] = {
    "completed": (leave, {}),
    "dry run": (leave, {"dryRun": True}),
    "blocked": (leave, {"planDigest": "0" * 64}),
    "blocked on the way": (build_on, {}),
    "blocked without a plan": (remove, {}),
    "timed out": (let_nothing_die, {}),
    "hosted": (give_away, {}),
    "in a LAG": (add_to_a_lag, {}),
    "busy": (fail("DescribeVirtualInterfaces", THROTTLED), {}),
    "half-way busy": (fail("DeleteVirtualInterface", AnswerLost()), {}),
    "answer lost": (fail("DescribeVirtualInterfaces", AnswerLost(connection_breaks=True)), {}),
    "denied": (fail("DeleteVirtualInterface", AccessDenied()), {}),
    "refused": (fail("DeleteConnection", client_error("No"), times=2), {}),
    "a refused look": (fail("DescribeVirtualInterfaces", client_error("No")), {}),
    "a look that is cut": (fail("DescribeVirtualInterfaces", CutJson(), times=3), {}),
    "a delete that is cut": (fail("DeleteVirtualInterface", CutJson(), times=3), {}),
    "nulls": (fail("DescribeVirtualInterfaces", Nulls(), times=2), {}),
}


def everything_told(world: DirectConnectBackend, client: object, around: Around, request: JSON) -> list[str]:
    """Run to the end, and collect every result and the text of every error, with what caused it."""
    told: list[str] = []
    clock = cast("ManualClock", world.clock)
    event: Any = request | {"patienceMinutes": 30}
    step = new_step(world, client, around=around)
    while event.get("phase", "DELETING").startswith("DELETING"):
        try:
            event = take(step, event)
            told.append(json.dumps(event))
        except DecommissionError as error:
            told.append("".join(traceback.format_exception(error)))
            cause: BaseException | None = error
            while cause:
                told += [str(cause), repr(cause)]
                cause = cause.__cause__ or cause.__context__
        clock.advance(seconds=max(event.get("waitSeconds", 0), 15))
    return told


def recorded(s3: Any) -> list[str]:  # noqa: ANN401 - as boto3
    if isinstance(s3.__dict__.get("objects"), dict):
        return [body.decode("latin-1") for body in s3.objects.values()]
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode("latin-1") for key in keys]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wire", ["in process", "http"])
def test_no_secret_goes_further(  # noqa: PLR0913 - a table and its fixtures
    *,
    wire: str,
    path: str,
    world: DirectConnectBackend,
    over_http: Around,
    direct_connect_client: object,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare, request = PATHS[path]
    prepare(world)
    around = over_http if wire == "http" else Around()
    client = direct_connect_client if wire == "http" else InProcessClient(world)

    told = everything_told(world, client, around, CONSENT | request)

    printed = capsys.readouterr()
    places = {"results and errors": told, "record": recorded(around.s3), "output": [*printed], "log": [caplog.text]}
    assert all(places.values())
    assert {} == {
        place: word for place, texts in places.items() for word in TELLTALES for text in texts if word in text
    }


def test_the_canary_sings_where_it_may(
    world: DirectConnectBackend,
    direct_connect_client: Any,  # noqa: ANN401 - as boto3
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise the silence elsewhere would prove nothing."""
    for client in (direct_connect_client, InProcessClient(world)):
        raw = str(client.describe_virtual_interfaces(connectionId=CONNECTION_ID))
        assert [] == [word for word in TELLTALES if word not in raw]
    assert SECRET_WORD not in caplog.text

    monkeypatch.setattr(logging.getLogger("botocore.parsers"), "filters", [])
    direct_connect_client.describe_virtual_interfaces(connectionId=CONNECTION_ID)
    assert SECRET_WORD in caplog.text, "botocore would tell, were it not held back"
