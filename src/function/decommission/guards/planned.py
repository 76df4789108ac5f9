"""The guard that compares what is there with what was planned and approved."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.words import listed


def plan(evidence: Evidence) -> Finding:
    approved, digest = evidence.request.plan_digest, evidence.plan.digest
    if approved not in {None, digest}:
        return blocks(f"planDigest is {approved}, but the plan has {digest}; look at the new plan and approve that one")
    id_, named = evidence.port.id, set(evidence.request.virtual_interface_ids or ())
    around = {v.virtual_interface_id: v for v in evidence.surroundings.neighbours if not v.is_gone}
    if moved := [f"{v} is on {around[v].connection_id}" for v in sorted(named & around.keys())]:
        return blocks(f"{listed(moved)}, not on {id_}; name only virtual interfaces that are attached to {id_} itself")
    if differences := evidence.plan.differences(evidence.observation, evidence.left_ids):
        return blocks(f"since the plan was made: {'; '.join(differences)}; find out who changed it, then start again")
    if unseen := sorted(
        named
        - {v.virtual_interface_id for v in evidence.observation.virtual_interfaces}
        - set(evidence.plan.virtual_interface_ids)
    ):
        return warns(f"AWS shows no {listed(unseen)}: gone already, or the id is mistyped")
    return passes("it is the plan that was approved" if approved else "nothing has changed since the plan was made")
