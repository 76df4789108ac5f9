"""EventBridge's envelope around a request, and the state machine's wrapper around either."""

from dataclasses import replace

import pytest

from decommission.run import NewRun, Trigger
from tests.support.events import (
    CONSENT,
    EXECUTION,
    POISON,
    REQUEST,
    RESULT,
    brief,
    complaint,
    consented,
    enveloped,
    overriding,
    run_of,
    started,
    without,
    wrapped,
)

NESTED = REQUEST | {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": EXECUTION}
NO_OBJECT = "the event must be a JSON object: a request, an EventBridge envelope or a result"
NO_OVERRIDES = (
    "detail.overrides: events may not override guards here (AllowOverridesFromEvents is false); start the state "
    "machine with the request itself"
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(enveloped(REQUEST), replace(started(), event=Trigger()), id="envelope"),
        pytest.param({"detail": REQUEST}, replace(started(), event=Trigger()), id="detail alone"),
        pytest.param(
            enveloped(REQUEST | {"overrides": []}, id="e-1", time="2026-01-05T11:59:00Z", account="1"),
            replace(started(), event=Trigger(id="e-1", time="2026-01-05T11:59:00Z")),
            id="from EventBridge",
        ),
        pytest.param(wrapped(REQUEST), replace(started(), execution=EXECUTION), id="wrapper"),
        pytest.param(wrapped(NESTED), replace(started(), execution=EXECUTION), id="wrapper, from another workflow"),
        pytest.param(
            wrapped(enveloped(REQUEST, id="e-1")),
            replace(started(), execution=EXECUTION, event=Trigger(id="e-1")),
            id="envelope in a wrapper",
        ),
    ],
)
def test_the_run_knows_what_started_it(event: object, expected: NewRun) -> None:
    assert expected == run_of(event)


@pytest.mark.parametrize("wrap", [dict, wrapped], ids=["alone", "wrapped"])
def test_events_may_override_guards_only_if_the_settings_say_so(wrap: type[dict[str, object]]) -> None:
    event = wrap(enveloped(overriding(CONSENT)))
    assert NO_OVERRIDES == complaint(event)
    run = run_of(event, allow_overrides_from_events=True)
    assert isinstance(run, NewRun)
    assert consented().request == run.request


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (without(enveloped(REQUEST), "detail"), "detail: is missing"),
        (enveloped({}), "connectionId: is missing, or a lagId in its place"),
        (enveloped(enveloped(REQUEST)), "detail: is no known field"),
        (enveloped(RESULT), "phase: is no known field"),
        (enveloped(wrapped(REQUEST)), "execution: is no known field"),
        (enveloped(REQUEST, phase="PLANNED"), "detail: is no known field"),
        (enveloped(REQUEST | {"overrides": POISON}), NO_OVERRIDES),
        (enveloped(REQUEST | {"patienceMinutes": 29}), "patienceMinutes: must be 30 or more"),
        (enveloped(REQUEST, time=f"{POISON}\n"), "time: has characters that cannot be printed"),
        (wrapped(None), NO_OBJECT),
        (wrapped(wrapped(REQUEST)), "execution: is no known field"),
        (wrapped(RESULT), "phase: is no known field"),
        (wrapped(enveloped(RESULT)), "phase: is no known field"),
        (wrapped(REQUEST) | {"force": POISON}, "force: is no known field"),
        (wrapped(REQUEST) | {"phase": "PLANNED"}, "request: is missing"),
        ({"execution": EXECUTION, **REQUEST}, "execution: is no known field"),
    ],
    ids=brief,
)
def test_the_error_says_what_is_wrong(event: object, expected: str) -> None:
    assert expected in complaint(event)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (enveloped("dxcon-fg5678gh"), "detail"),
        ({"detail": None}, "detail"),
        (enveloped(REQUEST, id=5), "id"),
        (enveloped(REQUEST, id="x" * 257), "id"),
        (enveloped(REQUEST, time="x" * 65), "time"),
        *[
            (wrapped(REQUEST, execution), "execution")
            for execution in (None, 5, POISON, f"{EXECUTION}\n", f"arn:{POISON * 500}")
        ],
    ],
    ids=brief,
)
def test_a_wrong_value_is_refused_by_its_field(event: object, field: str) -> None:
    assert complaint(event).startswith(f"{field}: ")


def test_an_event_out_of_an_archive_is_refused() -> None:
    assert "replay-name: an event that is replayed from an archive starts no run" == complaint(
        enveloped(REQUEST, **{"replay-name": "last year"})
    )


@pytest.mark.parametrize(
    "name", ["connectionId", "virtualInterfaceIds", "dryRun", "planDigest", "overrides", "patienceMinutes", "reason"]
)
def test_a_field_of_a_request_beside_the_detail_is_not_ignored(name: str) -> None:
    assert f"{name}: belongs into detail, beside the id" == complaint(enveloped(REQUEST) | {name: True})
