"""Names what the picture shows: what stands in each box, and to which gateway it belongs."""

from collections.abc import Iterator, Mapping
from typing import Any

from page.fate import Fate
from page.picture import Drawn, Gateway, Picture, draw

type JSON = dict[str, Any]

# What fits into a box; the tables hold the whole.
MOST_LETTERS = 36
PUBLIC = "public"
# In the place of a gateway's id, and after all of them.
AWS_PUBLIC, NO_GATEWAY = "~public", "~none"


def picture_of(plan: JSON, fates: Mapping[str, Fate], *, has_left_lag: bool = False) -> Picture:
    """Draw the plan; ``fates`` say what became of each planned thing, and name what came later."""
    names = {v["virtualInterfaceId"]: v["name"] for v in plan["virtualInterfaces"]}
    owner = plan["plan"]["ownerAccount"]
    interfaces = [
        _interface(v, names.get(v["virtualInterfaceId"]), fates[v["virtualInterfaceId"]], owner)
        for v in plan["plan"]["virtualInterfaces"]
    ]
    planned = {plan["connectionId"], *(v["virtualInterfaceId"] for v in plan["plan"]["virtualInterfaces"])}
    interfaces += [
        Drawn(kind=fate.kind, lines=_lines(f"{fate.symbol} {id_}", fate.words), gateway=NO_GATEWAY)
        for id_, fate in fates.items()
        if id_ not in planned
    ]
    fate = fates[plan["connectionId"]]
    connection = Drawn(kind=fate.kind, lines=_connection(plan, fate, has_left_lag=has_left_lag))
    return draw(connection, interfaces, {one.gateway: _gateway(one.gateway, plan) for one in interfaces})


def _connection(plan: JSON, fate: Fate, *, has_left_lag: bool) -> tuple[str, ...]:
    at_start, lag = plan["connectionAtStart"], plan["plan"]["lagId"]
    parts = (at_start["bandwidth"], at_start["location"])
    return _lines(
        f"{fate.symbol} {plan['connectionId']}",
        fate.words,
        at_start["name"] or "",
        ", ".join(part for part in parts if part),
        f"{'has left' if has_left_lag else 'in'} {lag}" if lag else "",
        most=28,
    )


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
