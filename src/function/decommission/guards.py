"""
The guards: before the first deletion each is asked, and each says what it found and what to do about it.

A guard is a pure function from the evidence to a finding. ``judge`` asks them all, whatever the others said, and
applies the overrides of the request.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from decommission.models import (
    Connection,
    ConnectionState,
    Presence,
    Surroundings,
    Traffic,
    VirtualInterface,
    VirtualInterfaceState,
)
from decommission.plan import Plan
from decommission.run import Outcome, Request, Verdict
from decommission.settings import Settings

STACK_TAG = "aws:cloudformation:stack-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the guards look at; ``connection`` is there, and ``plan`` is made of it and of ``virtual_interfaces``."""

    connection: Connection
    virtual_interfaces: tuple[VirtualInterface, ...]
    surroundings: Surroundings
    plan: Plan
    request: Request
    settings: Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """An override counts only if its reason names every one of ``ids``."""

    outcome: Outcome
    reason: str
    ids: tuple[str, ...] = ()


type Guard = Callable[[Evidence], Finding]


def judge(evidence: Evidence) -> tuple[Verdict, ...]:
    """Ask every guard, and report every verdict, not just the first no."""
    return tuple(_verdict(name, guard(evidence), evidence.request) for name, guard in GUARDS.items())


def judge_interconnect(is_interconnect: bool) -> tuple[Verdict, ...]:  # noqa: FBT001 - it is the evidence
    """Judge an id that is no connection's: a partner's interconnect has ids of the same form."""
    if not is_interconnect:
        return ()
    reason = (
        "the id is that of an interconnect, which carries the connections of a partner's customers; not for this tool"
    )
    return (Verdict(guard="hosted-connections", outcome=Outcome.BLOCK, reason=reason),)


def _verdict(name: str, finding: Finding, request: Request) -> Verdict:
    override = request.override_of(name)
    outcome, reason = finding.outcome, finding.reason
    if override is None or name in NOT_OVERRIDABLE:
        return Verdict(guard=name, outcome=outcome, reason=reason)
    if outcome is not Outcome.BLOCK:
        return Verdict(guard=name, outcome=outcome, reason=f"{reason}; the override was not needed")
    # Whole ids: one may begin another.
    named = re.findall(r"[a-z]+-[0-9a-z]+", override.reason)
    unnamed = [id_ for id_ in finding.ids if id_ not in named]
    if unnamed:
        return Verdict(guard=name, outcome=outcome, reason=f"{reason}; the override does not name {', '.join(unnamed)}")
    return Verdict(guard=name, outcome=Outcome.OVERRIDDEN, reason=f"{reason}; overridden: {override.reason}")


def ownership(evidence: Evidence) -> Finding:
    """Compare with the caller as STS knows it: the function's own ARN is made up under `sam local`."""
    owner, caller = evidence.connection.owner_account, evidence.surroundings.caller_account
    if owner == caller:
        return _passed(f"the connection belongs to this account, {caller}")
    return _blocked(
        f"the connection belongs to account {owner or 'unknown'}, and this runs in {caller}; run it in the account of "
        "the owner"
    )


def approval(evidence: Evidence) -> Finding:
    tag = evidence.settings.approval_tag
    if tag is None:
        return _passed("approval by tag is switched off")
    if tag.is_on(evidence.connection.tags):
        return _passed(f"the connection carries the tag {tag}")
    found = evidence.connection.tags.get(tag.key)
    instead = "" if found is None else f" but {tag.key}={found}"
    return _blocked(f"the connection does not carry the tag {tag}{instead}; whoever approves this sets it")


def protection(evidence: Evidence) -> Finding:
    tag, connection = evidence.settings.protection_tag, evidence.connection
    if connection.lag_id and evidence.surroundings.lag is None:
        return _blocked(f"AWS does not show {connection.lag_id}, which the tag {tag} may protect; look at it by hand")
    # What stands on its LAG loses a link too.
    of_lag = [(v.virtual_interface_id, v.tags) for v in _of_lag(evidence)]
    protected = [id_ for id_, tags in [*_tagged(evidence), *of_lag] if tag.is_on(tags)]
    if protected:
        return _blocked(f"the tag {tag} protects {', '.join(protected)}; whoever protected it has to take it off")
    return _passed(f"nothing carries the tag {tag}")


