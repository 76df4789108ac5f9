"""Routes: the prefixes that a virtual interface has accepted from the customer and advertises to the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from .exceptions import DirectConnectClientException
from .paging import page
from .states import GONE, VirtualInterfaceState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .lifecycle import Answer, Request
    from .virtual_interfaces import VirtualInterface
    from .world import World

MOST_CIDRS: Final = 10

type Direction = Literal["accepted", "advertised"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``accepted`` from the customer, or ``advertised`` to the customer."""

    cidr: str
    installed_at: datetime
    direction: Direction = "accepted"
    as_path: tuple[int, ...] = ()
    communities: tuple[str, ...] = ()

    @property
    def address_family(self) -> str:
        return "ipv6" if ":" in self.cidr else "ipv4"

    def to_dict(self, device: str) -> Answer:
        return {
            "cidr": self.cidr,
            "routeDirection": self.direction,
            "addressFamily": self.address_family,
            "asPath": [{"pathType": "seq", "path": list(self.as_path)}],
            "communities": list(self.communities),
            "awsLogicalDeviceId": device,
            "routeInstalledAt": self.installed_at,
        }


@dataclass(frozen=True, slots=True)
class _Placed:
    sequence: int
    route: Route


def list_virtual_interface_routes(world: World, request: Request) -> Answer:
    """Only an available interface has a BGP session, and so routes."""
    interface_id = request.parameters.get("virtualInterfaceId", "")
    one = world.virtual_interface(interface_id, request.moment)
    if one.state in GONE:
        raise DirectConnectClientException(f"Virtual Interface {interface_id} does not exist.")
    filters = request.parameters.get("filters", {})
    if len(filters.get("cidrs", [])) > MOST_CIDRS:
        raise DirectConnectClientException(f"At most {MOST_CIDRS} CIDRs can be given.")
    shown, more = page(request, _routes(one, filters), world.behaviour.page_size)
    return {
        "virtualInterfaceId": one.id,
        "routes": [placed.route.to_dict(one.device) for placed in shown],
        **more,
    }


def _routes(one: VirtualInterface, filters: dict[str, Any]) -> Iterator[_Placed]:
    if one.state == VirtualInterfaceState.AVAILABLE:
        for place, route in enumerate(one.routes):
            if _passes(route, filters):
                yield _Placed(place, route)


def _passes(route: Route, filters: dict[str, Any]) -> bool:
    """Say whether a route fits every filter; a route needs all AS numbers and communities that are asked for."""
    cidrs = filters.get("cidrs")
    return (
        filters.get("routeDirection") in {None, route.direction}
        and filters.get("addressFamily") in {None, route.address_family}
        and (not cidrs or route.cidr in cidrs)
        and set(filters.get("asPath", [])) <= set(route.as_path)
        and set(filters.get("communities", [])) <= set(route.communities)
    )
