"""What a page says, made of the documents of the record. Nothing here is HTML, and nothing acts on anything."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from decommission.documents import at_start, bandwidth_of, partition_of, port_of, port_states
from decommission.words import moment, several
from page.fate import STAYS, Fate, Kind, fate_in_report, planned
from page.picture import Picture
from page.timeline import Row, duration, rows
from page.topology import picture_of

type JSON = dict[str, Any]

# The outcomes of calls that may have changed something.
EFFECTIVE = {"ACCEPTED", "FAILED"}
ORDER = ("BLOCK", "OVERRIDDEN", "WARN", "PASS")
MARKS = {"BLOCK": "✕", "OVERRIDDEN": "▲", "WARN": "!", "PASS": "✓"}
# By phase: the class of the style sheet, and what the headline says of a port, and of some of its interfaces.
PLANS = {
    "NOTICE": ("neutral", "will be deleted after its notice", "to be deleted after the notice"),
    "PLANNED": ("neutral", "would be deleted", "to be deleted"),
    "BLOCKED": ("bad", "is not deleted: its run is blocked", "not deleted: the run is blocked"),
    "DELETING_VIRTUAL_INTERFACES": ("neutral", "is being deleted by this plan", "being deleted by this plan"),
    "DELETING_CONNECTION": ("neutral", "is being deleted by this plan", "being deleted by this plan"),
    "DELETING_LAG": ("neutral", "is being deleted by this plan", "being deleted by this plan"),
}
REPORTS = {
    "COMPLETED": ("good", "is out of service", "deleted, the rest stays"),
    "PLANNED": ("neutral", "would be deleted", "to be deleted"),
    "BLOCKED": ("bad", "is not out of service: its run was blocked", "not all deleted: the run was blocked"),
    "TIMED_OUT": ("bad", "is not out of service: its run ran out of time", "not all deleted: the run ran out of time"),
}
GONE_BEFORE = ("good", "was gone already", "gone already")
WOULD_BE_BLOCKED = ("bad", "would not be deleted: a run would be blocked", "not deleted: a run would be blocked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict, with the mark of its outcome."""

    mark: str
    outcome: str
    guard: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """How to approve exactly the plan of a page: with a tag, or in the request."""

    command: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """``facts`` are names and values. The page of a plan has no ``timeline``, and nothing of what follows it."""

    title: str
    tone: str
    headline: str
    phase: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    picture: Picture | None
    approval: Approval | None
    verdicts: tuple[Said, ...]
    overrides: tuple[JSON, ...]
    record: str
    timeline: tuple[Row, ...] = ()
    to_do: tuple[str, ...] = ()
    left_behind: tuple[JSON, ...] = ()
    calls: tuple[JSON, ...] = ()


def view_of_plan(plan: JSON, record: str) -> View:
    id_, phase = port_of(plan)[1], plan["phase"]
    tone, *words = WOULD_BE_BLOCKED if _would_be_blocked(plan) else PLANS[phase]
    states = {v["virtualInterfaceId"]: v["state"] for v in plan["virtualInterfaces"]}
    fates = {
        v["virtualInterfaceId"]: planned(states[v["virtualInterfaceId"]]) for v in plan["plan"]["virtualInterfaces"]
    }
    return View(
        title=f"{id_}: plan",
        tone=tone,
        headline=_headline(plan, *words),
        phase=phase,
        reason=plan["reason"],
        facts=tuple(_known([*_facts(plan), ("Not before", _not_before(plan)), ("Rehearsal", _rehearsal(plan))])),
        picture=picture_of(plan, fates | _planned_ports(plan)),
        approval=_approval(plan) if phase == "PLANNED" else None,
        verdicts=_verdicts(plan["guards"]),
        overrides=tuple(plan["request"]["overrides"]),
        record=record,
    )


def view_of_report(report: JSON, plan: JSON | None, record: str) -> View:
    """``plan`` is the plan of the same run, None if it had none."""
    id_, phase = port_of(report)[1], report["phase"]
    is_gone_before = phase == "COMPLETED" and plan is None
    tone, *words = REPORTS[phase]
    if is_gone_before or _would_be_blocked(report):
        tone, *words = GONE_BEFORE if is_gone_before else WOULD_BE_BLOCKED
    fates = dict(_fates(report)) if plan else {}
    effective = [call for call in report["calls"] if call["outcome"] in EFFECTIVE]
    restore = f"{record}restore/README.txt" if effective else None
    left_lag = {call["resourceId"] for call in effective if call["action"] == "DISASSOCIATE_FROM_LAG"}
    return View(
        title=f"{id_}: {phase}",
        tone=tone,
        headline=_headline(report, *words),
        phase=phase,
        reason=report["reason"],
        facts=tuple(_known([*_facts(report), *_facts_of_end(report), ("To build it again", restore)])),
        # A first step that was repeated leaves the plan.json of its first try, and may have planned anew.
        picture=picture_of(plan | {"plan": report["plan"]}, fates, left_lag=left_lag) if plan else None,
        approval=_approval(plan) if plan and phase == "PLANNED" else None,
        verdicts=_verdicts(report["guards"]),
        overrides=tuple(report["request"]["overrides"]),
        record=record,
        timeline=tuple(rows(report, fates)),
        to_do=tuple(report["toDo"]),
        # Of a run that changed nothing, everything is left.
        left_behind=tuple(report["leftBehind"]) if effective or phase == "COMPLETED" else (),
        calls=tuple(sorted(report["calls"], key=lambda call: call["requestedAt"])),
    )


