"""When a connection is due, by the value of its tag. Nothing is guessed."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

# ISO 8601, as people write it: a date, or a date and a time, perhaps with an offset from UTC.
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def due_at(value: str, time_zone: ZoneInfo) -> datetime:
    """
    Read the moment, in UTC, from which on a connection is due. Raises ValueError for anything that is not clear.

    A date means the end of that day. A date, or a time without an offset, is in ``time_zone``; where the clocks are
    put back or forward there, and a time could mean two moments, it means the later one.
    """
    text = value.strip()
    if not (_DATE.fullmatch(text) or _TIME.fullmatch(text)):
        raise ValueError("is neither a date (2026-12-01) nor a time (2026-12-01T02:00 or 2026-12-01T02:00:00Z)")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("names a day or a time that does not exist") from None
    if _DATE.fullmatch(text):
        moment = datetime.combine(moment, time.max)
    return _later(moment if moment.tzinfo else moment.replace(tzinfo=time_zone))


def _later(moment: datetime) -> datetime:
    try:
        return max(moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise ValueError("is out of range") from None
