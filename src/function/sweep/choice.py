"""Which connections a sweep starts a decommission for, which it skips, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from decommission.guards.tags import is_approved, is_protected
from decommission.models import Connection
from decommission.settings import folded
from sweep.due import due_at
from sweep.settings import SweepSettings

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A decommission is started, unless ``skipped`` says why it is not; ``why`` is the reason of its request."""

    connection_id: str
    why: str = ""
    skipped: str | None = None


def due(connections: Iterable[Connection], at: datetime, settings: SweepSettings) -> Iterator[Chosen]:
    """Choose what is due at this moment. A connection without a due date, or with a later one, is left out."""
    key = folded(settings.due_tag_key)
    for connection in _existing(connections):
        values = {value for name, value in connection.tags.items() if folded(name) == key}
        if not values:
            continue
        shown = ", ".join(repr(value[:MOST_SHOWN]) for value in sorted(values))
        if len(values) > 1:
            yield _skip(connection, f"the tag {settings.due_tag_key} is there more than once: {shown}")
            continue
        (value,) = values
        try:
            is_due = due_at(value, settings.time_zone) <= at
        except ValueError as error:
            yield _skip(connection, f"the tag {settings.due_tag_key} is {shown}, which {error}")
            continue
        if is_due:
            yield _unless_stopped(connection, f"{settings.due_tag_key} {value.strip()} has passed", settings)


def tagged(connections: Iterable[Connection], tags: Mapping[str, str], settings: SweepSettings) -> Iterator[Chosen]:
    """Choose the connections that carry all of these tags."""
    named = ", ".join(f"{key}={value}" for key, value in tags.items())
    for connection in _existing(connections):
        if tags.items() <= connection.tags.items():
            yield _unless_stopped(connection, f"tagged {named}", settings)


def _existing(connections: Iterable[Connection]) -> Iterator[Connection]:
    return (connection for connection in connections if not connection.is_gone)


def _unless_stopped(connection: Connection, why: str, settings: SweepSettings) -> Chosen:
    if is_protected(connection.tags, settings):
        return _skip(connection, f"the tag {settings.protection_tag_key} protects it")
    if not is_approved(connection.tags, settings):
        wanted = f"{settings.approval_tag_key}={settings.approval_tag_value}"
        return _skip(connection, f"it is not approved: it has no tag {wanted}")
    return Chosen(connection_id=connection.connection_id, why=why)


def _skip(connection: Connection, why: str) -> Chosen:
    return Chosen(connection_id=connection.connection_id, skipped=why)
