"""The adapter with both kinds of client, a survey, and a server that gives any answer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.config import Config

from decommission.direct_connect import DirectConnect
from decommission.guards.paths import paths
from decommission.models import Surroundings
from decommission.survey import PathsOf, Survey
from decommission.traffic import TrafficMeter
from sandbox.directconnect import DirectConnectBackend
from sandbox.in_process import STS, CloudWatch
from tests.conftest import ACCOUNT, REGION
from tests.support.evidence import SETTINGS

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

JSON: Final = "application/x-amz-json-1.1"
KEY: Final = "0xBGPKEY"
NOW: Final = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Raw:
    """An HTTP response; ``cut`` leaves out its last bytes, which Content-Length still counts."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = JSON
    cut: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class RawServer(ThreadingHTTPServer):
    """Gives the same ``answer`` to every request; None closes the connection, a number waits so many seconds."""

    answer: Raw | float | None = None

    def client(self, service: str, *, scheme: str = "http", **config: Any) -> Any:  # noqa: ANN401 - as boto3
        once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={}, **config)
        url = f"{scheme}://127.0.0.1:{self.server_port}"
        return cast("Any", boto3.client)(service, region_name=REGION, endpoint_url=url, config=once)


class _Handler(BaseHTTPRequestHandler):
    server: RawServer
    # Otherwise it ignores "Expect: 100-continue", with which S3's client waits a second.
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match self.server.answer:
            case Raw() as raw:
                self._send(raw)
            case float() as seconds:
                threading.Event().wait(seconds)
            case None:
                pass
        self.close_connection = True

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _send(self, raw: Raw) -> None:
        body = raw.body if isinstance(raw.body, bytes) else raw.body.encode()
        self.send_response(raw.status)
        for name, value in {
            "Content-Type": raw.content_type,
            "Content-Length": str(len(body)),
            "x-amzn-RequestId": "raw-1",
            "Connection": "close",
            **raw.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) - raw.cut])


@pytest.fixture(scope="session")
def _raw_server() -> Iterator[RawServer]:
    server = RawServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def raw_server(_raw_server: RawServer) -> RawServer:
    _raw_server.answer = None
    return _raw_server


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    return direct_connect_backend


@pytest.fixture
def adapter(either_client: "DirectConnectClient") -> DirectConnect:
    return DirectConnect(either_client, lambda: either_client)


def paths_of(gateway_id: str, around: Surroundings) -> list[str]:
    """Name the paths as a step of a run of any connection of the tests does."""
    return [path.virtual_interface_id for path in paths(gateway_id, (), around, SETTINGS)]


@dataclass(frozen=True, slots=True)
class Surveyor:
    """A survey, and the services that it asks."""

    survey: Survey
    direct_connect: DirectConnect
    cloudwatch: CloudWatch
    sts: STS

    def look_around(  # noqa: PLR0913 - as the survey's own
        self,
        connection_id: str,
        *,
        now: datetime = NOW,
        with_routes: bool = False,
        with_record: bool = False,
        paths_of: PathsOf = paths_of,
        once_observed: Callable[[], object] = lambda: None,
    ) -> Surroundings:
        observation = self.direct_connect.observe(connection_id)
        once_observed()
        assert observation.port is not None
        return self.survey.look_around(
            observation.port,
            observation,
            now,
            with_routes=with_routes,
            with_record=with_record,
            with_tests=True,
            paths_of=paths_of,
        )


@pytest.fixture
def surveyor(adapter: DirectConnect) -> Surveyor:
    cloudwatch, sts = CloudWatch(), STS(ACCOUNT)
    meter = TrafficMeter(lambda: cast("Any", cloudwatch), lookback_minutes=60)
    return Surveyor(Survey(adapter, meter, lambda: cast("Any", sts)), adapter, cloudwatch, sts)
