"""A result fits into Step Functions, whatever AWS says and for however long."""

import json
import math
from typing import Any, Final

import pytest

from decommission.schemas import MOST_IDS_IN_ALL
from sandbox.directconnect import Behaviour, DirectConnectBackend, ManualClock, client_error
from sandbox.in_process import Measured
from tests.step.worlds import OTHER_ACCOUNT, run
from tests.support.driver import APPROVED, PROTECTED, REQUEST, Around, blocked_by, new_step, new_world, override, take
from tests.support.strategies import ACCOUNT, CONNECTION_ID

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 256 KiB for a result
LARGEST_RESULT: Final = 200 * 1024
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html
LONGEST_CAUSE: Final = 32_768
MOST_INTERFACES: Final = 51
WORDS: Final = 'AWS says "no" \\ with a lot of words, ' * 40


def full(clock: ManualClock) -> DirectConnectBackend:
    """Make the largest connection, with the most and longest of all that AWS may show."""
    world = new_world(clock, *["public"] * MOST_INTERFACES)
    tags = {f"{'k' * 120}{number}": "v" * 256 for number in range(49)}
    world.connections[CONNECTION_ID].tags |= tags
    for number, one in enumerate([*world.virtual_interfaces.values()]):
        one.owner_account = OTHER_ACCOUNT
        one.name = "n" * 255
        one.tags |= tags
        one.state = "down" if number % 2 else "available"
    return world


def requests(world: DirectConnectBackend, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a field of a request
    """Make the largest request that helps."""
    ids = list(world.virtual_interfaces)
    guards = ("foreign-interfaces", "redundancy", "under-construction", "routes", "failover-test")
    filler = [f"dxvif-{number:08}" for number in range(MOST_IDS_IN_ALL // len(guards) - len(ids))]
    consents = [override(guard, *ids, *filler, reason="r" * 256) for guard in guards]
    return {**REQUEST, "reason": "x" * 1000, "overrides": consents, **more}


def sizes(results: list[dict[str, Any]]) -> tuple[int, int]:
    return max(len(json.dumps(result)) for result in results), max(len(result["reason"]) for result in results)


@pytest.mark.parametrize(
    ("operation", "are_named"),
    [("DeleteVirtualInterface", False), ("DeleteConnection", False), ("DeleteVirtualInterface", True)],
    ids=["interfaces", "the connection", "interfaces that are named"],
)
def test_hours_of_refusals(*, operation: str, are_named: bool, clock: ManualClock) -> None:
    world = full(clock)
    world.faults.add(operation, client_error(WORDS), math.inf)
    named: dict[str, Any] = {"virtualInterfaceIds": list(world.virtual_interfaces)} if are_named else {}
    if are_named:
        for one in world.virtual_interfaces.values():
            one.owner_account = ACCOUNT
            one.tags |= APPROVED

    results = run(world, requests(world, patienceMinutes=60, **named))

    assert "TIMED_OUT" == results[-1]["phase"]
    size, reason = sizes(results)
    assert size < LARGEST_RESULT
    assert reason < LONGEST_CAUSE


def test_everything_blocks_after_everything_was_refused(clock: ManualClock, around: Around) -> None:
    world = full(clock)
    world.behaviour = Behaviour(foreign_tags_visible=True)
    world.faults.add("DeleteVirtualInterface", client_error(WORDS), math.inf)
    step = new_step(world, around=around)
    refused = take(step, take(step, requests(world)))
    for operation in ("DescribeInterconnects", "ListVirtualInterfaceRoutes", "ListResiliencyGroups"):
        world.faults.add(operation, client_error(WORDS), math.inf)
    around.sts.account = OTHER_ACCOUNT
    for one in world.virtual_interfaces.values():
        around.cloudwatch.measured[one.id] = Measured(ingress=[5e9])
        one.tags |= PROTECTED | {"aws:cloudformation:stack-name": "s" * 128}

    result = take(step, refused)

    assert ("BLOCKED", ["ownership", "protection", "stack", "traffic"]) == (result["phase"], blocked_by(result))
    size, reason = sizes([refused, result])
    assert size < LARGEST_RESULT
    assert reason < LONGEST_CAUSE
    assert f"AWS's last words about {MOST_INTERFACES - 10} more are in the report" in result["reason"]
