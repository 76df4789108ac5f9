"""Direct Connect gateways and virtual private gateways: only that they exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .behaviour import AT_ONCE
from .lifecycle import Answer, Request, Resource
from .paging import page
from .states import DirectConnectGatewayState
from .tagging import asked_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .world import World


@dataclass(slots=True, kw_only=True)
class DirectConnectGateway(Resource):
    arn_type: ClassVar[str] = "dx-gateway"

    name: str
    amazon_side_asn: int = 64512

    def to_dict(self, world: World, caller: str) -> Answer:
        return {
            "directConnectGatewayId": self.id,
            "directConnectGatewayName": self.name,
            "amazonSideAsn": self.amazon_side_asn,
            "ownerAccount": self.owner_account,
            "directConnectGatewayState": str(self.state),
            "tags": self.shown_tags(world.behaviour, caller),
        }


def add_direct_connect_gateway(
    world: World,
    *,
    name: str = "gateway",
    owner_account: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> DirectConnectGateway:
    gateway = DirectConnectGateway(
        id=world.new_uuid(),
        partition=world.partition,
        region=world.region_name,
        owner_account=owner_account or world.account_id,
        sequence=world.next_sequence(),
        state=DirectConnectGatewayState.AVAILABLE,
        tags=dict(tags or {}),
        name=name,
    )
    world.direct_connect_gateways[gateway.id] = gateway
    return gateway


def add_virtual_gateway(world: World) -> str:
    """Add a virtual private gateway, and return its id."""
    gateway_id = f"vgw-{world.random.getrandbits(68):017x}"
    world.virtual_gateways[gateway_id] = "available"
    return gateway_id


def create_direct_connect_gateway(world: World, request: Request) -> Answer:
    asked = request.parameters
    gateway = world.add_direct_connect_gateway(name=asked["directConnectGatewayName"], tags=asked_tags(asked))
    gateway.amazon_side_asn = asked.get("amazonSideAsn", gateway.amazon_side_asn)
    gateway.move(DirectConnectGatewayState.PENDING, DirectConnectGatewayState.AVAILABLE, AT_ONCE, request.moment)
    return {"directConnectGateway": gateway.to_dict(world, request.caller)}


def describe_direct_connect_gateways(world: World, request: Request) -> Answer:
    gateway_id = request.parameters.get("directConnectGatewayId")
    listed = [
        gateway
        for gateway in world.direct_connect_gateways.values()
        # AWS: deleted Direct Connect gateways are not returned.
        if gateway_id in (None, gateway.id) and gateway.gone_since is None
    ]
    shown, more = page(request, listed, world.behaviour.page_size)
    return {"directConnectGateways": [one.to_dict(world, request.caller) for one in shown], **more}


def describe_virtual_gateways(world: World, _request: Request) -> Answer:
    return {
        "virtualGateways": [
            {"virtualGatewayId": gateway_id, "virtualGatewayState": state}
            for gateway_id, state in world.virtual_gateways.items()
        ]
    }
