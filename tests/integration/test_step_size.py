"""A result fits into Step Functions, whatever AWS says and for however long."""

import json
import math

from sandbox.directconnect import ManualClock, client_error
from tests.driver import REQUEST, drive, new_step, new_world

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LARGEST_RESULT = 256 * 1024
MOST_INTERFACES = 51


def test_after_hours_of_refusals_for_the_largest_connection() -> None:
    clock = ManualClock()
    world = new_world(clock, *["public"] * MOST_INTERFACES)
    world.faults.add("DeleteVirtualInterface", client_error("words of AWS, " * 20), math.inf)
    results = drive(new_step(world), {**REQUEST, "patienceMinutes": 240, "reason": "x" * 1000}, clock)
    assert "TIMED_OUT" == results[-1]["phase"]
    assert max(len(json.dumps(result)) for result in results) < LARGEST_RESULT / 2
