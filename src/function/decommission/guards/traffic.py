"""The guard that asks CloudWatch whether anything is still in use."""

from decommission.guards.evidence import Evidence, Finding, Objection, passes, warns
from decommission.models import ConnectionState, Traffic
from decommission.run import Outcome

UNMEASURED = Traffic(ingress=None, egress=None, points=0, expected_points=0)
MOVE_IT = "move the traffic away, or override up to what may be lost"
WAIT_FOR_DATA = (
    "data is missing, not traffic: wait until the gap has left the look-back, or make sure that nothing uses it and "
    "override"
)


def traffic(evidence: Evidence) -> Finding:
    """
    Compare the peaks of the look-back with what is allowed, and count the data points.

    Missing data is not zero: a new connection has none, and a device that restarts has gaps.
    """
    window = f"in the last {evidence.settings.traffic_lookback_minutes} minutes"
    plan = evidence.plan
    if not evidence.virtual_interfaces and (plan.virtual_interfaces or plan.keeps_connection or evidence.has_begun):
        return passes("no virtual interface is left to be deleted")
    judged = _judged(evidence)
    loud: dict[str, float] = {}
    silent: list[str] = []
    reasons: list[str] = []
    notes: list[str] = []
    for id_, (state, limit) in judged.items():
        measured = evidence.surroundings.traffic.get(id_, UNMEASURED)
        peak = max((p for p in (measured.ingress, measured.egress) if p is not None), default=0.0)
        if peak > limit:
            loud[id_] = peak
            reasons.append(f"{id_} carried up to {peak:,.0f} bit/s (allowed: {limit:,})")
        # Nine tenths, in whole numbers.
        if measured.expected_points and 10 * measured.points >= 9 * measured.expected_points:
            continue
        share = f"{measured.points} of {measured.expected_points} data points of {id_} ({state})"
        if state == ConnectionState.AVAILABLE:
            silent.append(id_)
            reasons.append(f"CloudWatch has only {share}")
        else:
            notes.append(share)
    if reasons:
        objections = tuple(Objection(id_, loud.get(id_, 0)) for id_ in {**loud, **dict.fromkeys(silent)})
        advice = MOVE_IT if loud else WAIT_FOR_DATA
        return Finding(Outcome.BLOCK, f"{window} {'; '.join(reasons)}; {advice}", objections)
    if notes:
        return warns(f"{window} nothing measured was above the limit, but CloudWatch has only {'; '.join(notes)}")
    if not judged:
        return passes(
            "it has no virtual interface, and AWS publishes no traffic of a hosted connection or a LAG itself"
        )
    limits = ", ".join(f"{id_}: {limit:,}" for id_, (_, limit) in judged.items())
    return passes(f"{window} nothing carried more bit/s than it may ({limits})")


def _judged(evidence: Evidence) -> dict[str, tuple[str, int]]:
    """
    List what is judged, with its state and its limit in bits per second.

    After the first deletion, the traffic of a deleted interface may move to one that is left: each may then carry as
    much as all of them together were allowed to.
    """
    threshold = evidence.settings.traffic_threshold_bps
    of_connection = threshold * max(len(evidence.plan.virtual_interfaces), 1)
    limit = of_connection + _consented(evidence) if evidence.has_begun else threshold
    judged = {v.virtual_interface_id: (v.state, limit) for v in evidence.virtual_interfaces}
    # AWS publishes no traffic of a hosted connection, only that of its virtual interface. That of a connection that
    # stays is that of the interfaces that stay as well.
    if evidence.plan.keeps_connection:
        return judged
    return {c.connection_id: (c.state, of_connection) for c in evidence.connections if not c.partner_name} | judged


def _consented(evidence: Evidence) -> int:
    """Add up what the overrides pass: of all planned interfaces together, or of the connection if that is more."""
    overrides = [
        override
        for override in evidence.request.overrides_of("traffic")
        if override.holds(at=evidence.at, has_begun=evidence.run_has_begun)
    ]

    def most(resource_id: str) -> int:
        return max((o.up_to_bps or 0 for o in overrides if resource_id in o.ids), default=0)

    return max(
        sum(map(most, evidence.plan.virtual_interface_ids)), *map(most, [evidence.port.id, *evidence.plan.leaving_ids])
    )
