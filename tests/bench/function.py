"""The function as it is deployed, as far as a measurement has to know."""

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Final

from decommission.log import logger

MINIMUM_WAIT_SECONDS: Final = 10
PATIENCE_MINUTES: Final = 240
ENVIRONMENT: Final = {
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "ALLOW_OVERRIDES_FROM_EVENTS": "false",
    "LEAST_PATIENCE_MINUTES": "30",
    "MANAGED_BY_TAG_KEYS": "terraform,managed-by",
    "MINIMUM_WAIT_SECONDS": str(MINIMUM_WAIT_SECONDS),
    "PATIENCE_MINUTES": str(PATIENCE_MINUTES),
    "PROTECTION_TAG_KEY": "decommission-protected",
    "RECORD_BUCKET": "records",
    "TRAFFIC_LOOKBACK_MINUTES": "1440",
    "TRAFFIC_THRESHOLD_BPS": "10000",
    "POWERTOOLS_METRICS_NAMESPACE": "DirectConnectDecommission",
    "POWERTOOLS_SERVICE_NAME": "dx-decommission",
}


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Let the function write its logs and metrics as ever, to where nobody reads them."""
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123 - a device
        # The logger keeps the stream that was standard output when it was made.
        before = handler.setStream(nowhere)
        try:
            yield
        finally:
            handler.setStream(before)
