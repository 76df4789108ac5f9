"""
Every history of the world: whatever AWS, other people and the clock do, nothing happens that must never happen.

And once they leave it alone, every run comes to an end. The environment variable HISTORIES=100000 makes that many
histories, other ones each time; a failure prints the shortest history that leads to it.
"""

from __future__ import annotations

import os
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from decommission import contract
from decommission.errors import (
    ConfigurationError,
    DecommissionError,
    DirectConnectBusyError,
    DirectConnectDeniedError,
)
from decommission.guards import GUARDS, NOT_OVERRIDABLE
from decommission.run import Phase
from sandbox.directconnect import Behaviour, InProcessClient, ManualClock
from sandbox.in_process import Measured
from tests.driver import REQUEST, SETTINGS, Neighbours, new_step, new_world, take
from tests.never import Taken, check
from tests.property.happenings import LONGEST_TRANSITION, Happening, behaviours, faults, happenings, operations
from tests.strategies import CONNECTION_ID
from tests.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from decommission.contract import JSON
    from sandbox.directconnect import Fault

HISTORIES: Final = int(os.environ.get("HISTORIES", "2000"))
ENDS: Final = {phase.value for phase in Phase if not phase.waits}
PATIENCE: Final = (1, 2)
# A run waits ten seconds or more before each step; before its first, a connection may be in transition for a while.
MOST_STEPS: Final = (max(PATIENCE) * 60 + LONGEST_TRANSITION) // SETTINGS.minimum_wait_seconds + 2

requests = st.fixed_dictionaries(
    {"patienceMinutes": st.sampled_from(PATIENCE)},
    optional={
        "dryRun": st.booleans(),
        "planDigest": st.sampled_from(["0" * 64, "the last plan's"]),
        "overrides": st.lists(st.sampled_from(sorted(GUARDS.keys() - NOT_OVERRIDABLE)), unique=True, max_size=4).map(
            lambda guards: [{"guard": guard, "reason": "CHG-1234"} for guard in guards]
        ),
    },
)


