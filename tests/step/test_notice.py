"""The notice: the plan is made and told, and nothing is deleted until it is over."""

from collections.abc import Callable
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import NEVER, DirectConnectBackend, ManualClock, StaleAnswer
from sandbox.in_process import Measured
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import PROTECTED, REQUEST, Around, asked, blocked_by, new_step, override, take, totals_in
from tests.support.strategies import CONNECTION_ID, LAG_ID

NOTICE: Final = REQUEST | {"noticeMinutes": 60, "patienceMinutes": 30}


def looks(world: DirectConnectBackend, around: Around, clock: ManualClock, event: JSON = NOTICE) -> list[JSON]:
    """Take steps until the notice is over or the run has ended; return all results of the notice, and the next."""
    step = new_step(world, around=around)
    results = [take(step, event)]
    while results[-1]["phase"] == "NOTICE":
        clock.advance(seconds=results[-1]["waitSeconds"])
        results.append(take(step, results[-1]))
    return results


def test_nothing_is_deleted_before_it_is_over(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    start = clock()
    routed.before["DeleteVirtualInterface"] = lambda _: begun.append((clock() - start).total_seconds())
    begun: list[float] = []

    last = run(routed, NOTICE, around)[-1]

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (last["phase"], asked(routed))
    assert 3_600 <= min(begun) < 3_602


def test_its_looks_grow_apart(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    *notice, _ = looks(routed, around, clock)
    waits = [result["waitSeconds"] for result in notice]
    assert waits[:-1] == sorted(waits[:-1])
    assert (10, 3_600, True) == (waits[0], sum(waits), len(waits) < 50)


def test_the_plan_says_when_it_is_over(around: Around, routed: DirectConnectBackend) -> None:
    take(new_step(routed, around=around), NOTICE)
    plan = around.document("plan.json")
    assert ("NOTICE", "2026-01-05T13:00:00+00:00") == (plan["phase"], plan["noticeEndsAt"])
    assert "nothing of dxcon-fg5678gh is deleted before 2026-01-05 13:00:00 UTC" in plan["reason"]
    assert "decommission-protected" == plan["protectionTagKey"]


def test_a_dry_run_has_none(around: Around, routed: DirectConnectBackend) -> None:
    assert "PLANNED" == take(new_step(routed, around=around), NOTICE | {"dryRun": True})["phase"]


@pytest.mark.parametrize(
    ("until", "phase"),
    [("2026-01-05T13:00:00+00:00", "BLOCKED"), ("2026-01-05T13:00:01+00:00", "NOTICE")],
    ids=["ends with it", "ends after it"],
)
def test_an_override_that_ends_with_it_blocks_at_once(
    until: str, phase: str, around: Around, routed: DirectConnectBackend
) -> None:
    routed.virtual_interfaces[INTERFACE_IDS[0]].state = "pending"
    consent = override("under-construction", INTERFACE_IDS[0], until=until)

    first = take(new_step(routed, around=around), NOTICE | {"overrides": [consent]})

    assert phase == first["phase"], first["reason"]


def test_the_patience_begins_after_it(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    routed.virtual_interfaces[INTERFACE_IDS[0]].deletion = NEVER
    start = clock()
    last = run(routed, NOTICE, around)[-1]
    assert "TIMED_OUT" == last["phase"]
    assert "30 minutes after the end of the notice" in last["reason"]
    assert 5_400 <= (clock() - start).total_seconds() < 5_461


def protect(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags |= PROTECTED


def protect_an_interface(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[1]].tags |= PROTECTED


def take_off_the_approval(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags.clear()


def add_an_interface(world: DirectConnectBackend) -> None:
    world.add_virtual_interface(CONNECTION_ID)


@pytest.mark.parametrize(
    ("brake", "guard"),
    [
        (protect, "protection"),
        (protect_an_interface, "protection"),
        (take_off_the_approval, "approval"),
        (add_an_interface, "plan"),
    ],
)
def test_the_brake_ends_it_at_the_next_look(
    *,
    brake: Callable[[DirectConnectBackend], None],
    guard: str,
    clock: ManualClock,
    around: Around,
    routed: DirectConnectBackend,
) -> None:
    step = new_step(routed, around=around)
    event = take(step, take(step, NOTICE))
    brake(routed)
    clock.advance(seconds=event["waitSeconds"])

    last = take(step, event)

    assert ("BLOCKED", [guard], []) == (last["phase"], blocked_by(last), asked(routed))
    assert "nothing was deleted by this run" in last["reason"]
    assert "BLOCKED" == around.report()["phase"]


def test_the_brake_on_the_lag_ends_it(clock: ManualClock, around: Around, member: DirectConnectBackend) -> None:
    step = new_step(member, around=around)
    event = take(step, NOTICE)
    member.lags[LAG_ID].tags |= PROTECTED
    clock.advance(seconds=event["waitSeconds"])
    assert ["protection"] == blocked_by(take(step, event))


def test_each_named_interface_has_its_brake(clock: ManualClock, around: Around) -> None:
    some = worlds.some_approved(clock)
    step = new_step(some, around=around)
    event = take(step, worlds.SOME | {"noticeMinutes": 60})
    assert "NOTICE" == event["phase"]
    some.virtual_interfaces[INTERFACE_IDS[0]].tags.clear()
    clock.advance(seconds=event["waitSeconds"])
    assert ["approval"] == blocked_by(take(step, event))


def test_traffic_in_its_course_is_judged_at_its_end(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    """A backup at night does not end it; but what is loud in the look-back when it is over blocks."""
    step = new_step(routed, around=around)
    event = take(step, NOTICE)
    around.cloudwatch.measured[INTERFACE_IDS[0]] = Measured(ingress=[5e9])
    clock.advance(seconds=event["waitSeconds"])
    event = take(step, event)
    assert ("NOTICE", []) == (event["phase"], blocked_by(event))

    clock.advance(minutes=60)
    last = take(step, event)
    assert ("BLOCKED", ["traffic"], []) == (last["phase"], blocked_by(last), asked(routed))


def test_what_aws_does_not_show_once_is_looked_for_again(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    step = new_step(routed, around=around)
    event = take(step, NOTICE)
    hidden = routed.connections.pop(CONNECTION_ID)
    interfaces, routed.virtual_interfaces = routed.virtual_interfaces, {}
    clock.advance(seconds=event["waitSeconds"])
    event = take(step, event)
    assert ("NOTICE", True) == (event["phase"], "does not show" in event["reason"])

    routed.connections[CONNECTION_ID], routed.virtual_interfaces = hidden, interfaces
    clock.advance(seconds=event["waitSeconds"])
    assert "NOTICE" == take(step, event)["phase"]


def test_stale_answers_are_outlived(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    for operation in ("DescribeConnections", "DescribeVirtualInterfaces"):
        routed.faults.add(operation, StaleAnswer())
    assert "DELETING_VIRTUAL_INTERFACES" == looks(routed, around, clock)[-1]["phase"]


def test_the_duration_is_counted_from_its_end(
    around: Around, routed: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    run(routed, NOTICE, around)
    assert 0 < totals_in(capsys.readouterr().out)["DecommissionDuration"] < 600
