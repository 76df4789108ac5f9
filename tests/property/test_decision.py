"""For all observations, runs and times: ``decide`` answers, and never with what must never happen."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import compress
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from decommission.decision import Action, Decision, decide
from decommission.models import ConnectionState, Observation, Presence, VirtualInterfaceState
from decommission.plan import Plan
from decommission.run import Outcome, Phase, Request, Run, Verdict
from tests import strategies
from tests.strategies import CONNECTION_ID, START, connection, virtual_interface

DELETES = {Action.DELETE_VIRTUAL_INTERFACES, Action.DISASSOCIATE_FROM_LAG, Action.DELETE_CONNECTION}


@dataclass(frozen=True, kw_only=True)
class Case:
    observation: Observation
    run: Run
    now: datetime

    @property
    def decision(self) -> Decision:
        return decide(self.observation, self.run, self.now)

    @property
    def connection_stands(self) -> bool:
        connection = self.observation.connection
        return connection is not None and connection.presence is not Presence.GONE

    @property
    def unplanned(self) -> set[str]:
        planned = set(self.run.plan.virtual_interface_ids) if self.run.plan else set()
        return {v.virtual_interface_id for v in self.observation.remaining} - planned


def case(  # noqa: PLR0913, PLR0917  # each is drawn by itself
    states: tuple[str | None, ...],
    planned: tuple[bool, ...] | None,
    connection_state: str | None,
    lag_id: str | None,
    request: Request,
    now: datetime,
) -> Case:
    """Make a look, a run and a time that need not fit together; None is what AWS does not show."""
    interfaces = [virtual_interface(f"aaaaaaa{number}", state or "") for number, state in enumerate(states)]
    plan = Plan.of(connection(), tuple(compress(interfaces, planned))) if planned is not None else None
    return Case(
        observation=Observation(
            region="eu-central-1",
            connection=connection(connection_state, lag_id) if connection_state is not None else None,
            virtual_interfaces=tuple(compress(interfaces, (state is not None for state in states))),
        ),
        run=Run(request=request, started_at=START, plan=plan, phase=Phase.DELETING_CONNECTION if plan else None),
        now=now,
    )


# Some words come more often, for the sake of what comes after them.
interfaces_states = st.tuples(*[st.sampled_from([None, "deleted", *VirtualInterfaceState, "approving", ""])] * 4)
connection_states = st.sampled_from([None, "available", "available", *ConnectionState, "approving", ""])
plans = st.none() | st.tuples(*[st.booleans()] * 4) | st.just((True,) * 4)
lag_ids = st.sampled_from([None, None, None, "dxlag-fg5678gh"])
requests = st.builds(
    Request,
    connection_id=st.just(CONNECTION_ID),
    dry_run=st.booleans(),
    plan_digest=st.sampled_from([None, None, "0" * 64]),
    patience_minutes=st.just(240),
)
moments = st.sampled_from([0, 1, 239, 240, 241, 10_000]).map(lambda minutes: START + timedelta(minutes=minutes))
cases = st.builds(case, interfaces_states, plans, connection_states, lag_ids, requests, moments)
standing = st.sampled_from(["available", "down", "pending", "deleting", "unknown", "approving"])
runs = st.just(Request(connection_id=CONNECTION_ID, patience_minutes=240))
cases_under_way = st.builds(case, interfaces_states, plans.filter(bool), standing, st.none(), runs, st.just(START))


@given(st.builds(Case, observation=strategies.observations(), run=strategies.runs(), now=strategies.moments) | cases)
def test_every_decision_is_whole(case: Case) -> None:
    decision = case.decision

    assert CONNECTION_ID in decision.reason or "dxvif-" in decision.reason
    assert decision.phase.waits == (decision.action is not Action.STOP)
    assert bool(decision.virtual_interface_ids) == (decision.action is Action.DELETE_VIRTUAL_INTERFACES)


@given(cases)
def test_the_connection_goes_last(case: Case) -> None:
    if case.decision.action is Action.DELETE_CONNECTION:
        assert () == case.observation.remaining
        assert case.observation.connection is not None
        assert Presence.PRESENT is case.observation.connection.presence


@given(cases)
def test_only_what_is_planned_and_seen_standing_goes(case: Case) -> None:
    decision = case.decision
    seen = {v.virtual_interface_id: v for v in case.observation.virtual_interfaces}

    for virtual_interface_id in decision.virtual_interface_ids:
        assert case.run.plan is not None
        assert virtual_interface_id in case.run.plan.virtual_interface_ids
        assert Presence.PRESENT is seen[virtual_interface_id].presence
        assert "testing" != seen[virtual_interface_id].state
    assert len(set(decision.virtual_interface_ids)) == len(decision.virtual_interface_ids)


@given(cases)
def test_a_dry_run_deletes_nothing(case: Case) -> None:
    run = replace(case.run, request=replace(case.run.request, dry_run=True))

    assert decide(case.observation, run, case.now).action not in DELETES


@given(cases)
def test_nothing_is_deleted_at_the_deadline_or_after_it(case: Case) -> None:
    decision = decide(case.observation, case.run, max(case.now, case.run.deadline))

    assert Action.STOP is decision.action
    assert decision.phase in {Phase.COMPLETED, Phase.PLANNED, Phase.TIMED_OUT}


@given(cases)
def test_nothing_is_deleted_of_a_lag_s_member(case: Case) -> None:
    connection = case.observation.connection
    if connection is None:
        return
    member = replace(case.observation, connection=replace(connection, lag_id="dxlag-fg5678gh"))

    assert decide(member, case.run, case.now).action not in DELETES


@given(cases)
def test_completed_is_what_is_seen(case: Case) -> None:
    gone = not case.connection_stands and not case.observation.remaining

    assert gone == (case.decision.phase is Phase.COMPLETED)
    assert (gone and case.run.phase is None) == case.decision.already_gone


@given(cases_under_way)
def test_what_is_not_planned_blocks(case: Case) -> None:
    decision = case.decision

    assert bool(case.unplanned) == (decision.phase is Phase.BLOCKED)
    assert all(virtual_interface_id in decision.reason for virtual_interface_id in case.unplanned)


@given(cases)
def test_a_run_that_a_guard_blocks_deletes_nothing(case: Case) -> None:
    verdict = Verdict(guard="traffic", outcome=Outcome.BLOCK, reason="it carried something")
    decision = decide(case.observation, replace(case.run, verdicts=(verdict,)), case.now)

    assert decision.action is Action.STOP
    assert decision.phase in {Phase.BLOCKED, Phase.PLANNED}


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_an_answer_means_nothing(case: Case, random: Random) -> None:
    shuffled = list(case.observation.virtual_interfaces)
    random.shuffle(shuffled)
    one, other = (
        case.decision,
        decide(replace(case.observation, virtual_interfaces=tuple(shuffled)), case.run, case.now),
    )

    assert (one.action, one.phase) == (other.action, other.phase)
    assert set(one.virtual_interface_ids) == set(other.virtual_interface_ids)


@given(cases_under_way)
def test_what_is_on_its_way_is_not_asked_for_again(case: Case) -> None:
    decision, connection = case.decision, case.observation.connection
    assert connection is not None
    if decision.action is Action.DELETE_CONNECTION:
        connection = replace(connection, state="deleting")
    interfaces = tuple(
        replace(v, state="deleting") if v.virtual_interface_id in decision.virtual_interface_ids else v
        for v in case.observation.virtual_interfaces
    )
    after = replace(case.observation, connection=connection, virtual_interfaces=interfaces)

    assert decide(after, case.run, case.now).action not in DELETES
