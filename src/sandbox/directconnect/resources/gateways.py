"""Direct Connect gateways, and the attachments of virtual interfaces to them in all Regions and accounts."""

from dataclasses import dataclass
from typing import ClassVar

from sandbox.directconnect.behaviour import Behaviour
from sandbox.directconnect.calls import Answer
from sandbox.directconnect.lifecycle import Resource
from sandbox.directconnect.states import AttachmentState, VirtualInterfaceType


@dataclass(slots=True, kw_only=True)
class DirectConnectGateway(Resource):
    arn_type: ClassVar[str] = "dx-gateway"

    name: str
    amazon_side_asn: int = 64512

    def to_dict(self, behaviour: Behaviour, caller: str) -> Answer:
        return {
            "directConnectGatewayId": self.id,
            "directConnectGatewayName": self.name,
            "amazonSideAsn": self.amazon_side_asn,
            "ownerAccount": self.owner_account,
            "directConnectGatewayState": str(self.state),
            "tags": self.shown_tags(behaviour, caller),
        }


@dataclass(slots=True, kw_only=True)
class GatewayAttachment:
    sequence: int
    direct_connect_gateway_id: str
    virtual_interface_id: str
    region: str
    owner_account: str
    state: str = AttachmentState.ATTACHED
    type: str = VirtualInterfaceType.TRANSIT

    def to_dict(self) -> Answer:
        return {
            "directConnectGatewayId": self.direct_connect_gateway_id,
            "virtualInterfaceId": self.virtual_interface_id,
            "virtualInterfaceRegion": self.region,
            "virtualInterfaceOwnerAccount": self.owner_account,
            "attachmentState": str(self.state),
            "attachmentType": f"{self.type.capitalize()}VirtualInterface",
        }
