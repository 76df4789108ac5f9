"""A copy of the sandbox's world at one moment, by which the oracle judges."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, GatewayAttachment
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.lags import Lag
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import GONE
from sandbox.in_process import Measured
from tests.support.driver import Around


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """``changes`` counts the changes by others until this moment."""

    moment: datetime
    changes: int
    connections: Mapping[str, Connection]
    interconnect_ids: frozenset[str]
    lags: Mapping[str, Lag]
    virtual_interfaces: Mapping[str, VirtualInterface]
    grouped_ids: Mapping[str, Sequence[str]]
    attachments: Sequence[GatewayAttachment]
    measured: Mapping[str, Measured]
    partner_calls_refused: bool

    def on(self, connection_id: str) -> list[VirtualInterface]:
        """List the virtual interfaces that are attached to a port and are not gone."""
        return [v for v in self.virtual_interfaces.values() if v.connection_id == connection_id and v.state not in GONE]

    def on_any(self, port_ids: Iterable[str]) -> list[VirtualInterface]:
        return [v for id_ in port_ids for v in self.on(id_)]


def port_ids(event: JSON) -> list[str]:
    """List the ports of a run: the connection, or the LAG after the connections that are planned with it."""
    planned = event["plan"].get("memberIds", []) if event.get("plan") else []
    return [event["connectionId"]] if "connectionId" in event else [*planned, event["lagId"]]


def snapshot(world: DirectConnectBackend, around: Around, changes: int) -> Snapshot:
    now = world.clock()
    for resource in world.resources():
        resource.settle(now)
    return Snapshot(
        moment=now,
        changes=changes,
        connections={id_: _copied(one) for id_, one in world.connections.items()},
        interconnect_ids=frozenset(id_ for id_, one in world.interconnects.items() if one.state not in GONE),
        lags={id_: _copied(one) for id_, one in world.lags.items()},
        virtual_interfaces={id_: _copied(one) for id_, one in world.virtual_interfaces.items() if _is_seen(world, one)},
        grouped_ids={
            group.id: [
                one.connection_arn.rpartition("/")[2]
                for one in group.associations
                if one.state in {"associating", "associated"}
            ]
            for group in world.resiliency_groups.values()
        },
        attachments=list(world.remote_attachments),
        measured=dict(around.cloudwatch.measured),
        partner_calls_refused=world.behaviour.partner_calls_refused and not world.is_partner,
    )


def _is_seen(world: DirectConnectBackend, one: VirtualInterface) -> bool:
    """Return False for another account's on a port that vanished, if neither the port's id nor the list shows it."""
    is_listed = world.behaviour.foreign_interfaces_listed or one.owner_account == world.account_id
    has_port = one.connection_id in {*world.connections, *world.lags}
    return is_listed or has_port or not world.behaviour.gone_parent_message


def _copied[T: Connection | Lag | VirtualInterface](one: T) -> T:
    copied = copy(one)
    copied.tags = dict(one.tags)
    return copied
