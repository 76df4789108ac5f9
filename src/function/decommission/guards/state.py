"""Guards that read states: unclear ones, and work in progress."""

from datetime import UTC, datetime

from decommission.guards.evidence import Evidence, Finding, blocks, passes
from decommission.models import Presence, VirtualInterfaceState
from decommission.words import described_all, listed

UNDER_CONSTRUCTION = frozenset(
    {VirtualInterfaceState.PENDING, VirtualInterfaceState.VERIFYING, VirtualInterfaceState.CONFIRMING}
)


def state(evidence: Evidence) -> Finding:
    states = evidence.observation.ports | {v.virtual_interface_id: v for v in evidence.virtual_interfaces}
    unclear = {id_: f"{id_} ({r.state})" for id_, r in states.items() if r.presence is Presence.UNCLEAR}
    if unclear:
        return blocks(f"unknown or undocumented state: {listed(unclear.values())}; ask AWS Support", unclear)
    return passes("AWS documents every state that it shows")


def under_construction(evidence: Evidence) -> Finding:
    building = [v for v in evidence.virtual_interfaces if v.state in UNDER_CONSTRUCTION]
    if building:
        return blocks(
            f"somebody is building {described_all(building)}; find out who, and delete the interface or wait",
            [v.virtual_interface_id for v in building],
        )
    return passes("no virtual interface is being built")


def failover_test(evidence: Evidence) -> Finding:
    testing = [v.virtual_interface_id for v in evidence.virtual_interfaces if v.state == VirtualInterfaceState.TESTING]
    if not testing:
        return passes("no BGP failover test is running")
    # AWS lists the tests that have ended as well.
    history = sorted(evidence.surroundings.failover_tests, key=lambda t: t.ends_at or datetime.min.replace(tzinfo=UTC))
    tests = {test.virtual_interface_id: test for test in history}
    running: list[str] = []
    for id_ in testing:
        test = tests.get(id_)
        name = f", test {test.test_id}" if test else ""
        ends_at = test.ends_at if test else None
        until = f" until {ends_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC at the latest" if ends_at else ""
        running.append(f"{id_}{name}{until}")
    return blocks(
        f"a BGP failover test is running on {'; '.join(running)}; stop it with StopBgpFailoverTest, or wait", testing
    )
