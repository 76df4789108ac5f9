"""The record in S3: which objects it holds, and what the answers of S3 mean."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, cast

import pytest

from decommission.bucket import Bucket
from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError
from decommission.record import Record, RunHasEndedError
from decommission.run import NewRun, Request
from sandbox.directconnect import AccessDenied, AnswerLost, Fault, Html, Refusal, Reset
from sandbox.in_process import S3
from tests.support.strategies import CONNECTION_ID

BUCKET: Final = "records"
START: Final = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)
RUN: Final = NewRun(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)
FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.250000Z"
PDF: Final = b"%PDF-1.4 \xff"

type Objects = Callable[[], dict[str, bytes]]


@pytest.fixture
def over_http(http_client: Callable[[str], Any]) -> object:
    client = http_client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


def record_in(s3: object) -> Record:
    return Record(Bucket(lambda: cast("Any", s3), BUCKET))


@pytest.fixture(params=["http", "in process"])
def s3(request: pytest.FixtureRequest) -> object:
    return S3() if request.param == "in process" else request.getfixturevalue("over_http")


@pytest.fixture
def record(s3: object) -> Record:
    return record_in(s3)


@pytest.fixture
def objects(s3: object) -> Objects:
    """Return a function that reads everything in the bucket."""

    def read() -> dict[str, bytes]:
        if isinstance(s3, S3):
            return s3.objects
        client = cast("Any", s3)
        keys = [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

    return read


def test_each_run_has_a_folder(record: Record, objects: Objects) -> None:
    plan, progress, report = {"plan": {"ä": 1}}, {"calls": [1]}, {"phase": "COMPLETED"}
    later = NewRun(request=RUN.request, started_at=START + timedelta(microseconds=1))

    record.write_plan(RUN, plan, PDF)
    record.write_progress(RUN, progress)
    for run in (RUN, later):
        record.write_report(run, report)

    found = objects()
    assert PDF == found.pop(f"{FOLDER}/loa.pdf")
    assert {
        f"{FOLDER}/plan.json": plan,
        f"{FOLDER}/progress.json": progress,
        f"{FOLDER}/report.json": report,
        f"{CONNECTION_ID}/2026-01-05T12-00-00.250001Z/report.json": report,
    } == {key: json.loads(body) for key, body in found.items()}


def test_a_plan_without_a_loa(record: Record, objects: Objects) -> None:
    record.write_plan(RUN, {}, None)

    assert {f"{FOLDER}/plan.json"} == objects().keys()


def test_plan_and_report_are_written_once_and_progress_is_overwritten(record: Record, objects: Objects) -> None:
    for number in range(3):
        record.write_plan(RUN, {"number": number}, PDF)
        record.write_progress(RUN, {"number": number})
    record.write_report(RUN, {"number": 0})
    for write in (record.write_progress, record.write_report):
        with pytest.raises(RunHasEndedError) as ended:
            write(RUN, {"number": 3})
        assert {"number": 0} == ended.value.report

    assert {"plan.json": 0, "progress.json": 2, "report.json": 0} == {
        key.rpartition("/")[2]: json.loads(body)["number"] for key, body in objects().items() if key.endswith(".json")
    }


def test_each_object_has_its_content_type(over_http: Any) -> None:  # noqa: ANN401 - as boto3
    record = record_in(over_http)

    record.write_plan(RUN, {}, PDF)
    record.write_progress(RUN, {})
    record.write_report(RUN, {})

    types = dict.fromkeys(("plan.json", "progress.json", "report.json"), "application/json")
    assert types | {"loa.pdf": "application/pdf"} == {
        name: over_http.head_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["ContentType"]
        for name in (*types, "loa.pdf")
    }


def test_a_missing_bucket(http_client: Callable[[str], Any]) -> None:
    record = record_in(http_client("s3"))

    with pytest.raises(ConfigurationError, match=f"{FOLDER}/plan.json in the bucket {BUCKET}"):
        record.write_plan(RUN, {}, None)
    with pytest.raises(ConfigurationError, match=f"{FOLDER}/report.json in the bucket {BUCKET}"):
        record.write_report(RUN, {})


def test_s3_cannot_be_reached(http_client: Callable[..., Any]) -> None:
    record = record_in(http_client("s3", endpoint_url="http://127.0.0.1:1"))

    with pytest.raises(AwsBusyError, match="s3:PutObject"):
        record.write_plan(RUN, {}, None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(AccessDenied(), AwsDeniedError, id="denied"),
        pytest.param(Reset(), AwsBusyError, id="no answer"),
        pytest.param(Html(), AwsBusyError, id="a page of a proxy"),
        pytest.param(Refusal("SlowDown", "Please reduce your request rate.", 503), AwsBusyError, id="slow down"),
        pytest.param(Refusal("InternalError", "We encountered one.", 500), AwsBusyError, id="broken"),
        # After either conflict S3 wants the same upload again.
        pytest.param(Refusal("ConditionalRequestConflict", "Again", 409), AwsBusyError, id="in conflict"),
        pytest.param(Refusal("OperationAborted", "Again", 409), AwsBusyError, id="aborted"),
        pytest.param(Refusal("KMS.DisabledException", "No key", 400), ConfigurationError, id="without its key"),
    ],
)
def test_an_error_of_s3(fault: Fault, error: type[Exception]) -> None:
    s3 = S3()
    s3.faults.add("PutObject", fault, times=3)
    record = record_in(s3)

    writes: list[Callable[[], object]] = [
        partial(record.write_plan, RUN, {}, PDF),
        partial(record.write_progress, RUN, {}),
        partial(record.write_report, RUN, {}),
    ]
    for write in writes:
        with pytest.raises(error, match=r"S3|s3:PutObject"):
            write()
    assert {} == s3.objects
    record.write_report(RUN, {})


def test_a_plan_whose_answer_was_lost_is_kept() -> None:
    s3 = S3()
    s3.faults.add("PutObject", AnswerLost())
    record = record_in(s3)

    with pytest.raises(AwsBusyError, match="s3:PutObject"):
        record.write_plan(RUN, {"number": 0}, None)
    record.write_plan(RUN, {"number": 1}, None)

    assert {"number": 0} == json.loads(s3.objects[f"{FOLDER}/plan.json"])
