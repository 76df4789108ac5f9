"""For all looks, runs and times: a run that names virtual interfaces touches nothing else, and ends only on proof."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from decommission import decision, gone
from decommission.decided import Delete, LookAgain, MakePlan, SeemsGone
from decommission.models import Aftermath, Observation
from decommission.run import Action, NewRun, Phase, Run
from tests.support import strategies
from tests.support.strategies import CONNECTION_ID, INTERFACE_IDS, plan_of, virtual_interface

LEAST = timedelta(minutes=30)
aftermaths = st.builds(
    Aftermath,
    interconnect_ids=st.none() | st.sampled_from([(), (CONNECTION_ID,)]),
    elsewhere=st.lists(st.just(replace(virtual_interface(), connection_id="dxcon-ffother1")), max_size=1).map(tuple),
    still_listed=st.lists(st.just(virtual_interface()), max_size=1).map(tuple),
)
named = st.lists(st.sampled_from(INTERFACE_IDS), min_size=1, unique=True).map(tuple)


def narrowed(observation: Observation, ids: tuple[str, ...]) -> Observation:
    return replace(
        observation,
        named=ids,
        virtual_interfaces=tuple(v for v in observation.virtual_interfaces if v.virtual_interface_id in ids),
    )


@st.composite
def looks_and_runs(draw: st.DrawFn) -> tuple[Observation, Run]:
    ids, run = draw(named), draw(strategies.runs())
    planned = [virtual_interface(id_.removeprefix("dxvif-")) for id_ in run.plan.virtual_interface_ids if id_ in ids]
    plan = plan_of(run.port, planned, keeps_connection=True)
    gone_at = dict.fromkeys(
        draw(st.lists(st.sampled_from(plan.virtual_interface_ids or ids), unique=True)), run.deadline
    )
    request = replace(run.request, virtual_interface_ids=ids)
    return narrowed(draw(strategies.observations()), ids), replace(run, request=request, plan=plan, gone_at=gone_at)


@given(looks_and_runs(), strategies.moments)
def test_the_connection_stays(both: tuple[Observation, Run], now: datetime) -> None:
    observation, run = both
    decided = decision.next_step(observation, run, now, least_patience=LEAST)
    if isinstance(decided, Delete):
        assert Action.DELETE_VIRTUAL_INTERFACE is decided.action
        assert set(decided.resource_ids) <= set(observation.named) & set(run.plan.virtual_interface_ids)
    if isinstance(decided, LookAgain | Delete) and observation.port and not observation.port.is_gone:
        waits = {Phase.REHEARSING} if run.rehearsal else set()
        assert decided.phase in waits | {
            Phase.NOTICE if now < run.notice_ends_at else Phase.DELETING_VIRTUAL_INTERFACES
        }


@given(looks_and_runs(), strategies.moments)
def test_one_empty_answer_proves_nothing(both: tuple[Observation, Run], now: datetime) -> None:
    observation, run = both
    decided = decision.next_step(observation, run, now, least_patience=LEAST)
    if not isinstance(decided, SeemsGone) or observation.port is None or observation.port.is_gone:
        return
    assert () == observation.remaining
    shown_gone = {v.virtual_interface_id for v in observation.virtual_interfaces}
    accepted = {call.resource_id for call in run.calls if call.is_accepted}
    assert set(run.plan.virtual_interface_ids) <= shown_gone | accepted | run.gone_at.keys()


@given(looks_and_runs(), aftermaths, strategies.moments, st.sampled_from(["new", "under way"]))
def test_what_stands_anywhere_is_not_gone(
    both: tuple[Observation, Run], aftermath: Aftermath, now: datetime, kind: str
) -> None:
    _, run = both
    of = NewRun(request=run.request, started_at=run.started_at) if kind == "new" else run
    decided = gone.confirmed(SeemsGone(reason=f"what was on {CONNECTION_ID} is gone"), aftermath, of, now)
    stands = bool(aftermath.elsewhere or aftermath.still_listed)
    assert stands == (decided.phase is not Phase.COMPLETED)
    if aftermath.elsewhere:
        assert (Phase.PLANNED if of.request.dry_run else Phase.BLOCKED) is decided.phase


@given(strategies.observations(), named, strategies.new_runs)
def test_the_first_step_deletes_nothing(observation: Observation, ids: tuple[str, ...], run: NewRun) -> None:
    run = replace(run, request=replace(run.request, virtual_interface_ids=ids))
    look = narrowed(observation, ids)
    decided = decision.first(look, run)
    stands = look.has_port
    assert (stands and bool(look.remaining)) == isinstance(decided, MakePlan)
