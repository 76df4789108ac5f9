"""What AWS, other people and other runs may do between two calls of a step; each can be called with a scene."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError
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
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    InProcessClient,
    ManualClock,
    Nothing,
    Nulls,
    Reset,
    Slow,
    StaleAnswer,
    client_error,
)
from sandbox.in_process import Measured
from tests.support.driver import Around
from tests.support.strategies import CONNECTION_ID
from tests.support.witness import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OTHER_CONNECTION_ID: Final = "dxcon-ffabc123"
CONNECTION_IDS: Final = (CONNECTION_ID, OTHER_CONNECTION_ID)
OTHER_ACCOUNT: Final = "210987654321"
LOOKS_AND_DELETES: Final = (
    *["DescribeConnections", "DescribeVirtualInterfaces"],
    *["DeleteVirtualInterface", "DisassociateConnectionFromLag", "DeleteConnection"],
)
SURVEY: Final = (
    *["DescribeDirectConnectGateways", "DescribeDirectConnectGatewayAttachments", "DescribeHostedConnections"],
    *["DescribeInterconnects", "DescribeLags", "DescribeLoa", "ListResiliencyGroups"],
    *["ListResiliencyGroupAssociations", "ListVirtualInterfaceRoutes", "ListVirtualInterfaceTestHistory"],
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A world, the services around it, and the count of what others did to it."""

    world: DirectConnectBackend
    around: Around = field(default_factory=Around)
    changes: Changes = field(default_factory=Changes)

    def advance(self, seconds: float) -> None:
        cast("ManualClock", self.world.clock).advance(seconds=seconds)

    def interface_id(self, index: int) -> str | None:
        ids = sorted(self.world.virtual_interfaces)
        return ids[index % len(ids)] if ids else None

    def call(self, method: str, **parameters: Any) -> None:  # noqa: ANN401 - as boto3
        """Do what a person does through the API, if AWS lets them."""
        with suppress(ClientError):
            getattr(InProcessClient(self.world), method)(**parameters)


type Happening = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class TimePasses:
    seconds: float

    def __call__(self, scene: Scene) -> None:
        scene.advance(self.seconds)


@dataclass(frozen=True, slots=True)
class SomebodyBuilds:
    connection_id: str
    state: str
    gateway: bool

    def __call__(self, scene: Scene) -> None:
        world = scene.world
        if world.find_port(self.connection_id, world.clock()) is not None:
            gateway = {} if self.gateway else {"direct_connect_gateway_id": ""}
            world.add_virtual_interface(self.connection_id, state=self.state, **gateway)  # type: ignore[arg-type] # two shapes


@dataclass(frozen=True, slots=True)
class AnInterfaceTurns:
    """None takes it out of every list."""

    index: int
    state: str | None

    def __call__(self, scene: Scene) -> None:
        id_ = scene.interface_id(self.index)
        if id_ is None:
            return
        if self.state is None:
            del scene.world.virtual_interfaces[id_]
        else:
            scene.world.virtual_interfaces[id_].state = self.state


@dataclass(frozen=True, slots=True)
class AnInterfaceChanges:
    index: int
    member: str
    value: str

    def __call__(self, scene: Scene) -> None:
        if (id_ := scene.interface_id(self.index)) is not None:
            setattr(scene.world.virtual_interfaces[id_], self.member, self.value)


@dataclass(frozen=True, slots=True)
class AnInterfaceMoves:
    index: int
    to_lag: bool

    def __call__(self, scene: Scene) -> None:
        id_ = scene.interface_id(self.index)
        if id_ is None:
            return
        here = scene.world.virtual_interfaces[id_].connection_id
        target = OTHER_CONNECTION_ID if here == CONNECTION_ID else CONNECTION_ID
        if self.to_lag and scene.world.lags:
            target = min(scene.world.lags)
        scene.call("associate_virtual_interface", virtualInterfaceId=id_, connectionId=target)


@dataclass(frozen=True, slots=True)
class AConnectionTurns:
    """None takes it out of every list."""

    connection_id: str
    state: str | None

    def __call__(self, scene: Scene) -> None:
        if self.state is None:
            scene.world.connections.pop(self.connection_id, None)
        elif self.connection_id in scene.world.connections:
            scene.world.connections[self.connection_id].state = self.state


@dataclass(frozen=True, slots=True)
class AConnectionHides:
    """AWS does not show it in the next look, by its id and in the list of all."""

    connection_id: str

    def __call__(self, scene: Scene) -> None:
        world = scene.world
        hidden = world.connections.pop(self.connection_id, None)
        if hidden is None:
            return

        def show_again(operation: str, _: Mapping[str, Any]) -> None:
            if operation != "DescribeConnections":
                world.connections[self.connection_id] = hidden
                world.before_each = None

        world.before_each = show_again


@dataclass(frozen=True, slots=True)
class ALagChanges:
    connection_id: str
    joins: bool

    def __call__(self, scene: Scene) -> None:
        world = scene.world
        if self.joins:
            lag_id = min(world.lags, default=None) or world.add_lag().id
            scene.call("associate_connection_with_lag", connectionId=self.connection_id, lagId=lag_id)
        elif (one := world.connections.get(self.connection_id)) is not None and one.lag_id:
            scene.call("disassociate_connection_from_lag", connectionId=self.connection_id, lagId=one.lag_id)


@dataclass(frozen=True, slots=True)
class TagsChange:
    """``what`` is a connection's id, or one of "interface" and "lag" for the first of them."""

    what: str
    tags: tuple[tuple[str, str], ...]

    def __call__(self, scene: Scene) -> None:
        pools: Mapping[str, Mapping[str, Any]] = {
            "interface": scene.world.virtual_interfaces,
            "lag": scene.world.lags,
        }
        pool = pools.get(self.what, scene.world.connections)
        one = pool.get(self.what) or (pool[min(pool)] if pool and self.what in pools else None)
        if one is not None:
            one.tags = dict(self.tags)


