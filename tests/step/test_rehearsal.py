"""The rehearsal: BGP is taken down on trial, and nothing is deleted until it is over and nobody has objected."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import (
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    DirectConnectBackend,
    Fault,
    InProcessClient,
    ManualClock,
    client_error,
)
from sandbox.in_process import Alarm, Measured
from tests.step import worlds
from tests.step.rehearsals import START, STOP, down
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, run
from tests.support.driver import (
    APPROVED,
    PROTECTED,
    REQUEST,
    Around,
    asked,
    blocked_by,
    changes,
    new_step,
    override,
    take,
)
from tests.support.strategies import CONNECTION_ID

NAMES: Final = ["site-a", "application"]
REHEARSED: Final = REQUEST | {"rehearsalMinutes": 60, "alarmNames": NAMES, "patienceMinutes": 30}
BOTH: Final = START, STOP

type Act = Callable[[DirectConnectBackend, Around], object]


@pytest.fixture(autouse=True)
def _alarms(around: Around) -> None:
    around.cloudwatch.alarms = {"site-a": Alarm(), "application": Alarm(is_composite=True)}


def calls_about_tests(world: DirectConnectBackend) -> list[str]:
    return [operation for operation in changes(world) if operation in BOTH]


def until_rehearsing(
    world: DirectConnectBackend, around: Around, event: JSON = REHEARSED, *, seconds: int = 300
) -> JSON:
    """Take steps until BGP is down, and some more minutes."""
    step, result = new_step(world, around=around), event
    clock = world.clock
    assert isinstance(clock, ManualClock)
    while result.get("phase") != "REHEARSING":
        result = take(step, result)
        clock.advance(seconds=result["waitSeconds"])
    until = clock() + timedelta(seconds=seconds)
    while clock() < until and result["phase"] == "REHEARSING":
        result = take(step, result)
        clock.advance(seconds=result["waitSeconds"])
    return result


def test_nothing_is_deleted_until_it_is_over(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    start = clock()
    begun: list[float] = []
    routed.before["DeleteVirtualInterface"] = lambda _: begun.append((clock() - start).total_seconds())

    *before, last = run(routed, REHEARSED, around)

    assert ("COMPLETED", [*INTERFACE_IDS, CONNECTION_ID]) == (last["phase"], asked(routed))
    assert 3_900 <= min(begun) < 4_000, "an hour, and five minutes in which BGP comes back"
    assert [START] * 3 == calls_about_tests(routed)[:3]
    phases = list(dict.fromkeys(result["phase"] for result in before))
    assert "REHEARSING" == phases[1]
    assert 3 == len(around.report()["rehearsal"]["tests"])
    assert None is around.report()["rehearsal"]["problem"]


def test_bgp_is_down_as_long_as_was_asked_and_no_longer(around: Around, routed: DirectConnectBackend) -> None:
    run(routed, REHEARSED, around)
    assert {60} == {test.minutes for test in routed.failover_tests}
    assert all(test.end - test.start <= timedelta(minutes=60) for test in routed.failover_tests)
    assert [] == down(routed)


def test_it_comes_after_the_notice(around: Around, routed: DirectConnectBackend) -> None:
    results = run(routed, REHEARSED | {"noticeMinutes": 30}, around)
    phases = list(dict.fromkeys(result["phase"] for result in results))
    assert ["NOTICE", "REHEARSING", "DELETING_VIRTUAL_INTERFACES", "DELETING_CONNECTION", "COMPLETED"] == phases


def test_only_what_is_up_is_tested(around: Around, routed: DirectConnectBackend) -> None:
    routed.virtual_interfaces[INTERFACE_IDS[1]].state = "down"
    result = until_rehearsing(routed, around)
    assert [INTERFACE_IDS[0], INTERFACE_IDS[2]] == down(routed) == [*result["rehearsal"]["tests"]]


def test_without_anything_up_there_is_none(around: Around, routed: DirectConnectBackend) -> None:
    for id_ in INTERFACE_IDS:
        routed.virtual_interfaces[id_].state = "down"
    assert "COMPLETED" == run(routed, REHEARSED, around)[-1]["phase"]
    assert [] == calls_about_tests(routed)


def test_a_dry_run_has_none(around: Around, routed: DirectConnectBackend) -> None:
    assert "PLANNED" == run(routed, REHEARSED | {"dryRun": True}, around)[-1]["phase"]
    assert [] == changes(routed)


@pytest.mark.parametrize(
    ("alarms", "said"),
    [
        ({}, "there is no alarm site-a in the region and account of the connection; there is no alarm application"),
        (
            {"site-a": Alarm("ALARM"), "application": Alarm(is_composite=True)},
            "the alarm site-a is in the state ALARM",
        ),
        (
            {"site-a": Alarm(), "application": Alarm("INSUFFICIENT_DATA", is_composite=True)},
            "the alarm application is in the state INSUFFICIENT_DATA",
        ),
    ],
    ids=["missing", "in alarm", "no data"],
)
def test_it_does_not_begin_unless_every_alarm_is_ok(
    alarms: dict[str, Alarm], said: str, around: Around, routed: DirectConnectBackend
) -> None:
    around.cloudwatch.alarms = alarms
    last = run(routed, REHEARSED, around)[-1]
    assert ("BLOCKED", ["rehearsal"], []) == (last["phase"], blocked_by(last), changes(routed))
    assert f"dxcon-fg5678gh is blocked by rehearsal: {said}" in last["reason"]


@pytest.mark.parametrize(("dry_run", "phase"), [(False, "BLOCKED"), (True, "PLANNED")])
def test_a_mistyped_alarm_blocks_before_the_notice(
    phase: str, around: Around, routed: DirectConnectBackend, *, dry_run: bool
) -> None:
    asked = REHEARSED | {"alarmNames": ["site-a", "site-a "], "noticeMinutes": 10_080, "dryRun": dry_run}
    first = take(new_step(routed, around=around), asked)
    assert (phase, ["rehearsal"]) == (first["phase"], blocked_by(first))
    assert "blocked by rehearsal: there is no alarm site-a  in the region" in first["reason"]


def alarm(_: DirectConnectBackend, around: Around) -> None:
    around.cloudwatch.alarms["site-a"].state = "ALARM"


def composite_alarm(_: DirectConnectBackend, around: Around) -> None:
    around.cloudwatch.alarms["application"].state = "ALARM"


def remove_an_alarm(_: DirectConnectBackend, around: Around) -> None:
    del around.cloudwatch.alarms["application"]


def deny_to_describe_alarms(_: DirectConnectBackend, around: Around) -> None:
    around.cloudwatch.faults.add("DescribeAlarms", AccessDenied(), times=math.inf)


def protect(world: DirectConnectBackend, _: Around) -> None:
    world.connections[CONNECTION_ID].tags |= PROTECTED


def take_off_the_approval(world: DirectConnectBackend, _: Around) -> None:
    world.connections[CONNECTION_ID].tags.clear()


def add_an_interface(world: DirectConnectBackend, _: Around) -> None:
    world.add_virtual_interface(CONNECTION_ID)


def stop_one(world: DirectConnectBackend, _: Around) -> None:
    InProcessClient(world).stop_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1])


@pytest.mark.parametrize("keeps_end", [False, True], ids=["", "the end that was planned is shown"])
@pytest.mark.parametrize(
    ("act", "said"),
    [
        (alarm, "the alarm site-a is in the state ALARM"),
        (composite_alarm, "the alarm application is in the state ALARM"),
        (remove_an_alarm, "there is no alarm application"),
        (deny_to_describe_alarms, "DescribeAlarms"),
        (protect, "protection: the tag decommission-protected protects dxcon-fg5678gh"),
        (take_off_the_approval, "approval: the connection has no tag decommission"),
        (add_an_interface, "is new. Find out who changed it"),
        (stop_one, "ended early, or somebody stopped it"),
    ],
)
def test_whoever_objects_gets_bgp_back(
    act: Act, said: str, around: Around, routed: DirectConnectBackend, *, keeps_end: bool
) -> None:
    routed.behaviour = Behaviour(stopped_tests_keep_their_end=keeps_end)
    result = until_rehearsing(routed, around)
    assert INTERFACE_IDS == down(routed)
    act(routed, around)

    seen = take(new_step(routed, around=around), result)
    assert ("REHEARSING", []) == (seen["phase"], down(routed))
    last = run(routed, seen, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], asked(routed))
    assert said in last["reason"]
    assert "and BGP comes back" in last["reason"]
    assert said in around.report()["rehearsal"]["problem"]


def test_an_alarm_that_came_and_went_between_two_looks(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    result = until_rehearsing(routed, around)
    around.cloudwatch.alarms["site-a"].changed_at = clock()

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", []) == (last["phase"], asked(routed))
    assert f"the alarm site-a was not OK until {clock():%Y-%m-%d}" in last["reason"]


def test_what_an_alarm_was_before_does_not_matter(around: Around, routed: DirectConnectBackend) -> None:
    around.cloudwatch.alarms["site-a"].changed_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert "COMPLETED" == run(routed, REHEARSED, around)[-1]["phase"]


def test_it_needs_no_alarms(around: Around, routed: DirectConnectBackend) -> None:
    around.cloudwatch.alarms = {}
    last = run(routed, REQUEST | {"rehearsalMinutes": 5}, around)[-1]
    assert ("COMPLETED", [START] * 3) == (last["phase"], calls_about_tests(routed)[:3])
    assert "DescribeAlarms" not in {operation for operation, _ in around.cloudwatch.calls}


@pytest.mark.parametrize("fault", [client_error("No"), AccessDenied()], ids=["refused", "denied"])
def test_if_one_cannot_be_started_the_others_are_stopped(
    fault: Fault, around: Around, routed: DirectConnectBackend
) -> None:
    routed.virtual_interfaces[INTERFACE_IDS[1]].state = "down"
    routed.before[START] = lambda call: (
        routed.faults.add(START, fault) if call["virtualInterfaceId"] == INTERFACE_IDS[2] else None
    )
    last = run(routed, REHEARSED, around)[-1]
    assert ("BLOCKED", []) == (last["phase"], down(routed))
    assert f"AWS did not start a BGP failover test on {INTERFACE_IDS[2]}" in last["reason"]
    assert [START, START, STOP] == calls_about_tests(routed)


@pytest.mark.parametrize("first", [1, 2])
def test_while_aws_is_too_busy_the_next_looks_start_the_rest(
    first: int, around: Around, routed: DirectConnectBackend
) -> None:
    worlds.before_call(routed, START, lambda world: world.faults.add(START, THROTTLED, times=3), number=first)
    last = run(routed, REHEARSED, around)[-1]
    assert ("COMPLETED", [START] * 6) == (last["phase"], calls_about_tests(routed)[:6])
    rehearsal = around.report()["rehearsal"]
    assert (INTERFACE_IDS, [], None) == ([*rehearsal["tests"]], rehearsal["pending"], rehearsal["problem"])


def test_if_aws_stays_too_busy_what_was_begun_is_stopped(around: Around, routed: DirectConnectBackend) -> None:
    worlds.before_call(routed, START, lambda world: world.faults.add(START, THROTTLED, times=math.inf), number=2)
    last = run(routed, REHEARSED, around)[-1]
    assert ("BLOCKED", [], []) == (last["phase"], down(routed), asked(routed))
    said = f"BGP failover tests could not be started in time on {INTERFACE_IDS[1]}, {INTERFACE_IDS[2]}"
    assert said in last["reason"]


def test_a_start_whose_answer_was_lost_is_left_to_aws(around: Around, routed: DirectConnectBackend) -> None:
    routed.faults.add(START, AnswerLost())
    last = run(routed, REHEARSED, around)[-1]
    assert ("BLOCKED", [INTERFACE_IDS[0]], [START]) == (last["phase"], down(routed), calls_about_tests(routed))
    assert "if it did after all, it ends that test itself by 2026-01-05 13:00:0" in last["reason"]


def test_a_step_that_was_killed_after_it_began_leaves_the_tests_to_aws(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    step = new_step(routed, around=around)
    planned = take(step, REHEARSED)
    clock.advance(seconds=planned["waitSeconds"])
    take(step, planned)
    assert INTERFACE_IDS == down(routed)

    again = take(step, planned)

    assert ("BLOCKED", ["failover-test"]) == (again["phase"], blocked_by(again))
    assert [START] * 3 == calls_about_tests(routed)


def test_tests_of_others_are_never_touched(around: Around, routed: DirectConnectBackend) -> None:
    routed.virtual_interfaces[INTERFACE_IDS[1]].state = "down"
    result = until_rehearsing(routed, around)
    theirs = InProcessClient(routed).start_bgp_failover_test(
        virtualInterfaceId=INTERFACE_IDS[1], testDurationInMinutes=4_000
    )

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", ["rehearsal"], [INTERFACE_IDS[1]]) == (last["phase"], blocked_by(last), down(routed))
    assert f"not known to be this run's runs on {INTERFACE_IDS[1]}" in last["reason"]
    assert routed.failover_tests[-1].id == theirs["virtualInterfaceTest"]["testId"]


def test_a_test_that_took_the_place_of_ours_is_not_stopped(around: Around, routed: DirectConnectBackend) -> None:
    result = until_rehearsing(routed, around)
    client = InProcessClient(routed)
    client.stop_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1])
    client.start_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[1], testDurationInMinutes=4_000)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [INTERFACE_IDS[1]]) == (last["phase"], down(routed))
    assert "ended early, or somebody stopped it" in last["reason"]


def test_a_stop_that_aws_refuses_is_asked_again(around: Around, routed: DirectConnectBackend) -> None:
    result = until_rehearsing(routed, around)
    routed.faults.add(STOP, client_error("Not now"), times=4)
    alarm(routed, around)

    seen = take(new_step(routed, around=around), result)
    last = run(routed, seen, around)[-1]

    assert 'AWS on dxvif-aaaaaaa0: "Not now"' in seen["reason"]
    assert ("BLOCKED", [], 7) == (last["phase"], down(routed), calls_about_tests(routed).count(STOP))


def test_what_aws_refuses_to_show_is_left_to_aws(
    clock: ManualClock, around: Around, routed: DirectConnectBackend
) -> None:
    start = clock()
    result = until_rehearsing(routed, around)
    routed.faults.add("ListVirtualInterfaceTestHistory", AccessDenied(), times=math.inf)

    last = run(routed, result, around)[-1]

    assert ("BLOCKED", [], [START] * 3) == (last["phase"], down(routed), calls_about_tests(routed))
    assert "AWS refuses to show the BGP failover tests of this run" in last["reason"]
    assert clock() - start >= timedelta(minutes=60), "it has not ended before AWS has"


def test_it_waits_for_aws_to_show_what_was_just_begun(around: Around, routed: DirectConnectBackend) -> None:
    result = until_rehearsing(routed, around, seconds=1)
    hidden, routed.failover_tests = routed.failover_tests, []
    seen = take(new_step(routed, around=around), result)
    routed.failover_tests = hidden
    assert ("REHEARSING", None) == (seen["phase"], seen["rehearsal"]["problem"])
    assert "COMPLETED" == run(routed, seen, around)[-1]["phase"]


def test_somebody_else_may_delete_the_connection_meanwhile(around: Around, routed: DirectConnectBackend) -> None:
    result = until_rehearsing(routed, around)
    for v in routed.virtual_interfaces.values():
        if v.connection_id == CONNECTION_ID:
            v.state = "deleted"
    routed.connections[CONNECTION_ID].state = "deleted"
    assert "COMPLETED" == run(routed, result, around)[-1]["phase"]


@pytest.mark.parametrize("keeps_its_end", [True, False])
@pytest.mark.parametrize("names_them", [True, False])
def test_bgp_comes_back_on_what_somebody_moves_away_meanwhile(
    *, names_them: bool, keeps_its_end: bool, around: Around, routed: DirectConnectBackend
) -> None:
    """With nothing left of what it was about, the run ends, and must not leave BGP down somewhere else."""
    routed.behaviour = Behaviour(stopped_tests_keep_their_end=keeps_its_end)
    ids = INTERFACE_IDS[:1] if names_them else INTERFACE_IDS
    for id_ in ids:
        routed.virtual_interfaces[id_].tags.update(APPROVED)
    event = REHEARSED | ({"virtualInterfaceIds": ids} if names_them else {})
    result = until_rehearsing(routed, around, event)
    assert ids == down(routed)
    for id_ in ids:
        routed.virtual_interfaces[id_].connection_id = OTHER_ID
    if not names_them:
        del routed.connections[CONNECTION_ID]

    last = run(routed, result, around)[-1]

    assert ([], []) == (down(routed), asked(routed))
    assert ("BLOCKED" if names_them else "COMPLETED") == last["phase"]
    assert all(f"{id_} " in last["reason"] and OTHER_ID in last["reason"] for id_ in ids)
    assert {"available"} == {routed.virtual_interfaces[id_].state for id_ in ids}
    assert STOP in calls_about_tests(routed)


def test_only_what_the_request_names_is_tested(around: Around, routed: DirectConnectBackend) -> None:
    for id_ in INTERFACE_IDS[:1]:
        routed.virtual_interfaces[id_].tags |= {"decommission": "approved"}
    last = run(routed, REHEARSED | {"virtualInterfaceIds": INTERFACE_IDS[:1]}, around)[-1]
    assert ("COMPLETED", INTERFACE_IDS[:1]) == (last["phase"], asked(routed))
    assert {INTERFACE_IDS[0]} == {test.virtual_interface_id for test in routed.failover_tests}


class TestTraffic:
    """The points of the hour in which BGP was down may be missing; traffic anywhere blocks."""

    @staticmethod
    def last(around: Around, routed: DirectConnectBackend, measured: Measured) -> JSON:
        result = until_rehearsing(routed, around)
        around.cloudwatch.measured = dict.fromkeys([CONNECTION_ID, *INTERFACE_IDS], measured)
        return run(routed, result, around)[-1]

    def test_a_gap_is_excused(self, around: Around, routed: DirectConnectBackend) -> None:
        # A day has 288 points, of which nine tenths are needed; the hour has 12 more.
        last = self.last(around, routed, Measured(share=0.92, quiet_minutes=70))
        assert "COMPLETED" == last["phase"], last["reason"]

    def test_traffic_blocks(self, around: Around, routed: DirectConnectBackend) -> None:
        last = self.last(around, routed, Measured(ingress=90_000))
        assert ("BLOCKED", ["traffic"], []) == (last["phase"], blocked_by(last), asked(routed))


@pytest.mark.parametrize(("until", "phase"), [("13:00:00", "BLOCKED"), ("13:10:00", "COMPLETED")])
def test_an_override_has_to_cover_the_time_after_it(
    until: str, phase: str, around: Around, routed: DirectConnectBackend
) -> None:
    routed.connections[OTHER_ID].state = "down"
    consent = override("redundancy", *INTERFACE_IDS, until=f"2026-01-05T{until}+00:00")
    routes = override("routes", *INTERFACE_IDS)
    results = run(routed, REHEARSED | {"overrides": [consent, routes]}, around)
    assert phase == results[-1]["phase"], results[-1]["reason"]
    assert (phase == "BLOCKED") == (len(results) == 1)


def test_it_needs_time_before_the_deadline(clock: ManualClock, around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REHEARSED)
    clock.advance(minutes=20)
    last = run(routed, planned, around)[-1]
    assert ("TIMED_OUT", []) == (last["phase"], changes(routed))
