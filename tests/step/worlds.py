"""Worlds that several tests begin with, and ways to change them while a run is under way."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend, ManualClock
from sandbox.directconnect.lifecycle import Resource
from tests.support.driver import APPROVED, REQUEST, Around, drive, is_under_way, new_step, new_world, take
from tests.support.events import ROLE
from tests.support.strategies import CONNECTION_ID, LAG_ID

type Act = Callable[[DirectConnectBackend], object]

INTERFACE_IDS: Final = ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]
OTHER_ID: Final = "dxcon-ffother1"
OTHER_INTERFACE_ID: Final = "dxvif-bbbbbbb0"
MEMBER_IDS: Final = ["dxcon-member02", "dxcon-member03"]
OTHER_ACCOUNT: Final = "210987654321"
SOME: Final[JSON] = REQUEST | {"virtualInterfaceIds": INTERFACE_IDS[:2]}
PREFIXES: Final = ["10.1.0.0/16", "10.2.0.0/16"]


def routed(clock: ManualClock) -> DirectConnectBackend:
    """Make a connection with three interfaces on one gateway, and another connection that serves it as well."""
    world = new_world(clock)
    gateway = world.add_direct_connect_gateway(name="core").id
    for number, id_ in enumerate(INTERFACE_IDS):
        world.add_virtual_interface(
            CONNECTION_ID,
            id_,
            type="transit" if number else "private",
            direct_connect_gateway_id=gateway,
            announces=PREFIXES[number % 2 :],
        )
    other = world.add_connection(OTHER_ID, location="EqDC2")
    world.add_virtual_interface(
        other.id, OTHER_INTERFACE_ID, type="transit", direct_connect_gateway_id=gateway, announces=PREFIXES
    )
    return world


def some_approved(clock: ManualClock) -> DirectConnectBackend:
    """Make the routed connection with an approval of its first two interfaces, and none of its own."""
    world = routed(clock)
    world.connections[CONNECTION_ID].tags.clear()
    for id_ in INTERFACE_IDS[:2]:
        world.virtual_interfaces[id_].tags |= APPROVED
    return world


def member(clock: ManualClock) -> DirectConnectBackend:
    """Make a connection in a LAG of three links that needs one and carries nothing."""
    world = new_world(clock, behaviour=Behaviour(transitioning=Delay(looks=1)))
    world.add_lag(LAG_ID, minimum_links=1)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    for id_ in MEMBER_IDS:
        world.add_connection(id_, lag_id=LAG_ID)
    return world


def whole_lag(clock: ManualClock) -> DirectConnectBackend:
    """Make a LAG of three links that needs two, all approved; its interfaces are on a gateway with another path."""
    world = new_world(clock, behaviour=Behaviour(transitioning=Delay(looks=1)))
    gateway = world.add_direct_connect_gateway(name="core").id
    world.add_lag(LAG_ID, minimum_links=2, tags=APPROVED)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    for id_ in MEMBER_IDS:
        world.add_connection(id_, lag_id=LAG_ID, tags=APPROVED)
    for id_ in INTERFACE_IDS[:2]:
        world.add_virtual_interface(
            LAG_ID, id_, type="transit", direct_connect_gateway_id=gateway, announces=PREFIXES[:1]
        )
    other = world.add_connection(OTHER_ID, location="EqDC2")
    world.add_virtual_interface(
        other.id, OTHER_INTERFACE_ID, type="transit", direct_connect_gateway_id=gateway, announces=PREFIXES
    )
    return world


def elsewhere(clock: ManualClock) -> DirectConnectBackend:
    """Make a connection with two interfaces in another account and region."""
    world = DirectConnectBackend("us-east-1", ROLE.split(":")[4])
    world.clock = clock
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    for id_ in INTERFACE_IDS[:2]:
        world.add_virtual_interface(CONNECTION_ID, id_, direct_connect_gateway_id="")
    return world


def with_one_path_each(clock: ManualClock) -> DirectConnectBackend:
    """Make two approved connections, each with one interface, that are all that a gateway has."""
    world = new_world(clock)
    gateway = world.add_direct_connect_gateway(name="core").id
    world.add_virtual_interface(CONNECTION_ID, INTERFACE_IDS[0], direct_connect_gateway_id=gateway)
    world.add_connection(OTHER_ID, tags=APPROVED)
    world.add_virtual_interface(OTHER_ID, OTHER_INTERFACE_ID, direct_connect_gateway_id=gateway)
    return world


def clock_of(world: DirectConnectBackend) -> ManualClock:
    return cast("ManualClock", world.clock)


class KilledError(BaseException):
    """Ends a step as Lambda's time-out does."""


def run(
    world: DirectConnectBackend, event: JSON = REQUEST, around: Around | None = None, *, retries: int = 0
) -> list[JSON]:
    """Take steps until the run has ended, and return the result of each."""
    return drive(new_step(world, around=around), event, clock_of(world), most_retries=retries)


def slow_down(world: DirectConnectBackend, seconds: float = 6) -> None:
    """Let each DeleteVirtualInterface take so long; with six seconds, a step makes two."""
    world.before["DeleteVirtualInterface"] = lambda _: clock_of(world).advance(seconds=seconds)


def before_call(world: DirectConnectBackend, operation: str, act: Act, *, number: int = 1) -> None:
    """Act once, right before this call of the operation, counted from now."""
    left = number

    def count(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            act(world)

    world.before[operation] = count


def run_disturbed(
    world: DirectConnectBackend,
    acts: Mapping[int, Callable[[], object]],
    event: JSON = REQUEST,
    *,
    around: Around | None = None,
) -> JSON:
    """Take steps until the run has ended, acting before the steps of these numbers; the first step has number 0."""
    step = new_step(world, around=around)
    for number in range(500):
        if act := acts.get(number):
            act()
        event = take(step, event)
        if not is_under_way(event):
            return event
        clock_of(world).advance(seconds=event["waitSeconds"])
    raise AssertionError(f"no end: {event['reason']}")


def everything(world: DirectConnectBackend) -> list[Resource]:
    return [*world.connections.values(), *world.lags.values(), *world.virtual_interfaces.values()]


def available(world: DirectConnectBackend) -> list[str]:
    """List the ids of all resources whose state is available."""
    return [thing.id for thing in everything(world) if thing.state == "available"]
