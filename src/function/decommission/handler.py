"""The entry point of the Lambda function: wires a step to AWS and to the environment."""

import gc

# Nothing that is imported here is garbage; looking for some takes a twentieth of a cold start.
gc.disable()

import os
from functools import partial
from typing import TYPE_CHECKING

from decommission.bucket import Bucket
from decommission.clients import clients_with
from decommission.errors import DecommissionError
from decommission.log import logger
from decommission.places import Places
from decommission.record import Record
from decommission.schemas import JSON
from decommission.settings import Settings
from decommission.steps import Steps

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_settings = Settings.from_environment(os.environ)
_step = Steps(
    Places(
        clients_with,
        external_id=_settings.spoke_external_id,
        lookback_minutes=_settings.traffic_lookback_minutes,
    ),
    Record(Bucket(partial(clients_with(), "s3"), _settings.record_bucket)),
    _settings,
)

# What is there now stays: later collections need not look at it.
gc.freeze()
gc.enable()


@logger.inject_lambda_context(clear_state=True)
def handler(event: object, context: "LambdaContext") -> JSON:  # noqa: ARG001 - what Lambda calls has two parameters
    """Take one step; see docs/design.md for the event and the result."""
    # Until the event has been read: every line carries the field that people search by.
    logger.append_keys(connectionId="invalid")
    try:
        return _step(event)
    except DecommissionError as error:
        logger.error(str(error), error=type(error).__name__)
        raise
    except Exception as error:
        # Nothing is swallowed: an unforeseen error is logged with the connection's id, and fails the step.
        logger.exception("unforeseen error", error=type(error).__name__)
        raise
