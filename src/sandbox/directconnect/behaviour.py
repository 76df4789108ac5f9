"""Switches for what is not known about Direct Connect: the application must work with every setting."""

import math
from dataclasses import dataclass
from typing import Final

from sandbox.directconnect.states import ConnectionState


@dataclass(frozen=True, slots=True)
class Delay:
    """
    How long something takes: a number of seconds, and a number of answers that list it.

    With ``looks=2``, two answers still show the old state and the third shows the new one.
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
"""AWS has been seen to answer each of these for a deleted connection; ``{id}`` is filled in."""

MALFORMED_ID_MESSAGE: Final = "Connection ID {id} has an invalid format."
"""AWS has been seen to answer this for the id of a LAG; ``{id}`` is filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One possible AWS. No switch changes what AWS documents."""

    # Partners write "several minutes"; Terraform allows ten.
    virtual_interface_deletion: Delay = Delay(looks=2)
    """How long an interface is ``deleting``; its own ``deletion`` takes precedence."""

    connection_deletion: Delay = AT_ONCE
    """How long a connection or a LAG is ``deleting``."""

    # Recorded once as ``deleted``; the model also allows ``deleting``.
    delete_connection_answers: ConnectionState = ConnectionState.DELETED

    # AWS documents 15 minutes for virtual interfaces and nothing for connections.
    deleted_connection_listed_seconds: float = 15 * 60
    """How long a deleted connection, interconnect or LAG is listed as ``deleted``; ``math.inf`` means for ever."""

    # Terraform counts ``rejected`` interfaces as existing, so its delete times out on them.
    rejected_listed_seconds: float = math.inf

    gone_connection_message: str | None = GONE_CONNECTION_MESSAGES[0]
    """How DescribeConnections refuses the id of a connection that is gone; None for an empty list."""

    malformed_id_message: str | None = None
    """How DescribeConnections refuses an id that never existed; None to treat it as one that is gone."""

    # An empty list is inferred, not observed.
    gone_virtual_interface_message: str | None = None
    """How DescribeVirtualInterfaces refuses the id of an interface that is gone; None for an empty list."""

    gone_parent_message: str | None = None
    """How DescribeVirtualInterfaces refuses the id of a connection that is gone; None to list what it still shows."""

    repeated_delete_refused: bool = False
    """Whether AWS refuses to delete what is ``deleting``, ``deleted`` or ``rejected``; if not, nothing happens."""

    testing_can_be_deleted: bool = False
    """Whether an interface can be deleted while a BGP failover test runs on it."""

    stopped_tests_keep_their_end: bool = False
    """Whether the history of a BGP failover test that was stopped still shows the end that was planned."""

    member_lists_lag_interfaces: bool = False
    """Whether DescribeVirtualInterfaces for a LAG member's own id lists the LAG's interfaces."""

    # PacketFabric has seen a connection refuse its deletion for a moment after its last interface is gone.
    parent_refusal: Delay = AT_ONCE
    """How long that lasts; ``looks`` counts the answers that list the connection."""

    # Terraform retries "is in a transitioning state"; how long it lasts is not known.
    transitioning: Delay = Delay(looks=1)
    """How long a connection cannot be changed after it has joined or left a LAG."""

    # A new port needs a cable, and AWS checks the addresses of a new public interface.
    provisioning: Delay = NEVER
    """How long something new takes to become ``available``."""

    loa_for_hosted_connections: bool = True
    """Whether DescribeLoa answers for a hosted connection."""

    # The guide says: "The owner of the connection may not see that account's tags."
    foreign_tags_visible: bool = False
    """Whether the connection's owner sees the tags of another account's interface."""

    # DescribeVirtualInterfaces: "all virtual interfaces for an Amazon Web Services account".
    foreign_interfaces_listed: bool = True
    """Whether the list of all virtual interfaces has another account's on the caller's own ports; by the port's id it
    is always shown."""

    foreign_attachments_visible: bool = False
    """Whether DescribeDirectConnectGatewayAttachments answers for another account's gateway."""

    resiliency_group_member_can_be_deleted: bool = True
    """Whether DeleteConnection is accepted for a connection in a resiliency group."""

    # Seen for one call that is for partners only; which other calls are is not known.
    partner_calls_refused: bool = False
    """Whether DescribeHostedConnections and DescribeInterconnects refuse an account that is not a partner."""

    page_size: int = 100
    """The most that one answer lists; AWS never lists more than 100."""

    # The texts of these two refusals are not known.
    connection_in_use_message: str = "Connection {id} still has attached resources."
    lag_minimum_message: str = "Lag {lag_id} would fall below its minimum number of operational connections."
