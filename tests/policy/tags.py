"""
Sets of tags, and whether the role's fence and the guards find an approval or a protection in each.

The fence must allow whatever the guards let pass. It may allow more: only a guard knows the digest of the plan, and
only a guard ignores blanks around a key.

Missing from the table: tags whose keys differ in case only, on one resource. IAM does not document which it compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KEY = "decommission"
PROTECTION_KEY = "decommission-protected"


@dataclass(frozen=True, slots=True)
class Case:
    """``fence`` and ``guards`` are True if they allow to delete a connection with these tags."""

    tags: Mapping[str, str]
    fence: bool
    guards: bool


def approvals(digest: str) -> list[Case]:
    """List tags that may approve the deletion of a connection; ``digest`` is that of its plan."""
    half, other = digest[:12], digest[::-1]
    both = [
        *({KEY: value} for value in ("approved", f"approved:{half}", f"approved:{digest[:13]}", f"approved:{digest}")),
        {KEY: "approved", "team": "network"},
    ]
    fence_only = [
        # IAM compares keys without regard to case.
        {"DECOMMISSION": "approved"},
        {"Decommission": "approved"},
        # It cannot know the digest: any 12 characters are enough.
        *({KEY: f"approved:{value}"} for value in (f"{digest}0", half.upper(), f"{half} ", f" {half}")),
        *({KEY: f"approved:{value}"} for value in (other, other[:12], "x" * 12, " " * 12)),
    ]
    neither = [
        {},
        {"team": "approved", "site": "a"},
        *({key: "approved"} for key in (" decommission", "decommission ", "decommissioned")),
        *({KEY: value} for value in ("", " ", "Approved", "APPROVED", "approved ", " approved", "approved later")),
        *({KEY: value} for value in ("approved-by-nobody", "approve", "not approved", "unapproved", "yes", "true")),
        *({KEY: value} for value in ("protected", "approved:", "approved: ", f"approved:{half[:1]}")),
        *({KEY: value} for value in (f"approved:{half[:11]}", f"approved {half}", f"approved={half}")),
        *({KEY: value} for value in (f"approved :{half}", f"Approved:{half}", f":{half}", half)),
    ]
    return [
        *(Case(tags, fence=True, guards=True) for tags in both),
        *(Case(tags, fence=True, guards=False) for tags in fence_only),
        *(Case(tags, fence=False, guards=False) for tags in neither),
    ]


def protections(digest: str) -> list[Case]:
    """List tags that may protect a resource, approved or not; a protection counts with any value."""
    both = [
        *({PROTECTION_KEY: value} for value in ("true", "false", "no", " ", "")),
        *({key: "true"} for key in ("Decommission-Protected", "DECOMMISSION-PROTECTED")),
    ]
    guards_only = [{"decommission-protected ": "true"}, {" decommission-protected": "true"}]
    neither = [{key: "true"} for key in ("decommission_protected", "decommission-protected-since", "protected")]
    cases = [
        *(Case(tags, fence=False, guards=False) for tags in both),
        *(Case(tags, fence=True, guards=False) for tags in guards_only),
        *(Case(tags, fence=True, guards=True) for tags in neither),
    ]
    protected = {PROTECTION_KEY: "true"}
    return [
        *(Case({KEY: "approved", **case.tags}, fence=case.fence, guards=case.guards) for case in cases),
        *(Case(tags, fence=False, guards=False) for tags in (protected, {KEY: f"approved:{digest}", **protected})),
    ]
