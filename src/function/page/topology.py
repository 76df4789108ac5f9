"""Names what the picture shows: what stands in each box, and to which gateway it belongs."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from decommission.documents import at_start, bandwidth_of, port_of
from page.fate import Fate
from page.picture import Drawn, Gateway, Picture, draw

type JSON = dict[str, Any]

# What fits into a box; the tables hold the whole.
MOST_LETTERS, MOST_IN_PORT = 36, 28
PUBLIC = "public"
# In the place of a gateway's id, and after all of them.
AWS_PUBLIC, NO_GATEWAY = "~public", "~none"


def picture_of(plan: JSON, fates: Mapping[str, Fate], *, left_lag: Collection[str] = ()) -> Picture:
    """
    Draw the plan; ``fates`` say what became of each planned thing, and name what came later.

    ``left_lag`` are the connections that have left their LAG.
    """
    names = {v["virtualInterfaceId"]: v["name"] for v in plan["virtualInterfaces"]}
    owner = plan["plan"]["ownerAccount"]
    interfaces = [
        _interface(v, names.get(v["virtualInterfaceId"]), fates[v["virtualInterfaceId"]], owner)
        for v in plan["plan"]["virtualInterfaces"]
    ]
    id_, member_ids = port_of(plan)[1], plan["plan"].get("memberIds", ())
    planned = {id_, *member_ids, *(v["virtualInterfaceId"] for v in plan["plan"]["virtualInterfaces"])}
    interfaces += [
        Drawn(kind=fate.kind, lines=_lines(f"{fate.symbol} {id_}", fate.words), gateway=NO_GATEWAY)
        for id_, fate in fates.items()
        if id_ not in planned
    ]
    drawn = Drawn(kind=fates[id_].kind, lines=_port(plan, fates[id_], has_left_lag=id_ in left_lag))
    members = [_member(one, fates[one], has_left=one in left_lag) for one in member_ids]
    return draw(drawn, interfaces, {one.gateway: _gateway(one.gateway, plan) for one in interfaces}, members)


def _port(plan: JSON, fate: Fate, *, has_left_lag: bool) -> tuple[str, ...]:
    id_, lag = port_of(plan)[1], plan["plan"]["lagId"]
    parts = (bandwidth_of(plan), at_start(plan)["location"])
    return _lines(
        f"{fate.symbol} {id_}",
        fate.words,
        at_start(plan)["name"] or "",
        ", ".join(part for part in parts if part),
        f"{'has left' if has_left_lag else 'in'} {lag}" if lag not in {None, id_} else "",
        most=MOST_IN_PORT,
    )


def _member(id_: str, fate: Fate, *, has_left: bool) -> Drawn:
    where = "has left the LAG" if has_left else ""
    return Drawn(kind=fate.kind, lines=_lines(f"{fate.symbol} {id_}", fate.words, where, most=MOST_IN_PORT))


def _interface(v: JSON, name: str | None, fate: Fate, owner: str) -> Drawn:
    is_foreign = v["ownerAccount"] != owner
    about = [f"account {v['ownerAccount']}"] if is_foreign else []
    about += [v["type"]] + ([f"VLAN {v['vlan']}"] if v["vlan"] is not None else [])
    about += [name] if name else []
    kind = f"{fate.kind} foreign" if is_foreign else str(fate.kind)
    gateway = v["directConnectGatewayId"] or v["virtualGatewayId"]
    gateway = gateway or (AWS_PUBLIC if v["type"] == PUBLIC else NO_GATEWAY)
    lines = _lines(f"{fate.symbol} {v['virtualInterfaceId']}", fate.words, ", ".join(about))
    return Drawn(kind=kind, lines=lines, gateway=gateway)


def _gateway(gateway_id: str, plan: JSON) -> Gateway:
    if gateway_id == AWS_PUBLIC:
        return Gateway(lines=("public services of AWS",), keeps=None)
    if gateway_id == NO_GATEWAY:
        return Gateway(lines=("AWS shows no gateway",), keeps=None)
    keeps = plan["pathsLeft"].get(gateway_id)
    return Gateway(
        lines=_lines(plan["gatewayNames"].get(gateway_id, ""), gateway_id),
        keeps=None if keeps is None else [Drawn(kind="path", lines=tuple(_path(path))) for path in keeps],
    )


def _path(path: JSON) -> Iterator[str]:
    yield from _lines(path["virtualInterfaceId"])
    on, at = path["connectionId"], path["location"]
    where = " at ".join(part for part in (on, at) if part)
    yield from _lines(f"on {where}" if on else "in another region or account")


def _lines(*lines: str, most: int = MOST_LETTERS) -> tuple[str, ...]:
    return tuple(line if len(line) <= most else f"{line[: most - 1]}…" for line in lines if line)
