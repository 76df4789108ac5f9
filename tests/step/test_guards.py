"""Each guard blocks a run before it deletes anything, unless an override names what the guard found."""

from collections.abc import Callable
from typing import Final

import pytest

from decommission.guards import GUARDS, OVERRIDABLE
from decommission.guards.tags import STACK_TAG
from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, InProcessClient
from sandbox.in_process import Measured
from tests.step.worlds import INTERFACE_IDS, OTHER_ACCOUNT, OTHER_ID, run
from tests.support.driver import (
    MOST_RETRIES,
    PROTECTED,
    REQUEST,
    Around,
    blocked_by,
    changes,
    logs_in,
    override,
    overriding,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID

type Objection = Callable[[DirectConnectBackend, Around], object]

INTERFACE_ID: Final = INTERFACE_IDS[0]
HOSTED_ID: Final = "dxcon-hosted01"
GROUP_ID: Final = "dxrg-0123456789abcdef0"
NEVER_BLOCK: Final = {"billing", "macsec"}
DIGEST: Final = "0" * 64


def sell(_world: DirectConnectBackend, around: Around) -> None:
    around.sts.account = OTHER_ACCOUNT


def disapprove(world: DirectConnectBackend, _around: Around) -> None:
    world.connections[CONNECTION_ID].tags = {"decommission": "not yet"}


def protect(world: DirectConnectBackend, _around: Around) -> None:
    world.virtual_interfaces[INTERFACE_ID].tags = dict(PROTECTED)


def make_by_stack(world: DirectConnectBackend, _around: Around) -> None:
    world.connections[CONNECTION_ID].tags[STACK_TAG] = "network"


def blur(world: DirectConnectBackend, _around: Around) -> None:
    world.virtual_interfaces[INTERFACE_ID].state = "approving"


def build(world: DirectConnectBackend, _around: Around) -> None:
    world.virtual_interfaces[INTERFACE_ID].state = "pending"


def let_another_account_in(world: DirectConnectBackend, _around: Around) -> None:
    world.virtual_interfaces[INTERFACE_ID].owner_account = OTHER_ACCOUNT


def join_a_lag(world: DirectConnectBackend, _around: Around) -> None:
    world.add_lag(LAG_ID)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_connection(OTHER_ID, lag_id=LAG_ID)
    world.add_virtual_interface(LAG_ID, "dxvif-bbbbbbb0")


def host(world: DirectConnectBackend, _around: Around) -> None:
    world.add_connection(HOSTED_ID, parent_id=CONNECTION_ID, partner_name="ACME", owner_account=OTHER_ACCOUNT)
    # AWS refuses to delete the port until the owner of the hosted connection has given it up.
    world.before["DeleteConnection"] = lambda _: world.connections.pop(HOSTED_ID, None)


def begin_a_failover_test(world: DirectConnectBackend, _around: Around) -> None:
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=INTERFACE_ID, testDurationInMinutes=30)


def carry_traffic(_world: DirectConnectBackend, around: Around) -> None:
    around.cloudwatch.measured[INTERFACE_ID] = Measured(egress=[0.0, 12_345.0, 0.0])


def be_the_last(world: DirectConnectBackend, _around: Around) -> None:
    world.virtual_interfaces[INTERFACE_ID].direct_connect_gateway_id = world.add_direct_connect_gateway().id


def announce(world: DirectConnectBackend, _around: Around) -> None:
    gateway = world.add_direct_connect_gateway().id
    one = world.add_virtual_interface(CONNECTION_ID, direct_connect_gateway_id=gateway, announces=["10.0.0.0/8"])
    world.virtual_interfaces[INTERFACE_ID] = world.virtual_interfaces.pop(one.id)
    world.virtual_interfaces[INTERFACE_ID].id = INTERFACE_ID
    other = world.add_connection(OTHER_ID, location="EqDC2").id
    world.add_virtual_interface(other, direct_connect_gateway_id=gateway, announces=["10.0.0.0/9"])


def group(world: DirectConnectBackend, _around: Around) -> None:
    world.add_resiliency_group(CONNECTION_ID, group_id=GROUP_ID)


