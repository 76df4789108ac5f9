"""BGP failover tests: they end by themselves, or are stopped."""

from datetime import timedelta

import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import Behaviour, DirectConnectBackend, ManualClock
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from tests.sandbox.seen import interface_states, refusal


def test_a_test_ends_by_itself(client: DirectConnectClient, interface: VirtualInterface, clock: ManualClock) -> None:
    started = clock()

    client.start_bgp_failover_test(virtualInterfaceId=interface.id, testDurationInMinutes=30)
    assert ["testing"] == interface_states(client)
    clock.advance(minutes=30)
    assert ["available"] == interface_states(client)

    history = client.list_virtual_interface_test_history(virtualInterfaceId=interface.id)
    (test,) = history["virtualInterfaceTestHistory"]
    assert ("completed", 30, started) == (test["status"], test["testDurationInMinutes"], test["startTime"])


@pytest.mark.parametrize("keeps_end", [False, True])
def test_a_test_is_stopped(
    client: DirectConnectClient,
    interface: VirtualInterface,
    world: DirectConnectBackend,
    clock: ManualClock,
    *,
    keeps_end: bool,
) -> None:
    world.behaviour = Behaviour(stopped_tests_keep_their_end=keeps_end)
    interface.state, started = "down", clock()
    client.start_bgp_failover_test(virtualInterfaceId=interface.id)
    clock.advance(minutes=1)

    stopped = client.stop_bgp_failover_test(virtualInterfaceId=interface.id)["virtualInterfaceTest"]

    end = started + timedelta(minutes=180 if keeps_end else 1)
    assert ("completed", end) == (stopped["status"], stopped["endTime"])
    assert ["down"] == interface_states(client)
    assert "is in state down" in refusal(client.stop_bgp_failover_test, virtualInterfaceId=interface.id)


@pytest.mark.parametrize(
    ("state", "minutes", "message"),
    [("pending", 10, "is in state pending"), ("available", 4321, "between 1 and 4320 minutes")],
)
def test_a_test_that_cannot_be_started(
    state: str, minutes: int, message: str, client: DirectConnectClient, interface: VirtualInterface
) -> None:
    interface.state = state

    call = client.start_bgp_failover_test
    assert message in refusal(call, virtualInterfaceId=interface.id, testDurationInMinutes=minutes)
