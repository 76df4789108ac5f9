"""The plan: what will be deleted. Nothing else ever is."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from decommission.models import Connection, VirtualInterface


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
    A connection and its virtual interfaces, in the order of their ids; or some of these, and the connection stays.

    It holds no states, names or times, so that the same things to delete always give the same plan.
    """

    connection_id: str
    owner_account: str
    lag_id: str | None
    virtual_interfaces: tuple[PlannedVirtualInterface, ...]
    keeps_connection: bool = False

    @classmethod
    def of(
        cls, connection: Connection, virtual_interfaces: Iterable[VirtualInterface], *, keeps_connection: bool = False
    ) -> Self:
        in_order = sorted(virtual_interfaces, key=lambda v: v.virtual_interface_id)
        return cls(
            connection_id=connection.connection_id,
            owner_account=connection.owner_account,
            lag_id=connection.lag_id,
            virtual_interfaces=tuple(map(PlannedVirtualInterface.of, in_order)),
            keeps_connection=keeps_connection,
        )

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
        return hashlib.sha256(json.dumps(canonical, separators=(",", ":")).encode()).hexdigest()

    def differences(self, connection: Connection, remaining: Iterable[VirtualInterface]) -> tuple[str, ...]:
        """Say in words how the connection and what is still on it differ from what was planned."""
        planned = {v.virtual_interface_id: v for v in self.virtual_interfaces}
        found: list[str] = []
        if connection.owner_account != self.owner_account:
            found.append(f"{self.connection_id} belongs to account {connection.owner_account or 'unknown'} now")
        # Leaving the planned LAG is part of the plan; any other LAG is not.
        if connection.lag_id not in {None, self.lag_id}:
            found.append(f"{self.connection_id} joined {connection.lag_id}")
        for v in remaining:
            before = planned.get(v.virtual_interface_id)
            # What is being deleted belongs to no plan, and what AWS still shows of it is not known.
            if not v.is_to_be_deleted:
                continue
            if before is None:
                found.append(f"{v.virtual_interface_id} ({v.type}, {v.state}) is new")
            elif v.is_described and _identity(before) != _identity(v):
                found.append(f"{v.virtual_interface_id} has changed its owner, gateway or type")
        return tuple(found)


def _identity(v: PlannedVirtualInterface | VirtualInterface) -> tuple[str | None, ...]:
    return v.owner_account, v.type, v.direct_connect_gateway_id, v.virtual_gateway_id
