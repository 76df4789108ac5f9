"""The deadline: a run ends at it, and begins to delete only if enough time is left."""

from typing import Final

import pytest

from decommission.steps import Steps
from notifier.message import GO_ON, MORE_PATIENCE, next_steps
from sandbox.directconnect import NEVER, Behaviour, Delay, DirectConnectBackend, ManualClock, client_error
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import DELETES, REQUEST, Around, asked, changes, new_step, take
from tests.support.strategies import CONNECTION_ID

PATIENCE: Final = 60
PATIENT: Final = REQUEST | {"patienceMinutes": PATIENCE}


@pytest.mark.parametrize(("minutes", "deleted"), [(0, 3), (44, 3), (45, 3), (45.1, 0), (59, 0), (60, 0), (600, 0)])
def test_the_first_deletion_needs_half_of_the_least_patience(
    minutes: float, deleted: int, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """The second step comes late, for example after many retries."""
    planned = take(new_step(world, around=around), PATIENT)
    clock.advance(minutes=minutes)

    result = take(new_step(world, around=around), planned)

    assert deleted == len(asked(world))
    if not deleted:
        assert ["TIMED_OUT"] * 2 == [result["phase"], around.report()["phase"]]
        assert [] == around.report()["deleted"]
        is_over = minutes >= PATIENCE
        assert [GO_ON if is_over else MORE_PATIENCE] == next_steps(around.report())


def test_more_patience_does_not_help_a_run_that_waited_in_vain(around: Around, world: DirectConnectBackend) -> None:
    planned = take(new_step(world, around=around), PATIENT)
    world.virtual_interfaces[INTERFACE_IDS[0]].state = "unknown"

    last = run(world, planned, around)[-1]

    assert ("TIMED_OUT", []) == (last["phase"], last["calls"])
    assert [GO_ON] == next_steps(around.report())


def test_a_run_that_has_begun_goes_on_to_the_deadline(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=59 * 60))

    last = run(world, PATIENT)[-1]

    assert ("COMPLETED", CONNECTION_ID) == (last["phase"], asked(world)[-1])


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(parent_refusal=NEVER), id="the connection is refused for ever"),
        pytest.param(Behaviour(connection_deletion=NEVER), id="the connection stays deleting"),
        pytest.param(Behaviour(virtual_interface_deletion=NEVER), id="an interface stays deleting"),
    ],
)
def test_a_run_ends_at_the_deadline(
    behaviour: Behaviour, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    world.behaviour = behaviour
    started = clock()

    last = run(world, PATIENT, around)[-1]

    assert "TIMED_OUT" == last["phase"]
    assert around.report()["digestOfWhatIsLeft"] in last["reason"]
    assert PATIENCE * 60 == (clock() - started).total_seconds(), "the last step comes at the deadline"
    deletes = [call for call in world.calls if call.operation in DELETES]
    assert all((call.moment - started).total_seconds() < PATIENCE * 60 for call in deletes)


def test_a_new_run_goes_on_where_a_run_timed_out(around: Around, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=61 * 60))
    last = run(world, PATIENT, around)[-1]

    again = run(world, PATIENT | {"planDigest": around.report()["digestOfWhatIsLeft"]})[-1]

    assert ("TIMED_OUT", "COMPLETED") == (last["phase"], again["phase"])
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_the_connection_stays_while_an_interface_stays(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[2]].deletion = NEVER

    last = run(world, PATIENT)[-1]

    assert CONNECTION_ID not in asked(world)
    assert ("TIMED_OUT", True) == (last["phase"], INTERFACE_IDS[2] in last["reason"])


def test_a_connection_that_is_deleted_at_the_deadline_is_completed(
    clock: ManualClock, world: DirectConnectBackend
) -> None:
    before = run(world, PATIENT)[-2]
    assert "DELETING_CONNECTION" == before["phase"]
    clock.advance(minutes=24 * 60)

    assert "COMPLETED" == take(new_step(world), before)["phase"]


def test_one_empty_answer_at_the_deadline_completes_nothing(clock: ManualClock, world: DirectConnectBackend) -> None:
    planned = take(new_step(world), PATIENT)
    world.connections.clear()
    world.virtual_interfaces.clear()
    clock.advance(minutes=PATIENCE)

    assert "TIMED_OUT" == take(new_step(world), planned)["phase"]


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces", "DescribeLags"])
def test_the_deadline_passes_while_the_step_looks(
    operation: str, clock: ManualClock, world: DirectConnectBackend
) -> None:
    planned = take(new_step(world), PATIENT)
    world.before[operation] = lambda _: clock.advance(minutes=PATIENCE)

    assert ("TIMED_OUT", []) == (take(new_step(world), planned)["phase"], changes(world))


def test_leaving_the_lag_is_refused_until_the_deadline(around: Around, member: DirectConnectBackend) -> None:
    member.faults.add("DisassociateConnectionFromLag", client_error("Not from this LAG"), times=10_000)

    last = run(member, PATIENT, around)[-1]

    assert "TIMED_OUT" == last["phase"]
    assert "Not from this LAG" in last["reason"]
    assert [] == around.report()["deleted"]


def test_steps_on_hosts_with_different_clocks(clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    def ahead(seconds: float) -> Steps:
        other = ManualClock(clock.now)
        other.advance(seconds=seconds)
        return new_step(world, around=around, clock=other)

    event = take(ahead(30), PATIENT)
    while event["phase"].startswith("DELETING"):
        event = take(ahead(-30), event)
        clock.advance(seconds=event["waitSeconds"])
        event = take(ahead(30), event)

    assert ("COMPLETED", 4) == (event["phase"], len(asked(world)))
    assert "COMPLETED" == around.report()["phase"]
