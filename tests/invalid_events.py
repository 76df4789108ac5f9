"""Events that must not be acted on, and the field that each is refused for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from decommission.guards import GUARDS
from tests.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    from decommission.contract import JSON

# Stands in every wrong value that can hold it, and must be in no error.
POISON: Final = "hush"
OTHER_ID: Final = f"dxcon-{POISON}{POISON}"
MOMENT: Final = "2026-01-05T12:00:00+00:00"
LATER: Final = "2026-01-05T12:02:00+00:00"

REQUEST: Final[JSON] = {"connectionId": CONNECTION_ID}
INTERFACE: Final[JSON] = {
    "virtualInterfaceId": "dxvif-aaaaaaa1",
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
    "virtualInterfaces": [INTERFACE],
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
    "macSecSecretArns": [],
    "tags": {"decommission": "approved"},
}
DELETION: Final[JSON] = {
    "action": "DELETE_VIRTUAL_INTERFACES",
    "resourceId": "dxvif-aaaaaaa1",
    "requestedAt": MOMENT,
    "requestId": "00000000-0000-4000-8000-000000000000",
    "refusal": None,
}
RESULT: Final[JSON] = {
    "connectionId": CONNECTION_ID,
    "phase": "DELETING_CONNECTION",
    "reason": "no virtual interface is left",
    "waitSeconds": 10,
    "request": REQUEST | {"dryRun": False, "planDigest": None, "overrides": [], "patienceMinutes": 240, "reason": None},
    "plan": PLAN,
    "guards": VERDICTS,
    "connection": CONNECTION,
    "virtualInterfaces": [{"virtualInterfaceId": "dxvif-aaaaaaa1", "state": "deleted"}],
    "connectionState": "available",
    "deletions": [DELETION],
    "alreadyGone": False,
    "startedAt": MOMENT,
    "phaseStartedAt": MOMENT,
}


def overriding(*overrides: object) -> JSON:
    return REQUEST | {"overrides": list(overrides)}


def judged(**verdict: str) -> JSON:
    """Return the result with another verdict of the first guard."""
    return RESULT | {"guards": [VERDICTS[0] | verdict, *VERDICTS[1:]]}


def without(whole: JSON, name: str) -> JSON:
    return {key: value for key, value in whole.items() if key != name}


_EVENTS: Final[dict[str, tuple[object, str]]] = {
    "nothing": (None, "event"),
    "a list": ([REQUEST], "event"),
    "a string": (CONNECTION_ID, "event"),
    "a number": (5, "event"),
    "true": (True, "event"),
    # The id
    "id missing": ({}, "connectionId"),
    "id null": ({"connectionId": None}, "connectionId"),
    "id empty": ({"connectionId": ""}, "connectionId"),
    "id a number": ({"connectionId": 5}, "connectionId"),
    "id a list": ({"connectionId": [CONNECTION_ID, OTHER_ID]}, "connectionId"),
    "id of 10,000 characters": ({"connectionId": f"dxcon-{POISON * 2_500}"}, "connectionId"),
    "id too short": ({"connectionId": f"dxcon-{POISON}"}, "connectionId"),
    "id in upper case": ({"connectionId": OTHER_ID.upper()}, "connectionId"),
    "id with a newline": ({"connectionId": f"{OTHER_ID}\n"}, "connectionId"),
    "id with a space": ({"connectionId": f" {OTHER_ID}"}, "connectionId"),
    "id with foreign digits": ({"connectionId": f"{OTHER_ID}\u0663"}, "connectionId"),
    "id of a virtual interface": ({"connectionId": f"dxvif-{POISON}{POISON}"}, "connectionId"),
    "id of a LAG": ({"connectionId": f"dxlag-{POISON}{POISON}"}, "connectionId"),
    "an ARN": ({"connectionId": f"arn:aws:directconnect:eu-central-1:1:dxcon/{OTHER_ID}"}, "connectionId"),
    "id misspelled": ({"ConnectionId": OTHER_ID}, "connectionId"),
    "id in Python's spelling": ({"connection_id": OTHER_ID}, "connection_id"),
    # The other fields of a request
    "unknown field": (REQUEST | {"force": POISON}, "force"),
    "unknown field with a long name": (REQUEST | {"f" * 10_000: POISON}, "f" * 60),
    "a thousand unknown fields": (REQUEST | {f"field{n}": POISON for n in range(1_000)}, "field0"),
    "dryRun a string": (REQUEST | {"dryRun": "true"}, "dryRun"),
    "dryRun a number": (REQUEST | {"dryRun": 1}, "dryRun"),
    "dryRun null": (REQUEST | {"dryRun": None}, "dryRun"),
    "planDigest cut off": (REQUEST | {"planDigest": "0" * 63}, "planDigest"),
    "planDigest not hexadecimal": (REQUEST | {"planDigest": POISON * 16}, "planDigest"),
    "planDigest a list": (REQUEST | {"planDigest": ["0" * 64]}, "planDigest"),
    "overrides null": (REQUEST | {"overrides": None}, "overrides"),
    "overrides not a list": (REQUEST | {"overrides": {"guard": "traffic", "reason": POISON}}, "overrides"),
    "override a word": (overriding("traffic"), "overrides.0"),
    "override without guard": (overriding({"reason": POISON}), "overrides.0.guard"),
    "override without reason": (overriding({"guard": "traffic"}), "overrides.0.reason"),
    "override with an empty reason": (overriding({"guard": "traffic", "reason": ""}), "overrides.0.reason"),
    "override with a blank reason": (overriding({"guard": "traffic", "reason": " \t\n"}), "reason is blank"),
    "override with a reason of 10,000 characters": (
        overriding({"guard": "traffic", "reason": POISON * 2_500}),
        "overrides.0.reason",
    ),
    "override of an unknown guard": (overriding({"guard": POISON, "reason": POISON}), "guard is not one of"),
    "override of every guard": (overriding({"guard": "*", "reason": POISON}), "guard is not one of"),
    "override of the protection": (
        overriding({"guard": "protection", "reason": POISON}),
        "protection cannot be overridden",
    ),
    "override with an expiry": (overriding({"guard": "traffic", "reason": POISON, "until": POISON}), "until"),
    "override twice of the same guard": (
        overriding({"guard": "traffic", "reason": POISON}, {"guard": "traffic", "reason": "CHG-1"}),
        "overrides name a guard twice",
    ),
    "override after a good one": (
        overriding({"guard": "traffic", "reason": "CHG-1"}, {"guard": POISON, "reason": "CHG-1"}),
        "overrides.1",
    ),
    "overrides without end": (overriding(*[{"guard": "traffic", "reason": POISON}] * 1_000), "overrides"),
    "patienceMinutes zero": (REQUEST | {"patienceMinutes": 0}, "patienceMinutes"),
    "patienceMinutes a day and a minute": (REQUEST | {"patienceMinutes": 1441}, "patienceMinutes"),
    "patienceMinutes a boolean": (REQUEST | {"patienceMinutes": True}, "patienceMinutes"),
    "patienceMinutes a string": (REQUEST | {"patienceMinutes": "60"}, "patienceMinutes"),
    "patienceMinutes a fraction": (REQUEST | {"patienceMinutes": 60.5}, "patienceMinutes"),
    "reason a number": (REQUEST | {"reason": 5}, "reason"),
    "reason of 10,000 characters": (REQUEST | {"reason": POISON * 2_500}, "reason"),
    # Envelopes
    "envelope without detail": ({"detail-type": POISON, "source": POISON}, "detail"),
    "envelope with a string": ({"detail-type": POISON, "detail": CONNECTION_ID}, "detail"),
    "envelope with nothing": ({"detail-type": POISON, "detail": {}}, "connectionId"),
    "envelope in an envelope": ({"detail": {"detail": REQUEST}}, "detail"),
    "envelope around a result": ({"detail": RESULT}, "phase"),
    # Results
    "phase unknown": (RESULT | {"phase": POISON}, "phase"),
    "phase null": (RESULT | {"phase": None}, "phase"),
    "phase and nothing else": ({"phase": "COMPLETED"}, "connectionId"),
    "id of the result another": (RESULT | {"connectionId": OTHER_ID}, "connectionId"),
    "id of the request another": (RESULT | {"request": {"connectionId": OTHER_ID}}, "connectionId"),
    "request missing": (without(RESULT, "request"), "request"),
    "request wrong inside": (RESULT | {"request": REQUEST | {"force": POISON}}, "request.force"),
    "dryRun in the middle": (RESULT | {"request": REQUEST | {"dryRun": True}}, "dryRun"),
    "extra field": (RESULT | {"force": POISON}, "force"),
    "plan another than approved": (RESULT | {"request": RESULT["request"] | {"planDigest": "0" * 64}}, "planDigest"),
    "plan missing": (without(RESULT, "plan"), "plan"),
    "plan null in the middle": (RESULT | {"plan": None}, "plan"),
    "plan not its digest": (RESULT | {"plan": PLAN | {"digest": "0" * 64}}, "plan"),
    "plan with one more": (RESULT | {"plan": PLAN | {"virtualInterfaces": [INTERFACE, INTERFACE]}}, "plan"),
    "plan of another connection": (RESULT | {"plan": PLAN | {"connectionId": OTHER_ID}}, "plan"),
    "plan without interfaces": (RESULT | {"plan": without(PLAN, "virtualInterfaces")}, "plan.virtualInterfaces"),
    "plan with a bare interface": (RESULT | {"plan": PLAN | {"virtualInterfaces": [{}] * 100}}, "plan"),
    "plan of another LAG": (RESULT | {"plan": PLAN | {"lagId": f"dxlag-{POISON}{POISON}"}}, "plan"),
    "plan without LAG": (RESULT | {"plan": without(PLAN, "lagId")}, "plan.lagId"),
    "override wrong inside": (
        RESULT | {"request": overriding({"guard": POISON, "reason": "CHG-1"})},
        "request.overrides",
    ),
    "guards missing": (without(RESULT, "guards"), "guards"),
    "guards null": (RESULT | {"guards": None}, "guards"),
    "guards none": (RESULT | {"guards": []}, "guards are not all there"),
    "guards but one": (RESULT | {"guards": VERDICTS[:-1]}, "guards are not all there"),
    "guards but one, and another twice": (
        RESULT | {"guards": [*VERDICTS[:-1], VERDICTS[0]]},
        "guards are not all there",
    ),
    "guards and a stranger": (judged(guard=POISON), "guards are not all there"),
    "a guard that blocks": (judged(outcome="BLOCK", reason=POISON), "guards block this run"),
    "a guard that blocks while interfaces go": (
        judged(outcome="BLOCK", reason=POISON) | {"phase": "DELETING_VIRTUAL_INTERFACES"},
        "guards block this run",
    ),
    "a guard that passes and blocks": (
        RESULT | {"guards": [*VERDICTS, VERDICTS[0] | {"outcome": "BLOCK"}]},
        "guards block this run",
    ),
    "a guard with another outcome": (judged(outcome=POISON), "guards.0.outcome"),
    "a guard without reason": (RESULT | {"guards": [without(VERDICTS[0], "reason")]}, "guards.0.reason"),
    "connection missing": (without(RESULT, "connection"), "connection"),
    "connection null in the middle": (RESULT | {"connection": None}, "connection is missing"),
    "connection of another id": (RESULT | {"connection": CONNECTION | {"connectionId": OTHER_ID}}, "connectionId"),
    "connection with a secret": (RESULT | {"connection": CONNECTION | {"authKey": POISON}}, "connection.authKey"),
    "connection without state": (RESULT | {"connection": without(CONNECTION, "state")}, "connection.state"),
    "connection with a tag of no text": (RESULT | {"connection": CONNECTION | {"tags": {"a": 1}}}, "connection.tags"),
    "deletions missing": (without(RESULT, "deletions"), "deletions"),
    "deletions a string": (RESULT | {"deletions": POISON}, "deletions"),
    "a deletion of nothing": (RESULT | {"deletions": [without(DELETION, "resourceId")]}, "deletions.0.resourceId"),
    "a deletion at no time": (RESULT | {"deletions": [DELETION | {"requestedAt": POISON}]}, "deletions.0.requestedAt"),
    "start in the future": (RESULT | {"startedAt": LATER, "phaseStartedAt": LATER}, "startedAt"),
    "phase's start in the future": (RESULT | {"phaseStartedAt": LATER}, "phaseStartedAt"),
    "phase's start before the start": (RESULT | {"phaseStartedAt": "2026-01-05T11:59:59Z"}, "phaseStartedAt"),
    "start in no time zone": (RESULT | {"startedAt": "2026-01-05T12:00:00"}, "startedAt"),
    "start a day": (RESULT | {"startedAt": "2026-01-05"}, "startedAt"),
    "start a word": (RESULT | {"startedAt": POISON}, "startedAt"),
    "start a number": (RESULT | {"startedAt": 1_767_614_400}, "startedAt"),
    "start a number in a string": (RESULT | {"startedAt": "1767614400"}, "startedAt"),
    "waitSeconds a string": (RESULT | {"waitSeconds": "10"}, "waitSeconds"),
    "alreadyGone a number": (RESULT | {"alreadyGone": 0}, "alreadyGone"),
    "virtualInterfaces a string": (RESULT | {"virtualInterfaces": POISON}, "virtualInterfaces"),
    "a state that is none": (RESULT | {"virtualInterfaces": [{"virtualInterfaceId": POISON}]}, "virtualInterfaces"),
}
EVENTS: Final = [pytest.param(event, field, id=name) for name, (event, field) in _EVENTS.items()]
