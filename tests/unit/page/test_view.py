"""What the pages say."""

import json
import re
import shlex

import pytest

from page.render import as_html
from page.view import ORDER, view_of_plan
from tests.step.worlds import MEMBER_IDS
from tests.support.events import EXECUTION, ROLE
from tests.support.pages import RECORD, RUNS, recorded, views
from tests.support.strategies import CONNECTION_ID, LAG_ID


@pytest.mark.parametrize(
    ("run", "plan", "report"),
    [
        ("completed", "is being deleted by this plan", "is out of service"),
        ("planned", "would be deleted", "would be deleted"),
        ("notice", "will be deleted after its notice", "is out of service"),
        ("crowded-blocked", "is not deleted: its run is blocked", "is not out of service: its run was blocked"),
        ("timed-out", "is being deleted by this plan", "is not out of service: its run ran out of time"),
        ("gone", None, "was gone already"),
        *[("without-a-path-planned", *["would not be deleted: a run would be blocked"] * 2)],
    ],
)
def test_the_headline_says_what_became_of_the_connection(run: str, plan: str | None, report: str) -> None:
    found = {name: view.headline.removeprefix("dxcon-fg5678gh ") for name, view in views(recorded(run)).items()}
    assert {"report.html": report} | ({"plan.html": plan} if plan else {}) == found


@pytest.mark.parametrize(
    ("run", "plan", "report"),
    [
        ("some", "being deleted by this plan", "deleted, the rest stays"),
        ("some-planned", "to be deleted", "to be deleted"),
        ("some-gone", None, "gone already"),
    ],
)
def test_the_headline_says_what_became_of_some_interfaces(run: str, plan: str | None, report: str) -> None:
    about = "2 virtual interfaces of dxcon-fg5678gh: "
    found = {name: view.headline.removeprefix(about) for name, view in views(recorded(run)).items()}
    assert {"report.html": report} | ({"plan.html": plan} if plan else {}) == found


@pytest.mark.parametrize(
    ("run", "plan", "report"),
    [
        ("lag", "is being deleted by this plan", "is out of service"),
        ("lag-half-way", "is being deleted by this plan", "is not out of service: its run was blocked"),
        ("lag-notice", "will be deleted after its notice", "is out of service"),
        ("lag-planned", "would be deleted", "would be deleted"),
    ],
)
def test_the_headline_says_what_became_of_a_lag(run: str, plan: str, report: str) -> None:
    found = {name: view.headline.removeprefix(f"{LAG_ID} ") for name, view in views(recorded(run)).items()}
    assert {"report.html": report, "plan.html": plan} == found


def test_a_lag_is_drawn_with_its_connections_in_it() -> None:
    view = views(recorded("lag-half-way"))["report.html"]
    assert view.picture is not None
    (lag,) = [box for box in view.picture.boxes if box.lines[0].endswith(LAG_ID)]
    members = [box for box in view.picture.boxes if box.lines[0].endswith((CONNECTION_ID, *MEMBER_IDS))]
    assert ("left, available", "3 x 1Gbps, EqFA5") == (lag.lines[1], lag.lines[3])
    assert [("deleted", "has left the LAG")] * 3 == [box.lines[1:] for box in members]
    for box in members:
        assert lag.x < box.x
        assert box.x + box.width < lag.x + lag.width
        assert lag.y < box.y
        assert box.y + box.height < lag.y + lag.height


def test_a_plan_for_a_lag_says_how_to_approve_each_part_of_it() -> None:
    page = as_html(views(recorded("lag-planned"))["plan.html"])
    arns = [f"dxcon/{id_}" for id_ in (CONNECTION_ID, *MEMBER_IDS)] + [f"dxlag/{LAG_ID}"]
    assert arns == re.findall(r"tag-resource[^<]*?(dx[a-z]+/[0-9a-z-]+)", page)


def test_a_connection_that_stays_is_drawn_as_that() -> None:
    for view in views(recorded("some")).values():
        assert view.picture is not None
        (box,) = [box for box in view.picture.boxes if box.lines[0].endswith("dxcon-fg5678gh")]
        assert ("left", "stays") == (box.kind, box.lines[1])
    assert ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1"] == [row.id for row in views(recorded("some"))["report.html"].timeline]


def test_what_was_asked_for_and_never_answered_is_told_apart() -> None:
    fates = {row.id: row.fate.words for row in views(recorded("lost"))["report.html"].timeline}
    assert "gone; this run asked for it, and AWS's answer was lost" == fates["dxvif-aaaaaaa0"]
    assert "deleted" == fates["dxvif-aaaaaaa1"]


def test_a_run_that_stopped_half_way_shows_what_it_changed() -> None:
    plan, report = (views(recorded("half-way"))[name] for name in ("plan.html", "report.html"))
    assert plan.picture is not None
    assert report.picture is not None
    (before,), (after,) = (
        [box.lines[-1] for box in view.picture.boxes if box.lines[0].endswith(" dxcon-fg5678gh")]
        for view in (plan, report)
        if view.picture
    )
    assert ("in dxlag-fg5678gh", "has left dxlag-fg5678gh") == (before, after)
    assert ["dxcon-fg5678gh"] == [one["id"] for one in report.left_behind]


