"""The guards of ownership and of other accounts' interfaces."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, blocks, passes
from decommission.guards.owners import foreign_interfaces, ownership
from decommission.models import Surroundings
from tests.support.evidence import APPROVED, FOREIGN, ONE, THREE, TWO, evidence
from tests.support.strategies import ACCOUNT, CONNECTION_ID, OTHER_ACCOUNT


def test_the_connection_belongs_to_this_account() -> None:
    assert passes(f"{CONNECTION_ID} belongs to this account, {ACCOUNT}") == ownership(evidence(FOREIGN))


@pytest.mark.parametrize(("owner", "named"), [(OTHER_ACCOUNT, OTHER_ACCOUNT), ("", "unknown")])
def test_the_connection_belongs_to_another_account(owner: str, named: str) -> None:
    elsewhere = f"{CONNECTION_ID} to account {named}"
    reason = f"not all belongs to {ACCOUNT}, where this runs: {elsewhere}; run it in the owner's account"
    assert blocks(reason) == ownership(evidence(of=replace(APPROVED, owner_account=owner)))


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(evidence(), id="none"),
        pytest.param(evidence(ONE, TWO), id="of the owner"),
        pytest.param(evidence(replace(FOREIGN, state="deleting"), TWO), id="foreign, and being deleted"),
        pytest.param(
            replace(evidence(ONE), surroundings=Surroundings(caller_account=OTHER_ACCOUNT)), id="called by another"
        ),
    ],
)
def test_no_interface_of_another_account(shown: Evidence) -> None:
    expected = passes("every virtual interface that is to be deleted belongs to the owner of its port")
    assert expected == foreign_interfaces(shown)


def test_interfaces_of_other_accounts() -> None:
    expected = blocks(
        f"other accounts own virtual interfaces here: dxvif-aaaaaaa1 of account {OTHER_ACCOUNT}, dxvif-aaaaaaa3 of "
        "account unknown; agree with them first",
        ["dxvif-aaaaaaa1", "dxvif-aaaaaaa3"],
    )
    assert expected == foreign_interfaces(evidence(FOREIGN, TWO, replace(THREE, owner_account="")))
