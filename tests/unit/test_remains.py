"""What a run has left to do, and the sentence about it."""

from dataclasses import replace

import pytest

from decommission.models import Observation, VirtualInterface
from decommission.remains import digest_of_what_is_left, has_begun, what_is_left
from decommission.run import Action, CallOutcome, Run
from tests.support.looks import DELETED_CONNECTION, ONE, SHOWN, THREE, TWO, after, call, see, under_way
from tests.support.strategies import CONNECTION_ID, LAG_ID, connection, plan_of, virtual_interface

REFUSED = call("dxvif-aaaaaaa1", CallOutcome.REFUSED, words="Not yet")
NOT_YET = call(CONNECTION_ID, CallOutcome.REFUSED, action=Action.DELETE_CONNECTION, minutes=2, words="No")
LEFT_LAG = call(CONNECTION_ID, action=Action.DISASSOCIATE_FROM_LAG)


def digest(*left: VirtualInterface, lag_id: str | None = None) -> str:
    return f"the plan of what is left has the digest {plan_of(connection(lag_id=lag_id), left).digest}"


@pytest.mark.parametrize(
    ("observation", "run", "expected"),
    [
        pytest.param(
            see("available", ONE, replace(TWO, state="deleting"), replace(THREE, state="deleted")),
            after(under_way(ONE, TWO, THREE), call("dxvif-aaaaaaa3"), REFUSED),
            f"this run deletes nothing more; no longer on dxcon-fg5678gh: dxvif-aaaaaaa3; still there: {SHOWN}, "
            "dxvif-aaaaaaa2 (private, VLAN 101, deleting), dxcon-fg5678gh (available); AWS's last words about "
            f'dxvif-aaaaaaa1: "Not yet"; {digest(ONE)}',
            id="half-way",
        ),
        pytest.param(
            see("available"),
            after(under_way(ONE, lag_id=LAG_ID), LEFT_LAG, NOT_YET),
            "this run deletes nothing more; no longer on dxcon-fg5678gh: dxvif-aaaaaaa1; it has left "
            "dxlag-fg5678gh: if it is to stay, put it back (AssociateConnectionWithLag); "
            f'still there: dxcon-fg5678gh (available); AWS\'s last words about dxcon-fg5678gh: "No"; {digest()}',
            id="it left its LAG",
        ),
        pytest.param(
            see("available", lag_id=LAG_ID),
            under_way(lag_id=LAG_ID),
            f"nothing was deleted by this run; still there: dxcon-fg5678gh (available); {digest(lag_id=LAG_ID)}",
            id="still in its LAG",
        ),
        pytest.param(
            see(None),
            under_way(ONE, TWO),
            "this run deletes nothing more; no longer on dxcon-fg5678gh: dxvif-aaaaaaa1, dxvif-aaaaaaa2",
            id="nothing is shown",
        ),
        pytest.param(see("deleted"), under_way(), "nothing was deleted by this run", id="shown as deleted"),
    ],
)
def test_the_sentence(observation: Observation, run: Run, expected: str) -> None:
    assert expected == what_is_left(observation, run)


@pytest.mark.parametrize(("count", "more"), [(10, ""), (12, "AWS's last words about 2 more are in the report; ")])
def test_it_quotes_aws_ten_times_at_most(count: int, more: str) -> None:
    interfaces = [virtual_interface(f"aaaaaa{number:02}") for number in range(count)]
    refused = [call(v.virtual_interface_id, CallOutcome.REFUSED, words="No") for v in interfaces]
    sentence = what_is_left(see("available", *interfaces), after(under_way(*interfaces), *refused))
    assert 10 == sentence.count('"No"')
    assert f'; AWS\'s last words about dxvif-aaaaaa09: "No"; {more}the plan of what is left' in sentence


@pytest.mark.parametrize(
    ("run", "interfaces", "expected"),
    [
        pytest.param(under_way(ONE), (ONE,), False, id="nothing was done"),
        pytest.param(under_way(ONE, TWO), (ONE, TWO, virtual_interface("late")), False, id="one more interface"),
        pytest.param(under_way(), (), False, id="no interface"),
        pytest.param(under_way(ONE, TWO), (ONE,), True, id="one interface is gone"),
        pytest.param(under_way(ONE), (replace(ONE, state="deleting"),), True, id="one is being deleted"),
        pytest.param(after(under_way(ONE), call("dxvif-aaaaaaa1")), (ONE,), True, id="accepted"),
        pytest.param(after(under_way(ONE), replace(REFUSED, outcome=CallOutcome.FAILED)), (ONE,), True, id="failed"),
        pytest.param(after(under_way(ONE), REFUSED), (ONE,), False, id="refused"),
        pytest.param(after(under_way(), DELETED_CONNECTION), (), True, id="deletion of the connection accepted"),
    ],
)
def test_whether_a_deletion_was_made(run: Run, interfaces: tuple[VirtualInterface, ...], *, expected: bool) -> None:
    assert expected == has_begun(see("available", *interfaces), run)


@pytest.mark.parametrize("state", [None, "deleted", "rejected"])
def test_a_connection_that_is_gone_has_no_plan(state: str | None) -> None:
    assert None is digest_of_what_is_left(see(state))
