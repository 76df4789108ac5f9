"""MACsec keys; the CAK is accepted and never returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exceptions import DirectConnectClientException
from .lifecycle import Answer, Request, without_nones

if TYPE_CHECKING:
    from .world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class MacSecKey:
    secret_arn: str
    ckn: str | None
    start_on: str  # a text in the model, not a time

    def to_dict(self, state: str = "associated") -> Answer:
        return without_nones(
            {"secretARN": self.secret_arn, "ckn": self.ckn, "state": state, "startOn": self.start_on},
        )


def associate_mac_sec_key(world: World, request: Request) -> Answer:
    asked = request.parameters
    port = world.port(asked["connectionId"], request.moment)
    # AWS keeps a CKN/CAK pair that it is given in a secret of its own making, in the caller's account.
    secret = asked.get("secretARN") or (
        f"arn:{world.partition}:secretsmanager:{world.region_name}:{world.account_id}"
        f":secret:directconnect!{port.id}-{world.new_uuid()}"
    )
    key = MacSecKey(secret_arn=secret, ckn=asked.get("ckn"), start_on=f"{request.moment:%Y-%m-%dT%H:%M:%SZ}")
    port.mac_sec_keys.append(key)
    return {"connectionId": port.id, "macSecKeys": [key.to_dict() for key in port.mac_sec_keys]}


def disassociate_mac_sec_key(world: World, request: Request) -> Answer:
    port = world.port(request.parameters["connectionId"], request.moment)
    for key in port.mac_sec_keys:
        if key.secret_arn == request.parameters["secretARN"]:
            port.mac_sec_keys.remove(key)
            return {"connectionId": port.id, "macSecKeys": [key.to_dict("disassociated")]}
    raise DirectConnectClientException(f"The secret is not associated with {port.id}.")
