"""What AWS, other people and other runs may do between two calls of a step; each is called with a scene."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.directconnect import DirectConnectBackend, Fault, InProcessClient, ManualClock
from sandbox.directconnect.states import GONE
from sandbox.in_process import Alarm, Measured
from tests.support.driver import Around
from tests.support.strategies import CONNECTION_ID, OTHER_ACCOUNT
from tests.support.witness import Changes

OTHER_CONNECTION_ID: Final = "dxcon-ffabc123"
ALARM_NAME: Final = "site-a"

type What = int | str
"""The number of a virtual interface, the id of a connection, or ``lag`` for the first LAG."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A world, the services around it, and the count of what others did to it."""

    world: DirectConnectBackend
    around: Around = field(default_factory=Around)
    changes: Changes = field(default_factory=Changes)

    def advance(self, seconds: float) -> None:
        cast("ManualClock", self.world.clock).advance(seconds=seconds)

    def call(self, method: str, **parameters: Any) -> None:  # noqa: ANN401 - as boto3
        """Call the API as another person would; AWS may refuse, or not answer."""
        with suppress(ClientError, BotoCoreError):
            getattr(InProcessClient(self.world), method)(**parameters)

    def find(self, what: What) -> tuple[dict[str, Any], str | None]:
        """Return all resources of the kind by id, and the id of this one; None if it does not exist."""
        if isinstance(what, int):
            ids = sorted(self.world.virtual_interfaces)
            return cast("dict[str, Any]", self.world.virtual_interfaces), ids[what % len(ids)] if ids else None
        if what == "lag":
            return cast("dict[str, Any]", self.world.lags), min(self.world.lags, default=None)
        connections = cast("dict[str, Any]", self.world.connections)
        return connections, what if what in connections else None


type Happening = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class AlarmChanges:
    """The alarm goes into this state, or is removed."""

    state: str | None

    def __call__(self, scene: Scene) -> None:
        alarms = scene.around.cloudwatch.alarms
        alarms.pop(ALARM_NAME, None)
        if self.state:
            alarms[ALARM_NAME] = Alarm(self.state, changed_at=scene.world.clock())


@dataclass(frozen=True, slots=True)
class FailoverTestStarts:
    number: int

    def __call__(self, scene: Scene) -> None:
        if (id_ := scene.find(self.number)[1]) is not None:
            scene.call("start_bgp_failover_test", virtualInterfaceId=id_, testDurationInMinutes=2)


@dataclass(frozen=True, slots=True)
class FailoverTestIsStopped:
    number: int

    def __call__(self, scene: Scene) -> None:
        if (id_ := scene.find(self.number)[1]) is not None:
            scene.call("stop_bgp_failover_test", virtualInterfaceId=id_)


@dataclass(frozen=True, slots=True)
class TimePasses:
    seconds: float

    def __call__(self, scene: Scene) -> None:
        scene.advance(self.seconds)


@dataclass(frozen=True, slots=True)
class ResourceChanges:
    """A state, an owner, a gateway or the tags of a resource change."""

    what: What
    attribute: str
    value: object

    def __call__(self, scene: Scene) -> None:
        resources, id_ = scene.find(self.what)
        # What is gone never comes back.
        if id_ is not None and not (self.attribute == "state" and resources[id_].state in GONE):
            setattr(resources[id_], self.attribute, self.value)


@dataclass(frozen=True, slots=True)
class ResourceVanishes:
    """AWS does not list the resource any more."""

    what: What

    def __call__(self, scene: Scene) -> None:
        resources, id_ = scene.find(self.what)
        if id_ is not None:
            del resources[id_]


@dataclass(frozen=True, slots=True)
class PortHides:
    """AWS does not show the connection or LAG in the next look, neither by its id nor in the list of all."""

    what: str

    def __call__(self, scene: Scene) -> None:
        world, (ports, id_) = scene.world, scene.find(self.what)
        if id_ is None:
            return
        hidden, look = ports.pop(id_), "DescribeLags" if self.what == "lag" else "DescribeConnections"

        def show_again(operation: str, _: Mapping[str, Any]) -> None:
            if operation != look:
                ports[id_] = hidden
                world.before_each = None

        world.before_each = show_again


@dataclass(frozen=True, slots=True)
class InterfaceIsCreated:
    connection_id: str
    state: str
    gateway: bool

    def __call__(self, scene: Scene) -> None:
        world = scene.world
        if world.find_port(self.connection_id, world.clock()) is not None:
            gateway = {} if self.gateway else {"direct_connect_gateway_id": ""}
            world.add_virtual_interface(self.connection_id, state=self.state, **gateway)  # type: ignore[arg-type] # two shapes


@dataclass(frozen=True, slots=True)
class InterfaceMoves:
    """It moves to the first LAG, or from one connection to the other."""

    number: int
    to_lag: bool

    def __call__(self, scene: Scene) -> None:
        interfaces, id_ = scene.find(self.number)
        if id_ is None:
            return
        here = interfaces[id_].connection_id
        target = OTHER_CONNECTION_ID if here == CONNECTION_ID else CONNECTION_ID
        if self.to_lag and scene.world.lags:
            target = min(scene.world.lags)
        scene.call("associate_virtual_interface", virtualInterfaceId=id_, connectionId=target)


@dataclass(frozen=True, slots=True)
class MembershipChanges:
    """The connection joins the first LAG, or leaves its LAG."""

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
class HostedConnectionIsAccepted:
    on_lag: bool

    def __call__(self, scene: Scene) -> None:
        parent = min(scene.world.lags, default=CONNECTION_ID) if self.on_lag else CONNECTION_ID
        scene.world.add_connection(parent_id=parent, owner_account=OTHER_ACCOUNT)


@dataclass(frozen=True, slots=True)
class JoinsResiliencyGroup:
    connection_id: str

    def __call__(self, scene: Scene) -> None:
        if self.connection_id in scene.world.connections and not scene.world.resiliency_groups:
            scene.world.add_resiliency_group(self.connection_id, group_id="dxrg-00000000000000000")


@dataclass(frozen=True, slots=True)
class TrafficFlows:
    """``share`` is how many of the data points exist, from 0 to 1."""

    what: What
    bps: float
    share: float

    def __call__(self, scene: Scene) -> None:
        _, id_ = scene.find(self.what)
        if id_ is not None:
            scene.around.cloudwatch.measured[id_] = Measured(ingress=self.bps, share=self.share)


@dataclass(frozen=True, slots=True)
class DirectConnectFails:
    operation: str
    fault: Fault
    times: float

    def __call__(self, scene: Scene) -> None:
        scene.world.faults.add(self.operation, self.fault, self.times)


@dataclass(frozen=True, slots=True)
class OtherServiceFails:
    operation: str
    fault: Fault

    def __call__(self, scene: Scene) -> None:
        for client in (scene.around.cloudwatch, scene.around.s3, scene.around.sts):
            client.faults.add(self.operation, self.fault)
