"""What Hypothesis makes worlds of; built from the enumerations, so that a new state joins by itself."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from decommission.guards import GUARDS
from decommission.models import Connection, ConnectionState, Observation, VirtualInterface, VirtualInterfaceState
from decommission.plan import Plan
from decommission.run import Outcome, Override, Phase, Request, Run, Verdict

CONNECTION_ID = "dxcon-fg5678gh"
LAG_ID = "dxlag-fg5678gh"
ACCOUNT = "123456789012"
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

# Words that AWS may invent, near-misses of the documented ones among them.
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


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    names = draw(st.lists(st.sampled_from([f"aaaaaaa{n}" for n in range(8)]), unique=True, max_size=6))
    lag_id = draw(st.sampled_from([None, LAG_ID]))
    shown = draw(st.none() | connection_states.map(lambda state: connection(state, lag_id)))
    return Observation(
        region="eu-central-1",
        connection=shown,
        virtual_interfaces=tuple(virtual_interface(name, draw(virtual_interface_states)) for name in names),
    )


verdicts = st.builds(
    Verdict, guard=st.sampled_from(sorted(GUARDS)), outcome=st.sampled_from(Outcome), reason=st.just("found something")
)
overrides = st.lists(st.sampled_from(sorted(GUARDS)), unique=True, max_size=3).map(
    lambda guards: tuple(Override(guard=guard, reason="CHG-1234") for guard in guards)
)
requests = st.builds(
    Request,
    connection_id=st.just(CONNECTION_ID),
    dry_run=st.booleans(),
    overrides=overrides,
    patience_minutes=st.integers(min_value=1, max_value=1440),
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Make runs at their first step, and in the middle, with a plan that need not fit what is seen."""
    lag_id = draw(st.sampled_from([None, LAG_ID]))
    return Run(
        request=draw(requests),
        started_at=START,
        plan=draw(st.none() | observations().map(lambda o: Plan.of(connection(lag_id=lag_id), o.virtual_interfaces))),
        phase=draw(st.sampled_from([None, *(phase for phase in Phase if phase.waits)])),
        phase_started_at=START,
        verdicts=tuple(draw(st.lists(verdicts, max_size=3))),
    )
