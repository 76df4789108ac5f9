"""What a run remembers of its calls: enough for an auditor, and bounded."""

from dataclasses import replace
from datetime import timedelta

from decommission.run import Deletion, Request, Run
from tests.strategies import CONNECTION_ID, START

RUN = Run(request=Request(connection_id=CONNECTION_ID, patience_minutes=240), started_at=START)


def answer(minutes: int, *, refusal: str | None = None, resource_id: str = CONNECTION_ID) -> Deletion:
    moment = START + timedelta(minutes=minutes)
    return Deletion(
        action="DELETE_CONNECTION",
        resource_id=resource_id,
        requested_at=moment,
        request_id=f"request-{minutes}",
        refusal=refusal,
    )


def test_the_first_call_that_was_accepted_stays() -> None:
    run = RUN.with_answers([answer(1)]).with_answers([answer(2)])
    assert (answer(1),) == run.deletions


def test_the_last_call_that_was_refused_stays() -> None:
    run = RUN.with_answers([answer(1, refusal="no")]).with_answers([answer(2, refusal="not yet")])
    assert (answer(2, refusal="not yet"),) == run.deletions


def test_a_refusal_and_what_came_of_it_both_stay() -> None:
    run = RUN.with_answers([answer(1, refusal="no")]).with_answers([answer(2)])
    assert (answer(1, refusal="no"), answer(2)) == run.deletions


def test_each_resource_and_each_action_for_itself() -> None:
    leaves = replace(answer(1), action="DISASSOCIATE_FROM_LAG")
    other = answer(1, resource_id="dxvif-aaaaaaa1")
    assert (leaves, answer(1), other) == RUN.with_answers([leaves, answer(1), other]).deletions
