"""Guards that ask whose things these are."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes
from decommission.words import listed


def ownership(evidence: Evidence) -> Finding:
    """Compare the owner with the caller as STS knows it: under ``sam local``, the function's own ARN is made up."""
    caller = evidence.surroundings.caller_account
    owners = {id_: port.owner_account for id_, port in evidence.observation.ports.items()}
    if set(owners.values()) <= {caller}:
        return passes(f"{listed(owners)} {'belongs' if len(owners) == 1 else 'belong'} to this account, {caller}")
    others = {id_: owner or "unknown" for id_, owner in owners.items() if owner != caller}
    named = listed(f"{id_} to account {owner}" for id_, owner in others.items())
    return blocks(f"not all belongs to {caller}, where this runs: {named}; run it in the owner's account")


def foreign_interfaces(evidence: Evidence) -> Finding:
    owner = evidence.port.owner_account
    foreign = {v.virtual_interface_id: v.owner_account for v in evidence.virtual_interfaces if v.owner_account != owner}
    if not foreign:
        return passes("every virtual interface that is to be deleted belongs to the owner of its port")
    named = listed(f"{id_} of account {account or 'unknown'}" for id_, account in foreign.items())
    return blocks(f"other accounts own virtual interfaces here: {named}; agree with them first", foreign)
