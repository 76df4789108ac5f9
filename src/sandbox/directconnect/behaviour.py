"""Switches for what is not known about Direct Connect: the code under test must work with every setting."""

import math
from dataclasses import dataclass
from typing import Final

from .states import ConnectionState


@dataclass(frozen=True, slots=True)
class Delay:
    """
    How long something takes: so many seconds, and so many describes that list it.

    With ``looks=2`` two answers still show the old state, and the third shows the new one.
    """

    seconds: float = 0
    looks: int = 0


AT_ONCE: Final = Delay()
NEVER: Final = Delay(seconds=math.inf)

GONE_CONNECTION_MESSAGES: Final = (
    "Could not find Connection with ID {id}",
    "Connection does not exist",
    "Connection {id} doesn't exist",
)
"""What has been seen for a connection that is gone; ``{id}`` is filled in."""

MALFORMED_ID_MESSAGE: Final = "Connection ID {id} has an invalid format."
"""Seen for the id of a LAG; ``{id}`` is filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One possible AWS. Nothing here changes what AWS documents."""

    # Partners write "several minutes", Terraform allows ten.
    virtual_interface_deletion: Delay = Delay(looks=2)
    """The ``deletion`` of an interface takes precedence. With ``NEVER`` it stays ``deleting``."""

    connection_deletion: Delay = AT_ONCE
    """How long a connection, an interconnect or a LAG is ``deleting``."""

    # Recorded once as ``deleted``; the model also allows ``deleting``.
    delete_connection_answers: ConnectionState = ConnectionState.DELETED

    # AWS documents 15 minutes for virtual interfaces, and says nothing about connections.
    deleted_connection_listed_seconds: float = 15 * 60
    """0: never listed as ``deleted``; ``math.inf``: for ever. Also for interconnects and LAGs."""

    # Terraform counts ``rejected`` interfaces as still there, and its delete times out on them.
    rejected_listed_seconds: float = math.inf

    gone_connection_message: str | None = GONE_CONNECTION_MESSAGES[0]
    """What DescribeConnections says for an id that is gone; None for an empty list."""

    malformed_id_message: str | None = None
    """What DescribeConnections says for an id that never existed; None for the same as for one that is gone."""

    # An empty list is inferred, not observed.
    gone_virtual_interface_message: str | None = None
    """What DescribeVirtualInterfaces says for an interface's id that is gone; None for an empty list."""

    gone_parent_message: str | None = None
    """What DescribeVirtualInterfaces says for the id of a gone connection; None: it lists what it still shows."""

    repeated_delete_refused: bool = False
    """Whether a delete of what is ``deleting``, ``deleted`` or ``rejected`` is refused, or has no effect."""

    testing_can_be_deleted: bool = False
    """Whether an interface can be deleted while a BGP failover test runs on it."""

    member_lists_lag_interfaces: bool = False
    """Whether DescribeVirtualInterfaces for a LAG member's own id answers the LAG's interfaces."""

    # Seen by PacketFabric: the parent refuses for a moment after the last child looks gone.
    parent_refusal: Delay = AT_ONCE
    """How long DeleteConnection is still refused after the last child is gone; looks are at the parent."""

    # Terraform retries "is in a transitioning state"; how long it lasts is not known.
    transitioning: Delay = Delay(looks=1)
    """How long a connection cannot be changed after it joined or left a LAG."""

    # A new port needs a cable; AWS checks the addresses of a new public interface.
    provisioning: Delay = NEVER
    """How long something new takes to become ``available``."""

    loa_for_hosted_connections: bool = True
    """Whether DescribeLoa answers for a hosted connection."""

    # "The owner of the connection may not see that account's tags."
    foreign_tags_visible: bool = False
    """Whether the connection's owner sees the tags of a hosted virtual interface."""

    foreign_attachments_visible: bool = False
    """Whether DescribeDirectConnectGatewayAttachments answers for a gateway of another account, or refuses."""

    resiliency_group_member_can_be_deleted: bool = True
    """Whether DeleteConnection is accepted for a connection in a resiliency group."""

    # Seen for one call of a partner; which calls refuse everybody else is not known.
    partner_calls_refused: bool = False
    """Whether DescribeHostedConnections and DescribeInterconnects refuse a caller that is no partner."""

    page_size: int = 100
    """The most that one answer lists; AWS never lists more than 100."""

    # The texts of these two refusals are not known.
    connection_in_use_message: str = "Connection {id} still has attached resources."
    lag_minimum_message: str = "Lag {lag_id} would fall below its minimum number of operational connections."
