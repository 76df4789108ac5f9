"""Example events, which the tests of the contract change in small ways, and how these tests read them."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from decommission.contract import Ended, StepOutcome, read, write
from decommission.errors import InvalidRequestError
from decommission.models import Observation, connections_of
from decommission.run import NewRun, Override, Request, Run
from decommission.schemas import JSON
from tests.support.evidence import SETTINGS
from tests.support.strategies import ACCOUNT, CONNECTION_ID, OTHER_ACCOUNT, virtual_interface

# Wrong values contain this word, and no error may quote it.
POISON: Final = "hush"
OTHER_ID: Final = f"dxcon-{POISON}{POISON}"
INTERFACE_ID: Final = "dxvif-aaaaaaa1"
NOW: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
EXECUTION: Final = f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:decommission:run-1"
ROLE: Final = f"arn:aws:iam::{OTHER_ACCOUNT}:role/{SETTINGS.spoke_role_name}"
RESULTS: Final = Path(__file__).parents[1] / "results"

REQUEST: Final[JSON] = {"connectionId": CONNECTION_ID}
CONSENT: Final[JSON] = {"guard": "traffic", "reason": "telemetry only, CHG-1234", "ids": [INTERFACE_ID]}
# A result of release 0.1.0: it has overrides, three planned virtual interfaces and calls.
RESULT: Final[JSON] = json.loads((RESULTS / "0.1.0-deleting-virtual-interfaces.json").read_text())


def overriding(*overrides: object) -> JSON:
    return REQUEST | {"overrides": list(overrides)}


def without(whole: JSON, name: str) -> JSON:
    return {key: value for key, value in whole.items() if key != name}


def wrapped(event: object, execution: object = EXECUTION) -> JSON:
    """Wrap an event as the state machine's first step does."""
    return {"execution": execution, "event": event}


def enveloped(detail: object, **more: object) -> JSON:
    """Put a request into the envelope of an EventBridge event."""
    return {"version": "0", "detail-type": "Decommission Requested", "detail": detail, **more}


def run_of(event: object, **settings: Any) -> NewRun | Run | Ended:  # noqa: ANN401 - fields of several types
    return read(event, now=NOW, settings=replace(SETTINGS, **settings))


def started(**request: Any) -> NewRun:  # noqa: ANN401 - fields of several types
    """Return the run that ``REQUEST`` starts, with other fields of the request."""
    whole: JSON = {"connection_id": CONNECTION_ID, "patience_minutes": 240} | request
    return NewRun(request=Request(**whole), started_at=NOW)


def consented(**more: Any) -> NewRun:  # noqa: ANN401 - fields of several types
    """Return the run that ``REQUEST`` with ``CONSENT`` starts, with other fields of the override."""
    override: JSON = {"guard": "traffic", "reason": CONSENT["reason"], "ids": tuple(CONSENT["ids"])} | more
    return started(overrides=(Override(**override),))


def rewritten(result: JSON, run: Run) -> JSON:
    """Write the result again, from the run that was read from it."""
    seen = Observation(
        region="eu-central-1",
        port=replace(run.port, state=run.port_states[run.request.port_id]),
        members=tuple(replace(c, state=run.port_states[c.id]) for c in connections_of(run.port) if c.id != run.port.id),
        virtual_interfaces=tuple(
            virtual_interface(v["virtualInterfaceId"].removeprefix("dxvif-"), v["state"])
            for v in result["virtualInterfaces"]
        ),
    )
    outcome = StepOutcome(
        at=run.phase_started_at,
        phase=run.phase,
        reason=result["reason"],
        wait_seconds=result["waitSeconds"],
        verdicts=run.verdicts,
        already_gone=result["alreadyGone"],
        phase_started_at=run.phase_started_at,
    )
    written: JSON = json.loads(json.dumps(write(run, outcome, seen)))
    return written


def complaint(event: object, **settings: Any) -> str:  # noqa: ANN401 - fields of several types
    """Return the error about an event; every error is short, printable, and quotes no value."""
    with pytest.raises(InvalidRequestError) as raised:
        run_of(event, **settings)
    message = str(raised.value)
    assert POISON not in message.lower()
    assert len(message) < 2_000
    assert message.isprintable()
    assert not re.search(r"\b(should|[Ii]nput|[Tt]uple|validation|info)\b", message), "it speaks of Python"
    return message


def brief(value: object) -> str:
    """Name a value in the id of a test."""
    return ascii(value)[:40]
