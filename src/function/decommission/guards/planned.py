"""The guard that compares what is there with what was planned and approved."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes


def plan(evidence: Evidence) -> Finding:
    approved, digest = evidence.request.plan_digest, evidence.plan.digest
    if approved not in {None, digest}:
        return blocks(f"planDigest is {approved}, but the plan has {digest}; look at the new plan and approve that one")
    if differences := evidence.plan.differences(evidence.connection, evidence.observation.remaining):
        return blocks(f"since the plan was made: {'; '.join(differences)}; find out who changed it, then start again")
    return passes("it is the plan that was approved" if approved else "nothing has changed since the plan was made")
