"""What holds of the guards for all evidence, whatever AWS may show."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from decommission.guards import GUARDS, NOT_OVERRIDABLE, Evidence, judge
from decommission.models import Connection, FailoverTest, Lag, Surroundings, Traffic, VirtualInterface
from decommission.plan import Plan
from decommission.run import Outcome, Override, Request, Verdict
from decommission.settings import Tag
from tests.evidence import OTHER_ACCOUNT, SETTINGS
from tests.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, connection_states, virtual_interface_states

OTHER_LAG_ID = "dxlag-ffabc123"
GATEWAY_IDS = [None, "dxgw-1", "dxgw-2"]
names = st.sampled_from([f"aaaaaaa{n}" for n in range(4)])
virtual_interface_ids = names.map(lambda name: f"dxvif-{name}")
accounts = st.sampled_from([ACCOUNT, OTHER_ACCOUNT, ""])
tags = st.dictionaries(
    st.sampled_from(["decommission", "aws:cloudformation:stack-name"]) | st.text(max_size=5),
    st.sampled_from(["approved", "protected", ""]) | st.text(max_size=5),
    max_size=3,
)
peaks = st.none() | st.floats() | st.sampled_from([0.0, 10_000.0, 10_000.5])
traffics = st.builds(Traffic, ingress=peaks, egress=peaks)
connections = st.builds(
    Connection,
    connection_id=st.just(CONNECTION_ID),
    state=connection_states,
    owner_account=accounts,
    lag_id=st.sampled_from([None, LAG_ID, OTHER_LAG_ID]),
    billing_mode=st.sampled_from([None, "", "PayAsYouGo", "PortPairFlatRateTier1"]) | st.text(max_size=12),
    mac_sec_secret_arns=st.lists(st.text(max_size=12), max_size=2).map(tuple),
    tags=tags,
)
lags = st.builds(
    Lag,
    lag_id=st.just(LAG_ID),
    minimum_links=st.integers(min_value=0, max_value=4),
    members=st.lists(
        st.tuples(connections, st.sampled_from([CONNECTION_ID, "dxcon-ffabc123", "dxcon-ffabc456"])).map(
            lambda drawn: replace(drawn[0], connection_id=drawn[1])
        ),
        max_size=4,
    ).map(tuple),
    tags=tags,
)
times = st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1))  # noqa: DTZ001
failover_tests = st.builds(
    FailoverTest,
    test_id=st.text(max_size=5),
    virtual_interface_id=virtual_interface_ids,
    ends_at=st.none() | times,
)
reasons = st.text(min_size=1, max_size=20) | st.lists(virtual_interface_ids, min_size=1, max_size=4).map(" ".join)
override_lists = st.lists(
    st.builds(Override, guard=st.sampled_from(sorted(GUARDS)), reason=reasons), unique_by=lambda o: o.guard
).map(tuple)
settings_of_any_kind = st.builds(
    replace,
    st.just(SETTINGS),
    approval_tag=st.sampled_from([None, SETTINGS.approval_tag, Tag("change", "yes")]),
    traffic_threshold_bps=st.sampled_from([0, 10_000]),
)


def interfaces(parent_ids: list[str]) -> st.SearchStrategy[tuple[VirtualInterface, ...]]:
    one = st.builds(
        VirtualInterface,
        virtual_interface_id=virtual_interface_ids,
        state=virtual_interface_states,
        type=st.sampled_from(["private", "public", "transit", "unknown"]),
        owner_account=accounts,
        connection_id=st.sampled_from(parent_ids),
        vlan=st.none() | st.integers(),
        direct_connect_gateway_id=st.sampled_from(GATEWAY_IDS),
        virtual_gateway_id=st.sampled_from([None, "vgw-1"]),
        tags=tags,
    )
    return st.lists(one, max_size=4, unique_by=lambda v: v.virtual_interface_id).map(tuple)


surroundings = st.builds(
    Surroundings,
    caller_account=accounts,
    lag=st.none() | lags,
    neighbours=interfaces([LAG_ID, OTHER_LAG_ID, "dxcon-ffabc123"]),
    hosted_connection_ids=st.lists(st.just("dxcon-ffabc789"), max_size=1).map(tuple),
    failover_tests=st.lists(failover_tests, max_size=4).map(tuple),
    traffic=st.dictionaries(st.just(CONNECTION_ID) | virtual_interface_ids, traffics, max_size=5),
    gateway_names=st.dictionaries(st.sampled_from(["dxgw-1", "vgw-1"]), st.text(max_size=5), max_size=2),
)


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    connection, own = draw(connections), draw(interfaces([CONNECTION_ID]))
    digest = draw(st.sampled_from([None, Plan.of(connection, own).digest, "0" * 64]))
    return Evidence(
        connection=connection,
        virtual_interfaces=own,
        surroundings=draw(surroundings),
        plan=Plan.of(connection, own),
        request=Request(connection_id=CONNECTION_ID, plan_digest=digest, patience_minutes=240),
        settings=draw(settings_of_any_kind),
    )


def verdicts(evidence: Evidence, overrides: tuple[Override, ...] = ()) -> dict[str, Verdict]:
    said = judge(replace(evidence, request=replace(evidence.request, overrides=overrides)))
    return {verdict.guard: verdict for verdict in said}


@given(any_evidence(), override_lists)
def test_every_guard_says_something(evidence: Evidence, overrides: tuple[Override, ...]) -> None:
    evidence = replace(evidence, request=replace(evidence.request, overrides=overrides))
    said = judge(evidence)
    assert [*GUARDS] == [verdict.guard for verdict in said]
    assert all(verdict.reason for verdict in said)
    assert said == judge(evidence)


@given(any_evidence(), override_lists)
def test_an_override_passes_its_guard_and_changes_no_other(evidence: Evidence, overrides: tuple[Override, ...]) -> None:
    without, with_overrides = verdicts(evidence), verdicts(evidence, overrides)
    overridden = {override.guard for override in overrides} - NOT_OVERRIDABLE
    for guard in GUARDS:
        before, after = without[guard], with_overrides[guard]
        if guard not in overridden:
            assert before == after
            continue
        # A BLOCK is never taken for a PASS, nor the other way round; and what was found stays on record.
        assert after.outcome in {before.outcome, *([Outcome.OVERRIDDEN] if before.outcome is Outcome.BLOCK else [])}
        assert after.reason.startswith(f"{before.reason}; ")


@given(any_evidence(), reasons)
def test_other_accounts_are_overridden_by_name_only(evidence: Evidence, reason: str) -> None:
    owner = evidence.connection.owner_account
    foreign = [v.virtual_interface_id for v in evidence.virtual_interfaces if v.owner_account != owner]
    guard = "foreign-interfaces"
    outcome = verdicts(evidence, (Override(guard=guard, reason=reason),))[guard].outcome
    all_named = all(id_ in reason for id_ in foreign)
    assert (Outcome.PASS if not foreign else Outcome.OVERRIDDEN if all_named else Outcome.BLOCK) == outcome


@given(any_evidence(), st.data())
def test_more_traffic_never_unblocks(evidence: Evidence, data: st.DataObject) -> None:
    around = evidence.surroundings
    id_ = data.draw(st.sampled_from([CONNECTION_ID, *(v.virtual_interface_id for v in evidence.virtual_interfaces)]))
    more = data.draw(st.floats(min_value=0, allow_nan=False))
    measured = around.traffic.get(id_, Traffic(ingress=None, egress=None))
    # Nothing comes of nothing: of what CloudWatch has no data, it has none after this either.
    louder = Traffic(
        ingress=None if measured.ingress is None else measured.ingress + more,
        egress=None if measured.egress is None else measured.egress + more,
    )
    after = replace(evidence, surroundings=replace(around, traffic={**around.traffic, id_: louder}))
    if verdicts(evidence)["traffic"].outcome is Outcome.BLOCK:
        assert verdicts(after)["traffic"].outcome is Outcome.BLOCK


@given(any_evidence(), st.data())
def test_losing_a_neighbour_never_unblocks(evidence: Evidence, data: st.DataObject) -> None:
    around = evidence.surroundings
    kept = data.draw(st.lists(st.booleans(), min_size=len(around.neighbours), max_size=len(around.neighbours)))
    fewer = tuple(v for v, keep in zip(around.neighbours, kept, strict=True) if keep)
    after = replace(evidence, surroundings=replace(around, neighbours=fewer))
    if verdicts(evidence)["redundancy"].outcome is Outcome.BLOCK:
        assert verdicts(after)["redundancy"].outcome is Outcome.BLOCK


@given(any_evidence())
def test_one_that_blocks_says_of_what(evidence: Evidence) -> None:
    named = {"protection", "stack", "state", "foreign-interfaces", "failover-test", "traffic", "redundancy"}
    interfaces = (*evidence.virtual_interfaces, *evidence.surroundings.neighbours)
    ids = [CONNECTION_ID, LAG_ID, str(evidence.connection.lag_id), *(v.virtual_interface_id for v in interfaces)]
    for guard, verdict in verdicts(evidence).items():
        if guard in named and verdict.outcome is Outcome.BLOCK:
            assert any(id_ in verdict.reason for id_ in ids)
