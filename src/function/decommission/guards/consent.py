"""Overrides: consent to what a guard found about certain resources, and to nothing else."""

from collections.abc import Iterable

from decommission.guards.evidence import Evidence, Finding, Objection
from decommission.run import Outcome, Override, Verdict
from decommission.words import listed, moment

# Ends the reason of a block without objections, if its guard can be overridden at all.
NO_OVERRIDE_HELPS = "no override helps against this"


def verdict(guard: str, finding: Finding, evidence: Evidence, *, is_overridable: bool) -> Verdict:
    """Apply the overrides of the request to what a guard found."""
    if finding.outcome is Outcome.BLOCK and not finding.objections:
        reason = f"{finding.reason}; {NO_OVERRIDE_HELPS}" if is_overridable else finding.reason
        return Verdict(guard=guard, outcome=Outcome.BLOCK, reason=reason)
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
    uncovered: dict[str, list[str]] = {}
    for objection in (objection for objection, by in covering.items() if not by):
        uncovered.setdefault(_what_is_missing(objection, evidence, overrides), []).append(objection.resource_id)
    if uncovered:
        gaps = [f"{missing} {listed(ids)}" for missing, ids in uncovered.items()]
        return Verdict(guard=guard, outcome=Outcome.BLOCK, reason="; ".join([finding.reason, *gaps]))
    reasons = dict.fromkeys(override.reason for by in covering.values() for override in by)
    return Verdict(
        guard=guard, outcome=Outcome.OVERRIDDEN, reason=f"{finding.reason}; overridden: {'; '.join(reasons)}"
    )


def _what_is_missing(objection: Objection, evidence: Evidence, overrides: Iterable[Override]) -> str:
    """Begin a sentence that ends with the id of the objection: no override names it, or none that does suffices."""
    naming = [override for override in overrides if objection.resource_id in override.ids]
    holding = [o for o in naming if o.holds(at=evidence.at, has_begun=evidence.run_has_begun)]
    if not naming:
        return "no override names"
    if not holding:
        until = moment(max(filter(None, (o.until for o in naming))))
        return (
            f"the overrides hold until {until}, and the first deletion comes at {moment(evidence.at)}; none holds for"
        )
    limit = max(override.up_to_bps or 0 for override in holding)
    return f"the overrides allow no more than {limit:,} bit/s for" if limit else "the overrides have no upToBps for"
