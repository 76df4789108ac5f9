"""How resources are named in sentences."""

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from decommission.words import counted, described, described_all, listed, moment, several, shortened, visible
from tests.support.strategies import virtual_interface

ONE, TWO = virtual_interface("aaaaaaa1"), virtual_interface("aaaaaaa2", "down")


@pytest.mark.parametrize(
    ("things", "expected"),
    [((), "0 virtual interfaces"), ((ONE,), "1 virtual interface"), ((ONE, TWO), "2 virtual interfaces")],
)
def test_counted(things: tuple[object, ...], expected: str) -> None:
    assert expected == counted(things)
    assert expected.replace("virtual interface", "link") == counted(things, "link")


def test_described() -> None:
    assert "dxvif-aaaaaaa1 (private, VLAN 101, available)" == described(ONE)
    assert "dxvif-aaaaaaa1 (private, VLAN 0, available)" == described(replace(ONE, vlan=0))
    assert "dxvif-aaaaaaa1 (private, available)" == described(replace(ONE, vlan=None))
    assert f"{described(ONE)}, {described(TWO)}" == described_all([ONE, TWO])


def test_listed() -> None:
    names = [f"n{number}" for number in range(62)]
    assert "" == listed([])
    assert "n0, n1" == listed(names[:2])
    assert ", ".join(names[:60]) == listed(names[:60])
    assert f"{', '.join(names[:60])} and 1 more" == listed(names[:61])
    assert f"{', '.join(names[:60])} and 2 more" == listed(names)
    assert "n0 and 2 more" == listed(names[:3], 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich, 東京 - 10 %", "Zürich, 東京 - 10 %"),
        ("a\nb\tc\x00", r"a\nb\tc\x00"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u3164b\ufe0fc\xa0", r"a\u3164b\ufe0fc\xa0"),
        ("\ud800\U000e0100", r"\ud800\U000e0100"),
    ],
    ids=ascii,
)
def test_visible(text: str, expected: str) -> None:
    assert expected == visible(text)


def test_shortened() -> None:
    assert "abcdef" == shortened("abcdef", 6)
    assert "abc (1 characters left out) ef" == shortened("abcdef", 5)
    assert "ab (2 characters left out) ef" == shortened("abcdef", 4)
    assert "ab (3 characters left out) f" == shortened("abcdef", 3)


@pytest.mark.parametrize(("count", "expected"), [(0, "0 minutes"), (1, "1 minute"), (2, "2 minutes")])
def test_one_or_several(count: int, expected: str) -> None:
    assert expected == several(count, "minute")


def test_a_time_is_that_of_utc_wherever_the_function_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    at = datetime(2026, 11, 2, 3, 0, 5, 999_999, tzinfo=timezone(timedelta(hours=1)))
    try:
        assert "2026-11-02 02:00:05 UTC" == moment(at)
    finally:
        monkeypatch.undo()
        time.tzset()
