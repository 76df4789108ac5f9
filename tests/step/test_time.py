"""The deadline: a run ends when its time is over, and does not begin what it has no time to end."""

from typing import Final

import pytest

from decommission.errors import InvalidRequestError
from decommission.step import Step
from sandbox.directconnect import NEVER, Behaviour, Delay, DirectConnectBackend, ManualClock, client_error
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import DELETES, REQUEST, Around, asked, changes, new_step, take
from tests.support.strategies import CONNECTION_ID

PATIENCE: Final = 60
PATIENT: Final = REQUEST | {"patienceMinutes": PATIENCE}


@pytest.mark.parametrize("minutes", [1, 29])
def test_too_little_patience(minutes: int, world: DirectConnectBackend) -> None:
    with pytest.raises(InvalidRequestError, match=r"^patienceMinutes: must be 30 or more$"):
        take(new_step(world), REQUEST | {"patienceMinutes": minutes})
    assert [] == world.calls


@pytest.mark.parametrize(("minutes", "deleted"), [(0, 3), (44, 3), (45, 3), (45.1, 0), (59, 0), (60, 0), (600, 0)])
def test_the_first_deletion_needs_half_of_the_least_patience(
    minutes: float, deleted: int, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    """The step after the plan comes late, as after many retries."""
    planned = take(new_step(world, around=around), PATIENT)
    clock.advance(minutes=minutes)

    result = take(new_step(world, around=around), planned)

    assert deleted == len(asked(world))
    if not deleted:
        assert ("TIMED_OUT", "nothing was deleted by this run" in result["reason"]) == (result["phase"], True)
        assert ("TIMED_OUT", []) == (around.report()["phase"], around.report()["deleted"])
        assert ("too little time was left to begin" in result["reason"]) == (minutes < PATIENCE)


def test_what_has_begun_goes_on_to_the_deadline(world: DirectConnectBackend) -> None:
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
def test_patience_ends(behaviour: Behaviour, clock: ManualClock, around: Around, world: DirectConnectBackend) -> None:
    world.behaviour = behaviour
    started = clock()

    *_, before, last = run(world, PATIENT, around)

    assert "TIMED_OUT" == last["phase"]
    assert f"{CONNECTION_ID} ({before['connectionState']})" in last["reason"]
    assert (
        "the deadline, 60 minutes after the start, is 2026-01-05 13:00:00 UTC; nothing more is deleted"
        in (last["reason"])
    )
    assert last["reason"].endswith("; a new run goes on from here")
    assert around.report()["digestOfWhatIsLeft"] in last["reason"]
    assert PATIENCE * 60 == (clock() - started).total_seconds(), "noticed at the deadline, not a wait later"
    deletes = [call for call in world.calls if call.operation in DELETES]
    assert all((call.moment - started).total_seconds() < PATIENCE * 60 for call in deletes)


def test_a_new_run_goes_on_from_there(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(virtual_interface_deletion=Delay(seconds=61 * 60))
    last = run(world, PATIENT)[-1]
    digest = last["reason"].partition("has the digest ")[2].partition(";")[0]

    again = run(world, PATIENT | {"planDigest": digest})[-1]

    assert ("TIMED_OUT", "COMPLETED") == (last["phase"], again["phase"])
    assert [*INTERFACE_IDS, CONNECTION_ID] == asked(world)


def test_an_interface_that_stays_protects_the_connection(world: DirectConnectBackend) -> None:
    world.virtual_interfaces[INTERFACE_IDS[2]].deletion = NEVER

    last = run(world, PATIENT)[-1]

    assert CONNECTION_ID not in asked(world)
    assert (
        f"still there: {INTERFACE_IDS[2]} (transit, VLAN 104, deleting), {CONNECTION_ID} (available)"
        in (last["reason"])
    )


def test_a_connection_that_is_gone_at_the_deadline_is_gone(clock: ManualClock, world: DirectConnectBackend) -> None:
    before = run(world, PATIENT)[-2]
    assert "DELETING_CONNECTION" == before["phase"]
    clock.advance(minutes=24 * 60)

    assert "COMPLETED" == take(new_step(world), before)["phase"]


def test_one_empty_answer_at_the_deadline_is_no_proof(clock: ManualClock, world: DirectConnectBackend) -> None:
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


def test_refused_until_the_deadline(around: Around, member: DirectConnectBackend) -> None:
    member.faults.add("DisassociateConnectionFromLag", client_error("Not from this LAG"), times=10_000)

    last = run(member, PATIENT, around)[-1]

    assert "TIMED_OUT" == last["phase"]
    assert f'AWS\'s last words about {CONNECTION_ID}: "Not from this LAG"' in last["reason"]
    assert "nothing was deleted by this run" in last["reason"]
    assert "has left" not in last["reason"]


def test_hosts_whose_clocks_disagree_work_together(
    clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    def ahead(seconds: float) -> Step:
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
