"""Guards that ask whose things these are."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes
from decommission.words import listed


def ownership(evidence: Evidence) -> Finding:
    """Compare the owner with the caller as STS knows it: under ``sam local``, the function's own ARN is made up."""
    owner, caller = evidence.connection.owner_account, evidence.surroundings.caller_account
    if owner == caller:
        return passes(f"the connection belongs to this account, {caller}")
    return blocks(
        f"the connection belongs to account {owner or 'unknown'}, but this runs in {caller}; run it in the owner's "
        "account"
    )


def foreign_interfaces(evidence: Evidence) -> Finding:
    owner = evidence.connection.owner_account
    foreign = {v.virtual_interface_id: v.owner_account for v in evidence.virtual_interfaces if v.owner_account != owner}
    if not foreign:
        return passes("every virtual interface that is to be deleted belongs to the owner of the connection")
    named = listed(f"{id_} of account {account or 'unknown'}" for id_, account in foreign.items())
    return blocks(f"other accounts own virtual interfaces here: {named}; agree with them first", foreign)
