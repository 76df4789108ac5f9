"""The record in S3: what lies where, and what S3 may answer."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError
from decommission.record import Record
from decommission.run import NewRun, Request
from sandbox.directconnect import AccessDenied, AnswerLost, Fault, Html, Refusal, Reset
from sandbox.in_process import S3
from tests.support.strategies import CONNECTION_ID

BUCKET: Final = "records"
START: Final = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)
RUN: Final = NewRun(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)
FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.250000Z"
PDF: Final = b"%PDF-1.4 \xff"


@pytest.fixture(params=["http", "in process"])
def s3(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401 - as boto3
    if request.param == "in process":
        return S3()
    client = request.getfixturevalue("http_client")("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


@pytest.fixture
def record(s3: Any) -> Record:  # noqa: ANN401 - as boto3
    return Record(lambda: s3, BUCKET)


def objects(s3: Any) -> dict[str, bytes]:  # noqa: ANN401 - as boto3
    """Read everything that is in the bucket."""
    if isinstance(s3, S3):
        return s3.objects
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def test_a_run_has_a_folder(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    plan, progress, report = {"plan": {"ä": 1}}, {"calls": [1]}, {"phase": "COMPLETED"}

    record.write_plan(RUN, plan, PDF)
    record.write_progress(RUN, progress)
    record.write_report(RUN, report)

    found = objects(s3)
    assert {f"{FOLDER}/{name}" for name in ("loa.pdf", "plan.json", "progress.json", "report.json")} == found.keys()
    assert PDF == found[f"{FOLDER}/loa.pdf"]
    assert [plan, progress, report] == [
        json.loads(found[f"{FOLDER}/{name}.json"]) for name in ("plan", "progress", "report")
    ]


def test_without_a_loa_none_is_written(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    record.write_plan(RUN, {}, None)

    assert {f"{FOLDER}/plan.json"} == objects(s3).keys()


def test_a_report_is_written_once(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    assert [True, False, False] == [record.write_report(RUN, {"number": number}) for number in range(3)]
    assert {"number": 0} == json.loads(objects(s3)[f"{FOLDER}/report.json"])


def test_a_plan_is_written_once(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    for number in range(2):
        record.write_plan(RUN, {"number": number}, PDF)

    assert {"number": 0} == json.loads(objects(s3)[f"{FOLDER}/plan.json"])


def test_progress_is_written_anew(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    for number in range(2):
        record.write_progress(RUN, {"number": number})

    assert {"number": 1} == json.loads(objects(s3)[f"{FOLDER}/progress.json"])


def test_runs_do_not_share_a_folder(record: Record, s3: Any) -> None:  # noqa: ANN401 - as boto3
    later = NewRun(request=RUN.request, started_at=START + timedelta(microseconds=1))

    assert [True, True] == [record.write_report(run, {}) for run in (RUN, later)]
    assert 2 == len(objects(s3))


def test_each_object_has_its_type(http_client: Callable[[str], Any]) -> None:
    s3 = http_client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    record = Record(lambda: s3, BUCKET)

    record.write_plan(RUN, {}, PDF)
    record.write_progress(RUN, {})
    record.write_report(RUN, {})

    types = dict.fromkeys(("plan.json", "progress.json", "report.json"), "application/json")
    assert types | {"loa.pdf": "application/pdf"} == {
        name: s3.head_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["ContentType"] for name in (*types, "loa.pdf")
    }


def test_a_bucket_that_is_missing(http_client: Callable[[str], Any]) -> None:
    record = Record(lambda: http_client("s3"), BUCKET)

    with pytest.raises(ConfigurationError, match=f"{FOLDER}/plan.json in the bucket {BUCKET}: .* does not exist"):
        record.write_plan(RUN, {}, None)
    with pytest.raises(ConfigurationError, match=f"{FOLDER}/report.json in the bucket {BUCKET}"):
        record.write_report(RUN, {})


def test_an_s3_that_cannot_be_reached(http_client: Callable[..., Any]) -> None:
    record = Record(lambda: http_client("s3", endpoint_url="http://127.0.0.1:1"), BUCKET)

    with pytest.raises(AwsBusyError, match="s3:PutObject failed for now: got no answer"):
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
def test_what_s3_may_answer(fault: Fault, error: type[Exception]) -> None:
    s3 = S3()
    s3.faults.add("PutObject", fault, times=3)
    record = Record(lambda: cast("Any", s3), BUCKET)

    with pytest.raises(error, match=r"S3|s3:PutObject"):
        record.write_plan(RUN, {}, PDF)
    with pytest.raises(error, match=r"S3|s3:PutObject"):
        record.write_progress(RUN, {})
    with pytest.raises(error, match=r"S3|s3:PutObject"):
        record.write_report(RUN, {})
    assert {} == s3.objects
    assert record.write_report(RUN, {})


def test_a_plan_of_which_the_answer_was_lost_is_there() -> None:
    s3 = S3()
    s3.faults.add("PutObject", AnswerLost())
    record = Record(lambda: cast("Any", s3), BUCKET)

    with pytest.raises(AwsBusyError, match="s3:PutObject failed for now"):
        record.write_plan(RUN, {"number": 0}, None)
    record.write_plan(RUN, {"number": 1}, None)

    assert {"number": 0} == json.loads(s3.objects[f"{FOLDER}/plan.json"])
