"""The entry point of the Lambda function: wires a step to AWS and to the environment."""

import gc

# Nothing that is imported here is garbage; looking for some takes a twentieth of a cold start.
gc.disable()

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from decommission.bucket import Bucket
from decommission.errors import DecommissionError
from decommission.log import logger
from decommission.places import Clients, Places
from decommission.record import Record
from decommission.schemas import JSON
from decommission.settings import Settings
from decommission.steps import Steps

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Three attempts with backoff for what only looks; what is still busy then is the state machine's to retry.
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    # Elsewhere than in AWS, no name resolves to a bucket.
    s3={"addressing_style": "path" if os.environ.get("AWS_ENDPOINT_URL") else "auto"},
)
# One attempt for what deletes: the loop looks before it asks again.
_ONCE = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
# botocore's own session: what boto3 adds to it would be a fifth of a cold start, and nothing here needs it.
_session = botocore.session.get_session()


def _clients_with(**access: Any) -> Clients:  # noqa: ANN401 - as create_client
    @cache
    def client(service: str, *, once: bool = False) -> Any:  # noqa: ANN401 - boto3's clients have a type for each service
        return _session.create_client(service, config=_ONCE if once else _CONFIG, **access)

    return client


_settings = Settings.from_environment(os.environ)
_step = Steps(
    Places(_clients_with, _settings),
    Record(Bucket(partial(_clients_with(), "s3"), _settings.record_bucket)),
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
