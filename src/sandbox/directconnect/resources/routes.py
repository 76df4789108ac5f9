"""Routes: the prefixes that a virtual interface accepts from the customer, and those that it advertises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.states import AddressFamily

type Direction = Literal["accepted", "advertised"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    cidr: str
    installed_at: datetime
    direction: Direction = "accepted"
    as_path: tuple[int, ...] = ()

    def to_dict(self, device: str) -> Answer:
        return {
            "cidr": self.cidr,
            "routeDirection": self.direction,
            "addressFamily": str(AddressFamily.IPV6 if ":" in self.cidr else AddressFamily.IPV4),
            "asPath": [{"pathType": "seq", "path": list(self.as_path)}],
            "communities": [],
            "awsLogicalDeviceId": device,
            "routeInstalledAt": self.installed_at,
        }
