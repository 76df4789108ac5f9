"""
The entry point of the function that tells people and machines what runs are about to do, and how they ended.

It is called by EventBridge: when S3 has a new plan or report of a run or a new summary of a sweep, and when an
execution failed, timed out or was stopped. What it cannot send it raises, so that Lambda tries again and an alarm
rings; the run goes on or has ended whatever becomes of it.
"""

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from decommission.calls import call
from decommission.clients import clients_with
from decommission.errors import AwsBusyError, InvalidRequestError
from notifier import sweep
from notifier.message import JSON, Message, of_execution, of_plan, of_report

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SOURCE = "dx-decommission"
OF_DOCUMENTS: dict[str, Callable[[JSON, str], Message | None]] = {
    "plan.json": of_plan,
    "report.json": of_report,
    "summary.json": sweep.of_summary,
}

_client = clients_with()
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> None:  # noqa: ARG001 - Lambda calls with two parameters
    """Send what this event of EventBridge calls for. Raises AwsBusyError and AwsDeniedError."""
    match event:
        case {"source": "aws.s3", "detail": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}}:
            message = _of_document(bucket, key)
        case {"source": "aws.states", "detail": {"executionArn": str(arn)}}:
            message = _of_execution(arn)
        case _:
            raise InvalidRequestError("the event is neither S3's of a new report nor Step Functions' of an execution")
    if message is None:
        logger.info("there is nothing to tell: no notice, or the run has a report, or the sweep was of nothing")
        return
    _send(message)
    logger.info("sent", subject=message.subject)


def _of_document(bucket: str, key: str) -> Message | None:
    document = json.loads(call(_client("s3"), "GetObject", Bucket=bucket, Key=key)["Body"].read())
    folder, _, name = key.rpartition("/")
    return OF_DOCUMENTS[name](document, f"s3://{bucket}/{folder}/")


def _of_execution(arn: str) -> Message | None:
    described = call(_client("stepfunctions"), "DescribeExecution", executionArn=arn)
    is_sweep = described["stateMachineArn"] == os.environ["SWEEP_STATE_MACHINE_ARN"]
    return sweep.of_execution(described) if is_sweep else of_execution(described)


def _send(message: Message) -> None:
    if message.detail_type:
        entry = {"Source": SOURCE, "DetailType": message.detail_type, "Detail": json.dumps(message.detail)}
        answered = call(_client("events"), "PutEvents", Entries=[entry])
        if answered["FailedEntryCount"]:
            raise AwsBusyError(f"events:PutEvents took no event: {answered['Entries'][0].get('ErrorCode')}")
    topic = os.environ["NOTIFICATION_TOPIC_ARN"]
    call(_client("sns"), "Publish", TopicArn=topic, Subject=message.subject, Message=message.text)