def test_some_interfaces_are_approved_one_by_one() -> None:
    plan = recorded("some-planned").document("plan.json")
    approval = view_of_plan(plan, RECORD).approval
    assert approval is not None
    commands = [shlex.split(command) for command in approval.command.replace("\\\n", "").splitlines()]
    arn = "arn:aws:directconnect:eu-central-1:123456789012:dxvif/"
    assert [f"{arn}dxvif-aaaaaaa{number}" for number in (0, 1)] == [command[6] for command in commands]
    assert {f"key=decommission,value=approved:{plan['plan']['digest'][:12]}"} == {command[-1] for command in commands}
    assert ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1"] == json.loads(approval.request)["virtualInterfaceIds"]


@pytest.mark.parametrize("left", [["dxvif-aaaaaaa1"], []])
def test_an_interface_of_another_account_cannot_be_approved(left: list[str]) -> None:
    plan = recorded("some-planned").document("plan.json")
    for v in plan["plan"]["virtualInterfaces"]:
        if v["virtualInterfaceId"] not in left:
            v["ownerAccount"] = "210987654321"
    approval = view_of_plan(plan, RECORD).approval
    assert ([] if approval is None else re.findall("dxvif/(.*) ", approval.command)) == left


@pytest.mark.parametrize("run", RUNS)
def test_what_blocks_comes_first(run: str) -> None:
    for view in views(recorded(run)).values():
        outcomes = [said.outcome for said in view.verdicts]
        assert outcomes == sorted(outcomes, key=ORDER.index)


def test_a_report_holds_everything_that_people_need() -> None:
    view = views(recorded("completed"))["report.html"]
    facts = dict(view.facts)
    assert "Site A is closed, CHG-1234" == facts["Asked for because"]
    assert ("EqFA5", "eu-central-1", "123456789012") == (facts["Location"], facts["Region"], facts["Account"])
    assert facts["Saving, estimated"].startswith("about ")
    assert "cancel the cross-connect at EqFA5 (its LOA-CFA, if there is one, names it)" in view.to_do
    assert () == view.left_behind
    assert all(call["requestId"] for call in view.calls)
    assert RECORD == view.record


def test_a_plan_with_a_notice_says_when_it_is_over() -> None:
    plans = {run: dict(views(recorded(run))["plan.html"].facts) for run in ("notice", "completed")}
    assert "2026-01-05 13:00:00 UTC" == plans["notice"]["Not before"]
    assert "Not before" not in plans["completed"]


def test_what_builds_it_again_is_named_where_something_was_deleted() -> None:
    named = {run: dict(views(recorded(run))["report.html"].facts).get("To build it again") for run in RUNS}
    assert f"{RECORD}restore/README.txt" == named["completed"] == named["half-way"]
    assert named["crowded-planned"] is None


def test_overrides_are_shown_with_their_reasons() -> None:
    (shown,) = views(recorded("crowded"))["report.html"].overrides
    assert ("foreign-interfaces", ["dxvif-aaaaaa05", "dxvif-aaaaaa06"]) == (shown["guard"], shown["ids"])


@pytest.mark.parametrize("run", [run for run in RUNS if not run.endswith("planned")])
def test_only_a_dry_run_asks_for_approval(run: str) -> None:
    assert {None} == {view.approval for view in views(recorded(run)).values()}


def test_the_command_tags_the_connection_where_it_is() -> None:
    around = recorded("planned")
    plan = around.document("plan.json")
    plan["approvalTag"] = {"key": "may be deleted", "value": "it's ok:0123456789ab"}
    plan["execution"] = EXECUTION.replace("arn:aws:", "arn:aws-us-gov:")
    plan["region"] = "us-gov-west-1"
    approval = view_of_plan(plan, RECORD).approval
    assert approval is not None
    assert [
        *("aws", "directconnect", "tag-resource", "--region", "us-gov-west-1"),
        *("--resource-arn", "arn:aws-us-gov:directconnect:us-gov-west-1:123456789012:dxcon/dxcon-fg5678gh"),
        *("--tags", "key=may be deleted,value=it's ok:0123456789ab"),
    ] == shlex.split(approval.command.replace("\\\n", ""))


def test_the_request_goes_to_the_same_place() -> None:
    plan = recorded("planned").document("plan.json")
    plan["request"] |= {"region": "us-east-1", "roleArn": ROLE}
    approval = view_of_plan(plan, RECORD).approval
    assert approval is not None
    assert {
        "connectionId": "dxcon-fg5678gh",
        "region": "us-east-1",
        "roleArn": ROLE,
        "planDigest": plan["plan"]["digest"],
    } == json.loads(approval.request)


def test_a_plan_says_what_it_rehearses() -> None:
    facts = {run: dict(views(recorded(run))["plan.html"].facts).get("Rehearsal") for run in ("rehearsed", "completed")}
    assert {"rehearsed": "BGP goes down for 60 minutes before anything is deleted", "completed": None} == facts
