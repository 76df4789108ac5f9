"""
What people and machines are told about the notice and the end of a run. Nothing here acts on anything.

A run that ends with a phase has a report, and the message is made of it. A run that ends in any other way (an error, a
time-out, somebody who stops it) has none, and the message is made of what Step Functions says.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from decommission.documents import RUN_OF_ITS_OWN, TOO_LITTLE_TIME, at_start, bandwidth_of, port_of
from decommission.guards import OVERRIDABLE
from decommission.guards.consent import NO_OVERRIDE_HELPS
from decommission.words import moment, several, visible

type JSON = dict[str, Any]
# One text, or some lines.
type Section = str | list[str] | None

# SNS takes at most 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
LONGEST_SUBJECT = 100
# An email is read by a person; the record holds the rest.
MOST_OF_A_SECTION = 4_000
# The detail-type of the event for machines, by phase. The rule that starts runs must never match one.
DETAIL_TYPES = {
    "NOTICE": "Decommission Announced",
    "COMPLETED": "Decommission Completed",
    "BLOCKED": "Decommission Blocked",
    "TIMED_OUT": "Decommission Timed Out",
    "PLANNED": "Decommission Planned",
}
# Executions that fail with these names have a report.
WITH_REPORT = {"Blocked", "TimedOut"}
REDRIVE = "remove the cause, then redrive the execution before the deadline of its run, or start a new run"
ADVICE = {
    "InvalidRequestError": "correct the request, then start a new run; the step that refused it called nothing",
    "AwsBusyError": (
        "AWS did not answer in any of the retries; if the region is right, redrive the execution before the deadline "
        "of its run"
    ),
    "AwsDeniedError": "find out what denies the call, as the error says; then redrive, or start a new run",
    "ConfigurationError": "the function is deployed wrongly; deploy it right, then redrive the execution",
    "UnknownPhase": "deploy the function and the state machine together, then start a new run",
}
NEW_RUN = "start a new run"
GO_ON = f"{NEW_RUN}, which goes on from there"
MORE_PATIENCE = f"{TOO_LITTLE_TIME}: {NEW_RUN}, with more patienceMinutes"
PROGRESS = "progress.json in it, if there is one, says what the last step was about to ask of AWS"
CHECK_ID = "make sure that the id is right, and that nobody still pays for the real one"
CHECK_IDS = "make sure that the ids are right"
START_ANEW = "see in Direct Connect what still exists; start a new run to finish, or order again what is needed"
STATUSES = {
    "ABORTED": "Somebody stopped the execution; CloudTrail (StopExecution) says who.",
    "TIMED_OUT": "The execution ran into the time-out of the state machine.",
}
CONNECTION_ID = re.compile(r"dxcon-[0-9a-z]{8,21}")
LAG_ID = re.compile(r"dxlag-[0-9a-z]{8,21}")
REGION = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}")
ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):role/.+")
MINUTES = re.compile(r"[1-9][0-9]{0,2}")
# Each input names one of these.
PORTS = {"connectionId", "lagId"}
# What is read of an input, and in which form.
FORMS = {
    "connectionId": CONNECTION_ID,
    "lagId": LAG_ID,
    "region": REGION,
    "roleArn": ROLE_ARN,
    "rehearsalMinutes": MINUTES,
    # As Python spells what JSON spells true.
    "dryRun": re.compile("True"),
}
# The first step refuses a request, and takes nothing down. A later one refuses what a deployment has changed meanwhile.
FIRST_STEP = timedelta(minutes=1)
MAY_BE_DOWN = (
    "BGP may be down on trial: AWS ends the tests of a rehearsal itself, and StopBgpFailoverTest does so at once"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``detail_type`` and ``detail`` are the event for machines; None if there is none."""

    subject: str
    text: str
    detail_type: str | None = None
    detail: JSON = field(default_factory=dict)


def of_plan(plan: JSON, record: str) -> Message | None:
    """Make the message about the plan of a run with a notice; None for any other plan."""
    if plan["phase"] != "NOTICE":
        return None
    notice_ends, earliest = (moment(datetime.fromisoformat(plan[n])) for n in ("noticeEndsAt", "earliestDeletion"))
    minutes = plan["request"].get("rehearsalMinutes")
    about, planned = _about(plan), [v["virtualInterfaceId"] for v in plan["plan"]["virtualInterfaces"]]
    ids = (
        planned
        if plan["plan"].get("keepsConnection")
        else [*planned, *plan["plan"].get("memberIds", ()), port_of(plan)[1]]
    )
    protection, approval = plan["protectionTagKey"], plan["approvalTag"]["key"]
    to_do = [
        f"if it is still needed, set the tag {protection} on it, or take off the tag {approval}, before {notice_ends}",
        "look at plan.html in the record to see what is connected to it",
    ]
    sections: dict[str, Section] = {
        "What": f"{about}{_described(plan)}: will be deleted",
        "Rehearsal": f"BGP goes down for {several(minutes, 'minute')}, not before {notice_ends}" if minutes else None,
        "When": f"not before {earliest}; then all guards are asked once more",
        "Will be deleted": ", ".join(ids),
        "What to do": to_do,
        "Asked for because": plan["request"]["reason"],
        "Record": record,
        "Execution": plan["execution"],
    }
    return Message(
        subject=subject(f"{about} will be deleted after {earliest}"),
        text=text(sections),
        detail_type=DETAIL_TYPES["NOTICE"],
        detail=_detail(plan, record, to_do) | {name: plan[name] for name in ("noticeEndsAt", "earliestDeletion")},
    )


