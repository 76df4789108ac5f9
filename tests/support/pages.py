"""Runs whose pages are looked at, and the pages of what they have recorded."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from decommission.schemas import JSON
from page.render import as_html
from page.view import View, view_of_plan, view_of_report
from sandbox.directconnect import (
    NEVER,
    AnswerLost,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
)
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, run_disturbed
from tests.support.driver import OF_LAG, PROTECTED, REQUEST, Around, new_world, override, overriding
from tests.support.events import wrapped
from tests.support.strategies import CONNECTION_ID, LAG_ID

RECORD: Final = "s3://records/dxcon-fg5678gh/2026-01-05T12-00-00.000000Z/"
MOST_INTERFACES: Final = 51
# A look at the virtual interfaces after the first step.
LATER_LOOK: Final = 4
# What somebody may write into a reason, and into a name at AWS: that may turn the direction of writing as well.
HOSTILE: Final = """</title></svg><script>alert(1)</script><img src=x onerror="alert(2)"> {{7*7}} &amp; ' """.strip()
NAME: Final = f"\u202egnp.exe\u0007{HOSTILE}"


def crowded(clock: ManualClock) -> DirectConnectBackend:
    """Make a connection with 51 interfaces on three gateways, two of another account, each with a hostile name."""
    world = new_world(clock)
    world.behaviour = Behaviour(connection_deletion=Delay(seconds=40))
    gateways = [world.add_direct_connect_gateway(name=f"core-{number} {NAME}").id for number in range(3)]
    other = world.add_connection("dxcon-ffother1", location="EqDC2")
    for gateway in gateways:
        world.add_virtual_interface(other.id, type="transit", direct_connect_gateway_id=gateway)
    for number in range(MOST_INTERFACES):
        is_public = number >= MOST_INTERFACES - 6
        gateway = "" if is_public else gateways[number % len(gateways)]
        v = world.add_virtual_interface(
            CONNECTION_ID,
            f"dxvif-aaaaaa{number:02}",
            type="public" if is_public else "private",
            direct_connect_gateway_id=gateway,
        )
        v.name = NAME
        v.deletion = Delay(seconds=100 + 20 * number)
    for id_ in ("dxvif-aaaaaa05", "dxvif-aaaaaa06"):
        world.virtual_interfaces[id_].owner_account = OTHER_ACCOUNT
    world.connections[CONNECTION_ID].name = NAME
    return world


CONSENT: Final = overriding(override("foreign-interfaces", "dxvif-aaaaaa05", "dxvif-aaaaaa06", reason=HOSTILE))


def _alone(clock: ManualClock) -> DirectConnectBackend:
    return new_world(clock, "private")


def _stuck(clock: ManualClock) -> DirectConnectBackend:
    world = worlds.routed(clock)
    world.virtual_interfaces[INTERFACE_IDS[1]].deletion = NEVER
    return world


def _gone(clock: ManualClock) -> DirectConnectBackend:
    world = new_world(clock)
    world.connections.clear()
    return world


def _with_a_lost_answer(clock: ManualClock) -> DirectConnectBackend:
    world = worlds.routed(clock)
    world.faults.add("DeleteVirtualInterface", AnswerLost())
    return world


def _protected_later(clock: ManualClock) -> DirectConnectBackend:
    """Have somebody protect the connection once it has left its LAG."""
    world = worlds.member(clock)

    def protect(_: object) -> None:
        world.connections[CONNECTION_ID].tags |= PROTECTED

    world.before["DisassociateConnectionFromLag"] = protect
    return world


def _lag(clock: ManualClock) -> DirectConnectBackend:
    """Make a LAG one of whose members has an interface of its own; the deletions take their time."""
    world = worlds.whole_lag(clock)
    world.behaviour = Behaviour(connection_deletion=Delay(seconds=40), virtual_interface_deletion=Delay(seconds=30))
    world.add_virtual_interface(worlds.MEMBER_IDS[0], "dxvif-ofmember", type="public")
    return world


def _lag_protected_later(clock: ManualClock) -> DirectConnectBackend:
    """Have somebody protect the LAG once the first of its connections is deleted."""
    world = _lag(clock)
    worlds.before_call(world, "DeleteConnection", lambda _: world.lags[LAG_ID].tags.update(PROTECTED))
    return world


def _without_a_path(clock: ManualClock) -> DirectConnectBackend:
    world = worlds.routed(clock)
    del world.virtual_interfaces[worlds.OTHER_INTERFACE_ID]
    return world


