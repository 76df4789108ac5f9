"""The guard that compares the prefixes announced here with those announced on the paths that stay."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_interface

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.paths import by_gateway, paths_left
from decommission.words import MOST_NAMED, listed

# Of each virtual interface, so many prefixes are named in any case.
LEAST_NAMED = 3

type Prefix = tuple[int, int, int]


def routes(evidence: Evidence) -> Finding | None:
    """
    Ask whether each prefix that the customer announces here is announced on a path that stays, equal or shorter.

    None if this step did not ask for routes: the last verdict then stands.
    """
    around, announced = evidence.surroundings, evidence.surroundings.routes
    if announced is None:
        return None
    lost: dict[str, list[str]] = {}
    # Where AWS shows no gateway, as of a public virtual interface, there is nothing to compare with.
    unknown = [
        v.virtual_interface_id
        for v in evidence.virtual_interfaces
        if v.virtual_interface_id not in announced or (announced[v.virtual_interface_id] and not v.gateway_id)
    ]
    for gateway_id, interfaces in by_gateway(evidence).items():
        left = paths_left(gateway_id, evidence)
        asked = [path.virtual_interface_id for path in left if path.virtual_interface_id in announced]
        kept = {_read(cidr) for id_ in asked for cidr in announced[id_]}
        for v in interfaces:
            missing = list(_missing(announced.get(v.virtual_interface_id, ()), kept))
            if missing and left and not asked:
                unknown += [path.virtual_interface_id for path in left]
            elif missing:
                lost[v.virtual_interface_id] = missing
    if lost:
        most = max(MOST_NAMED // len(lost), LEAST_NAMED)
        named = "; ".join(f"{id_}: {listed(prefixes, most)}" for id_, prefixes in lost.items())
        return blocks(
            f"announced here and on no other path of the same gateway: {named}; announce them on another path first",
            lost,
        )
    if unknown:
        refused = around.refusals.get("ListVirtualInterfaceRoutes")
        words = f'; AWS said: "{refused}"' if refused else ""
        return warns(f"the routes of {listed(dict.fromkeys(unknown))} could not be compared{words}")
    return passes("every prefix that is announced here is announced on another path of its gateway, equal or shorter")


def _missing(announced: Iterable[str], kept: set[Prefix | str]) -> Iterator[str]:
    for cidr in announced:
        if not any(shorter in kept for shorter in covering(_read(cidr))):
            yield cidr


def covering(prefix: Prefix | str) -> Iterator[Prefix | str]:
    """List the prefixes that cover this one: itself, and each shorter one."""
    if isinstance(prefix, str):
        yield prefix
        return
    version, address, length = prefix
    bits = 32 if version == 4 else 128  # noqa: PLR2004 - IPv4
    for shorter in range(length, -1, -1):
        yield version, address >> (bits - shorter) << (bits - shorter), shorter


def _read(cidr: str) -> Prefix | str:
    """Read a prefix as numbers; what is no prefix is compared as text."""
    try:
        network = ip_interface(cidr).network
    except ValueError:
        return cidr
    return network.version, int(network.network_address), network.prefixlen
