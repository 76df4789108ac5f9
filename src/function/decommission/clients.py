"""How the functions make their clients of AWS."""

import logging
import os
from functools import cache
from typing import Any, Protocol

import botocore.session
from botocore.config import Config

# At DEBUG botocore logs signed requests, with the session token in them. A level may be set anew by anybody; a filter
# stays.
_SIGNED = ("CanonicalRequest", "StringToSign", "Signature", "Sending http request")
for _name in ("botocore.auth", "botocore.endpoint"):
    logging.getLogger(_name).addFilter(lambda record: not str(record.msg).startswith(_SIGNED))

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


class Clients(Protocol):
    """Makes the client of a service when it is needed; with ``once``, one that makes one attempt at each call."""

    def __call__(self, service: str, *, once: bool = False) -> Any: ...  # noqa: ANN401 - each service has a type


class ClientsWith(Protocol):
    """Takes what botocore's ``create_client`` takes for a region and credentials; without any, the function's own."""

    def __call__(self, **access: str) -> Clients: ...


def clients_with(**access: str) -> Clients:
    """Make clients for a region and credentials, each once; see ``ClientsWith``."""

    @cache
    def client(service: str, *, once: bool = False) -> Any:  # noqa: ANN401 - each service has a type
        create: Any = _session.create_client
        return create(service, config=_ONCE if once else _CONFIG, **access)

    return client
