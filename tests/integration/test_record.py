"""The record in S3: what lies where, what is written once, and what S3 may say to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from decommission.errors import ConfigurationError, DirectConnectBusyError, DirectConnectDeniedError
from decommission.record import Record
from decommission.run import Request, Run
from sandbox.directconnect import AccessDenied, AnswerLost, Refusal
from sandbox.in_process import S3
from tests.strategies import CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.directconnect import Fault

BUCKET: Final = "records"
START: Final = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)
RUN: Final = Run(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)
FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.250000Z"
PDF: Final = b"%PDF-1.4 \xff"


@pytest.fixture(params=["http", "in process"])
def s3(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401  # as boto3
    if request.param == "in process":
        return S3()
    client = request.getfixturevalue("http_client")("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


@pytest.fixture
def record(s3: Any) -> Record:  # noqa: ANN401  # as boto3
    return Record(lambda: s3, BUCKET)


def objects(s3: Any) -> dict[str, bytes]:  # noqa: ANN401  # as boto3
    """Read everything that is in the bucket."""
    if isinstance(s3, S3):
        return s3.objects
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def test_a_run_has_a_folder(record: Record, s3: Any) -> None:  # noqa: ANN401  # as boto3
    plan, report = {"plan": {"ä": 1}}, {"phase": "COMPLETED"}

    record.write_plan(RUN, plan, PDF)
    record.write_report(RUN, report)

    found = objects(s3)
    assert {f"{FOLDER}/loa.pdf", f"{FOLDER}/plan.json", f"{FOLDER}/report.json"} == found.keys()
    assert PDF == found[f"{FOLDER}/loa.pdf"]
    assert (plan, report) == tuple(json.loads(found[f"{FOLDER}/{name}.json"]) for name in ("plan", "report"))


def test_where_there_is_no_letter_none_is_written(record: Record, s3: Any) -> None:  # noqa: ANN401  # as boto3
    record.write_plan(RUN, {}, None)

    assert {f"{FOLDER}/plan.json"} == objects(s3).keys()


def test_a_report_is_written_once(record: Record, s3: Any) -> None:  # noqa: ANN401  # as boto3
    assert [True, False, False] == [record.write_report(RUN, {"number": number}) for number in range(3)]
    assert {"number": 0} == json.loads(objects(s3)[f"{FOLDER}/report.json"])


def test_a_plan_is_written_again_by_a_step_that_is_repeated(
    record: Record,
    s3: Any,  # noqa: ANN401  # as boto3
) -> None:
    for number in range(2):
        record.write_plan(RUN, {"number": number}, PDF)

    assert {"number": 1} == json.loads(objects(s3)[f"{FOLDER}/plan.json"])


def test_runs_do_not_share_a_folder(record: Record, s3: Any) -> None:  # noqa: ANN401  # as boto3
    later = Run(request=RUN.request, started_at=START + timedelta(microseconds=1))

    assert [True, True] == [record.write_report(run, {}) for run in (RUN, later)]
    assert 2 == len(objects(s3))


def test_what_is_written_says_what_it_is(http_client: Callable[[str], Any]) -> None:
    s3 = http_client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    record = Record(lambda: s3, BUCKET)

    record.write_plan(RUN, {}, PDF)
    record.write_report(RUN, {})

    assert {"loa.pdf": "application/pdf", "plan.json": "application/json", "report.json": "application/json"} == {
        name: s3.head_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["ContentType"]
        for name in ("loa.pdf", "plan.json", "report.json")
    }


def test_a_bucket_that_is_missing(http_client: Callable[[str], Any]) -> None:
    record = Record(lambda: http_client("s3"), BUCKET)

    with pytest.raises(ConfigurationError, match=f"{FOLDER}/plan.json in the bucket {BUCKET}: .* does not exist"):
        record.write_plan(RUN, {}, None)
    with pytest.raises(ConfigurationError, match=f"{FOLDER}/report.json in the bucket {BUCKET}"):
        record.write_report(RUN, {})


def test_an_s3_that_nobody_reaches(http_client: Callable[..., Any]) -> None:
    record = Record(lambda: http_client("s3", endpoint_url="http://127.0.0.1:1"), BUCKET)

    with pytest.raises(DirectConnectBusyError, match="s3:PutObject got no answer"):
        record.write_plan(RUN, {}, None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(AccessDenied(), DirectConnectDeniedError, id="denied"),
        pytest.param(AnswerLost(), DirectConnectBusyError, id="timed out"),
        pytest.param(Refusal("SlowDown", "Please reduce your request rate.", 503), DirectConnectBusyError, id="slow"),
        pytest.param(Refusal("InternalError", "We encountered one.", 500), DirectConnectBusyError, id="broken"),
        # After either conflict S3 wants the same upload again.
        pytest.param(Refusal("ConditionalRequestConflict", "Again", 409), DirectConnectBusyError, id="in conflict"),
        pytest.param(Refusal("OperationAborted", "Again", 409), DirectConnectBusyError, id="aborted"),
        pytest.param(Refusal("KMS.DisabledException", "No key", 400), ConfigurationError, id="without its key"),
    ],
)
def test_what_s3_may_say(fault: Fault, error: type[Exception]) -> None:
    s3 = S3()
    s3.faults.add("PutObject", fault, times=2)
    record = Record(lambda: cast("Any", s3), BUCKET)

    with pytest.raises(error, match=r"S3|s3:PutObject"):
        record.write_plan(RUN, {}, PDF)
    with pytest.raises(error, match=r"S3|s3:PutObject"):
        record.write_report(RUN, {})
    assert {} == s3.objects
    assert record.write_report(RUN, {})
