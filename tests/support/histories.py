"""Hypothesis strategies for histories: how AWS behaves, and what happens between two calls of a step."""

import math
from typing import Any, Final

from hypothesis import strategies as st

from decommission.models import ConnectionState, VirtualInterfaceState
from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    NEVER,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    CutJson,
    Delay,
    EmptyBody,
    Fault,
    Html,
    Nothing,
    Nulls,
    Reset,
    Slow,
    StaleAnswer,
    client_error,
)
from tests.support.happenings import (
    OTHER_CONNECTION_ID,
    AlarmChanges,
    DirectConnectFails,
    FailoverTestIsStopped,
    FailoverTestStarts,
    Happening,
    HostedConnectionIsAccepted,
    InterfaceIsCreated,
    InterfaceMoves,
    JoinsResiliencyGroup,
    MembershipChanges,
    OtherServiceFails,
    PortHides,
    ResourceChanges,
    ResourceVanishes,
    TimePasses,
    TrafficFlows,
)
from tests.support.strategies import CONNECTION_ID, OTHER_ACCOUNT

CONNECTION_IDS: Final = (CONNECTION_ID, OTHER_CONNECTION_ID)
LOOKS_AND_DELETES: Final = (
    *["DescribeConnections", "DescribeVirtualInterfaces"],
    *["DeleteVirtualInterface", "DisassociateConnectionFromLag", "DeleteConnection"],
    *["UpdateLag", "DeleteLag"],
    *["StartBgpFailoverTest", "StopBgpFailoverTest"],
)
SURVEY: Final = (
    *["DescribeDirectConnectGateways", "DescribeDirectConnectGatewayAttachments", "DescribeHostedConnections"],
    *["DescribeInterconnects", "DescribeLags", "DescribeLoa", "ListResiliencyGroups"],
    *["ListResiliencyGroupAssociations", "ListVirtualInterfaceRoutes", "ListVirtualInterfaceTestHistory"],
)
LONGEST_TRANSITION: Final = 120

words = st.sampled_from(["approving", "Deleted", "deleted ", "absent", ""]) | st.text(max_size=5)
faults: st.SearchStrategy[Fault] = st.sampled_from(
    [
        *[THROTTLED, SERVER_ERROR, SERVER_ERROR_AS_400, AccessDenied(), Reset(), StaleAnswer(), Slow(6), Slow(70)],
        *[AnswerLost(), AnswerLost(connection_breaks=True), Html(), EmptyBody(), Nothing(), Nulls(), CutJson()],
        client_error("The moon is in the wrong phase."),
        client_error(GONE_CONNECTION_MESSAGES[0].replace("{id}", CONNECTION_ID)),
        client_error(f"{CONNECTION_ID} is in a transitioning state."),
    ]
)
operations = st.sampled_from(LOOKS_AND_DELETES) | st.sampled_from(SURVEY)
connection_ids = st.sampled_from(CONNECTION_IDS)
numbers = st.integers(0, 4)
tags = st.sampled_from(
    [
        {},
        {"decommission": "approved"},
        {"decommission": "approved:000000000000"},
        {"decommission": "approved", "decommission-protected": ""},
        {"decommission": "approved", " Decommission-Protected": "no"},
        {"decommission": "approved", "aws:cloudformation:stack-name": "network"},
    ]
).map(dict)
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.sampled_from([1.0, 10.0, 60.0, 600.0, 901.0]).map(TimePasses),
    st.builds(
        ResourceChanges, numbers, st.just("state"), st.sampled_from([str(s) for s in VirtualInterfaceState]) | words
    ),
    st.builds(
        ResourceChanges,
        numbers,
        st.sampled_from(["owner_account", "direct_connect_gateway_id"]),
        st.just(OTHER_ACCOUNT),
    ),
    st.builds(
        ResourceChanges, connection_ids, st.just("state"), st.sampled_from([str(s) for s in ConnectionState]) | words
    ),
    st.builds(ResourceChanges, connection_ids, st.just("is_partners"), st.just(value=True)),
    st.builds(ResourceChanges, st.sampled_from([*CONNECTION_IDS, 0, "lag"]), st.just("tags"), tags),
    st.builds(ResourceVanishes, numbers | connection_ids),
    st.builds(PortHides, st.sampled_from([*CONNECTION_IDS, "lag"])),
    st.builds(
        ResourceChanges, st.just("lag"), st.just("state"), st.sampled_from([str(s) for s in ConnectionState]) | words
    ),
    st.builds(ResourceChanges, st.just("lag"), st.just("minimum_links"), st.integers(0, 2)),
    st.builds(
        InterfaceIsCreated, connection_ids, st.sampled_from(["available", "confirming", "pending"]), st.booleans()
    ),
    st.builds(AlarmChanges, st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA", None])),
    st.builds(FailoverTestStarts, numbers),
    st.builds(FailoverTestIsStopped, numbers),
    st.builds(InterfaceMoves, numbers, st.booleans()),
    st.builds(MembershipChanges, connection_ids, st.booleans()),
    st.builds(HostedConnectionIsAccepted, st.booleans()),
    st.builds(JoinsResiliencyGroup, connection_ids),
    st.builds(
        TrafficFlows,
        st.just(CONNECTION_ID) | numbers,
        st.sampled_from([0.0, 10_000.0, 10_001.0, 5e9]),
        st.sampled_from([1.0, 0.95, 0.5]),
    ),
    st.builds(DirectConnectFails, operations, faults, st.sampled_from([1, 1, 2, 5, math.inf])),
    st.builds(
        OtherServiceFails,
        st.sampled_from(["GetMetricData", "DescribeAlarms", "PutObject", "GetCallerIdentity"]),
        faults,
    ),
)

_ends = [AT_ONCE, Delay(looks=1), Delay(looks=3), Delay(seconds=30), Delay(seconds=LONGEST_TRANSITION)]
delays = st.sampled_from([*_ends, NEVER])
listings = st.sampled_from([0, 15 * 60, math.inf])
_switches: dict[str, st.SearchStrategy[Any]] = {
    "virtual_interface_deletion": delays,
    "connection_deletion": delays,
    "delete_connection_answers": st.sampled_from(["deleted", "deleting"]),
    "deleted_connection_listed_seconds": listings,
    "rejected_listed_seconds": listings,
    "gone_connection_message": st.sampled_from([None, *GONE_CONNECTION_MESSAGES, "Nobody has seen this yet"]),
    "malformed_id_message": st.sampled_from([None, MALFORMED_ID_MESSAGE]),
    "gone_parent_message": st.sampled_from([None, *GONE_CONNECTION_MESSAGES]),
    "repeated_delete_refused": st.booleans(),
    "testing_can_be_deleted": st.booleans(),
    "stopped_tests_keep_their_end": st.booleans(),
    "member_lists_lag_interfaces": st.booleans(),
    "foreign_attachments_visible": st.booleans(),
    "foreign_interfaces_listed": st.booleans(),
    "resiliency_group_member_can_be_deleted": st.booleans(),
    "partner_calls_refused": st.booleans(),
    "parent_refusal": delays,
    "transitioning": st.sampled_from(_ends),
    "page_size": st.sampled_from([1, 2, 100]),
}
behaviours = st.builds(Behaviour, **_switches)
