"""Connections: a port each, or a partner's share of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from .exceptions import DirectConnectClientException
from .lifecycle import Answer, Resource, Timer, without_nones
from .states import ConnectionState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .behaviour import Delay
    from .mac_sec import MacSecKey
    from .world import World

LOCATION: Final = "EqFA5"


@dataclass(slots=True, kw_only=True)
class Connection(Resource):
    arn_type: ClassVar[str] = "dxcon"

    name: str
    location: str
    bandwidth: str
    device: str
    lag_id: str | None = None
    parent_id: str | None = None  # the interconnect or LAG that hosts it
    is_partners: bool = False  # becomes an interconnect when it leaves its LAG
    partner_name: str | None = None
    provider_name: str | None = None
    vlan: int | None = None  # of a hosted connection
    billing_mode: str = "PayAsYouGo"
    loa_issue_time: datetime | None = None
    jumbo_frame_capable: bool = True
    has_logical_redundancy: str = "unknown"
    mac_sec_capable: bool = False
    encryption_mode: str = "no_encrypt"
    port_encryption_status: str = "Encryption Down"
    mac_sec_keys: list[MacSecKey] = field(default_factory=list)
    transitioning: Timer | None = None
    refusing: Timer | None = None  # begins when its last child is gone

    @property
    def is_hosted(self) -> bool:
        return self.partner_name is not None or self.parent_id is not None

    def refuse_while_transitioning(self, now: datetime) -> None:
        if self.transitioning is not None and self.transitioning.due(self, now) is None:
            raise DirectConnectClientException(f"Connection {self.id} is in a transitioning state.")
        self.transitioning = None

    def to_dict(self, world: World, caller: str) -> Answer:
        return without_nones(
            {
                "ownerAccount": self.owner_account,
                "connectionId": self.id,
                "connectionName": self.name,
                "connectionState": str(self.state),
                "region": self.region,
                "location": self.location,
                "bandwidth": self.bandwidth,
                "vlan": self.vlan,
                "partnerName": self.partner_name,
                "loaIssueTime": self.loa_issue_time,
                "lagId": self.lag_id,
                "awsDevice": self.device,
                "jumboFrameCapable": self.jumbo_frame_capable,
                "awsDeviceV2": self.device,
                "awsLogicalDeviceId": self.device,
                "hasLogicalRedundancy": self.has_logical_redundancy,
                "tags": self.shown_tags(world.behaviour, caller),
                "providerName": self.provider_name,
                "macSecCapable": self.mac_sec_capable,
                "portEncryptionStatus": self.port_encryption_status,
                "encryptionMode": self.encryption_mode,
                "macSecKeys": [key.to_dict() for key in self.mac_sec_keys],
                "billingMode": self.billing_mode,
            }
        )


def add_connection(  # noqa: PLR0913 - each is a field that a test world sets
    world: World,
    connection_id: str | None = None,
    *,
    state: str = ConnectionState.AVAILABLE,
    name: str = "connection",
    bandwidth: str = "1Gbps",
    location: str = LOCATION,
    owner_account: str | None = None,
    lag_id: str | None = None,
    parent_id: str | None = None,
    is_partners: bool = False,
    partner_name: str | None = None,
    vlan: int | None = None,
    billing_mode: str = "PayAsYouGo",
    tags: Mapping[str, str] | None = None,
    deletion: Delay | None = None,
) -> Connection:
    """Add a connection; ``parent_id`` is the interconnect or LAG of a hosted one."""
    connection = Connection(
        id=connection_id or world.new_id("dxcon"),
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
        lag_id=lag_id,
        parent_id=parent_id,
        is_partners=is_partners,
        partner_name=partner_name,
        vlan=vlan,
        billing_mode=billing_mode,
    )
    world.connections[connection.id] = connection
    world.connection_ids.add(connection.id)
    return connection
