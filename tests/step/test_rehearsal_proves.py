"""A rehearsal proves something only if all were down together, for long enough, and everybody was heard."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from decommission.errors import AwsDeniedError
from decommission.schemas import JSON
from sandbox.directconnect import (
    SERVER_ERROR,
    THROTTLED,
    AccessDenied,
    Behaviour,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    Slow,
    client_error,
)
from tests.step import worlds
from tests.step.rehearsals import HISTORY, REHEARSED, START, STOP, down, until
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, OTHER_INTERFACE_ID, KilledError, before_call, clock_of, run
from tests.support.driver import PROTECTED, Around, asked, blocked_by, changes, is_under_way, new_step, take
from tests.support.strategies import CONNECTION_ID

pytestmark = pytest.mark.usefixtures("site_alarm")

FIRST, SECOND, THIRD = INTERFACE_IDS
LONGEST_STEP_SECONDS: Final = 900


@pytest.fixture
def routed(routed: DirectConnectBackend, *, keeps_end: bool) -> DirectConnectBackend:
    routed.behaviour = Behaviour(stopped_tests_keep_their_end=keeps_end)
    return routed


def set_state(world: DirectConnectBackend, state: str, *ids: str) -> None:
    for id_ in ids:
        world.virtual_interfaces[id_].state = state


def is_rehearsing(result: JSON) -> bool:
    return result["rehearsal"] is not None and result["rehearsal"]["tests"]


def is_recovering(result: JSON) -> bool:
    return result["rehearsal"] is not None and "announce its routes anew" in result["reason"]


def with_third_pending(world: DirectConnectBackend, around: Around) -> JSON:
    """Take steps until BGP is down but for the third interface, whose test is throttled."""
    before_call(world, START, lambda world: world.faults.add(START, THROTTLED), number=3)
    result = until(is_rehearsing, world, around)
    assert [THIRD] == result["rehearsal"]["pending"]
    return result


def first_deletion(world: DirectConnectBackend) -> list[float]:
    """Note after how many minutes of this test each interface is deleted."""
    clock, start, noted = clock_of(world), clock_of(world)(), list[float]()
    world.before["DeleteVirtualInterface"] = lambda _: noted.append((clock() - start).total_seconds() / 60)
    return noted


def stopped_by_somebody(world: DirectConnectBackend, *ids: str) -> None:
    for id_ in ids:
        InProcessClient(world).stop_bgp_failover_test(virtualInterfaceId=id_)


def test_what_comes_up_meanwhile_may_carry_all_that_is_down(around: Around, routed: DirectConnectBackend) -> None:
    set_state(routed, "down", THIRD)
    result = until(is_rehearsing, routed, around)
    assert [FIRST, SECOND] == down(routed)
    set_state(routed, "available", THIRD)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], [], []) == (last["phase"], blocked_by(last), asked(routed), down(routed))
    assert f"no BGP failover test was made of what came up meanwhile, and may carry the rest: {THIRD}" in last["reason"]


def test_what_one_look_did_not_show_was_never_down(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REHEARSED)
    hidden = routed.virtual_interfaces[THIRD]
    routed.before["ListResiliencyGroups"] = lambda _: routed.virtual_interfaces.pop(THIRD, None)
    clock_of(routed).advance(seconds=planned["waitSeconds"])
    begun = take(new_step(routed, around=around), planned)
    assert [FIRST, SECOND] == down(routed)
    routed.before.clear()
    routed.virtual_interfaces[THIRD] = hidden

    last = run(routed, begun, around)[-1]

    assert ("BLOCKED", ["rehearsal"], [], []) == (last["phase"], blocked_by(last), asked(routed), down(routed))


@pytest.mark.parametrize("notice", [0, 60])
def test_what_is_down_for_a_moment_when_it_should_begin_is_rehearsed_later(
    notice: int, around: Around, routed: DirectConnectBackend
) -> None:
    minutes = first_deletion(routed)
    planned = take(new_step(routed, around=around), REHEARSED | {"noticeMinutes": notice})
    clock_of(routed).advance(minutes=notice, seconds=1)
    set_state(routed, "down", *INTERFACE_IDS)
    waiting = take(new_step(routed, around=around), planned)
    assert "is taken down first" in waiting["reason"]
    clock_of(routed).advance(minutes=5)
    set_state(routed, "available", *INTERFACE_IDS)

    last = run(routed, waiting, around)[-1]

    assert ("COMPLETED", 3) == (last["phase"], len(around.report()["rehearsal"]["tests"]))
    assert notice + 5 + 60 + 5 <= min(minutes) < notice + 5 + 60 + 7


def test_what_goes_down_while_a_step_looks_around_is_not_deleted_by_it(
    around: Around, routed: DirectConnectBackend
) -> None:
    planned = take(new_step(routed, around=around), REHEARSED | {"patienceMinutes": 240})
    clock_of(routed).advance(minutes=66)
    routed.before["ListResiliencyGroups"] = lambda _: set_state(routed, "down", *INTERFACE_IDS)

    seen = take(new_step(routed, around=around), planned)

    assert ([], []) == (asked(routed), seen["calls"])


@pytest.mark.parametrize("notice", [0, 60])
def test_if_nothing_is_up_nothing_is_deleted_before_the_time_that_was_announced(
    notice: int, around: Around, routed: DirectConnectBackend
) -> None:
    minutes = first_deletion(routed)
    set_state(routed, "down", *INTERFACE_IDS)

    results = run(routed, REHEARSED | {"noticeMinutes": notice}, around)

    assert "COMPLETED" == results[-1]["phase"]
    assert notice + 65 <= min(minutes) < notice + 67
    (begins,) = [r["reason"] for r in results if "deleting 3 of 3" in r["reason"]]
    assert begins.startswith("nothing was up to be taken down on trial; deleting 3 of 3")


@pytest.mark.parametrize("state", ["ALARM", "INSUFFICIENT_DATA"])
def test_if_nothing_is_up_the_alarms_are_heard_all_the_same(
    state: str, around: Around, routed: DirectConnectBackend
) -> None:
    set_state(routed, "down", *INTERFACE_IDS)
    planned = take(new_step(routed, around=around), REHEARSED)
    around.cloudwatch.alarms["site-a"].state = state

    last = run(routed, planned, around)[-1]

    assert ("BLOCKED", ["rehearsal"], []) == (last["phase"], blocked_by(last), asked(routed))
    assert f"the alarm site-a is in the state {state}" in last["reason"]


def test_if_nothing_is_up_the_brake_ends_it_at_once(around: Around, routed: DirectConnectBackend) -> None:
    set_state(routed, "down", *INTERFACE_IDS)
    waiting = until(lambda r: "what comes up until" in r["reason"], routed, around)
    routed.connections[CONNECTION_ID].tags |= PROTECTED

    last = take(new_step(routed, around=around), waiting)

    assert ("BLOCKED", ["protection"]) == (last["phase"], blocked_by(last))


def test_what_somebody_else_deletes_does_not_silence_the_alarms(around: Around, routed: DirectConnectBackend) -> None:
    result = until(is_recovering, routed, around)
    InProcessClient(routed).delete_virtual_interface(virtualInterfaceId=FIRST)
    clock_of(routed).advance(minutes=5)
    around.cloudwatch.alarms["site-a"].state = "ALARM"
    before_call(routed, "ListResiliencyGroups", lambda _: None)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], [FIRST]) == (last["phase"], blocked_by(last), asked(routed))


def test_deletions_that_failed_do_not_silence_the_alarms(around: Around, routed: DirectConnectBackend) -> None:
    routed.faults.add("DeleteVirtualInterface", SERVER_ERROR, times=3)
    result = until(lambda r: r["calls"], routed, around)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    last = run(routed, result, around)[-1]

    there = [v.state for v in routed.virtual_interfaces.values()]
    assert ("BLOCKED", ["rehearsal"], ["available"] * 4) == (last["phase"], blocked_by(last), there)


@pytest.mark.parametrize("is_denied", [True, False], ids=["denied", "too slow"])
def test_what_a_step_was_about_to_delete_and_did_not_does_not_silence_the_alarms(
    *, is_denied: bool, around: Around, routed: DirectConnectBackend
) -> None:
    """Somebody else deletes it, and the progress says that the step was about to."""
    result = until(is_recovering, routed, around)
    clock = clock_of(routed)
    clock.advance(minutes=5)
    step = new_step(routed, around=around)
    if is_denied:
        routed.faults.add("DeleteVirtualInterface", AccessDenied(), times=3)
        with pytest.raises(AwsDeniedError):
            take(step, result)
    else:
        around.s3.clock = clock
        around.s3.faults.add("PutObject", Slow(12))
        result = take(step, result)
    assert INTERFACE_IDS == [v.id for v in routed.virtual_interfaces.values() if v.connection_id == CONNECTION_ID]
    InProcessClient(routed).delete_virtual_interface(virtualInterfaceId=FIRST)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"]) == (last["phase"], blocked_by(last))
    assert FIRST == asked(routed)[-1]


def test_deletions_that_failed_are_no_rehearsal(around: Around, routed: DirectConnectBackend) -> None:
    set_state(routed, "down", *INTERFACE_IDS)
    routed.faults.add("DeleteVirtualInterface", SERVER_ERROR, times=3)
    result = until(lambda r: r["calls"], routed, around, REHEARSED | {"patienceMinutes": 240})
    set_state(routed, "available", *INTERFACE_IDS)

    last = run(routed, result, around)[-1]

    assert ("COMPLETED", 3) == (last["phase"], len(around.report()["rehearsal"]["tests"]))


def test_after_deletions_that_failed_it_has_its_time_to_recover(around: Around, routed: DirectConnectBackend) -> None:
    set_state(routed, "down", *INTERFACE_IDS)
    routed.faults.add("DeleteVirtualInterface", SERVER_ERROR, times=3)
    failed = until(lambda r: r["calls"], routed, around, REHEARSED | {"patienceMinutes": 240})
    set_state(routed, "available", *INTERFACE_IDS)
    result = until(is_recovering, routed, around, failed)
    clock_of(routed).advance(minutes=3)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"]) == (last["phase"], blocked_by(last))


def test_deletions_that_failed_are_none_whatever_somebody_else_deletes(
    around: Around, routed: DirectConnectBackend
) -> None:
    set_state(routed, "down", *INTERFACE_IDS)
    waiting = until(
        lambda r: "what comes up until" in r["reason"], routed, around, REHEARSED | {"patienceMinutes": 240}
    )
    InProcessClient(routed).delete_virtual_interface(virtualInterfaceId=FIRST)
    routed.faults.add("DeleteVirtualInterface", SERVER_ERROR, times=2)
    failed = until(lambda r: r["calls"], routed, around, waiting)
    set_state(routed, "available", SECOND, THIRD)

    last = run(routed, failed, around)[-1]

    assert ("COMPLETED", {SECOND, THIRD}) == (last["phase"], {*around.report()["rehearsal"]["tests"]})


@pytest.mark.parametrize("is_pending", [False, True])
def test_what_comes_up_after_the_tests_have_ended_was_on_no_trial(
    *, is_pending: bool, around: Around, routed: DirectConnectBackend
) -> None:
    if is_pending:
        result = with_third_pending(routed, around)
        set_state(routed, "down", THIRD)
    else:
        set_state(routed, "down", THIRD)
        result = until(is_rehearsing, routed, around)
    result = until(is_recovering, routed, around, result)
    set_state(routed, "available", THIRD)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], []) == (last["phase"], blocked_by(last), asked(routed))
    assert f"what came up meanwhile, and may carry the rest: {THIRD}" in last["reason"]


def test_what_was_announced_holds_also_if_somebody_moves_everything_away(
    around: Around, routed: DirectConnectBackend
) -> None:
    start = clock_of(routed)()
    planned = take(new_step(routed, around=around), REHEARSED)
    for id_ in INTERFACE_IDS:
        InProcessClient(routed).associate_virtual_interface(virtualInterfaceId=id_, connectionId=OTHER_ID)

    assert "COMPLETED" == run(routed, planned, around)[-1]["phase"]
    assert clock_of(routed)() - start >= timedelta(minutes=65)


def test_without_any_interface_there_is_nothing_to_wait_for(around: Around, clock: ManualClock) -> None:
    world, start = worlds.member(clock), clock()

    last = run(world, REHEARSED | {"rehearsalMinutes": 180}, around)[-1]

    assert "COMPLETED" == last["phase"]
    assert clock() - start < timedelta(minutes=30)


def test_what_goes_down_before_its_test_could_be_started_carries_nothing(
    around: Around, routed: DirectConnectBackend
) -> None:
    result = with_third_pending(routed, around)
    set_state(routed, "down", THIRD)

    last = run(routed, result, around)[-1]

    assert ("COMPLETED", 2) == (last["phase"], len(around.report()["rehearsal"]["tests"]))


def test_what_was_moved_and_stopped_does_not_keep_the_run_from_its_end(
    around: Around, routed: DirectConnectBackend
) -> None:
    result = until(is_rehearsing, routed, around)
    clock_of(routed).advance(minutes=2)
    stopped_by_somebody(routed, FIRST)
    InProcessClient(routed).associate_virtual_interface(virtualInterfaceId=FIRST, connectionId=OTHER_ID)
    began = clock_of(routed)()

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], down(routed))
    assert f"somebody moved {FIRST} to {OTHER_ID}" in last["reason"]
    assert clock_of(routed)() - began < timedelta(minutes=3)


def test_all_are_down_together_for_most_of_the_time(around: Around, routed: DirectConnectBackend) -> None:
    """While one is still up, it carries everything."""
    routed.before[START] = lambda _: clock_of(routed).advance(seconds=80)

    last = run(routed, REHEARSED | {"rehearsalMinutes": 4, "patienceMinutes": 60}, around)[-1]

    assert ("BLOCKED", [], []) == (last["phase"], asked(routed), down(routed))
    assert f"BGP failover tests could not be started in time on {SECOND}, {THIRD}" in last["reason"]


@pytest.mark.parametrize("minutes", [1, 2, 3, 5])
def test_however_short_it_is_what_somebody_stops_at_once_proves_nothing(
    minutes: int, around: Around, routed: DirectConnectBackend
) -> None:
    result = until(is_rehearsing, routed, around, REHEARSED | {"rehearsalMinutes": minutes})
    stopped_by_somebody(routed, *INTERFACE_IDS)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], []) == (last["phase"], blocked_by(last), asked(routed))
    assert "ended early, or somebody stopped it" in last["reason"]


def test_the_test_of_somebody_who_stopped_ours_a_moment_ago_goes_on(
    around: Around, routed: DirectConnectBackend
) -> None:
    """He starts his own between our reading of the history and our stop."""
    result = until(is_rehearsing, routed, around)
    clock_of(routed).advance(minutes=2)
    # So this look finds that the rehearsal is over, and not the one before.
    stopped_by_somebody(routed, THIRD)
    theirs: list[str] = []

    def replace_first(world: DirectConnectBackend) -> None:
        stopped_by_somebody(world, FIRST)
        started = InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=FIRST, testDurationInMinutes=180)
        theirs.append(started["virtualInterfaceTest"]["testId"])

    before_call(routed, HISTORY, replace_first, number=2)
    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [FIRST]) == (last["phase"], down(routed))
    assert theirs == [t.id for t in routed.failover_tests if t.is_running(clock_of(routed)()) and not t.is_stopped]


def test_a_stop_that_is_refused_while_aws_shows_old_states_is_tried_again(
    around: Around, routed: DirectConnectBackend
) -> None:
    planned = take(new_step(routed, around=around), REHEARSED)
    clock = clock_of(routed)
    clock.advance(seconds=planned["waitSeconds"])
    begun = take(new_step(routed, around=around), planned)
    until_then = clock() + timedelta(seconds=90)
    hidden: list[str] = []

    def show_old_states(operation: str, _: object) -> None:
        if operation == "DescribeVirtualInterfaces" and clock() < until_then:
            hidden.extend(down(routed))
            set_state(routed, "available", *hidden)

    def show_new_states(*_: object) -> None:
        set_state(routed, "testing", *hidden)
        hidden.clear()

    routed.before_each, routed.after_each = show_old_states, show_new_states
    around.cloudwatch.alarms["site-a"].state = "ALARM"
    routed.faults.add(STOP, client_error("Not now"), times=3)

    last = run(routed, begun, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], down(routed))
    assert not [t for t in routed.failover_tests if t.is_running(clock()) and not t.is_stopped]


def test_a_step_that_heard_nobody_brings_bgp_back_before_all_else(clock: ManualClock, around: Around) -> None:
    """AWS is so slow that Lambda kills each step."""
    world = worlds.routed(clock)
    for number in range(48):
        name = f"dxvif-more00{number:02}"
        world.add_virtual_interface(CONNECTION_ID, name, type="private", direct_connect_gateway_id="")
    result = until(is_rehearsing, world, around, REHEARSED | {"rehearsalMinutes": 180, "patienceMinutes": 240})
    clock.advance(minutes=5)
    began = clock()

    def be_slow(*_: object) -> None:
        clock.advance(seconds=8)
        if clock() - began > timedelta(seconds=LONGEST_STEP_SECONDS):
            raise KilledError

    world.before_each = be_slow
    assert 51 == len(down(world))
    with pytest.raises(KilledError):
        take(new_step(world, around=around), result)

    assert [] == down(world)


def test_a_history_that_aws_never_shows_keeps_nobody_from_being_heard(
    around: Around, routed: DirectConnectBackend
) -> None:
    result = until(is_rehearsing, routed, around)

    def be_busy(parameters: Mapping[str, Any]) -> None:
        if parameters["virtualInterfaceId"] == SECOND:
            routed.faults.add(HISTORY, THROTTLED)

    routed.before[HISTORY] = be_busy
    last = run(routed, result, around)[-1]

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (last["phase"], asked(routed))


def test_what_is_pending_is_not_started_long_after_everybody_was_heard(
    around: Around, routed: DirectConnectBackend
) -> None:
    result = with_third_pending(routed, around)
    clock = clock_of(routed)

    def be_slow(_: object) -> None:
        clock.advance(seconds=40)
        set_state(routed, "down", OTHER_INTERFACE_ID)

    routed.before[HISTORY] = be_slow
    seen = take(new_step(routed, around=around), result)

    assert (["REHEARSING"], [FIRST, SECOND]) == ([seen["phase"]], down(routed))
    last = run(routed, seen, around)[-1]
    assert ("BLOCKED", 3, []) == (last["phase"], changes(routed).count(START), down(routed))


def test_a_run_that_is_refused_its_first_test_does_not_say_that_bgp_comes_back(
    around: Around, routed: DirectConnectBackend
) -> None:
    routed.faults.add(START, client_error("No"), times=math.inf)

    last = run(routed, REHEARSED, around)[-1]

    assert "BLOCKED" == last["phase"]
    assert f'AWS did not start a BGP failover test on {FIRST}: "No"; nothing was deleted by this run' in last["reason"]
    assert "comes back" not in last["reason"]


def test_an_objection_that_ends_a_rehearsal_is_told_once(around: Around, routed: DirectConnectBackend) -> None:
    result = until(is_rehearsing, routed, around)
    routed.add_virtual_interface(CONNECTION_ID, "dxvif-ccccccc0")

    last = run(routed, result, around)[-1]

    assert not is_under_way(last)
    assert 1 == last["reason"].count("the plan of what is left has the digest")


def test_before_it_the_plan_says_so(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REHEARSED)
    assert planned["reason"].endswith("will be deleted, after a rehearsal of 60 minutes")
