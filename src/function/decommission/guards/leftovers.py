"""Guards that ask what stays behind, and what the deletion would upset or not save."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.models import is_managed_by_direct_connect
from decommission.words import listed


def resiliency_group(evidence: Evidence) -> Finding:
    around = evidence.surroundings
    if groups := around.resiliency_group_ids:
        return blocks(f"the connection is in the resiliency group {listed(groups)}; take it out of the group", groups)
    if refused := around.refusals.get("ListResiliencyGroups"):
        return warns(f'nobody can tell whether it is in a resiliency group; AWS said: "{refused}"')
    return passes("the connection is in no resiliency group")


def billing(evidence: Evidence) -> Finding:
    mode = evidence.connection.billing_mode or "unknown"
    if mode.startswith("PortPair"):
        return warns(
            f"the billing mode is {mode}: deleting one port of a pair saves nothing, and takes its redundancy away"
        )
    return passes(f"the billing mode is {mode}")


def mac_sec(evidence: Evidence) -> Finding:
    """Name the MACsec secrets that nobody else in this account and region uses."""
    around, id_ = evidence.surroundings, evidence.connection.connection_id
    used_elsewhere = {arn for c in around.connections if c.connection_id != id_ for arn in c.mac_sec_secret_arns}
    used_elsewhere |= {arn for lag in around.lags for arn in lag.mac_sec_secret_arns}
    orphaned = [
        arn
        for arn in evidence.connection.mac_sec_secret_arns
        if arn not in used_elsewhere and not is_managed_by_direct_connect(arn)
    ]
    if orphaned:
        return warns(
            f"MACsec secrets stay behind in Secrets Manager: {listed(orphaned)}; no other connection that this account "
            "sees in the region uses them. Delete them once nothing else does"
        )
    return passes("no MACsec secret stays behind without use")
