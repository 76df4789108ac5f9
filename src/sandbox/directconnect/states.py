"""
AWS's words for states and types, letter for letter.

A resource keeps its state as a plain string, because AWS may also answer words that are not listed here.
"""

from enum import StrEnum
from typing import Final


class VirtualInterfaceState(StrEnum):
    CONFIRMING = "confirming"
    VERIFYING = "verifying"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    TESTING = "testing"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class ConnectionState(StrEnum):
    ORDERING = "ordering"
    REQUESTED = "requested"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class LagState(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    DELETING = "deleting"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class AddressFamily(StrEnum):
    IPV4 = "ipv4"
    IPV6 = "ipv6"


class BgpPeerState(StrEnum):
    VERIFYING = "verifying"
    PENDING = "pending"
    AVAILABLE = "available"
    DELETING = "deleting"
    DELETED = "deleted"


class MacSecKeyState(StrEnum):
    ASSOCIATING = "associating"
    ASSOCIATED = "associated"
    DISASSOCIATING = "disassociating"
    DISASSOCIATED = "disassociated"


class BgpStatus(StrEnum):
    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class AttachmentState(StrEnum):
    ATTACHING = "attaching"
    ATTACHED = "attached"
    DETACHING = "detaching"
    DETACHED = "detached"


class AssociationState(StrEnum):
    """Of a connection with a resiliency group."""

    ASSOCIATING = "associating"
    ASSOCIATED = "associated"
    DISASSOCIATING = "disassociating"
    DISASSOCIATED = "disassociated"


class VirtualInterfaceType(StrEnum):
    PRIVATE = "private"
    PUBLIC = "public"
    TRANSIT = "transit"


GONE: Final = frozenset({"deleted", "rejected"})
"""A resource in one of these states carries nothing and blocks nothing."""

DELETING_OR_GONE: Final = GONE | {"deleting"}
