"""Link aggregation groups: ports that act as one, and own the virtual interfaces together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from .connections import LOCATION
from .lifecycle import Answer, Resource, without_nones
from .states import LagState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .behaviour import Delay
    from .mac_sec import MacSecKey
    from .world import World


@dataclass(slots=True, kw_only=True)
class Lag(Resource):
    arn_type: ClassVar[str] = "dxlag"

    name: str
    location: str
    bandwidth: str
    device: str
    minimum_links: int = 0
    allows_hosted_connections: bool = False
    provider_name: str | None = None
    billing_mode: str = "PayAsYouGo"
    loa_issue_time: datetime | None = None
    jumbo_frame_capable: bool = True
    has_logical_redundancy: str = "unknown"
    mac_sec_capable: bool = False
    encryption_mode: str = "no_encrypt"
    mac_sec_keys: list[MacSecKey] = field(default_factory=list)

    def to_dict(self, world: World, caller: str) -> Answer:
        members = world.members(self.id)
        return without_nones(
            {
                "connectionsBandwidth": self.bandwidth,
                "numberOfConnections": len(members),
                "lagId": self.id,
                "ownerAccount": self.owner_account,
                "lagName": self.name,
                "lagState": str(self.state),
                "location": self.location,
                "region": self.region,
                "minimumLinks": self.minimum_links,
                "awsDevice": self.device,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "connections": [member.to_dict(world, caller) for member in members],
                "allowsHostedConnections": self.allows_hosted_connections,
                "jumboFrameCapable": self.jumbo_frame_capable,
                "hasLogicalRedundancy": self.has_logical_redundancy,
                "tags": self.shown_tags(world.behaviour, caller),
                "providerName": self.provider_name,
                "macSecCapable": self.mac_sec_capable,
                "encryptionMode": self.encryption_mode,
                "macSecKeys": [key.to_dict() for key in self.mac_sec_keys],
                "billingMode": self.billing_mode,
            }
        )


def add_lag(  # noqa: PLR0913 - each is a field that a test world sets
    world: World,
    lag_id: str | None = None,
    *,
    state: str = LagState.AVAILABLE,
    name: str = "lag",
    bandwidth: str = "1Gbps",
    location: str = LOCATION,
    owner_account: str | None = None,
    minimum_links: int = 0,
    allows_hosted_connections: bool = False,
    tags: Mapping[str, str] | None = None,
    deletion: Delay | None = None,
) -> Lag:
    """Add an empty LAG; its members are the connections that name it as their ``lag_id``."""
    lag = Lag(
        id=lag_id or world.new_id("dxlag"),
        partition=world.partition,
        region=world.region_name,
        owner_account=owner_account or world.account_id,
        sequence=world.next_sequence(),
        state=state,
        tags=dict(tags or {}),
        deletion=deletion,
        name=name,
        location=location,
        bandwidth=bandwidth,
        device=f"{location}-1bwfvazist2k0",
        minimum_links=minimum_links,
        allows_hosted_connections=allows_hosted_connections,
    )
    world.lags[lag.id] = lag
    return lag