def stack(evidence: Evidence) -> Finding:
    made = [f"{id_} ({tags[STACK_TAG]})" for id_, tags in _tagged(evidence) if STACK_TAG in tags]
    if made:
        return _blocked(f"CloudFormation made {', '.join(made)}; delete it through its stack, or the stack breaks")
    return _passed("no CloudFormation stack made any of it")


def state(evidence: Evidence) -> Finding:
    connection = evidence.connection
    states = {connection.connection_id: connection} | {v.virtual_interface_id: v for v in evidence.virtual_interfaces}
    unclear = [f"{id_} ({r.state})" for id_, r in states.items() if r.presence is Presence.UNCLEAR]
    if unclear:
        return _blocked(
            f"AWS cannot tell the state, or nobody knows the word, of {', '.join(unclear)}; ask AWS Support"
        )
    return _passed("every state is one that AWS documents")


def foreign_interfaces(evidence: Evidence) -> Finding:
    owner = evidence.connection.owner_account
    foreign = [v for v in evidence.virtual_interfaces if v.owner_account != owner]
    if not foreign:
        return _passed("every virtual interface belongs to the owner of the connection")
    listed = ", ".join(f"{v.virtual_interface_id} of account {v.owner_account or 'unknown'}" for v in foreign)
    return Finding(
        Outcome.BLOCK,
        f"other accounts have virtual interfaces here: {listed}; agree with them, then override and name the ids",
        tuple(v.virtual_interface_id for v in foreign),
    )


def lag(evidence: Evidence) -> Finding:
    connection, group = evidence.connection, evidence.surroundings.lag
    if connection.lag_id is None:
        return _passed("the connection is not a member of a LAG")
    if group is None:
        return _blocked(
            f"the connection is a member of {connection.lag_id}, which AWS does not show; look at it by hand"
        )
    operational = [m.connection_id for m in group.members if m.state == ConnectionState.AVAILABLE]
    left = [id_ for id_ in operational if id_ != connection.connection_id]
    is_last = {m.connection_id for m in group.members} == {connection.connection_id}
    complaints: list[str] = []
    # Leaving is refused below the minimum, except for the last member (DisassociateConnectionFromLag).
    if connection.connection_id in operational and len(left) < group.minimum_links and not is_last:
        complaints.append(f"{group.lag_id} would have {len(left)} of the {group.minimum_links} links that it needs")
    standing = [v for v in _of_lag(evidence) if v.presence is not Presence.GONE]
    if standing:
        listed = ", ".join(v.virtual_interface_id for v in standing)
        complaints.append(
            f"its virtual interfaces are those of {group.lag_id} and stay there, on {len(left)} of its links: {listed}"
        )
    if complaints:
        return _blocked(f"{'; '.join(complaints)}; override this if the LAG can do with fewer links")
    return _passed(f"the connection can leave {group.lag_id}, which has no virtual interfaces and links enough")


def hosted_connections(evidence: Evidence) -> Finding:
    hosted = evidence.surroundings.hosted_connection_ids
    if hosted:
        return _blocked(f"it carries hosted connections of partners' customers: {', '.join(hosted)}; move them first")
    return _passed("it carries no hosted connections")


def failover_test(evidence: Evidence) -> Finding:
    testing = [v.virtual_interface_id for v in evidence.virtual_interfaces if v.state == VirtualInterfaceState.TESTING]
    if not testing:
        return _passed("no BGP failover test is running")
    # AWS lists those that have ended as well.
    history = sorted(evidence.surroundings.failover_tests, key=lambda t: t.ends_at or datetime.min.replace(tzinfo=UTC))
    tests = {t.virtual_interface_id: t for t in history}
    listed: list[str] = []
    for id_ in testing:
        test = tests.get(id_)
        until = f", test {test.test_id}" if test else ""
        until += (
            f" until {test.ends_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC at the latest" if test and test.ends_at else ""
        )
        listed.append(f"{id_}{until}")
    return _blocked(f"a BGP failover test runs on {'; '.join(listed)}; stop it with StopBgpFailoverTest, or wait")