def of_report(report: JSON, record: str) -> Message:
    """Make the message about a decided end; ``record`` is the address of the run's folder in S3."""
    phase = report["phase"]
    named, about = report["request"].get("virtualInterfaceIds") or [], _about(report)
    to_do = [*next_steps(report), *report["toDo"]]
    is_completed = phase == "COMPLETED"
    sections: dict[str, Section] = {
        "What": f"{about}{_described(report)}: {phase}",
        "Asked for": ", ".join(named),
        "Why": _why(report),
        "Deleted": ", ".join(report["deleted"]),
        # Without a plan, nobody knows whether it ever was there.
        "Gone without this run": ", ".join(report["goneWithoutThisRun"]) if report["plan"] else None,
        "Deleted or moved by others": ", ".join(report["deletedOrMovedByOthers"]),
        "Left behind": [f"{left['id']}: {left['why']}" for left in report["leftBehind"] if is_completed],
        "Where it stands": report["whatIsLeft"] if phase == "BLOCKED" else None,
        "Plan of what is left": report["digestOfWhatIsLeft"] if phase == "TIMED_OUT" else None,
        "What to do": to_do,
        "Saving": _saving(report),
        "To build it again": f"{record}restore/README.txt" if report["plan"] and report["deleted"] else None,
        "Asked for because": report["request"]["reason"],
        "Record": record,
        "Execution": report["execution"],
    }
    return Message(
        subject=subject(f"{about} {phase}"),
        text=text(sections),
        detail_type=DETAIL_TYPES[phase],
        detail=_detail(report, record, to_do)
        | {
            "alreadyGone": is_completed and report["plan"] is None,
            "deleted": report["deleted"],
            "endedAt": report["endedAt"],
        },
    )


def _about(document: JSON) -> str:
    named = document["request"].get("virtualInterfaceIds") or ()
    interfaces = f"{len(named)} virtual interface{'' if len(named) == 1 else 's'} of "
    return f"{interfaces if named else ''}{port_of(document)[1]}"


def _detail(document: JSON, record: str, to_do: list[str]) -> JSON:
    """Return what the events about a plan and about a report have in common."""
    name, id_ = port_of(document)
    return {
        name: id_,
        "virtualInterfaceIds": document["request"].get("virtualInterfaceIds") or [],
        "region": document["region"],
        # Reports of the first release lack it.
        "account": document.get("account"),
        "phase": document["phase"],
        "dryRun": document["request"]["dryRun"],
        "reason": cut(document["reason"]),
        "planDigest": document["plan"]["digest"] if document["plan"] else None,
        "toDo": to_do,
        "record": record,
        "execution": document["execution"],
    }


def next_steps(report: JSON) -> list[str]:
    """Say what a person does next, besides what the report lists."""
    blocks = [said["guard"] for said in report["guards"] if said["outcome"] == "BLOCK"]
    consent = _may_be_consented_to(report)
    override = f", or consent with an override of {', '.join(consent)} that names the ids" if consent else ""
    remove = f"remove the cause{override}"
    match report["phase"]:
        case "PLANNED" if blocks:
            return [f"a run would be blocked: {remove}; then {NEW_RUN}"]
        case "PLANNED" if report["plan"]:
            digest = report["plan"]["digest"]
            approve = "give its digest as planDigest, or the first 12 digits of it in the approval tag"
            return [f"look at plan.html in the record; to approve this plan only, {approve}: {digest}"]
        case "COMPLETED" if report["plan"] is None:
            return [_if_gone(report)]
        case "BLOCKED":
            return ["; then ".join([remove, *_new_run(report, NEW_RUN)])]
        case "TIMED_OUT":
            return _new_run(report, MORE_PATIENCE if TOO_LITTLE_TIME in report["reason"] else GO_ON)
        case _:
            return []


def _new_run(report: JSON, advice: str) -> list[str]:
    """Give this advice, unless connections have left a LAG, of which a new run of it knows nothing."""
    if not any(line.startswith(RUN_OF_ITS_OWN) for line in report["toDo"]):
        return [advice]
    id_ = port_of(report)[1]
    return [f"start a new run of {id_} for what is left of it"] if report["digestOfWhatIsLeft"] else []


def _may_be_consented_to(report: JSON) -> list[str]:
    """List the guards whose blocks an override of a new run can cover."""
    # Of what is not there, such as a connection that became an interconnect, a new run makes no plan.
    if report["digestOfWhatIsLeft"] is None:
        return []
    return [
        said["guard"]
        for said in report["guards"]
        if said["outcome"] == "BLOCK"
        and said["guard"] in OVERRIDABLE
        and not said["reason"].endswith(NO_OVERRIDE_HELPS)
    ]


