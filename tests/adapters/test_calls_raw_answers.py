"""An HTTP response that is no answer of AWS means "busy", and none of its content is in an error or a log."""

import logging
from collections.abc import Callable
from typing import Any, Final

import pytest

from decommission.calls import call, pages
from decommission.errors import AwsBusyError
from tests.adapters.conftest import KEY, Raw, RawServer
from tests.support.answers import everything_in

NOT_QUOTED: Final = (
    "an answer that is not an error message ({} characters, not quoted here because it may hold secrets)"
)
HTML: Final = f"<html><body>{KEY}<hr></body></html>"
CUT: Final = f'{{"virtualInterfaces": [{{"authKey": "{KEY}", "virtualInterfaceId": '
ANSWERS: Final = {
    "400 cut JSON": Raw(CUT, 400),
    "400 HTML": Raw(HTML, 400, "text/html"),
    "400 plain text": Raw(KEY, 400, "text/plain"),
    "400 a list": Raw(f'["{KEY}"]', 400),
    "400 a text": Raw(f'"{KEY}"', 400),
    "400 null": Raw("null", 400),
    "400 empty": Raw("", 400),
    "400 JSON without a code": Raw(f'{{"message": "{KEY}"}}', 400),
    "400 a message that is an object": Raw(f'{{"message": {{"a": "{KEY}"}}}}', 400),
    "400 a code that is a number": Raw(f'{{"__type": 5, "message": "{KEY}"}}', 400),
    "302 HTML": Raw(HTML, 302, "text/html", headers={"Location": "http://127.0.0.1:1/"}),
    "403 HTML": Raw(HTML, 403, "text/html"),
    "413 HTML": Raw(HTML, 413, "text/html"),
    "429 HTML": Raw(HTML, 429, "text/html"),
    "500 HTML": Raw(HTML, 500, "text/html"),
    "502 empty": Raw("", 502),
    "503 cut JSON": Raw(CUT, 503),
    "200 HTML": Raw(HTML, 200, "text/html"),
    "200 cut JSON": Raw(CUT),
    "200 empty": Raw(""),
    "200 {}": Raw("{}"),
    "200 a list": Raw(f'["{KEY}"]'),
    "200 a text": Raw(f'"{KEY}"'),
    "200 null": Raw("null"),
    "200 no UTF-8": Raw(b"\xff\xfe" + KEY.encode()),
    "200 deep": Raw("[" * 100_000),
    "204": Raw("", 204),
    "cut off": Raw(CUT, cut=10),
    "closed": None,
}
# botocore reads these as an answer without members.
READ_AS_EMPTY: Final = [ANSWERS[name] for name in ("200 HTML", "200 cut JSON", "200 empty", "200 {}", "204", "cut off")]
LOOKS: Final[dict[str, Callable[[Any], object]]] = {
    "directconnect": lambda client: list(pages(client, "DescribeVirtualInterfaces", "virtualInterfaces")),
    "cloudwatch": lambda client: call(client, "GetMetricData", MetricDataQueries=[], StartTime=0, EndTime=1)[
        "MetricDataResults"
    ],
    "sts": lambda client: call(client, "GetCallerIdentity")["Account"],
}


@pytest.fixture(autouse=True)
def _every_logger_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)


@pytest.mark.parametrize("service", LOOKS)
@pytest.mark.parametrize("name", ANSWERS)
def test_its_content_is_in_no_error_and_no_log(
    name: str, service: str, raw_server: RawServer, caplog: pytest.LogCaptureFixture
) -> None:
    raw_server.answer = ANSWERS[name]

    # ``call`` returns an answer without members; its callers then miss one.
    with pytest.raises((AwsBusyError, KeyError)) as raised:
        LOOKS[service](raw_server.client(service))

    assert ANSWERS[name] in READ_AS_EMPTY or raised.type is AwsBusyError
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    for told in (everything_in(raised.value), caplog.text):
        assert KEY not in told


@pytest.mark.parametrize("name", [name for name in ANSWERS if name[:3] in {"302", "400", "403", "413", "500", "502"}])
def test_s3(name: str, raw_server: RawServer) -> None:
    raw_server.answer = ANSWERS[name]

    with pytest.raises(AwsBusyError, match="s3:PutObject failed for now: HTTP") as raised:
        call(raw_server.client("s3"), "PutObject", Bucket="records", Key="plan.json", Body=b"{}")
    assert KEY not in everything_in(raised.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("400 HTML", f"HTTP 400 with {NOT_QUOTED.format(len(HTML))}"),
        ("400 empty", "HTTP 400 without an error code"),
        ("400 JSON without a code", f"HTTP 400 with {NOT_QUOTED.format(len(KEY))}"),
        ("500 HTML", "HTTP 500 without an error code"),
        ("200 a list", "the answer is not what the SDK can read (AttributeError)"),
        ("200 deep", "the answer is not what the SDK can read (RecursionError)"),
        ("closed", "got no answer (ConnectionClosedError)"),
    ],
)
def test_the_error_describes_it(name: str, expected: str, raw_server: RawServer) -> None:
    raw_server.answer = ANSWERS[name]

    with pytest.raises(AwsBusyError) as raised:
        LOOKS["directconnect"](raw_server.client("directconnect"))
    assert f"directconnect:DescribeVirtualInterfaces failed for now: {expected}" == str(raised.value)
    assert not raised.value.is_throttling


def test_429_is_throttling(raw_server: RawServer) -> None:
    raw_server.answer = ANSWERS["429 HTML"]

    with pytest.raises(AwsBusyError) as raised:
        LOOKS["directconnect"](raw_server.client("directconnect"))
    assert raised.value.is_throttling


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(f'{{"authKey": "{KEY}"}}', "an answer that is not an error message (23 characters", id="object"),
        pytest.param(f'"authKey {KEY}"', "an answer that is not an error message (16 characters", id="text"),
        pytest.param("null", "DirectConnectServerException: DirectConnectServerException", id="null"),
    ],
)
def test_a_proper_error_code_with_a_body_for_a_message(message: str, expected: str, raw_server: RawServer) -> None:
    raw_server.answer = Raw(f'{{"__type": "DirectConnectServerException", "message": {message}}}', 400)

    with pytest.raises(AwsBusyError) as raised:
        LOOKS["directconnect"](raw_server.client("directconnect"))
    assert expected in str(raised.value)
    assert KEY not in str(raised.value)
