"""Ports: connections, interconnects and LAGs, which can carry virtual interfaces."""

from dataclasses import dataclass, field
from typing import Final

from sandbox.directconnect.behaviour import Behaviour
from sandbox.directconnect.calls import Answer
from sandbox.directconnect.lifecycle import Choices, Resource
from sandbox.directconnect.resources.mac_sec import MacSecKey

LOCATION: Final = "EqFA5"


class PortChoices(Choices, total=False):
    name: str
    location: str
    bandwidth: str


@dataclass(slots=True, kw_only=True)
class Port(Resource):
    name: str
    location: str = LOCATION
    bandwidth: str = "1Gbps"
    provider_name: str | None = None
    billing_mode: str = "PayAsYouGo"
    mac_sec_capable: bool = False
    encryption_mode: str = "no_encrypt"
    mac_sec_keys: list[MacSecKey] = field(default_factory=list)

    @property
    def device(self) -> str:
        return device(self.location)

    def shown(self, behaviour: Behaviour, caller: str) -> Answer:
        """Return the fields that AWS shows of every port."""
        return {
            "ownerAccount": self.owner_account,
            "region": self.region,
            "location": self.location,
            "awsDevice": self.device,
            "awsDeviceV2": self.device,
            "awsLogicalDeviceId": self.device,
            "jumboFrameCapable": True,
            "hasLogicalRedundancy": "unknown",
            "tags": self.shown_tags(behaviour, caller),
            "providerName": self.provider_name,
            "macSecCapable": self.mac_sec_capable,
            "encryptionMode": self.encryption_mode,
            "macSecKeys": [key.to_dict() for key in self.mac_sec_keys],
            "billingMode": self.billing_mode,
        }


def device(location: str) -> str:
    """Return the one device that AWS has at a location of the sandbox."""
    return f"{location}-1bwfvazist2k0"
