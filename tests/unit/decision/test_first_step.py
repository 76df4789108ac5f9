"""The first step of a run: it plans, or it ends the run, and says why."""

from dataclasses import replace

import pytest

from decommission.decided import LookAgain, MakePlan, SeemsGone, Stop
from decommission.decision import first, planned
from decommission.models import Observation
from decommission.run import NewRun, Outcome, Phase, Verdict
from tests.support.looks import DRY_RUN, NEW_RUN, ONE, SHOWN, THREE, TWO, VERDICTS, see
from tests.support.strategies import LAG_ID, connection, plan_of

NOT_SHOWN = "there was no dxcon-fg5678gh in eu-central-1 in this account when the run began, so nothing was deleted."
MISTYPED = "A mistyped id or the wrong region looks the same: make sure that nobody still pays for the real one"
MALFORMED = 'AWS says: "It has an invalid format"; correct the id and start again'
CONTRADICTION = f"but lists on it {SHOWN}; start again once AWS shows both or neither"


def refused(words: str) -> Observation:
    return replace(see(None), refusal=words)


def gone(reason: str) -> SeemsGone:
    return SeemsGone(already_gone=True, reason=reason)


def blocked(reason: str) -> Stop:
    return Stop(phase=Phase.BLOCKED, reason=f"blocked: {reason}; nothing was deleted")


def dry(reason: str) -> Stop:
    return Stop(phase=Phase.PLANNED, reason=f"dry run: {reason}")


@pytest.mark.parametrize(
    ("observation", "run", "expected"),
    [
        pytest.param(see("available", ONE), NEW_RUN, MakePlan(), id="shown"),
        pytest.param(see(None), NEW_RUN, gone(f"{NOT_SHOWN} {MISTYPED}"), id="not shown"),
        pytest.param(
            refused("No such thing"), DRY_RUN, gone(f'{NOT_SHOWN} AWS says: "No such thing". {MISTYPED}'), id="refused"
        ),
        pytest.param(
            refused("has an Invalid Format"),
            NEW_RUN,
            gone(f'{NOT_SHOWN} AWS says: "has an Invalid Format". {MISTYPED}'),
            id="refused, in similar words",
        ),
        pytest.param(
            see("rejected"),
            NEW_RUN,
            gone("dxcon-fg5678gh was already rejected when the run began, so nothing was deleted"),
            id="shown as rejected",
        ),
        pytest.param(refused("It has an invalid format"), NEW_RUN, blocked(MALFORMED), id="malformed id"),
        pytest.param(
            refused("It has an invalid format"),
            DRY_RUN,
            dry(f"a run would be blocked: {MALFORMED}"),
            id="malformed id, dry run",
        ),
        pytest.param(
            see(None, ONE), NEW_RUN, blocked(f"AWS does not show dxcon-fg5678gh, {CONTRADICTION}"), id="interface left"
        ),
        pytest.param(
            see("deleted", ONE),
            DRY_RUN,
            dry(f"a run would be blocked: AWS shows dxcon-fg5678gh as deleted, {CONTRADICTION}"),
            id="interface left, dry run",
        ),
    ],
)
def test_before_the_guards_are_asked(observation: Observation, run: NewRun, expected: object) -> None:
    assert expected == first(observation, run)


@pytest.mark.parametrize(
    ("observation", "run", "verdicts", "expected"),
    [
        pytest.param(
            see("available"),
            NEW_RUN,
            (),
            LookAgain(phase=Phase.DELETING_CONNECTION, reason="the plan is made: dxcon-fg5678gh will be deleted"),
            id="no interface",
        ),
        pytest.param(
            see("available", ONE, lag_id=LAG_ID),
            NEW_RUN,
            [verdict for verdict in VERDICTS if verdict.outcome is not Outcome.BLOCK],
            LookAgain(
                phase=Phase.DELETING_VIRTUAL_INTERFACES,
                reason=f"the plan is made: 1 virtual interface ({SHOWN}) and dxcon-fg5678gh will be deleted; before "
                "that it leaves dxlag-fg5678gh",
            ),
            id="member of a LAG",
        ),
        pytest.param(
            see("available", ONE, replace(TWO, vlan=None, state="deleting"), replace(THREE, state="deleted")),
            DRY_RUN,
            (),
            dry(
                f"a run would delete 1 virtual interface ({SHOWN}) and dxcon-fg5678gh; the plan has the digest "
                f"{plan_of(connection(), [ONE]).digest}"
            ),
            id="dry run",
        ),
        pytest.param(
            see("available"),
            DRY_RUN,
            VERDICTS,
            dry(
                f"a run would delete dxcon-fg5678gh; the plan has the digest {plan_of(connection(), []).digest}; it "
                "would be blocked by stack, traffic: stack: 0 found; traffic: 2 found"
            ),
            id="dry run, blocked",
        ),
        pytest.param(
            see("available", ONE),
            NEW_RUN,
            VERDICTS[:2],
            Stop(
                phase=Phase.BLOCKED,
                reason="dxcon-fg5678gh is blocked by stack: 0 found; nothing was deleted",
            ),
            id="blocked",
        ),
    ],
)
def test_after_the_guards_were_asked(
    observation: Observation, run: NewRun, verdicts: list[Verdict], expected: LookAgain | Stop
) -> None:
    assert expected == planned(observation, run, verdicts)