def _if_gone(report: JSON) -> str:
    if deleted_by := report.get("deletedBy"):
        return f"what people have to do is in the report of that run: {deleted_by}report.html"
    return CHECK_IDS if report["request"].get("virtualInterfaceIds") else CHECK_ID


def of_execution(described: JSON) -> Message | None:
    """
    Make the message about an execution that DescribeExecution shows as ended; None if its run has a report.

    Of its input only ids of the right form are quoted: the rest may be anybody's.
    """
    status, error = described["status"], described.get("error") or ""
    if status == "SUCCEEDED" or error in WITH_REPORT:
        return None
    asked = _asked(described.get("input") or "")
    id_ = asked.get("connectionId") or asked.get("lagId") or "unknown connection"
    _, _, _, region, account, *_ = described["executionArn"].split(":")
    where = f"{asked.get('region', region)}, account {asked.get('roleArn', account)}"
    ended, down = ended_as(described), [MAY_BE_DOWN] if _may_have_rehearsed(described, asked) else []
    sections: dict[str, Section] = {
        "What": f"{id_} ({where}): the execution ended as {ended}. There is no report of its run.",
        "Why": why_it_ended(described),
        "What to do": [START_ANEW if status in STATUSES else ADVICE.get(error, REDRIVE), *down],
        "Record": f"in the bucket, the folder {id_}/<start of the run>/, if a step got that far; {PROGRESS}"
        if asked
        else None,
        "Execution": described["executionArn"],
    }
    return Message(subject=subject(f"{id_} {ended}"), text=text(sections))


def _may_have_rehearsed(described: JSON, asked: Mapping[str, str]) -> bool:
    is_refused = described.get("error") == "InvalidRequestError"
    if "dryRun" in asked or (is_refused and described["stopDate"] - described["startDate"] < FIRST_STEP):
        return False
    return "rehearsalMinutes" in asked


def _asked(event: str) -> dict[str, str]:
    """
    Read the id, the region and the account of a run out of the input of its execution.

    They are where the function reads them: in the input itself, or in its ``detail`` or ``resource``.
    """
    try:
        outer = json.loads(event)
    except ValueError:
        return {}
    named = [dict(_members(inner)) for inner in _with_inner(outer) if isinstance(inner, dict)]
    found = [asked for asked in named if asked.keys() & PORTS]
    return found[0] if len(found) == 1 else {}


def _with_inner(outer: object) -> list[object]:
    return [outer, *(outer.get(name) for name in ("detail", "resource"))] if isinstance(outer, dict) else []


def _members(inner: JSON) -> Iterator[tuple[str, str]]:
    for name, form in FORMS.items():
        if found := form.fullmatch(str(inner.get(name))):
            # Of a role, its account.
            yield name, (found[1] if form is ROLE_ARN else found[0])


def ended_as(described: JSON) -> str:
    status = described["status"]
    return f"FAILED with {described.get('error') or 'an unknown error'}" if status == "FAILED" else str(status)


def why_it_ended(described: JSON) -> str:
    return STATUSES.get(described["status"]) or _cause(described.get("cause") or "")


def _cause(cause: str) -> str:
    """Take the message out of the cause that Lambda gives to Step Functions; a stack trace helps nobody here."""
    try:
        told = json.loads(cause)
    except ValueError:
        return cause
    return str(told.get("errorMessage", "")) if isinstance(told, dict) else cause


def _why(report: JSON) -> Section:
    """Give each guard that blocked a line of its own; else the reason of the run."""
    blocks = [f"{said['guard']}: {said['reason']}" for said in report["guards"] if said["outcome"] == "BLOCK"]
    return blocks if blocks and report["phase"] == "BLOCKED" else report["reason"]


def _described(report: JSON) -> str:
    port = at_start(report)
    parts = [port.get("name"), bandwidth_of(report), port.get("location"), report["region"]]
    parts += [f"account {report['account']}"] if report.get("account") else []
    known = ", ".join(part for part in parts if part)
    return f" ({known})" if known else ""


def _saving(report: JSON) -> str:
    saving = report["estimatedMonthlySavingUsd"]
    return f"about {saving:,.0f} USD a month" if saving else ""


def text(sections: Mapping[str, Section]) -> str:
    """Make the text of a message; what is in a section, anybody may have written, and it stays in its line."""
    return "\n\n".join(f"{title}:{_body(section)}" for title, section in sections.items() if section) + "\n"


def _body(section: Section) -> str:
    if isinstance(section, str):
        return f" {cut(visible(section))}"
    return "".join(f"\n- {cut(visible(line))}" for line in section or ())


def cut(text: str) -> str:
    return text if len(text) <= MOST_OF_A_SECTION else f"{text[:MOST_OF_A_SECTION]}… (the record has the rest)"


def subject(text: str) -> str:
    """Make a subject that SNS takes: printable ASCII, on one line."""
    printable = "".join(character if " " <= character <= "~" else "?" for character in f"[dx-decommission] {text}")
    return printable[:LONGEST_SUBJECT]
