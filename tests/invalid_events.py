"""Events that must not be acted on, and the field that each is refused for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.strategies import CONNECTION_ID

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
    "ownerAccount": "123456789012",
    "vlan": 101,
    "directConnectGatewayId": None,
    "virtualGatewayId": None,
}
PLAN: Final[JSON] = {
    "digest": "4b757a681d84a757138f5e55fe2b0dc86b6a8364646b4559798df52843cf50b5",
    "connectionId": CONNECTION_ID,
    "ownerAccount": "123456789012",
    "virtualInterfaces": [INTERFACE],
}
RESULT: Final[JSON] = {
    "connectionId": CONNECTION_ID,
    "phase": "DELETING_CONNECTION",
    "reason": "no virtual interface is left",
    "waitSeconds": 10,
    "request": REQUEST | {"dryRun": False, "planDigest": None, "patienceMinutes": 240, "reason": None},
    "plan": PLAN,
    "virtualInterfaces": [{"virtualInterfaceId": "dxvif-aaaaaaa1", "state": "deleted"}],
    "connectionState": "available",
    "alreadyGone": False,
    "startedAt": MOMENT,
    "phaseStartedAt": MOMENT,
}


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
    "unknown guard": (REQUEST | {"overrides": [{"guard": POISON}]}, "overrides"),
    "unknown field with a long name": (REQUEST | {"f" * 10_000: POISON}, "f" * 60),
    "a thousand unknown fields": (REQUEST | {f"field{n}": POISON for n in range(1_000)}, "field0"),
    "dryRun a string": (REQUEST | {"dryRun": "true"}, "dryRun"),
    "dryRun a number": (REQUEST | {"dryRun": 1}, "dryRun"),
    "dryRun null": (REQUEST | {"dryRun": None}, "dryRun"),
    "planDigest cut off": (REQUEST | {"planDigest": "0" * 63}, "planDigest"),
    "planDigest not hexadecimal": (REQUEST | {"planDigest": POISON * 16}, "planDigest"),
    "planDigest a list": (REQUEST | {"planDigest": ["0" * 64]}, "planDigest"),
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
    "plan missing": (without(RESULT, "plan"), "plan"),
    "plan null in the middle": (RESULT | {"plan": None}, "plan"),
    "plan not its digest": (RESULT | {"plan": PLAN | {"digest": "0" * 64}}, "plan"),
    "plan with one more": (RESULT | {"plan": PLAN | {"virtualInterfaces": [INTERFACE, INTERFACE]}}, "plan"),
    "plan of another connection": (RESULT | {"plan": PLAN | {"connectionId": OTHER_ID}}, "plan"),
    "plan without interfaces": (RESULT | {"plan": without(PLAN, "virtualInterfaces")}, "plan.virtualInterfaces"),
    "plan with a bare interface": (RESULT | {"plan": PLAN | {"virtualInterfaces": [{}] * 100}}, "plan"),
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
