"""What a sweep may be asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from decommission.errors import InvalidRequestError
from sweep.request import read, stamp
from tests.support.sweeps import SETTINGS

ROLE = "arn:aws:iam::210987654321:role/dx-decommission-spoke"
NOW = datetime(2026, 12, 1, 2, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked",
    [
        {"scheduledTime": "2026-12-01T02:00:00Z"},
        {"scheduledTime": "2026-12-01T03:01:30+01:00"},
        {"connectionIds": ["dxcon-fg5678gh"]},
        {"tags": {"site_name": "a"}},
        {"tags": {"site": "a"}, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:aws:states:1"},
        {"tags": {"site": "a"}, "request": {"region": "us-east-1", "roleArn": ROLE}},
        {"connectionIds": ["dxcon-fg5678gh"], "request": {"dryRun": False, "patienceMinutes": 60, "reason": "CHG-1"}},
    ],
    ids=str,
)
def test_what_is_accepted(asked: dict[str, Any]) -> None:
    read(asked, now=NOW, settings=SETTINGS)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (None, "the input must be a JSON object"),
        ([], "the input must be a JSON object"),
        ({}, "must have exactly one of"),
        ({"tags": {"site": "a"}, "connectionIds": ["dxcon-fg5678gh"]}, "must have exactly one of"),
        ({"tags": {}}, "tags: "),
        ({"tags": {"a": "b"}, "request": {"patienceMinutes": 29}}, "request.patienceMinutes: must be 30 or more"),
        ({"tags": {"a": "b"}, "request": {"patienceMinutes": 0}}, "request.patienceMinutes: must be 30 or more"),
        ({"tags": {"site": 1}}, "tags.site: "),
        ({"connectionIds": []}, "connectionIds: "),
        ({"connectionIds": ["dxlag-fg5678gh"]}, "connectionIds.0: "),
        ({"connectionIds": "dxcon-fg5678gh"}, "connectionIds: "),
        ({"connectionIds": [f"dxcon-{number:08}" for number in range(10_001)]}, "connectionIds: "),
        ({"scheduledTime": "2026-12-01T02:00:00"}, "scheduledTime: "),
        ({"scheduledTime": "<aws.scheduler.scheduled-time>"}, "scheduledTime: is not a time in ISO 8601"),
        ({"scheduledTime": 1764547200}, "scheduledTime: "),
        ({"scheduledTime": "2026-12-01T02:02:00Z"}, "scheduledTime: lies in the future"),
        ({"connectionId": "dxcon-fg5678gh"}, "connectionId: is no known field"),
        ({"tags": {"site": "a"}, "dryRun": False}, "dryRun: is no known field"),
        ({"tags": {"site": "a"}, "request": []}, "request: "),
        ({"tags": {"site": "a"}, "request": {"dry_run": False}}, "request.dry_run: is no known field"),
        ({"tags": {"site": "a"}, "request": {"connectionId": "dxcon-fg5678gh"}}, "request.connectionId is about one"),
        (
            {"tags": {"site": "a"}, "request": {"virtualInterfaceIds": ["dxvif-fgabc123"]}},
            "request.virtualInterfaceIds is",
        ),
        ({"tags": {"site": "a"}, "request": {"planDigest": "0" * 64}}, "request.planDigest is about one"),
        ({"tags": {"site": "a"}, "request": {"roleArn": f"{ROLE}-reader"}}, "request.roleArn: must be arn:aws:iam::*:"),
        ({"tags": {"site": "a"}, "request": {"roleArn": ROLE.replace("aws:", "aws-cn:")}}, "request.roleArn: must be"),
        ({"scheduledTime": "2026-12-01T02:00:00Z", "request": {"region": "us-east-1"}}, "request.region: a schedule's"),
        *[
            (
                {"tags": {"site": "a"}, "request": {name: None}},
                f"request.{name}: is null; leave it out, or give it a value",
            )
            for name in ("region", "roleArn", "noticeMinutes", "patienceMinutes")
        ],
        # A list of ids that got lost must not become everything with a tag.
        ({"tags": {"site": "a"}, "connectionIds": None}, "connectionIds: is null; leave it out, or give it a value"),
        ({"tags": {"site": "a"}, "request": {"overrides": [{"guard": "approval"}]}}, "request: overrides.0"),
    ],
    ids=str,
)
def test_what_is_refused(asked: object, complaint: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        read(asked, now=NOW, settings=SETTINGS)
    assert complaint in str(refused.value)


def test_an_id_that_is_named_twice_is_one() -> None:
    assert ("dxcon-fg5678gh",) == read(
        {"connectionIds": ["dxcon-fg5678gh"] * 2}, now=NOW, settings=SETTINGS
    ).connection_ids


def test_the_time_in_names() -> None:
    assert "20261201T020000Z" == stamp(datetime(2026, 12, 1, 2, tzinfo=UTC))
    # An execution starts at a millisecond, and two people may start a fleet in one second.
    assert "20261201T020000.007Z" == stamp(datetime(2026, 12, 1, 2, 0, 0, 7_999, tzinfo=UTC))
    assert len(f"dxcon-{'0' * 21}-20261201T020000.007Z") <= 80
