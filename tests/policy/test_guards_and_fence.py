"""The guards and the role's fence read the same tags, on the same resources, for the same calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from decommission.guards import judge
from decommission.guards.evidence import Evidence
from decommission.run import Outcome
from tests.policy.simulator import (
    ALLOWED,
    CONNECTION,
    DELETE_CONNECTION,
    DELETE_LAG,
    DELETE_VIRTUAL_INTERFACE,
    FENCED,
    LAG,
    LEAVE_LAG,
    UPDATE_LAG,
    VIRTUAL_INTERFACE,
    Policy,
    Question,
    ask,
)
from tests.policy.tags import Case, approvals, protections
from tests.support.evidence import (
    APPROVED,
    AROUND,
    FOREIGN,
    MEMBER,
    ONE,
    OTHER_ID,
    OTHER_MEMBER,
    REQUEST,
    WHOLE,
    evidence,
    group,
    member,
    override,
    overriding,
    whole,
)
from tests.support.strategies import plan_of

MEMBERS = group(member(), member(OTHER_ID))
IN_A_LAG = replace(AROUND, lags=(MEMBERS,))
CONSENT = overriding(override("foreign-interfaces", FOREIGN.virtual_interface_id))


@dataclass(frozen=True, slots=True)
class Deletion:
    """A call of a run, the resource that IAM compares, and the evidence if that resource has certain tags."""

    action: str
    resource: str
    evidence: Callable[[Mapping[str, str]], Evidence]
    asked_by_fence: bool = False
    asked_by_guards: bool = False

    def cases(self) -> list[Case]:
        """List the table for this resource; what is not asked for an approval, nobody needs to approve."""
        digest = self.evidence({}).plan.digest
        return [
            *(
                Case(
                    case.tags,
                    fence=case.fence or not self.asked_by_fence,
                    guards=case.guards or not self.asked_by_guards,
                )
                for case in approvals(digest)
            ),
            *protections(digest),
        ]


def named(tags: Mapping[str, str]) -> Evidence:
    """Return evidence for the deletion of one virtual interface of a connection that stays."""
    one = replace(ONE, tags=tags)
    asked = replace(REQUEST, virtual_interface_ids=(one.virtual_interface_id,))
    return replace(evidence(one, request=asked), plan=plan_of(APPROVED, [one], keeps_connection=True))


DELETIONS = {
    "connection": Deletion(
        DELETE_CONNECTION,
        CONNECTION,
        lambda tags: evidence(ONE, of=replace(APPROVED, tags=tags)),
        asked_by_fence=True,
        asked_by_guards=True,
    ),
    "member of a LAG": Deletion(
        LEAVE_LAG,
        CONNECTION,
        lambda tags: evidence(ONE, of=replace(MEMBER, tags=tags), around=IN_A_LAG),
        asked_by_fence=True,
        asked_by_guards=True,
    ),
    "LAG": Deletion(
        LEAVE_LAG,
        LAG,
        lambda tags: evidence(ONE, of=MEMBER, around=replace(AROUND, lags=(replace(MEMBERS, tags=tags),))),
    ),
    "whole LAG": Deletion(
        DELETE_LAG,
        LAG,
        lambda tags: whole(ONE, of=replace(WHOLE, tags=tags)),
        asked_by_fence=True,
        asked_by_guards=True,
    ),
    "minimum of links of a whole LAG": Deletion(
        UPDATE_LAG,
        LAG,
        lambda tags: whole(ONE, of=replace(WHOLE, tags=tags)),
        asked_by_fence=True,
        asked_by_guards=True,
    ),
    "connection of a whole LAG": Deletion(
        LEAVE_LAG,
        CONNECTION,
        lambda tags: whole(ONE, of=replace(WHOLE, members=(replace(MEMBER, tags=tags), OTHER_MEMBER))),
        asked_by_fence=True,
        asked_by_guards=True,
    ),
    "interface": Deletion(DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, lambda tags: evidence(replace(ONE, tags=tags))),
    # IAM cannot tell why it is deleted, so that only the guards can ask for its own approval.
    "interface of a connection that stays": Deletion(
        DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, named, asked_by_guards=True
    ),
    "interface of another account": Deletion(
        DELETE_VIRTUAL_INTERFACE,
        VIRTUAL_INTERFACE.replace(ONE.owner_account, FOREIGN.owner_account),
        lambda tags: evidence(replace(FOREIGN, tags=tags), request=CONSENT),
    ),
}


def guards_pass(shown: Evidence) -> bool:
    outcomes = {verdict.guard: verdict.outcome for verdict in judge(shown)}
    return Outcome.BLOCK not in {outcomes["approval"], outcomes["protection"]}


@pytest.mark.parametrize("deletion", DELETIONS.values(), ids=DELETIONS)
def test_the_fence_and_the_guards_agree_where_the_fence_can_decide(
    roles: dict[str, list[Policy]], deletion: Deletion
) -> None:
    cases = deletion.cases()
    questions = [Question(deletion.action, deletion.resource, case.tags) for case in cases]
    answers = ask(roles, questions).answers
    assert [(case.tags, ALLOWED if case.fence else FENCED, case.guards) for case in cases] == [
        (case.tags, answer, guards_pass(deletion.evidence(case.tags)))
        for case, answer in zip(cases, answers, strict=True)
    ]
    assert not [case for case in cases if case.guards and not case.fence]
