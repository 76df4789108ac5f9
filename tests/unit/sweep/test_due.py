"""When a connection is due, by what its tag says."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sweep.due import due_at

# By value: the zone, and the first moment, in UTC, at which the connection is due.
CLEAR = [
    # A date is the end of that day in the zone.
    ("2026-12-01", "Etc/UTC", "2026-12-01T23:59:59.999999"),
    ("2026-12-01", "Europe/Berlin", "2026-12-01T22:59:59.999999"),
    ("2026-07-01", "Europe/Berlin", "2026-07-01T21:59:59.999999"),
    ("2026-12-01", "Pacific/Kiritimati", "2026-12-01T09:59:59.999999"),
    ("2026-12-01", "Pacific/Niue", "2026-12-02T10:59:59.999999"),
    ("2028-02-29", "Etc/UTC", "2028-02-29T23:59:59.999999"),
    (" 2026-12-01 ", "Etc/UTC", "2026-12-01T23:59:59.999999"),
    # A time without an offset is in the zone.
    ("2026-12-01T02:00", "Europe/Berlin", "2026-12-01T01:00:00"),
    ("2026-12-01 02:00", "Europe/Berlin", "2026-12-01T01:00:00"),
    ("2026-12-01T02:00:30.5", "America/New_York", "2026-12-01T07:00:30.500000"),
    # An offset says it all.
    ("2026-12-01T02:00Z", "Europe/Berlin", "2026-12-01T02:00:00"),
    ("2026-12-01T02:00:00+05:45", "Europe/Berlin", "2026-11-30T20:15:00"),
    ("2026-12-01T02:00-03:00", "Europe/Berlin", "2026-12-01T05:00:00"),
    # Clocks are put back: half past two is there twice, and the later one counts.
    ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T01:30:00"),
    ("2026-10-25T02:30+02:00", "Europe/Berlin", "2026-10-25T00:30:00"),
    ("2026-11-01T01:30", "America/New_York", "2026-11-01T06:30:00"),
    # Clocks are put forward: there is no half past two, and the later reading counts.
    ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00"),
    # Days that are shorter or longer, and one that ends before its clocks change.
    ("2026-03-29", "Europe/Berlin", "2026-03-29T21:59:59.999999"),
    ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999999"),
    # Half an hour, and a change at midnight.
    ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T15:15:00"),
    ("2026-04-25", "Africa/Cairo", "2026-04-25T20:59:59.999999"),
    # The past, and the far future.
    ("1999-12-31", "Etc/UTC", "1999-12-31T23:59:59.999999"),
    ("9999-12-31", "Etc/UTC", "9999-12-31T23:59:59.999999"),
    # A day that Samoa has left out: it ends when the next would have begun.
    ("2011-12-30", "Pacific/Apia", "2011-12-31T09:59:59.999999"),
]
UNCLEAR = [
    *("", " ", "soon", "next week", "end of 2026", "tomorrow", "never", "yes", "2026", "2026-12", "2026-W49-2"),
    *("20261201", "01.12.2026", "12/01/2026", "1/2/2026", "2026/12/01", "2026-1-2", "26-12-01", "1764547200"),
    *("2026-12-01T02", "2026-12-01T2:00", "2026-12-01T02:00 CET", "2026-12-01T02:00+01", "2026-12-01T02:00z"),
    *("2026-12-01Z", "2026-12-01+01:00", "-2026-12-01", "+2026-12-01", "2026-12-01,2026-12-02"),
    *("2026-13-01", "2026-00-01", "2026-02-29", "2026-12-32", "0000-01-01", "2026-12-01T24:00", "2026-12-01T02:60"),
    *("2026-12-01T02:00:60", "2026-12-01T02:00+25:00", "\u0662\u0660\u0662\u0666-12-01", "2026-12-01\n2027-01-01"),
    "9999-12-31T23:59:59-05:00",
]


@pytest.mark.parametrize(("value", "zone", "expected"), CLEAR)
def test_what_is_clear(value: str, zone: str, expected: str) -> None:
    assert datetime.fromisoformat(expected).replace(tzinfo=UTC) == due_at(value, ZoneInfo(zone))


@pytest.mark.parametrize("value", UNCLEAR)
def test_what_is_unclear_is_never_guessed(value: str) -> None:
    with pytest.raises(ValueError, match=r"^(is neither|names a day|is out of range)"):
        due_at(value, ZoneInfo("Europe/Berlin"))


def test_a_date_at_the_end_of_time_west_of_greenwich() -> None:
    with pytest.raises(ValueError, match="is out of range"):
        due_at("9999-12-31", ZoneInfo("America/New_York"))
