"""For all observations of a LAG, runs and times: the decision answers, and never with what must never happen."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from decommission import decision
from decommission.decided import Delete, LookAgain, Rehearse, SeemsGone, Stop
from decommission.models import Connection, Lag, Observation, Presence, VirtualInterface
from decommission.plan import Plan
from decommission.run import ABSENT, Action, Call, CallOutcome, Run
from tests.support import strategies
from tests.support.evidence import OF_LAG, group
from tests.support.strategies import ACCOUNT, CONNECTION_ID, INTERFACE_IDS, LAG_ID, OTHER_ACCOUNT, OTHER_LAG_ID, START

LEAST: Final = timedelta(minutes=30)
MEMBER_IDS: Final = [CONNECTION_ID, "dxcon-member02", "dxcon-joined01"]
PLANNED_IDS: Final = MEMBER_IDS[:2]
PORT_IDS: Final = [*PLANNED_IDS, LAG_ID]
WHOLE: Final = group(
    *(Connection(connection_id=id_, state="available", owner_account=ACCOUNT, lag_id=LAG_ID) for id_ in PLANNED_IDS),
    minimum_links=2,
)


states: Final = st.integers(0, 9).flatmap(
    lambda number: st.sampled_from(["available", "deleted"]) if number else strategies.connection_states
)
moments: Final = st.integers(min_value=0, max_value=300).map(lambda minutes: START + timedelta(minutes=minutes))


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """Make looks in which any part may be missing, have left, or be somewhere else; a third connection may be there."""
    members = tuple(
        Connection(
            connection_id=id_,
            state=draw(states),
            owner_account=draw(st.sampled_from([ACCOUNT] * 20 + [OTHER_ACCOUNT])),
            lag_id=draw(st.sampled_from([*[LAG_ID, None] * 10, OTHER_LAG_ID])),
        )
        for id_ in draw(st.sampled_from([*[PLANNED_IDS] * 6, [], PLANNED_IDS[1:], MEMBER_IDS]))
    )
    lag = replace(
        WHOLE,
        state=draw(states),
        minimum_links=draw(st.sampled_from([0, 0, 1, 2])),
        members=tuple(c for c in members if c.lag_id == LAG_ID and not c.is_gone),
    )
    interfaces = tuple(
        VirtualInterface(
            virtual_interface_id=id_,
            state=draw(st.sampled_from(["available"] * 5 + ["deleting", "deleted", "unknown"])),
            type="private",
            owner_account=ACCOUNT,
            connection_id=draw(st.sampled_from(PORT_IDS)),
        )
        for id_ in draw(st.sampled_from([[], [], [], INTERFACE_IDS, INTERFACE_IDS[:2]]))
    )
    port = draw(st.sampled_from([lag] * 5 + [None]))
    return Observation(region="eu-central-1", port=port, members=members, virtual_interfaces=interfaces)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    planned = draw(st.just([]) | st.just(INTERFACE_IDS))
    interfaces = tuple(
        replace(strategies.virtual_interface(id_.removeprefix("dxvif-")), connection_id=LAG_ID) for id_ in planned
    )
    seen = Observation(region="eu-central-1", port=WHOLE, members=WHOLE.members, virtual_interfaces=interfaces)
    calls = st.builds(
        Call,
        action=st.sampled_from([Action.DELETE_CONNECTION, Action.DISASSOCIATE_FROM_LAG, Action.DELETE_LAG]),
        resource_id=st.sampled_from(PORT_IDS),
        requested_at=moments,
        outcome=st.sampled_from(CallOutcome),
    )
    run = draw(strategies.runs())
    return replace(
        run,
        request=replace(OF_LAG, overrides=run.request.overrides, notice_minutes=draw(st.sampled_from([0, 0, 60]))),
        plan=Plan.of(seen),
        port=WHOLE,
        port_states={id_: draw(st.sampled_from(["available", "available", ABSENT])) for id_ in PORT_IDS},
        calls=tuple(draw(st.lists(calls, max_size=4))),
    )


def decide(observation: Observation, run: Run, now: datetime) -> Delete | Rehearse | LookAgain | SeemsGone | Stop:
    return decision.next_step(observation, run, now, least_patience=LEAST)


@given(observations(), runs(), moments)
def test_every_decision_is_whole(observation: Observation, run: Run, now: datetime) -> None:
    decided = decide(observation, run, now)

    assert any(id_ in decided.reason for id_ in ("dxvif-", "dxcon-", LAG_ID))
    if isinstance(decided, LookAgain | Delete | Rehearse):
        assert decided.phase.waits


@given(observations(), runs(), moments)
def test_only_what_is_planned_and_seen_is_deleted_and_in_order(
    observation: Observation, run: Run, now: datetime
) -> None:
    decided = decide(observation, run, now)
    if not isinstance(decided, Delete):
        return

    shown = {c.connection_id: c for c in observation.members}
    assert not run.plan.differences(observation, run.left_ids)
    assert run.notice_ends_at <= now < run.deadline
    if decided.action is Action.DELETE_VIRTUAL_INTERFACE:
        assert set(run.plan.virtual_interface_ids) >= set(decided.resource_ids)
        return
    assert () == observation.remaining
    match decided.action:
        case Action.UPDATE_LAG:
            assert isinstance(observation.port, Lag)
            assert observation.port.minimum_links > 0
        case Action.DISASSOCIATE_FROM_LAG:
            assert {LAG_ID} == {shown[id_].lag_id for id_ in decided.resource_ids}
        case Action.DELETE_CONNECTION:
            assert {None} == {shown[id_].lag_id for id_ in decided.resource_ids}
        case _:
            assert (Action.DELETE_LAG, (LAG_ID,)) == (decided.action, decided.resource_ids)
            assert all(c.is_gone for c in observation.members)
    if decided.action in {Action.DISASSOCIATE_FROM_LAG, Action.DELETE_CONNECTION}:
        assert set(PLANNED_IDS) >= set(decided.resource_ids)
        assert {Presence.PRESENT, Presence.UNCLEAR} >= {shown[id_].presence for id_ in decided.resource_ids}


@given(observations(), runs(), moments)
def test_nothing_goes_while_a_planned_port_is_neither_shown_nor_proven_gone(
    observation: Observation, run: Run, now: datetime
) -> None:
    shown = {c.connection_id for c in observation.members} | ({LAG_ID} if observation.port else set())
    proven = {id_ for id_, state in run.port_states.items() if state == ABSENT} | run.deleted_ids
    hidden = set(PORT_IDS) - shown - proven
    decided = decide(observation, run, now)

    if hidden:
        assert not isinstance(decided, Delete | Rehearse | SeemsGone)
    if isinstance(decided, SeemsGone):
        assert () == observation.connections
        assert not observation.has_port
        assert not [v for v in observation.remaining if v.connection_id == LAG_ID]