@dataclass(frozen=True, slots=True)
class HostedConnectionIsAccepted:
    on_lag: bool

    def __call__(self, scene: Scene) -> None:
        parent = min(scene.world.lags, default=CONNECTION_ID) if self.on_lag else CONNECTION_ID
        scene.world.add_connection(parent_id=parent, owner_account=OTHER_ACCOUNT)


@dataclass(frozen=True, slots=True)
class BecomesPartners:
    connection_id: str

    def __call__(self, scene: Scene) -> None:
        if (one := scene.world.connections.get(self.connection_id)) is not None:
            one.is_partners = True


@dataclass(frozen=True, slots=True)
class JoinsAResiliencyGroup:
    connection_id: str

    def __call__(self, scene: Scene) -> None:
        if self.connection_id in scene.world.connections and not scene.world.resiliency_groups:
            scene.world.add_resiliency_group(self.connection_id, group_id="dxrg-00000000000000000")


@dataclass(frozen=True, slots=True)
class TrafficFlows:
    """On an interface, or on the connection if ``index`` is None."""

    index: int | None
    bps: float
    share: float

    def __call__(self, scene: Scene) -> None:
        id_ = CONNECTION_ID if self.index is None else scene.interface_id(self.index)
        if id_ is not None:
            scene.around.cloudwatch.measured[id_] = Measured(ingress=self.bps, share=self.share)


@dataclass(frozen=True, slots=True)
class CallsFail:
    operation: str
    fault: Fault
    times: float

    def __call__(self, scene: Scene) -> None:
        scene.world.faults.add(self.operation, self.fault, self.times)


@dataclass(frozen=True, slots=True)
class ANeighbourFails:
    operation: str
    fault: Fault

    def __call__(self, scene: Scene) -> None:
        for client in (scene.around.cloudwatch, scene.around.s3, scene.around.sts):
            client.faults.add(self.operation, self.fault)


words = st.sampled_from(["approving", "Deleted", "deleted ", "absent", ""]) | st.text(max_size=5)
interface_states = st.sampled_from([None, *(str(state) for state in VirtualInterfaceState)]) | words
connection_states = st.sampled_from([None, *(str(state) for state in ConnectionState)]) | words
faults: st.SearchStrategy[Fault] = st.sampled_from(
    [
        THROTTLED,
        SERVER_ERROR,
        SERVER_ERROR_AS_400,
        AccessDenied(),
        AnswerLost(),
        AnswerLost(connection_breaks=True),
        Reset(),
        StaleAnswer(),
        Html(),
        EmptyBody(),
        Nothing(),
        Nulls(),
        CutJson(),
        Slow(6),
        Slow(70),
        client_error("The moon is in the wrong phase."),
        client_error(GONE_CONNECTION_MESSAGES[0].replace("{id}", CONNECTION_ID)),
        client_error(f"{CONNECTION_ID} is in a transitioning state."),
    ]
)
operations = st.sampled_from(LOOKS_AND_DELETES) | st.sampled_from(SURVEY)
connection_ids = st.sampled_from(CONNECTION_IDS)
indexes = st.integers(0, 4)
tag_sets = st.sampled_from(
    [
        (),
        (("decommission", "approved"),),
        (("decommission", "approved:000000000000"),),
        (("decommission", "approved"), ("decommission-protected", "")),
        (("decommission", "approved"), (" Decommission-Protected", "no")),
        (("decommission", "approved"), ("aws:cloudformation:stack-name", "network")),
    ]
)
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.sampled_from([1.0, 10.0, 60.0, 600.0, 901.0]).map(TimePasses),
    st.builds(AnInterfaceTurns, indexes, interface_states),
    st.builds(
        AnInterfaceChanges,
        indexes,
        st.sampled_from(["owner_account", "direct_connect_gateway_id"]),
        st.just(OTHER_ACCOUNT),
    ),
    st.builds(AnInterfaceMoves, indexes, st.booleans()),
    st.builds(CallsFail, operations, faults, st.sampled_from([1, 1, 2, 5, math.inf])),
    st.builds(ANeighbourFails, st.sampled_from(["GetMetricData", "PutObject", "GetCallerIdentity"]), faults),
    st.builds(SomebodyBuilds, connection_ids, st.sampled_from(["available", "confirming", "pending"]), st.booleans()),
    st.builds(AConnectionTurns, connection_ids, connection_states),
    st.builds(AConnectionHides, connection_ids),
    st.builds(ALagChanges, connection_ids, st.booleans()),
    st.builds(TagsChange, st.sampled_from([*CONNECTION_IDS, "interface", "lag"]), tag_sets),
    st.builds(HostedConnectionIsAccepted, st.booleans()),
    st.builds(BecomesPartners, connection_ids),
    st.builds(JoinsAResiliencyGroup, connection_ids),
    st.builds(
        TrafficFlows,
        st.none() | indexes,
        st.sampled_from([0.0, 10_000.0, 10_001.0, 5e9]),
        st.sampled_from([1.0, 0.95, 0.5]),
    ),
)

LONGEST_TRANSITION: Final = 120
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
    "member_lists_lag_interfaces": st.booleans(),
    "foreign_attachments_visible": st.booleans(),
    "resiliency_group_member_can_be_deleted": st.booleans(),
    "partner_calls_refused": st.booleans(),
    "parent_refusal": delays,
    "transitioning": st.sampled_from(_ends),
    "page_size": st.sampled_from([1, 2, 100]),
}
behaviours = st.builds(Behaviour, **_switches)
