"""While BGP is down on trial, the world goes on: whatever happens, somebody listens, and BGP comes back."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.schemas import JSON
from sandbox.directconnect import (
    THROTTLED,
    AccessDenied,
    Behaviour,
    DirectConnectBackend,
    Fault,
    InProcessClient,
    ManualClock,
    StaleAnswer,
    client_error,
)
from tests.step import worlds
from tests.step.rehearsals import HISTORY, REHEARSED, START, STOP, down, until
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, OTHER_INTERFACE_ID, before_call, clock_of, run
from tests.support.driver import PROTECTED, Around, asked, blocked_by, changes, new_step, override, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

pytestmark = pytest.mark.usefixtures("site_alarm")

FIRST, SECOND, THIRD = INTERFACE_IDS
START_OF_RUN: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def routed(routed: DirectConnectBackend, *, keeps_end: bool) -> DirectConnectBackend:
    routed.behaviour = Behaviour(stopped_tests_keep_their_end=keeps_end)
    return routed


def rehearsing(world: DirectConnectBackend, around: Around, event: JSON = REHEARSED) -> JSON:
    """Take steps until BGP has been down for some minutes."""
    settled = clock_of(world)() + timedelta(minutes=5)
    return until(lambda r: r["phase"] == "REHEARSING" and clock_of(world)() >= settled, world, around, event)


def move(world: DirectConnectBackend, id_: str) -> None:
    InProcessClient(world).associate_virtual_interface(virtualInterfaceId=id_, connectionId=OTHER_ID)


def cut_the_other_path(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[OTHER_INTERFACE_ID].state = "down"


@pytest.mark.parametrize("is_over", [False, True], ids=["while BGP comes back", "right before the first deletion"])
def test_an_alarm_that_goes_off_late_is_heard(*, is_over: bool, around: Around, routed: DirectConnectBackend) -> None:
    result = until(lambda r: r["rehearsal"] and r["rehearsal"]["endedAt"], routed, around)
    assert [] == down(routed)

    def ring(_: object) -> None:
        around.cloudwatch.alarms["site-a"].state = "ALARM"

    if is_over:
        clock_of(routed).advance(minutes=6)
        routed.before["ListResiliencyGroups"] = ring
    else:
        ring(None)
    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], []) == (last["phase"], blocked_by(last), asked(routed))
    assert f"{CONNECTION_ID} is blocked by rehearsal: the alarm site-a is in the state ALARM" in last["reason"]


def test_if_the_other_path_fails_bgp_comes_back_at_once(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    assert INTERFACE_IDS == down(routed)
    cut_the_other_path(routed)

    seen = take(new_step(routed, around=around), result)

    assert ("REHEARSING", []) == (seen["phase"], down(routed))
    last = run(routed, seen, around)[-1]
    assert ("BLOCKED", [], True) == (last["phase"], asked(routed), "redundancy" in blocked_by(last))
    assert "redundancy: no other path would be left of a gateway" in last["reason"]


def test_what_could_not_be_started_is_not_if_the_other_path_fails(around: Around, routed: DirectConnectBackend) -> None:
    before_call(routed, START, lambda world: world.faults.add(START, THROTTLED), number=2)
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    assert [FIRST] == down(routed)
    cut_the_other_path(routed)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [], 2) == (last["phase"], down(routed), changes(routed).count(START))


@pytest.mark.parametrize("id_", [SECOND, THIRD])
def test_bgp_comes_back_on_one_that_somebody_moves_away(id_: str, around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    move(routed, id_)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [], []) == (last["phase"], down(routed), asked(routed))
    assert f"blocked by rehearsal: somebody moved {id_} to {OTHER_ID};" in last["reason"]


def flap(world: DirectConnectBackend) -> None:
    """For one look, the whole port is down; the tests go on meanwhile."""
    mine = [v for v in world.virtual_interfaces.values() if v.id in INTERFACE_IDS]
    for v in mine:
        v.state = "down"

    def back(_: object) -> None:
        for v in mine:
            v.state = "testing" if v.state == "down" else v.state

    world.before["StopBgpFailoverTest"] = back


def answer_of_before(world: DirectConnectBackend) -> None:
    world.faults.add("DescribeVirtualInterfaces", StaleAnswer())


@pytest.mark.parametrize("odd_look", [flap, answer_of_before])
def test_one_odd_look_leaves_bgp_down_nowhere(
    odd_look: worlds.Act, around: Around, routed: DirectConnectBackend
) -> None:
    result = rehearsing(routed, around)
    odd_look(routed)

    last = run(routed, result, around)[-1]

    assert [] == down(routed)
    assert last["phase"] == "COMPLETED" or ("BLOCKED", []) == (last["phase"], asked(routed))


def test_a_hidden_connection_stops_nobody_from_listening(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    hidden = routed.connections.pop(CONNECTION_ID)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    seen = take(new_step(routed, around=around), result)

    assert ("REHEARSING", []) == (seen["phase"], down(routed))
    routed.connections[CONNECTION_ID] = hidden
    assert "BLOCKED" == run(routed, seen, around)[-1]["phase"]


def attempts(world: DirectConnectBackend, around: Around, event: JSON, error: type[Exception], most: int) -> list[str]:
    """Attempt one step again and again, half a minute apart, until BGP is back; return what each error says."""
    step, said = new_step(world, around=around), list[str]()
    while down(world):
        assert len(said) < most, said[-1]
        with pytest.raises(error) as raised:
            take(step, event)
        said.append(str(raised.value))
        clock_of(world).advance(seconds=30)
    return said


@pytest.mark.parametrize(
    "operation", ["GetMetricData", "DescribeAlarms", "ListResiliencyGroups", "DescribeConnections"]
)
def test_bgp_comes_back_when_aws_is_too_busy_to_say_who_objects(
    operation: str, around: Around, routed: DirectConnectBackend
) -> None:
    result = rehearsing(routed, around)
    for service in (routed, around.cloudwatch):
        service.faults.add(operation, THROTTLED, times=math.inf)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    if operation in {"GetMetricData", "ListResiliencyGroups"}:
        # The alarms are asked first.
        assert ("REHEARSING", []) == (take(new_step(routed, around=around), result)["phase"], down(routed))
    else:
        *_, last = attempts(routed, around, result, AwsBusyError, most=8)
        assert f"nobody could be heard, so BGP was brought back on {', '.join(INTERFACE_IDS)}" in last


def test_the_brake_is_not_waited_for_long(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    routed.faults.add("ListResiliencyGroups", THROTTLED, times=math.inf)
    routed.connections[CONNECTION_ID].tags |= PROTECTED

    attempts(routed, around, result, AwsBusyError, most=8)
    routed.faults.clear()

    last = run(routed, result, around)[-1]
    assert ("BLOCKED", []) == (last["phase"], asked(routed))


def test_a_busy_moment_is_endured(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    routed.faults.add("DescribeConnections", THROTTLED, times=2)
    step = new_step(routed, around=around)
    for _ in range(2):
        with pytest.raises(AwsBusyError) as raised:
            take(step, result)
        assert "nobody" not in str(raised.value)
        clock.advance(seconds=30)
    assert INTERFACE_IDS == down(routed)
    assert "COMPLETED" == run(routed, result, around)[-1]["phase"]


def test_a_denial_fails_the_run_only_once_bgp_is_back(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    routed.faults.add("DescribeConnections", AccessDenied(), times=math.inf)
    routed.faults.add(STOP, THROTTLED, times=4)
    step = new_step(routed, around=around)

    with pytest.raises(AwsBusyError) as raised:
        take(step, result)
    assert INTERFACE_IDS == down(routed)
    said = str(raised.value)
    assert "AWS denied directconnect:DescribeConnections" in said
    assert f"BGP may still be down on trial, until 2026-01-05 13:02:01 UTC, on {', '.join(INTERFACE_IDS)}" in said

    with pytest.raises(AwsBusyError, match=f"until 2026-01-05 13:02:01 UTC, on {FIRST}: "):
        take(step, result)
    if routed.behaviour.stopped_tests_keep_their_end:
        return
    with pytest.raises(AwsDeniedError, match="so BGP was brought back on"):
        take(step, result)
    assert [] == down(routed)


def test_what_answers_is_stopped_though_another_does_not(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    routed.faults.add("DescribeConnections", AccessDenied())
    routed.faults.add(HISTORY, THROTTLED)
    with pytest.raises(AwsBusyError, match=f"on {FIRST}: "):
        take(new_step(routed, around=around), result)
    assert [FIRST] == down(routed)


def test_starting_takes_no_longer_than_a_look_lasts(around: Around, routed: DirectConnectBackend) -> None:
    """An alarm and the brake are heard only between two steps."""
    routed.before[START] = lambda _: clock_of(routed).advance(seconds=6)

    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    assert ([FIRST, SECOND], [THIRD]) == (down(routed), result["rehearsal"]["pending"])

    last = run(routed, result, around)[-1]
    assert ("COMPLETED", 3) == (last["phase"], changes(routed).count(START))


def test_starts_that_take_long_are_spread_over_many_steps(around: Around, routed: DirectConnectBackend) -> None:
    routed.before[START] = lambda _: clock_of(routed).advance(seconds=70)
    last = run(routed, REHEARSED, around)[-1]
    assert ("COMPLETED", 3) == (last["phase"], len(around.report()["rehearsal"]["tests"]))


def test_what_is_pending_and_was_moved_away_is_not_tested(around: Around, routed: DirectConnectBackend) -> None:
    before_call(routed, START, lambda world: world.faults.add(START, THROTTLED), number=2)
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    move(routed, THIRD)

    last = run(routed, result, around)[-1]

    assert ("COMPLETED", "available") == (last["phase"], routed.virtual_interfaces[THIRD].state)
    assert THIRD not in {test.virtual_interface_id for test in routed.failover_tests}


def test_an_earlier_test_of_somebody_else_does_not_hide_ours(around: Around, routed: DirectConnectBackend) -> None:
    """Of a test that was stopped, AWS may go on to show the end that was planned."""
    client = InProcessClient(routed)
    client.start_bgp_failover_test(virtualInterfaceId=SECOND, testDurationInMinutes=4_000)
    client.stop_bgp_failover_test(virtualInterfaceId=SECOND)
    result = rehearsing(routed, around)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], down(routed))


def test_it_says_what_does_not_come_up_again(around: Around, routed: DirectConnectBackend) -> None:
    result = rehearsing(routed, around)
    around.cloudwatch.alarms["site-a"].state = "ALARM"
    seen = take(new_step(routed, around=around), result)
    routed.virtual_interfaces[SECOND].state = "down"

    last = run(routed, seen, around)[-1]

    assert f"AWS does not show it up yet, so make sure that it comes: {SECOND};" in last["reason"]


def test_bgp_is_not_taken_down_without_time_to_come_back(around: Around, routed: DirectConnectBackend) -> None:
    result = take(new_step(routed, around=around), REHEARSED)
    clock_of(routed).advance(minutes=14, seconds=30)
    assert "COMPLETED" == run(routed, result, around)[-1]["phase"]


@pytest.mark.parametrize(("ends", "phase"), [("13:05:00", "BLOCKED"), ("13:08:00", "COMPLETED")])
def test_consent_that_ends_before_the_deletion_does_not_take_bgp_down(
    ends: str, phase: str, around: Around, routed: DirectConnectBackend
) -> None:
    cut_the_other_path(routed)
    consent = [override(guard, *INTERFACE_IDS, until=f"2026-01-05T{ends}+00:00") for guard in ("redundancy", "routes")]
    last = run(routed, REHEARSED | {"overrides": consent}, around)[-1]
    assert (phase, phase == "COMPLETED") == (last["phase"], START in changes(routed))


class TestWhatCountsAsARehearsal:
    """One that nobody heard, that was stopped, or that never began, allows no deletion."""

    def test_nobody_was_heard_until_after_its_end(self, around: Around, routed: DirectConnectBackend) -> None:
        result = rehearsing(routed, around)
        around.cloudwatch.faults.add("DescribeAlarms", THROTTLED, times=math.inf)
        attempts(routed, around, result, AwsBusyError, most=8)
        around.cloudwatch.faults.clear()
        clock_of(routed).advance(minutes=70)

        last = run(routed, result, around)[-1]

        assert ("BLOCKED", []) == (last["phase"], asked(routed))
        assert "nobody could be heard from 2026-01-05 12:0" in last["reason"]

    def test_it_was_stopped_after_the_last_look(self, around: Around, routed: DirectConnectBackend) -> None:
        if routed.behaviour.stopped_tests_keep_their_end:
            pytest.skip("nobody could tell")
        result = until(
            lambda _: clock_of(routed)() >= START_OF_RUN + timedelta(minutes=59),
            routed,
            around,
        )
        for id_ in INTERFACE_IDS:
            InProcessClient(routed).stop_bgp_failover_test(virtualInterfaceId=id_)
        clock_of(routed).advance(minutes=1)

        last = run(routed, result, around)[-1]

        assert ("BLOCKED", []) == (last["phase"], asked(routed))
        assert "ended early, or somebody stopped it" in last["reason"]

    def test_no_test_ever_ran(self, around: Around, routed: DirectConnectBackend) -> None:
        routed.faults.add(START, THROTTLED)
        result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
        assert ({}, INTERFACE_IDS) == (result["rehearsal"]["tests"], result["rehearsal"]["pending"])
        for id_ in INTERFACE_IDS:
            routed.virtual_interfaces[id_].state = "down"

        last = run(routed, result, around)[-1]

        assert ("BLOCKED", []) == (last["phase"], changes(routed)[1:])
        assert "no BGP failover test could be started" in last["reason"]

    @pytest.mark.parametrize("early", [0.5, 5])
    def test_aws_may_end_it_a_little_earlier(self, early: float, around: Around, routed: DirectConnectBackend) -> None:
        def start(_: object) -> None:
            for test in routed.failover_tests:
                test.end = min(test.end, test.start + timedelta(minutes=60, seconds=-early))

        routed.before[HISTORY] = start
        assert "COMPLETED" == run(routed, REHEARSED, around)[-1]["phase"]


@pytest.mark.parametrize("fault", [client_error("There is no such thing"), AccessDenied(), THROTTLED])
def test_a_history_that_is_not_shown_holds_up_no_other(
    fault: Fault, around: Around, routed: DirectConnectBackend
) -> None:
    result = rehearsing(routed, around)

    def strike(call: Mapping[str, Any]) -> None:
        if call["virtualInterfaceId"] == SECOND:
            routed.faults.add(HISTORY, fault)

    routed.before[HISTORY] = strike
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    seen = take(new_step(routed, around=around), result)

    assert ("REHEARSING", [SECOND]) == (seen["phase"], down(routed))
    del routed.before[HISTORY]
    last = run(routed, seen, around)[-1]
    assert ("BLOCKED", []) == (last["phase"], down(routed))


def test_a_role_that_could_stop_nothing_starts_nothing(around: Around, routed: DirectConnectBackend) -> None:
    routed.faults.add(HISTORY, client_error("No"), times=math.inf)
    last = run(routed, REHEARSED, around)[-1]
    assert ("BLOCKED", []) == (last["phase"], changes(routed))
    assert f'AWS refuses to show the BGP failover tests of {FIRST}: "No"' in last["reason"]


def test_what_aws_does_not_show_yet_has_not_been_brought_back(around: Around, routed: DirectConnectBackend) -> None:
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    hidden, routed.failover_tests = routed.failover_tests, []
    routed.faults.add("DescribeConnections", AccessDenied())

    with pytest.raises(AwsBusyError, match=f"BGP may still be down on trial, .* on {', '.join(INTERFACE_IDS)}: "):
        take(new_step(routed, around=around), result)

    routed.failover_tests = hidden


def test_a_step_that_was_killed_while_it_started_the_rest(around: Around, routed: DirectConnectBackend) -> None:
    before_call(routed, START, lambda world: world.faults.add(START, THROTTLED), number=2)
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    assert [SECOND, THIRD] == result["rehearsal"]["pending"]
    InProcessClient(routed).start_bgp_failover_test(virtualInterfaceId=SECOND, testDurationInMinutes=60)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [SECOND], []) == (last["phase"], down(routed), asked(routed))
    assert f"not known to be this run's runs on {SECOND}" in last["reason"]


def test_a_repeated_step_takes_nothing_down_after_the_end(around: Around, routed: DirectConnectBackend) -> None:
    routed.faults.add(START, THROTTLED)
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)
    routed.connections[CONNECTION_ID].tags |= PROTECTED
    step = new_step(routed, around=around)
    assert "BLOCKED" == take(step, result)["phase"]
    del routed.connections[CONNECTION_ID].tags["decommission-protected"]

    again = take(step, result)

    assert ("BLOCKED", []) == (again["phase"], down(routed))


def test_an_interface_is_moved_while_a_step_listens(around: Around, routed: DirectConnectBackend) -> None:
    before_call(routed, START, lambda world: world.faults.add(START, THROTTLED), number=2)
    result = until(lambda r: r["phase"] == "REHEARSING", routed, around)

    def act(world: DirectConnectBackend) -> None:
        move(world, THIRD)
        clock_of(world).advance(seconds=45)

    before_call(routed, "ListResiliencyGroups", act)
    take(new_step(routed, around=around), result)

    assert [FIRST, SECOND] == down(routed)


def test_what_started_last_settles_last(around: Around, routed: DirectConnectBackend) -> None:
    """AWS may show a test a minute late, and the run must not take it for ended."""
    before_call(routed, START, lambda world: world.faults.add(START, THROTTLED, times=4), number=2)
    result = until(lambda r: r["rehearsal"] and r["rehearsal"]["pending"] == [], routed, around)
    late = [test for test in routed.failover_tests if test.virtual_interface_id != FIRST]
    for test in late:
        routed.failover_tests.remove(test)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    seen = take(new_step(routed, around=around), result)
    assert ("REHEARSING", [SECOND, THIRD]) == (seen["phase"], down(routed))
    routed.failover_tests += late

    last = run(routed, seen, around)[-1]
    assert ("BLOCKED", []) == (last["phase"], down(routed))


def test_an_alarm_that_rings_after_a_step_was_killed_ends_the_run(around: Around, routed: DirectConnectBackend) -> None:
    """The step has forgotten what it deleted, and half-way is better than on."""
    clock_of(routed)
    result = until(lambda r: r["rehearsal"] and r["rehearsal"]["endedAt"] and "announce" in r["reason"], routed, around)
    clock_of(routed).advance(minutes=5)
    worlds.slow_down(routed)
    take(new_step(routed, around=around), result)
    assert [FIRST, SECOND] == asked(routed)
    around.cloudwatch.alarms["site-a"].state = "ALARM"

    last = run(routed, result, around)[-1]
    assert ("BLOCKED", ["rehearsal"], [FIRST, SECOND]) == (last["phase"], blocked_by(last), asked(routed))


@pytest.mark.parametrize(
    ("of_lag", "page_size", "seconds"),
    [
        pytest.param(True, 1, 0.3, id="a look takes longer than nobody may be silent"),
        pytest.param(False, 100, 1.0, id="a look takes longer than a start may wait"),
        pytest.param(False, 1, 0.4, id="both"),
    ],
)
def test_a_slow_look_is_no_silence(
    *, of_lag: bool, page_size: int, seconds: float, clock: ManualClock, around: Around
) -> None:
    """While a look lasts, it is hearing everybody; and it may last longer than a start that is pending may wait."""
    world = worlds.whole_lag(clock) if of_lag else worlds.routed(clock)
    port_id = LAG_ID if of_lag else CONNECTION_ID
    there = [v for v in world.virtual_interfaces.values() if v.connection_id == port_id]
    for number in range(51 - len(there)):
        world.add_virtual_interface(port_id, f"dxvif-more00{number:02}", type="private", direct_connect_gateway_id="")
    world.behaviour = replace(world.behaviour, page_size=page_size)
    world.before_each = lambda *_: clock.advance(seconds=seconds)
    asked_for = REHEARSED | {"rehearsalMinutes": 30, "patienceMinutes": 240}
    if of_lag:
        asked_for = {"lagId": LAG_ID} | {name: value for name, value in asked_for.items() if name != "connectionId"}

    last = run(world, asked_for, around)[-1]

    assert ("COMPLETED", []) == (last["phase"], down(world)), last["reason"]
    assert 51 == len(around.report()["rehearsal"]["tests"])
