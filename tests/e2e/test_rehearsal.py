"""A rehearsal on the deployed application: BGP goes down, an alarm is heard, and BGP comes back."""

import time
from typing import Final

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import DirectConnectBackend
from tests.e2e.runs import documents, failure

REQUEST: Final = {"connectionId": world.CONNECTION_ID, "rehearsalMinutes": 60, "alarmNames": [world.ALARM_NAME]}


def down(direct_connect: DirectConnectBackend) -> set[str]:
    return {v.id for v in direct_connect.virtual_interfaces.values() if v.state == "testing"}


def test_an_alarm_ends_it_and_bgp_comes_back(two_sites: Sandbox) -> None:
    direct_connect = two_sites.direct_connect
    arn = two_sites.start(REQUEST)
    until = time.monotonic() + 30
    while len(down(direct_connect)) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    assert {"dxvif-siteavpc", "dxvif-siteapub", "dxvif-siteatgw"} == down(direct_connect)

    world.set_alarm(two_sites, "ALARM")
    execution = two_sites.finish(arn)

    assert ("Blocked", set()) == (failure(execution), down(direct_connect))
    assert "the alarm site-a-unreachable is in the state ALARM; the BGP failover tests" in execution["cause"]
    assert "WaitForRehearsal" in two_sites.path(arn)
    rehearsal = documents(two_sites)["report.json"]["rehearsal"]
    assert (3, True) == (len(rehearsal["tests"]), "ALARM" in rehearsal["problem"])
    assert "available" == direct_connect.connections[world.CONNECTION_ID].state
