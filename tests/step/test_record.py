"""In which order the record is written, and what it holds at each end of a run."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from decommission.schemas import JSON
from page.restore import files_of
from sandbox.directconnect import (
    NEVER,
    Behaviour,
    Delay,
    DirectConnectBackend,
    InProcessClient,
    ManualClock,
    client_error,
)
from tests.step.worlds import INTERFACE_IDS, OTHER_ID, before_call, run, slow_down
from tests.support.driver import REQUEST, Around, asked, new_step, take
from tests.support.strategies import CONNECTION_ID

type Prepare = Callable[[DirectConnectBackend], object]

FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.000000Z"
PLAN: Final = {"loa.pdf", "plan.json"}
DELETING: Final = {"progress.json", "restore.json"}


class Journal:
    """The objects that are written, the looks and the ids that are deleted, in their order."""

    def __init__(self, world: DirectConnectBackend, around: Around) -> None:
        self.entries: list[str] = []
        self.puts: list[Mapping[str, Any]] = []
        self._around = around
        world.before_each = self._of_direct_connect
        around.s3.before_each = self._of_s3

    def _of_direct_connect(self, operation: str, parameters: Mapping[str, Any]) -> None:
        if operation.startswith("D") and not operation.startswith("Describe"):
            self.entries.append(next(iter(parameters.values())))
        elif parameters.get("connectionId") == CONNECTION_ID and operation == "DescribeVirtualInterfaces":
            self.entries.append("look")

    def _of_s3(self, operation: str, parameters: Mapping[str, Any]) -> None:
        if operation != "PutObject":
            return
        self.puts.append(parameters)
        self.entries.append(parameters["Key"].removeprefix(f"{FOLDER}/"))


@pytest.fixture
def journal(world: DirectConnectBackend, around: Around) -> Journal:
    return Journal(world, around)


def test_the_order_of_documents_looks_and_deletions(
    around: Around, world: DirectConnectBackend, journal: Journal
) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=1))

    run(world, around=around)

    assert [
        *("look", "loa.pdf", "plan.json"),
        *("look", "look", "restore.json", "progress.json", *INTERFACE_IDS),
        *("look", "look", "progress.json", CONNECTION_ID),
        *("look", "report.json"),
    ] == journal.entries


def test_each_deleting_step_writes_progress_first(
    around: Around, world: DirectConnectBackend, journal: Journal
) -> None:
    slow_down(world)

    run(world, around=around)

    wrote = [entry for entry in journal.entries if entry != "look"]
    first, second, third = INTERFACE_IDS
    progress = "progress.json"
    before = ["loa.pdf", "plan.json", "restore.json", progress]
    assert [*before, first, second, progress, third, progress, CONNECTION_ID] == wrote[:-1]
    documents = [json.loads(put["Body"]) for put in journal.puts if put["Key"].endswith(progress)]
    assert [INTERFACE_IDS, [third], [CONNECTION_ID]] == [one["aboutToAsk"]["resourceIds"] for one in documents]
    assert [[], [first, second], INTERFACE_IDS] == [[call["resourceId"] for call in one["calls"]] for one in documents]


def test_only_what_is_about_to_happen_may_be_overwritten(
    around: Around, world: DirectConnectBackend, journal: Journal
) -> None:
    run(world, around=around)

    conditions = {put["Key"].rpartition("/")[2]: put.get("IfNoneMatch") for put in journal.puts}
    once = dict.fromkeys(("loa.pdf", "plan.json", "report.json"), "*")
    assert once | {"progress.json": None, "restore.json": None} == conditions
    assert {"records"} == {put["Bucket"] for put in journal.puts}


def test_a_repeated_first_step_does_not_overwrite_the_plan(around: Around, world: DirectConnectBackend) -> None:
    """Its answer was lost, and it is repeated at the same time as before."""
    step = new_step(world, around=around)
    take(step, REQUEST)
    before = dict(around.s3.objects)
    world.virtual_interfaces[INTERFACE_IDS[0]].name = "renamed"

    planned = take(step, REQUEST)

    assert before == around.s3.objects
    assert "COMPLETED" == run(world, planned, around)[-1]["phase"]


@pytest.mark.parametrize("minutes", [0, 10_080])
def test_what_builds_it_again_is_kept_as_it_is_when_it_goes(
    minutes: int, around: Around, world: DirectConnectBackend
) -> None:
    """People go on changing things during a notice."""
    planned = take(new_step(world, around=around), REQUEST | {"noticeMinutes": minutes})
    world.virtual_interfaces[INTERFACE_IDS[0]].mtu = 8500

    assert "COMPLETED" == run(world, planned, around)[-1]["phase"]

    kept = around.document("restore.json")
    before = [one for one in around.document("plan.json")["create"] if one["resourceId"] == INTERFACE_IDS[0]]
    (now,) = [one for one in kept["create"] if one["resourceId"] == INTERFACE_IDS[0]]
    assert (1500, 8500) == tuple(one["input"]["newPrivateVirtualInterface"]["mtu"] for one in (*before, now))
    assert {"connectionId", "plan", "connectionAtStart", "region", "create"} == kept.keys()


def test_what_builds_it_again_is_as_new_as_the_first_deletion_that_aws_accepts(
    around: Around, world: DirectConnectBackend
) -> None:
    world.faults.add("DeleteVirtualInterface", client_error("Not yet"), times=3)
    step = new_step(world, around=around)
    result = take(step, REQUEST)
    while not result["calls"]:
        result = take(step, result)
    world.virtual_interfaces[INTERFACE_IDS[0]].mtu = 8500

    assert "COMPLETED" == run(world, result, around)[-1]["phase"]

    (kept,) = [one for one in around.document("restore.json")["create"] if one["resourceId"] == INTERFACE_IDS[0]]
    assert 8500 == kept["input"]["newPrivateVirtualInterface"]["mtu"]


def test_what_was_away_for_a_moment_is_taken_from_the_plan(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REQUEST | {"noticeMinutes": 60})
    client = InProcessClient(routed)
    first, *others = INTERFACE_IDS
    client.associate_virtual_interface(virtualInterfaceId=first, connectionId=OTHER_ID)
    before_call(
        routed,
        "DeleteVirtualInterface",
        lambda _: client.associate_virtual_interface(virtualInterfaceId=first, connectionId=CONNECTION_ID),
    )

    assert "COMPLETED" == run(routed, planned, around)[-1]["phase"]
    assert [*others, first, CONNECTION_ID] == asked(routed)

    kit = files_of(around.document("restore.json"), around.document("plan.json"))
    made = [name for name in kit if "-virtual-interface-" in name]
    assert [id_ for id_ in INTERFACE_IDS if any(id_ in name for name in made)] == INTERFACE_IDS
    assert len(INTERFACE_IDS) == len(made)
    assert f"{first} was planned, but not there right before the first deletion: build only what is gone." in readme(
        kit
    )


def test_what_lives_on_elsewhere_is_not_to_be_built_again(around: Around, routed: DirectConnectBackend) -> None:
    planned = take(new_step(routed, around=around), REQUEST | {"noticeMinutes": 60})
    *moved, _ = INTERFACE_IDS
    for id_ in moved:
        InProcessClient(routed).associate_virtual_interface(virtualInterfaceId=id_, connectionId=OTHER_ID)

    assert "COMPLETED" == run(routed, planned, around)[-1]["phase"]

    kit = files_of(around.document("restore.json"), around.document("plan.json"))
    were = f"{', '.join(moved)} were planned, but not there right before the first deletion: build only what is gone."
    assert were in readme(kit)


def test_nothing_was_away(around: Around, routed: DirectConnectBackend) -> None:
    run(routed, around=around)

    assert "planned" not in readme(files_of(around.document("restore.json"), around.document("plan.json")))


def readme(kit: Mapping[str, str]) -> str:
    return kit["README.txt"]


def leave(_world: DirectConnectBackend) -> None:
    """Leave everything as it is."""


def disapprove(world: DirectConnectBackend) -> None:
    world.connections[CONNECTION_ID].tags.clear()


def build_on(world: DirectConnectBackend) -> None:
    before_call(world, "DeleteVirtualInterface", lambda w: w.add_virtual_interface(CONNECTION_ID))


def let_nothing_die(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=NEVER)


def remove_the_connection(world: DirectConnectBackend) -> None:
    del world.connections[CONNECTION_ID]


def remove(world: DirectConnectBackend) -> None:
    remove_the_connection(world)
    world.virtual_interfaces.clear()


ENDS: Final = [
    pytest.param(leave, {}, "COMPLETED", PLAN | DELETING, id="completed"),
    pytest.param(leave, {"dryRun": True}, "PLANNED", PLAN, id="planned"),
    pytest.param(disapprove, {}, "BLOCKED", PLAN, id="blocked"),
    pytest.param(build_on, {}, "BLOCKED", PLAN | DELETING, id="blocked on the way"),
    pytest.param(remove_the_connection, {}, "BLOCKED", set(), id="blocked without a plan"),
    pytest.param(let_nothing_die, {"patienceMinutes": 30}, "TIMED_OUT", PLAN | DELETING, id="timed out"),
    pytest.param(remove, {}, "COMPLETED", set(), id="already gone"),
]


@pytest.mark.parametrize(("prepare", "request_", "expected", "others"), ENDS)
def test_every_end_writes_a_report(  # noqa: PLR0913 - a table and its fixtures
    *,
    prepare: Prepare,
    request_: JSON,
    expected: str,
    others: set[str],
    clock: ManualClock,
    around: Around,
    world: DirectConnectBackend,
) -> None:
    prepare(world)

    last = run(world, REQUEST | request_, around)[-1]

    assert {f"{FOLDER}/{name}" for name in {"report.json", *others}} == around.s3.objects.keys()
    report = around.report()
    assert (expected, expected, last["reason"]) == (last["phase"], report["phase"], report["reason"])
    assert (last["startedAt"], clock().isoformat()) == (report["startedAt"], report["endedAt"])
