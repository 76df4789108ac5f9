"""The operation on the routes of a virtual interface."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.operations.paging import page
from sandbox.directconnect.resources.routes import Route
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import GONE, VirtualInterfaceState
from sandbox.directconnect.world import World


@dataclass(frozen=True, slots=True)
class _Placed:
    sequence: int
    route: Route


def list_virtual_interface_routes(world: World, call: Call) -> Answer:
    """List routes by direction; raises NotImplementedError for AWS's other filters."""
    one = world.virtual_interface(call.parameters.get("virtualInterfaceId", ""), call.moment)
    if one.state in GONE:
        raise DirectConnectClientException(f"Virtual Interface {one.id} does not exist.")
    filters = call.parameters.get("filters", {})
    if others := filters.keys() - {"routeDirection"}:
        raise NotImplementedError(f"the sandbox does not filter routes by {sorted(others)}")
    placed = _routes(one, filters.get("routeDirection"))
    answer = page(world, call, "routes", placed, lambda one_of: one_of.route.to_dict(one.device))
    return {"virtualInterfaceId": one.id, **answer}


def _routes(one: VirtualInterface, direction: str | None) -> Iterator[_Placed]:
    # Any other interface has no BGP session, and so no routes.
    if one.state == VirtualInterfaceState.AVAILABLE:
        for place, route in enumerate(one.routes):
            if direction in {None, route.direction}:
                yield _Placed(place, route)