def _joined(clock: ManualClock) -> DirectConnectBackend:
    """Have somebody add an interface before the first deletion."""
    world = worlds.routed(clock)
    looks = iter(range(1_000))

    def join(operation: str, _: object) -> None:
        if operation == "DescribeVirtualInterfaces" and next(looks) == LATER_LOOK:
            world.add_virtual_interface(CONNECTION_ID, "dxvif-newcomer", direct_connect_gateway_id="")

    world.before_each = join
    return world


def _tested_by_somebody(clock: ManualClock) -> DirectConnectBackend:
    """Have somebody stop a failover test of the run, before its tenth look at them."""
    world = worlds.routed(clock)

    def stop(_: DirectConnectBackend) -> None:
        InProcessClient(world).stop_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[0])

    worlds.before_call(world, "ListVirtualInterfaceTestHistory", stop, number=10)
    return world


# By name: the world, and the request.
RUNS: Final[dict[str, tuple[Callable[[ManualClock], DirectConnectBackend], JSON]]] = {
    "alone": (_alone, REQUEST),
    "completed": (worlds.routed, REQUEST | {"reason": "Site A is closed, CHG-1234"}),
    "crowded": (crowded, CONSENT | {"reason": HOSTILE}),
    "crowded-blocked": (crowded, REQUEST | {"reason": HOSTILE}),
    "crowded-planned": (crowded, CONSENT | {"dryRun": True, "reason": HOSTILE}),
    "gone": (_gone, REQUEST),
    "half-way": (_protected_later, REQUEST),
    "joined": (_joined, REQUEST),
    "lag": (_lag, OF_LAG),
    "lag-half-way": (_lag_protected_later, OF_LAG),
    "lag-notice": (_lag, OF_LAG | {"noticeMinutes": 60}),
    "lag-planned": (_lag, OF_LAG | {"dryRun": True}),
    "lost": (_with_a_lost_answer, REQUEST),
    "member": (worlds.member, REQUEST),
    "notice": (worlds.routed, REQUEST | {"noticeMinutes": 60}),
    "planned": (worlds.routed, REQUEST | {"dryRun": True}),
    "rehearsed": (worlds.routed, REQUEST | {"rehearsalMinutes": 60}),
    "rehearsed-in-vain": (_tested_by_somebody, REQUEST | {"rehearsalMinutes": 60}),
    "some": (worlds.some_approved, worlds.SOME),
    "some-gone": (_gone, worlds.SOME),
    "some-planned": (worlds.some_approved, worlds.SOME | {"dryRun": True}),
    "timed-out": (_stuck, REQUEST | {"patienceMinutes": 60}),
    "without-a-path": (_without_a_path, REQUEST),
    "without-a-path-planned": (_without_a_path, REQUEST | {"dryRun": True}),
}


def recorded(name: str) -> Around:
    make, request = RUNS[name]
    around = Around()
    run_disturbed(make(ManualClock()), {}, wrapped(request), around=around)
    return around


def moved() -> Around:
    """Record a run from which somebody moves an interface away while it goes on."""
    world, around = worlds.routed(ManualClock()), Around()
    world.add_connection("dxcon-ffother2")
    run_disturbed(
        world,
        {
            1: lambda: InProcessClient(world).associate_virtual_interface(
                virtualInterfaceId=INTERFACE_IDS[1], connectionId="dxcon-ffother2"
            )
        },
        wrapped(REQUEST),
        around=around,
    )
    return around


def views(around: Around) -> dict[str, View]:
    """Return what the pages of a record say, by their names; a run without a plan has no page of one."""
    report = around.report()
    plan = around.document("plan.json") if report["plan"] else None
    found = {"report.html": view_of_report(report, plan, RECORD)}
    return found | ({"plan.html": view_of_plan(plan, RECORD)} if plan else {})


def render_all(objects: Mapping[str, bytes]) -> None:
    """Make the page of every document of a record, as its function does; whatever a run has recorded has one."""
    documents = {key: json.loads(body) for key, body in objects.items() if key.endswith(("/plan.json", "/report.json"))}
    for key, document in documents.items():
        plan = documents.get(key.replace("/report.json", "/plan.json")) if document["plan"] else None
        is_plan = key.endswith("/plan.json")
        as_html(view_of_plan(document, RECORD) if is_plan else view_of_report(document, plan, RECORD))


def pages(around: Around) -> dict[str, str]:
    return {name: as_html(view) for name, view in views(around).items()}
