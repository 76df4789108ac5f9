"""Connections: each is a port, or a partner's share of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sandbox.directconnect.behaviour import Behaviour
from sandbox.directconnect.calls import Answer, without_nones
from sandbox.directconnect.lifecycle import Timer
from sandbox.directconnect.resources.ports import Port, PortChoices


class ConnectionChoices(PortChoices, total=False):
    lag_id: str | None
    parent_id: str | None
    is_partners: bool
    partner_name: str | None
    vlan: int | None


@dataclass(slots=True, kw_only=True)
class Connection(Port):
    arn_type: ClassVar[str] = "dxcon"

    name: str = "connection"
    lag_id: str | None = None
    parent_id: str | None = None  # the interconnect or LAG that hosts it
    is_partners: bool = False  # becomes an interconnect when it leaves its LAG
    partner_name: str | None = None
    vlan: int | None = None  # of a hosted connection
    loa_issue_time: datetime | None = None
    transitioning: Timer | None = None
    refusing: Timer | None = None  # begins when its last child is gone

    @property
    def is_hosted(self) -> bool:
        return self.partner_name is not None or self.parent_id is not None

    def to_dict(self, behaviour: Behaviour, caller: str) -> Answer:
        return without_nones(
            self.shown(behaviour, caller)
            | {
                "connectionId": self.id,
                "connectionName": self.name,
                "connectionState": str(self.state),
                "bandwidth": self.bandwidth,
                "vlan": self.vlan,
                "partnerName": self.partner_name,
                "loaIssueTime": self.loa_issue_time,
                "lagId": self.lag_id,
                "portEncryptionStatus": "Encryption Down",
            }
        )


class Interconnect(Connection):
    """A partner's port: AWS shows fewer of its fields, and three of them under other names."""

    __slots__ = ()

    def to_dict(self, behaviour: Behaviour, caller: str) -> Answer:
        shown = Connection.to_dict(self, behaviour, caller)
        for name in ("ownerAccount", "vlan", "partnerName", "billingMode"):
            shown.pop(name, None)
        for name in ("Id", "Name", "State"):
            shown[f"interconnect{name}"] = shown.pop(f"connection{name}")
        return shown
