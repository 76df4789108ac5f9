"""
The topology as a picture: the connection or LAG, its virtual interfaces, their gateways, and the paths that these keep.

Each gateway has a band of its own from left to right, as high as it has interfaces or paths, so that no line crosses
another, be it one interface or fifty. This module places boxes and lines; the template draws them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

# All in pixels.
ROW, BOX, GAP, MARGIN = 66, 58, 18, 6
HEADER = 24
MOST_PATHS = 8
# The left edge and the width of each column.
CONNECTION, INTERFACE, GATEWAY, PATH = (6, 190), (226, 250), (506, 290), (826, 230)
WIDTH = 1062
TITLES = ("Virtual interfaces", "Gateways", "Paths that stay")
# Of the box of a LAG, so much is for its own words; its connections stand in it, so far from its edges.
OWN_WORDS, INSET = 96, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """``kind`` is a class of the style sheet; ``lines`` are the words in it, from top to bottom."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    x: int
    y: int
    to_x: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``columns`` are the titles, with their left edges."""

    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A port, a virtual interface or a path, before it has a place; only an interface has a ``gateway``."""

    kind: str
    lines: tuple[str, ...]
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """``keeps`` are its paths; None if nobody can tell."""

    lines: tuple[str, ...]
    keeps: Sequence[Drawn] | None


def draw(
    port: Drawn, interfaces: Iterable[Drawn], gateways: Mapping[str, Gateway], members: Sequence[Drawn] = ()
) -> Picture:
    """Place everything; ``gateways`` holds one for each that an interface names, ``members`` are those of a LAG."""
    boxes: list[Box] = []
    lines: list[Line] = []
    y = HEADER + MARGIN
    in_bands = sorted(interfaces, key=lambda drawn: drawn.gateway)
    for gateway_id, band in groupby(in_bands, key=lambda drawn: drawn.gateway):
        here = list(band)
        gateway = gateways[gateway_id]
        paths = list(_paths(gateway))
        height = max(len(here), len(paths)) * ROW - (ROW - BOX)
        boxes += _column(INTERFACE, y, here)
        boxes.append(Box(x=GATEWAY[0], y=y, width=GATEWAY[1], height=height, kind="gateway", lines=gateway.lines))
        boxes += _column(PATH, y, paths)
        lines += _lines(CONNECTION, INTERFACE, y, here)
        lines += _lines(INTERFACE, GATEWAY, y, here)
        lines += _lines(GATEWAY, PATH, y, [path for path in paths if path.kind == "path"])
        y += height + GAP
    least = OWN_WORDS + len(members) * ROW if members else 2 * ROW
    height = max(y - GAP, HEADER + MARGIN + least)
    bar = Box(
        x=CONNECTION[0],
        y=HEADER + MARGIN,
        width=CONNECTION[1],
        height=height - HEADER - MARGIN,
        kind=port.kind,
        lines=port.lines,
    )
    inside = (CONNECTION[0] + INSET, CONNECTION[1] - 2 * INSET)
    boxes[:0] = _column(inside, height - len(members) * ROW, members)
    edges = (CONNECTION[0], INTERFACE[0], GATEWAY[0], PATH[0])
    return Picture(
        width=WIDTH,
        height=height + MARGIN,
        columns=tuple(zip(edges, ("LAG" if members else "Connection", *TITLES), strict=True)),
        boxes=(bar, *boxes),
        lines=tuple(lines),
    )


def _paths(gateway: Gateway) -> Iterator[Drawn]:
    if gateway.keeps is None:
        yield Drawn(kind="note", lines=("nobody can tell", "what else carries this"))
        return
    if not gateway.keeps:
        yield Drawn(kind="alarm", lines=("! no path is left",))
    yield from gateway.keeps[:MOST_PATHS]
    if rest := len(gateway.keeps) - MOST_PATHS:
        yield from [Drawn(kind="note", lines=(f"and {rest} more",))] if rest > 0 else []


def _column(column: tuple[int, int], y: int, drawn: Sequence[Drawn]) -> Iterator[Box]:
    x, width = column
    for number, one in enumerate(drawn):
        yield Box(x=x, y=y + number * ROW, width=width, height=BOX, kind=one.kind, lines=one.lines)


def _lines(start: tuple[int, int], end: tuple[int, int], y: int, drawn: Sequence[Drawn]) -> Iterator[Line]:
    for number, one in enumerate(drawn):
        yield Line(x=sum(start), y=y + number * ROW + BOX // 2, to_x=end[0], kind=one.kind)
