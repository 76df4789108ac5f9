"""The digest of a plan is that of the world, and of nothing else."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from decommission.models import VirtualInterface
from tests.support.strategies import connection, connection_states, plan_of, virtual_interface, virtual_interface_states

names = st.sampled_from([f"aaaaaaa{n}" for n in range(8)])
some = st.lists(st.builds(virtual_interface, names), unique_by=lambda v: v.virtual_interface_id, max_size=6)


def digest(virtual_interfaces: list[VirtualInterface]) -> str:
    return plan_of(connection(), tuple(virtual_interfaces)).digest


@given(some, st.data())
def test_states_and_order_mean_nothing(virtual_interfaces: list[VirtualInterface], data: st.DataObject) -> None:
    others = [
        replace(v, state=data.draw(virtual_interface_states)) for v in data.draw(st.permutations(virtual_interfaces))
    ]
    other = plan_of(connection(data.draw(connection_states)), tuple(others))

    assert plan_of(connection(), tuple(virtual_interfaces)) == other
    assert digest(virtual_interfaces) == other.digest


@given(some, some)
def test_one_more_or_less_is_another_plan(one: list[VirtualInterface], other: list[VirtualInterface]) -> None:
    ids = [{v.virtual_interface_id for v in virtual_interfaces} for virtual_interfaces in (one, other)]

    assert (ids[0] == ids[1]) == (digest(one) == digest(other))


@given(some, st.data())
def test_one_that_is_another_s_is_another_plan(virtual_interfaces: list[VirtualInterface], data: st.DataObject) -> None:
    assume(virtual_interfaces)
    first, *rest = data.draw(st.permutations(virtual_interfaces))
    changed = data.draw(
        st.sampled_from(
            [
                replace(first, owner_account="210987654321"),
                replace(first, type="public"),
                replace(first, vlan=102),
                replace(first, vlan=None),
                replace(first, direct_connect_gateway_id="gateway"),
                replace(first, virtual_gateway_id="gateway"),
            ]
        )
    )

    assert digest(virtual_interfaces) != digest([changed, *rest])
