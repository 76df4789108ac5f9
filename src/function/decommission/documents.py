"""How to read the documents of the record: that of a LAG names its ``lagId`` in the place of a ``connectionId``."""

from collections.abc import Mapping
from typing import Any

type Document = Mapping[str, Any]

# The reason of a report says so of a run that was not allowed to begin so late; others have waited for something else.
TOO_LITTLE_TIME = "too little time was left to begin"
# So begins what a report tells people to do about connections that its run has taken out of their LAG.
RUN_OF_ITS_OWN = "start a run of its own for each connection that has left"


def port_of(document: Document) -> tuple[str, str]:
    """Return the name of the field that names what a run is about, and its id."""
    name = "connectionId" if "connectionId" in document else "lagId"
    return name, document[name]


def at_start(document: Document) -> Mapping[str, Any]:
    """Return the connection or the LAG as the first step saw it; empty if it saw none."""
    return document.get("connectionAtStart") or document.get("lagAtStart") or {}


def partition_of(document: Document) -> str:
    """Return the partition of ARNs, such as ``aws``: that of the run's execution, if one drives it."""
    return document["execution"].split(":")[1] if document["execution"] else "aws"


def bandwidth_of(document: Document) -> str | None:
    """Spell the bandwidth of a port, and how often a LAG has it."""
    port = at_start(document)
    times = f"{len(port['members'])} x " if "members" in port and port["bandwidth"] else ""
    return f"{times}{port['bandwidth']}" if port.get("bandwidth") else None


def port_states(document: Document) -> dict[str, str]:
    """Return the last state of the port, and of each connection of a LAG, by id."""
    state = document["connectionState"] if "connectionState" in document else document["lagState"]
    members = {c["connectionId"]: c["state"] for c in document.get("connections", ())}
    return {**members, port_of(document)[1]: state}
