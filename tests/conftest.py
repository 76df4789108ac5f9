"""What all tests share: fake credentials, a moto server with our Direct Connect, and how hard Hypothesis tries."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings
from moto.core.base_backend import BackendDict
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from sandbox.directconnect import DirectConnectBackend, InProcessClient, ManualClock, directconnect_backends, install

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-central-1"

settings.register_profile(
    "decommission",
    max_examples=300,
    # The same examples in every run, so that nobody meets a failure that their change did not cause. HISTORIES asks for
    # a longer search, which takes new examples.
    derandomize="HISTORIES" not in os.environ,
    # The time of one example depends on the machine.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("decommission")


@pytest.fixture(autouse=True)
def _fake_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def _fresh_moto() -> None:
    BackendDict.reset()


@pytest.fixture
def moto_server(_server: str, _fresh_moto: None) -> str:
    """Return the URL of a moto server in which nothing exists yet."""
    return _server


@pytest.fixture
def direct_connect_backend(_fresh_moto: None) -> DirectConnectBackend:
    """Return the empty Direct Connect behind the server; tests add to it and change it directly."""
    return directconnect_backends[ACCOUNT][REGION]


@pytest.fixture
def http_client(moto_server: str) -> Callable[[str], Any]:
    """Return a function that makes the client of a service; the client calls over HTTP and never retries."""
    once = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    return partial(cast("Any", boto3.client), endpoint_url=moto_server, region_name=REGION, config=once)


@pytest.fixture
def direct_connect_client(http_client: Callable[[str], Any]) -> "DirectConnectClient":
    client: DirectConnectClient = http_client("directconnect")
    return client


@pytest.fixture
def direct_connect_clock(direct_connect_backend: DirectConnectBackend) -> ManualClock:
    """Stop the clock of the Direct Connect; the test moves it."""
    clock = ManualClock()
    direct_connect_backend.clock = clock
    return clock


@pytest.fixture(params=["http", "in process"])
def either_client(
    request: pytest.FixtureRequest, direct_connect_backend: DirectConnectBackend
) -> "DirectConnectClient":
    """Run the test twice, with the client over HTTP and with the one in process: both must behave alike."""
    if request.param == "in process":
        return cast("DirectConnectClient", InProcessClient(direct_connect_backend))
    return cast("DirectConnectClient", request.getfixturevalue("direct_connect_client"))
