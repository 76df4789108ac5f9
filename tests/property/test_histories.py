"""
Hypothesis searches histories of the world for one in which something happens that must never happen.

AWS, other people and other runs act between any two calls. Every deleting call is judged on the world as it was at the
step's last look. Once nobody else acts, every run ends.

HISTORIES=100000 in the environment makes that many histories, new ones each time. A failure prints the shortest history
that leads to it.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from decommission.errors import AwsBusyError, AwsDeniedError, ConfigurationError, DecommissionError
from decommission.guards import OVERRIDABLE
from decommission.schemas import JSON
from sandbox.directconnect import SECRET_WORD, Behaviour, ManualClock
from sandbox.directconnect.states import GONE
from sandbox.in_process import Alarm
from tests.support.driver import (
    APPROVED,
    SETTINGS,
    as_json,
    environment,
    is_under_way,
    logging_to_standard_output,
    new_step,
    new_world,
    override,
)
from tests.support.happenings import ALARM_NAME, OTHER_CONNECTION_ID, Happening, PortHides, Scene
from tests.support.histories import (
    CONNECTION_IDS,
    LONGEST_TRANSITION,
    behaviours,
    connection_ids,
    happenings,
    operations,
)
from tests.support.interleaving import Stepping
from tests.support.pages import render_all
from tests.support.snapshot import port_ids
from tests.support.strategies import CONNECTION_ID, LAG_ID
from tests.support.witness import Witness, is_gone

HISTORIES: Final = int(os.environ.get("HISTORIES", "2000"))
PATIENCE: Final = (2, 4)
NOTICES: Final = (0, 0, 10)
REHEARSALS: Final = (0, 0, 2)
# So short that a history ends soon; the first deletion needs half of it.
QUICK: Final = replace(SETTINGS, least_patience_minutes=2)
# After a rehearsal, AWS has two minutes to show that it is over, and BGP as long to come back.
MOST_MINUTES: Final = max(NOTICES) + 2 * max(REHEARSALS) + 2 + max(PATIENCE)
MOST_SECONDS: Final = MOST_MINUTES * 60 + LONGEST_TRANSITION
MOST_STEPS: Final = MOST_SECONDS // QUICK.minimum_wait_seconds + 4
INTERFACE_IDS: Final = tuple(f"dxvif-aaaaaaa{number}" for number in range(3))
# What an override may name: the things of this world, of the kinds that its guard takes.
NAMED: Final = (*CONNECTION_IDS, LAG_ID, *INTERFACE_IDS, "dxvif-other001", "dxrg-00000000000000000")


def overrides_of(guard: str) -> st.SearchStrategy[JSON]:
    ids = [id_ for id_ in NAMED if id_.partition("-")[0] in OVERRIDABLE[guard]]
    named = st.lists(st.sampled_from(ids), min_size=1, unique=True).map(lambda chosen: override(guard, *chosen))
    if guard != "traffic":
        return named
    limits: list[JSON] = [{}, {"upToBps": 0}, {"upToBps": 20_000}]
    return st.tuples(named, st.sampled_from(limits)).map(lambda pair: pair[0] | pair[1])


ports = st.sampled_from(
    [
        *({"connectionId": id_} for id_ in (CONNECTION_ID, CONNECTION_ID, OTHER_CONNECTION_ID)),
        {"lagId": LAG_ID},
    ]
)
asked = st.fixed_dictionaries(
    {"patienceMinutes": st.sampled_from(PATIENCE)},
    optional={
        "dryRun": st.sampled_from([False, False, False, True]),
        "noticeMinutes": st.sampled_from(NOTICES),
        "rehearsalMinutes": st.sampled_from(REHEARSALS),
        "planDigest": st.sampled_from(["any", "any", "0" * 64, "the last plan's"]),
        "virtualInterfaceIds": st.lists(st.sampled_from([*INTERFACE_IDS, "dxvif-other001"]), min_size=1, unique=True),
        "overrides": st.lists(st.sampled_from(sorted(OVERRIDABLE)).flatmap(overrides_of), max_size=4),
    },
)
requests = st.tuples(ports, asked).map(lambda pair: pair[0] | pair[1])


@dataclass(slots=True)
class Driven:
    """A run: its last event, and the step that it is in the middle of."""

    event: JSON
    stepping: Stepping | None = None
    # How often somebody had changed the world when the step began.
    changes: int = 0
    # A step that does not stop before its calls takes two thirds of the time.
    stops: bool = True


class Histories(RuleBasedStateMachine):
    # False after a failure: then the rest of the history means nothing.
    intact = False

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.printed = self._stack.enter_context(redirect_stdout(StringIO()))
        self._stack.enter_context(environment())
        self._stack.enter_context(logging_to_standard_output())
        self.runs: list[Driven] = []
        self.events: list[JSON] = []
        self.hides = 0

    @initialize(
        behaviour=behaviours,
        kinds=st.lists(st.sampled_from(["private", "public", "transit"]), max_size=3),
        jitter=st.sampled_from([1.0, 0.0]),
        on_gateway=st.booleans(),
        other_approved=st.sampled_from([False, False, True]),
        minimum_links=st.sampled_from([None, None, 0, 1, 2]),
        whole_lag=st.booleans(),
        on_lag=st.booleans(),
        approved_interfaces=st.sampled_from(
            [(), INTERFACE_IDS[:1], INTERFACE_IDS[:2], (*INTERFACE_IDS, "dxvif-other001")]
        ),
        request=requests,
    )
    def begin(  # noqa: PLR0913 - each is drawn by itself
        self,
        behaviour: Behaviour,
        kinds: list[str],
        jitter: float,
        *,
        on_gateway: bool,
        other_approved: bool,
        minimum_links: int | None,
        whole_lag: bool,
        on_lag: bool,
        approved_interfaces: tuple[str, ...],
        request: JSON,
    ) -> None:
        self.clock = ManualClock()
        world = new_world(self.clock, *kinds, behaviour=behaviour)
        self.scene = Scene(world)
        self.jitter = jitter
        other = world.add_connection(OTHER_CONNECTION_ID, tags=APPROVED if other_approved else {})
        world.add_virtual_interface(other.id, "dxvif-other001", type="transit", announces=("10.0.0.0/8",))
        self.scene.around.cloudwatch.alarms[ALARM_NAME] = Alarm()
        gateway = next(iter(world.direct_connect_gateways))
        for v in world.virtual_interfaces.values():
            if on_gateway and v.type != "public":
                v.direct_connect_gateway_id = gateway
            if v.id in approved_interfaces:
                v.tags |= APPROVED
        if minimum_links is not None:
            world.add_lag(LAG_ID, minimum_links=minimum_links)
            world.connections[CONNECTION_ID].lag_id = other.lag_id = LAG_ID
            for v in world.virtual_interfaces.values():
                v.connection_id = LAG_ID if on_lag else v.connection_id
            if whole_lag:
                request = self._of_whole_lag(request, gateway)
        self.somebody_starts_a_run(request)
        self.intact = True

    def _of_whole_lag(self, request: JSON, gateway: str) -> JSON:
        """Let nothing object to the LAG at first, which hardly any history would reach otherwise."""
        world = self.scene.world
        self.the_lag_is_approved_with_all_its_connections()
        world.add_connection("dxcon-ffstays1")
        for served in {gateway, world.virtual_interfaces["dxvif-other001"].direct_connect_gateway_id}:
            world.add_virtual_interface(
                "dxcon-ffstays1", type="transit", direct_connect_gateway_id=served, announces=("10.0.0.0/8",)
            )
        about_all_of_it = {"patienceMinutes", "noticeMinutes", "rehearsalMinutes", "overrides"}
        return {"lagId": LAG_ID} | {name: request[name] for name in about_all_of_it & request.keys()}

    @rule(request=requests)
    def somebody_starts_a_run(self, request: JSON) -> None:
        plans = [event["plan"] for event in self.events if event.get("plan")]
        if request.get("planDigest") in {"any", "the last plan's"}:
            last = {"planDigest": plans[-1]["digest"]} if plans and request["planDigest"] != "any" else {}
            request = {name: value for name, value in request.items() if name != "planDigest"} | last
        if request.get("rehearsalMinutes"):
            request = request | {"alarmNames": [ALARM_NAME]}
        self.runs.append(Driven(request))
        self.events.append(request)

    @rule(number=st.integers(0, 2), steps=st.integers(1, 4))
    def a_run_goes_on(self, number: int, steps: int) -> None:
        run = self.runs[number % len(self.runs)]
        for _ in range(steps):
            self._finish(run)
            self.clock.advance(seconds=run.event.get("waitSeconds", 0))

    @rule(number=st.integers(0, 2), calls=st.integers(1, 30))
    def a_run_makes_some_calls(self, number: int, calls: int) -> None:
        """Stop in the middle of a step, so that others act between two of its calls."""
        run = self.runs[number % len(self.runs)]
        stepping = self._stepping(run)
        stepping.go_on(calls)
        if stepping.has_ended:
            self._finish(run)

    @rule(number=st.integers(0, 2), calls=st.integers(1, 26), happening=happenings, more=st.none() | happenings)
    def somebody_acts_in_the_middle_of_a_step(
        self, number: int, calls: int, happening: Happening, more: Happening | None
    ) -> None:
        """Interrupt a step that may delete."""
        run = self.runs[number % len(self.runs)]
        if "phase" not in run.event:
            self._finish(run)
        if "phase" not in run.event or not is_under_way(run.event):
            return
        self._stepping(run).go_on(calls)
        for one in filter(None, (happening, more)):
            self._happens(one)
        self._finish(run)
        self.clock.advance(seconds=run.event.get("waitSeconds", 0))

    @rule(number=st.integers(0, 20))
    def an_old_event_comes_again(self, number: int) -> None:
        self._finish(Driven(self.events[number % len(self.events)]))

    @rule(happening=happenings, before=st.none() | operations)
    def something_happens(self, happening: Happening, before: str | None) -> None:
        """Let it happen now, or right before the next call of an operation."""
        if before is None:
            self._happens(happening)
            return

        def once(_: Mapping[str, object]) -> None:
            del self.scene.world.before[before]
            self._happens(happening)

        self.scene.world.before[before] = once

    @rule(connection_id=connection_ids)
    def a_connection_is_approved(self, connection_id: str) -> None:
        if (one := self.scene.world.connections.get(connection_id)) is not None:
            self._happens(lambda _: one.tags.update(APPROVED))

    @rule()
    def the_lag_is_approved_with_all_its_connections(self) -> None:
        world = self.scene.world
        self._happens(
            lambda _: [one.tags.update(APPROVED) for one in (*world.lags.values(), *world.connections.values())]
        )

    @rule(id_=st.sampled_from([*INTERFACE_IDS, "dxvif-other001"]))
    def an_interface_is_approved(self, id_: str) -> None:
        if (one := self.scene.world.virtual_interfaces.get(id_)) is not None:
            self._happens(lambda _: one.tags.update(APPROVED))

    @rule()
    def all_is_calm(self) -> None:
        self.scene.world.faults.clear()
        self.scene.world.before.clear()
        for neighbour in (self.scene.around.cloudwatch, self.scene.around.s3, self.scene.around.sts):
            neighbour.faults.clear()

    def _happens(self, happening: Happening) -> None:
        self.scene.changes.note()
        self.hides += isinstance(happening, PortHides)
        happening(self.scene)

    def _stepping(self, run: Driven) -> Stepping:
        if run.stepping is None:
            run.stops, run.changes = True, self.scene.changes.count
            run.stepping = self._begin(run)
        return run.stepping

    def _begin(self, run: Driven) -> Stepping:
        event = run.event
        if "phase" not in event:
            # No two runs begin in the same microsecond.
            self.clock.advance(seconds=1e-6)

        def work(pause: Callable[[], None]) -> JSON:
            def stop() -> None:
                if run.stops:
                    pause()

            witness = Witness(self.scene.world, self.scene.around, event, self.scene.changes, stop)
            step = new_step(
                self.scene.world, witness, around=self.scene.around, settings=QUICK, jitter=lambda: self.jitter
            )
            result: JSON = as_json(step(as_json(event)))
            return result

        return Stepping(work)

    def _finish(self, run: Driven) -> None:
        """End the step and check it. Its result is the next event; the event stays if the step failed."""
        stepping, event = self._stepping(run), run.event
        run.stepping, run.stops = None, False
        self.intact = False
        try:
            result = stepping.finish()
        except (AwsBusyError, AwsDeniedError, ConfigurationError) as error:
            self._check_secrets(error)
        else:
            self._check(event, result, is_still=run.changes == self.scene.changes.count)
            run.event = result
            self.events.append(result)
        self.intact = True

    def _check(self, event: JSON, result: JSON, *, is_still: bool) -> None:
        self._check_secrets(result)
        if not is_under_way(event):
            assert event == result, "a run that had ended has changed"
            return
        assert (result["waitSeconds"] > 0) == is_under_way(result)
        if not is_under_way(result):
            report = json.loads(self.scene.around.written_by(result)["report.json"])
            assert result == {name: report[name] for name in result}, "it ends otherwise than its report says"
        if event.get("plan"):
            assert event["plan"] == result["plan"], "a plan is made once"
        else:
            assert [] == result["calls"], "the first step deletes"
        if is_still:
            self._check_bgp(result)
        if result["phase"] == "COMPLETED" and not result["alreadyGone"] and is_still and not self.hides:
            self._check_gone(result)
        assert len(json.dumps(result)) < 200 * 1024

    def _check_bgp(self, result: JSON) -> None:
        """Check that BGP is not down through a run that has ended, and never was for longer than asked."""
        own = (result["rehearsal"] or {"tests": {}})["tests"].values()
        down = {v.id for v in self.scene.world.virtual_interfaces.values() if v.state == "testing"}
        for test in self.scene.world.failover_tests:
            if test.id in own and test.virtual_interface_id in down:
                assert test.minutes == result["request"]["rehearsalMinutes"]
                assert is_under_way(result) or not test.is_running(self.clock()), "BGP is down, and the run has ended"

    def _check_gone(self, result: JSON) -> None:
        named = result["request"]["virtualInterfaceIds"]
        if named is None:
            assert all(is_gone(self.scene.world, id_) for id_ in port_ids(result)), "it is not gone"
            return
        standing = {v.id for v in self.scene.world.virtual_interfaces.values() if v.state not in GONE}
        assert standing.isdisjoint(named), "one of the virtual interfaces is not gone"

    def _check_secrets(self, outcome: JSON | DecommissionError) -> None:
        for text in (str(outcome), self.printed.getvalue(), *map(str, self.scene.around.s3.objects.values())):
            assert SECRET_WORD not in text
        self.printed.seek(0)
        self.printed.truncate()

    def teardown(self) -> None:
        """Check that one of the runs ends once nobody else acts, and that people can read what was recorded."""
        try:
            if self.intact:
                self._ends()
                render_all(self.scene.around.s3.objects)
        finally:
            self._stack.close()

    def _ends(self) -> None:
        self.all_is_calm()
        for run in self.runs:
            if run.stepping:
                self._finish(run)
        run = self.runs[len(self.events) % len(self.runs)]
        for _ in range(MOST_STEPS):
            if not is_under_way(run.event):
                return
            self._finish(run)
            # A failed step has no wait of its own.
            self.clock.advance(seconds=max(run.event.get("waitSeconds", 0), QUICK.minimum_wait_seconds))
        raise AssertionError(f"no end after {MOST_STEPS} steps: {run.event}")


class Rehearsals(Histories):
    """Histories that begin with BGP down on trial."""

    @initialize(
        behaviour=behaviours,
        kinds=st.lists(st.sampled_from(["private", "transit"]), min_size=1, max_size=3),
        jitter=st.sampled_from([1.0, 0.0]),
        port=st.sampled_from([{"connectionId": CONNECTION_ID}, {"lagId": LAG_ID}]),
        named=st.booleans(),
    )
    def begin(self, behaviour: Behaviour, kinds: list[str], jitter: float, port: JSON, *, named: bool) -> None:
        whole_lag = "lagId" in port
        named = named and not whole_lag
        request = port | {"patienceMinutes": 4, "rehearsalMinutes": 2}
        Histories.begin(
            self,
            behaviour=behaviour,
            kinds=kinds,
            jitter=jitter,
            on_gateway=False,
            other_approved=False,
            minimum_links=1 if whole_lag else None,
            whole_lag=whole_lag,
            on_lag=whole_lag,
            approved_interfaces=INTERFACE_IDS if named else (),
            request=request | ({"virtualInterfaceIds": ["dxvif-aaaaaaa0"]} if named else {}),
        )
        for _ in range(3):
            self._finish(self.runs[0])
            self.clock.advance(seconds=self.runs[0].event["waitSeconds"])
            if self.runs[0].event["phase"] == "REHEARSING":
                return


TestRehearsals = Rehearsals.TestCase
TestRehearsals.settings = settings(max_examples=HISTORIES // 2, stateful_step_count=10)

TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=HISTORIES, stateful_step_count=14)
