"""The operations on BGP failover tests."""

from datetime import timedelta
from typing import Final

from sandbox.directconnect.behaviour import Delay
from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.operations.refusals import wrong_state
from sandbox.directconnect.resources.failover_tests import FailoverTest
from sandbox.directconnect.states import VirtualInterfaceState
from sandbox.directconnect.world import World

DEFAULT_MINUTES: Final = 180
LONGEST_MINUTES: Final = 72 * 60
TESTABLE: Final = frozenset({VirtualInterfaceState.AVAILABLE, VirtualInterfaceState.DOWN})


def start_bgp_failover_test(world: World, call: Call) -> Answer:
    asked, now = call.parameters, call.moment
    tested = world.virtual_interface(asked["virtualInterfaceId"], now)
    # Whatever somebody has made of its state.
    is_running = any(test.virtual_interface_id == tested.id and test.is_running(now) for test in world.failover_tests)
    if tested.state not in TESTABLE or is_running:
        raise wrong_state("Test", tested)
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
    # At the end, AWS itself restores BGP.
    tested.move(VirtualInterfaceState.TESTING, tested.state, Delay(seconds=minutes * 60), now)
    return {"virtualInterfaceTest": test.to_dict(now)}


def stop_bgp_failover_test(world: World, call: Call) -> Answer:
    now = call.moment
    tested = world.virtual_interface(call.parameters["virtualInterfaceId"], now)
    running = [test for test in world.failover_tests if test.virtual_interface_id == tested.id and test.is_running(now)]
    if tested.state != VirtualInterfaceState.TESTING or not running:
        raise DirectConnectClientException(f"No test is running on {tested.id}; it is in state {tested.state}")
    tested.state = tested.transition.target if tested.transition else VirtualInterfaceState.AVAILABLE
    running[-1].is_stopped = True
    if not world.behaviour.stopped_tests_keep_their_end:
        running[-1].end = now
    return {"virtualInterfaceTest": running[-1].to_dict(now)}


def list_virtual_interface_test_history(world: World, call: Call) -> Answer:
    """List the tests of an interface; raises NotImplementedError for AWS's other filters."""
    if others := call.parameters.keys() - {"virtualInterfaceId", "maxResults", "nextToken"}:
        raise NotImplementedError(f"the sandbox does not filter tests by {sorted(others)}")
    interface_id = call.parameters.get("virtualInterfaceId")
    listed = [test for test in world.failover_tests if interface_id in {None, test.virtual_interface_id}]
    return page(world, call, "virtualInterfaceTestHistory", listed, lambda test: test.to_dict(call.moment))
