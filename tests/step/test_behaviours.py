"""Whatever is not known about AWS: a run ends well with either answer."""

import math
from dataclasses import fields
from itertools import product
from typing import Any, Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
)
from sandbox.directconnect.states import ConnectionState
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, available, run
from tests.support.driver import APPROVED, OF_LAG, Around, asked, blocked_by, override, overriding, verdict
from tests.support.strategies import CONNECTION_ID, LAG_ID

FOREIGN_ID: Final = "dxvif-foreign0"
GROUP_ID: Final = "dxrg-0123456789abcdef0"
SWITCHES: Final[dict[str, tuple[Any, ...]]] = {
    "virtual_interface_deletion": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "connection_deletion": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "delete_connection_answers": (ConnectionState.DELETED, ConnectionState.DELETING),
    "deleted_connection_listed_seconds": (0, 15 * 60, math.inf),
    "rejected_listed_seconds": (0, 15 * 60, math.inf),
    "gone_connection_message": (None, *GONE_CONNECTION_MESSAGES, "Nobody has seen this yet"),
    "malformed_id_message": (None, MALFORMED_ID_MESSAGE),
    "gone_virtual_interface_message": (None, "Virtual Interface {id} does not exist"),
    "gone_parent_message": (None, *GONE_CONNECTION_MESSAGES),
    "repeated_delete_refused": (False, True),
    "testing_can_be_deleted": (False, True),
    "stopped_tests_keep_their_end": (False, True),
    "member_lists_lag_interfaces": (False, True),
    "parent_refusal": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "transitioning": (AT_ONCE, Delay(looks=1), Delay(looks=5), Delay(seconds=300)),
    "loa_for_hosted_connections": (False, True),
    "foreign_tags_visible": (False, True),
    "foreign_attachments_visible": (False, True),
    "foreign_interfaces_listed": (False, True),
    "resiliency_group_member_can_be_deleted": (True,),
    "partner_calls_refused": (False, True),
    "page_size": (1, 2, 100),
}
# Texts that no test of a run depends on, and what only new things do.
IRRELEVANT: Final = {"provisioning", "connection_in_use_message", "lag_minimum_message"}
# What plays together at the end of a run.
ENDINGS: Final = ("connection_deletion", "delete_connection_answers", "deleted_connection_listed_seconds")
MESSAGES: Final = ("deleted_connection_listed_seconds", "gone_connection_message", "gone_parent_message")
CONSENT: Final = overriding(
    override("failover-test", INTERFACE_IDS[0]),
    override("foreign-interfaces", FOREIGN_ID),
    override("under-construction", FOREIGN_ID),
    override("redundancy", FOREIGN_ID),
    override("resiliency-group", GROUP_ID),
    override("lag", LAG_ID),
)


def every_switch() -> list[dict[str, Any]]:
    return [{name: position} for name, positions in SWITCHES.items() for position in positions]


def together(*names: str) -> list[dict[str, Any]]:
    return [dict(zip(names, positions, strict=True)) for positions in product(*(SWITCHES[name] for name in names))]


def spelled(switches: dict[str, Any]) -> str:
    return " ".join(f"{name}={position}" for name, position in switches.items())


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    """Put something on the connection that each switch is about."""
    world.add_virtual_interface(
        CONNECTION_ID,
        FOREIGN_ID,
        state="confirming",
        owner_account=OTHER_ACCOUNT,
        direct_connect_gateway_id="00000000-0000-4000-8000-000000000000",
    )
    world.add_resiliency_group(CONNECTION_ID, group_id=GROUP_ID)
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=INTERFACE_IDS[0], testDurationInMinutes=1)
    return world


def test_no_switch_is_forgotten() -> None:
    assert {switch.name for switch in fields(Behaviour)} == SWITCHES.keys() | IRRELEVANT


