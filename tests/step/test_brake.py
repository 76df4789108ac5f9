"""Every step that deletes asks every guard again: a guard that blocks stops the run at once."""

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, InProcessClient
from sandbox.in_process import Measured
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, OTHER_INTERFACE_ID, run_disturbed, slow_down
from tests.support.driver import APPROVED, PROTECTED, REQUEST, Around, asked, blocked_by, changes, new_step, take
from tests.support.strategies import CONNECTION_ID, LAG_ID

type Change = Callable[[DirectConnectBackend, Around], object]

# With six seconds for each deletion, the run deletes: 0 nothing, 1 two interfaces, 2 the third, 5 the connection.
STEPS: Final = {1: 0, 2: 2, 5: 3}


def protect(id_: str, key: str = "decommission-protected") -> Change:
    return lambda world, _: (world.connections | world.virtual_interfaces | world.lags)[id_].tags.update({key: ""})


def tag(id_: str, value: str) -> Change:
    return lambda world, _: world.connections[id_].tags.update(decommission=value)


def measure(id_: str, measured: Measured) -> Change:
    return lambda _, around: around.cloudwatch.measured.update({id_: measured})


def set_state(id_: str, state: str) -> Change:
    return lambda world, _: setattr((world.connections | world.virtual_interfaces)[id_], "state", state)


def untag(world: DirectConnectBackend, _around: Around) -> None:
    InProcessClient(world).untag_resource(resourceArn=world.connections[CONNECTION_ID].arn, tagKeys=["decommission"])


def delete_the_other(world: DirectConnectBackend, _around: Around) -> None:
    client = InProcessClient(world)
    client.delete_virtual_interface(virtualInterfaceId=OTHER_INTERFACE_ID)


def sell(_world: DirectConnectBackend, around: Around) -> None:
    around.sts.account = "210987654321"


def group(world: DirectConnectBackend, _around: Around) -> None:
    world.add_resiliency_group(CONNECTION_ID)


def stack(world: DirectConnectBackend, _around: Around) -> None:
    world.connections[CONNECTION_ID].tags["aws:cloudformation:stack-name"] = "network"


def host(world: DirectConnectBackend, _around: Around) -> None:
    world.add_connection("dxcon-hosted01", parent_id=CONNECTION_ID, partner_name="ACME", owner_account="210987654321")


AT_ANY_TIME: Final[dict[str, tuple[Change, str]]] = {
    "the connection is protected": (protect(CONNECTION_ID), "protection"),
    "the connection is protected, in other letters": (protect(CONNECTION_ID, " Decommission-PROTECTED"), "protection"),
    "the approval is taken away": (untag, "approval"),
    "the approval is denied": (tag(CONNECTION_ID, "not yet"), "approval"),
    "another plan is approved": (tag(CONNECTION_ID, f"approved:{'0' * 64}"), "approval"),
    "the account is another": (sell, "ownership"),
    "it joins a resiliency group": (group, "resiliency-group"),
    "a stack takes it over": (stack, "stack"),
    "a partner's customer comes": (host, "hosted-connections"),
}
WHILE_INTERFACES_ARE_LEFT: Final[dict[str, tuple[Change, str]]] = {
    "the last interface is protected": (protect(INTERFACE_IDS[2]), "protection"),
    "5 Gbit/s come back on an interface": (measure(INTERFACE_IDS[2], Measured(ingress=[5e9])), "traffic"),
    "5 Gbit/s go out on the connection": (measure(CONNECTION_ID, Measured(egress=[5e9])), "traffic"),
    "an interface is silent": (measure(INTERFACE_IDS[2], Measured(ingress=None)), "traffic"),
    "the other interface goes down": (set_state(OTHER_INTERFACE_ID, "down"), "redundancy"),
    "the other connection goes down": (set_state(OTHER_ID, "down"), "redundancy"),
    "the other connection is approved": (tag(OTHER_ID, "approved"), "redundancy"),
    "a plan of the other connection is approved": (tag(OTHER_ID, "approved:0123456789ab"), "redundancy"),
    "the other interface is deleted": (delete_the_other, "redundancy"),
    "the third is under test": (set_state(INTERFACE_IDS[2], "testing"), "failover-test"),
    "the third is built anew": (set_state(INTERFACE_IDS[2], "pending"), "under-construction"),
}
CASES: Final = [
    pytest.param(change, guard, number, id=f"{name}, {number}")
    for table, numbers in ((AT_ANY_TIME, STEPS), (WHILE_INTERFACES_ARE_LEFT, (1, 2)))
    for name, (change, guard) in table.items()
    for number in numbers
]


@pytest.mark.parametrize(("change", "guard", "number"), CASES)
def test_a_change_stops_the_run(
    change: Change, guard: str, number: int, around: Around, routed: DirectConnectBackend
) -> None:
    slow_down(routed)

    result = run_disturbed(routed, {number: partial(change, routed, around)}, around=around)

    # The first step that deletes asks for routes again.
    routes = ["routes"] if guard == "redundancy" and number == 1 else []
    assert ("BLOCKED", [guard, *routes]) == (result["phase"], blocked_by(result))
    assert INTERFACE_IDS[: STEPS[number]] == [id_ for id_ in asked(routed) if id_ != OTHER_INTERFACE_ID]
    report = around.report()
    assert INTERFACE_IDS[: STEPS[number]] == report["deleted"]
    assert [CONNECTION_ID, *INTERFACE_IDS[STEPS[number] :]] == [one["id"] for one in report["leftBehind"]]
    assert digest_of_a_new_run(routed) == report["digestOfWhatIsLeft"]


def digest_of_a_new_run(world: DirectConnectBackend) -> str:
    digest: str = take(new_step(world), REQUEST | {"dryRun": True})["plan"]["digest"]
    return digest


@pytest.mark.parametrize("id_", [CONNECTION_ID, LAG_ID])
def test_a_protected_member_stays_in_its_lag(id_: str, around: Around, member: DirectConnectBackend) -> None:
    result = run_disturbed(member, {1: partial(protect(id_), member, around)}, around=around)

    assert ("BLOCKED", ["protection"], []) == (result["phase"], blocked_by(result), changes(member))


@pytest.mark.parametrize(("tags", "guard"), [(APPROVED | PROTECTED, "protection"), ({}, "approval")])
def test_a_member_that_has_left_its_lag_is_not_deleted(
    tags: dict[str, str], guard: str, around: Around, member: DirectConnectBackend
) -> None:
    result = run_disturbed(
        member, {2: lambda: setattr(member.connections[CONNECTION_ID], "tags", dict(tags))}, around=around
    )

    assert ("BLOCKED", [guard]) == (result["phase"], blocked_by(result))
    assert ["DisassociateConnectionFromLag"] == changes(member)


def test_a_new_run_can_go_on_where_a_run_was_stopped(routed: DirectConnectBackend) -> None:
    slow_down(routed)
    tags = routed.connections[CONNECTION_ID].tags
    blocked = run_disturbed(routed, {2: lambda: tags.update(PROTECTED)})
    del tags["decommission-protected"]
    digest = blocked["reason"].rpartition(" ")[2]

    last: JSON = run_disturbed(routed, {}, REQUEST | {"planDigest": digest})

    assert ("BLOCKED", "COMPLETED") == (blocked["phase"], last["phase"])
