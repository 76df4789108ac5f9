"""BGP failover tests: AWS takes the sessions of an interface down for a while, so that traffic moves elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.directconnect.calls import Answer


@dataclass(slots=True, kw_only=True)
class FailoverTest:
    id: str
    sequence: int
    virtual_interface_id: str
    owner_account: str
    peers: list[str]
    minutes: int
    start: datetime
    end: datetime

    def status(self, now: datetime) -> str:
        # The model lists no words for it.
        return "completed" if now >= self.end else "in_progress"

    def to_dict(self, now: datetime) -> Answer:
        return {
            "testId": self.id,
            "virtualInterfaceId": self.virtual_interface_id,
            "bgpPeers": self.peers,
            "status": self.status(now),
            "ownerAccount": self.owner_account,
            "testDurationInMinutes": self.minutes,
            "startTime": self.start,
            "endTime": self.end,
        }
