"""Overrides: consent to what a guard found about certain resources, and to nothing else."""

from decommission.guards.evidence import Evidence, Finding
from decommission.run import Outcome, Verdict
from decommission.words import listed


def verdict(guard: str, finding: Finding, evidence: Evidence) -> Verdict:
    """Apply the overrides of the request to what a guard found."""
    overrides = evidence.request.overrides_of(guard)
    if not overrides:
        return Verdict(guard=guard, outcome=finding.outcome, reason=finding.reason)
    if finding.outcome is not Outcome.BLOCK:
        # Once the run has begun, what the override was needed for may be gone.
        unneeded = "" if evidence.run_has_begun else "; the override was not needed"
        return Verdict(guard=guard, outcome=finding.outcome, reason=f"{finding.reason}{unneeded}")
    covering = {
        objection: [
            override
            for override in overrides
            if override.covers(
                objection.resource_id,
                at=evidence.at,
                has_begun=evidence.run_has_begun,
                bits_per_second=objection.bits_per_second,
            )
        ]
        for objection in finding.objections
    }
    uncovered = [objection.resource_id for objection, by in covering.items() if not by]
    if uncovered or not covering:
        expired = [o.until for o in overrides if o.until and evidence.at >= o.until and not evidence.run_has_begun]
        late = f" (the last ends at {max(expired).isoformat()})" if expired else ""
        names = f" the findings about {listed(uncovered)}" if uncovered else " this"
        reason = f"{finding.reason}; the overrides{late} do not cover{names}"
        return Verdict(guard=guard, outcome=Outcome.BLOCK, reason=reason)
    reasons = dict.fromkeys(override.reason for by in covering.values() for override in by)
    return Verdict(
        guard=guard, outcome=Outcome.OVERRIDDEN, reason=f"{finding.reason}; overridden: {'; '.join(reasons)}"
    )
