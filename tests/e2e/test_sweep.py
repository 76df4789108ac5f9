"""Sweeps: what is due, or a fleet, is decommissioned, and people are told how it went."""

import json
from typing import Any

import pytest

from sandbox.aws import Sandbox
from sandbox.directconnect import THROTTLED, AccessDenied, DirectConnectBackend
from sandbox.world import QUIET_BPS, measure, measure_in
from tests.e2e.conftest import QUICK
from tests.e2e.runs import available, executions, failure, output, totals

TIME = "2026-11-01T02:00:00Z"
STAMP = "20261101T020000Z"
SCHEDULED = {"scheduledTime": TIME}
ARMED = {"SweepDryRun": "false"}
APPROVED = {"decommission": "approved"}
PAST = {"decommission-after": "2026-10-31"}


def build(sandbox: Sandbox) -> None:
    """Add a connection for each thing that may become of it."""
    world = sandbox.direct_connect
    tags = {
        "dxcon-due00001": APPROVED | PAST,
        "dxcon-due00002": APPROVED | {"decommission-after": "2026-11-01T03:00+01:00"},
        "dxcon-blocked1": APPROVED | PAST | {"aws:cloudformation:stack-name": "core"},
        "dxcon-notyet01": APPROVED | {"decommission-after": "2026-11-01"},
        "dxcon-undated1": APPROVED,
        "dxcon-unclear1": APPROVED | {"decommission-after": "next week"},
        "dxcon-unapprov": PAST,
        "dxcon-protect1": APPROVED | PAST | {"decommission-protected": "CHG-7"},
    }
    for id_, carried in tags.items():
        world.add_connection(id_, tags=carried)
        measure(sandbox, id_, QUIET_BPS)


def summary(sandbox: Sandbox, stamp: str = STAMP) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sandbox.record()[f"sweeps/{stamp}/summary.json"])
    return found


def ends(sandbox: Sandbox) -> dict[str, str]:
    return {one["id"]: one["end"] for one in summary(sandbox)["connections"]}


