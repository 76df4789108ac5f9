"""The entry point of the Lambda function: wires a step to AWS and to the environment."""

import os
from typing import TYPE_CHECKING, cast

import botocore.session
from botocore.config import Config

from decommission.contract import JSON
from decommission.direct_connect import DirectConnect
from decommission.errors import DecommissionError
from decommission.settings import Settings
from decommission.step import Step, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_directconnect import DirectConnectClient

# Three attempts with backoff inside a step; what is still busy then is the state machine's to retry.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
# botocore's own session: what boto3 adds to it would be a fifth of a cold start, and nothing here needs it.
_client = cast("DirectConnectClient", botocore.session.get_session().create_client("directconnect", config=_CONFIG))
_step = Step(DirectConnect(_client), Settings.from_environment(os.environ))


@logger.inject_lambda_context(clear_state=True)
def handler(event: object, context: "LambdaContext") -> JSON:  # noqa: ARG001 - what Lambda calls has two parameters
    """Take one step; see README.md for the event and the result."""
    # Until the event has been read: every line carries the field that people search by.
    logger.append_keys(connectionId="invalid")
    try:
        return _step(event)
    except DecommissionError as error:
        logger.error(str(error), error=type(error).__name__)
        raise
