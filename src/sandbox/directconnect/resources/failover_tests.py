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
    is_stopped: bool = False

    def status(self, now: datetime) -> str:
        # The model lists no words for it.
        return "in_progress" if self.is_running(now) else "completed"

    def is_running(self, now: datetime) -> bool:
        return now < self.end and not self.is_stopped

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