@pytest.mark.parametrize("sandbox", [ARMED], indirect=True)
class TestArmed:
    def test_what_is_approved_and_due_is_decommissioned_and_the_rest_is_not(self, sandbox: Sandbox) -> None:
        build(sandbox)
        before = available(sandbox)
        result = output(sandbox.sweep(SCHEDULED))
        assert {"dxcon-due00001", "dxcon-due00002"} == before - available(sandbox)
        assert {
            "dxcon-due00001": "COMPLETED",
            "dxcon-due00002": "COMPLETED",
            "dxcon-blocked1": "BLOCKED",
            "dxcon-unclear1": "SKIPPED",
            "dxcon-unapprov": "SKIPPED",
            "dxcon-protect1": "SKIPPED",
        } == ends(sandbox)
        assert ({"stack": 1}, 2) == (result["blockedBy"], result["counts"]["COMPLETED"])
        counted = totals(sandbox)
        assert (2, 1, 3) == (counted["SweepCompleted"], counted["SweepBlocked"], counted["SweepSkipped"])

    def test_each_outcome_and_the_list_are_in_the_record(self, sandbox: Sandbox) -> None:
        build(sandbox)
        sandbox.sweep(SCHEDULED)
        written = {key.rpartition("/")[2] for key in sandbox.record() if key.startswith(f"sweeps/{STAMP}/")}
        assert {"list.json", "summary.json", *(f"{id_}.json" for id_ in ends(sandbox))} == written

    def test_people_get_one_summary(self, sandbox: Sandbox) -> None:
        build(sandbox)
        sandbox.sweep(SCHEDULED)
        ((subject, text),) = [found for found in sandbox.messages() if "sweep" in found[0]]
        assert f"[dx-decommission] sweep {STAMP}: 1 blocked, 3 skipped, 2 completed" == subject
        assert "- dxcon-unclear1: skipped: the tag decommission-after is 'next week', which is neither a date" in text
        assert f"Record: s3://records/sweeps/{STAMP}/" in text

    def test_the_same_sweep_twice_is_one_sweep(self, sandbox: Sandbox) -> None:
        build(sandbox)
        sandbox.sweep(SCHEDULED)
        runs, messages = executions(sandbox), sandbox.messages()
        assert {"sweep": STAMP, "isDuplicate": True} == output(sandbox.sweep(SCHEDULED))
        assert (runs, messages) == (executions(sandbox), sandbox.messages())

    def test_the_same_sweep_twice_at_once_is_one_sweep(self, sandbox: Sandbox) -> None:
        build(sandbox)
        started = [sandbox.start(SCHEDULED, "SweepStateMachineArn") for _ in range(2)]
        outputs = [output(sandbox.finish(arn)) for arn in started]
        assert [True] == [True for found in outputs if found.get("isDuplicate")]
        assert 3 == len(executions(sandbox))
        assert 2 == totals(sandbox)["DecommissionCompleted"]

    def test_the_next_night_tries_again_what_was_blocked(self, sandbox: Sandbox) -> None:
        build(sandbox)
        sandbox.sweep(SCHEDULED)
        del sandbox.direct_connect.connections["dxcon-blocked1"].tags["aws:cloudformation:stack-name"]
        output(sandbox.sweep({"scheduledTime": "2026-11-02T02:00:00Z"}))
        found = summary(sandbox, "20261102T020000Z")
        # The first of November is over, too.
        assert {"COMPLETED": 2} == {end: n for end, n in found["counts"].items() if n and end != "SKIPPED"}
        assert {"dxcon-blocked1", "dxcon-notyet01"} == {
            one["id"] for one in found["connections"] if one["end"] == "COMPLETED"
        }

    def test_a_run_that_fails_does_not_stop_the_others(self, sandbox: Sandbox) -> None:
        build(sandbox)
        # The first call of the first run; the list was made by then.
        sandbox.direct_connect.before_each = lambda operation, parameters: (
            sandbox.direct_connect.faults.add("DescribeConnections", AccessDenied())
            if operation == "DescribeConnections" and parameters.get("connectionId") == "dxcon-due00001"
            else None
        )
        output(sandbox.sweep(SCHEDULED))
        failed = next(one for one in summary(sandbox)["connections"] if one["id"] == "dxcon-due00001")
        assert ("FAILED", True) == (failed["end"], failed["reason"].startswith("AwsDeniedError: AWS denied"))
        assert "COMPLETED" == ends(sandbox)["dxcon-due00002"]

    def test_the_time_of_a_dry_run_cannot_be_swept_for_good(self, sandbox: Sandbox) -> None:
        build(sandbox)
        output(sandbox.sweep(SCHEDULED | {"request": {"dryRun": True}}))
        before = available(sandbox)
        execution = sandbox.sweep(SCHEDULED)
        assert "InvalidRequestError" == failure(execution)
        assert f"the sweep of {STAMP} was a dry run" in execution["cause"]
        assert before == available(sandbox)

    def test_a_due_date_that_nobody_can_print_stops_nothing(self, sandbox: Sandbox) -> None:
        build(sandbox)
        tags = sandbox.direct_connect.connections["dxcon-due00001"].tags
        tags["decommission-after"] = f"\xa0{tags['decommission-after']}\u2003"
        tags |= {f"key{number}": "\x07" * 250 for number in range(40)}
        output(sandbox.sweep(SCHEDULED))
        assert "COMPLETED" == ends(sandbox)["dxcon-due00001"]

    def test_a_name_that_was_taken_before_is_not_started_again(self, sandbox: Sandbox) -> None:
        build(sandbox)
        sandbox.client("stepfunctions").start_execution(
            stateMachineArn=sandbox.stack.outputs["StateMachineArn"],
            name=f"dxcon-due00001-{STAMP}",
            input=json.dumps({"connectionId": "dxcon-undated1", "dryRun": True}),
        )
        output(sandbox.sweep(SCHEDULED))
        skipped = next(one for one in summary(sandbox)["connections"] if one["id"] == "dxcon-due00001")
        assert ("SKIPPED", True) == (skipped["end"], "started before" in skipped["reason"])


def test_a_sweep_is_a_dry_run_unless_a_parameter_says_otherwise(sandbox: Sandbox) -> None:
    build(sandbox)
    before = available(sandbox)
    output(sandbox.sweep(SCHEDULED))
    assert before == available(sandbox)
    assert ("PLANNED", "PLANNED") == (ends(sandbox)["dxcon-due00001"], ends(sandbox)["dxcon-blocked1"])
    assert {"stack": 1} == summary(sandbox)["blockedBy"]
    assert [f"[dx-decommission] sweep, dry run {STAMP}: 3 skipped, 3 planned"] == [
        subject for subject, _ in sandbox.messages() if "sweep" in subject
    ]


