"""The same plan always has the same digest, and differences between a plan and a later look are named."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from decommission.models import Connection, Lag, Observation, VirtualInterface
from decommission.plan import Plan
from tests.support.evidence import group
from tests.support.strategies import (
    CONNECTION_ID,
    LAG_ID,
    OTHER_ACCOUNT,
    OTHER_LAG_ID,
    connection,
    plan_of,
    virtual_interface,
)

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
PLAN = plan_of(connection(), (ONE, TWO))
LEFT_IDS = (CONNECTION_ID, "dxcon-member02")


def seen(of: Connection, remaining: Iterable[VirtualInterface] = ()) -> Observation:
    return Observation(region="eu-central-1", port=of, virtual_interfaces=tuple(remaining))


def test_the_digest_is_a_public_contract() -> None:
    """People keep digests in change requests, so the digest of a plan must not change between releases."""
    assert "716efebeb62ced6893b13af9ca0acc9c5f8cb9756b8eed513a4df1f55eceda1d" == PLAN.digest


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(plan_of(connection(), (TWO, ONE)), id="order"),
        pytest.param(plan_of(connection("down"), (ONE, TWO)), id="state of the connection"),
        pytest.param(plan_of(connection(), (replace(ONE, state="deleting"), TWO)), id="state of an interface"),
        pytest.param(plan_of(replace(connection(), name="site-b", tags={"a": "b"}), (ONE, TWO)), id="name and tags"),
        pytest.param(
            plan_of(connection(), (replace(ONE, name="vpc", mtu=9001), TWO)), id="an interface's name and MTU"
        ),
    ],
)
def test_the_same_plan(same: Plan) -> None:
    assert (PLAN, PLAN.digest) == (same, same.digest)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(plan_of(connection(), (ONE,)), id="one interface less"),
        pytest.param(plan_of(connection(), (ONE, TWO, virtual_interface("aaaaaaa3"))), id="one interface more"),
        pytest.param(plan_of(connection(), (ONE, replace(TWO, owner_account=OTHER_ACCOUNT))), id="another owner"),
        pytest.param(plan_of(connection(), (ONE, replace(TWO, type="public"))), id="another type"),
        pytest.param(plan_of(connection(), (ONE, replace(TWO, vlan=102))), id="another VLAN"),
        pytest.param(plan_of(connection(), (ONE, replace(TWO, direct_connect_gateway_id="x"))), id="another gateway"),
        pytest.param(plan_of(connection(), (ONE, replace(TWO, virtual_gateway_id="x"))), id="a virtual gateway"),
        pytest.param(
            plan_of(replace(connection(), owner_account=OTHER_ACCOUNT), (ONE, TWO)),
            id="another owner of the connection",
        ),
        pytest.param(
            plan_of(replace(connection(), connection_id="dxcon-ffabc123"), (ONE, TWO)), id="another connection"
        ),
        pytest.param(plan_of(connection(lag_id=LAG_ID), (ONE, TWO)), id="in a LAG"),
    ],
)
def test_another_plan(other: Plan) -> None:
    assert PLAN.digest != other.digest


def test_the_ids_of_its_interfaces_are_in_order() -> None:
    assert ("dxvif-aaaaaaa1", "dxvif-aaaaaaa2") == plan_of(connection(), (TWO, ONE)).virtual_interface_ids


def test_it_keeps_the_gateways_of_an_interface() -> None:
    seen = replace(virtual_interface(), direct_connect_gateway_id="dxgw-1", virtual_gateway_id="vgw-1")
    (planned,) = plan_of(connection(), [seen]).virtual_interfaces
    assert ("dxgw-1", "vgw-1") == (planned.direct_connect_gateway_id, planned.virtual_gateway_id)


class TestDifferences:
    @pytest.mark.parametrize(
        ("of", "remaining"),
        [
            pytest.param(connection(), [TWO, ONE], id="nothing"),
            pytest.param(connection("down"), [replace(ONE, state="down"), TWO], id="states"),
            pytest.param(connection(), [ONE], id="one interface less"),
            pytest.param(connection(), [replace(ONE, vlan=None, name="new"), TWO], id="VLAN and name"),
            pytest.param(
                connection(), [replace(ONE, state="deleting", owner_account="", type=""), TWO], id="being deleted"
            ),
        ],
    )
    def test_none(self, of: Connection, remaining: list[VirtualInterface]) -> None:
        assert () == PLAN.differences(seen(of, remaining), LEFT_IDS)

    @pytest.mark.parametrize(
        "changed",
        [
            replace(ONE, owner_account=OTHER_ACCOUNT),
            replace(ONE, type="transit"),
            replace(ONE, direct_connect_gateway_id="dxgw-1"),
            replace(ONE, virtual_gateway_id="vgw-1"),
            replace(ONE, owner_account=OTHER_ACCOUNT, state="unknown"),
        ],
        ids=["owner", "type", "gateway", "virtual gateway", "owner, in an unclear state"],
    )
    def test_an_interface_has_changed(self, changed: VirtualInterface) -> None:
        expected = ("dxvif-aaaaaaa1 has changed its owner, gateway or type",)
        assert expected == PLAN.differences(seen(connection(), [changed, TWO]), LEFT_IDS)

    @pytest.mark.parametrize("state", ["available", "unknown"])
    def test_an_interface_is_new_unless_it_is_being_deleted(self, state: str) -> None:
        deleting, new = virtual_interface("aaaaaaa3", "deleting"), virtual_interface("aaaaaaa4", state)
        expected = (f"dxvif-aaaaaaa4 (private, {state}) is new",)
        assert expected == PLAN.differences(seen(connection(), [ONE, deleting, new]), LEFT_IDS)

    @pytest.mark.parametrize(("owner", "named"), [(OTHER_ACCOUNT, OTHER_ACCOUNT), ("", "unknown")])
    def test_the_owner_has_changed(self, owner: str, named: str) -> None:
        expected = (f"{CONNECTION_ID} belongs to account {named} now",)
        assert expected == PLAN.differences(seen(replace(connection(), owner_account=owner), []), LEFT_IDS)

    @pytest.mark.parametrize(
        ("planned", "now", "differs"),
        [
            *[(None, LAG_ID, True), (LAG_ID, OTHER_LAG_ID, True)],
            *[(LAG_ID, LAG_ID, False), (LAG_ID, None, False), (None, None, False)],
        ],
    )
    def test_the_connection_joined_a_lag(self, planned: str | None, now: str | None, *, differs: bool) -> None:
        expected = (f"{CONNECTION_ID} joined {now}",) if differs else ()
        assert expected == plan_of(connection(lag_id=planned), ()).differences(seen(connection(lag_id=now)), LEFT_IDS)

    def test_every_difference_is_named(self) -> None:
        sold = replace(connection(lag_id=LAG_ID), owner_account=OTHER_ACCOUNT)
        found = PLAN.differences(seen(sold, [replace(ONE, type="public"), virtual_interface("aaaaaaa3")]), LEFT_IDS)
        for words, sentence in zip(("belongs", "joined", "has changed", "is new"), found, strict=True):
            assert words in sentence


MEMBER = connection(lag_id=LAG_ID)
OTHER_MEMBER = replace(MEMBER, connection_id="dxcon-member02")
GROUP = group(OTHER_MEMBER, MEMBER, minimum_links=2)


def seen_lag(of: Lag, *members: Connection, named: tuple[str, ...] = ()) -> Observation:
    return Observation(region="eu-central-1", port=of, members=members or of.members, named=named)


class TestWholeLag:
    PLAN = Plan.of(seen_lag(GROUP))

    def test_its_members_and_its_minimum_are_planned(self) -> None:
        assert (None, LAG_ID, False) == (self.PLAN.connection_id, self.PLAN.lag_id, self.PLAN.keeps_connection)
        assert ((CONNECTION_ID, "dxcon-member02"), 2) == (self.PLAN.member_ids, self.PLAN.minimum_links)
        assert (CONNECTION_ID, "dxcon-member02", LAG_ID) == self.PLAN.leaving_ids

    def test_a_connection_that_has_left_it_is_not_planned(self) -> None:
        out = replace(OTHER_MEMBER, lag_id=None)
        assert (CONNECTION_ID,) == Plan.of(seen_lag(group(MEMBER), MEMBER, out)).member_ids

    def test_of_one_that_stays_nothing_else_is_planned(self) -> None:
        plan = Plan.of(seen_lag(GROUP, named=("dxvif-aaaaaaa1",)))
        assert (LAG_ID, True, (), 0, ()) == (
            plan.port_id,
            plan.keeps_connection,
            plan.member_ids,
            plan.minimum_links,
            plan.leaving_ids,
        )

    def test_its_digest_is_a_public_contract(self) -> None:
        assert "2ba6db12d2f9599d0f66fcdac0d1bfc437a08517d45b99b2c25ddc472473340a" == self.PLAN.digest

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(seen_lag(GROUP, MEMBER), id="one member less"),
            pytest.param(seen_lag(replace(GROUP, minimum_links=1)), id="another minimum"),
            pytest.param(seen_lag(replace(GROUP, lag_id=OTHER_LAG_ID)), id="another LAG"),
            pytest.param(seen_lag(GROUP, named=("dxvif-aaaaaaa1",)), id="it stays"),
        ],
    )
    def test_another_plan(self, other: Observation) -> None:
        assert self.PLAN.digest != Plan.of(other).digest

    @pytest.mark.parametrize(
        ("minimum", "expected"),
        [(0, ()), (1, (f"{LAG_ID} needs 1 link now",)), (2, ()), (3, (f"{LAG_ID} needs 3 links now",))],
    )
    def test_its_minimum_may_only_be_lowered_to_none(self, minimum: int, expected: tuple[str, ...]) -> None:
        assert expected == self.PLAN.differences(seen_lag(replace(GROUP, minimum_links=minimum)), LEFT_IDS)

    @pytest.mark.parametrize(
        ("lag_id", "expected"), [(None, ()), (LAG_ID, ()), (OTHER_LAG_ID, (f"{CONNECTION_ID} joined {OTHER_LAG_ID}",))]
    )
    def test_a_member_may_leave_and_join_no_other(self, lag_id: str | None, expected: tuple[str, ...]) -> None:
        assert expected == self.PLAN.differences(
            seen_lag(GROUP, replace(MEMBER, lag_id=lag_id), OTHER_MEMBER), LEFT_IDS
        )

    def test_a_member_left_before_the_run_took_it_out(self) -> None:
        found = self.PLAN.differences(seen_lag(GROUP, replace(MEMBER, lag_id=None), OTHER_MEMBER), ())
        assert (f"{CONNECTION_ID} left {LAG_ID}",) == found

    def test_a_member_or_the_lag_was_sold(self) -> None:
        sold = replace(OTHER_MEMBER, owner_account=OTHER_ACCOUNT)
        assert (f"dxcon-member02 belongs to account {OTHER_ACCOUNT} now",) == self.PLAN.differences(
            seen_lag(GROUP, MEMBER, sold), LEFT_IDS
        )


def test_there_is_no_plan_of_what_is_not_shown() -> None:
    with pytest.raises(ValueError, match=r"^nothing can be planned for a port that is not shown$"):
        Plan.of(Observation(region="eu-central-1", port=None))
