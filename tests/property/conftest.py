"""How hard Hypothesis tries."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "decommission",
    max_examples=300,
    # The same examples each time, lest somebody who changed something else is surprised; new ones when asked for more.
    derandomize="HISTORIES" not in os.environ,
    # How long an example takes is the machine's business.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("decommission")