class Histories(RuleBasedStateMachine):
    # Whether the last step was as it should be; of a history that went wrong, the end means nothing.
    intact = False

    @initialize(
        behaviour=behaviours,
        kinds=st.lists(st.sampled_from(["private", "public", "transit"]), max_size=3),
        jitter=st.sampled_from([1.0, 0.0]),
        is_redundant=st.booleans(),
        minimum_links=st.sampled_from([None, None, 0, 1, 2]),
        request=requests,
    )
    def begin(  # noqa: PLR0913 - each is drawn by itself
        self,
        behaviour: Behaviour,
        kinds: list[str],
        jitter: float,
        *,
        is_redundant: bool,
        minimum_links: int | None,
        request: JSON,
    ) -> None:
        self.clock = ManualClock()
        self.world = new_world(self.clock, *kinds, behaviour=behaviour)
        neighbour = self.world.add_connection()
        if is_redundant:
            self.world.add_virtual_interface(neighbour.id)
        if minimum_links is not None:
            lag = self.world.add_lag(minimum_links=minimum_links)
            self.world.connections[CONNECTION_ID].lag_id = neighbour.lag_id = lag.id
        self.witness = Witness(self.world)
        self.neighbours = Neighbours()
        self.step = new_step(self.world, self.witness, neighbours=self.neighbours, jitter=lambda: jitter)
        # The event that each run stands at, and all that there ever were.
        self.runs: list[JSON] = []
        self.events: list[JSON] = []
        self.somebody_starts_a_run(request)
        self.intact = True

    @rule(request=requests)
    def somebody_starts_a_run(self, request: JSON) -> None:
        plans = [event["plan"] for event in self.events if event.get("plan")]
        if request.get("planDigest") == "the last plan's":
            request = request | {"planDigest": plans[-1]["digest"] if plans else None}
        self.runs.append(REQUEST | request)
        self.events.append(REQUEST | request)

    @rule(number=st.integers(0, 2), steps=st.integers(1, 4))
    def a_run_goes_on(self, number: int, steps: int) -> None:
        for _ in range(steps):
            self.a_run_takes_a_step(number)
            self.clock.advance(seconds=self.runs[number % len(self.runs)].get("waitSeconds", 0))

    @rule(number=st.integers(0, 2))
    def a_run_takes_a_step(self, number: int) -> None:
        index = number % len(self.runs)
        self.runs[index] = self._take(self.runs[index])

    @rule(number=st.integers(0, 20))
    def an_old_event_comes_again(self, number: int) -> None:
        self._take(self.events[number % len(self.events)])

    @rule(happening=happenings, before=st.none() | operations)
    def something_happens(self, happening: Happening, before: str | None) -> None:
        """Let it happen now, or in the middle of a step: just before the next call of an operation."""
        if before is None:
            happening(self.world)
            return

        def once(_: Mapping[str, object]) -> None:
            del self.world.before[before]
            happening(self.world)

        self.world.before[before] = once

    @rule(service=st.sampled_from(["GetMetricData", "PutObject", "GetCallerIdentity"]), fault=faults)
    def a_neighbour_fails(self, service: str, fault: Fault) -> None:
        for neighbour in (self.neighbours.cloudwatch, self.neighbours.s3, self.neighbours.sts):
            neighbour.faults.add(service, fault)

    @rule(measured=st.sampled_from([[], [0.0], [10_000.0], [10_001.0]]))
    def traffic_flows(self, measured: list[float]) -> None:
        self.neighbours.cloudwatch.measured[CONNECTION_ID] = Measured(ingress=measured)

    @rule()
    def all_is_calm(self) -> None:
        self.world.faults.clear()
        self.world.before.clear()
        for neighbour in (self.neighbours.cloudwatch, self.neighbours.s3, self.neighbours.sts):
            neighbour.faults.clear()

    def _take(self, event: JSON) -> JSON:
        """Take a step, check it, and return the next event: its result, or the same again if it failed."""
        run = contract.read(event, now=self.clock(), default_patience_minutes=SETTINGS.patience_minutes)
        self.witness.exchanges.clear()
        self.neighbours.s3.calls.clear()
        self.intact = False
        outcome: JSON | DecommissionError
        with redirect_stdout(StringIO()) as printed:
            try:
                outcome = take(self.step, event)
            except (DirectConnectBusyError, DirectConnectDeniedError, ConfigurationError) as error:
                outcome = error
        check(
            Taken(
                run=run,
                event=event,
                exchanges=self.witness.exchanges,
                printed=printed.getvalue(),
                outcome=outcome,
                ended_at=self.clock(),
                recorded=[parameters["Key"] for _, parameters in self.neighbours.s3.calls],
            )
        )
        self.intact = True
        if isinstance(outcome, DecommissionError):
            return event
        self.events.append(outcome)
        return outcome

    def teardown(self) -> None:
        """Leave a run alone, and see it end."""
        if not self.intact:
            return
        self.all_is_calm()
        event = self.runs[len(self.events) % len(self.runs)]
        for _ in range(MOST_STEPS):
            if event.get("phase") in ENDS:
                return
            event = self._take(event)
            assert event.get("phase") != "COMPLETED" or self._is_gone()
            # A step that fails is repeated after a while, whatever its event says.
            self.clock.advance(seconds=max(event.get("waitSeconds", 0), SETTINGS.minimum_wait_seconds))
        raise AssertionError(f"no end after {MOST_STEPS} steps: {event}")

    def _is_gone(self) -> bool:
        client = InProcessClient(self.world)
        shown = client.describe_connections()["connections"]
        return {"deleted", "rejected"} >= {
            one["connectionState"] for one in shown if one["connectionId"] == CONNECTION_ID
        }


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=HISTORIES, stateful_step_count=12)