def _not_before(plan: JSON) -> str | None:
    return moment(datetime.fromisoformat(plan["earliestDeletion"])) if plan["phase"] == "NOTICE" else None


def _rehearsal(plan: JSON) -> str | None:
    minutes, names = plan["request"].get("rehearsalMinutes"), plan["request"].get("alarmNames")
    watching = f", watching {', '.join(names)}" if names else ""
    from_ = f" from {moment(datetime.fromisoformat(plan['noticeEndsAt']))}" if plan["phase"] == "NOTICE" else ""
    return (
        f"BGP goes down for {several(minutes, 'minute')}{from_} before anything is deleted{watching}"
        if minutes
        else None
    )


def _would_be_blocked(document: JSON) -> bool:
    return document["phase"] == "PLANNED" and any(said["outcome"] == "BLOCK" for said in document["guards"])


def _headline(document: JSON, of_connection: str, of_interfaces: str) -> str:
    id_, named = port_of(document)[1], document["request"].get("virtualInterfaceIds") or ()
    interfaces = f"{len(named)} virtual interface{'' if len(named) == 1 else 's'} of {id_}"
    return f"{interfaces}: {of_interfaces}" if named else f"{id_} {of_connection}"


def _planned_ports(plan: JSON) -> dict[str, Fate]:
    keeps = plan["plan"].get("keepsConnection")
    return {id_: STAYS if keeps else planned(state) for id_, state in port_states(plan).items()}


def _fates(report: JSON) -> Iterator[tuple[str, Fate]]:
    states = {v["virtualInterfaceId"]: v["state"] for v in report["virtualInterfaces"]}
    for v in report["plan"]["virtualInterfaces"]:
        yield (
            v["virtualInterfaceId"],
            fate_in_report(v["virtualInterfaceId"], states.get(v["virtualInterfaceId"], "absent"), report),
        )
    ids = {port_of(report)[1], *report["plan"].get("memberIds", ())}
    for id_, state in port_states(report).items():
        if id_ in ids:
            yield id_, STAYS if report["plan"].get("keepsConnection") else fate_in_report(id_, state, report)
    planned_ids = {v["virtualInterfaceId"] for v in report["plan"]["virtualInterfaces"]}
    for left in report["leftBehind"]:
        if left["id"].startswith("dxvif-") and left["id"] not in planned_ids:
            yield left["id"], Fate(Kind.LEFT, f"not in the plan, {left['why'].partition(';')[0]}")


def _facts(document: JSON) -> Iterator[tuple[str, str | None]]:
    port, request = at_start(document), document["request"]
    yield "Name", port.get("name")
    yield "Connections", ", ".join(member["connectionId"] for member in port.get("members", ()))
    yield "Location", port.get("location")
    yield "Region", document["region"]
    yield "Account", document["account"]
    yield "Bandwidth", bandwidth_of(document)
    yield "Carrier", port.get("providerName")
    yield "Partner", port.get("partnerName")
    yield "Asked for because", request["reason"]
    yield "Started", moment(datetime.fromisoformat(document["startedAt"]))
    yield "Execution", document["execution"]
    yield "Digest of the plan", document["plan"]["digest"] if document["plan"] else None


def _facts_of_end(report: JSON) -> Iterator[tuple[str, str | None]]:
    started, ended = datetime.fromisoformat(report["startedAt"]), datetime.fromisoformat(report["endedAt"])
    saving = report["estimatedMonthlySavingUsd"]
    yield "Digest of what is left", report["digestOfWhatIsLeft"] if report["calls"] else None
    yield "Ended", f"{moment(ended)}, after {duration(ended - started)}"
    yield "Saving, estimated", f"about {saving:,.0f} USD a month" if saving else None


def _known(facts: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in facts if value)


def _verdicts(guards: Iterable[Mapping[str, str]]) -> tuple[Said, ...]:
    said = [Said(mark=MARKS[one["outcome"]], **one) for one in guards]
    return tuple(sorted(said, key=lambda one: ORDER.index(one.outcome)))


def _approval(plan: JSON) -> Approval | None:
    """Say how to approve this plan; None if it is only of other accounts, whose tags the run cannot see."""
    (name, id_), region, tag, about = port_of(plan), plan["region"], plan["approvalTag"], plan["plan"]
    partition = partition_of(plan)
    pair = shlex.quote(f"key={tag['key']},value={tag['value']}")
    ports = [f"dxcon/{member}" for member in about.get("memberIds", ())]
    ports.append(f"{'dxcon' if name == 'connectionId' else 'dxlag'}/{id_}")
    resources = [(about["ownerAccount"], port) for port in ports]
    if about.get("keepsConnection"):
        own = [v for v in about["virtualInterfaces"] if v["ownerAccount"] == about["ownerAccount"]]
        resources = [(v["ownerAccount"], f"dxvif/{v['virtualInterfaceId']}") for v in own]
    if not resources:
        return None
    commands = [
        f"aws directconnect tag-resource --region {region} \\\n"
        f"  --resource-arn arn:{partition}:directconnect:{region}:{account}:{resource} \\\n  --tags {pair}"
        for account, resource in resources
    ]
    names = ("virtualInterfaceIds", "region", "roleArn")
    asked = {name: plan["request"][name] for name in names if plan["request"].get(name)}
    return Approval(
        command="\n".join(commands),
        request=json.dumps({name: id_, **asked, "planDigest": about["digest"]}, indent=2),
    )
