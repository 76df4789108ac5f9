"""The rehearsal: which tests are the run's own, who objects, and when BGP is brought back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decommission.decided import Delete, KeepNotice, LookAgain, Rehearse, Stop
from decommission.decision import next_step
from decommission.models import Alarm, FailoverTest, Observation, VirtualInterface
from decommission.rehearsal import (
    Seen,
    decided_by,
    foreseen,
    is_heard,
    not_started,
    running,
    still_down,
    trouble,
    went_on,
)
from decommission.remains import what_is_left
from decommission.run import Action, Call, CallOutcome, Outcome, Phase, Rehearsal, Run, Verdict
from tests.support.looks import LEAST_PATIENCE, NEW_RUN, NOW, ONE, SHOWN, THREE, TWO, after, call, see, under_way
from tests.support.strategies import START

BEGAN = START + timedelta(minutes=1)
ENDS = BEGAN + timedelta(minutes=60)
SETTLED = BEGAN + timedelta(minutes=2)
MISSING = "there is no alarm one in the region and account of the connection"
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
ASKED = replace(NEW_RUN.request, rehearsal_minutes=60, alarm_names=("one", "two"))
TESTS = {"dxvif-aaaaaaa1": "test-1", "dxvif-aaaaaaa2": "test-2"}
RUN = replace(
    under_way(ONE, TWO), request=ASKED, phase=Phase.REHEARSING, rehearsal=Rehearsal(started_at=BEGAN, tests=TESTS)
)
SEEN = see("available", ONE, TWO)
A, B = "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"
UP = {A: ONE, B: TWO}
DOWN = {id_: replace(v, state="testing") for id_, v in UP.items()}
FAILED = call(A, CallOutcome.FAILED)
QUIET = {"one": Alarm(state="OK", changed_at=None), "two": Alarm(state="OK", changed_at=BEGAN)}


def shown(**tests: str | None) -> list[FailoverTest]:
    """Show tests by the last digit of their interface; the value is the id, of one that has ended if it is empty."""
    return [
        FailoverTest(
            test_id=test or f"test-{name[1:]}",
            virtual_interface_id=f"dxvif-aaaaaaa{name[1:]}",
            started_at=BEGAN,
            ends_at=ENDS + MOMENT if test else BEGAN,
        )
        for name, test in tests.items()
    ]


def seen_at(
    at: datetime,
    tests: Iterable[FailoverTest] | None,
    interfaces: dict[str, VirtualInterface],
    observation: Observation = SEEN,
    ids: Iterable[str] = (A, B),
) -> Seen:
    """Make a look; None for ``tests`` if AWS refuses to show any."""
    histories = {id_: tuple(t for t in tests or () if t.virtual_interface_id == id_) for id_ in ids}
    return Seen(
        began_at=at,
        at=at,
        observation=observation,
        histories={} if tests is None else histories,
        refused=frozenset(ids) if tests is None else frozenset(),
        interfaces=interfaces,
    )


BOTH = shown(_1="test-1", _2="test-2")


class TestBeginning:
    @pytest.mark.parametrize(
        ("interfaces", "ids"), [((ONE,), ["1"]), ((ONE, TWO), ["1", "2"]), ((replace(ONE, state="down"), TWO), ["2"])]
    )
    def test_what_is_up_is_taken_down(self, interfaces: tuple[VirtualInterface, ...], ids: list[str]) -> None:
        run = replace(under_way(ONE, TWO), request=ASKED)
        decided = next_step(see("available", *interfaces), run, NOW, least_patience=LEAST_PATIENCE)
        assert isinstance(decided, Rehearse)
        assert (Phase.REHEARSING, [f"dxvif-aaaaaaa{n}" for n in ids]) == (decided.phase, [*decided.resource_ids])
        assert decided.reason.startswith("taking BGP down on trial, for 60 minutes: dxvif-aaaaaaa")

    @pytest.mark.parametrize(
        "run",
        [
            pytest.param(under_way(ONE), id="none was asked for"),
            pytest.param(replace(RUN, rehearsal=replace(RUN.on_trial, ended_at=START + MINUTE)), id="it is over"),
            pytest.param(
                after(replace(under_way(ONE), request=ASKED), call("dxvif-aaaaaaa2")), id="deletion has begun"
            ),
        ],
    )
    def test_then_it_is_deleted(self, run: Run) -> None:
        assert Delete is type(next_step(see("available", ONE), run, NOW, least_patience=LEAST_PATIENCE))

    @pytest.mark.parametrize("state", ["down", "pending", "verifying"])
    @pytest.mark.parametrize("notice", [0, 60])
    def test_what_is_only_down_for_a_moment_is_waited_for(self, notice: int, state: str) -> None:
        """Nothing is deleted before the time that was announced, be there a rehearsal or not."""
        run = replace(under_way(ONE), request=replace(ASKED, notice_minutes=notice, patience_minutes=30))
        seen, last = see("available", replace(ONE, state=state)), run.earliest_deletion - MOMENT
        waits = next_step(seen, run, last, least_patience=LEAST_PATIENCE)
        latest = run.deadline - timedelta(minutes=15 + 60 + 5)
        reason = (
            "no virtual interface is up that could be taken down on trial: nothing of dxcon-fg5678gh is deleted before "
            f"{run.earliest_deletion:%Y-%m-%d %H:%M:%S} UTC, and what comes up until {latest:%Y-%m-%d %H:%M:%S} UTC is "
            "taken down first"
        )
        phase = Phase.NOTICE if notice else Phase.DELETING_VIRTUAL_INTERFACES
        assert KeepNotice(phase=phase, reason=reason) == waits
        comes_up = [
            next_step(see("available", ONE), run, at, least_patience=LEAST_PATIENCE) for at in (latest, latest + MOMENT)
        ]
        assert [Rehearse, Stop] == [type(decided) for decided in comes_up]
        patient = replace(run, request=replace(run.request, patience_minutes=240))
        words = next_step(seen, patient, last, least_patience=LEAST_PATIENCE).reason
        assert f"what comes up until {run.earliest_deletion:%Y-%m-%d %H:%M:%S} UTC is taken down first" in words
        deletes = next_step(seen, run, run.earliest_deletion, least_patience=LEAST_PATIENCE)
        assert isinstance(deletes, Delete)
        assert deletes.reason.startswith("nothing was up to be taken down on trial; deleting 1 of 1")

    @pytest.mark.parametrize(("notice", "expected"), [(0, Delete), (60, KeepNotice)])
    def test_where_nothing_could_come_up_only_what_was_announced_is_waited_for(
        self, notice: int, expected: type[object]
    ) -> None:
        run = replace(under_way(), request=replace(ASKED, notice_minutes=notice))
        assert expected is type(next_step(see("available"), run, run.notice_ends_at, least_patience=LEAST_PATIENCE))

    @pytest.mark.parametrize(
        ("calls", "seen", "expected"),
        [
            pytest.param([FAILED], (ONE, TWO), Rehearse, id="none had an effect"),
            pytest.param([FAILED], (TWO,), Delete, id="one had"),
            pytest.param([FAILED], (replace(ONE, state="deleting"), TWO), Delete, id="one has"),
            pytest.param([call(A)], (ONE, TWO), Delete, id="one was accepted"),
        ],
    )
    def test_calls_that_failed_are_no_rehearsal(
        self, calls: list[Call], seen: tuple[VirtualInterface, ...], expected: type[object]
    ) -> None:
        run = after(replace(under_way(ONE, TWO), request=replace(ASKED, patience_minutes=240)), *calls)
        at = run.earliest_deletion + 5 * MINUTE
        assert expected is type(next_step(see("available", *seen), run, at, least_patience=LEAST_PATIENCE))

    def test_without_one_calls_that_failed_have_begun_the_deletion(self) -> None:
        """So it goes on until the deadline."""
        run = after(under_way(ONE), FAILED)
        assert Delete is type(
            next_step(see("available", ONE), run, run.deadline - MINUTE, least_patience=LEAST_PATIENCE)
        )

    def test_a_test_that_is_not_known_to_be_its_own_is_asked_about_at_once(self) -> None:
        """The guards end the run."""
        run = replace(under_way(ONE), request=ASKED)
        seen = see("available", replace(ONE, state="testing"))
        assert Rehearse is type(next_step(seen, run, NOW, least_patience=LEAST_PATIENCE))

    @pytest.mark.parametrize("at", [BEGAN + 2 * MINUTE, BEGAN + 30 * MINUTE])
    def test_after_one_that_was_broken_off_nothing_is_deleted(self, at: datetime) -> None:
        run = replace(RUN, rehearsal=replace(RUN.on_trial, ended_at=BEGAN + MINUTE, problem="somebody objected"))
        decided = next_step(SEEN, run, at, least_patience=LEAST_PATIENCE)
        assert isinstance(decided, Stop)
        assert (Phase.BLOCKED, ["rehearsal"]) == (decided.phase, [v.guard for v in decided.verdicts])
        assert decided.reason.startswith("dxcon-fg5678gh is blocked by rehearsal: somebody objected; nothing was")

    @pytest.mark.parametrize(("minutes", "recovery"), [(60, 5), (6, 5), (5, 5), (2, 2)])
    def test_before_that_its_routes_are_announced_anew(self, minutes: int, recovery: int) -> None:
        ended_at = BEGAN + minutes * MINUTE
        run = replace(RUN, rehearsal=replace(RUN.on_trial, ended_at=ended_at))
        recovered = ended_at + recovery * MINUTE
        last, then = (next_step(SEEN, run, at, least_patience=LEAST_PATIENCE) for at in (recovered - MOMENT, recovered))
        reason = (
            "the rehearsal of dxcon-fg5678gh is over, and nobody objected to it; the guards are asked again when BGP "
            f"has had time to announce its routes anew, at {recovered:%Y-%m-%d %H:%M:%S} UTC"
        )
        assert LookAgain(phase=Phase.REHEARSING, reason=reason) == last
        assert Delete is type(then)

    def test_it_needs_its_own_time_as_well(self) -> None:
        run = replace(under_way(ONE), request=ASKED)
        last = run.deadline - timedelta(minutes=15 + 60 + 5)
        decided = [
            next_step(see("available", ONE), run, at, least_patience=LEAST_PATIENCE) for at in (last, last + MOMENT)
        ]
        assert [Rehearse, Stop] == [type(one) for one in decided]

    def test_once_it_is_over_the_deletion_needs_only_its_own(self) -> None:
        run = replace(RUN, rehearsal=replace(RUN.on_trial, ended_at=ENDS))
        last = run.deadline - 15 * MINUTE
        assert Delete is type(next_step(SEEN, run, last, least_patience=LEAST_PATIENCE))

    @pytest.mark.parametrize(
        ("outcome", "more"),
        [
            (CallOutcome.REFUSED, ""),
            (CallOutcome.FAILED, "; if it did after all, it ends that test itself by 2026-11-02 03:05:00 UTC"),
        ],
    )
    def test_a_test_that_was_not_started(self, outcome: CallOutcome, more: str) -> None:
        asked = call("dxvif-aaaaaaa1", outcome, action=Action.START_FAILOVER_TEST, minutes=5, words="No")
        assert f'AWS did not start a BGP failover test on dxvif-aaaaaaa1: "No"{more}' == not_started(RUN, asked)


THEIRS = replace(BOTH[0], test_id="another")
BEFORE, LATER = BEGAN - MINUTE, BEGAN + MINUTE


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (BOTH, ["1", "2"]),
        (shown(_1="test-1"), ["1"]),
        (shown(_1="another", _2="test-2"), ["2"]),
        (shown(_1=None, _2=None), []),
        (shown(_3="test-1"), []),
        ([replace(BOTH[0], ends_at=None)], ["1"]),
        ([replace(BOTH[0], ends_at=NOW)], []),
        ([replace(BOTH[0], ends_at=NOW + MOMENT)], ["1"]),
        ([BOTH[0], replace(THEIRS, started_at=LATER)], []),
        ([replace(THEIRS, started_at=LATER), BOTH[0]], []),
        ([BOTH[0], replace(THEIRS, started_at=LATER, ends_at=NOW)], ["1"]),
        ([BOTH[0], replace(THEIRS, started_at=BEFORE)], ["1"]),
        ([replace(THEIRS, started_at=BEFORE), BOTH[0]], ["1"]),
        ([BOTH[0], replace(THEIRS, started_at=None)], []),
        ([replace(THEIRS, started_at=None), BOTH[0]], []),
        ([replace(BOTH[0], started_at=None), replace(THEIRS, started_at=BEFORE)], ["1"]),
        ([replace(BOTH[0], started_at=None), replace(THEIRS, started_at=LATER)], []),
    ],
)
def test_which_tests_are_the_runs_own(tests: Iterable[FailoverTest], expected: list[str]) -> None:
    assert [f"dxvif-aaaaaaa{n}" for n in expected] == [*running(RUN.on_trial, tests, NOW)]


OVER = ENDS + timedelta(minutes=2)
MINE = shown(_1="test-1")
ENDED = shown(_1=None)
SOMEBODYS = [replace(THEIRS, started_at=LATER)]


@pytest.mark.parametrize(
    ("tests", "state", "at", "stopped", "expected"),
    [
        pytest.param(MINE, "testing", NOW, False, True, id="it runs"),
        pytest.param([replace(MINE[0], started_at=None)], "testing", NOW, False, True, id="since nobody knows when"),
        pytest.param(MINE, "available", NOW, False, True, id="it runs, whatever one look shows"),
        pytest.param(MINE, None, NOW, False, True, id="it runs, and the interface is hidden"),
        pytest.param(MINE, "testing", NOW, True, True, id="it runs, although AWS agreed to stop it"),
        pytest.param(MINE, None, NOW, True, True, id="it was stopped, but nobody sees what is up"),
        pytest.param(MINE, "available", NOW, True, False, id="it was stopped, and AWS shows its planned end"),
        pytest.param(MINE, "down", NOW, True, False, id="it was stopped, and BGP is not up yet"),
        pytest.param(MINE, "deleting", NOW, False, False, id="somebody deletes it"),
        pytest.param(ENDED, "available", NOW, False, False, id="it has ended"),
        pytest.param(ENDED, "testing", SETTLED - MOMENT, False, True, id="it has ended, and AWS still shows the state"),
        pytest.param(ENDED, "testing", SETTLED, False, False, id="it has ended for a while"),
        pytest.param([], "available", SETTLED - MOMENT, False, True, id="AWS has not shown it yet"),
        pytest.param([], "available", SETTLED, False, False, id="AWS does not show it"),
        pytest.param([], None, SETTLED, False, False, id="AWS shows neither"),
        pytest.param([], "testing", SETTLED, False, True, id="AWS shows only the state"),
        pytest.param([], "testing", OVER - MOMENT, False, True, id="nearly too long"),
        pytest.param([], "testing", OVER, False, False, id="AWS has ended it"),
        pytest.param(SOMEBODYS, "testing", SETTLED, False, False, id="somebody else's took its place"),
        pytest.param(SOMEBODYS, "testing", SETTLED - MOMENT, False, True, id="perhaps not yet shown"),
        pytest.param([*MINE, *SOMEBODYS], "testing", NOW, False, False, id="somebody else's began after it"),
        pytest.param(None, "available", OVER - MOMENT, True, True, id="AWS refuses to show it"),
        pytest.param(None, "testing", OVER, False, False, id="AWS refused, and has ended it"),
    ],
)
def test_where_bgp_may_still_be_down(
    tests: list[FailoverTest] | None, state: str | None, at: datetime, *, stopped: bool, expected: bool
) -> None:
    on_trial = Rehearsal(started_at=BEGAN, tests={A: "test-1"}, stopped=(A,) if stopped else ())
    interfaces = {A: replace(ONE, state=state)} if state else {}
    seen = seen_at(at, tests, interfaces, ids=[A])
    assert ((A,) if expected else ()) == still_down(replace(RUN, rehearsal=on_trial), seen)


@pytest.mark.parametrize(("watched_at", "since"), [(None, BEGAN), (LATER, LATER)])
def test_somebody_was_heard_a_short_while_ago(watched_at: datetime | None, since: datetime) -> None:
    on_trial = replace(RUN.on_trial, watched_at=watched_at)
    assert [True, False] == [is_heard(on_trial, since + 3 * MINUTE - MOMENT), is_heard(on_trial, since + 3 * MINUTE)]


@pytest.mark.parametrize(
    ("alarms", "since", "expected"),
    [
        (QUIET, None, ""),
        (QUIET, BEGAN, ""),
        (QUIET, BEGAN - MOMENT, "the alarm two was not OK until 2026-11-02 02:01:00 UTC"),
        (QUIET | {"one": Alarm(state="ALARM", changed_at=None)}, None, "the alarm one is in the state ALARM"),
        (
            {"two": Alarm(state="INSUFFICIENT_DATA", changed_at=NOW), "other": Alarm(state="ALARM", changed_at=NOW)},
            BEGAN,
            f"{MISSING}; the alarm two is in the state INSUFFICIENT_DATA",
        ),
    ],
)
def test_alarms(alarms: dict[str, Alarm], since: None, expected: str) -> None:
    assert expected == trouble(["one", "two"], alarms, since=since)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], None),
        (["one", "two"], None),
        (["three", "one"], MISSING.replace("one", "three")),
        (["three", "four"], f"{MISSING.replace('one', 'three')}; {MISSING.replace('one', 'four')}"),
    ],
)
def test_a_plan_with_an_alarm_that_is_missing_is_blocked_at_once(names: list[str], reason: str | None) -> None:
    alarms = {"one": Alarm(state="ALARM", changed_at=None), "two": Alarm(state="OK", changed_at=None)}
    verdicts = [Verdict(guard="rehearsal", outcome=Outcome.BLOCK, reason=reason)] if reason else []
    assert verdicts == [*foreseen(names, alarms)]


WATCHED = replace(RUN, rehearsal=replace(RUN.on_trial, watched_at=ENDS - MINUTE))


class TestHowItGoesOn:
    @pytest.mark.parametrize("tests", [BOTH, shown(_1="test-1"), []], ids=["both", "one", "none yet"])
    @pytest.mark.parametrize("interfaces", [DOWN, UP, {}], ids=["shown", "not yet", "hidden"])
    def test_bgp_is_down(self, tests: list[FailoverTest], interfaces: dict[str, VirtualInterface]) -> None:
        at = SETTLED - MOMENT
        assert replace(RUN.on_trial, watched_at=at) == went_on(RUN, "", seen_at(at, tests, interfaces))

    def test_somebody_objects(self) -> None:
        expected = replace(RUN.on_trial, watched_at=SETTLED, problem="no")
        assert expected == went_on(RUN, "no", seen_at(SETTLED, BOTH, DOWN))

    def test_the_first_objection_is_kept(self) -> None:
        run = replace(RUN, rehearsal=replace(RUN.on_trial, problem="first"))
        assert "first" == went_on(run, "second", seen_at(SETTLED, BOTH, DOWN)).problem

    @pytest.mark.parametrize(
        ("tests", "states", "at", "ended"),
        [
            (shown(_1="test-1", _2=None), ["testing", "testing"], SETTLED - MOMENT, B),
            (shown(_1="test-1", _2=None), ["testing", "available"], SETTLED, B),
            (shown(_1="test-1"), ["testing", "down"], SETTLED, f"{B} (down)"),
            (shown(_1="test-1", _2="another"), ["testing", "testing"], SETTLED, f"{B} (testing)"),
            (BOTH, ["testing", "available"], SETTLED, f"{B} (available)"),
            (BOTH, ["testing"], SETTLED, f"{B} (not shown)"),
            (shown(_1="test-1"), ["testing", "available"], ENDS - MINUTE, f"{B} (available)"),
            ([], ["available", "down"], SETTLED, f"{A} (available), {B} (down)"),
        ],
    )
    def test_a_test_ended_early(self, tests: list[FailoverTest], states: list[str], at: datetime, ended: str) -> None:
        interfaces = {id_: replace(UP[id_], state=state) for id_, state in zip(UP, states, strict=False)}
        run = replace(RUN, rehearsal=replace(RUN.on_trial, watched_at=at))
        on_trial = went_on(run, "", seen_at(at, tests, interfaces))
        assert f"the BGP failover test of this run on {ended} ended early, or somebody stopped it" == on_trial.problem
        assert (at if not tests else None) == on_trial.ended_at

    @pytest.mark.parametrize(("early", "problem"), [(14, False), (15, False), (16, True)])
    @pytest.mark.parametrize("at", [ENDS, ENDS + MINUTE])
    def test_one_that_was_stopped_shortly_before_its_end(self, early: int, at: datetime, *, problem: bool) -> None:
        """Clocks differ by seconds; people who stop a test mean it."""
        tests = [replace(test, ends_at=ENDS - timedelta(seconds=early)) for test in BOTH]
        on_trial = went_on(WATCHED, "", seen_at(at, tests, UP))
        assert (problem, at) == ("ended early" in (on_trial.problem or ""), on_trial.ended_at)

    def test_a_moment_before_its_end_it_may_have_ended(self) -> None:
        tests = [replace(test, ends_at=ENDS - 2 * MOMENT) for test in BOTH]
        on_trial = went_on(WATCHED, "", seen_at(ENDS - MOMENT, tests, UP))
        assert (None, None) == (on_trial.problem, on_trial.ended_at)

    @pytest.mark.parametrize("at", [NOW, ENDS + 2 * MINUTE])
    @pytest.mark.parametrize("heard", [True, False])
    def test_nobody_was_heard_for_too_long(self, at: datetime, *, heard: bool) -> None:
        watched_at = at - 3 * MINUTE + (MOMENT if heard else timedelta(0))
        run = replace(RUN, rehearsal=replace(RUN.on_trial, watched_at=watched_at))
        problem = went_on(run, "", seen_at(at, BOTH, DOWN)).problem
        assert heard == (problem is None)
        words = (
            "nobody could be heard from {:%Y-%m-%d %H:%M:%S} UTC to {:%Y-%m-%d %H:%M:%S} UTC, and BGP was not to stay"
        )
        assert heard or str(problem).startswith(words.format(watched_at, at))

    def test_a_step_that_lasts_is_hearing_everybody(self) -> None:
        seen = replace(seen_at(BEGAN + 30 * MINUTE, BOTH, DOWN), began_at=BEGAN + 3 * MINUTE - MOMENT)
        assert (None, seen.at) == (went_on(RUN, "", seen).problem, went_on(RUN, "", seen).watched_at)
        late = replace(seen, began_at=BEGAN + 3 * MINUTE)
        assert "nobody could be heard" in str(went_on(RUN, "", late).problem)

    def test_what_is_pending_is_given_up_by_the_beginning_of_a_step_but_for_the_end(self) -> None:
        run = replace(WATCHED, rehearsal=replace(WATCHED.on_trial, pending=("dxvif-aaaaaaa3",)))
        quarter = BEGAN + 15 * MINUTE
        run = replace(run, rehearsal=replace(run.on_trial, watched_at=quarter))
        seen = see("available", ONE, TWO, THREE)
        slow = replace(seen_at(ENDS - MOMENT, BOTH, DOWN, seen), began_at=quarter - MOMENT)
        assert None is went_on(run, "", slow).problem
        for over in (replace(slow, began_at=quarter), replace(slow, at=ENDS)):
            assert "could not be started in time" in str(went_on(run, "", over).problem)

    def test_nobody_was_heard_since_its_beginning(self) -> None:
        problem = went_on(RUN, "", seen_at(BEGAN + 3 * MINUTE, BOTH, DOWN)).problem
        assert f"nobody could be heard from {BEGAN:%Y-%m-%d %H:%M:%S} UTC to " in str(problem)

    def test_every_one_that_was_moved_is_named(self) -> None:
        interfaces = {id_: replace(v, connection_id="dxcon-ffother1") for id_, v in DOWN.items()}
        moved = f"somebody moved {A} to dxcon-ffother1, {B} to dxcon-ffother1"
        assert moved == went_on(RUN, "", seen_at(SETTLED, BOTH, interfaces)).problem

    @pytest.mark.parametrize("state", ["deleting", "deleted"])
    def test_every_one_that_was_deleted_is_named(self, state: str) -> None:
        interfaces = {id_: replace(v, state=state) for id_, v in DOWN.items()}
        assert f"somebody deleted {A}, {B}" == went_on(RUN, "", seen_at(SETTLED, BOTH, interfaces)).problem

    def test_what_ends_right_now_has_ended_early(self) -> None:
        at = SETTLED - MINUTE
        tests = [BOTH[0], replace(BOTH[1], ends_at=at)]
        problem = went_on(RUN, "", seen_at(at, tests, DOWN)).problem
        assert f"on {B} ended early, or somebody stopped it" in str(problem)

    def test_the_end_of_somebody_elses_test_is_not_ours(self) -> None:
        before = replace(THEIRS, started_at=BEFORE, ends_at=BEGAN)
        assert None is went_on(RUN, "", seen_at(SETTLED, [before, *BOTH], DOWN)).problem

    @pytest.mark.parametrize(("early", "said"), [(MOMENT, True), (timedelta(0), False)])
    def test_shortly_before_its_end_a_state_alone_says_nothing(self, early: timedelta, *, said: bool) -> None:
        at = ENDS - timedelta(seconds=15) - early
        assert said == (went_on(WATCHED, "", seen_at(at, BOTH, UP)).problem is not None)

    @pytest.mark.parametrize(("interface", "ended"), [(DOWN[B], False), (TWO, True)])
    def test_of_what_is_not_answered_the_state_tells_whether_it_has_ended(
        self, interface: VirtualInterface, *, ended: bool
    ) -> None:
        seen = replace(seen_at(SETTLED, BOTH, {A: DOWN[A], B: interface}), histories={A: (BOTH[0],)})
        assert ended is (f"{B} (available) ended early" in str(went_on(RUN, "", seen).problem))

    @pytest.mark.parametrize(("minutes", "half"), [(1, 0.5), (3, 1.5), (4, 2), (60, 2)])
    def test_aws_shows_a_test_before_half_of_a_short_rehearsal_is_over(self, minutes: int, half: float) -> None:
        run = replace(RUN, request=replace(ASKED, rehearsal_minutes=minutes))
        until = BEGAN + half * MINUTE
        hidden, ended = (went_on(run, "", seen_at(at, BOTH, UP)).problem for at in (until - MOMENT, until))
        assert None is hidden
        assert f"{A} (available), {B} (available) ended early" in str(ended)

    def test_a_look_that_lacks_an_answer_has_heard_whoever_objects(self) -> None:
        seen = replace(seen_at(SETTLED - MOMENT, BOTH, DOWN), histories={A: (BOTH[0],)})
        assert SETTLED - MOMENT == went_on(RUN, "", seen).watched_at

    @pytest.mark.parametrize("pending", [(), (A,)])
    def test_what_comes_up_meanwhile_may_carry_the_rest(self, pending: tuple[str, ...]) -> None:
        on_trial = replace(RUN.on_trial, tests={B: TESTS[B]}, pending=pending)
        on_trial = went_on(replace(RUN, rehearsal=on_trial), "", seen_at(LATER, BOTH, DOWN, SEEN))
        words = f"no BGP failover test was made of what came up meanwhile, and may carry the rest: {SHOWN}"
        assert (None if pending else words) == on_trial.problem

    def test_what_aws_does_not_answer_about_is_down(self) -> None:
        seen = replace(seen_at(SETTLED, [], UP), histories={A: tuple(shown(_1=None))})
        assert (B,) == still_down(RUN, seen)

    @pytest.mark.parametrize(("elsewhere", "said"), [("dxcon-ffother1", True), (RUN.request.port_id, False)])
    def test_somebody_moves_one_away(self, elsewhere: str, *, said: bool) -> None:
        interfaces = DOWN | {B: replace(DOWN[B], connection_id=elsewhere)}
        problem = went_on(RUN, "", seen_at(SETTLED, BOTH, interfaces)).problem
        assert ("somebody moved dxvif-aaaaaaa2 to dxcon-ffother1" if said else None) == problem

    @pytest.mark.parametrize("last_started_at", [None, BEGAN + 5 * MINUTE])
    @pytest.mark.parametrize("minutes", [60, 2, 1])
    def test_some_could_not_be_started_in_time(self, minutes: int, last_started_at: datetime | None) -> None:
        asked = replace(ASKED, rehearsal_minutes=minutes)
        on_trial = replace(
            RUN.on_trial,
            pending=("dxvif-aaaaaaa3", "dxvif-aaaaaaa4"),
            last_started_at=last_started_at,
            watched_at=BEGAN + 15 * MINUTE,
        )
        run = replace(RUN, request=asked, rehearsal=on_trial)
        late = BEGAN + minutes * MINUTE / 4
        four = replace(THREE, virtual_interface_id="dxvif-aaaaaaa4")
        seen = see("available", ONE, TWO, THREE, four)
        assert None is went_on(run, "", seen_at(late - MOMENT, BOTH, DOWN, seen)).problem
        problem = "BGP failover tests could not be started in time on dxvif-aaaaaaa3, dxvif-aaaaaaa4"
        assert problem == went_on(run, "", seen_at(late, BOTH, DOWN, seen)).problem
        assert "no" == went_on(run, "no", seen_at(late, BOTH, DOWN, seen)).problem
        # What has gone down for good carries nothing.
        seen = see("available", ONE, TWO, replace(THREE, state="down"), four)
        assert problem.replace("dxvif-aaaaaaa3, ", "") == went_on(run, "", seen_at(late, BOTH, DOWN, seen)).problem
        assert None is went_on(run, "", seen_at(late, BOTH, DOWN)).problem
        nothing = replace(run, rehearsal=replace(on_trial, tests={}))
        seen = see("available", replace(THREE, state="down"))
        problem = "no BGP failover test could be started"
        assert problem == went_on(nothing, "", seen_at(late, [], {}, seen, ids=())).problem

    @pytest.mark.parametrize(("pending", "problem"), [((), "no BGP failover test could be started"), ((A,), None)])
    def test_a_rehearsal_of_nothing_is_none(self, pending: tuple[str, ...], problem: str | None) -> None:
        run = replace(RUN, rehearsal=Rehearsal(started_at=BEGAN, pending=pending))
        on_trial = went_on(run, "", seen_at(BEGAN, [], UP, see("available", ONE), ids=()))
        assert (problem, BEGAN if problem else None) == (on_trial.problem, on_trial.ended_at)

    def test_a_test_whose_step_was_killed(self) -> None:
        run = replace(RUN, rehearsal=replace(RUN.on_trial, tests={A: "test-1"}))
        observation = see("available", *(replace(v, state="testing") for v in (ONE, TWO)))
        problem = went_on(run, "", seen_at(SETTLED - MOMENT, BOTH, DOWN, observation, ids=[A])).problem
        assert str(problem).startswith(
            "a BGP failover test that is not known to be this run's runs on dxvif-aaaaaaa2 ("
        )
        assert str(problem).endswith("AWS ends it in its time, StopBgpFailoverTest at once")

    @pytest.mark.parametrize("problem", [None, "no"])
    def test_it_is_over_when_no_test_of_the_run_is_left(self, problem: str | None) -> None:
        run = replace(WATCHED, rehearsal=replace(WATCHED.on_trial, problem=problem))
        at = ENDS - MOMENT if problem else ENDS
        assert None is went_on(run, "", seen_at(at, shown(_1="test-1", _2=None), DOWN)).ended_at
        ended = [replace(test, ends_at=ENDS) for test in BOTH]
        over = went_on(run, "", seen_at(ENDS, ended, UP))
        assert replace(run.on_trial, watched_at=ENDS, ended_at=ENDS) == over

    def test_what_aws_refuses_to_show_is_over_when_aws_has_ended_it(self) -> None:
        assert None is went_on(WATCHED, "", seen_at(ENDS, None, DOWN)).problem
        refused = f"AWS refuses to show the BGP failover tests of this run on {A}, {B}"
        assert refused == went_on(WATCHED, "", seen_at(ENDS - MOMENT, None, DOWN)).problem
        run = replace(RUN, rehearsal=replace(RUN.on_trial, watched_at=ENDS + MINUTE))
        early, late = (went_on(run, "", seen_at(at, None, DOWN)) for at in (OVER - MOMENT, OVER))
        assert [(None, None), (None, OVER)] == [(one.problem, one.ended_at) for one in (early, late)]


def test_nothing_is_deleted_while_it_goes_on() -> None:
    decided = [next_step(SEEN, RUN, at, least_patience=LEAST_PATIENCE) for at in (NOW, ENDS, ENDS + 4 * MINUTE)]
    assert [LookAgain] * 3 == [type(one) for one in decided]


def test_what_aws_does_not_show_leaves_the_run_in_its_rehearsal() -> None:
    decided = next_step(see(None), RUN, NOW, least_patience=LEAST_PATIENCE)
    assert isinstance(decided, LookAgain)
    assert Phase.REHEARSING is decided.phase


class TestDecided:
    @staticmethod
    def after(problem: str | None = None, *, over: bool = False) -> Run:
        return replace(RUN, rehearsal=replace(RUN.on_trial, problem=problem, ended_at=ENDS if over else None))

    @pytest.mark.parametrize(
        ("run", "late", "reason"),
        [
            (RUN, False, "BGP of 2 virtual interfaces is down on trial until 2026-11-02 03:01:00 UTC"),
            (RUN, True, "the rehearsal is over; BGP is being brought back"),
            (after("no"), False, "no; BGP is being brought back"),
        ],
    )
    def test_while_bgp_is_down(self, run: Run, reason: str, *, late: bool) -> None:
        decided = decided_by(run, seen_at(ENDS if late else ENDS - MOMENT, BOTH, DOWN))
        assert LookAgain(phase=Phase.REHEARSING, reason=reason) == decided

    def test_it_says_what_it_must_not_stop(self) -> None:
        decided = decided_by(self.after("no"), seen_at(SETTLED, shown(_1="test-1"), DOWN))
        assert decided.reason == (
            f"no; BGP is being brought back; AWS does not show the test of this run on {B}, which ends by 2026-11-02 "
            "03:03:00 UTC, and at once with StopBgpFailoverTest"
        )

    def test_nobody_objected(self) -> None:
        reason = (
            "nobody objected to the rehearsal; the BGP failover tests of this run had ended by 2026-11-02 03:01:00 "
            "UTC, and BGP comes back"
        )
        expected = LookAgain(phase=Phase.REHEARSING, reason=reason)
        assert expected == decided_by(self.after(over=True), seen_at(ENDS, BOTH, UP))

    def test_somebody_objected_and_bgp_is_not_up_yet(self) -> None:
        interfaces = {A: replace(ONE, state="down")}
        decided = decided_by(self.after("no", over=True), seen_at(ENDS, BOTH, interfaces))
        said = "comes back; AWS does not show it up yet, so make sure that it comes: dxvif-aaaaaaa1, dxvif-aaaaaaa2;"
        assert said in decided.reason

    def test_somebody_objected(self) -> None:
        run = self.after("no", over=True)
        why = "no; the BGP failover tests of this run had ended by 2026-11-02 03:01:00 UTC, and BGP comes back"
        expected = Stop(
            phase=Phase.BLOCKED,
            reason=f"dxcon-fg5678gh is blocked by rehearsal: {why}; {what_is_left(SEEN, run)}",
            verdicts=(Verdict(guard="rehearsal", outcome=Outcome.BLOCK, reason=why),),
        )
        assert expected == decided_by(run, seen_at(ENDS, BOTH, UP))

    def test_if_nothing_was_taken_down_nothing_comes_back(self) -> None:
        run = replace(RUN, rehearsal=Rehearsal(started_at=BEGAN, problem="no", ended_at=BEGAN))
        decided = decided_by(run, seen_at(BEGAN, [], UP, ids=()))
        assert f"dxcon-fg5678gh is blocked by rehearsal: no; {what_is_left(SEEN, run)}" == decided.reason

    def test_what_it_has_stopped_is_not_out_of_its_reach(self) -> None:
        run = self.after("no")
        run = replace(run, rehearsal=replace(run.on_trial, stopped=(B,)))
        decided = decided_by(run, seen_at(SETTLED, shown(_1="test-1", _2=None), DOWN))
        assert "no; BGP is being brought back" == decided.reason


def test_a_run_that_has_not_rehearsed() -> None:
    assert not under_way(ONE).is_rehearsing
    with pytest.raises(ValueError, match=r"^the run has not rehearsed$"):
        _ = under_way(ONE).on_trial


def test_an_interface_is_described_as_it_is_taken_down() -> None:
    run = replace(under_way(ONE), request=ASKED)
    decided = next_step(see("available", ONE), run, NOW, least_patience=LEAST_PATIENCE)
    assert isinstance(decided, Rehearse)
    assert f"taking BGP down on trial, for 60 minutes: {SHOWN}" == decided.reason


def test_a_long_objection_is_shortened() -> None:
    kept = went_on(RUN, "x" * 2_000, seen_at(SETTLED, BOTH, DOWN)).problem
    assert len(str(kept)) < 900
    run = replace(RUN, rehearsal=replace(RUN.on_trial, problem="x" * 2_000, ended_at=ENDS))
    stop = decided_by(run, seen_at(ENDS, BOTH, UP))
    assert isinstance(stop, Stop)
    assert len(stop.verdicts[0].reason) < 900
