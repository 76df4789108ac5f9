"""BGP peers: the two ends of the session on a virtual interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .states import BgpPeerState, BgpStatus, VirtualInterfaceState

if TYPE_CHECKING:
    from .lifecycle import Answer

LARGEST_SHORT_ASN: Final = 2_147_483_647  # above it AWS answers 0 as ``asn``, and the number as ``asnLong`` alone

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
            "bgpPeerState": str(state),
            "bgpStatus": str(status),
            "awsDeviceV2": device,
            "awsLogicalDeviceId": device,
        }
