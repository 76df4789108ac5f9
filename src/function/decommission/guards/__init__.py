"""
The guards: each says what it found, and what to do about it.

A guard is a pure function from the evidence to a finding. ``judge`` asks them all, whatever the others said, and
applies the overrides of the request.
"""

from collections.abc import Callable, Iterable, Mapping

from decommission.guards import consent, leftovers, owners, paths, planned, routes, state, tags, traffic
from decommission.guards import lag as lags
from decommission.guards.evidence import Evidence, Finding, Guard, passes
from decommission.run import Verdict

GUARDS: Mapping[str, Callable[[Evidence], Finding | None]] = {
    "ownership": owners.ownership,
    "approval": tags.approval,
    "protection": tags.protection,
    "stack": tags.stack,
    "state": state.state,
    "under-construction": state.under_construction,
    "foreign-interfaces": owners.foreign_interfaces,
    "lag": lags.lag,
    "hosted-connections": lags.hosted_connections,
    "failover-test": state.failover_test,
    "traffic": traffic.traffic,
    "redundancy": paths.redundancy,
    "routes": routes.routes,
    "resiliency-group": leftovers.resiliency_group,
    "plan": planned.plan,
    "billing": leftovers.billing,
    "macsec": leftovers.mac_sec,
}
# The kinds of ids that an override of a guard may name; a guard that is not listed cannot be overridden.
OVERRIDABLE: Mapping[str, tuple[str, ...]] = {
    "stack": ("dxcon", "dxlag", "dxvif"),
    "state": ("dxcon", "dxlag", "dxvif"),
    "under-construction": ("dxvif",),
    "foreign-interfaces": ("dxvif",),
    "lag": ("dxlag", "dxvif"),
    "hosted-connections": ("dxcon", "dxlag"),
    "failover-test": ("dxvif",),
    "traffic": ("dxcon", "dxvif"),
    "redundancy": ("dxvif",),
    "routes": ("dxvif",),
    "resiliency-group": ("dxrg",),
}


# With these, people stop a run at any time.
BRAKES: Mapping[str, Guard] = {"approval": tags.approval, "protection": tags.protection}
# While BGP is down on trial, what is left of a gateway carries everything.
IN_REHEARSAL: Mapping[str, Guard] = {**BRAKES, "redundancy": paths.redundancy}


# These speak of virtual interfaces. Once all that were planned are gone or being deleted, their last verdict stands.
OF_INTERFACES = frozenset(
    {"under-construction", "foreign-interfaces", "failover-test", "traffic", "redundancy", "routes"}
)


# These speak of the port itself, to which nothing happens if a run deletes only some of its virtual interfaces.
OF_PORT = frozenset({"lag", "resiliency-group", "billing", "macsec"})


# These speak of the connections. Once one of a LAG is gone, their last verdict stands: it may have warned of that one.
OF_CONNECTIONS = frozenset({"billing", "macsec"})


def judge(evidence: Evidence, last: Iterable[Verdict] = ()) -> tuple[Verdict, ...]:
    """Ask every guard, and give back every verdict; ``last`` are those of the step before."""
    earlier = {verdict.guard: verdict for verdict in last}
    verdicts: list[Verdict] = []
    has_none_left = evidence.plan.virtual_interfaces and not evidence.virtual_interfaces
    stands = OF_INTERFACES if has_none_left else frozenset[str]()
    if not evidence.observation.ports.keys() >= set(evidence.plan.member_ids):
        stands |= OF_CONNECTIONS
    for name, guard in GUARDS.items():
        ask = _stays if evidence.plan.keeps_connection and name in OF_PORT else guard
        finding = None if name in stands and name in earlier else ask(evidence)
        if finding is not None:
            verdicts.append(_verdict(name, finding, evidence))
        elif name in earlier:
            verdicts.append(earlier[name])
    return tuple(verdicts)


def heed(evidence: Evidence, last: Iterable[Verdict], asked: Mapping[str, Guard]) -> tuple[Verdict, ...]:
    """Ask only some guards, ``BRAKES`` or ``IN_REHEARSAL``; the other verdicts are those of the step before."""
    return tuple(_verdict(v.guard, asked[v.guard](evidence), evidence) if v.guard in asked else v for v in last)


def _verdict(guard: str, finding: Finding, evidence: Evidence) -> Verdict:
    return consent.verdict(guard, finding, evidence, is_overridable=guard in OVERRIDABLE)


def _stays(evidence: Evidence) -> Finding:
    return passes(f"{evidence.port.id} stays")
