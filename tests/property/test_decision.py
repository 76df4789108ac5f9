"""For all observations, runs and times: the decision answers, and never with what must never happen."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from decommission import decision, gone
from decommission.decided import Delete, LookAgain, MakePlan, Rehearse, SeemsGone, Stop
from decommission.models import Aftermath, Connection, Observation, Presence
from decommission.remains import has_begun
from decommission.run import ABSENT, Action, NewRun, Outcome, Phase, Run, Verdict
from tests.support import strategies
from tests.support.strategies import CONNECTION_ID, virtual_interface

LEAST: Final = timedelta(minutes=30)
aftermaths = st.builds(
    Aftermath,
    interconnect_ids=st.none() | st.sampled_from([(), (CONNECTION_ID,)]),
    elsewhere=st.lists(st.just(virtual_interface("aaaaaaa1")), max_size=1).map(tuple),
)


def decide(observation: Observation, run: Run, now: datetime) -> Delete | Rehearse | LookAgain | SeemsGone | Stop:
    return decision.next_step(observation, run, now, least_patience=LEAST)


def is_named(reason: str) -> bool:
    return CONNECTION_ID in reason or "dxvif-" in reason


@given(strategies.observations(), strategies.new_runs)
def test_the_first_step_deletes_nothing(observation: Observation, run: NewRun) -> None:
    decided = decision.first(observation, run)

    assert isinstance(decided, MakePlan | SeemsGone | Stop)
    stands = observation.port is not None and not observation.port.is_gone
    assert stands == isinstance(decided, MakePlan)
    if isinstance(decided, Stop):
        assert (Phase.PLANNED if run.request.dry_run else Phase.BLOCKED) is decided.phase


@given(
    strategies.observations().filter(lambda seen: seen.has_port),
    strategies.new_runs,
    st.lists(strategies.verdicts, max_size=4),
)
def test_a_blocked_plan_goes_no_further(observation: Observation, run: NewRun, verdicts: list[Verdict]) -> None:
    decided = decision.planned(observation, run, verdicts)

    is_blocked = any(verdict.outcome is Outcome.BLOCK for verdict in verdicts)
    if run.request.dry_run:
        assert Phase.PLANNED is decided.phase
    else:
        assert is_blocked == (decided.phase is Phase.BLOCKED)
    assert is_named(decided.reason)


@given(strategies.observations(), strategies.runs(), strategies.moments)
def test_every_decision_is_whole(observation: Observation, run: Run, now: datetime) -> None:
    decided = decide(observation, run, now)

    assert is_named(decided.reason)
    if isinstance(decided, LookAgain | Delete | Rehearse):
        assert decided.phase.waits
    if isinstance(decided, Stop):
        assert decided.phase in {Phase.BLOCKED, Phase.TIMED_OUT}


@given(strategies.observations(), strategies.runs(), strategies.moments)
def test_only_what_is_planned_and_seen_is_deleted(observation: Observation, run: Run, now: datetime) -> None:
    decided = decide(observation, run, now)
    if not isinstance(decided, Delete):
        return

    assert run.notice_ends_at <= now < run.deadline
    assert isinstance(observation.port, Connection)
    assert not run.plan.differences(observation, run.left_ids)
    assert len(set(decided.resource_ids)) == len(decided.resource_ids)
    if decided.action is Action.DELETE_VIRTUAL_INTERFACE:
        seen = {v.virtual_interface_id: v for v in observation.virtual_interfaces}
        assert set(run.plan.virtual_interface_ids) >= set(decided.resource_ids)
        assert {seen[id_].presence for id_ in decided.resource_ids} <= {Presence.PRESENT, Presence.UNCLEAR}
    else:
        assert () == observation.remaining
        assert (CONNECTION_ID,) == decided.resource_ids
        leaves = decided.action is Action.DISASSOCIATE_FROM_LAG
        assert leaves == (observation.port.lag_id is not None)


@given(strategies.observations(), strategies.runs(), strategies.moments)
def test_nothing_begins_that_cannot_end(observation: Observation, run: Run, now: datetime) -> None:
    decided = decide(observation, run, now)
    if isinstance(decided, Delete) and not has_begun(observation, run):
        assert run.deadline - now >= LEAST / 2


@given(strategies.observations(), strategies.runs(), strategies.moments)
def test_an_unclear_state_is_waited_for(observation: Observation, run: Run, now: datetime) -> None:
    states = {v.virtual_interface_id: v.presence for v in observation.remaining}
    if observation.port:
        states[CONNECTION_ID] = observation.port.presence
    consented = {id_ for override in run.request.overrides_of("state") for id_ in override.ids}
    unclear = {id_ for id_, presence in states.items() if presence is Presence.UNCLEAR} - consented

    if unclear:
        assert not isinstance(decide(observation, run, now), Delete)


@given(strategies.observations(), strategies.runs(), strategies.moments)
def test_one_empty_answer_proves_nothing(observation: Observation, run: Run, now: datetime) -> None:
    decided = decide(observation, run, now)
    connection = observation.port
    if not isinstance(decided, SeemsGone):
        return

    assert () == observation.remaining
    is_seen_gone = connection is not None and connection.is_gone
    assert is_seen_gone or run.port_states[CONNECTION_ID] == ABSENT or CONNECTION_ID in run.deleted_ids


@given(strategies.runs() | strategies.new_runs, aftermaths, strategies.moments)
def test_an_interconnect_is_not_gone(run: NewRun, aftermath: Aftermath, now: datetime) -> None:
    decided = gone.confirmed(SeemsGone(reason=f"{CONNECTION_ID} is gone"), aftermath, run, now)

    if aftermath.interconnect_ids:
        assert decided.phase in {Phase.BLOCKED, Phase.PLANNED}
    if isinstance(decided, Stop) and decided.phase is Phase.COMPLETED:
        assert all(v.virtual_interface_id in decided.reason for v in aftermath.elsewhere)


@given(strategies.observations(), strategies.runs())
def test_a_blocked_run_says_what_is_left(observation: Observation, run: Run) -> None:
    decided = decision.blocked(observation, run)

    assert Phase.BLOCKED is decided.phase
    assert all(v.virtual_interface_id in decided.reason for v in observation.remaining)


@given(strategies.observations(), strategies.runs(), strategies.moments, st.randoms(use_true_random=False))
def test_the_order_of_an_answer_means_nothing(
    observation: Observation, run: Run, now: datetime, random: Random
) -> None:
    shuffled = list(observation.virtual_interfaces)
    random.shuffle(shuffled)
    other = Observation(
        region=observation.region,
        port=observation.port,
        virtual_interfaces=tuple(shuffled),
        refusal=observation.refusal,
    )

    one, two = decide(observation, run, now), decide(other, run, now)

    assert type(one) is type(two)
    if isinstance(one, Delete) and isinstance(two, Delete):
        assert (one.action, set(one.resource_ids)) == (two.action, set(two.resource_ids))
