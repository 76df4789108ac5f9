"""The picture: nothing lies on anything else, and every line ends at two boxes."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page.fate import SYMBOLS, Kind
from page.picture import CONNECTION, GATEWAY, INTERFACE, MOST_PATHS, PATH, Box, Drawn, Gateway, Picture, draw
from tests.step.worlds import INTERFACE_IDS
from tests.support.pages import MOST_INTERFACES, moved, recorded, views
from tests.support.strategies import CONNECTION_ID

GATEWAYS = ["core", "office", "public"]
PORT = Drawn(kind="planned", lines=("dxcon-fg5678gh",))


@st.composite
def pictures(draw_: st.DrawFn) -> tuple[int, Picture]:
    names = draw_(st.lists(st.sampled_from(GATEWAYS), max_size=60))
    kept = {name: draw_(st.none() | st.integers(0, 2 * MOST_PATHS)) for name in GATEWAYS}
    interfaces = [Drawn(kind="planned", lines=(f"dxvif-{n}",), gateway=name) for n, name in enumerate(names)]
    gateways = {
        name: Gateway(
            lines=(name,),
            keeps=None if count is None else [Drawn(kind="path", lines=(f"{name}-{n}",)) for n in range(count)],
        )
        for name, count in kept.items()
    }
    return len(names), draw(PORT, interfaces, gateways)


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@given(pictures())
def test_nothing_lies_on_anything_else(made: tuple[int, Picture]) -> None:
    count, picture = made
    assert count == sum(1 for box in picture.boxes if box.x == INTERFACE[0])
    assert [] == [pair for pair in combinations(picture.boxes, 2) if overlap(*pair)]
    for box in picture.boxes:
        assert 0 <= box.x
        assert box.x + box.width <= picture.width
        assert 0 <= box.y
        assert box.y + box.height <= picture.height


@given(pictures())
def test_every_line_ends_at_two_boxes(made: tuple[int, Picture]) -> None:
    _, picture = made
    for line in picture.lines:
        at = [box for box in picture.boxes if box.y <= line.y <= box.y + box.height]
        assert any(box.x + box.width == line.x for box in at)
        assert any(box.x == line.to_x for box in at)


def lines_of(picture: Picture | None, column: tuple[int, int]) -> list[tuple[str, ...]]:
    assert picture is not None
    return [box.lines for box in picture.boxes if box.x == column[0]]


def test_one_interface_and_fifty_one() -> None:
    for name, count in (("alone", 1), ("crowded", MOST_INTERFACES), ("member", 0)):
        assert count == len(lines_of(views(recorded(name))["report.html"].picture, INTERFACE)), name


def test_the_boxes_say_what_became_of_each() -> None:
    picture = views(moved())["report.html"].picture
    first, moved_away, last = lines_of(picture, INTERFACE)
    assert ("✕ dxvif-aaaaaaa0", "deleted") == first[:2]
    assert ("➜ dxvif-aaaaaaa1", "moved to dxcon-ffother2") == moved_away[:2]
    assert last[2].startswith("transit, VLAN ")
    ((port, became, *_),) = lines_of(picture, CONNECTION)
    assert (f"✕ {CONNECTION_ID}", "deleted") == (port, became)
    assert [("dxvif-bbbbbbb0", "on dxcon-ffother1 at EqDC2")] == lines_of(picture, PATH)
    assert "core" == lines_of(picture, GATEWAY)[0][0]


def test_another_owner_is_named_first() -> None:
    boxes = lines_of(views(recorded("crowded"))["plan.html"].picture, INTERFACE)
    foreign = [box for box in boxes if box[2].startswith("account 210987654321, private")]
    assert {"○ dxvif-aaaaaa05", "○ dxvif-aaaaaa06"} == {box[0] for box in foreign}


def test_a_gateway_without_a_path_rings_a_bell() -> None:
    assert [("! no path is left",)] == lines_of(views(recorded("without-a-path"))["plan.html"].picture, PATH)


def test_nobody_can_tell_what_else_carries_public_traffic() -> None:
    picture = views(recorded("crowded-planned"))["plan.html"].picture
    assert ("public services of AWS",) in lines_of(picture, GATEWAY)
    assert ("nobody can tell", "what else carries this") in lines_of(picture, PATH)


@pytest.mark.parametrize("kind", Kind)
def test_every_fate_has_a_symbol_of_its_own(kind: Kind) -> None:
    assert 1 == [*SYMBOLS.values()].count(SYMBOLS[kind])


def test_an_interface_that_came_after_the_plan_is_shown() -> None:
    boxes = lines_of(views(recorded("joined"))["report.html"].picture, INTERFACE)
    assert ("● dxvif-newcomer", "not in the plan, available") in [box[:2] for box in boxes]
    assert len(INTERFACE_IDS) + 1 == len(boxes)
