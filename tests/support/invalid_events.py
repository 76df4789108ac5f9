"""Events that must not be acted on, and what the error says about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from decommission.guards import GUARDS
from tests.support.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    from decommission.schemas import JSON

# In every wrong value that can hold it, and in no error.
POISON: Final = "hush"
OTHER_ID: Final = f"dxcon-{POISON}{POISON}"
INTERFACE_ID: Final = "dxvif-aaaaaaa1"
MOMENT: Final = "2026-01-05T12:00:00Z"
LATER: Final = "2026-01-05T12:02:00Z"
EXECUTION: Final = f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:decommission:run-1"

REQUEST: Final[JSON] = {"connectionId": CONNECTION_ID}
WHOLE_REQUEST: Final[JSON] = REQUEST | {
    "dryRun": False,
    "planDigest": None,
    "overrides": [],
    "patienceMinutes": 240,
    "reason": None,
}
PLANNED: Final[JSON] = {
    "virtualInterfaceId": INTERFACE_ID,
    "type": "private",
    "ownerAccount": ACCOUNT,
    "vlan": 101,
    "directConnectGatewayId": None,
    "virtualGatewayId": None,
}
PLAN: Final[JSON] = {
    "digest": "23428ce30bce437c0b7f7f64b81c1e99604703b3fe519e0c32a5eb9e45cb35aa",
    "connectionId": CONNECTION_ID,
    "ownerAccount": ACCOUNT,
    "lagId": None,
    "virtualInterfaces": [PLANNED],
}
VERDICTS: Final[list[JSON]] = [{"guard": name, "outcome": "PASS", "reason": "no objection"} for name in GUARDS]
CONNECTION: Final[JSON] = {
    "connectionId": CONNECTION_ID,
    "state": "available",
    "ownerAccount": ACCOUNT,
    "lagId": None,
    "name": "site-a",
    "location": "EqFA5",
    "bandwidth": "1Gbps",
    "vlan": None,
    "partnerName": None,
    "providerName": None,
    "awsDevice": "EqFA5-1bwfvazist2k0",
    "billingMode": "PayAsYouGo",
    "macSecCapable": False,
    "encryptionMode": "no_encrypt",
    "macSecSecretArns": [],
    "tags": {"decommission": "approved"},
}
CALL: Final[JSON] = {
    "action": "DELETE_VIRTUAL_INTERFACE",
    "resourceId": INTERFACE_ID,
    "requestedAt": MOMENT,
    "outcome": "ACCEPTED",
    "requestId": "00000000-0000-4000-8000-000000000000",
    "words": None,
}
RESULT: Final[JSON] = {
    "connectionId": CONNECTION_ID,
    "phase": "DELETING_CONNECTION",
    "reason": "no virtual interface is left: deleting dxcon-fg5678gh (available)",
    "waitSeconds": 10,
    "request": WHOLE_REQUEST,
    "plan": PLAN,
    "guards": VERDICTS,
    "connectionAtStart": CONNECTION,
    "connectionState": "available",
    "virtualInterfaces": [{"virtualInterfaceId": INTERFACE_ID, "state": "deleted"}],
    "calls": [CALL],
    "alreadyGone": False,
    "execution": EXECUTION,
    "event": {"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "time": MOMENT},
    "startedAt": MOMENT,
    "phaseStartedAt": MOMENT,
}
CONSENT: Final[JSON] = {"guard": "traffic", "reason": "telemetry only, CHG-1234", "ids": [INTERFACE_ID]}


def overriding(*overrides: object) -> JSON:
    return REQUEST | {"overrides": list(overrides)}


def without(whole: JSON, name: str) -> JSON:
    return {key: value for key, value in whole.items() if key != name}


def wrapped(event: object, execution: object = EXECUTION) -> JSON:
    return {"execution": execution, "event": event}


def enveloped(detail: object, **more: object) -> JSON:
    return {"version": "0", "detail-type": "Decommission Requested", "detail": detail, **more}


def _digits(count: int) -> JSON:
    return REQUEST | {"planDigest": "0" * count}


# Each event, and what the error must say; the field that is wrong, above all.
_REQUESTS: Final[dict[str, tuple[object, str]]] = {
    "nothing": (None, "the event must be a JSON object"),
    "a list": ([REQUEST], "the event must be a JSON object"),
    "a text": (CONNECTION_ID, "the event must be a JSON object"),
    "a number": (5, "the event must be a JSON object"),
    "true": (True, "the event must be a JSON object"),
    "no JSON": (REQUEST | {"reason": {POISON}}, "the event is not JSON"),
    "a lone surrogate": (REQUEST | {"reason": f"{POISON}\ud800"}, "Invalid JSON"),
    "id missing": ({}, "connectionId: is missing"),
    "id null": ({"connectionId": None}, "connectionId: "),
    "id empty": ({"connectionId": ""}, "connectionId: "),
    "id a number": ({"connectionId": 5}, "connectionId: "),
    "id a list": ({"connectionId": [CONNECTION_ID, OTHER_ID]}, "connectionId: "),
    "id of 10,000 characters": ({"connectionId": f"dxcon-{POISON * 2_500}"}, "connectionId: "),
    "id of 7 characters": ({"connectionId": f"dxcon-{POISON}abc"}, "connectionId: "),
    "id of 22 characters": ({"connectionId": f"dxcon-{POISON * 5}ab"}, "connectionId: "),
    "id in upper case": ({"connectionId": OTHER_ID.upper()}, "connectionId: "),
    "id with a newline": ({"connectionId": f"{OTHER_ID}\n"}, "connectionId: "),
    "id with a space": ({"connectionId": f" {OTHER_ID}"}, "connectionId: "),
    "id with foreign digits": ({"connectionId": f"{OTHER_ID}\u0663"}, "connectionId: "),
    "id of a virtual interface": ({"connectionId": f"dxvif-{POISON}{POISON}"}, "connectionId: "),
    "id of a LAG": ({"connectionId": f"dxlag-{POISON}{POISON}"}, "connectionId: "),
    "an ARN": ({"connectionId": f"arn:aws:directconnect:eu-central-1:1:dxcon/{OTHER_ID}"}, "connectionId: "),
    "id misspelt": ({"ConnectionId": OTHER_ID}, "connectionId: is missing"),
    "id in Python's spelling": ({"connection_id": OTHER_ID}, "connection_id: is no known field"),
    "dryRun in Python's spelling": (REQUEST | {"dry_run": True}, "dry_run: is no known field"),
    "dryRun in both spellings": (REQUEST | {"dryRun": False, "dry_run": True}, "dry_run: is no known field"),
    "a thousand fields in Python's spelling": (
        REQUEST | {f"dry_run{n}": 1 for n in range(1_000)},
        "dry_run9: is no known",
    ),
    "unknown field": (REQUEST | {"force": POISON}, "force: is no known field"),
    "misspelt field": (REQUEST | {"dryrun": True}, "dryrun: is no known field"),
    "unknown field that cannot be printed": (REQUEST | {"a\nb": POISON}, "'a\\nb': is no known field"),
    "unknown field with a long name": (REQUEST | {"f" * 10_000: POISON}, f"{'f' * 60}: is no known field"),
    "a thousand unknown fields": (REQUEST | {f"field{n}": POISON for n in range(1_000)}, "field9: is no known field"),
    "dryRun a text": (REQUEST | {"dryRun": "true"}, "dryRun: "),
    "dryRun a number": (REQUEST | {"dryRun": 1}, "dryRun: "),
    "dryRun null": (REQUEST | {"dryRun": None}, "dryRun: "),
    "planDigest of 12 digits": (_digits(12), "planDigest: "),
    "planDigest of 63 digits": (_digits(63), "planDigest: "),
    "planDigest of 65 digits": (_digits(65), "planDigest: "),
    "planDigest in upper case": (REQUEST | {"planDigest": "A" * 64}, "planDigest: "),
    "planDigest not hexadecimal": (REQUEST | {"planDigest": POISON * 16}, "planDigest: "),
    "planDigest a list": (REQUEST | {"planDigest": ["0" * 64]}, "planDigest: "),
    "patienceMinutes zero": (REQUEST | {"patienceMinutes": 0}, "patienceMinutes: "),
    "patienceMinutes too few": (REQUEST | {"patienceMinutes": 29}, "patienceMinutes: must be 30 or more"),
    "patienceMinutes a day and a minute": (REQUEST | {"patienceMinutes": 1441}, "patienceMinutes: "),
    "patienceMinutes a boolean": (REQUEST | {"patienceMinutes": True}, "patienceMinutes: "),
    "patienceMinutes a text": (REQUEST | {"patienceMinutes": "60"}, "patienceMinutes: "),
    "patienceMinutes a fraction": (REQUEST | {"patienceMinutes": 60.5}, "patienceMinutes: "),
    "reason a number": (REQUEST | {"reason": 5}, "reason: "),
    "reason of 1,001 characters": (REQUEST | {"reason": POISON * 250 + "!"}, "reason: "),
    "reason that cannot be printed": (REQUEST | {"reason": f"{POISON}\x1b[2J"}, "reason: has characters that cannot"),
}
_OVERRIDES: Final[dict[str, tuple[object, str]]] = {
    "null": (REQUEST | {"overrides": None}, "overrides: "),
    "not a list": (REQUEST | {"overrides": CONSENT}, "overrides: "),
    "a word": (overriding("traffic"), "overrides.0: "),
    "guard missing": (overriding(without(CONSENT, "guard")), "overrides.0.guard: is missing"),
    "guard unknown": (overriding(CONSENT | {"guard": POISON}), "overrides.0: guard is not one of stack, state,"),
    "every guard": (overriding(CONSENT | {"guard": "*"}), "overrides.0: guard is not one of "),
    "guard in upper case": (overriding(CONSENT | {"guard": "TRAFFIC"}), "overrides.0: guard is not one of "),
    **{
        f"of {guard}": (
            overriding({"guard": guard, "reason": POISON, "ids": [CONNECTION_ID]}),
            f"overrides.0: guard {guard} cannot be overridden",
        )
        for guard in ("approval", "protection", "ownership", "plan", "billing", "macsec")
    },
    "reason missing": (overriding(without(CONSENT, "reason")), "overrides.0.reason: is missing"),
    "reason null": (overriding(CONSENT | {"reason": None}), "overrides.0.reason: "),
    "reason a number": (overriding(CONSENT | {"reason": 5}), "overrides.0.reason: "),
    "reason empty": (overriding(CONSENT | {"reason": ""}), "overrides.0.reason: must be at least one word"),
    "reason blank": (overriding(CONSENT | {"reason": "   "}), "overrides.0.reason: must be at least one word"),
    "reason no word": (overriding(CONSENT | {"reason": "- x _ ?"}), "overrides.0.reason: must be at least one word"),
    "reason not printable": (overriding(CONSENT | {"reason": f"{POISON}\n"}), "overrides.0.reason: has characters"),
    "reason of 257 characters": (overriding(CONSENT | {"reason": POISON * 64 + "!"}), "overrides.0.reason: "),
    "ids missing": (overriding(without(CONSENT, "ids")), "overrides.0.ids: is missing"),
    "ids null": (overriding(CONSENT | {"ids": None}), "overrides.0.ids: "),
    "ids none": (overriding(CONSENT | {"ids": []}), "overrides.0.ids: "),
    "ids a text": (overriding(CONSENT | {"ids": INTERFACE_ID}), "overrides.0.ids: "),
    "ids a number": (overriding(CONSENT | {"ids": [5]}), "overrides.0.ids.0: "),
    "ids a pattern": (overriding(CONSENT | {"ids": ["dxvif-*"]}), "overrides.0.ids.0: "),
    "ids with a newline": (overriding(CONSENT | {"ids": [f"{INTERFACE_ID}\n"]}), "overrides.0.ids.0: "),
    "ids in upper case": (overriding(CONSENT | {"ids": [INTERFACE_ID.upper()]}), "overrides.0.ids.0: "),
    "ids too short": (overriding(CONSENT | {"ids": [f"dxvif-{POISON}abc"]}), "overrides.0.ids.0: "),
    "ids too many": (
        overriding(CONSENT | {"ids": [f"dxvif-{number:08}" for number in range(201)]}),
        "overrides.0: ids are more than 200",
    ),
    "ids of another kind": (
        overriding(CONSENT | {"guard": "redundancy", "ids": [INTERFACE_ID, OTHER_ID]}),
        "overrides.0: ids must begin with dxvif- for guard redundancy",
    ),
    "ids of a LAG for traffic": (
        overriding(CONSENT | {"ids": [f"dxlag-{POISON}{POISON}"]}),
        "overrides.0: ids must begin with dxcon- or dxvif- for guard traffic",
    ),
    "ids of another kind, after a good one": (
        overriding(CONSENT, CONSENT | {"guard": "resiliency-group"}),
        "overrides.1: ids must begin with dxrg- for guard resiliency-group",
    ),
    "ids more than 600 in all": (
        overriding(*[CONSENT | {"ids": [f"dxvif-{number:08}" for number in range(200)]}] * 5, CONSENT),
        "overrides name more than 600 ids in all",
    ),
    "upToBps of another guard": (
        overriding(CONSENT | {"guard": "state", "upToBps": 1}),
        "overrides.0: upToBps is for guard traffic only",
    ),
    "upToBps zero of another guard": (
        overriding(CONSENT | {"guard": "redundancy", "upToBps": 0}),
        "overrides.0: upToBps is for guard traffic only",
    ),
    "upToBps negative": (overriding(CONSENT | {"upToBps": -1}), "overrides.0.upToBps: "),
    "upToBps without end": (overriding(CONSENT | {"upToBps": 10**15 + 1}), "overrides.0.upToBps: "),
    "upToBps a fraction": (overriding(CONSENT | {"upToBps": 0.5}), "overrides.0.upToBps: "),
    "upToBps a text": (overriding(CONSENT | {"upToBps": "50000"}), "overrides.0.upToBps: "),
    "until a number": (overriding(CONSENT | {"until": 1_800_000_000}), "overrides.0.until: is not a time in ISO 8601"),
    "until a word": (overriding(CONSENT | {"until": POISON}), "overrides.0.until: is not a time in ISO 8601"),
    "until in no time zone": (overriding(CONSENT | {"until": "2026-12-01T06:00:00"}), "overrides.0.until: "),
    "until a day": (overriding(CONSENT | {"until": "2026-12-01"}), "overrides.0.until: "),
    "until out of range": (
        overriding(CONSENT | {"until": "0001-01-01T00:00:00+14:00"}),
        "overrides.0.until: is out of range",
    ),
    "a field in Python's spelling": (
        overriding(CONSENT | {"up_to_bps": 1}),
        "overrides.0.up_to_bps: is no known field",
    ),
    "without end": (overriding(*[CONSENT] * 17), "overrides: "),
}
_NESTINGS: Final[dict[str, tuple[object, str]]] = {
    "envelope without detail": (without(enveloped(REQUEST), "detail"), "detail: is missing"),
    "envelope with a text": (enveloped(CONNECTION_ID), "detail: "),
    "envelope with nothing": (enveloped({}), "connectionId: is missing"),
    "detail and nothing else, empty": ({"detail": None}, "detail: "),
    "envelope in an envelope": (enveloped(enveloped(REQUEST)), "detail: is no known field"),
    "envelope around a result": (enveloped(RESULT), "phase: is no known field"),
    "envelope around a wrapper": (enveloped(wrapped(REQUEST)), "execution: is no known field"),
    "envelope with a phase": (enveloped(REQUEST, phase="PLANNED"), "detail: is no known field"),
    "envelope with overrides": (enveloped(overriding(CONSENT)), "detail.overrides: events may not override"),
    "envelope with overrides of another type": (enveloped(REQUEST | {"overrides": POISON}), "detail.overrides: "),
    "envelope with too little patience": (enveloped(REQUEST | {"patienceMinutes": 29}), "patienceMinutes: "),
    "envelope with an odd id": (enveloped(REQUEST, id=5), "id: "),
    "envelope with a long id": (enveloped(REQUEST, id="x" * 257), "id: "),
    "envelope with an odd time": (enveloped(REQUEST, time=f"{POISON}\n"), "time: has characters"),
    "wrapper around nothing": (wrapped(None), "the event must be a JSON object"),
    "wrapper around a wrapper": (wrapped(wrapped(REQUEST)), "execution: is no known field"),
    "wrapper around a result": (wrapped(RESULT), "phase: is no known field"),
    "wrapper around an envelope around a result": (wrapped(enveloped(RESULT)), "phase: is no known field"),
    "wrapper around an envelope with overrides": (wrapped(enveloped(overriding(CONSENT))), "detail.overrides: "),
    "wrapper with more": (wrapped(REQUEST) | {"force": POISON}, "force: is no known field"),
    "wrapper with a phase": (wrapped(REQUEST) | {"phase": "PLANNED"}, "connectionId: is missing"),
    "wrapper with half": ({"execution": EXECUTION, **REQUEST}, "execution: is no known field"),
    "execution null": (wrapped(REQUEST, None), "execution: "),
    "execution a number": (wrapped(REQUEST, 5), "execution: "),
    "execution no ARN": (wrapped(REQUEST, POISON), "execution: "),
    "execution with a line feed": (wrapped(REQUEST, f"{EXECUTION}\n"), "execution: "),
    "execution of 2,000 characters": (wrapped(REQUEST, f"arn:{POISON * 500}"), "execution: "),
}
_RESULTS: Final[dict[str, tuple[object, str]]] = {
    "phase unknown": (RESULT | {"phase": POISON}, "phase: "),
    "phase null": (RESULT | {"phase": None}, "phase: "),
    "phase in lower case": (RESULT | {"phase": "completed"}, "phase: "),
    "phase and nothing else": ({"phase": "COMPLETED"}, "connectionId: is missing"),
    "phase and a request": (REQUEST | {"phase": "DELETING_CONNECTION"}, "request: is missing"),
    **{
        f"{name} missing": (without(RESULT, name), f"{name}: is missing")
        for name in RESULT
        if name not in {"phase", "connectionId"}
    },
    "extra field": (RESULT | {"force": POISON}, "force: is no known field"),
    "id another": (RESULT | {"connectionId": OTHER_ID}, "connectionId differs between the result and its request"),
    "id of an ended one another": (
        RESULT | {"connectionId": OTHER_ID, "phase": "COMPLETED"},
        "connectionId differs between the result and its request",
    ),
    "id of the request another": (
        RESULT | {"request": WHOLE_REQUEST | {"connectionId": OTHER_ID}},
        "connectionId differs",
    ),
    "id of everything but the plan another": (
        RESULT | {"connectionId": OTHER_ID, "request": WHOLE_REQUEST | {"connectionId": OTHER_ID}},
        "connectionId differs between the request, the plan and the connection",
    ),
    "plan in Python's spelling": (RESULT | {"plan": PLAN | {"lag_id": POISON}}, "plan.lag_id: is no known field"),
    "connection in Python's spelling": (
        RESULT | {"connectionAtStart": CONNECTION | {"mac_sec_capable": True}},
        "connectionAtStart.mac_sec_capable: is no known field",
    ),
    "request wrong inside": (
        RESULT | {"request": WHOLE_REQUEST | {"force": POISON}},
        "request.force: is no known field",
    ),
    "override wrong inside": (
        RESULT | {"request": WHOLE_REQUEST | {"overrides": [CONSENT | {"guard": "plan"}]}},
        "request.overrides.0: guard plan cannot be overridden",
    ),
    "dryRun in the middle": (RESULT | {"request": WHOLE_REQUEST | {"dryRun": True}}, "request.dryRun is true"),
    "plan null in the middle": (RESULT | {"plan": None}, "plan or connectionAtStart is missing"),
    "plan not its digest": (RESULT | {"plan": PLAN | {"digest": "0" * 64}}, "plan: digest is not that of this plan"),
    "plan with one more": (
        RESULT | {"plan": PLAN | {"virtualInterfaces": [PLANNED, PLANNED]}},
        "plan: digest is not that of this plan",
    ),
    "plan of another connection": (RESULT | {"plan": PLAN | {"connectionId": OTHER_ID}}, "plan: digest is not"),
    "plan of another LAG": (RESULT | {"plan": PLAN | {"lagId": f"dxlag-{POISON}{POISON}"}}, "plan: digest is not"),
    "plan without LAG": (RESULT | {"plan": without(PLAN, "lagId")}, "plan.lagId: is missing"),
    "plan with a bare interface": (RESULT | {"plan": PLAN | {"virtualInterfaces": [{}]}}, "plan.virtualInterfaces.0"),
    "guards null": (RESULT | {"guards": None}, "guards: "),
    "a guard with another outcome": (RESULT | {"guards": [VERDICTS[0] | {"outcome": POISON}]}, "guards.0.outcome: "),
    "a guard without reason": (RESULT | {"guards": [without(VERDICTS[0], "reason")]}, "guards.0.reason: "),
    "connection null in the middle": (RESULT | {"connectionAtStart": None}, "plan or connectionAtStart is missing"),
    "connection of another id": (
        RESULT | {"connectionAtStart": CONNECTION | {"connectionId": OTHER_ID}},
        "connectionId differs",
    ),
    "connection with a secret": (RESULT | {"connectionAtStart": CONNECTION | {"authKey": POISON}}, "authKey"),
    "connection without state": (RESULT | {"connectionAtStart": without(CONNECTION, "state")}, "state"),
    "connection with a tag of no text": (RESULT | {"connectionAtStart": CONNECTION | {"tags": {"a": 1}}}, "tags"),
    "calls a text": (RESULT | {"calls": POISON}, "calls: "),
    "a call of nothing": (RESULT | {"calls": [without(CALL, "resourceId")]}, "calls.0.resourceId: "),
    "a call of another action": (RESULT | {"calls": [CALL | {"action": POISON}]}, "calls.0.action: "),
    "a call at no time": (RESULT | {"calls": [CALL | {"requestedAt": POISON}]}, "calls.0.requestedAt: "),
    "a call with another outcome": (RESULT | {"calls": [CALL | {"outcome": POISON}]}, "calls.0.outcome: "),
    "waitSeconds a text": (RESULT | {"waitSeconds": "10"}, "waitSeconds: "),
    "alreadyGone a number": (RESULT | {"alreadyGone": 0}, "alreadyGone: "),
    "virtualInterfaces a text": (RESULT | {"virtualInterfaces": POISON}, "virtualInterfaces: "),
    "an interface without state": (
        RESULT | {"virtualInterfaces": [{"virtualInterfaceId": POISON}]},
        "virtualInterfaces.0.state: is missing",
    ),
    "execution no ARN": (RESULT | {"execution": POISON}, "execution: "),
    "event with more": (RESULT | {"event": {"id": None, "time": None, "detail": POISON}}, "event.detail: "),
    "start in the future": (RESULT | {"startedAt": LATER, "phaseStartedAt": LATER}, "startedAt: lies in the future"),
    "start of an ended one in the future": (RESULT | {"phase": "BLOCKED", "startedAt": LATER}, "startedAt: lies in"),
    "phase's start in the future": (RESULT | {"phaseStartedAt": LATER}, "phaseStartedAt: lies in the future"),
    "phase's start before the start": (RESULT | {"phaseStartedAt": "2026-01-05T11:59:59Z"}, "phaseStartedAt is before"),
    "start in no time zone": (RESULT | {"startedAt": "2026-01-05T12:00:00"}, "startedAt: "),
    "start a day": (RESULT | {"startedAt": "2026-01-05"}, "startedAt: "),
    "start a word": (RESULT | {"startedAt": POISON}, "startedAt: is not a time in ISO 8601"),
    "start a number": (RESULT | {"startedAt": 1_767_614_400}, "startedAt: is not a time in ISO 8601"),
    "start a number in a text": (RESULT | {"startedAt": "1767614400"}, "startedAt: "),
    "start out of range": (RESULT | {"startedAt": "9999-12-31T23:59:59-14:00"}, "startedAt: is out of range"),
}
EVENTS: Final = [
    pytest.param(event, error, id=f"{kind}: {name}")
    for kind, table in (
        ("request", _REQUESTS),
        ("override", _OVERRIDES),
        ("nesting", _NESTINGS),
        ("result", _RESULTS),
    )
    for name, (event, error) in table.items()
]