def test_a_sweep_of_nothing_writes_a_summary_and_sends_no_message(sandbox: Sandbox) -> None:
    output(sandbox.sweep(SCHEDULED))
    assert [] == summary(sandbox)["connections"]
    assert [] == sandbox.messages()


def test_what_cannot_be_listed_fails_the_sweep_and_is_told(sandbox: Sandbox) -> None:
    sandbox.direct_connect.faults.add("DescribeConnections", AccessDenied())
    assert "AwsDeniedError" == failure(sandbox.sweep(SCHEDULED))
    ((subject, _),) = sandbox.messages()
    assert "[dx-decommission] sweep FAILED with AwsDeniedError" == subject


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({}, "must have exactly one of scheduledTime, connectionIds and tags"),
        ({"scheduledTime": "2999-01-01T00:00:00Z"}, "scheduledTime: lies in the future"),
        ({"connectionIds": ["dxcon-fg5678gh"], "request": {"dryrun": True}}, "request: dryrun: is no known field"),
        ({"connectionIds": ["dxvif-fg5678gh"]}, "connectionIds.0: "),
        ({"tags": {"site": "fra1"}, "request": {"planDigest": "0"}}, "request.planDigest is about one connection"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_refused_before_any_call(sandbox: Sandbox, asked: dict[str, Any], complaint: str) -> None:
    execution = sandbox.sweep(asked)
    assert "InvalidRequestError" == failure(execution)
    assert complaint in execution["cause"]
    assert [] == list(sandbox.direct_connect.calls)


def test_a_list_that_step_functions_cannot_read_fails_the_sweep_and_is_told_once(sandbox: Sandbox) -> None:
    build(sandbox)
    client, machine = sandbox.client("stepfunctions"), sandbox.stack.outputs["SweepStateMachineArn"]
    definition = client.describe_state_machine(stateMachineArn=machine)["definition"]
    broken = definition.replace('"Key.$": "$.list"', '"Key": "sweeps/nowhere.json"')
    assert broken != definition
    client.update_state_machine(stateMachineArn=machine, definition=broken)
    try:
        assert "SweepFailed" == failure(sandbox.sweep(SCHEDULED))
    finally:
        client.update_state_machine(stateMachineArn=machine, definition=definition)
    assert summary(sandbox)["error"]["Error"].startswith("States.")
    ((_, text),) = sandbox.messages()
    assert "The sweep itself failed: States." in text


class TestFleet:
    def test_by_ids(self, sandbox: Sandbox) -> None:
        build(sandbox)
        fleet = {"connectionIds": ["dxcon-due00001", "dxcon-undated1"], "request": {"dryRun": False}}
        assert 2 == output(sandbox.sweep(fleet))["counts"]["COMPLETED"]

    def test_by_tags_with_overrides(self, sandbox: Sandbox) -> None:
        build(sandbox)
        world = sandbox.direct_connect
        for id_ in ("dxcon-blocked1", "dxcon-undated1", "dxcon-unapprov"):
            world.connections[id_].tags |= {"site": "fra1"}
        consent = {"guard": "stack", "reason": "the stack is deleted", "ids": ["dxcon-blocked1"]}
        fleet = {"tags": {"site": "fra1"}, "request": {"dryRun": False, "overrides": [consent]}}
        before = available(sandbox)
        result = output(sandbox.sweep(fleet))
        assert {"dxcon-blocked1", "dxcon-undated1"} == before - available(sandbox)
        assert (2, 1) == (result["counts"]["COMPLETED"], result["counts"]["SKIPPED"])

    def test_it_is_a_dry_run_by_default(self, sandbox: Sandbox) -> None:
        build(sandbox)
        assert 1 == output(sandbox.sweep({"connectionIds": ["dxcon-due00001"]}))["counts"]["PLANNED"]


OTHER_ACCOUNT = "210987654321"
PLACES = {"SweepDryRun": "false", "SweepPlaces": f"eu-central-1,us-east-1,us-east-1@{OTHER_ACCOUNT}"}


@pytest.mark.parametrize("sandbox", [PLACES], indirect=True)
class TestPlaces:
    @pytest.fixture
    def worlds(self, sandbox: Sandbox) -> dict[str, DirectConnectBackend]:
        """Return the world of each place, each with one connection that is due."""
        worlds = {
            "dxcon-here0001": sandbox.direct_connect,
            "dxcon-region01": sandbox.direct_connect_in(region="us-east-1"),
            "dxcon-account1": sandbox.direct_connect_in(account=OTHER_ACCOUNT, region="us-east-1"),
        }
        for id_, world in worlds.items():
            world.behaviour = QUICK
            world.add_connection(id_, tags=APPROVED | PAST)
            measure_in(world, id_, QUIET_BPS)
        return worlds

    def states(self, worlds: dict[str, DirectConnectBackend]) -> dict[str, str]:
        return {id_: world.connections[id_].state for id_, world in worlds.items()}

    def test_a_sweep_takes_what_is_due_in_all_places(
        self, sandbox: Sandbox, worlds: dict[str, DirectConnectBackend]
    ) -> None:
        sandbox.deploy_spoke(OTHER_ACCOUNT)
        assert 3 == output(sandbox.sweep(SCHEDULED))["counts"]["COMPLETED"]
        assert dict.fromkeys(worlds, "deleted") == self.states(worlds)

    def test_a_place_that_cannot_be_listed_does_not_stop_the_others(
        self, sandbox: Sandbox, worlds: dict[str, DirectConnectBackend]
    ) -> None:
        output(sandbox.sweep(SCHEDULED))
        assert {**dict.fromkeys(worlds, "deleted"), "dxcon-account1": "available"} == self.states(worlds)
        (skipped,) = [one for one in summary(sandbox)["connections"] if one["end"] == "SKIPPED"]
        assert f"us-east-1 of account {OTHER_ACCOUNT}" == skipped["id"]
        assert skipped["reason"].startswith("it could not be listed: AWS denied sts:AssumeRole")

    def test_a_place_that_is_busy_does_not_stop_the_others(
        self, sandbox: Sandbox, worlds: dict[str, DirectConnectBackend]
    ) -> None:
        sandbox.deploy_spoke(OTHER_ACCOUNT)
        worlds["dxcon-region01"].faults.add("DescribeConnections", THROTTLED, times=100)
        output(sandbox.sweep(SCHEDULED))
        assert {**dict.fromkeys(worlds, "deleted"), "dxcon-region01": "available"} == self.states(worlds)
        (skipped,) = [one for one in summary(sandbox)["connections"] if one["end"] == "SKIPPED"]
        assert ("us-east-1", True) == (skipped["id"], "directconnect:DescribeConnections" in skipped["reason"])

    def test_the_error_names_the_place_if_none_can_be_listed(self, sandbox: Sandbox) -> None:
        for region in ("eu-central-1", "us-east-1"):
            sandbox.direct_connect_in(region=region).faults.add("DescribeConnections", AccessDenied())
        execution = sandbox.sweep(SCHEDULED)
        assert "AwsDeniedError" == failure(execution)
        assert f"while listing us-east-1 of account {OTHER_ACCOUNT}: " in execution["cause"]

    def test_an_id_that_two_places_show_is_started_once(
        self, sandbox: Sandbox, worlds: dict[str, DirectConnectBackend]
    ) -> None:
        worlds["dxcon-region01"].add_connection("dxcon-here0001", tags=APPROVED | PAST)
        sandbox.deploy_spoke(OTHER_ACCOUNT)
        result = output(sandbox.sweep(SCHEDULED))
        assert (3, 1) == (result["counts"]["COMPLETED"], result["counts"]["SKIPPED"])
        assert "available" == worlds["dxcon-region01"].connections["dxcon-here0001"].state

    def test_a_fleet_by_tags_in_another_account(
        self, sandbox: Sandbox, worlds: dict[str, DirectConnectBackend]
    ) -> None:
        role = sandbox.deploy_spoke(OTHER_ACCOUNT).outputs["SpokeRoleArn"]
        fleet = {"tags": PAST, "request": {"region": "us-east-1", "roleArn": role}}
        assert 1 == output(sandbox.sweep(fleet))["counts"]["COMPLETED"]
        assert "deleted" == self.states(worlds)["dxcon-account1"]
        assert "available" == self.states(worlds)["dxcon-region01"]
