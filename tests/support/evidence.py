"""Evidence that every guard passes, and parts to replace in it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from decommission.guards.evidence import Evidence
from decommission.models import (
    Attachment,
    Connection,
    Lag,
    Observation,
    Port,
    Surroundings,
    Traffic,
    VirtualInterface,
    connections_of,
)
from decommission.run import Override, Request
from decommission.settings import Settings
from tests.support.strategies import (
    ACCOUNT,
    CONNECTION_ID,
    LAG_ID,
    OTHER_ACCOUNT,
    START,
    connection,
    plan_of,
    virtual_interface,
)

NOW = START + timedelta(minutes=10)
OTHER_ID = "dxcon-ffother1"
GATEWAY = "dxgw-1"
SETTINGS = Settings(
    patience_minutes=240,
    notice_minutes=0,
    least_patience_minutes=30,
    minimum_wait_seconds=10,
    approval_tag_key="decommission",
    approval_tag_value="approved",
    protection_tag_key="decommission-protected",
    managed_by_tag_keys=frozenset({"terraform", "managed-by"}),
    traffic_lookback_minutes=60,
    traffic_threshold_bps=10_000,
    allow_overrides_from_events=False,
    record_bucket="records",
    spoke_role_name="dx-decommission-spoke",
    spoke_external_id="dx-decommission",
)
REQUEST = Request(connection_id=CONNECTION_ID, patience_minutes=240)
APPROVED = replace(
    connection(),
    location="EqFA5",
    aws_device="EqFA5-1",
    bandwidth="1Gbps",
    billing_mode="PayAsYouGo",
    tags={"decommission": "approved"},
)
AROUND = Surroundings(caller_account=ACCOUNT, routes={})
QUIET = Traffic(ingress=0.0, egress=0.0, points=10, expected_points=10)
ONE, TWO, THREE = (virtual_interface(f"aaaaaaa{number}") for number in (1, 2, 3))
FOREIGN = replace(ONE, owner_account=OTHER_ACCOUNT)
# An interface of the gateway in another region.
ATTACHMENT = Attachment(
    gateway_id=GATEWAY,
    virtual_interface_id="dxvif-ccccccc1",
    region="eu-west-1",
    owner_account=ACCOUNT,
    state="attached",
)


def evidence(
    *virtual_interfaces: VirtualInterface,
    of: Port = APPROVED,
    around: Surroundings = AROUND,
    request: Request = REQUEST,
    planned: Iterable[VirtualInterface] | None = None,
) -> Evidence:
    """Make evidence; everything is quiet that has no traffic in ``around``."""
    members = of.members if isinstance(of, Lag) else ()
    ids = (*(c.connection_id for c in connections_of(of)), *(v.virtual_interface_id for v in virtual_interfaces))
    return Evidence(
        port=of,
        observation=Observation(region="eu-central-1", port=of, members=members, virtual_interfaces=virtual_interfaces),
        surroundings=replace(around, traffic=dict.fromkeys(ids, QUIET) | dict(around.traffic)),
        plan=plan_of(of, virtual_interfaces if planned is None else planned),
        request=request,
        settings=SETTINGS,
        at=NOW,
    )


def override(guard: str, *ids: str, reason: str = "CHG-1234") -> Override:
    return Override(guard=guard, reason=reason, ids=ids)


def overriding(*overrides: Override) -> Request:
    return replace(REQUEST, overrides=overrides)


def on_gateway(name: str, gateway_id: str | None, state: str = "available") -> VirtualInterface:
    """Make an interface on a Direct Connect gateway, or on a virtual private gateway if the id begins with ``vgw-``."""
    interface = virtual_interface(name, state)
    if gateway_id and gateway_id.startswith("vgw-"):
        return replace(interface, virtual_gateway_id=gateway_id)
    return replace(interface, direct_connect_gateway_id=gateway_id)


def elsewhere(interface: VirtualInterface, parent_id: str = OTHER_ID) -> VirtualInterface:
    return replace(interface, connection_id=parent_id)


def port(id_: str = OTHER_ID, state: str = "available", **tags: str) -> Connection:
    """Make another connection, at another location and of the same bandwidth."""
    return replace(
        APPROVED, connection_id=id_, state=state, location="EqDC2", aws_device="EqDC2-1", billing_mode=None, tags=tags
    )


def member(id_: str = CONNECTION_ID, state: str = "available", **tags: str) -> Connection:
    return replace(port(id_, state, **tags), lag_id=LAG_ID)


MEMBER = replace(APPROVED, lag_id=LAG_ID)
OTHER_MEMBER = replace(MEMBER, connection_id=OTHER_ID)
# What a request for a whole LAG is made with.
OF_LAG = Request(lag_id=LAG_ID, patience_minutes=240)


def group(*members: Connection, minimum_links: int = 0, state: str = "available") -> Lag:
    return Lag(
        lag_id=LAG_ID,
        state=state,
        minimum_links=minimum_links,
        members=members,
        owner_account=ACCOUNT,
        location="EqDC2",
        aws_device="EqDC2-1",
    )


# A LAG that is approved with both of its connections, and needs one of them.
WHOLE = replace(group(MEMBER, OTHER_MEMBER, minimum_links=1), tags=APPROVED.tags)


def whole(*virtual_interfaces: VirtualInterface, of: Lag = WHOLE, around: Surroundings = AROUND) -> Evidence:
    """Make evidence of a run that deletes a LAG with all its connections and these virtual interfaces."""
    seen = replace(around, connections=of.members, lags=(of,))
    on_it = [replace(v, connection_id=LAG_ID) for v in virtual_interfaces]
    return evidence(*on_it, of=of, around=seen, request=OF_LAG)