@pytest.mark.parametrize("switches", [*every_switch(), *together(*ENDINGS), *together(*MESSAGES)], ids=spelled)
def test_a_run_completes(switches: dict[str, Any], world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(**switches)

    last = run(world, CONSENT)[-1]

    assert ("COMPLETED", False) == (last["phase"], last["alreadyGone"])
    assert "deleted" == world.connections[CONNECTION_ID].state
    assert {"deleted"} == {one.state for one in world.virtual_interfaces.values()}


@pytest.mark.parametrize("switches", [*every_switch(), *together(*ENDINGS)], ids=spelled)
def test_a_member_of_a_lag_completes(switches: dict[str, Any], member: DirectConnectBackend) -> None:
    member.behaviour = Behaviour(**switches)
    member.add_virtual_interface(LAG_ID, "dxvif-ofthelag")

    last = run(member, CONSENT)[-1]

    assert ("COMPLETED", [CONNECTION_ID]) == (last["phase"], list(dict.fromkeys(asked(member))))
    assert "available" == member.virtual_interfaces["dxvif-ofthelag"].state


@pytest.mark.parametrize("switches", [*every_switch(), *together(*ENDINGS)], ids=spelled)
def test_a_whole_lag_completes(switches: dict[str, Any], clock: ManualClock) -> None:
    lag = worlds.whole_lag(clock)
    lag.behaviour = Behaviour(**switches)
    for id_ in (LAG_ID, CONNECTION_ID):
        lag.add_virtual_interface(id_, f"dxvif-{id_[2:5]}others", owner_account=OTHER_ACCOUNT, type="public")
    consent = [override("foreign-interfaces", "dxvif-lagothers", "dxvif-conothers")]

    last = run(lag, OF_LAG | {"overrides": consent})[-1]

    assert ("COMPLETED", False) == (last["phase"], last["alreadyGone"])
    assert [worlds.OTHER_ID, worlds.OTHER_INTERFACE_ID] == available(lag)


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("on", [LAG_ID, CONNECTION_ID])
def test_an_interface_of_another_account_blocks_a_whole_lag_wherever_it_is(
    *, on: str, listed: bool, clock: ManualClock
) -> None:
    lag = worlds.whole_lag(clock)
    lag.behaviour = Behaviour(foreign_interfaces_listed=listed)
    lag.add_virtual_interface(on, "dxvif-others01", owner_account=OTHER_ACCOUNT, type="public")

    (last,) = run(lag, OF_LAG)

    assert ("BLOCKED", ["foreign-interfaces"]) == (last["phase"], blocked_by(last))


@pytest.mark.parametrize("switches", every_switch(), ids=spelled)
def test_a_hosted_connection_completes(switches: dict[str, Any], world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(**switches)
    world.connections[CONNECTION_ID].partner_name = "ACME"

    assert "COMPLETED" == run(world, CONSENT)[-1]["phase"]


def test_a_member_of_a_resiliency_group_is_refused(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(resiliency_group_member_can_be_deleted=False)

    last = run(world, CONSENT | {"patienceMinutes": 60})[-1]

    assert "TIMED_OUT" == last["phase"]
    assert f'"Connection {CONNECTION_ID} is associated with resiliency group {GROUP_ID}."' in last["reason"]


@pytest.mark.parametrize(
    ("visible", "attached", "expected"),
    [
        pytest.param(False, True, "BLOCKED", id="hidden"),
        pytest.param(True, True, "COMPLETED", id="attached elsewhere"),
        pytest.param(True, False, "BLOCKED", id="attached nowhere else"),
    ],
)
def test_the_attachments_of_another_accounts_gateway(
    *, visible: bool, attached: bool, expected: str, around: Around, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(foreign_attachments_visible=visible)
    if attached:
        world.add_remote_attachment("00000000-0000-4000-8000-000000000000", owner_account=OTHER_ACCOUNT)
    request = CONSENT | {"overrides": [o for o in CONSENT["overrides"] if o["guard"] != "redundancy"]}

    last: JSON = run(world, request, around)[-1]

    assert expected == last["phase"]
    if expected == "BLOCKED":
        assert ["redundancy"] == blocked_by(last)
        refused = "AWS refused to list attachments elsewhere" in verdict(last, "redundancy")[1]
        assert visible != refused
    else:
        planned = {one["guard"]: one for one in around.document("plan.json")["guards"]}["redundancy"]
        assert "WARN" == planned["outcome"]


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize(
    ("state", "tags", "expected"),
    [
        pytest.param("available", {}, "COMPLETED", id="a path"),
        pytest.param("available", APPROVED, "BLOCKED", id="on a port that is to go as well"),
        pytest.param("down", {}, "BLOCKED", id="attached, but down"),
    ],
)
def test_another_accounts_interface_on_an_own_port_is_a_path_as_its_port_is(
    *, state: str, tags: dict[str, str], expected: str, listed: bool, clock: ManualClock
) -> None:
    world = worlds.with_one_path_each(clock)
    world.behaviour = Behaviour(foreign_interfaces_listed=listed)
    world.connections[worlds.OTHER_ID].tags = tags
    other = world.virtual_interfaces[worlds.OTHER_INTERFACE_ID]
    other.owner_account, other.state = OTHER_ACCOUNT, state

    last = run(world)[-1]

    assert expected == last["phase"]
    if expected == "BLOCKED":
        assert (["redundancy"], True) == (blocked_by(last), other.id in last["reason"])


@pytest.mark.parametrize("visible", [False, True])
def test_the_tags_of_another_account(*, visible: bool, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(foreign_tags_visible=visible)
    world.virtual_interfaces[FOREIGN_ID].tags["decommission-protected"] = "yes"

    last = run(world, CONSENT)[-1]

    assert ("BLOCKED" if visible else "COMPLETED") == last["phase"]


@pytest.mark.parametrize("refused", [False, True])
def test_the_calls_for_partners(*, refused: bool, world: DirectConnectBackend) -> None:
    """That this account is no partner is no finding."""
    world.behaviour = Behaviour(partner_calls_refused=refused)

    last = run(world, CONSENT)[-1]

    assert ("PASS", "it carries no hosted connections") == verdict(last, "hosted-connections")


@pytest.mark.parametrize("seconds", [0, 15 * 60, math.inf])
def test_a_connection_that_was_only_ordered_is_declined(seconds: float, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(rejected_listed_seconds=seconds)
    world.virtual_interfaces.clear()
    world.resiliency_groups.clear()
    world.connections[CONNECTION_ID].state = "ordering"

    last = run(world)[-1]

    assert ("COMPLETED", "rejected") == (last["phase"], world.connections[CONNECTION_ID].state)
    assert [CONNECTION_ID] == asked(world)
