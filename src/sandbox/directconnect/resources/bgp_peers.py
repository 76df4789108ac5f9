"""BGP peers: each is a session between AWS and the customer's router on a virtual interface."""

from dataclasses import dataclass
from typing import Final

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.states import BgpPeerState, BgpStatus, VirtualInterfaceState

LARGEST_SHORT_ASN: Final = 2_147_483_647  # for a larger one, AWS answers 0 as ``asn``

_PEERS: Final[dict[str, tuple[BgpPeerState, BgpStatus]]] = {
    VirtualInterfaceState.CONFIRMING: (BgpPeerState.PENDING, BgpStatus.DOWN),
    VirtualInterfaceState.VERIFYING: (BgpPeerState.VERIFYING, BgpStatus.DOWN),
    VirtualInterfaceState.PENDING: (BgpPeerState.PENDING, BgpStatus.DOWN),
    VirtualInterfaceState.AVAILABLE: (BgpPeerState.AVAILABLE, BgpStatus.UP),
    VirtualInterfaceState.DOWN: (BgpPeerState.AVAILABLE, BgpStatus.DOWN),
    VirtualInterfaceState.TESTING: (BgpPeerState.AVAILABLE, BgpStatus.DOWN),
    VirtualInterfaceState.DELETING: (BgpPeerState.DELETING, BgpStatus.DOWN),
    VirtualInterfaceState.DELETED: (BgpPeerState.DELETED, BgpStatus.DOWN),
    VirtualInterfaceState.REJECTED: (BgpPeerState.DELETED, BgpStatus.DOWN),
}
_PEER_OF_ANOTHER_STATE: Final = (BgpPeerState.AVAILABLE, BgpStatus.UNKNOWN)


@dataclass(slots=True, kw_only=True)
class BgpPeer:
    id: str
    asn: int
    auth_key: str
    amazon_address: str
    customer_address: str
    address_family: str = "ipv4"
    state: str | None = None  # takes precedence over what follows from the interface's

    @property
    def short_asn(self) -> int:
        return self.asn if self.asn <= LARGEST_SHORT_ASN else 0

    def to_dict(self, interface_state: str, device: str) -> Answer:
        state, status = _PEERS.get(interface_state, _PEER_OF_ANOTHER_STATE)
        return {
            "bgpPeerId": self.id,
            "asn": self.short_asn,
            "asnLong": self.asn,
            "authKey": self.auth_key,
            "addressFamily": self.address_family,
            "amazonAddress": self.amazon_address,
            "customerAddress": self.customer_address,
            "bgpPeerState": self.state or str(state),
            "bgpStatus": str(status),
            "awsDeviceV2": device,
            "awsLogicalDeviceId": device,
        }
