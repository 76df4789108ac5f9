"""The sentence with which each decision comes, whole: it is what an operator acts on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decommission.decision import SeemsGone, Stop, blocked, confirmed, first, next_step, planned
from decommission.models import Aftermath, Observation, VirtualInterface
from decommission.plan import Plan
from decommission.run import Action, CallOutcome, NewRun, Outcome, Override, Phase, Run, Verdict
from tests.support.looks import (
    DRY_RUN,
    LEAST_PATIENCE,
    NEW_RUN,
    NOW,
    after,
    call,
    decide,
    overriding,
    see,
    under_way,
)
from tests.support.strategies import CONNECTION_ID, LAG_ID, START, connection, virtual_interface

ONE, TWO, THREE = (virtual_interface(f"aaaaaaa{n}") for n in (1, 2, 3))
ALL = (ONE, TWO, THREE)
SHOWN = "dxvif-aaaaaaa1 (private, VLAN 101, available)"
BLOCKS = tuple(
    Verdict(guard=guard, outcome=outcome, reason=f"{number} found")
    for number, (guard, outcome) in enumerate(
        [("stack", Outcome.BLOCK), ("lag", Outcome.PASS), ("traffic", Outcome.BLOCK), ("routes", Outcome.WARN)]
    )
)
INTERCONNECT = (
    "dxcon-fg5678gh is an interconnect, which carries the connections of a partner's customers: a partner's connection "
    "that leaves its LAG becomes one. It still exists and is still billed; this application does not delete it"
)


def reason_of(decided: object) -> str:
    return str(getattr(decided, "reason", "there is none"))


def going(*names: str, state: str = "deleting") -> Observation:
    return see("available", *(virtual_interface(name, state) for name in names))


def digest(*left: VirtualInterface, lag_id: str | None = None) -> str:
    return f"the plan of what is left has the digest {Plan.of(connection(lag_id=lag_id), left).digest}"


@pytest.mark.parametrize(
    ("observation", "run", "reason"),
    [
        pytest.param(
            see(None),
            NEW_RUN,
            "there was no dxcon-fg5678gh in eu-central-1 in this account when the run began, so nothing was deleted. A "
            "mistyped id or the wrong region looks the same: make sure that nobody still pays for the real one",
            id="not shown",
        ),
        pytest.param(
            replace(see(None), refusal="No such thing"),
            NEW_RUN,
            "there was no dxcon-fg5678gh in eu-central-1 in this account when the run began, so nothing was deleted. "
            'AWS says: "No such thing". A mistyped id or the wrong region looks the same: make sure that nobody still '
            "pays for the real one",
            id="refused",
        ),
        pytest.param(
            see("rejected"),
            NEW_RUN,
            "dxcon-fg5678gh was already rejected when the run began, so nothing was deleted",
            id="shown as gone",
        ),
        pytest.param(
            replace(see(None), refusal="It has an invalid format"),
            NEW_RUN,
            'blocked: AWS says: "It has an invalid format"; correct the connectionId and start again; nothing was '
            "deleted",
            id="malformed",
        ),
        pytest.param(
            see(None, ONE),
            NEW_RUN,
            f"blocked: AWS does not show dxcon-fg5678gh, but lists virtual interfaces on it: {SHOWN}; start again once "
            "AWS shows both or neither; nothing was deleted",
            id="a contradiction",
        ),
        pytest.param(
            see("deleted", ONE),
            DRY_RUN,
            "dry run: a run would be blocked: AWS shows dxcon-fg5678gh as deleted, but lists virtual interfaces on it: "
            f"{SHOWN}; start again once AWS shows both or neither",
            id="a contradiction in a dry run",
        ),
    ],
)
def test_at_the_first_look(observation: Observation, run: NewRun, reason: str) -> None:
    assert reason == reason_of(first(observation, run))


@pytest.mark.parametrize(
    ("observation", "run", "verdicts", "reason"),
    [
        pytest.param(see("available"), NEW_RUN, (), "the plan is made: dxcon-fg5678gh will be deleted", id="bare"),
        pytest.param(
            see("available", ONE, lag_id=LAG_ID),
            NEW_RUN,
            BLOCKS[1:2],
            f"the plan is made: 1 virtual interface ({SHOWN}) and dxcon-fg5678gh will be deleted; before that it "
            "leaves dxlag-fg5678gh",
            id="of a LAG",
        ),
        pytest.param(
            see("available", ONE, replace(TWO, vlan=None, state="deleting"), replace(THREE, state="deleted")),
            DRY_RUN,
            BLOCKS[1:2],
            f"dry run: a run would delete 1 virtual interface ({SHOWN}) and dxcon-fg5678gh; the plan has the digest "
            f"{Plan.of(connection(), [ONE]).digest}",
            id="dry",
        ),
        pytest.param(
            see("available"),
            DRY_RUN,
            BLOCKS,
            f"dry run: a run would delete dxcon-fg5678gh; the plan has the digest {Plan.of(connection(), []).digest}; "
            "it would be blocked by stack, traffic: stack: 0 found; traffic: 2 found",
            id="dry and blocked",
        ),
        pytest.param(
            see("available", ONE),
            NEW_RUN,
            BLOCKS[:2],
            "dxcon-fg5678gh is blocked by stack: stack: 0 found; nothing was deleted",
            id="blocked",
        ),
    ],
)
def test_of_the_plan(observation: Observation, run: NewRun, verdicts: tuple[Verdict, ...], reason: str) -> None:
    assert reason == planned(observation, run, verdicts).reason


@pytest.mark.parametrize(
    ("observation", "run", "reason"),
    [
        pytest.param(see("deleted"), under_way(), "dxcon-fg5678gh is gone", id="gone"),
        pytest.param(see("deleted"), under_way(ONE), "dxcon-fg5678gh is gone", id="with one"),
        pytest.param(see("deleted"), under_way(*ALL), "dxcon-fg5678gh is gone", id="with all"),
        pytest.param(
            see(None),
            under_way(ONE),
            "AWS does not show dxcon-fg5678gh any more; one answer is no proof, so the next step looks again",
            id="not shown once",
        ),
        pytest.param(
            see(None, ONE),
            under_way(ONE),
            f"AWS does not show dxcon-fg5678gh, but still lists on it {SHOWN}",
            id="not shown, with an interface",
        ),
        pytest.param(
            see("deleted", ONE),
            under_way(ONE),
            f"AWS shows dxcon-fg5678gh as deleted, but still lists on it {SHOWN}",
            id="deleted, with an interface",
        ),
        pytest.param(
            see("unknown", replace(ONE, state="approving"), TWO),
            under_way(*ALL),
            "nothing is deleted while the state of dxcon-fg5678gh is 'unknown'; the state of dxvif-aaaaaaa1 is "
            "'approving'",
            id="unclear",
        ),
        pytest.param(see("available", ONE), under_way(ONE), f"deleting 1 of 1 virtual interface: {SHOWN}", id="one"),
        pytest.param(
            see("available", replace(TWO, vlan=None), THREE),
            under_way(*ALL),
            "deleting 2 of 3 virtual interfaces: dxvif-aaaaaaa2 (private, available), dxvif-aaaaaaa3 (private, VLAN "
            "101, available)",
            id="two",
        ),
        pytest.param(
            see("available", ONE, replace(TWO, state="deleting")),
            under_way(*ALL),
            "1 of 3 virtual interfaces is still being deleted: dxvif-aaaaaaa2; deleting 1 of 3 virtual interfaces: "
            f"{SHOWN}",
            id="one, and one on its way",
        ),
        pytest.param(
            going("aaaaaaa1", "aaaaaaa3"),
            under_way(*ALL),
            "2 of 3 virtual interfaces are still being deleted: dxvif-aaaaaaa1, dxvif-aaaaaaa3",
            id="waiting for two",
        ),
        pytest.param(see("deleting"), under_way(*ALL), "dxcon-fg5678gh is still being deleted", id="waiting"),
        pytest.param(
            see("available", lag_id=LAG_ID),
            under_way(lag_id=LAG_ID),
            "dxcon-fg5678gh leaves dxlag-fg5678gh before it is deleted",
            id="leaving its LAG",
        ),
        pytest.param(
            see("down"), under_way(ONE), "no virtual interface is left: deleting dxcon-fg5678gh (down)", id="the last"
        ),
        pytest.param(
            see("approving"),
            overriding(under_way(), Override(guard="state", reason="CHG-1", ids=(CONNECTION_ID,))),
            "no virtual interface is left: deleting dxcon-fg5678gh (approving)",
            id="whatever its state",
        ),
    ],
)
def test_of_a_later_step(observation: Observation, run: Run, reason: str) -> None:
    assert reason == reason_of(decide(observation, run))


CHANGED = (
    "since the plan was made: dxvif-aaaaaaa2 (private, available) is new. Find out who changed it, then start again"
)
REFUSED = call("dxvif-aaaaaaa1", CallOutcome.REFUSED, words="Not yet")
LEFT = call(CONNECTION_ID, action=Action.DISASSOCIATE_FROM_LAG)
NOT_YET = call(CONNECTION_ID, CallOutcome.REFUSED, action=Action.DELETE_CONNECTION, minutes=2, words="No")


def test_of_a_change() -> None:
    decided = decide(see("available", ONE, TWO), under_way(ONE))
    assert (
        f"dxcon-fg5678gh is blocked by plan: {CHANGED}; nothing was deleted by this run; still there: {SHOWN}, "
        f"dxvif-aaaaaaa2 (private, VLAN 101, available), dxcon-fg5678gh (available); {digest(ONE, TWO)}"
    ) == reason_of(decided)
    assert (Verdict(guard="plan", outcome=Outcome.BLOCK, reason=CHANGED),) == getattr(decided, "verdicts", None)


@pytest.mark.parametrize(
    ("observation", "run", "state"),
    [
        pytest.param(
            see("available", ONE, replace(TWO, state="deleting"), replace(THREE, state="deleted")),
            after(under_way(*ALL), call("dxvif-aaaaaaa3"), REFUSED),
            f"nothing more is deleted; no longer on dxcon-fg5678gh: dxvif-aaaaaaa3; still there: {SHOWN}, "
            "dxvif-aaaaaaa2 (private, VLAN 101, deleting), dxcon-fg5678gh (available); AWS's last words about "
            f'dxvif-aaaaaaa1: "Not yet"; {digest(ONE)}',
            id="half-way",
        ),
        pytest.param(
            see("available"),
            after(under_way(ONE, lag_id=LAG_ID), LEFT, NOT_YET),
            "nothing more is deleted; no longer on dxcon-fg5678gh: dxvif-aaaaaaa1; it has left dxlag-fg5678gh; still "
            f'there: dxcon-fg5678gh (available); AWS\'s last words about dxcon-fg5678gh: "No"; {digest()}',
            id="after it left its LAG",
        ),
        pytest.param(
            see("available", lag_id=LAG_ID),
            under_way(lag_id=LAG_ID),
            f"nothing was deleted by this run; still there: dxcon-fg5678gh (available); {digest(lag_id=LAG_ID)}",
            id="still in its LAG",
        ),
    ],
)
def test_of_a_block_and_of_a_time_out(observation: Observation, run: Run, state: str) -> None:
    run = replace(run, verdicts=BLOCKS)
    assert (
        f"dxcon-fg5678gh is blocked by stack, traffic: stack: 0 found; traffic: 2 found; {state}"
        == blocked(observation, run).reason
    )
    late = next_step(observation, run, START + timedelta(hours=5), least_patience=LEAST_PATIENCE)
    deadline = "the deadline, 240 minutes after the start, is 2026-11-02 06:00:00 UTC"
    assert f"{deadline}; {state}; a new run goes on from here" == reason_of(late)


def test_of_a_time_out_of_something_that_is_not_shown() -> None:
    run = after(under_way(*ALL), call("dxvif-aaaaaaa1"))
    late = next_step(see(None), run, START + timedelta(hours=5), least_patience=LEAST_PATIENCE)
    assert reason_of(late) == (
        "the deadline, 240 minutes after the start, is 2026-11-02 06:00:00 UTC; nothing more is deleted; no longer on "
        "dxcon-fg5678gh: dxvif-aaaaaaa1, dxvif-aaaaaaa2, dxvif-aaaaaaa3; a new run goes on from here"
    )


def test_of_too_little_time_to_begin() -> None:
    late = next_step(see("available"), under_way(), START + timedelta(minutes=230), least_patience=LEAST_PATIENCE)
    assert reason_of(late) == (
        "too little time was left to begin: the deadline, 240 minutes after the start, is 2026-11-02 06:00:00 UTC; "
        f"nothing was deleted by this run; still there: dxcon-fg5678gh (available); {digest()}; a new run goes on from "
        "here"
    )


@pytest.mark.parametrize(
    ("is_interconnect", "run", "now", "reason"),
    [
        pytest.param(True, under_way(), NOW, f"blocked by hosted-connections: {INTERCONNECT}", id="interconnect"),
        pytest.param(True, NEW_RUN, NOW, f"blocked: {INTERCONNECT}; nothing was deleted", id="interconnect at first"),
        pytest.param(
            None,
            NEW_RUN,
            NOW,
            "blocked: AWS refuses to say whether dxcon-fg5678gh is an interconnect, which may still be billed; ask AWS "
            "Support; nothing was deleted",
            id="refused at first",
        ),
        pytest.param(
            None,
            under_way(lag_id=LAG_ID),
            NOW,
            "AWS does not show dxcon-fg5678gh any more, and refuses to say whether it became an interconnect",
            id="refused",
        ),
        pytest.param(
            None,
            under_way(lag_id=LAG_ID),
            START + timedelta(hours=5),
            "AWS does not show dxcon-fg5678gh any more, and refuses to say whether it became an interconnect; ask AWS "
            "Support before the port is written off",
            id="refused until the deadline",
        ),
    ],
)
def test_of_the_last_look(run: NewRun, now: datetime, reason: str, *, is_interconnect: bool | None) -> None:
    aftermath = Aftermath(is_interconnect=is_interconnect)
    assert reason == confirmed(SeemsGone(reason="it is gone"), aftermath, run, now).reason


def refused(count: int) -> str:
    """Return the reason of a blocked run to which AWS refused so many deletions, each in other words."""
    interfaces = [virtual_interface(f"aaaaaa{number:02}") for number in range(count)]
    calls = [
        call(v.virtual_interface_id, CallOutcome.REFUSED, words=f"no {number}") for number, v in enumerate(interfaces)
    ]
    stop = blocked(see("available", *interfaces), after(under_way(*interfaces), *calls))
    assert Phase.BLOCKED is stop.phase
    return stop.reason


def test_the_last_words_are_quoted_ten_times_at_most() -> None:
    assert 10 == refused(10).count("AWS's last words about dxvif-")
    assert "are in the report" not in refused(10)
    assert 10 == refused(12).count("AWS's last words about dxvif-")
    assert "; AWS's last words about 2 more are in the report; " in refused(12)


def test_every_difference_from_the_plan_is_named() -> None:
    decided = decide(see("available", ONE, TWO), under_way())
    assert (
        f"{SHOWN.partition(' ')[0]} (private, available) is new; dxvif-aaaaaaa2 (private, available) is new. Find"
        in (reason_of(decided))
    )


@pytest.mark.parametrize(("calls", "accepted"), [((), ""), ((1,), "AWS accepted no deletion, and ")])
def test_too_late_to_begin(calls: tuple[int, ...], accepted: str) -> None:
    run = after(under_way(ONE), *(call("dxvif-aaaaaaa1", CallOutcome.REFUSED, words="no") for _ in calls))
    decided = next_step(see("available", ONE), run, run.deadline - LEAST_PATIENCE / 4, least_patience=LEAST_PATIENCE)
    assert isinstance(decided, Stop)
    assert Phase.TIMED_OUT is decided.phase
    assert decided.reason.startswith(f"{accepted}too little time was left to begin: the deadline, ")
