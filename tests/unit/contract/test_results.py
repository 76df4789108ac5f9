"""The result of a step is the next event; a result with a wrong or forged part is refused."""

from datetime import UTC, timedelta

import pytest

from decommission.contract import OF_CONNECTION, Ended, StepOutcome, write
from decommission.models import Observation
from decommission.run import Action, CallOutcome, Phase, Run
from decommission.schemas import JSON
from tests.support.events import (
    CONSENT,
    NOW,
    OTHER_ID,
    POISON,
    REQUEST,
    RESULT,
    ROLE,
    brief,
    complaint,
    rewritten,
    run_of,
    started,
    without,
)
from tests.support.strategies import CONNECTION_ID

LATER = "2026-01-05T12:02:00Z"
PLAN, CONNECTION, CALL, VERDICT = RESULT["plan"], RESULT["connectionAtStart"], RESULT["calls"][0], RESULT["guards"][0]
DIFFERS = "connectionId or lagId differs between the request, the plan and the port at the start"
DIFFERS_FROM_REQUEST = "connectionId or lagId differs between the result and its request"
NO_PLAN = (
    "plan, connectionAtStart or connectionState is missing, and phase DELETING_VIRTUAL_INTERFACES cannot do without"
)


def under_way(event: object) -> Run:
    run = run_of(event)
    assert isinstance(run, Run)
    return run


def with_request(**fields: object) -> JSON:
    return RESULT | {"request": RESULT["request"] | fields}


def with_plan(**fields: object) -> JSON:
    return RESULT | {"plan": PLAN | fields}


def with_connection(**fields: object) -> JSON:
    return RESULT | {"connectionAtStart": CONNECTION | fields}


class TestRead:
    def test_what_is_read_is_written_again(self) -> None:
        calls = [CALL | {"action": action, "outcome": outcome} for action in Action for outcome in CallOutcome]
        request = RESULT["request"] | {"region": "us-east-1", "roleArn": ROLE}
        request |= {"virtualInterfaceIds": None, "noticeMinutes": 60, "rehearsalMinutes": 30, "alarmNames": ["a", "b"]}
        event = RESULT | {
            **with_connection(partnerName="ACME", vlan=7, macSecSecretArns=["arn:…"], tags={"a_b": "c_d"}),
            "event": {"id": "e-1", "time": "yesterday"},
            "calls": calls,
            "goneAt": {},
            "rehearsal": {
                "startedAt": RESULT["startedAt"],
                "tests": {"dxvif-aaaaaaa0": "test-1"},
                "pending": ["dxvif-aaaaaaa1"],
                "lastStartedAt": RESULT["startedAt"],
                "stopped": ["dxvif-aaaaaaa0"],
                "watchedAt": RESULT["startedAt"],
                "problem": "an alarm",
                "endedAt": RESULT["phaseStartedAt"],
            },
            "plan": RESULT["plan"] | {"keepsConnection": False},
            "request": request,
        }
        run = under_way(event)
        assert event == rewritten(event, run)

    @pytest.mark.parametrize("phase", [phase for phase in Phase if not phase.waits])
    def test_the_result_of_a_run_that_has_ended(self, phase: Phase) -> None:
        expected = Ended(port_id=CONNECTION_ID, phase=phase)
        assert expected == run_of(RESULT | {"phase": phase})
        outcome = StepOutcome(
            at=NOW, phase=phase, reason="because", wait_seconds=0, verdicts=(), already_gone=True, phase_started_at=NOW
        )
        result = write(started(dry_run=True), outcome, Observation(region="eu-central-1", port=None))
        assert expected == run_of(result)
        # The run may have ended before it had a plan.
        nothing = {"plan", "connectionAtStart", "rehearsal", "execution", "event"}
        assert nothing == {name for name, value in result.items() if value is None}
        assert ("absent", []) == (result["connectionState"], result["calls"])

    def test_a_planned_interface_that_aws_does_not_list_is_absent(self) -> None:
        result = rewritten(RESULT | {"virtualInterfaces": RESULT["virtualInterfaces"][:1]}, under_way(RESULT))
        assert ["available", "absent", "absent"] == [v["state"] for v in result["virtualInterfaces"]]

    @pytest.mark.parametrize(("minutes", "given"), [(1, {"patienceMinutes": 1}), (240, {"patienceMinutes": None})])
    def test_a_run_under_way_survives_a_change_of_the_parameters(self, minutes: int, given: dict[str, object]) -> None:
        """The patience of the result may be less than the least patience of today, or missing."""
        assert minutes == under_way(with_request(**given)).request.patience_minutes

    def test_the_clocks_of_two_hosts_may_differ_by_a_minute(self) -> None:
        ahead = NOW + timedelta(minutes=1)
        moments = dict.fromkeys(("startedAt", "phaseStartedAt"), ahead.isoformat())
        assert ahead == under_way(RESULT | moments).started_at

    @pytest.mark.parametrize("time", ["12:00:00Z", "12:00:00+00:00", "14:00:00+02:00"])
    def test_times_of_every_time_zone_are_kept_in_utc(self, time: str) -> None:
        run = under_way(RESULT | {"startedAt": f"2026-01-05T{time}"})
        assert (NOW, UTC) == (run.started_at, run.started_at.tzinfo)


