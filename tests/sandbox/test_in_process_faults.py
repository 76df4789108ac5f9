"""The clients of CloudWatch, S3 and STS in this process fail as boto3's do over HTTP."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast, override

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.directconnect import (
    THROTTLED,
    AccessDenied,
    AnswerLost,
    CutJson,
    EmptyBody,
    Html,
    ManualClock,
    Nothing,
    Nulls,
    Reset,
    Slow,
)
from sandbox.directconnect.faults import NoAnswer
from sandbox.in_process import S3, STS, CloudWatch

END: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
CALLS: Final[dict[str, Callable[[Any], Any]]] = {
    "cloudwatch": lambda client: client.get_metric_data(
        MetricDataQueries=[], StartTime=END - timedelta(hours=1), EndTime=END
    ),
    "s3": lambda client: client.put_object(Bucket="records", Key="a", Body=b"1"),
    "sts": lambda client: client.get_caller_identity(),
}


def in_process(service: str) -> CloudWatch | S3 | STS:
    clients: tuple[CloudWatch | S3 | STS, ...] = (CloudWatch(), S3(), STS("123456789012"))
    return next(client for client in clients if client.service == service)


def operation(service: str) -> str:
    return {"cloudwatch": "GetMetricData", "s3": "PutObject", "sts": "GetCallerIdentity"}[service]


@pytest.fixture
def answering() -> Iterator[Callable[[int, str, str], str]]:
    """Return a function that starts a server with one answer for every call, and returns its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: str, content_type: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # S3 expects "100 Continue"

            def answer(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                self.send_header("content-type", content_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_PUT = answer  # noqa: N815 - the names that the base class looks for

            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def outcome(service: str, client: object) -> tuple[object, ...]:
    """Return what a caller sees of an answer or an error, without headers and the messages of botocore's parsers."""
    try:
        answer = CALLS[service](client)
    except ClientError as error:
        return type(error), error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    except Exception as error:  # noqa: BLE001 - the kind of error is what is compared
        return (type(error),)
    return {name for name in answer if name != "ResponseMetadata"}, answer["ResponseMetadata"]["HTTPStatusCode"]


def boto3_client(service: str, url: str) -> object:
    once = Config(retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"})
    return cast("Any", boto3.client)(service, endpoint_url=url, config=once)


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("fault", [Html(), EmptyBody(), Nothing()])
def test_a_body_that_does_not_come_from_aws(
    fault: NoAnswer, service: str, answering: Callable[[int, str, str], str]
) -> None:
    client = in_process(service)
    client.faults.add(operation(service), fault)
    url = answering(200, fault.body, fault.content_type)

    assert outcome(service, boto3_client(service, url)) == outcome(service, client)
    assert {} == getattr(client, "objects", {}), "nothing was written"


@pytest.mark.parametrize("service", CALLS)
def test_half_of_an_answer_is_an_error(service: str, answering: Callable[[int, str, str], str]) -> None:
    client = in_process(service)
    client.faults.add(operation(service), CutJson())
    half = '{"MetricDataResult'  # of what an answer without queries holds
    url = answering(400, half[: len('{"MetricDataResults": []}') // 2], "application/x-amz-json-1.1")

    assert outcome(service, boto3_client(service, url)) == outcome(service, client)
    assert {} == getattr(client, "objects", {}), "nothing was written"


def test_a_list_that_is_null_is_absent() -> None:
    cloudwatch = CloudWatch()
    cloudwatch.faults.add("GetMetricData", Nulls())

    assert {"ResponseMetadata"} == CALLS["cloudwatch"](cloudwatch).keys()


@pytest.mark.parametrize(
    ("fault", "code", "written"),
    [
        (THROTTLED, "ThrottlingException", False),
        (AccessDenied(), "AccessDenied", False),
        (AnswerLost(), "InternalFailure", True),
    ],
)
def test_an_error_has_its_code_and_may_come_after_the_effect(fault: Any, code: str, *, written: bool) -> None:  # noqa: ANN401 - any fault
    s3 = S3()
    s3.faults.add("PutObject", fault)

    with pytest.raises(ClientError) as raised:
        CALLS["s3"](s3)

    assert (code, written) == (raised.value.response["Error"]["Code"], "a" in s3.objects)


@pytest.mark.parametrize(("fault", "written"), [(Reset(), False), (AnswerLost(connection_breaks=True), True)])
def test_the_connection_breaks_before_or_after_the_effect(fault: Any, *, written: bool) -> None:  # noqa: ANN401 - any fault
    s3 = S3()
    s3.faults.add("PutObject", fault)

    with pytest.raises(ConnectionClosedError):
        CALLS["s3"](s3)

    assert written == ("a" in s3.objects)


def test_a_slow_answer_advances_the_clock_of_the_client() -> None:
    s3 = S3()
    s3.clock = clock = ManualClock()
    s3.faults.add("PutObject", Slow(40))
    began = clock()

    CALLS["s3"](s3)

    assert (timedelta(seconds=40), b"1") == (clock() - began, s3.objects["a"])


def test_requests_are_numbered() -> None:
    s3 = S3()

    assert ["s3-1", "s3-2"] == [CALLS["s3"](s3)["ResponseMetadata"]["RequestId"] for _ in range(2)]
