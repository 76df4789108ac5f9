"""
A run in flight survives a deployment: the results of earlier releases are valid events.

Files in tests/results are only ever added, never changed or removed; tests/support/results.py writes them.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from decommission.contract import Ended, read
from decommission.run import CallOutcome, Phase, Run
from tests.support.evidence import SETTINGS
from tests.support.results import CASES, RESULTS

if TYPE_CHECKING:
    from decommission.schemas import JSON

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEPT = sorted(RESULTS.glob("*.json"))


def result_in(path: Path) -> "JSON":
    result: JSON = json.loads(path.read_text())
    return result


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_result_is_a_valid_event(path: Path) -> None:
    result = result_in(path)
    run = read(result, now=NOW, settings=SETTINGS)
    if not Phase(result["phase"]).waits:
        assert Ended(connection_id=result["connectionId"], phase=Phase(result["phase"])) == run
        return
    assert isinstance(run, Run)
    assert (result["phase"], moment(result["startedAt"]), moment(result["phaseStartedAt"])) == (
        run.phase,
        run.started_at,
        run.phase_started_at,
    )
    asked = result["request"]
    assert (asked["connectionId"], asked["planDigest"], asked["patienceMinutes"], asked["reason"]) == (
        run.request.connection_id,
        run.request.plan_digest,
        run.request.patience_minutes,
        run.request.reason,
    )
    assert [(o["guard"], o["reason"], o["ids"], o["upToBps"], o["until"]) for o in asked["overrides"]] == [
        (o.guard, o.reason, list(o.ids), o.up_to_bps, o.until and o.until.isoformat().replace("+00:00", "Z"))
        for o in run.request.overrides
    ]
    assert (result["plan"]["digest"], result["plan"]["lagId"]) == (run.plan.digest, run.plan.lag_id)
    assert [v["virtualInterfaceId"] for v in result["plan"]["virtualInterfaces"]] == [*run.plan.virtual_interface_ids]
    assert [(v["guard"], v["outcome"], v["reason"]) for v in result["guards"]] == [
        (verdict.guard, verdict.outcome, verdict.reason) for verdict in run.verdicts
    ]
    assert [
        (c["action"], c["resourceId"], c["outcome"], moment(c["requestedAt"]), c["requestId"], c["words"])
        for c in result["calls"]
    ] == [(c.action, c.resource_id, c.outcome, c.requested_at, c.request_id, c.words) for c in run.calls]
    at_start = result["connectionAtStart"]
    assert (at_start["state"], at_start["lagId"], at_start["tags"], at_start["awsDevice"]) == (
        run.connection.state,
        run.connection.lag_id,
        run.connection.tags,
        run.connection.aws_device,
    )
    assert (result["connectionState"], result["execution"], result["event"]) == (
        run.connection_state,
        run.execution,
        {"id": run.event.id, "time": run.event.time} if run.event else None,
    )


def test_the_results_show_what_a_result_may_hold() -> None:
    results = [result_in(path) for path in KEPT]
    assert {*Phase} == {result["phase"] for result in results}
    calls = [call for result in results for call in result["calls"]]
    assert {CallOutcome.ACCEPTED, CallOutcome.REFUSED} <= {call["outcome"] for call in calls}
    for part in ("execution", "event", "plan"):
        assert {True, False} == {result[part] is None for result in results}, part
    assert any(result["plan"]["lagId"] for result in results if result["plan"])
    assert any(
        override["upToBps"] and override["until"] for result in results for override in result["request"]["overrides"]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_this_release_still_writes_all_that_is_kept(case: Callable[[], "JSON"]) -> None:
    """A new field needs a new file for each case."""
    name = case.__name__.replace("_", "-")
    newest = [path for path in KEPT if path.stem.partition("-")[2] == name][-1]
    assert result_in(newest).keys() == case().keys()
