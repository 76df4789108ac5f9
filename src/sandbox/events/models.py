"""An EventBridge backend whose rules start state machines; moto's own delivers to queues and logs only."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any, override

from moto.events.models import EventsBackend as MotoEventsBackend
from moto.events.models import Rule, events_backends
from moto.events.utils import EventMessageType
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.utilities.arns import parse_arn


class EventsBackend(MotoEventsBackend):
    @override
    def put_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [self._put_event(event) for event in events]

    def _put_event(self, event: dict[str, Any]) -> dict[str, Any]:
        envelope: EventMessageType = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": event["DetailType"],
            "source": event["Source"],
            "account": self.account_id,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region_name,
            "resources": event.get("Resources", []),
            "detail": json.loads(event["Detail"]),
        }
        bus = self.describe_event_bus(event.get("EventBusName") or "default")
        for rule in bus.rules.values():
            if rule.state == "ENABLED" and rule.event_pattern.matches_event(envelope):
                _deliver(rule, envelope)
        return {"EventId": envelope["id"]}


def _deliver(rule: Rule, envelope: EventMessageType) -> None:
    for target in rule.targets:
        arn = parse_arn(target["Arn"])
        if arn.service != "states":
            raise LookupError(f"the sandbox delivers events to state machines only, not to {target['Arn']}")
        step_functions = stepfunctions_parser_backends[arn.account][arn.region]
        step_functions.start_execution(target["Arn"], name=envelope["id"], execution_input=json.dumps(envelope))


def install() -> None:
    """Have moto make our backend from now on."""
    events_backends.backend = EventsBackend
