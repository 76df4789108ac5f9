"""The guards and the role's fence, asked about the same tags on the same resources for the same calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from decommission.guards import judge
from decommission.guards.evidence import Evidence
from decommission.run import Outcome
from tests.policy.simulator import (
    CONNECTION,
    DELETE_CONNECTION,
    DELETE_VIRTUAL_INTERFACE,
    FENCED,
    LAG,
    LEAVE_LAG,
    VIRTUAL_INTERFACE,
    Question,
    ask,
    deployed_policies,
)
from tests.policy.tags import APPROVED as WORD
from tests.policy.tags import PROTECTION_KEY, Case, cases
from tests.support.evidence import (
    APPROVED,
    AROUND,
    FOREIGN,
    MEMBER,
    ONE,
    OTHER_ID,
    evidence,
    group,
    member,
    override,
    overriding,
)

# Which guards read the tags that the fence reads.
READ_TAGS = {"approval", "protection"}
# Which approvals the fence lets through, and the guards do not: a policy cannot know the plan's digest, and compares
# keys without regard to case.
ONLY_A_GUARD_CAN_TELL = {
    "key in upper case",
    "key with a capital",
    "65 digits",
    "12 digits in upper case",
    "12 digits and a blank",
    "a blank and 12 digits",
    "another plan",
    "12 digits of another plan",
    "12 characters that are no digits",
    "12 blanks",
}
# Which protections the guards see, and the fence does not: the blanks around their keys.
BLANKS = {"approved, protected with a blank after the key", "approved, protected with a blank before the key"}


@dataclass(frozen=True, slots=True)
class Deletion:
    """One call of a run, the resource that IAM compares, and what the guards see if that resource carries the tags."""

    name: str
    action: str
    resource: str
    evidence: Callable[[Mapping[str, str]], Evidence]
    needs_approval: bool = False

    def __str__(self) -> str:
        return self.name


MEMBERS = group(member(), member(OTHER_ID))
IN_A_LAG = replace(AROUND, lags=(MEMBERS,))
CONSENT = overriding(override("foreign-interfaces", FOREIGN.virtual_interface_id))
DELETIONS = [
    Deletion(
        "connection",
        DELETE_CONNECTION,
        CONNECTION,
        lambda tags: evidence(ONE, of=replace(APPROVED, tags=tags)),
        needs_approval=True,
    ),
    Deletion(
        "member",
        LEAVE_LAG,
        CONNECTION,
        lambda tags: evidence(ONE, of=replace(MEMBER, tags=tags), around=IN_A_LAG),
        needs_approval=True,
    ),
    Deletion(
        "LAG",
        LEAVE_LAG,
        LAG,
        lambda tags: evidence(ONE, of=MEMBER, around=replace(AROUND, lags=(replace(MEMBERS, tags=tags),))),
    ),
    Deletion("interface", DELETE_VIRTUAL_INTERFACE, VIRTUAL_INTERFACE, lambda tags: evidence(replace(ONE, tags=tags))),
    Deletion(
        "interface of another account",
        DELETE_VIRTUAL_INTERFACE,
        VIRTUAL_INTERFACE.replace(ONE.owner_account, FOREIGN.owner_account),
        lambda tags: evidence(replace(FOREIGN, tags=tags), request=CONSENT),
    ),
]
TABLE = [(case, deletion) for deletion in DELETIONS for case in cases(deletion.evidence({}).plan.digest)]


def guards_pass(case: Case, deletion: Deletion) -> bool:
    outcomes = {verdict.guard: verdict.outcome for verdict in judge(deletion.evidence(case.tags))}
    return all(outcomes[guard] is not Outcome.BLOCK for guard in READ_TAGS)


@pytest.fixture(scope="module")
def fenced() -> list[bool]:
    questions = [Question(deletion.action, deletion.resource, case.tags) for case, deletion in TABLE]
    return [FENCED == answer for answer in ask({"default": deployed_policies({})}, questions).answers]


@pytest.mark.parametrize(
    ("number", "case", "deletion"),
    [(number, case, deletion) for number, (case, deletion) in enumerate(TABLE)],
    ids=[f"{deletion}-{case}" for case, deletion in TABLE],
)
def test_the_fence_denies_what_the_guards_block_unless_only_a_guard_can_tell(
    fenced: list[bool], number: int, case: Case, deletion: Deletion
) -> None:
    # What the guards let pass, the fence must never deny.
    only_a_guard = case.name in BLANKS or (deletion.needs_approval and case.name in ONLY_A_GUARD_CAN_TELL)
    assert guards_pass(case, deletion) is not (fenced[number] or only_a_guard)


def test_what_has_no_approval_and_what_is_protected_is_fenced(fenced: list[bool]) -> None:
    for (case, deletion), denied in zip(TABLE, fenced, strict=True):
        value = next((value for key, value in case.tags.items() if key.casefold() == "decommission"), "")
        has_the_shape = value == WORD or (value.startswith(f"{WORD}:") and len(value) >= len(f"{WORD}:") + 12)
        protected = PROTECTION_KEY in map(str.casefold, case.tags)
        assert denied is (protected or (deletion.needs_approval and not has_the_shape)), (case, deletion)
