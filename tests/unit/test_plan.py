"""The same world gives the same digest, and another world another."""

from dataclasses import replace

import pytest

from decommission.plan import Plan
from tests.strategies import LAG_ID, connection, virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
PLAN = Plan.of(connection(), (ONE, TWO))


def test_the_digest_is_a_public_contract() -> None:
    """People keep digests in change requests: what the digest of a world is must not change between releases."""
    assert "716efebeb62ced6893b13af9ca0acc9c5f8cb9756b8eed513a4df1f55eceda1d" == PLAN.digest


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(Plan.of(connection(), (TWO, ONE)), id="order"),
        pytest.param(Plan.of(connection("down"), (ONE, TWO)), id="state of the connection"),
        pytest.param(Plan.of(connection(), (replace(ONE, state="deleting"), TWO)), id="state of an interface"),
        pytest.param(Plan.of(replace(connection(), name="site-b", tags={"a": "b"}), (ONE, TWO)), id="name and tags"),
        pytest.param(Plan.of(connection(), (replace(ONE, name="vpc", mtu=9001), TWO)), id="an interface's MTU"),
    ],
)
def test_the_same_world(same: Plan) -> None:
    assert same.digest == PLAN.digest


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Plan.of(connection(), (ONE,)), id="one less"),
        pytest.param(Plan.of(connection(), (ONE, TWO, virtual_interface("aaaaaaa3"))), id="one more"),
        pytest.param(Plan.of(connection(), (ONE, replace(TWO, owner_account="210987654321"))), id="another owner"),
        pytest.param(Plan.of(connection(), (ONE, replace(TWO, type="public"))), id="another type"),
        pytest.param(Plan.of(connection(), (ONE, replace(TWO, vlan=102))), id="another VLAN"),
        pytest.param(Plan.of(connection(), (ONE, replace(TWO, direct_connect_gateway_id="x"))), id="another gateway"),
        pytest.param(Plan.of(connection(), (ONE, replace(TWO, virtual_gateway_id="vgw-1"))), id="a virtual gateway"),
        pytest.param(Plan.of(replace(connection(), owner_account="210987654321"), (ONE, TWO)), id="sold"),
        pytest.param(Plan.of(replace(connection(), connection_id="dxcon-ffabc123"), (ONE, TWO)), id="elsewhere"),
        pytest.param(Plan.of(connection(lag_id=LAG_ID), (ONE, TWO)), id="in a LAG"),
    ],
)
def test_another_world(other: Plan) -> None:
    assert PLAN.digest != other.digest
