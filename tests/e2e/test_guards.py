"""Seen, refused, approved, overridden and recorded: what a careful team relies on, through the real state machine."""

import json
from typing import Any

import pytest

from sandbox.aws import Sandbox
from sandbox.world import QUIET_BPS, measure
from tests.e2e.test_decommission import CONNECTION_ID, EVENT, build, deletes, output


def record(sandbox: Sandbox) -> dict[str, Any]:
    """Read the documents of the last run, by name."""
    objects = sandbox.record()
    last = max(key.split("/")[1] for key in objects)
    return {
        key.split("/")[2]: json.loads(body)
        for key, body in objects.items()
        if key.split("/")[1] == last and key.endswith(".json")
    }


def test_approve_what_you_saw_then_run_it(sandbox: Sandbox) -> None:
    build(sandbox)
    planned = output(sandbox.run({**EVENT, "dryRun": True}))
    assert [] == deletes(sandbox)
    result = output(sandbox.run({**EVENT, "planDigest": planned["plan"]["digest"]}))
    assert "COMPLETED" == result["phase"]


def test_another_world_than_the_one_approved_blocks(sandbox: Sandbox) -> None:
    build(sandbox)
    planned = output(sandbox.run({**EVENT, "dryRun": True}))
    sandbox.direct_connect.add_virtual_interface(CONNECTION_ID, "dxvif-late1234")
    measure(sandbox, CONNECTION_ID, QUIET_BPS)
    execution = sandbox.run({**EVENT, "planDigest": planned["plan"]["digest"]})
    assert "Blocked" == execution["error"]
    assert "blocked by plan:" in execution["cause"]
    assert [] == deletes(sandbox)


def test_every_no_is_told_at_once(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.direct_connect.connections[CONNECTION_ID].tags = {}
    measure(sandbox, CONNECTION_ID, 5_000_000)
    execution = sandbox.run(EVENT)
    assert "Blocked" == execution["error"]
    assert "blocked by approval, traffic: approval: " in execution["cause"]
    assert "carried up to 5,000,000 bit/s (allowed: 10,000)" in execution["cause"]
    assert [] == deletes(sandbox)
    assert ("BLOCKED", "plan.json") == (record(sandbox)["report.json"]["phase"], min(record(sandbox)))


def test_an_override_passes_one_guard_and_is_on_record(sandbox: Sandbox) -> None:
    build(sandbox)
    measure(sandbox, CONNECTION_ID, 5_000_000)
    ids = [CONNECTION_ID, *sandbox.direct_connect.virtual_interfaces]
    override = {
        "guard": "traffic",
        "reason": "moved to site B, CHG-1234",
        "ids": [id_ for id_ in ids if id_ != "dxvif-ffabc123"],
        "upToBps": 5_000_000,
        "until": None,
    }
    execution = sandbox.run({**EVENT, "overrides": [override]})
    assert "COMPLETED" == output(execution)["phase"]
    first, deleting, *_ = sandbox.results(execution["executionArn"])
    for result in (first, deleting):
        assert {"OVERRIDDEN"} == {v["outcome"] for v in result["guards"] if v["guard"] == "traffic"}
    assert [override] == record(sandbox)["report.json"]["approval"]["overrides"]


@pytest.mark.parametrize("where", ["connections", "virtual_interfaces"])
def test_what_is_protected_stays(sandbox: Sandbox, where: str) -> None:
    build(sandbox)
    resources = getattr(sandbox.direct_connect, where)
    protected = next(r for r in resources.values() if CONNECTION_ID in {r.id, getattr(r, "connection_id", "")})
    protected.tags["decommission-protected"] = "until the audit is over"
    execution = sandbox.run(EVENT)
    assert "Blocked" == execution["error"]
    assert (
        f"blocked by protection: protection: the tag decommission-protected protects {protected.id}"
        in (execution["cause"])
    )
    assert [] == deletes(sandbox)


@pytest.mark.parametrize(
    "sandbox",
    [{"ApprovalTagKey": "our-approval", "ApprovalTagValue": "yes", "TrafficThresholdBps": "9000000"}],
    indirect=True,
)
def test_the_guards_follow_the_parameters(sandbox: Sandbox) -> None:
    build(sandbox)
    measure(sandbox, CONNECTION_ID, 5_000_000)
    assert "blocked by approval:" in sandbox.run(EVENT)["cause"]
    sandbox.direct_connect.connections[CONNECTION_ID].tags = {"our-approval": "yes"}
    assert "COMPLETED" == output(sandbox.run(EVENT))["phase"]


def test_no_bucket_no_deletion(sandbox: Sandbox) -> None:
    build(sandbox)
    sandbox.client("s3").delete_bucket(Bucket=sandbox.stack.outputs["RecordBucketName"])
    execution = sandbox.run(EVENT)
    assert "ConfigurationError" == execution["error"]
    assert sandbox.stack.outputs["RecordBucketName"] in execution["cause"]
    assert [] == deletes(sandbox)


def test_the_record_of_a_run(sandbox: Sandbox) -> None:
    build(sandbox)
    output(sandbox.run(EVENT))
    report = record(sandbox)["report.json"]
    assert "COMPLETED" == report["phase"]
    assert 4 == len(report["deleted"])
    assert 4 == len([call for call in report["calls"] if call["requestId"]])
    assert 219.0 == report["estimatedMonthlySavingUsd"]
    cross_connect, warning = report["toDo"]
    assert "cancel the cross-connect at EqFA5 (the LOA-CFA names it)" == cross_connect
    assert "keeps one path only, at EqFA5: dxvif-ffabc123" in warning
    assert any(key.endswith("/loa.pdf") and body.startswith(b"%PDF") for key, body in sandbox.record().items())
