"""BGP failover tests: AWS takes the session down for a while, to see whether traffic finds another way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .behaviour import Delay
from .exceptions import DirectConnectClientException
from .paging import page
from .states import VirtualInterfaceState

if TYPE_CHECKING:
    from datetime import datetime

    from .lifecycle import Answer, Request
    from .world import World

DEFAULT_MINUTES: Final = 180
LONGEST_MINUTES: Final = 72 * 60
TESTABLE: Final = frozenset({VirtualInterfaceState.AVAILABLE, VirtualInterfaceState.DOWN})


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


def start_bgp_failover_test(world: World, request: Request) -> Answer:
    asked, now = request.parameters, request.moment
    tested = world.virtual_interface(asked["virtualInterfaceId"], now)
    if tested.state not in TESTABLE:
        raise DirectConnectClientException(f"Test failed. {tested.id} is in state {tested.state}")
    minutes = asked.get("testDurationInMinutes", DEFAULT_MINUTES)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise DirectConnectClientException(f"A test takes between 1 and {LONGEST_MINUTES} minutes.")
    test = FailoverTest(
        id=world.new_uuid(),
        sequence=world.next_sequence(),
        virtual_interface_id=tested.id,
        owner_account=tested.owner_account,
        peers=asked.get("bgpPeers") or [peer.id for peer in tested.peers],
        minutes=minutes,
        start=now,
        end=now + timedelta(minutes=minutes),
    )
    world.failover_tests.append(test)
    # AWS restores BGP by itself at the end.
    tested.move(VirtualInterfaceState.TESTING, tested.state, Delay(seconds=minutes * 60), now)
    return {"virtualInterfaceTest": test.to_dict(now)}


def stop_bgp_failover_test(world: World, request: Request) -> Answer:
    now = request.moment
    tested = world.virtual_interface(request.parameters["virtualInterfaceId"], now)
    running = [test for test in world.failover_tests if test.virtual_interface_id == tested.id and test.end > now]
    if tested.state != VirtualInterfaceState.TESTING or not running:
        raise DirectConnectClientException(f"No test is running on {tested.id}; it is in state {tested.state}")
    tested.state = tested.transition.target if tested.transition else VirtualInterfaceState.AVAILABLE
    running[-1].end = now
    return {"virtualInterfaceTest": running[-1].to_dict(now)}


def list_virtual_interface_test_history(world: World, request: Request) -> Answer:
    asked = request.parameters
    listed = [
        test
        for test in world.failover_tests
        if asked.get("testId") in (None, test.id)
        and asked.get("virtualInterfaceId") in (None, test.virtual_interface_id)
        and asked.get("status") in (None, test.status(request.moment))
        and set(asked.get("bgpPeers", [])) <= set(test.peers)
    ]
    shown, more = page(request, listed, world.behaviour.page_size)
    return {"virtualInterfaceTestHistory": [test.to_dict(request.moment) for test in shown], **more}
