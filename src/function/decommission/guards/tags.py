"""Guards that read tags: who approved, who protects, and what tool made it."""

from collections.abc import Mapping
from dataclasses import replace

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.models import Connection, Port
from decommission.plan import Plan
from decommission.run import Outcome
from decommission.settings import Settings, TagSettings, folded
from decommission.words import listed

STACK_TAG = "aws:cloudformation:stack-name"
LEAST_DIGITS = 12
MOST_SHOWN = 100


def approval(evidence: Evidence) -> Finding:
    """Ask for the approval tag of every port that is to be deleted; if the port stays, of each virtual interface."""
    if not evidence.plan.keeps_connection:
        alone = isinstance(evidence.port, Connection)
        asked: dict[str, Mapping[str, str]] = {
            "the connection" if alone else id_: port.tags for id_, port in evidence.observation.ports.items()
        }
    elif evidence.virtual_interfaces:
        asked = {v.virtual_interface_id: v.tags for v in evidence.virtual_interfaces}
    else:
        return passes("no virtual interface is left to be deleted")
    hidden = _hidden(evidence) if evidence.plan.keeps_connection else {}
    found = [_approval(id_, tags, evidence) for id_, tags in asked.items() if id_ not in hidden]
    refused = [*hidden.values(), *(finding.reason for finding in found if finding.outcome is not Outcome.PASS)]
    return blocks("; ".join(refused)) if refused else passes("; ".join(finding.reason for finding in found))


def _hidden(evidence: Evidence) -> dict[str, str]:
    """Name the virtual interfaces whose tags another account hides, and say what that means for this run."""
    return {
        v.virtual_interface_id: f"the tags of account {v.owner_account or 'unknown'} are hidden here, so that "
        f"{v.virtual_interface_id} cannot be approved by itself: that account deletes it, or a run of all of "
        f"{evidence.port.id} does"
        for v in evidence.virtual_interfaces
        if not v.tags and v.owner_account != evidence.surroundings.caller_account
    }


def _approval(name: str, tags: Mapping[str, str], evidence: Evidence) -> Finding:
    """Look for the approval tag: its word, or the word and the beginning of the plan's digest."""
    settings = evidence.settings
    key, word = settings.approval_tag_key, settings.approval_tag_value
    digest = evidence.plan.digest
    # Half-way, the plan that is worth approving is that of what is left.
    wanted = f"{key}={word}" + ("" if evidence.has_begun else " or " + "=".join(approval_of(evidence.plan, settings)))
    value = tags.get(key)
    # IAM compares keys without regard to case, so the role's fence may read the other tag.
    twins = [other for other in tags if other.casefold() == key.casefold()]
    if len(twins) > 1:
        return blocks(
            f"the tags {listed(twins)} of {name} differ in case only; remove all but {key}, so that one of them counts"
        )
    if value is None:
        return blocks(f"{name} has no tag {key}; the person who approves the deletion sets {wanted}")
    if value == word:
        return passes(f"{name} carries the tag {key}={word}")
    approved = value.removeprefix(f"{word}:")
    if approved == value or len(approved) < LEAST_DIGITS:
        return blocks(
            f"the tag {key} of {name} is {value[:MOST_SHOWN]!r}, which is no approval; the approver sets {wanted}"
        )
    if not digest.startswith(approved):
        shown = approved[:MOST_SHOWN]
        return blocks(
            f"the tag {key} of {name} approves the plan {shown!r}, but the plan of this run is {digest}; look at what "
            "changed, and approve the new plan"
        )
    return passes(f"the tag {key} of {name} approves this plan, {approved}")


def approval_of(plan: Plan, settings: TagSettings) -> tuple[str, str]:
    """Return the key and the value of the tag that approves this plan and no other."""
    return settings.approval_tag_key, f"{settings.approval_tag_value}:{plan.digest[:LEAST_DIGITS]}"


def is_approved(tags: Mapping[str, str], settings: TagSettings) -> bool:
    """Return True if a connection may soon be decommissioned itself; generous, so that nothing relies on it."""
    key = folded(settings.approval_tag_key)
    return any(folded(k) == key and v.strip().startswith(settings.approval_tag_value) for k, v in tags.items())


def is_protected(tags: Mapping[str, str], settings: TagSettings) -> bool:
    return folded(settings.protection_tag_key) in map(folded, tags)


def protection(evidence: Evidence) -> Finding:
    """Look for the protection tag on the port, its LAG, and the interfaces of either; or those to be deleted."""
    key, port = evidence.settings.protection_tag_key, evidence.port
    if isinstance(port, Connection) and port.lag_id and evidence.lag is None:
        return blocks(
            f"AWS does not show {port.lag_id}, of which the connection is a member, so nobody can tell whether "
            f"it carries the tag {key}; find out what that LAG is"
        )
    interfaces = [*evidence.observation.remaining, *(() if evidence.plan.keeps_connection else evidence.of_lag)]
    ports = {id_: port.tags for id_, port in evidence.ports.items()}
    tagged = {**ports, **{v.virtual_interface_id: v.tags for v in interfaces}}
    protected = [id_ for id_, tags in tagged.items() if is_protected(tags, evidence.settings)]
    if protected:
        return blocks(f"the tag {key} protects {listed(protected)}; only the person who set it should remove it")
    caller = evidence.surroundings.caller_account
    hidden = [v.virtual_interface_id for v in interfaces if v.owner_account != caller]
    if hidden:
        return warns(f"nothing visible carries the tag {key}; the tags of other accounts are hidden: {listed(hidden)}")
    return passes(f"nothing carries the tag {key}")


def stack(evidence: Evidence) -> Finding:
    """Find what CloudFormation made, and warn of what another tool manages."""
    ports = {} if evidence.plan.keeps_connection else {id_: port.tags for id_, port in evidence.ports.items()}
    tagged = ports | {v.virtual_interface_id: v.tags for v in evidence.virtual_interfaces}
    made = {id_: tags[STACK_TAG] for id_, tags in tagged.items() if STACK_TAG in tags}
    if made:
        named = listed(f"{id_} (stack {name})" for id_, name in made.items())
        return blocks(f"CloudFormation made {named}; delete it through its stack, or the stack breaks", made)
    managed = [
        f"{id_} ({name}={value[:MOST_SHOWN]})"
        for id_, tags in tagged.items()
        for name, value in tags.items()
        if folded(name) in evidence.settings.managed_by_tag_keys
    ]
    if managed:
        return warns(
            f"a tag says that a tool manages {listed(managed)}: remove it from the tool's code as well, or its next "
            "apply orders a new port"
        )
    return passes("no tag says that CloudFormation or another tool manages any of it")


def essential(port: Port, settings: Settings) -> Port:
    """Keep only the tags that a guard reads: a result is bounded, and a connection may carry fifty."""
    read = {folded(settings.approval_tag_key), folded(settings.protection_tag_key), *settings.managed_by_tag_keys}

    def kept(tags: Mapping[str, str]) -> dict[str, str]:
        return {key: value for key, value in tags.items() if folded(key) in read or key == STACK_TAG}

    if isinstance(port, Connection):
        return replace(port, tags=kept(port.tags))
    members = tuple(replace(member, tags=kept(member.tags)) for member in port.members)
    return replace(port, tags=kept(port.tags), members=members)