def traffic(evidence: Evidence) -> Finding:
    settings, connection = evidence.settings, evidence.connection
    states = {connection.connection_id: connection.state}
    states |= {v.virtual_interface_id: v.state for v in evidence.virtual_interfaces}
    loud: list[str] = []
    silent: list[str] = []
    for id_, word in states.items():
        measured = evidence.surroundings.traffic.get(id_, Traffic(ingress=None, egress=None))
        peaks = [("in", measured.ingress), ("out", measured.egress)]
        loud += [
            f"{id_} carried up to {peak:,.0f} bit/s {direction}"
            for direction, peak in peaks
            if peak is not None and not peak <= settings.traffic_threshold_bps
        ]
        # Missing data is not zero: a new connection has none, nor has a device that was restarted.
        missing = [direction for direction, peak in peaks if peak is None]
        if missing and word == ConnectionState.AVAILABLE:
            silent.append(f"CloudWatch has no data of {id_} ({' and '.join(missing)}), though it is up")
    window = f"in the last {settings.traffic_lookback_minutes} minutes"
    if loud:
        limit = f"{settings.traffic_threshold_bps:,} bit/s is what may be noise"
        return _blocked(f"{window} {'; '.join(loud + silent)}; {limit}; move the traffic away first")
    if silent:
        return _blocked(f"{window} {'; '.join(silent)}; make sure that nothing uses it, then override this")
    return _passed(f"{window} nothing carried more than {settings.traffic_threshold_bps:,} bit/s")


def redundancy(evidence: Evidence) -> Finding:
    available = VirtualInterfaceState.AVAILABLE
    elsewhere = {v.gateway_id for v in evidence.surroundings.neighbours if v.state == available}
    last = [
        f"{v.virtual_interface_id} on {_gateway(v.gateway_id, evidence.surroundings.gateway_names)}"
        for v in evidence.virtual_interfaces
        if v.state == available and v.gateway_id and v.gateway_id not in elsewhere
    ]
    if last:
        return _blocked(
            f"the last available virtual interface of its gateway in this region: {', '.join(last)}; what is behind it "
            "would be cut off; bring up another one there first"
        )
    return _passed("every gateway keeps an available virtual interface in this region")


def plan(evidence: Evidence) -> Finding:
    approved, today = evidence.request.plan_digest, evidence.plan.digest
    if approved is None:
        return _passed("no particular plan was asked for")
    if approved == today:
        return _passed("today's plan is the one that was approved")
    return _blocked(f"planDigest is {approved}, but today's plan has {today}; look at the new plan and approve that")


def billing(evidence: Evidence) -> Finding:
    mode = evidence.connection.billing_mode or "unknown"
    if mode.startswith("PortPair"):
        return Finding(
            Outcome.WARN,
            f"the billing mode is {mode}: deleting one port of a pair saves nothing, and takes its redundancy away",
        )
    return _passed(f"the billing mode is {mode}")


def mac_sec(evidence: Evidence) -> Finding:
    secrets = evidence.connection.mac_sec_secret_arns
    if secrets:
        return Finding(
            Outcome.WARN, f"MACsec secrets stay behind in Secrets Manager: {', '.join(secrets)}; delete them"
        )
    return _passed("no MACsec secret stays behind")


GUARDS: Mapping[str, Guard] = {
    "ownership": ownership,
    "approval": approval,
    "protection": protection,
    "stack": stack,
    "state": state,
    "foreign-interfaces": foreign_interfaces,
    "lag": lag,
    "hosted-connections": hosted_connections,
    "failover-test": failover_test,
    "traffic": traffic,
    "redundancy": redundancy,
    "plan": plan,
    "billing": billing,
    "macsec": mac_sec,
}
NOT_OVERRIDABLE = frozenset({"protection"})


def _passed(reason: str) -> Finding:
    return Finding(Outcome.PASS, reason)


def _blocked(reason: str) -> Finding:
    return Finding(Outcome.BLOCK, reason)


def _tagged(evidence: Evidence) -> Iterable[tuple[str, Mapping[str, str]]]:
    """List everything whose tags matter: the connection, its LAG, and the virtual interfaces."""
    yield evidence.connection.connection_id, evidence.connection.tags
    if evidence.surroundings.lag:
        yield evidence.surroundings.lag.lag_id, evidence.surroundings.lag.tags
    for v in evidence.virtual_interfaces:
        yield v.virtual_interface_id, v.tags


def _of_lag(evidence: Evidence) -> Iterable[VirtualInterface]:
    return (v for v in evidence.surroundings.neighbours if v.connection_id == evidence.connection.lag_id)


def _gateway(gateway_id: str, names: Mapping[str, str]) -> str:
    return f"{gateway_id} ({names[gateway_id]})" if gateway_id in names else gateway_id
