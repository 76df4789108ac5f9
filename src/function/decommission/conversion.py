"""
Convert what Direct Connect answers into our own types; every member is checked for its type.

Virtual interfaces are converted in ``direct_connect``, because their descriptions hold secrets.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from decommission.errors import AwsBusyError
from decommission.models import Attachment, Connection, ConnectionState, FailoverTest, Lag, Presence, presence_of

# Words are kept in results, which are bounded.
LONGEST_WORD = 64

# AWS shows some things for a while after they are gone.
DELETED = frozenset({"deleting", "deleted"})
DISASSOCIATED = frozenset({"disassociating", "disassociated"})

type Described = Mapping[str, Any]


class _OddAnswerError(Exception):
    """Raised while an answer is converted; names the member that is missing or of another type, never its value."""


def converted[T](operation: str, described: Iterable[Described], convert: Callable[[Described], T]) -> tuple[T, ...]:
    """Convert what an operation answered. Raises AwsBusyError if it does not fit AWS's model; quotes no value."""
    try:
        return tuple(convert(one) for one in described)
    except _OddAnswerError as error:
        oddity = str(error)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        oddity = type(error).__name__
    raise AwsBusyError(f"directconnect:{operation} answered what does not fit AWS's model: {oddity}")


def maybe[T](described: Described, key: str, kind: type[T]) -> T | None:
    """Take a member; None if it is missing or null."""
    value = described.get(key)
    if value is None:
        return None
    if isinstance(value, str) and not value.isascii():
        # Half of a pair of surrogates is no text, and could not be written down.
        value = value.encode(errors="replace").decode()
    # To Python, True is a number.
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise _OddAnswerError(f"{key} is not of type {kind.__name__}")


def needed[T](described: Described, key: str, kind: type[T]) -> T:
    """Take a member that has to be there, and not empty."""
    if value := maybe(described, key, kind):
        return value
    raise _OddAnswerError(f"{key} is missing")


def present[T](described: Described, key: str, kind: type[T]) -> T:
    """Take a member that has to be there, and may be empty."""
    value = maybe(described, key, kind)
    if value is None:
        raise _OddAnswerError(f"{key} is missing")
    return value


def texts(described: Described, key: str, inner: str) -> tuple[str, ...]:
    """Take one text of every element of a list; elements without it are left out."""
    found = (maybe(element, inner, str) for element in maybe(described, key, list) or [])
    return tuple(text for text in found if text)


def connection(described: Described) -> Connection:
    return Connection(
        connection_id=needed(described, "connectionId", str),
        state=state(described, "connectionState"),
        owner_account=maybe(described, "ownerAccount", str) or "",
        lag_id=maybe(described, "lagId", str) or None,
        name=maybe(described, "connectionName", str),
        location=maybe(described, "location", str),
        bandwidth=maybe(described, "bandwidth", str),
        vlan=maybe(described, "vlan", int),
        partner_name=maybe(described, "partnerName", str) or None,
        provider_name=maybe(described, "providerName", str) or None,
        aws_device=device(described),
        billing_mode=maybe(described, "billingMode", str),
        mac_sec_capable=maybe(described, "macSecCapable", bool),
        encryption_mode=maybe(described, "encryptionMode", str),
        mac_sec_secret_arns=mac_sec_secret_arns(described),
        tags=tags(described),
    )


def lag(described: Described) -> Lag:
    # Without these, every member could leave.
    minimum_links = present(described, "minimumLinks", int)
    members = present(described, "connections", list)
    allows_hosted_connections = present(described, "allowsHostedConnections", bool)
    return Lag(
        lag_id=needed(described, "lagId", str),
        owner_account=maybe(described, "ownerAccount", str) or "",
        name=maybe(described, "lagName", str),
        state=state(described, "lagState"),
        minimum_links=minimum_links,
        members=tuple(c for c in map(connection, members) if not c.is_gone),
        bandwidth=maybe(described, "connectionsBandwidth", str),
        location=maybe(described, "location", str),
        provider_name=maybe(described, "providerName", str) or None,
        mac_sec_capable=maybe(described, "macSecCapable", bool),
        encryption_mode=maybe(described, "encryptionMode", str),
        aws_device=device(described),
        billing_mode=maybe(described, "billingMode", str),
        allows_hosted_connections=allows_hosted_connections,
        mac_sec_secret_arns=mac_sec_secret_arns(described),
        tags=tags(described),
    )


def mac_sec_secret_arns(described: Described) -> tuple[str, ...]:
    keys = [key for key in maybe(described, "macSecKeys", list) or [] if state(key, "state") not in DISASSOCIATED]
    return tuple(arn for key in keys if (arn := maybe(key, "secretARN", str)))


def existing_bgp_peers(described: Described) -> list[Described]:
    """Take the BGP peers of a virtual interface that are not being deleted; those that go with it still exist."""
    peers: list[Described] = maybe(described, "bgpPeers", list) or []
    if state(described, "virtualInterfaceState") in DELETED:
        return peers
    return [peer for peer in peers if state(peer, "bgpPeerState") not in DELETED]


def existing_interconnect_id(described: Described) -> str | None:
    is_gone = presence_of(state(described, "interconnectState"), ConnectionState) is Presence.GONE
    id_ = needed(described, "interconnectId", str)
    return None if is_gone else id_


def failover_test(described: Described) -> FailoverTest:
    started = maybe(described, "startTime", datetime)
    minutes = maybe(described, "testDurationInMinutes", int)
    planned_end = started + timedelta(minutes=minutes) if started and minutes else None
    return FailoverTest(
        test_id=needed(described, "testId", str),
        virtual_interface_id=needed(described, "virtualInterfaceId", str),
        started_at=started,
        ends_at=maybe(described, "endTime", datetime) or planned_end,
    )


def loa_content(described: Described) -> bytes:
    return needed(described, "loaContent", bytes)


def gateway_name(described: Described) -> tuple[str, str]:
    name = maybe(described, "directConnectGatewayName", str) or ""
    return needed(described, "directConnectGatewayId", str), name


def attachment(described: Described) -> Attachment:
    return Attachment(
        gateway_id=needed(described, "directConnectGatewayId", str),
        virtual_interface_id=needed(described, "virtualInterfaceId", str),
        region=maybe(described, "virtualInterfaceRegion", str) or "",
        owner_account=maybe(described, "virtualInterfaceOwnerAccount", str) or "",
        state=state(described, "attachmentState"),
    )


def accepted_prefix(described: Described) -> str | None:
    direction = maybe(described, "routeDirection", str)
    prefix = needed(described, "cidr", str)
    return prefix if direction in {None, "accepted"} else None


def existing_group_id(described: Described) -> str | None:
    id_ = needed(described, "resiliencyGroupId", str)
    return None if state(described, "state") == "deleted" else id_


def associated_connection_id(described: Described) -> str | None:
    """Take the id out of the ARN; an undocumented state counts as associated."""
    arn = needed(described, "connectionArn", str)
    return None if state(described, "state") in DISASSOCIATED else arn.rpartition("/")[2]


def state(described: Described, key: str) -> str:
    word = maybe(described, key, str)
    return "unknown" if word is None else word[:LONGEST_WORD]


def device(described: Described) -> str | None:
    return maybe(described, "awsDeviceV2", str) or maybe(described, "awsDevice", str)


def tags(described: Described) -> dict[str, str]:
    found = maybe(described, "tags", list) or []
    return {needed(tag, "key", str): maybe(tag, "value", str) or "" for tag in found}
