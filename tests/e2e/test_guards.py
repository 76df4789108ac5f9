"""Guards, approvals, overrides and the record, through the real state machine."""

import pytest

from sandbox.aws import Sandbox
from sandbox.world import QUIET_BPS, measure
from tests.e2e.runs import CONNECTION_ID, EVENT, build, deletes, documents, failure, output


def test_a_plan_is_approved_by_its_digest_and_then_run(sandbox: Sandbox) -> None:
    build(sandbox)
    planned = output(sandbox.run({**EVENT, "dryRun": True}))
    assert [] == deletes(sandbox)
    assert "COMPLETED" == output(sandbox.run({**EVENT, "planDigest": planned["plan"]["digest"]}))["phase"]


def test_a_change_after_the_approval_blocks(sandbox: Sandbox) -> None:
    build(sandbox)
    planned = output(sandbox.run({**EVENT, "dryRun": True}))
    sandbox.direct_connect.add_virtual_interface(CONNECTION_ID, "dxvif-late1234")
    measure(sandbox, CONNECTION_ID, QUIET_BPS)
    execution = sandbox.run({**EVENT, "planDigest": planned["plan"]["digest"]})
    assert "Blocked" == failure(execution)
    assert "blocked by plan:" in execution["cause"]
    assert [] == deletes(sandbox)


def test_all_guards_that_block_are_named_at_once(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.connections[CONNECTION_ID].tags = {}
    measure(sandbox, CONNECTION_ID, 5_000_000)
    execution = sandbox.run(EVENT)
    assert "Blocked" == failure(execution)
    assert "blocked by approval, traffic:" in execution["cause"]
    assert [] == deletes(sandbox)
    assert {"plan.json", "report.json"} == documents(sandbox).keys()
    assert "BLOCKED" == documents(sandbox)["report.json"]["phase"]


def test_an_override_passes_one_guard_and_is_on_record(sandbox: Sandbox) -> None:
    build(sandbox)
    measure(sandbox, CONNECTION_ID, 5_000_000)
    ids = [CONNECTION_ID, *sandbox.direct_connect.virtual_interfaces]
    ids.remove("dxvif-ffabc123")
    consent = {"guard": "traffic", "reason": "moved, CHG-1234", "ids": ids, "upToBps": 5_000_000}
    execution = sandbox.run({**EVENT, "overrides": [consent]})
    assert "COMPLETED" == output(execution)["phase"]
    first, deleting, *_ = sandbox.results(execution["executionArn"])
    for result in (first, deleting):
        assert {"OVERRIDDEN"} == {v["outcome"] for v in result["guards"] if v["guard"] == "traffic"}
    assert [consent | {"until": None}] == documents(sandbox)["report.json"]["approval"]["overrides"]


@pytest.mark.parametrize("where", ["connections", "virtual_interfaces"])
def test_a_protected_resource_is_not_deleted(sandbox: Sandbox, where: str) -> None:
    build(sandbox)
    resources = getattr(sandbox.direct_connect, where)
    protected = next(r for r in resources.values() if CONNECTION_ID in {r.id, getattr(r, "connection_id", "")})
    protected.tags["decommission-protected"] = "until the audit is over"
    execution = sandbox.run(EVENT)
    assert "Blocked" == failure(execution)
    assert "blocked by protection:" in execution["cause"]
    assert protected.id in execution["cause"]
    assert [] == deletes(sandbox)


@pytest.mark.parametrize(
    "sandbox",
    [{"ApprovalTagKey": "our-approval", "ApprovalTagValue": "yes", "TrafficThresholdBps": "9000000"}],
    indirect=True,
)
def test_the_guards_follow_the_parameters_of_the_template(sandbox: Sandbox) -> None:
    build(sandbox)
    measure(sandbox, CONNECTION_ID, 5_000_000)
    assert "blocked by approval:" in sandbox.run(EVENT)["cause"]
    sandbox.direct_connect.connections[CONNECTION_ID].tags = {"our-approval": "yes"}
    assert "COMPLETED" == output(sandbox.run(EVENT))["phase"]


def test_nothing_is_deleted_without_the_bucket_of_the_record(sandbox: Sandbox) -> None:
    build(sandbox)
    bucket = sandbox.stack.outputs["RecordBucketName"]
    sandbox.client("s3").delete_bucket(Bucket=bucket)
    execution = sandbox.run(EVENT)
    assert "ConfigurationError" == failure(execution)
    assert bucket in execution["cause"]
    assert [] == deletes(sandbox)


def test_the_record_of_a_run(sandbox: Sandbox) -> None:
    build(sandbox)
    output(sandbox.run(EVENT))
    report = documents(sandbox)["report.json"]
    assert ("COMPLETED", 4) == (report["phase"], len(report["deleted"]))
    assert 4 == len([call for call in report["calls"] if call["requestId"]])
    assert 219.0 == report["estimatedMonthlySavingUsd"]
    cross_connect, warning = report["toDo"]
    assert cross_connect.startswith("cancel the cross-connect at EqFA5")
    assert "dxvif-ffabc123" in warning
    assert any(key.endswith("/loa.pdf") and body.startswith(b"%PDF") for key, body in sandbox.record().items())
