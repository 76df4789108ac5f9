"""The plan: what will be deleted. Nothing else ever is."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Self

from decommission.models import Connection, Lag, Observation, VirtualInterface
from decommission.words import several


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVirtualInterface:
    virtual_interface_id: str
    type: str
    owner_account: str
    vlan: int | None
    direct_connect_gateway_id: str | None
    virtual_gateway_id: str | None

    @classmethod
    def of(cls, virtual_interface: VirtualInterface) -> Self:
        return cls(
            virtual_interface_id=virtual_interface.virtual_interface_id,
            type=virtual_interface.type,
            owner_account=virtual_interface.owner_account,
            vlan=virtual_interface.vlan,
            direct_connect_gateway_id=virtual_interface.direct_connect_gateway_id,
            virtual_gateway_id=virtual_interface.virtual_gateway_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    A port and its virtual interfaces, in the order of their ids; or some of these, and the port stays.

    Of a connection, ``lag_id`` is the LAG that it leaves. Of a LAG, there is no ``connection_id``: its ``member_ids``
    go with it, and its ``minimum_links`` are lowered to let them leave. A plan holds no states, names or times, so that
    the same things to delete always give the same plan.
    """

    connection_id: str | None
    owner_account: str
    lag_id: str | None
    virtual_interfaces: tuple[PlannedVirtualInterface, ...]
    member_ids: tuple[str, ...] = ()
    minimum_links: int = 0
    keeps_connection: bool = False

    @classmethod
    def of(cls, observation: Observation) -> Self:
        """Plan to delete what one look shows. Raises ValueError if it does not show the port."""
        port = observation.port
        in_order = sorted(observation.to_be_deleted, key=lambda v: v.virtual_interface_id)
        planned, keeps = tuple(map(PlannedVirtualInterface.of, in_order)), bool(observation.named)
        match port:
            case Connection():
                return cls(
                    connection_id=port.connection_id,
                    owner_account=port.owner_account,
                    lag_id=port.lag_id,
                    virtual_interfaces=planned,
                    keeps_connection=keeps,
                )
            case Lag():
                return cls(
                    connection_id=None,
                    owner_account=port.owner_account,
                    lag_id=port.lag_id,
                    virtual_interfaces=planned,
                    member_ids=() if keeps else tuple(sorted(c.connection_id for c in observation.inside)),
                    minimum_links=0 if keeps else port.minimum_links,
                    keeps_connection=keeps,
                )
            case None:
                raise ValueError("nothing can be planned for a port that is not shown")

    @property
    def port_id(self) -> str:
        """The id of the connection, or of the LAG if the plan is one of a LAG."""
        return self.connection_id or self.lag_id or ""

    @property
    def leaving_ids(self) -> tuple[str, ...]:
        """The ids of the ports that are to be deleted, the connections first."""
        if self.keeps_connection:
            return ()
        return (self.connection_id,) if self.connection_id else (*self.member_ids, self.port_id)

    @property
    def virtual_interface_ids(self) -> tuple[str, ...]:
        return tuple(v.virtual_interface_id for v in self.virtual_interfaces)

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical form, as 64 hexadecimal digits."""
        canonical: dict[str, object] = {
            "connectionId": self.connection_id,
            "ownerAccount": self.owner_account,
            "lagId": self.lag_id,
            "virtualInterfaces": [
                [
                    v.virtual_interface_id,
                    v.type,
                    v.owner_account,
                    v.vlan,
                    v.direct_connect_gateway_id,
                    v.virtual_gateway_id,
                ]
                for v in self.virtual_interfaces
            ],
        }
        if self.keeps_connection:
            canonical["keepsConnection"] = True
        elif self.connection_id is None:
            canonical |= {"memberIds": self.member_ids, "minimumLinks": self.minimum_links}
        return hashlib.sha256(json.dumps(canonical, separators=(",", ":")).encode()).hexdigest()

    def differences(self, observation: Observation, left_ids: Collection[str]) -> tuple[str, ...]:
        """
        Say in words how the port and what is still on it differ from what was planned.

        ``left_ids`` are the connections that the run itself may have taken out of their LAG.
        """
        planned = {v.virtual_interface_id: v for v in self.virtual_interfaces}
        found = [
            f"{id_} belongs to account {port.owner_account or 'unknown'} now"
            for id_, port in observation.ports.items()
            if port.owner_account != self.owner_account
        ]
        if not self.keeps_connection or self.connection_id:
            found += self._of_membership(observation, left_ids)
        for v in observation.remaining:
            before = planned.get(v.virtual_interface_id)
            # What is being deleted belongs to no plan, and what AWS still shows of it is not known.
            if not v.is_to_be_deleted:
                continue
            if before is None:
                found.append(f"{v.virtual_interface_id} ({v.type}, {v.state}) is new")
            elif v.is_described and _identity(before) != _identity(v):
                found.append(f"{v.virtual_interface_id} has changed its owner, gateway or type")
        return tuple(found)

    def out(self, observation: Observation) -> tuple[str, ...]:
        """List the planned connections of a LAG that are in it no longer, while it is there."""
        if observation.port is None or observation.port.is_gone:
            return ()
        found = (c.connection_id for c in observation.connections if c.lag_id is None)
        return tuple(id_ for id_ in found if id_ in self.member_ids)

    def _of_membership(self, observation: Observation, left_ids: Collection[str]) -> Iterator[str]:
        """Say which connections joined a LAG, or left the planned one without the run."""
        for id_ in self.out(observation):
            if id_ not in left_ids:
                yield f"{id_} left {self.lag_id}"
        for c in observation.connections:
            if c.lag_id not in {None, self.lag_id} or c.connection_id not in {self.connection_id, *self.member_ids}:
                yield f"{c.connection_id} joined {c.lag_id or self.lag_id}"
        if isinstance(observation.port, Lag) and observation.port.minimum_links not in {0, self.minimum_links}:
            yield f"{self.lag_id} needs {several(observation.port.minimum_links, 'link')} now"


def _identity(v: PlannedVirtualInterface | VirtualInterface) -> tuple[str | None, ...]:
    return v.owner_account, v.type, v.direct_connect_gateway_id, v.virtual_gateway_id
