"""Link aggregation groups: connections that act as one, and own their virtual interfaces together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sandbox.directconnect.behaviour import Behaviour
from sandbox.directconnect.calls import Answer, without_nones
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.ports import Port, PortChoices


class LagChoices(PortChoices, total=False):
    minimum_links: int
    allows_hosted_connections: bool


@dataclass(slots=True, kw_only=True)
class Lag(Port):
    arn_type: ClassVar[str] = "dxlag"

    name: str = "lag"
    minimum_links: int = 0
    allows_hosted_connections: bool = False

    def to_dict(self, members: Sequence[Connection], behaviour: Behaviour, caller: str) -> Answer:
        return without_nones(
            self.shown(behaviour, caller)
            | {
                "lagId": self.id,
                "lagName": self.name,
                "lagState": str(self.state),
                "connectionsBandwidth": self.bandwidth,
                "minimumLinks": self.minimum_links,
                "numberOfConnections": len(members),
                "connections": [member.to_dict(behaviour, caller) for member in members],
                "allowsHostedConnections": self.allows_hosted_connections,
            }
        )
