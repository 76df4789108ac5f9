"""
What builds again what a run deletes: the input of one call a file, ready for ``aws directconnect --cli-input-json``.

The name of a file tells its place in the order, the command, and the old id of what the call makes or changes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore import xform_name

from decommission.documents import at_start, port_of
from decommission.models import is_managed_by_direct_connect
from decommission.words import listed, visible

type JSON = dict[str, Any]

README = "README.txt"
EARLIER = "What an earlier run deleted is in restore/ of its own record."
OF_OTHERS = (
    "But confirm-…-virtual-interface is for the account that the file before it names; what that account set itself is "
    "not kept: SiteLink, prefix pools, and tags that cannot be seen from here. "
)
NEW_ANYWAY = (
    'BGP keys are not kept: AWS makes a new one, unless you put "authKey" beside "asn". It also gives new addresses to '
    "IPv6 peers. Whoever runs the router has to know both."
)


def files_of(kept: JSON, plan: JSON) -> Mapping[str, str]:
    """
    Return the text of each file by its name.

    ``kept`` is what was there right before the first deletion; what was not there then, and may have come back, is
    taken from the ``plan``.
    """
    there = {call["resourceId"] for call in kept["create"]}
    away = [call for call in plan["create"] if call["resourceId"] not in there]
    plan = kept | {"create": [*kept["create"], *away]}
    inputs: dict[str, str] = {}
    commands: list[str] = []
    for number, call in enumerate(plan["create"], start=1):
        command = _command(call)
        name = f"{number:03}-{command}-{call['resourceId']}.json"
        inputs[name] = json.dumps(call["input"], indent=2)
        commands.append(f"aws directconnect {command} --region {plan['region']} --cli-input-json file://{name}")
    lines = [
        " ".join([_port(plan), *_hold_back(plan), *_may_exist(away)]),
        *(_calls(plan, command) for command in commands[:1]),
        NEW_ANYWAY,
    ]
    return {README: "\n".join([*lines, ""]), **inputs}


def _command(call: JSON) -> str:
    return xform_name(call["operation"], "-")


def _port(plan: JSON) -> str:
    id_, port = port_of(plan)[1], at_start(plan)
    if plan["plan"].get("keepsConnection"):
        return f"This builds again the virtual interfaces of {id_} that this run was to delete. {EARLIER}"
    if "members" in port and not port["members"]:
        return (
            f"{id_} had no connections when this run began; AWS makes no LAG without one, so order a connection and a "
            f"LAG with it first. {EARLIER}"
        )
    again = f"This builds {id_} again, as this run found it. {EARLIER}"
    if port.get("partnerName"):
        return (
            f"{again} First, {visible(port['partnerName'])} has to make a new hosted connection: {port['bandwidth']} "
            f"at {port['location']}, VLAN {port['vlan']}. Only the partner can. Put its id in the place of the old one "
            "in all files."
        )
    each = "Each" if "members" in port else "The"
    return f"{again} {each} new port, with its LOA-CFA and its cross-connect, takes days."


def _hold_back(plan: JSON) -> Iterator[str]:
    """Say which calls have to wait, and what they do not do."""
    asked = [call["input"] for call in plan["create"]]
    makes = [_command(c) for c in plan["create"] if c["operation"] in {"CreateConnection", "ConfirmConnection"}]
    # AWS lets nothing use a connection before that.
    if len(makes) > 1:
        yield "A call that names a new port has to wait until that port is available or down; others need not."
    elif makes:
        yield f"Go on after {makes[0]} only once the new port is available or down."
    if any("PublicVirtualInterface" in call["operation"] for call in plan["create"]):
        yield "A public virtual interface takes time: AWS verifies its prefixes first."
    if any("minimumLinks" in one for one in asked):
        yield (
            "Hold back the minimumLinks until as many ports are available: with fewer, the LAG is down. If the LAG "
            "still exists, its minimum may have been lowered: make that call, too."
        )
    if any("lagId" in one for one in asked):
        yield "A connection that still exists and has left its LAG goes back with associate-connection-with-lag."
    if any("encryptionMode" in one for one in asked) and _has_lost_its_key(plan):
        yield "Its MACsec key was Direct Connect's own, and is gone: associate a new one before each encryptionMode."


def _has_lost_its_key(plan: JSON) -> bool:
    """Return True if Direct Connect managed a MACsec key of what goes; that of a LAG stays with the LAG."""
    port = at_start(plan)
    is_member = "connectionId" in plan and port.get("lagId")
    return not is_member and any(map(is_managed_by_direct_connect, port.get("macSecSecretArns") or ()))


def _may_exist(away: Iterable[JSON]) -> Iterator[str]:
    """Name what was planned and then away: it may have come back and been deleted, or be elsewhere now."""
    if ids := list(dict.fromkeys(call["resourceId"] for call in away)):
        were = "was" if len(ids) == 1 else "were"
        yield f"{listed(ids)} {were} planned, but not there right before the first deletion: build only what is gone."


def _calls(plan: JSON, first: str) -> str:
    is_any_foreign = any("ownerAccount" in call["input"] for call in plan["create"])
    return (
        f"Each file is one call of account {plan['plan']['ownerAccount']}, in the order of their numbers. "
        f"{OF_OTHERS if is_any_foreign else ''}The first: {first}. Whatever is new has a new id: put it in the place "
        "of the old one in the files that follow. Skip the files of what still exists, and keep its id in the others."
    )
