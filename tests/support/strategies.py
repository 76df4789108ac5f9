"""Ids that all tests use, and Hypothesis strategies; they use the enumerations, so that a new state is included."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from decommission.guards import GUARDS
from decommission.models import (
    Connection,
    ConnectionState,
    Lag,
    Observation,
    Port,
    VirtualInterface,
    VirtualInterfaceState,
)
from decommission.plan import Plan, PlannedVirtualInterface
from decommission.run import (
    Action,
    Call,
    CallOutcome,
    NewRun,
    Outcome,
    Override,
    Phase,
    Rehearsal,
    Request,
    Run,
    Verdict,
)

CONNECTION_ID = "dxcon-fg5678gh"
LAG_ID = "dxlag-fg5678gh"
OTHER_LAG_ID = "dxlag-ffabc123"
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
INTERFACE_IDS = [f"dxvif-aaaaaaa{number}" for number in range(6)]

# Words that AWS may invent, and misspellings of documented ones.
words = st.one_of(st.sampled_from(["approving", "Deleted", "deleted ", "gone", ""]), st.text(max_size=12))
virtual_interface_states = st.one_of(st.sampled_from(VirtualInterfaceState).map(str), words)
connection_states = st.one_of(st.sampled_from(ConnectionState).map(str), words)
moments = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=48)).map(lambda since: START + since)


def virtual_interface(name: str = "aaaaaaa1", state: str = "available") -> VirtualInterface:
    return VirtualInterface(
        virtual_interface_id=f"dxvif-{name}",
        state=state,
        type="private",
        owner_account=ACCOUNT,
        connection_id=CONNECTION_ID,
        vlan=101,
    )


def connection(state: str = "available", lag_id: str | None = None) -> Connection:
    return Connection(connection_id=CONNECTION_ID, state=state, owner_account=ACCOUNT, lag_id=lag_id)


def plan_of(port: Port, virtual_interfaces: Iterable[VirtualInterface] = (), *, keeps_connection: bool = False) -> Plan:
    """Plan to delete these virtual interfaces and the port; or, with ``keeps_connection``, only these."""
    members = port.members if isinstance(port, Lag) else ()
    named = ("dxvif-anything",) if keeps_connection else ()
    plan = Plan.of(Observation(region="eu-central-1", port=port, members=members, named=named))
    in_order = sorted(virtual_interfaces, key=lambda v: v.virtual_interface_id)
    return replace(plan, virtual_interfaces=tuple(map(PlannedVirtualInterface.of, in_order)))


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """Make looks in which the connection may be missing, and interfaces may have other owners."""
    ids = draw(st.lists(st.sampled_from(INTERFACE_IDS), unique=True))
    lag_id = draw(st.sampled_from([None, None, LAG_ID, OTHER_LAG_ID]))
    owners = st.sampled_from([ACCOUNT] * 5 + [OTHER_ACCOUNT])
    shown = draw(st.none() | connection_states.map(lambda state: connection(state, lag_id)))
    return Observation(
        region="eu-central-1",
        port=shown,
        virtual_interfaces=tuple(
            VirtualInterface(
                virtual_interface_id=id_,
                state=draw(virtual_interface_states),
                type="private",
                owner_account=draw(owners),
                connection_id=CONNECTION_ID,
            )
            for id_ in ids
        ),
        refusal=None if shown else draw(st.none() | words | st.just(f"ID {CONNECTION_ID} has an invalid format.")),
    )


verdicts = st.builds(
    Verdict, guard=st.sampled_from(sorted(GUARDS)), outcome=st.sampled_from(Outcome), reason=st.just("found something")
)
overrides = st.lists(
    st.builds(
        Override,
        guard=st.sampled_from(sorted(GUARDS)),
        reason=st.just("CHG-1234"),
        ids=st.lists(st.sampled_from([CONNECTION_ID, *INTERFACE_IDS]), min_size=1, unique=True).map(tuple),
        up_to_bps=st.none() | st.integers(min_value=0, max_value=10**6),
        until=st.none() | moments,
    ),
    max_size=3,
).map(tuple)
requests = st.builds(
    Request,
    connection_id=st.just(CONNECTION_ID),
    dry_run=st.booleans(),
    overrides=overrides,
    notice_minutes=st.sampled_from([0, 0, 60]),
    rehearsal_minutes=st.sampled_from([0, 0, 60]),
    patience_minutes=st.integers(min_value=1, max_value=1440),
)
new_runs = st.builds(NewRun, request=requests, started_at=st.just(START))
calls = st.builds(
    Call,
    action=st.sampled_from(Action),
    resource_id=st.sampled_from([CONNECTION_ID, *INTERFACE_IDS]),
    requested_at=moments,
    outcome=st.sampled_from(CallOutcome),
    words=st.none() | words,
)


rehearsals = st.none() | st.builds(
    Rehearsal,
    started_at=moments,
    tests=st.dictionaries(st.sampled_from(INTERFACE_IDS), st.text(min_size=1)),
    problem=st.none() | words,
    ended_at=st.none() | moments,
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Make runs under way; their plan need not match what a look shows."""
    before = connection(lag_id=draw(st.sampled_from([None, None, LAG_ID])))
    planned_ids = draw(st.lists(st.sampled_from(INTERFACE_IDS), unique=True) | st.just(INTERFACE_IDS))
    request = draw(requests.filter(lambda request: not request.dry_run))
    return Run(
        request=request,
        started_at=START,
        plan=plan_of(before, [virtual_interface(id_.removeprefix("dxvif-")) for id_ in planned_ids]),
        port=before,
        port_states={CONNECTION_ID: draw(st.just("absent") | connection_states)},
        rehearsal=draw(rehearsals),
        phase=draw(st.sampled_from([phase for phase in Phase if phase.waits])),
        phase_started_at=START,
        verdicts=tuple(draw(st.lists(verdicts, max_size=3))),
        calls=tuple(draw(st.lists(calls, max_size=4))),
    )
