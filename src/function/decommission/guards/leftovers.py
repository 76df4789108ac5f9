"""Guards that ask what stays behind, and what the deletion would upset or not save."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.models import Port, is_managed_by_direct_connect
from decommission.words import listed


def resiliency_group(evidence: Evidence) -> Finding:
    around = evidence.surroundings
    if groups := around.resiliency_group_ids:
        return blocks(f"it is in the resiliency group {listed(groups)}; take it out of the group", groups)
    if refused := around.refusals.get("ListResiliencyGroups"):
        return warns(f'nobody can tell whether it is in a resiliency group; AWS said: "{refused}"')
    return passes("it is in no resiliency group")


def billing(evidence: Evidence) -> Finding:
    modes = dict.fromkeys(c.billing_mode or "unknown" for c in evidence.connections)
    if pairs := [mode for mode in modes if mode.startswith("PortPair")]:
        return warns(
            f"the billing mode is {listed(pairs)}: deleting one port of a pair saves nothing, and takes its redundancy "
            "away"
        )
    return passes(f"the billing mode is {listed(modes)}" if modes else "no connection is left that is billed")


def mac_sec(evidence: Evidence) -> Finding:
    """Name the MACsec secrets that nobody else in this account and region uses."""
    around, leaving = evidence.surroundings, evidence.observation.ports
    seen: list[Port] = [*around.connections, *around.lags]
    others = [port for port in seen if port.id not in leaving]
    used_elsewhere = {arn for port in others for arn in port.mac_sec_secret_arns}
    orphaned = [
        arn
        for arn in dict.fromkeys(arn for port in leaving.values() for arn in port.mac_sec_secret_arns)
        if arn not in used_elsewhere and not is_managed_by_direct_connect(arn)
    ]
    if orphaned:
        return warns(
            f"MACsec secrets stay behind in Secrets Manager: {listed(orphaned)}; no other connection that this account "
            "sees in the region uses them. Delete them once nothing else does"
        )
    return passes("no MACsec secret stays behind without use")
