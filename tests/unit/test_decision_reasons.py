"""The sentence with which each decision comes, whole: it is what an operator acts on."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from decommission.decision import decide
from decommission.models import Observation
from decommission.run import Outcome, Run, Verdict
from tests.looks import NOW, RUN, first, overriding, planned, see
from tests.strategies import LAG_ID, START, virtual_interface

ONE, TWO, THREE = (virtual_interface(f"aaaaaaa{n}") for n in (1, 2, 3))
ALL = (ONE, TWO, THREE)
SHOWN = "dxvif-aaaaaaa1 (private, VLAN 101, available)"
BLOCKS = tuple(
    Verdict(guard=guard, outcome=Outcome.BLOCK, reason=f"{number} found")
    for number, guard in enumerate(["stack", "traffic", "redundancy"])
)


def going(*names: str, state: str = "deleting") -> Observation:
    return see("available", *(virtual_interface(name, state) for name in names))


@pytest.mark.parametrize(
    ("run", "observation", "reason"),
    [
        pytest.param(
            RUN,
            see(None),
            "there was no dxcon-fg5678gh in eu-central-1 in this account when the run began, and nothing was deleted; "
            "a mistyped id or the wrong region look just like a connection that is already gone, so make sure that "
            "nobody still pays for the real one",
            id="gone before it began",
        ),
        pytest.param(planned(), see("deleted"), "dxcon-fg5678gh is gone", id="gone"),
        pytest.param(
            planned(ONE), see("deleted"), "dxcon-fg5678gh is gone, with 1 virtual interface", id="gone with one"
        ),
        pytest.param(planned(*ALL), see(None), "dxcon-fg5678gh is gone, with 3 virtual interfaces", id="gone with all"),
        pytest.param(
            replace(planned(), plan=None), see(None), "dxcon-fg5678gh is gone", id="gone, and nobody knows with what"
        ),
        pytest.param(
            RUN,
            see(None, ONE),
            f"AWS no longer shows dxcon-fg5678gh, but still lists on it {SHOWN}; start again once the two agree",
            id="a contradiction at the first step",
        ),
        pytest.param(
            planned(ONE),
            see("deleted", ONE),
            f"AWS no longer shows dxcon-fg5678gh, but still lists on it {SHOWN}",
            id="a contradiction later",
        ),
        pytest.param(
            first(ONE, verdicts=BLOCKS[:1]),
            see("available", ONE),
            "dxcon-fg5678gh is blocked by stack: stack: 0 found; nothing was deleted",
            id="blocked by one",
        ),
        pytest.param(
            first(ONE, verdicts=BLOCKS),
            see("available", ONE),
            "dxcon-fg5678gh is blocked by stack, traffic and redundancy: stack: 0 found; traffic: 1 found; redundancy: "
            "2 found; nothing was deleted",
            id="blocked by three",
        ),
        pytest.param(
            first(dry_run=True), see("available"), "dry run: a run would delete dxcon-fg5678gh", id="a dry run"
        ),
        pytest.param(
            first(ONE, TWO, dry_run=True),
            see("available", ONE, replace(TWO, vlan=None)),
            f"dry run: a run would delete 2 virtual interfaces ({SHOWN}, dxvif-aaaaaaa2 (private, available)) and "
            "dxcon-fg5678gh",
            id="a dry run with interfaces",
        ),
        pytest.param(
            planned(ONE),
            see("available", ONE, TWO),
            "since the plan was made there appeared on dxcon-fg5678gh dxvif-aaaaaaa2 (private, VLAN 101, available): "
            "somebody still builds on this connection; nothing more is deleted; find out who, then start again",
            id="an interface appeared",
        ),
        pytest.param(
            planned(),
            see("available", lag_id=LAG_ID),
            "since the plan was made dxcon-fg5678gh joined dxlag-fg5678gh: somebody still builds on this connection; "
            "nothing more is deleted; find out who, then start again",
            id="joined a LAG",
        ),
        pytest.param(
            planned(),
            see("unknown"),
            "nothing is deleted while the state of dxcon-fg5678gh is 'unknown', which does not tell whether it is "
            "there",
            id="nobody knows",
        ),
        pytest.param(
            planned(ONE),
            see("available", ONE),
            f"deleting 1 of 1 virtual interface: {SHOWN}",
            id="deleting one interface",
        ),
        pytest.param(
            planned(*ALL),
            see("available", replace(TWO, vlan=None, type="transit"), THREE),
            "deleting 2 of 3 virtual interfaces: dxvif-aaaaaaa2 (transit, available), dxvif-aaaaaaa3 (private, VLAN "
            "101, available)",
            id="deleting two interfaces",
        ),
        pytest.param(
            planned(*ALL),
            going("aaaaaaa2"),
            "1 of 3 virtual interfaces is still being deleted: dxvif-aaaaaaa2",
            id="waiting for one",
        ),
        pytest.param(
            planned(*ALL),
            going("aaaaaaa1", "aaaaaaa3"),
            "2 of 3 virtual interfaces are still being deleted: dxvif-aaaaaaa1, dxvif-aaaaaaa3",
            id="waiting for two",
        ),
        pytest.param(
            planned(*ALL),
            going("aaaaaaa1", "aaaaaaa3", state="testing"),
            "a BGP failover test runs on dxvif-aaaaaaa1: stop it, or wait for its end; a BGP failover test runs on "
            "dxvif-aaaaaaa3: stop it, or wait for its end",
            id="waiting for tests",
        ),
        pytest.param(
            planned(*ALL),
            see("deleting"),
            "dxcon-fg5678gh is still being deleted",
            id="waiting for the connection",
        ),
        pytest.param(
            planned(lag_id=LAG_ID),
            see("available", lag_id=LAG_ID),
            "dxcon-fg5678gh leaves dxlag-fg5678gh before it is deleted",
            id="leaving its LAG",
        ),
        pytest.param(
            planned(ONE),
            see("down"),
            "no virtual interface is left: deleting dxcon-fg5678gh (down)",
            id="deleting the connection",
        ),
        pytest.param(
            overriding(planned(), "state"),
            see("approving"),
            "no virtual interface is left: deleting dxcon-fg5678gh (approving)",
            id="whatever its state",
        ),
    ],
)
def test_reason(run: Run, observation: Observation, reason: str) -> None:
    assert reason == decide(observation, run, NOW).reason


@pytest.mark.parametrize(
    ("started_at", "deadline"),
    [
        pytest.param(START, "2026-11-02 06:00:00 UTC", id="UTC"),
        pytest.param(
            START.astimezone(timezone(timedelta(hours=2))), "2026-11-02 08:00:00 UTC+02:00", id="somewhere else"
        ),
    ],
)
def test_reason_of_giving_up(started_at: datetime, deadline: str) -> None:
    observation = see(
        "available", ONE, virtual_interface("aaaaaaa2", "testing"), virtual_interface("aaaaaaa3", "deleted")
    )
    decision = decide(observation, replace(planned(*ALL), started_at=started_at), START + timedelta(hours=5))
    assert decision.reason == (
        f"the deadline, 240 minutes after the start, has passed at {deadline}; still there: {SHOWN}, dxvif-aaaaaaa2 "
        "(private, VLAN 101, testing), dxcon-fg5678gh (available); nothing more is deleted; a new run goes on from here"
    )
