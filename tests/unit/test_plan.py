"""The same world gives the same digest, and another world another."""

from dataclasses import replace

import pytest

from decommission.plan import Plan
from tests.strategies import connection, virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2")
PLAN = Plan.of(connection(), (ONE, TWO))


def test_the_digest_is_a_public_contract() -> None:
    """People keep digests in change requests: what the digest of a world is must not change between releases."""
    assert "c33f09cfc4bbb1b5445ff56996590c82ba5dff58cd36a4f3f9262f6fc3c76c05" == PLAN.digest


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(Plan.of(connection(), (TWO, ONE)), id="order"),
        pytest.param(Plan.of(connection("down"), (ONE, TWO)), id="state of the connection"),
        pytest.param(Plan.of(connection(), (replace(ONE, state="deleting"), TWO)), id="state of an interface"),
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
    ],
)
def test_another_world(other: Plan) -> None:
    assert PLAN.digest != other.digest
