"""The guard that compares the prefixes announced here with those announced on the paths that stay."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_interface

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.paths import by_gateway, paths_left
from decommission.models import Surroundings
from decommission.words import MOST_NAMED, listed

# Of each virtual interface, so many prefixes are named in any case.
LEAST_NAMED = 3

type Prefix = tuple[int, int, int]

DEFAULT_ROUTES = {(4, 0, 0), (6, 0, 0)}


def routes(evidence: Evidence) -> Finding | None:
    """
    Ask whether each prefix that the customer announces here is announced on a path that stays, equal or shorter.

    None if this step did not ask for routes: the last verdict then stands.
    """
    around, announced = evidence.surroundings, evidence.surroundings.routes
    if announced is None:
        return None
    lost: dict[str, list[str]] = {}
    by_default: dict[str, list[str]] = {}
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
            here = announced.get(v.virtual_interface_id, ())
            missing = _not_covered(here, kept)
            if missing and left and not asked:
                unknown += [path.virtual_interface_id for path in left]
            elif missing:
                lost[v.virtual_interface_id] = missing
            elif doubtful := _not_covered(here, kept - DEFAULT_ROUTES, but=DEFAULT_ROUTES):
                by_default[v.virtual_interface_id] = doubtful
    if lost:
        return blocks(
            f"announced here and on no other path of the same gateway: {_named(lost)}; announce them on another path "
            "first",
            lost,
        )
    if warnings := [*_not_compared(unknown, around), *_only_by_default(by_default)]:
        return warns("; ".join(warnings))
    return passes("every prefix that is announced here is announced on another path of its gateway, equal or shorter")


def _not_covered(
    announced: Iterable[str], kept: Collection[Prefix | str], *, but: Collection[Prefix | str] = ()
) -> list[str]:
    """List the prefixes that none of ``kept`` covers; those of ``but`` are left out."""
    return [
        cidr
        for cidr in announced
        if (prefix := _read(cidr)) not in but and not any(shorter in kept for shorter in covering(prefix))
    ]


def _not_compared(unknown: Iterable[str], around: Surroundings) -> Iterator[str]:
    if ids := dict.fromkeys(unknown):
        refused = around.refusals.get("ListVirtualInterfaceRoutes")
        words = f'; AWS said: "{refused}"' if refused else ""
        yield f"the routes of {listed(ids)} could not be compared{words}"


def _only_by_default(by_default: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if by_default:
        yield f"covered elsewhere only by a default route: {_named(by_default)}; make sure that it leads there"


def _named(by_interface: Mapping[str, Sequence[str]]) -> str:
    most = max(MOST_NAMED // len(by_interface), LEAST_NAMED)
    return "; ".join(f"{id_}: {listed(prefixes, most)}" for id_, prefixes in by_interface.items())


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
