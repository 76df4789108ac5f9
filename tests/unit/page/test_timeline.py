"""When each thing was asked for and when it was gone."""

from datetime import timedelta

import pytest

from page.fate import Kind
from page.timeline import NARROWEST, WIDTH, duration
from tests.step.worlds import INTERFACE_IDS
from tests.support.pages import moved, recorded, views
from tests.support.strategies import CONNECTION_ID


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ({}, "0 s"),
        ({"milliseconds": 400}, "0 s"),
        ({"seconds": 59}, "59 s"),
        ({"seconds": 60}, "1 min"),
        ({"minutes": 2, "seconds": 13}, "2 min 13 s"),
        ({"hours": 1, "seconds": 5}, "1 h"),
        ({"hours": 26, "minutes": 59}, "1 d 2 h"),
        ({"days": 7}, "7 d"),
        ({"seconds": -1}, "0 s"),
    ],
)
def test_a_duration_in_its_two_largest_units(length: dict[str, int], expected: str) -> None:
    assert expected == duration(timedelta(**length))


def test_a_completed_run_has_a_row_for_each_thing_and_one_bar_after_the_other() -> None:
    rows = views(recorded("completed"))["report.html"].timeline
    assert [*INTERFACE_IDS, CONNECTION_ID] == [row.id for row in rows]
    *interfaces, connection = rows
    assert all(0 <= row.left and row.left + row.width <= WIDTH + NARROWEST for row in rows)
    assert all(row.left + row.width <= connection.left + NARROWEST for row in interfaces)
    assert {"2026-01-05 12:00:01 UTC"} == {row.asked for row in interfaces}
    assert "not yet" not in {row.gone for row in rows}


def test_what_is_not_gone_has_an_open_end() -> None:
    rows = {row.id: row for row in views(recorded("timed-out"))["report.html"].timeline}
    stuck = rows[INTERFACE_IDS[1]]
    assert ("not yet", "", Kind.LEFT) == (stuck.gone, stuck.took, stuck.fate.kind)
    assert WIDTH == pytest.approx(stuck.left + stuck.width, abs=1)
    # Nobody asked for the deletion of the connection.
    assert CONNECTION_ID not in rows


def test_what_this_run_did_not_delete_has_no_time_of_a_request() -> None:
    rows = {row.id: row for row in views(recorded("gone"))["report.html"].timeline}
    assert {} == rows
    moved_away = {row.id: row.fate for row in views(moved())["report.html"].timeline}[INTERFACE_IDS[1]]
    assert (Kind.MOVED, "moved to dxcon-ffother2") == (moved_away.kind, moved_away.words)


def test_a_plan_has_no_time_line() -> None:
    assert () == views(recorded("completed"))["plan.html"].timeline


@pytest.mark.parametrize(
    ("run", "kind", "said"),
    [
        ("rehearsed", Kind.GONE, "BGP was down on trial, and nobody objected"),
        ("rehearsed-in-vain", Kind.LEFT, "BGP was down on trial, which was broken off"),
    ],
)
def test_a_rehearsal_comes_first(run: str, kind: Kind, said: str) -> None:
    first, *_ = views(recorded(run))["report.html"].timeline
    assert ("rehearsal: BGP down", kind, said) == (first.id, first.fate.kind, first.fate.words)
    assert "not yet" != first.gone
    assert NARROWEST < first.width <= WIDTH
