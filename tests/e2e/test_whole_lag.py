"""A whole LAG is taken out of service by the deployed application."""

from sandbox import world
from sandbox.aws import Sandbox
from tests.e2e.runs import available, documents, output
from tests.e2e.test_page import pages

REQUEST = {"lagId": world.LAG_ID}
INTERFACE_ID = "dxvif-sitectgw"


def test_a_run_from_its_request_to_its_end(two_sites: Sandbox) -> None:
    execution = two_sites.run(REQUEST)
    arn, result = execution["executionArn"], output(execution)
    assert ("COMPLETED", False, world.LAG_ID) == (result["phase"], result["alreadyGone"], result["lagId"])
    waits = [state for state in two_sites.path(arn) if state.startswith("Wait")]
    assert ["WaitForVirtualInterfaces", "WaitForConnection", "WaitForLag"] == list(dict.fromkeys(waits))
    changed = [
        *["DeleteVirtualInterface", "UpdateLag"],
        *["DisassociateConnectionFromLag"] * 2,
        *["DeleteConnection"] * 2,
        "DeleteLag",
    ]
    calls = [call.operation for call in two_sites.direct_connect.calls]
    assert changed == [operation for operation in calls if operation in changed]
    assert not {world.LAG_ID, *world.MEMBER_IDS, INTERFACE_ID} & available(two_sites)
    assert {world.CONNECTION_ID} < available(two_sites)


def test_its_record_and_its_pages_name_the_lag_and_its_connections(two_sites: Sandbox) -> None:
    two_sites.run(REQUEST)
    report = documents(two_sites)["report.json"]
    assert {world.LAG_ID, *world.MEMBER_IDS, INTERFACE_ID} == set(report["deleted"])
    assert all(key.startswith(f"{world.LAG_ID}/") for key in two_sites.record())
    found = pages(two_sites)
    assert f"{world.LAG_ID} is being deleted by this plan" in found["plan.html"]
    assert f"{world.LAG_ID} is out of service" in found["report.html"]
    for page in found.values():
        for id_ in (*world.MEMBER_IDS, INTERFACE_ID):
            assert id_ in page, id_


def test_a_member_without_approval_blocks_all_of_it(two_sites: Sandbox) -> None:
    two_sites.direct_connect.connections[world.MEMBER_IDS[1]].tags.clear()
    execution = two_sites.run(REQUEST)
    assert "Blocked" == execution["error"]
    assert f"{world.MEMBER_IDS[1]} has no tag decommission" in execution["cause"]
    assert {world.LAG_ID, *world.MEMBER_IDS, INTERFACE_ID} < available(two_sites)
