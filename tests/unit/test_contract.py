"""Events are read strictly, and what a step writes is the next event."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from decommission.contract import read, write
from decommission.decision import decide
from decommission.errors import InvalidRequestError
from decommission.guards import GUARDS
from decommission.models import Observation
from decommission.plan import Plan
from decommission.run import Deletion, Outcome, Override, Phase, Request, Run, Verdict
from tests.invalid_events import EVENTS, MOMENT, POISON, REQUEST, RESULT, judged, overriding
from tests.strategies import CONNECTION_ID, LAG_ID, connection, virtual_interface

NOW = datetime.fromisoformat(MOMENT)


def run_of(event: object) -> Run:
    return read(event, now=NOW, default_patience_minutes=240)


def started(**request: Any) -> Run:  # noqa: ANN401  # fields of several types
    return Run(request=replace(Request(connection_id=CONNECTION_ID, patience_minutes=240), **request), started_at=NOW)


@pytest.mark.parametrize(("event", "field"), EVENTS)
def test_an_invalid_event_is_refused_by_field(event: object, field: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        run_of(event)
    error = str(raised.value)
    assert field in error
    assert POISON not in error.lower(), "it quotes a stranger's value"
    assert len(error) < 1500


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(REQUEST, started(), id="the id alone"),
        pytest.param(REQUEST | {"dryRun": True}, started(dry_run=True), id="a dry run"),
        pytest.param(REQUEST | {"planDigest": "0" * 64}, started(plan_digest="0" * 64), id="an approved plan"),
        pytest.param(REQUEST | {"planDigest": None}, started(), id="no approved plan"),
        pytest.param(REQUEST | {"overrides": []}, started(), id="no override"),
        pytest.param(
            overriding({"guard": "traffic", "reason": "CHG-1"}, {"guard": "lag", "reason": "CHG-2"}),
            started(overrides=(Override(guard="traffic", reason="CHG-1"), Override(guard="lag", reason="CHG-2"))),
            id="two overrides",
        ),
        pytest.param(REQUEST | {"patienceMinutes": 1}, started(patience_minutes=1), id="a minute"),
        pytest.param(REQUEST | {"patienceMinutes": 1440}, started(patience_minutes=1440), id="a day"),
        pytest.param(REQUEST | {"reason": "Site A, CHG-1 ☎"}, started(reason="Site A, CHG-1 ☎"), id="a reason"),
        pytest.param(
            REQUEST | {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:…"}, started(), id="from another workflow"
        ),
        pytest.param(
            {"version": "0", "detail-type": "Decommission Requested", "detail": REQUEST | {"dryRun": True}},
            started(dry_run=True),
            id="from EventBridge",
        ),
        pytest.param(
            {"connectionId": "dxcon-" + "z" * 17}, started(connection_id="dxcon-zzzzzzzzzzzzzzzzz"), id="a long id"
        ),
    ],
)
def test_a_request_starts_a_run(event: dict[str, Any], expected: Run) -> None:
    assert expected == run_of(event)


def test_a_result_goes_on_with_a_run() -> None:
    run = run_of(RESULT)

    assert (Phase.DELETING_CONNECTION, NOW, NOW) == (run.phase, run.started_at, run.phase_started_at)
    assert run.plan is not None
    assert RESULT["plan"]["digest"] == run.plan.digest
    assert ("dxvif-aaaaaaa1",) == run.plan.virtual_interface_ids
    assert run.connection is not None
    assert (CONNECTION_ID, {"decommission": "approved"}) == (run.connection.connection_id, run.connection.tags)
    assert [*GUARDS] == [verdict.guard for verdict in run.verdicts]
    assert ["dxvif-aaaaaaa1"] == [deletion.resource_id for deletion in run.deletions]


@pytest.mark.parametrize("outcome", ["PASS", "WARN", "OVERRIDDEN"])
def test_a_run_goes_on_with_any_verdict_that_does_not_block(outcome: str) -> None:
    assert outcome == run_of(judged(outcome=outcome)).verdicts[0].outcome


@pytest.mark.parametrize("phase", ["PLANNED", "BLOCKED", "TIMED_OUT"])
def test_a_run_that_has_ended_may_have_been_blocked(phase: str) -> None:
    assert run_of(judged(outcome="BLOCK") | {"phase": phase}).has_ended


def test_a_minute_between_two_clocks_is_forgiven() -> None:
    ahead = (NOW + timedelta(minutes=1)).isoformat()

    assert NOW + timedelta(minutes=1) == run_of(RESULT | {"startedAt": ahead, "phaseStartedAt": ahead}).started_at


@pytest.mark.parametrize("zone", ["Z", "+00:00"])
def test_moments_are_read_in_any_spelling_of_utc(zone: str) -> None:
    assert NOW.astimezone(UTC) == run_of(RESULT | {"startedAt": f"2026-01-05T12:00:00{zone}"}).started_at


def test_what_is_written_is_read_again() -> None:
    interfaces = (virtual_interface("aaaaaaa2", "deleting"), virtual_interface("aaaaaaa1"))
    planned = (*interfaces, virtual_interface("aaaaaaa3"))
    member = replace(connection(lag_id=LAG_ID), partner_name="ACME", mac_sec_secret_arns=("arn:…",), tags={"a": "b"})
    deletion = Deletion(
        action="DELETE_VIRTUAL_INTERFACES", resource_id="dxvif-aaaaaaa2", requested_at=NOW, request_id="0", refusal="No"
    )
    run = Run(
        request=Request(
            connection_id=CONNECTION_ID,
            patience_minutes=60,
            plan_digest="0" * 64,
            overrides=(Override(guard="traffic", reason="CHG-1"), Override(guard="plan", reason="CHG-2")),
            reason="CHG-1",
        ),
        started_at=NOW,
        plan=Plan.of(member, planned),
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        phase_started_at=NOW,
        connection=member,
        verdicts=tuple(Verdict(guard=guard, outcome=Outcome.OVERRIDDEN, reason="moved") for guard in GUARDS),
        deletions=(deletion, replace(deletion, request_id=None, refusal=None)),
    )
    observation = Observation(region="eu-central-1", connection=member, virtual_interfaces=interfaces)

    result = write(run, decide(observation, run, NOW), observation, reason="because", wait_seconds=12)

    assert run == run_of(json.loads(json.dumps(result)))
    assert ("because", 12) == (result["reason"], result["waitSeconds"])
    assert [
        {"virtualInterfaceId": "dxvif-aaaaaaa1", "state": "available"},
        {"virtualInterfaceId": "dxvif-aaaaaaa2", "state": "deleting"},
        {"virtualInterfaceId": "dxvif-aaaaaaa3", "state": "absent"},
    ] == result["virtualInterfaces"]
