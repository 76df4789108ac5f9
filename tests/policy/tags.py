"""
Tags, and what the fence says about a resource that carries them; the guards are asked about the same table.

The fence must allow whatever the guards let pass. It may allow more: only a guard knows the digest of the plan, and
only a guard ignores blanks around a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

APPROVAL_KEY: Final = "decommission"
APPROVED: Final = "approved"
PROTECTION_KEY: Final = "decommission-protected"
# Stands for the digest of a plan, where no plan is at hand.
DIGEST: Final = "0123456789abcdef" * 4


@dataclass(frozen=True, slots=True)
class Case:
    """
    One set of tags.

    ``connection`` is True if the fence allows DeleteConnection, and leaving a LAG, for a connection with these tags;
    ``other`` if it allows DeleteVirtualInterface for an interface, and leaving a LAG for the LAG, with these tags.
    """

    name: str
    connection: bool
    other: bool
    tags: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def cases(digest: str = DIGEST) -> list[Case]:
    """List the table, with approvals that name the plan of this digest (64 hexadecimal digits)."""
    another = digest[::-1] if digest != digest[::-1] else "f" * len(digest)

    def approval(value: str, *, allowed: bool, name: str = "") -> Case:
        return Case(name or f"{APPROVAL_KEY}={value!r}", connection=allowed, other=True, tags={APPROVAL_KEY: value})

    def protected(key: str, value: str = "true", *, denied: bool = True, name: str = "") -> Case:
        tags = {APPROVAL_KEY: APPROVED, key: value}
        return Case(name or f"approved, {key!r}={value!r}", connection=not denied, other=not denied, tags=tags)

    return [
        # The approval's key.
        Case("no tags", connection=False, other=True),
        Case("other tags only", connection=False, other=True, tags={"team": "network", "site": "a"}),
        Case("the word under another key", connection=False, other=True, tags={"team": APPROVED}),
        Case("approved among other tags", connection=True, other=True, tags={APPROVAL_KEY: APPROVED, "team": "x"}),
        # IAM ignores the case of a key, the guard does not.
        Case("key in upper case", connection=True, other=True, tags={"DECOMMISSION": APPROVED}),
        Case("key with a capital", connection=True, other=True, tags={"Decommission": APPROVED}),
        Case("key with a blank before", connection=False, other=True, tags={" decommission": APPROVED}),
        Case("key with a blank after", connection=False, other=True, tags={"decommission ": APPROVED}),
        Case("longer key", connection=False, other=True, tags={"decommissioned": APPROVED}),
        # The approval's value.
        approval("approved", allowed=True),
        approval("", allowed=False),
        approval(" ", allowed=False),
        approval("Approved", allowed=False),
        approval("APPROVED", allowed=False),
        approval("approved ", allowed=False),
        approval(" approved", allowed=False),
        approval("approved later", allowed=False),
        approval("approved-by-nobody", allowed=False),
        approval("approve", allowed=False),
        approval("not approved", allowed=False),
        approval("unapproved", allowed=False),
        approval("yes", allowed=False),
        approval("true", allowed=False),
        approval("protected", allowed=False),
        # Approvals of one plan.
        approval("approved:", allowed=False),
        approval("approved: ", allowed=False),
        approval(f"approved:{digest[:1]}", allowed=False, name="1 digit"),
        approval(f"approved:{digest[:11]}", allowed=False, name="11 digits"),
        approval(f"approved:{digest[:12]}", allowed=True, name="12 digits"),
        approval(f"approved:{digest[:13]}", allowed=True, name="13 digits"),
        approval(f"approved:{digest}", allowed=True, name="64 digits"),
        approval(f"approved:{digest}0", allowed=True, name="65 digits"),
        approval(f"approved:{digest[:12].upper()}", allowed=True, name="12 digits in upper case"),
        approval(f"approved:{digest[:12]} ", allowed=True, name="12 digits and a blank"),
        approval(f"approved: {digest[:12]}", allowed=True, name="a blank and 12 digits"),
        approval(f"approved:{another}", allowed=True, name="another plan"),
        approval(f"approved:{another[:12]}", allowed=True, name="12 digits of another plan"),
        approval("approved:" + "x" * 12, allowed=True, name="12 characters that are no digits"),
        approval("approved:" + " " * 12, allowed=True, name="12 blanks"),
        approval(f"approved {digest[:12]}", allowed=False, name="a blank for the colon"),
        approval(f"approved={digest[:12]}", allowed=False, name="an equals sign for the colon"),
        approval(f"approved :{digest[:12]}", allowed=False, name="a blank before the colon"),
        approval(f"Approved:{digest[:12]}", allowed=False, name="capital word with 12 digits"),
        approval(f":{digest[:12]}", allowed=False, name="no word"),
        approval(digest[:12], allowed=False, name="only digits"),
        # The protection, on what is approved: any value protects.
        protected("decommission-protected"),
        protected("decommission-protected", "false"),
        protected("decommission-protected", "no"),
        protected("decommission-protected", " "),
        protected("decommission-protected", ""),
        protected("Decommission-Protected"),
        protected("DECOMMISSION-PROTECTED"),
        protected("decommission-protected ", denied=False, name="approved, protected with a blank after the key"),
        protected(" decommission-protected", denied=False, name="approved, protected with a blank before the key"),
        protected("decommission_protected", denied=False),
        protected("decommission-protected-since", "2026", denied=False),
        protected("protected", denied=False),
        # The protection, on what is not approved.
        Case("protected, not approved", connection=False, other=False, tags={PROTECTION_KEY: "true"}),
        Case(
            "protected, approved by digest",
            connection=False,
            other=False,
            tags={APPROVAL_KEY: f"{APPROVED}:{digest}", PROTECTION_KEY: "true"},
        ),
    ]


# The table leaves out tags whose keys differ in case only, such as decommission and Decommission on one resource: which
# of the two IAM would compare is not documented.
TABLE: Final = cases()
