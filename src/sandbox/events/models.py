"""An EventBridge backend whose rules start state machines and functions; moto's own delivers to neither."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any, cast, override

from moto.awslambda.models import lambda_backends
from moto.events.models import EventsBackend as MotoEventsBackend
from moto.events.models import Rule, events_backends
from moto.events.utils import EventMessageType
from moto.s3 import notifications
from moto.s3.models import FakeBucket, FakeKey
from moto.stepfunctions.parser.backend import execution
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.utilities.arns import parse_arn

from sandbox.awslambda.models import LambdaBackend


class EventsBackend(MotoEventsBackend):
    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.delivered: list[EventMessageType] = []

    @override
    def put_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"EventId": self.deliver(event["Source"], event["DetailType"], json.loads(event["Detail"]))}
            for event in events
        ]

    def deliver(self, source: str, detail_type: str, detail: dict[str, Any]) -> str:
        """Deliver an event on the default bus, and return its id."""
        envelope: EventMessageType = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self.account_id,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region_name,
            "resources": [],
            "detail": detail,
        }
        self.delivered.append(envelope)
        for rule in self.describe_event_bus("default").rules.values():
            if rule.state == "ENABLED" and rule.event_pattern.matches_event(envelope):
                _deliver(rule, envelope)
        return envelope["id"]


def _deliver(rule: Rule, envelope: EventMessageType) -> None:
    for target in rule.targets:
        arn = parse_arn(target["Arn"])
        match arn.service:
            case "states":
                step_functions = stepfunctions_parser_backends[arn.account][arn.region]
                step_functions.start_execution(target["Arn"], name=envelope["id"], execution_input=json.dumps(envelope))
            case "lambda":
                _functions(arn.account, arn.region).invoke_later(target["Arn"], envelope)
            case _:
                raise LookupError(f"the sandbox delivers to state machines and functions, not to {target['Arn']}")


def _bus(account_id: str, region_name: str) -> EventsBackend:
    return cast("EventsBackend", events_backends[account_id][region_name])


def _functions(account_id: str, region_name: str) -> LambdaBackend:
    return cast("LambdaBackend", lambda_backends[account_id][region_name])


def _report_object(account_id: str, bucket: FakeBucket, event_name: str, key: FakeKey) -> None:
    """Deliver S3's event of a new object; S3's other events are not delivered."""
    if not event_name.startswith("s3:ObjectCreated:"):
        return
    detail = {"version": "0", "bucket": {"name": bucket.name}, "object": {"key": key.name}, "reason": event_name}
    _bus(account_id, bucket.region_name).deliver("aws.s3", "Object Created", detail)


class _WorkerCommunication(execution.BaseExecutionWorkerCommunication):
    @override
    def terminated(self) -> None:
        """Deliver Step Functions' event of an execution that has ended."""
        ended = self.execution
        with _functions(ended.account_id, ended.region_name).delivering:
            super().terminated()
            detail = {
                "executionArn": ended.exec_arn,
                "stateMachineArn": ended.state_machine.arn,
                "name": ended.name,
                "status": ended.status,
            }
            bus = _bus(ended.account_id, ended.region_name)
            bus.deliver("aws.states", "Step Functions Execution Status Change", detail)


def install() -> None:
    """Have moto make our backend from now on."""
    events_backends.backend = EventsBackend
    setattr(notifications, "_send_event_bridge_message", _report_object)  # noqa: B010 - moto's own lacks functions
    setattr(execution, "BaseExecutionWorkerCommunication", _WorkerCommunication)  # noqa: B010 - moto's own is silent
