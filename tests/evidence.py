"""What tests show to the guards: evidence to which none of them objects, and ways to spoil it."""

from dataclasses import replace

from decommission.guards import Evidence, judge
from decommission.models import Connection, Lag, Surroundings, Traffic, VirtualInterface
from decommission.plan import Plan
from decommission.run import Outcome, Override, Request
from decommission.settings import Settings, Tag
from tests.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, connection, virtual_interface

OTHER_ACCOUNT = "210987654321"
SETTINGS = Settings(
    patience_minutes=240,
    minimum_wait_seconds=10,
    approval_tag=Tag("decommission", "approved"),
    protection_tag=Tag("decommission", "protected"),
    traffic_lookback_minutes=60,
    traffic_threshold_bps=10_000,
    record_bucket="records",
)
REQUEST = Request(connection_id=CONNECTION_ID, patience_minutes=240)
APPROVED = replace(connection(), tags={"decommission": "approved"})
AROUND = Surroundings(caller_account=ACCOUNT)
QUIET = Traffic(ingress=0.0, egress=0.0)


def evidence(
    *virtual_interfaces: VirtualInterface,
    of: Connection = APPROVED,
    around: Surroundings = AROUND,
    request: Request = REQUEST,
    settings: Settings = SETTINGS,
) -> Evidence:
    """Make evidence in which all is quiet of which ``around`` has no traffic."""
    ids = (of.connection_id, *(v.virtual_interface_id for v in virtual_interfaces))
    return Evidence(
        connection=of,
        virtual_interfaces=virtual_interfaces,
        surroundings=replace(around, traffic=dict.fromkeys(ids, QUIET) | dict(around.traffic)),
        plan=Plan.of(of, virtual_interfaces),
        request=request,
        settings=settings,
    )


def verdict(guard: str, shown: Evidence) -> tuple[Outcome, str]:
    """Ask all the guards, and give back what this one said."""
    said = {v.guard: (v.outcome, v.reason) for v in judge(shown)}
    return said[guard]


def overriding(guard: str, reason: str = "CHG-1234") -> Request:
    return replace(REQUEST, overrides=(Override(guard=guard, reason=reason),))


def on_gateway(name: str, gateway_id: str | None, state: str = "available") -> VirtualInterface:
    """Make an interface on a Direct Connect gateway, or, if that is what the id says, on a virtual private one."""
    interface = virtual_interface(name, state)
    if gateway_id and gateway_id.startswith("vgw-"):
        return replace(interface, virtual_gateway_id=gateway_id)
    return replace(interface, direct_connect_gateway_id=gateway_id)


def elsewhere(interface: VirtualInterface, parent_id: str = "dxcon-ffabc123") -> VirtualInterface:
    return replace(interface, connection_id=parent_id)


def member(state: str = "available", name: str = "fg5678gh") -> Connection:
    return replace(APPROVED, connection_id=f"dxcon-{name}", state=state, lag_id=LAG_ID)


def group(*members: Connection, minimum_links: int = 0) -> Lag:
    return Lag(lag_id=LAG_ID, minimum_links=minimum_links, members=members)


def passes(reason: str) -> tuple[Outcome, str]:
    return Outcome.PASS, reason


def warns(reason: str) -> tuple[Outcome, str]:
    return Outcome.WARN, reason


def blocks(reason: str) -> tuple[Outcome, str]:
    return Outcome.BLOCK, reason
