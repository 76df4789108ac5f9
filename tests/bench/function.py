"""The environment of the function, and a way to silence its output."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.driver import logging_to_standard_output

MINIMUM_WAIT_SECONDS: Final = 10
PATIENCE_MINUTES: Final = 240
ENVIRONMENT: Final = {
    "APPROVAL_TAG_KEY": "decommission",
    "APPROVAL_TAG_VALUE": "approved",
    "ALLOW_OVERRIDES_FROM_EVENTS": "false",
    "LEAST_PATIENCE_MINUTES": "30",
    "NOTICE_MINUTES": "0",
    "MANAGED_BY_TAG_KEYS": "terraform,managed-by",
    "MINIMUM_WAIT_SECONDS": str(MINIMUM_WAIT_SECONDS),
    "PATIENCE_MINUTES": str(PATIENCE_MINUTES),
    "PROTECTION_TAG_KEY": "decommission-protected",
    "RECORD_BUCKET": "records",
    "SPOKE_EXTERNAL_ID": "dx-decommission",
    "SPOKE_ROLE_NAME": "dx-decommission-spoke",
    "TRAFFIC_LOOKBACK_MINUTES": "1440",
    "TRAFFIC_THRESHOLD_BPS": "10000",
    "POWERTOOLS_METRICS_NAMESPACE": "DirectConnectDecommission",
    "POWERTOOLS_SERVICE_NAME": "dx-decommission",
}


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Discard the logs and the metrics that the function prints."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        logging_to_standard_output(),
    ):
        yield
