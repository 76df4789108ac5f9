"""What people and machines are told, by how a run ended."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from decommission.run import Phase
from notifier.message import DETAIL_TYPES, MOST_OF_A_SECTION, of_execution, of_plan, of_report
from sandbox.stack import ROOT
from tests.step.worlds import MEMBER_IDS
from tests.support.pages import recorded
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, START

RECORD = "s3://records/dxcon-fg5678gh/2026-11-02T02-00-00.000000Z/"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:decommission:site-a"
ID = CONNECTION_ID
MEMBERS = [CONNECTION_ID, *MEMBER_IDS]
DIGEST = "23428ce30bce437c0b7f7f64b81c1e99604703b3fe519e0c32a5eb9e45cb35aa"
SCHEMA = json.loads((ROOT / "events/decided/schema.json").read_text())


def report(phase: str, **changes: object) -> dict[str, Any]:
    """Make a report with the members that a message is made of."""
    return {
        "connectionId": "dxcon-fg5678gh",
        "phase": phase,
        "reason": "dxcon-fg5678gh is gone",
        "connectionAtStart": {"name": "site-a", "bandwidth": "10Gbps", "location": "EqFA5"},
        "region": "eu-central-1",
        "account": "123456789012",
        "plan": {"digest": DIGEST},
        "guards": [],
        "calls": [],
        "deleted": ["dxvif-aaaaaaa1", "dxcon-fg5678gh"],
        "goneWithoutThisRun": [],
        "deletedOrMovedByOthers": [],
        "leftBehind": [{"id": "dxgw-1", "why": "gateways stay"}],
        "toDo": ["cancel the cross-connect at EqFA5"],
        "estimatedMonthlySavingUsd": 1642.5,
        "digestOfWhatIsLeft": None if phase == "COMPLETED" else DIGEST,
        "whatIsLeft": None,
        "request": {"reason": "Site A is closed, CHG-1234", "dryRun": False},
        "execution": EXECUTION,
        "endedAt": "2026-11-02T02:14:00+00:00",
    } | changes


def execution(status: str, **changes: object) -> dict[str, Any]:
    """Describe an execution as DescribeExecution does."""
    request = json.dumps({"connectionId": "dxcon-fg5678gh", "reason": "do not quote me"})
    ran = {"startDate": START, "stopDate": START + timedelta(hours=1)}
    return {"executionArn": EXECUTION, "status": status, "input": request} | ran | changes


def plan(phase: str, **changes: object) -> dict[str, Any]:
    """Make a plan.json with the members that a message is made of."""
    interfaces = [{"virtualInterfaceId": "dxvif-aaaaaaa1"}]
    return {
        **{name: value for name, value in report(phase).items() if name not in {"deleted", "endedAt"}},
        "reason": "the plan is made",
        "plan": {"digest": DIGEST, "virtualInterfaces": interfaces, "keepsConnection": False},
        "approvalTag": {"key": "decommission", "value": "approved:23428ce30bce"},
        "protectionTagKey": "decommission-protected",
        "noticeEndsAt": "2026-11-02T03:00:00+00:00",
        "earliestDeletion": "2026-11-02T03:00:00+00:00",
    } | changes


class TestPlan:
    def test_a_notice(self) -> None:
        told = of_plan(plan("NOTICE"), RECORD)
        assert told is not None
        assert "[dx-decommission] dxcon-fg5678gh will be deleted after 2026-11-02 03:00:00 UTC" == told.subject
        assert (
            "What: dxcon-fg5678gh (site-a, 10Gbps, EqFA5, eu-central-1, account 123456789012): will be deleted\n\n"
            "When: not before 2026-11-02 03:00:00 UTC; then all guards are asked once more\n\n"
            "Will be deleted: dxvif-aaaaaaa1, dxcon-fg5678gh\n\n"
            "What to do:\n"
            "- if it is still needed, set the tag decommission-protected on it, or take off the tag decommission, "
            "before 2026-11-02 03:00:00 UTC\n"
            "- look at plan.html in the record to see what is connected to it\n\n"
            "Asked for because: Site A is closed, CHG-1234\n\n"
            f"Record: {RECORD}\n\n"
            f"Execution: {EXECUTION}\n"
        ) == told.text

    def test_a_connection_that_stays_is_not_among_what_is_deleted(self) -> None:
        some = {"reason": "x", "dryRun": False, "virtualInterfaceIds": ["dxvif-aaaaaaa1"]}
        told = of_plan(plan("NOTICE", request=some, plan=plan("NOTICE")["plan"] | {"keepsConnection": True}), RECORD)
        assert told is not None
        assert "What: 1 virtual interface of dxcon-fg5678gh (" in told.text
        assert "Will be deleted: dxvif-aaaaaaa1\n" in told.text

    def test_it_says_what_is_rehearsed(self) -> None:
        asked = {"reason": "x", "dryRun": False, "rehearsalMinutes": 30}
        told = of_plan(plan("NOTICE", request=asked, earliestDeletion="2026-11-02T03:35:00+00:00"), RECORD)
        assert told is not None
        assert "Rehearsal: BGP goes down for 30 minutes, not before 2026-11-02 03:00:00 UTC\n" in told.text
        assert "When: not before 2026-11-02 03:35:00 UTC;" in told.text

    @pytest.mark.parametrize("phase", ["PLANNED", "BLOCKED", "DELETING_VIRTUAL_INTERFACES", "DELETING_CONNECTION"])
    def test_another_plan_is_not_told(self, phase: str) -> None:
        assert of_plan(plan(phase), RECORD) is None


class TestReport:
    def test_a_completed_run(self) -> None:
        told = of_report(report("COMPLETED"), RECORD)
        assert "[dx-decommission] dxcon-fg5678gh COMPLETED" == told.subject
        assert (
            "What: dxcon-fg5678gh (site-a, 10Gbps, EqFA5, eu-central-1, account 123456789012): COMPLETED\n\n"
            "Why: dxcon-fg5678gh is gone\n\n"
            "Deleted: dxvif-aaaaaaa1, dxcon-fg5678gh\n\n"
            "Left behind:\n- dxgw-1: gateways stay\n\n"
            "What to do:\n- cancel the cross-connect at EqFA5\n\n"
            "Saving: about 1,642 USD a month\n\n"
            f"To build it again: {RECORD}restore/README.txt\n\n"
            "Asked for because: Site A is closed, CHG-1234\n\n"
            f"Record: {RECORD}\n\n"
            f"Execution: {EXECUTION}\n"
        ) == told.text

    @pytest.mark.parametrize(
        ("phase", "name", "title"),
        [
            ("COMPLETED", "goneWithoutThisRun", "Gone without this run"),
            ("BLOCKED", "deletedOrMovedByOthers", "Deleted or moved by others"),
        ],
    )
    def test_what_others_deleted_is_told_apart(self, phase: str, name: str, title: str) -> None:
        told = of_report(report(phase, deleted=[], **{name: ["dxvif-aaaaaaa1", "dxcon-fg5678gh"]}), RECORD)
        assert f"\n\n{title}: dxvif-aaaaaaa1, dxcon-fg5678gh\n" in told.text
        assert "Deleted: " not in told.text

    def test_of_an_id_that_may_be_mistyped_it_does_not_say_that_it_is_gone(self) -> None:
        gone = report("COMPLETED", plan=None, deleted=[], toDo=[], goneWithoutThisRun=["dxcon-fg5678gh"])
        assert "Gone without this run" not in of_report(gone, RECORD).text

    @pytest.mark.parametrize("changes", [{"deleted": []}, {"plan": None}])
    def test_without_a_deletion_there_is_nothing_to_build_again(self, changes: dict[str, Any]) -> None:
        assert "To build it again" not in of_report(report("COMPLETED", **changes), RECORD).text

    @pytest.mark.parametrize(
        ("ids", "about"),
        [
            (["dxvif-aaaaaaa1"], "1 virtual interface of dxcon-fg5678gh"),
            (["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"], "2 virtual interfaces of dxcon-fg5678gh"),
        ],
    )
    def test_some_interfaces_are_not_told_as_their_connection(self, ids: list[str], about: str) -> None:
        request = {"reason": "closed", "dryRun": False, "virtualInterfaceIds": ids}
        told = of_report(report("COMPLETED", request=request), RECORD)
        assert f"[dx-decommission] {about} COMPLETED" == told.subject
        assert told.text.startswith(f"What: {about} (site-a, ")
        assert f"Asked for: {', '.join(ids)}\n" in told.text
        assert ids == told.detail["virtualInterfaceIds"]
        gone = of_report(report("COMPLETED", request=request, plan=None), RECORD)
        assert "make sure that the ids are right" == gone.detail["toDo"][0]

    def test_a_blocked_run_names_each_guard_on_a_line_of_its_own(self) -> None:
        guards = [
            {"guard": "state", "outcome": "PASS", "reason": "fine"},
            {"guard": "approval", "outcome": "BLOCK", "reason": "no tag"},
            {"guard": "routes", "outcome": "BLOCK", "reason": "announced here only"},
        ]
        told = of_report(report("BLOCKED", guards=guards), RECORD)
        assert "Why:\n- approval: no tag\n- routes: announced here only\n" in told.text
        assert ["remove the cause, or consent with an override of routes that names the ids; then start a new run"] == (
            told.detail["toDo"][:1]
        )

    @pytest.mark.parametrize(("phase", "prefix"), [("BLOCKED", ""), ("PLANNED", "a run would be blocked: ")])
    def test_a_guard_that_cannot_be_overridden_is_not_advised_to_be(self, phase: str, prefix: str) -> None:
        guards = [{"guard": "approval", "outcome": "BLOCK", "reason": "no tag"}]
        told = of_report(report(phase, guards=guards), RECORD)
        assert f"{prefix}remove the cause; then start a new run" == told.detail["toDo"][0]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"reason": "a partner's; no override helps against this"}, id="nobody can consent"),
            pytest.param({"reason": "it is an interconnect now"}, id="the connection itself is gone"),
        ],
    )
    def test_consent_that_covers_nothing_is_not_advised(self, changes: dict[str, str]) -> None:
        said = {"guard": "hosted-connections", "outcome": "BLOCK"} | changes
        left = DIGEST if "override" in changes["reason"] else None
        told = of_report(report("BLOCKED", guards=[said], digestOfWhatIsLeft=left), RECORD)
        assert "remove the cause; then start a new run" == told.detail["toDo"][0]

    def test_what_was_gone_already_is_told_apart(self) -> None:
        told = of_report(report("COMPLETED", plan=None, deleted=[], toDo=[]), RECORD)
        assert (True, False) == (told.detail["alreadyGone"], told.detail["dryRun"])
        assert "make sure that the id is right" in told.text

    def test_what_an_earlier_run_deleted_leads_to_its_report(self) -> None:
        told = of_report(report("COMPLETED", plan=None, deleted=[], toDo=[], deletedBy="s3://records/x/"), RECORD)
        assert ["what people have to do is in the report of that run: s3://records/x/report.html"] == told.detail[
            "toDo"
        ]
        assert "make sure that the id is right" not in told.text

    def test_a_blocked_run_says_where_it_stands(self) -> None:
        guards = [{"guard": "approval", "outcome": "BLOCK", "reason": "no tag"}]
        left = "this run deletes nothing more; it has left dxlag-1; still there: dxcon-fg5678gh (available)"
        told = of_report(report("BLOCKED", guards=guards, deleted=[], whatIsLeft=left), RECORD)
        assert f"Where it stands: {left}\n" in told.text
        assert ("Left behind" in told.text, "Plan of what is left" in told.text) == (False, False)

    def test_a_run_that_stopped_half_way_names_the_plan_of_what_is_left(self) -> None:
        told = of_report(report("TIMED_OUT", digestOfWhatIsLeft=DIGEST, calls=[{"outcome": "REFUSED"}]), RECORD)
        assert f"Plan of what is left: {DIGEST}" in told.text
        assert "start a new run, which goes on from there" in told.text

    def test_a_run_that_had_no_time_to_begin_needs_more_patience(self) -> None:
        told = of_report(report("TIMED_OUT", reason="too little time was left to begin: the deadline is near"), RECORD)
        assert "too little time was left to begin: start a new run, with more patienceMinutes" in told.text

    def test_a_dry_run_says_how_its_plan_is_approved(self) -> None:
        told = of_report(report("PLANNED", toDo=[]), RECORD)
        assert f"give its digest as planDigest, or the first 12 digits of it in the approval tag: {DIGEST}" in told.text
        assert [DIGEST in step for step in told.detail["toDo"]] == [True]

    def test_what_is_not_known_is_left_out(self) -> None:
        unknown = report(
            "BLOCKED", plan=None, connectionAtStart=None, execution=None, request={"reason": None, "dryRun": True}
        )
        told = of_report(unknown | {"estimatedMonthlySavingUsd": None, "account": None}, RECORD)
        assert "What: dxcon-fg5678gh (eu-central-1): BLOCKED\n" in told.text
        assert [word in told.text for word in ("None", "Saving", "Execution", "Asked for")] == [False] * 4

    def test_a_long_reason_is_cut(self) -> None:
        told = of_report(report("COMPLETED", reason="x" * 32_000), RECORD)
        assert "… (the record has the rest)" in told.text
        assert len(told.text) < MOST_OF_A_SECTION + 1_000

    @pytest.mark.parametrize("hidden", ["\n\nDeleted: dxcon-ffother2", "\u202eevil", "\u3164", "\x07"], ids=ascii)
    def test_what_others_wrote_stays_in_its_line(self, hidden: str) -> None:
        named = {"name": f"site-a{hidden}", "bandwidth": "10Gbps", "location": "EqFA5"}
        guards = [{"guard": "approval", "outcome": "BLOCK", "reason": f"the tag is {hidden}"}]
        told = of_report(report("BLOCKED", connectionAtStart=named, guards=guards, toDo=[hidden]), RECORD)
        assert hidden not in told.text
        assert told.text.count(hidden.encode("unicode-escape").decode()) == 3


class TestEvent:
    @pytest.mark.parametrize("phase", [phase for phase in DETAIL_TYPES if phase != "NOTICE"])
    @pytest.mark.parametrize("plan", [{"digest": DIGEST}, None], ids=["planned", "without a plan"])
    def test_it_fits_the_schema(self, phase: str, plan: object) -> None:
        told = of_report(report(phase, plan=plan), RECORD)
        event = {"source": "dx-decommission", "detail-type": told.detail_type, "detail": told.detail}
        jsonschema.validate(event, SCHEMA)

    def test_the_example_fits_the_schema(self) -> None:
        jsonschema.validate(json.loads((ROOT / "events/decided/completed.json").read_text()), SCHEMA)

    def test_that_of_a_notice_fits_the_schema(self) -> None:
        told = of_plan(plan("NOTICE"), RECORD)
        assert told is not None
        event = {"source": "dx-decommission", "detail-type": told.detail_type, "detail": told.detail}
        jsonschema.validate(event, SCHEMA)
        for missing in ("noticeEndsAt", "earliestDeletion", "planDigest"):
            with pytest.raises(jsonschema.ValidationError, match=missing):
                jsonschema.validate(event | {"detail": {k: v for k, v in told.detail.items() if k != missing}}, SCHEMA)

    def test_there_is_one_for_a_notice_and_for_each_phase_that_ends_a_run(self) -> None:
        assert {Phase.NOTICE, *(phase for phase in Phase if not phase.waits)} == set(DETAIL_TYPES)
        assert set(DETAIL_TYPES.values()) == set(SCHEMA["properties"]["detail-type"]["enum"])


class TestWholeLag:
    """What a run for a LAG has recorded."""

    def test_its_end_names_the_lag_and_all_that_is_gone(self) -> None:
        told = of_report(recorded("lag").report(), RECORD)
        assert f"[dx-decommission] {LAG_ID} COMPLETED" == told.subject
        described = f"{LAG_ID} (lag, 3 x 1Gbps, EqFA5, eu-central-1, account {ACCOUNT})"
        assert told.text.startswith(f"What: {described}: COMPLETED")
        assert f"Deleted: dxvif-aaaaaaa0, dxvif-aaaaaaa1, dxvif-ofmember, {', '.join(MEMBERS)}, {LAG_ID}\n" in told.text
        assert all(f"- cancel the cross-connect of {id_} at EqFA5" in told.text for id_ in MEMBERS)
        assert (LAG_ID, False) == (told.detail["lagId"], "connectionId" in told.detail)

    def test_half_of_its_end_says_what_to_cancel_and_what_the_minimum_was(self) -> None:
        told = of_report(recorded("lag-half-way").report(), RECORD)
        assert all(f"- cancel the cross-connect of {id_} at EqFA5" in told.text for id_ in MEMBERS)
        assert f"the minimum of links of {LAG_ID} was 2 when the run began, and is 0" in told.text
        assert f"{LAG_ID} (available)" in told.text

    def test_its_notice_names_all_that_goes(self) -> None:
        told = of_plan(recorded("lag-notice").document("plan.json"), RECORD)
        assert told is not None
        ids = f"dxvif-aaaaaaa0, dxvif-aaaaaaa1, dxvif-ofmember, {', '.join(MEMBERS)}, {LAG_ID}"
        assert f"Will be deleted: {ids}\n" in told.text

    @pytest.mark.parametrize("run", ["lag", "lag-half-way", "lag-planned"])
    def test_its_event_fits_the_schema(self, run: str) -> None:
        told = of_report(recorded(run).report(), RECORD)
        event = {"source": "dx-decommission", "detail-type": told.detail_type, "detail": told.detail}
        jsonschema.validate(event, SCHEMA)
        for wrong in ({"connectionId": ID}, {"lagId": ID}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(event | {"detail": told.detail | wrong}, SCHEMA)


class TestExecution:
    @pytest.mark.parametrize(
        "described",
        [
            execution("SUCCEEDED"),
            execution("FAILED", error="Blocked", cause="blocked by approval"),
            execution("FAILED", error="TimedOut", cause="the deadline has passed"),
        ],
        ids=["succeeded", "blocked", "timed out"],
    )
    def test_a_run_with_a_report_is_not_told_twice(self, described: dict[str, Any]) -> None:
        assert of_execution(described) is None

    @pytest.mark.parametrize(
        ("described", "subject", "words"),
        [
            pytest.param(
                execution("FAILED", error="AwsDeniedError", cause='{"errorMessage": "denied it", "stackTrace": ["x"]}'),
                "dxcon-fg5678gh FAILED with AwsDeniedError",
                ["Why: denied it", "find out what denies the call", EXECUTION],
                id="denied",
            ),
            pytest.param(
                execution("FAILED", error="Lambda.Unknown", cause="exit status 1"),
                "dxcon-fg5678gh FAILED with Lambda.Unknown",
                ["Why: exit status 1", "redrive"],
                id="an error of Lambda",
            ),
            pytest.param(
                execution("FAILED", error="UnknownPhase", cause="Deploy the two together."),
                "dxcon-fg5678gh FAILED with UnknownPhase",
                ["then start a new run"],
                id="an unknown phase",
            ),
            pytest.param(
                execution("ABORTED"),
                "dxcon-fg5678gh ABORTED",
                ["CloudTrail (StopExecution) says who", "start a new run to finish"],
                id="stopped",
            ),
            pytest.param(execution("TIMED_OUT"), "dxcon-fg5678gh TIMED_OUT", ["time-out of the state"], id="timed out"),
            pytest.param(
                execution("FAILED", input=None), "unknown connection FAILED with an unknown error", [], id="no input"
            ),
            pytest.param(execution("FAILED", cause='["odd"]'), "FAILED", ['Why: ["odd"]'], id="an odd cause"),
        ],
    )
    def test_any_other_end_is_told(self, described: dict[str, Any], subject: str, words: list[str]) -> None:
        told = of_execution(described)
        assert told is not None
        assert subject in told.subject
        assert [word for word in words if word not in told.text] == []
        assert told.detail_type is None

    @pytest.mark.parametrize(
        ("event", "about"),
        [
            pytest.param({"connectionId": ID}, f"{ID} (eu-central-1, account 123456789012)", id="a request"),
            pytest.param(
                {"reason": "instead of dxcon-ffother2", "connectionId": ID},
                f"{ID} (eu-central-1, account 123456789012)",
                id="a reason that names another one first",
            ),
            pytest.param(
                {"connectionId": ID, "region": "us-east-1", "roleArn": "arn:aws:iam::210987654321:role/spoke"},
                f"{ID} (us-east-1, account 210987654321)",
                id="of another account and region",
            ),
            pytest.param(
                {"connectionId": ID, "region": "<b>", "roleArn": "anybody's"},
                f"{ID} (eu-central-1, account 123456789012)",
                id="of a place that cannot be",
            ),
            pytest.param(
                {"source": "site", "detail": {"connectionId": ID, "region": "us-east-1"}},
                f"{ID} (us-east-1, account 123456789012)",
                id="an event",
            ),
            pytest.param(
                {"policy": {"name": "old"}, "resource": {"connectionId": ID}},
                f"{ID} (eu-central-1, account 123456789012)",
                id="Cloud Custodian's event",
            ),
            pytest.param(
                {"connectionId": ID, "detail": {"connectionId": "dxcon-ffother2"}},
                "unknown connection (eu-central-1, account 123456789012)",
                id="two of them",
            ),
            pytest.param(["dxcon-ffother2"], "unknown connection (eu-central-1, account 123456789012)", id="a list"),
        ],
    )
    def test_it_names_the_connection_that_the_run_was_about(self, event: object, about: str) -> None:
        told = of_execution(execution("ABORTED", input=json.dumps(event)))
        assert told is not None
        assert f"What: {about}: the execution ended as ABORTED." in told.text
        assert "ffother2" not in told.text

    def test_it_says_where_the_record_is_if_it_knows(self) -> None:
        told = of_execution(execution("ABORTED"))
        assert told is not None
        assert f"Record: in the bucket, the folder {ID}/<start of the run>/, if a step got that far; " in told.text
        unknown = of_execution(execution("ABORTED", input="{}"))
        assert unknown is not None
        assert "Record" not in unknown.text

    def test_its_input_is_not_quoted(self) -> None:
        told = of_execution(execution("ABORTED"))
        assert told is not None
        assert "do not quote me" not in told.text

    def test_the_subject_is_one_line_that_sns_takes(self) -> None:
        told = of_execution(execution("FAILED", error="é\n" * 100))
        assert told is not None
        assert told.subject.isascii()
        assert told.subject.isprintable()
        assert 100 == len(told.subject)

    @pytest.mark.parametrize(
        ("fields", "is_told"),
        [
            ({"rehearsalMinutes": 60}, True),
            *[({"rehearsalMinutes": minutes}, False) for minutes in (0, "60; rm", None)],
            ({"rehearsalMinutes": 60, "dryRun": False}, True),
            ({"rehearsalMinutes": 60, "dryRun": True}, False),
        ],
    )
    def test_bgp_may_be_down_on_trial(self, fields: dict[str, object], *, is_told: bool) -> None:
        for status in ("ABORTED", "FAILED"):
            event = json.dumps({"connectionId": ID} | fields)
            told = of_execution(execution(status, input=event, error="AwsBusyError"))
            assert told is not None
            assert is_told == ("BGP may be down on trial: AWS ends the tests" in told.text)

    @pytest.mark.parametrize(("seconds", "is_told"), [(2, False), (600, True)])
    def test_a_first_step_that_refused_the_request_took_nothing_down(self, seconds: float, *, is_told: bool) -> None:
        """A later step refuses what a deployment does not allow any more."""
        ran = {"startDate": START, "stopDate": START + timedelta(seconds=seconds)}
        event = json.dumps({"connectionId": ID, "rehearsalMinutes": 60})
        told = of_execution(execution("FAILED", input=event, error="InvalidRequestError", **ran))
        assert told is not None
        assert is_told == ("BGP may be down on trial" in told.text)
