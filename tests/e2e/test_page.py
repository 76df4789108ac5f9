"""The pages in the record, made by the deployed function."""

from sandbox import world
from sandbox.aws import Sandbox

REQUEST = {"connectionId": world.CONNECTION_ID, "reason": "Site A is closed, CHG-1234"}


def pages(sandbox: Sandbox) -> dict[str, str]:
    """Return the pages by their names, without the folder."""
    return {key.rpartition("/")[2]: body.decode() for key, body in sandbox.record().items() if key.endswith(".html")}


def test_a_run_leaves_a_page_of_its_plan_and_one_of_its_report(two_sites: Sandbox) -> None:
    two_sites.run(REQUEST)
    found = pages(two_sites)
    assert {"plan.html", "report.html"} == found.keys()
    assert "dxcon-fg5678gh is being deleted by this plan" in found["plan.html"]
    report = found["report.html"]
    assert "dxcon-fg5678gh is out of service" in report
    for shown in ("Site A is closed, CHG-1234", "cancel the cross-connect at EqFA5", "s3://records/dxcon-fg5678gh/"):
        assert shown in report, shown
    # Each interface is in the picture, and in the time line; the one of site B is the path that stays.
    for interface in two_sites.direct_connect.virtual_interfaces.values():
        assert (interface.connection_id == world.LAG_ID) is (interface.id not in report), interface.id


def test_a_dry_run_leaves_the_page_that_an_approver_looks_at(two_sites: Sandbox) -> None:
    two_sites.run(REQUEST | {"dryRun": True})
    found = pages(two_sites)
    assert {"plan.html", "report.html"} == found.keys()
    for page in found.values():
        assert "Approve exactly this plan" in page
        assert "--tags key=decommission,value=approved:" in page


def test_a_run_without_a_plan_has_the_page_of_its_report(two_sites: Sandbox) -> None:
    two_sites.run({"connectionId": "dxcon-ffabc999"})
    found = pages(two_sites)
    assert {"report.html"} == found.keys()
    assert "dxcon-ffabc999 was gone already" in found["report.html"]


def test_a_page_that_cannot_be_made_fails_its_function_and_not_the_run(two_sites: Sandbox) -> None:
    # The function reads the document again, which somebody has overwritten meanwhile.
    execution = two_sites.run(REQUEST)
    assert "SUCCEEDED" == execution["status"]
    two_sites.client("s3").put_object(
        Bucket="records",
        Key=f"{world.CONNECTION_ID}/2026-01-01T00-00-00.000000Z/plan.json",
        Body=b'{"phase": "PLANNED"}',
    )
    # AWS/Lambda Errors, which PageFailedAlarm watches, counts what a function raises.
    assert 1 == len(two_sites.failed_later())
