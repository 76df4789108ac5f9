"""The plan: what will be deleted, and nothing else will be."""

import hashlib
import json
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Identity without circumstance: no states and no times, so that the same world gives the same plan."""

    connection_id: str
    owner_account: str
    lag_id: str | None
    virtual_interfaces: tuple[PlannedVirtualInterface, ...]

    @classmethod
    def of(cls, connection: Connection, virtual_interfaces: tuple[VirtualInterface, ...]) -> Self:
        """Plan the deletion of these, in the order of their ids, whatever the order of AWS's answer."""
        return cls(
            connection_id=connection.connection_id,
            owner_account=connection.owner_account,
            lag_id=connection.lag_id,
            virtual_interfaces=tuple(
                PlannedVirtualInterface(
                    virtual_interface_id=v.virtual_interface_id,
                    type=v.type,
                    owner_account=v.owner_account,
                    vlan=v.vlan,
                    direct_connect_gateway_id=v.direct_connect_gateway_id,
                    virtual_gateway_id=v.virtual_gateway_id,
                )
                for v in sorted(virtual_interfaces, key=lambda v: v.virtual_interface_id)
            ),
        )

    @property
    def virtual_interface_ids(self) -> tuple[str, ...]:
        return tuple(v.virtual_interface_id for v in self.virtual_interfaces)

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical form, as 64 hexadecimal digits."""
        canonical = {
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
                for v in sorted(self.virtual_interfaces, key=lambda v: v.virtual_interface_id)
            ],
        }
        return hashlib.sha256(json.dumps(canonical, separators=(",", ":")).encode()).hexdigest()