class TestRefused:
    @pytest.mark.parametrize("name", sorted(RESULT.keys() - {"phase", *OF_CONNECTION}))
    def test_a_missing_field_is_named(self, name: str) -> None:
        assert f"{name}: is missing" == complaint(without(RESULT, name))

    @pytest.mark.parametrize("name", sorted(OF_CONNECTION))
    def test_what_only_the_result_of_a_lag_may_lack_is_named(self, name: str) -> None:
        assert name in complaint(without(RESULT, name))

    @pytest.mark.parametrize(
        ("event", "expected"),
        [
            (REQUEST | {"phase": "DELETING_CONNECTION"}, "reason: is missing"),
            ({"phase": "COMPLETED"}, "reason: is missing"),
            (RESULT | {"force": POISON}, "force: is no known field"),
            (with_request(force=POISON), "request.force: is no known field"),
            (with_plan(lag_id=POISON), "plan.lag_id: is no known field"),
            (with_connection(mac_sec_capable=True), "connectionAtStart.mac_sec_capable: is no known field"),
            (with_connection(authKey=POISON), "connectionAtStart.authKey"),
            (RESULT | {"plan": without(PLAN, "lagId")}, "plan.lagId: is missing"),
            (with_plan(virtualInterfaces=[{}]), "plan.virtualInterfaces.0"),
            (RESULT | {"connectionAtStart": without(CONNECTION, "state")}, "connectionAtStart.state"),
            (with_connection(tags={"a": 1}), "connectionAtStart.tags.a: "),
            (RESULT | {"guards": [without(VERDICT, "reason")]}, "guards.0.reason: "),
            (RESULT | {"guards": [VERDICT | {"outcome": POISON}]}, "guards.0.outcome: "),
            (RESULT | {"calls": [without(CALL, "resourceId")]}, "calls.0.resourceId: "),
            *[
                (RESULT | {"calls": [CALL | {name: POISON}]}, f"calls.0.{name}: ")
                for name in ("action", "requestedAt", "outcome")
            ],
            (RESULT | {"virtualInterfaces": [{"virtualInterfaceId": POISON}]}, "virtualInterfaces.0.state: is missing"),
            (RESULT | {"event": {"id": None, "time": None, "detail": POISON}}, "event.detail: "),
            (with_request(overrides=[CONSENT | {"guard": "plan"}]), "request.overrides.0: guard plan cannot be"),
        ],
        ids=brief,
    )
    def test_a_wrong_part_is_named(self, event: object, expected: str) -> None:
        assert complaint(event).startswith(expected)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("phase", value) for value in (POISON, None, "completed")],
            *[("guards", None), ("calls", POISON), ("waitSeconds", "10"), ("alreadyGone", 0)],
            *[("virtualInterfaces", POISON), ("execution", POISON)],
            # Without a time zone, without a time, and a Unix timestamp.
            *[("startedAt", value) for value in ("2026-01-05T12:00:00", "2026-01-05", "1767614400")],
        ],
        ids=brief,
    )
    def test_a_wrong_value_is_refused_by_its_field(self, field: str, value: object) -> None:
        assert complaint(RESULT | {field: value}).startswith(f"{field}: ")

    @pytest.mark.parametrize(
        "plan",
        [
            {"digest": "0" * 64},
            {"virtualInterfaces": []},
            {"connectionId": OTHER_ID},
            {"lagId": f"dxlag-{POISON}{POISON}"},
        ],
        ids=brief,
    )
    def test_a_plan_that_does_not_have_its_digest(self, plan: dict[str, object]) -> None:
        assert "plan: digest is not that of this plan" == complaint(with_plan(**plan))

    @pytest.mark.parametrize(
        ("event", "expected"),
        [
            (RESULT | {"connectionId": OTHER_ID}, DIFFERS_FROM_REQUEST),
            (RESULT | {"connectionId": OTHER_ID, "phase": "COMPLETED"}, DIFFERS_FROM_REQUEST),
            (with_request(connectionId=OTHER_ID), DIFFERS_FROM_REQUEST),
            (with_request(connectionId=OTHER_ID) | {"connectionId": OTHER_ID}, DIFFERS),
            (with_connection(connectionId=OTHER_ID), DIFFERS),
            (
                with_request(dryRun=True),
                "request.dryRun is true, and a dry run is never in phase DELETING_VIRTUAL_INTERFACES",
            ),
            (RESULT | {"plan": None}, NO_PLAN),
            (RESULT | {"connectionAtStart": None}, NO_PLAN),
            (RESULT | {"phaseStartedAt": "2026-01-05T11:59:59Z"}, "phaseStartedAt is before startedAt"),
        ],
        ids=brief,
    )
    def test_parts_that_contradict_each_other(self, event: object, expected: str) -> None:
        assert expected == complaint(event)

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"startedAt": LATER, "phaseStartedAt": LATER}, "startedAt: lies in the future"),
            ({"phase": "BLOCKED", "startedAt": LATER}, "startedAt: lies in the future"),
            ({"phaseStartedAt": LATER}, "phaseStartedAt: lies in the future"),
            ({"startedAt": POISON}, "startedAt: is not a time in ISO 8601"),
            ({"startedAt": 1_767_614_400}, "startedAt: is not a time in ISO 8601"),
            ({"startedAt": "9999-12-31T23:59:59-14:00"}, "startedAt: is out of range"),
        ],
        ids=brief,
    )
    def test_wrong_times(self, fields: dict[str, object], expected: str) -> None:
        assert expected == complaint(RESULT | fields)


def test_a_call_without_a_time_zone_is_refused() -> None:
    (call, *others) = RESULT["calls"]
    naive = RESULT | {"calls": [call | {"requestedAt": "2026-11-02T02:00:00"}, *others]}
    assert "calls: requestedAt has no time zone" == complaint(naive)
