"""The log: JSON lines, each with the id of the connection."""

from collections.abc import Iterable

from aws_lambda_powertools.logging import Logger

from decommission.run import Call, Outcome, Verdict

logger = Logger()


def log_call(call: Call) -> None:
    logger.info(
        "called",
        action=call.action,
        resourceId=call.resource_id,
        outcome=call.outcome,
        awsRequestId=call.request_id,
        words=call.words,
    )


def log_verdicts(verdicts: Iterable[Verdict]) -> None:
    for verdict in verdicts:
        write = logger.info if verdict.outcome is Outcome.PASS else logger.warning
        write("guard", guard=verdict.guard, outcome=verdict.outcome, reason=verdict.reason)
