"""The guard that asks whether each gateway keeps a path, and what a path is."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.tags import is_approved
from decommission.models import Connection, ConnectionState, Lag, Surroundings, VirtualInterface, VirtualInterfaceState
from decommission.settings import Settings
from decommission.words import listed

ATTACHED = "attached"
PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """
    An available virtual interface of a gateway, on a port that stays.

    ``location`` and ``device`` are None, and ``megabits`` is 0, where this account and region cannot see the port.
    ``connection_id`` is that of the connection or LAG, None for an attachment elsewhere.
    """

    virtual_interface_id: str
    connection_id: str | None = None
    location: str | None = None
    device: str | None = None
    megabits: int = 0
    site_link: bool = False


def paths(gateway_id: str, leaving_ids: Collection[str], around: Surroundings, settings: Settings) -> tuple[Path, ...]:
    """List the paths of a gateway that would be left without these ports."""
    found = _found(gateway_id, leaving_ids, around, settings)
    return tuple(path for path in found if isinstance(path, Path))


def not_counted(
    gateway_id: str, leaving_ids: Collection[str], around: Surroundings, settings: Settings
) -> tuple[str, ...]:
    """Name the other virtual interfaces of a gateway that are no path, each with the reason."""
    found = _found(gateway_id, leaving_ids, around, settings)
    return tuple(reason for reason in found if isinstance(reason, str))


def _found(
    gateway_id: str, leaving_ids: Collection[str], around: Surroundings, settings: Settings
) -> Iterator[Path | str]:
    ports: dict[str, Connection | Lag] = {c.connection_id: c for c in around.connections}
    ports |= {lag.lag_id: lag for lag in around.lags}
    for v in around.neighbours:
        # Without the id of its port it may be on any, also on the one that is to be deleted.
        if v.gateway_id == gateway_id and v.connection_id not in {"", *leaving_ids} and not v.is_gone:
            yield _path(v, ports.get(v.connection_id), leaving_ids, settings)


def _path(
    v: VirtualInterface, port: Connection | Lag | None, leaving_ids: Collection[str], settings: Settings
) -> Path | str:
    """Make a path of a virtual interface, or say why it is none."""
    id_ = v.virtual_interface_id
    if v.state != VirtualInterfaceState.AVAILABLE:
        return f"{id_} ({v.state})"
    if is_approved(v.tags, settings):
        return f"{id_} (approved for decommission)"
    match port:
        case None:
            # The port belongs to another account: the state of the virtual interface is all that can be seen.
            return Path(virtual_interface_id=id_, connection_id=v.connection_id, site_link=bool(v.site_link_enabled))
        case Connection():
            links = [port]
        case Lag():
            links = list(port.members)
    others = [link for link in links if link.connection_id not in leaving_ids]
    up = [link for link in others if link.state == port.state == ConnectionState.AVAILABLE]
    kept = [link for link in up if not is_approved(link.tags, settings)]
    if not kept:
        why = "approved for decommission" if up else "no other link" if not others else "not available"
        return f"{id_} on {v.connection_id} ({why})"
    return Path(
        virtual_interface_id=id_,
        connection_id=v.connection_id,
        location=port.location,
        device=port.aws_device,
        megabits=sum(megabits(link.bandwidth) for link in kept),
        site_link=bool(v.site_link_enabled),
    )


def attached_elsewhere(gateway_id: str, evidence: Evidence) -> tuple[Path, ...]:
    """List the attachments of a gateway in other regions and accounts, which can be seen no other way."""
    around, region = evidence.surroundings, evidence.observation.region
    seen = {v.virtual_interface_id for v in (*around.neighbours, *evidence.observation.virtual_interfaces)}
    seen.update(evidence.plan.virtual_interface_ids)
    return tuple(
        Path(virtual_interface_id=a.virtual_interface_id)
        for a in around.attachments
        if a.gateway_id == gateway_id and a.state == ATTACHED and a.virtual_interface_id not in seen
        # An answer without region and owner proves nothing.
        if a.region not in {"", region} or a.owner_account not in {"", around.caller_account}
    )


def paths_left(gateway_id: str, evidence: Evidence) -> tuple[Path, ...]:
    """List the paths that a gateway keeps; those elsewhere only if none is seen here."""
    left = paths(gateway_id, evidence.plan.leaving_ids, evidence.surroundings, evidence.settings)
    return left or attached_elsewhere(gateway_id, evidence)


def redundancy(evidence: Evidence) -> Finding:
    """Ask whether a path is left for each gateway of a virtual interface that is to be deleted, whatever its state."""
    around = evidence.surroundings
    last: dict[str, str] = {}
    discounted: list[str] = []
    warnings: list[str] = []
    for gateway_id, interfaces in by_gateway(evidence).items():
        if left := paths_left(gateway_id, evidence):
            warnings += [f"{_name(gateway_id, around)} {worry}" for worry in _worries(left, evidence)]
            if any(v.site_link_enabled for v in interfaces) and not any(path.site_link for path in left):
                warnings.append(
                    f"{_name(gateway_id, around)} keeps no path with SiteLink, by which sites reach each other"
                )
        else:
            last |= {
                v.virtual_interface_id: f"{v.virtual_interface_id} ({v.state}) on {_name(gateway_id, around)}"
                for v in interfaces
            }
            discounted += not_counted(gateway_id, evidence.plan.leaving_ids, around, evidence.settings)
    without = {v.virtual_interface_id: v.type for v in evidence.virtual_interfaces if not v.gateway_id}
    if public := [id_ for id_, type_ in without.items() if type_ == PUBLIC]:
        warnings.append(f"nobody can tell what else carries the traffic of public interfaces: {listed(public)}")
    if others := [id_ for id_, type_ in without.items() if type_ != PUBLIC]:
        warnings.append(f"AWS shows no gateway of {listed(others)}")
    if last:
        refused = around.refusals.get("DescribeDirectConnectGatewayAttachments")
        words = f'; AWS refused to list attachments elsewhere: "{refused}"' if refused else ""
        uncounted = f"; not counted: {listed(discounted)}" if discounted else ""
        return blocks(
            f"no other path would be left of a gateway: {listed(last.values())}{uncounted}{words}. A path is an "
            "available virtual interface on an available connection, neither of them approved for decommission; "
            "bring one up first, or override with the ids of the interfaces if their gateway is to lose its last path",
            last,
        )
    if warnings:
        return warns("; ".join(warnings))
    return passes("each gateway keeps another path" if evidence.virtual_interfaces else "no virtual interface is left")


def by_gateway(evidence: Evidence) -> dict[str, list[VirtualInterface]]:
    """Group what is to be deleted by its gateway."""
    groups: dict[str, list[VirtualInterface]] = {}
    for v in evidence.virtual_interfaces:
        if v.gateway_id:
            groups.setdefault(v.gateway_id, []).append(v)
    return groups


def megabits(bandwidth: str | None) -> int:
    """Read a bandwidth as AWS spells it (``10Gbps``, ``500Mbps``), in Mbit/s; 0 if it is unknown."""
    match = re.fullmatch(r"(\d+)(G|M)bps", str(bandwidth))
    return int(match[1]) * (1000 if match[2] == "G" else 1) if match else 0


def _worries(left: tuple[Path, ...], evidence: Evidence) -> list[str]:
    """List what is wrong with the paths that are left; hidden ones count only if the visible ones do not suffice."""
    seen = [path for path in left if path.location]
    hidden = [path.virtual_interface_id for path in left if not path.location]
    worries = list(_worries_of_visible(seen, evidence)) if seen else []
    if hidden and (worries or not seen):
        worries.append(f"keeps {listed(hidden)}, whose port and routes this account and region cannot show")
    return worries


def _worries_of_visible(seen: list[Path], evidence: Evidence) -> Iterator[str]:
    named, id_ = listed(path.virtual_interface_id for path in seen), evidence.port.id
    if {path.connection_id for path in seen} == {id_}:
        yield f"keeps only paths on {id_} itself: {named}"
        return
    devices, locations = {path.device for path in seen}, {path.location for path in seen}
    if len(seen) == 1:
        yield f"keeps one path only, at {seen[0].location}: {named}"
    elif len(devices) == 1 and all(devices):
        yield f"keeps only paths on one AWS device ({listed(map(str, devices))}): {named}"
    elif len(locations) == 1:
        yield f"keeps only paths at one location ({listed(map(str, locations))}): {named}"
    before = sum(megabits(c.bandwidth) for c in evidence.connections)
    after = max(path.megabits for path in seen)
    if not after:
        yield f"keeps only paths whose bandwidth AWS does not show: {named}"
    elif after < before:
        yield f"keeps less bandwidth: {after} Mbit/s at most in one path, where {id_} has {before}"


def _name(gateway_id: str, around: Surroundings) -> str:
    name = around.gateway_names.get(gateway_id)
    return f"gateway {gateway_id} ({name})" if name else f"gateway {gateway_id}"
