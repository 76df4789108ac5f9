"""Events are read strictly, and what a step writes is the next event."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from decommission.contract import Ended, StepOutcome, read, write
from decommission.errors import InvalidRequestError
from decommission.guards import GUARDS
from decommission.models import Observation
from decommission.plan import Plan
from decommission.run import (
    Action,
    Call,
    CallOutcome,
    NewRun,
    Outcome,
    Override,
    Phase,
    Request,
    Run,
    Trigger,
    Verdict,
)
from tests.support.evidence import SETTINGS
from tests.support.invalid_events import (
    CONSENT,
    EVENTS,
    EXECUTION,
    MOMENT,
    POISON,
    REQUEST,
    RESULT,
    WHOLE_REQUEST,
    enveloped,
    overriding,
    wrapped,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, connection, virtual_interface

NOW = datetime.fromisoformat(MOMENT)
WAITS = [phase for phase in Phase if phase.waits]
ENDS = [phase for phase in Phase if not phase.waits]


def run_of(event: object, **settings: Any) -> NewRun | Run | Ended:  # noqa: ANN401 - fields of several types
    return read(event, now=NOW, settings=replace(SETTINGS, **settings))


def under_way(event: object) -> Run:
    run = run_of(event)
    assert isinstance(run, Run)
    return run


def started(**request: Any) -> NewRun:  # noqa: ANN401 - fields of several types
    return NewRun(
        request=replace(Request(connection_id=CONNECTION_ID, patience_minutes=240), **request), started_at=NOW
    )


def consent(**more: Any) -> NewRun:  # noqa: ANN401 - fields of several types
    override = Override(guard="traffic", reason=CONSENT["reason"], ids=tuple(CONSENT["ids"]))
    return started(overrides=(replace(override, **more),))


@pytest.mark.parametrize(("event", "error"), EVENTS)
def test_an_invalid_event_is_refused_by_field(event: object, error: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        run_of(event)
    message = str(raised.value)
    assert error in message
    assert POISON not in message.lower(), "it quotes a stranger's value"
    assert len(message) < 2_000
    assert message.isprintable()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(REQUEST, started(), id="the id alone"),
        pytest.param({"connectionId": f"dxcon-{'z' * 21}"}, started(connection_id=f"dxcon-{'z' * 21}"), id="long id"),
        pytest.param(REQUEST | {"dryRun": True}, started(dry_run=True), id="a dry run"),
        pytest.param(REQUEST | {"planDigest": "0" * 64}, started(plan_digest="0" * 64), id="an approved plan"),
        pytest.param(WHOLE_REQUEST, started(), id="everything, as by default"),
        pytest.param(REQUEST | {"patienceMinutes": 30}, started(patience_minutes=30), id="the least patience"),
        pytest.param(REQUEST | {"patienceMinutes": 1440}, started(patience_minutes=1440), id="a day"),
        pytest.param(REQUEST | {"reason": "Site A, CHG-1 ☎"}, started(reason="Site A, CHG-1 ☎"), id="a reason"),
        pytest.param(REQUEST | {"reason": ""}, started(reason=""), id="an empty reason"),
        pytest.param(REQUEST | {"reason": "x" * 1000}, started(reason="x" * 1000), id="a long reason"),
        pytest.param(
            REQUEST | {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:…"}, started(), id="from another workflow"
        ),
        pytest.param(overriding(CONSENT), consent(), id="an override"),
        pytest.param(overriding(CONSENT | {"upToBps": None, "until": None}), consent(), id="an override with nulls"),
        pytest.param(overriding(CONSENT | {"upToBps": 0}), consent(up_to_bps=0), id="up to nothing"),
        pytest.param(overriding(CONSENT | {"upToBps": 10**15}), consent(up_to_bps=10**15), id="up to very much"),
        pytest.param(overriding(CONSENT | {"reason": "OK"}), consent(reason="OK"), id="one word"),
        pytest.param(overriding(CONSENT | {"reason": "x" * 256}), consent(reason="x" * 256), id="many characters"),
        pytest.param(
            overriding(CONSENT | {"until": "2026-12-01T08:00:00+02:00"}),
            consent(until=datetime(2026, 12, 1, 6, tzinfo=UTC)),
            id="until, in another time zone",
        ),
        pytest.param(
            overriding(CONSENT | {"ids": [f"dxvif-{number:08}" for number in range(200)]}),
            consent(ids=tuple(f"dxvif-{number:08}" for number in range(200))),
            id="200 ids",
        ),
        pytest.param(
            overriding(*[CONSENT] * 16), started(overrides=consent().request.overrides * 16), id="16 of a guard"
        ),
        pytest.param(
            enveloped(REQUEST | {"dryRun": True}), replace(started(dry_run=True), event=Trigger()), id="event"
        ),
        pytest.param({"detail": REQUEST}, replace(started(), event=Trigger()), id="detail alone"),
        pytest.param(
            enveloped(REQUEST | {"overrides": []}, id="e-1", time="2026-01-05T11:59:00Z", account="1"),
            replace(started(), event=Trigger(id="e-1", time="2026-01-05T11:59:00Z")),
            id="from EventBridge",
        ),
        pytest.param(wrapped(REQUEST), replace(started(), execution=EXECUTION), id="from the state machine"),
        pytest.param(
            wrapped(enveloped(REQUEST, id="e-1")),
            replace(started(), execution=EXECUTION, event=Trigger(id="e-1")),
            id="from EventBridge by way of the state machine",
        ),
        pytest.param(
            wrapped(REQUEST | {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:…"}),
            replace(started(), execution=EXECUTION),
            id="from another workflow by way of the state machine",
        ),
    ],
)
def test_a_request_starts_a_run(event: object, expected: NewRun) -> None:
    assert expected == run_of(event)


@pytest.mark.parametrize(
    ("guard", "ids"),
    [
        ("traffic", ["dxcon-fg5678gh", "dxvif-aaaaaaa1"]),
        ("state", ["dxcon-fg5678gh", "dxvif-aaaaaaa1"]),
        ("redundancy", ["dxvif-aaaaaaa1"]),
        ("routes", ["dxvif-aaaaaaa1"]),
        ("under-construction", ["dxvif-aaaaaaa1"]),
        ("failover-test", ["dxvif-aaaaaaa1"]),
        ("foreign-interfaces", ["dxvif-aaaaaaa1"]),
        ("lag", ["dxlag-fg5678gh", "dxvif-aaaaaaa1"]),
        ("stack", ["dxcon-fg5678gh", "dxvif-aaaaaaa1", "dxlag-fg5678gh"]),
        ("hosted-connections", ["dxcon-fg5678gh", "dxlag-fg5678gh"]),
        ("resiliency-group", ["dxrg-0123456789abcdef0"]),
    ],
)
def test_the_ids_that_an_override_may_name(guard: str, ids: list[str]) -> None:
    run = run_of(overriding(CONSENT | {"guard": guard, "ids": ids}))
    assert isinstance(run, NewRun)
    assert [(guard, tuple(ids))] == [(override.guard, override.ids) for override in run.request.overrides]


@pytest.mark.parametrize("event", [enveloped(overriding(CONSENT)), wrapped(enveloped(overriding(CONSENT)))])
def test_events_may_override_where_that_is_allowed(event: object) -> None:
    run = run_of(event, allow_overrides_from_events=True)
    assert isinstance(run, NewRun)
    assert consent().request == run.request


def test_patience_is_that_of_the_settings() -> None:
    assert started(patience_minutes=600) == run_of(REQUEST, patience_minutes=600)
    with pytest.raises(InvalidRequestError, match="patienceMinutes: must be 61 or more"):
        run_of(REQUEST | {"patienceMinutes": 60}, least_patience_minutes=61)


def test_a_result_goes_on_with_a_run() -> None:
    run = under_way(RESULT)

    assert (Phase.DELETING_CONNECTION, NOW, NOW) == (run.phase, run.started_at, run.phase_started_at)
    assert started().request == run.request
    assert (RESULT["plan"]["digest"], ("dxvif-aaaaaaa1",)) == (run.plan.digest, run.plan.virtual_interface_ids)
    assert (CONNECTION_ID, {"decommission": "approved"}) == (run.connection.connection_id, run.connection.tags)
    assert ("available", EXECUTION, RESULT["event"]["id"]) == (
        run.connection_state,
        run.execution,
        run.event.id if run.event else None,
    )
    assert [*GUARDS] == [verdict.guard for verdict in run.verdicts]
    assert ["dxvif-aaaaaaa1"] == [call.resource_id for call in run.calls]


@pytest.mark.parametrize("phase", ENDS)
def test_a_result_may_be_the_end_of_a_run(phase: Phase) -> None:
    expected = Ended(connection_id=CONNECTION_ID, phase=phase)
    assert expected == run_of(RESULT | {"phase": phase})
    assert expected == run_of(RESULT | {"phase": phase, "plan": None, "connectionAtStart": None, "execution": None})


def test_a_result_with_too_little_patience_is_that_of_an_earlier_release() -> None:
    """A run in flight survives a change of the parameters."""
    assert 1 == under_way(RESULT | {"request": WHOLE_REQUEST | {"patienceMinutes": 1}}).request.patience_minutes
    assert 240 == under_way(RESULT | {"request": REQUEST}).request.patience_minutes


def test_a_minute_between_two_clocks_is_forgiven() -> None:
    ahead = (NOW + timedelta(minutes=1)).isoformat()
    assert NOW + timedelta(minutes=1) == under_way(RESULT | {"startedAt": ahead, "phaseStartedAt": ahead}).started_at


@pytest.mark.parametrize("moment", ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00+00:00", "2026-01-05T14:00:00+02:00"])
def test_moments_are_read_in_any_time_zone_and_kept_in_utc(moment: str) -> None:
    run = under_way(RESULT | {"startedAt": moment})
    assert (NOW, UTC) == (run.started_at, run.started_at.tzinfo)


MEMBER = replace(
    connection(lag_id=LAG_ID), partner_name="ACME", vlan=7, mac_sec_secret_arns=("arn:…",), tags={"a_b": "c_d"}
)
INTERFACES = (virtual_interface("aaaaaaa2", "deleting"), virtual_interface("aaaaaaa1"))
WHOLE_RUN = Run(
    request=Request(
        connection_id=CONNECTION_ID,
        patience_minutes=60,
        plan_digest="0" * 64,
        overrides=(
            Override(guard="lag", reason="CHG-1", ids=(LAG_ID, "dxvif-aaaaaaa9")),
            Override(guard="traffic", reason="CHG-2", ids=(CONNECTION_ID,), up_to_bps=5, until=NOW),
        ),
        reason="CHG-1",
    ),
    started_at=NOW - timedelta(minutes=5),
    execution=EXECUTION,
    event=Trigger(id="e-1", time="yesterday"),
    plan=Plan.of(MEMBER, (*INTERFACES, replace(virtual_interface("aaaaaaa3"), owner_account=OTHER_ACCOUNT, vlan=None))),
    connection=MEMBER,
    connection_state="down",
    verdicts=tuple(Verdict(guard=guard, outcome=Outcome.OVERRIDDEN, reason="moved") for guard in GUARDS),
    calls=tuple(
        Call(action=action, resource_id=CONNECTION_ID, requested_at=NOW, outcome=outcome, request_id="r-1", words="No")
        for action in Action
        for outcome in CallOutcome
    ),
    phase=Phase.DELETING_CONNECTION,
    phase_started_at=NOW,
)
LOOK = Observation(
    region="eu-central-1", connection=replace(MEMBER, state="down"), virtual_interfaces=tuple(INTERFACES)
)


def told(phase: Phase) -> StepOutcome:
    return StepOutcome(
        phase=phase,
        reason="because",
        wait_seconds=12,
        verdicts=WHOLE_RUN.verdicts,
        already_gone=True,
        phase_started_at=NOW,
    )


@pytest.mark.parametrize("phase", Phase)
def test_what_is_written_is_read_again(phase: Phase) -> None:
    result = json.loads(json.dumps(write(WHOLE_RUN, told(phase), LOOK)))
    expected = replace(WHOLE_RUN, phase=phase) if phase.waits else Ended(connection_id=CONNECTION_ID, phase=phase)
    assert expected == run_of(result)
    assert (phase, "because", 12, True) == tuple(
        result[name] for name in ("phase", "reason", "waitSeconds", "alreadyGone")
    )
    assert [("dxvif-aaaaaaa1", "available"), ("dxvif-aaaaaaa2", "deleting"), ("dxvif-aaaaaaa3", "absent")] == [
        (v["virtualInterfaceId"], v["state"]) for v in result["virtualInterfaces"]
    ]


@pytest.mark.parametrize("phase", ENDS)
def test_a_run_may_end_before_it_has_a_plan(phase: Phase) -> None:
    look = Observation(region="eu-central-1", connection=None)
    result = json.loads(json.dumps(write(started(dry_run=True), told(phase), look)))
    assert Ended(connection_id=CONNECTION_ID, phase=phase) == run_of(result)
    assert (None, None, "absent", [], None, None) == tuple(
        result[name] for name in ("plan", "connectionAtStart", "connectionState", "calls", "execution", "event")
    )