def change_nothing(_world: DirectConnectBackend, _around: Around) -> None:
    """Leave the world alone: what is wrong is in the request."""


# What makes each guard block, and the override that covers it.
OBJECTIONS: Final[dict[str, tuple[Objection, JSON]]] = {
    "ownership": (sell, {}),
    "approval": (disapprove, {}),
    "protection": (protect, {}),
    "stack": (make_by_stack, override("stack", CONNECTION_ID)),
    "state": (blur, override("state", INTERFACE_ID)),
    "under-construction": (build, override("under-construction", INTERFACE_ID)),
    "foreign-interfaces": (let_another_account_in, override("foreign-interfaces", INTERFACE_ID)),
    "lag": (join_a_lag, override("lag", LAG_ID)),
    "hosted-connections": (host, override("hosted-connections", HOSTED_ID)),
    "failover-test": (begin_a_failover_test, override("failover-test", INTERFACE_ID)),
    "traffic": (carry_traffic, override("traffic", INTERFACE_ID, upToBps=12_345)),
    "redundancy": (be_the_last, override("redundancy", INTERFACE_ID)),
    "routes": (announce, override("routes", INTERFACE_ID)),
    "resiliency-group": (group, override("resiliency-group", GROUP_ID)),
    "plan": (change_nothing, {}),
}


def outcomes(verdicts: list[JSON]) -> dict[str, str]:
    return {verdict["guard"]: verdict["outcome"] for verdict in verdicts}


def asking_for(guard: str) -> JSON:
    return {"planDigest": DIGEST} if guard == "plan" else {}


def test_the_table_has_every_guard() -> None:
    assert GUARDS.keys() == OBJECTIONS.keys() | NEVER_BLOCK
    assert OVERRIDABLE.keys() == {guard for guard, (_, consent) in OBJECTIONS.items() if consent}


@pytest.mark.parametrize("guard", OBJECTIONS)
def test_a_guard_blocks(
    guard: str, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    OBJECTIONS[guard][0](world, around)
    world.calls.clear()

    (result,) = run(world, REQUEST | asking_for(guard), around)

    assert ("BLOCKED", [guard], []) == (result["phase"], blocked_by(result), changes(world))
    assert outcomes(result["guards"]) == outcomes(around.report()["guards"])
    logged = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "guard"]
    assert outcomes(result["guards"]) == outcomes(logged)
    assert GUARDS.keys() == outcomes(logged).keys()


@pytest.mark.parametrize("guard", OVERRIDABLE)
def test_an_override_lets_the_run_go_on(guard: str, around: Around, world: DirectConnectBackend) -> None:
    object_, consent = OBJECTIONS[guard]
    object_(world, around)

    last = run(world, overriding(consent), around, retries=MOST_RETRIES)[-1]

    assert ("COMPLETED", "deleted") == (last["phase"], world.connections[CONNECTION_ID].state)
    report = around.report()
    assert [consent] == [{k: v for k, v in o.items() if v is not None} for o in report["approval"]["overrides"]]
    assert "OVERRIDDEN" == outcomes(around.document("plan.json")["guards"])[guard]


@pytest.mark.parametrize("guard", OVERRIDABLE)
def test_overrides_of_all_other_guards_do_not_help(guard: str, around: Around, world: DirectConnectBackend) -> None:
    OBJECTIONS[guard][0](world, around)
    world.calls.clear()
    others = [consent for other, (_, consent) in OBJECTIONS.items() if consent and other != guard]

    (result,) = run(world, overriding(*others), around)

    assert ("BLOCKED", [guard], []) == (result["phase"], blocked_by(result), changes(world))


def test_a_dry_run_has_every_guard_that_would_block(around: Around, world: DirectConnectBackend) -> None:
    for object_ in (carry_traffic, be_the_last):
        object_(world, around)

    (result,) = run(world, REQUEST | {"dryRun": True}, around)

    assert ("PLANNED", ["traffic", "redundancy"], []) == (result["phase"], blocked_by(result), changes(world))
    assert result["guards"] == around.document("plan.json")["guards"] == around.report()["guards"]
