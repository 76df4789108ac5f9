"""Sees all that passes between a step and AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sandbox.directconnect import InProcessClient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call and its answer; None if there was an error instead."""

    method: str
    parameters: Mapping[str, Any]
    moment: datetime
    answer: JSON | None

    @property
    def deletes(self) -> bool:
        return self.method.startswith(("delete_", "disassociate_"))


class Witness:
    """A client that writes down every exchange."""

    def __init__(self, world: DirectConnectBackend) -> None:
        self._client = InProcessClient(world)
        self._world = world
        self.meta = self._client.meta
        self.exchanges: list[Exchange] = []

    def __getattr__(self, name: str) -> Callable[..., JSON]:
        method = cast("Callable[..., JSON]", getattr(self._client, name))

        def witnessed(**parameters: Any) -> JSON:  # noqa: ANN401  # as boto3
            moment, answer = self._world.clock(), None
            try:
                answer = method(**parameters)
            finally:
                self.exchanges.append(Exchange(name, parameters, moment, answer))
            return answer

        witnessed.__name__ = name
        return witnessed


def connections_shown(exchanges: Sequence[Exchange], connection_id: str) -> list[JSON]:
    """Return what the step was shown of the connection: by its id, or else among all."""
    by_id = _pages(exchanges, "describe_connections", connectionId=connection_id)
    shown = _ours(by_id, "connections", connection_id)
    return shown or _ours(_pages(exchanges, "describe_connections"), "connections", connection_id)


def interfaces_shown(exchanges: Sequence[Exchange], connection_id: str) -> list[JSON]:
    """Return what the step was shown on the connection: by its id, or if that was refused among all."""
    by_id = _pages(exchanges, "describe_virtual_interfaces", connectionId=connection_id)
    pages = _pages(exchanges, "describe_virtual_interfaces") if None in by_id else by_id
    return _ours(pages, "virtualInterfaces", connection_id)


def _pages(exchanges: Sequence[Exchange], method: str, **question: str) -> list[JSON | None]:
    """Return the pages of the first look that asks this; nobody may have looked away before the end."""
    pages: list[JSON | None] = []
    for exchange in exchanges:
        asked = {name: value for name, value in exchange.parameters.items() if name not in {"maxResults", "nextToken"}}
        if exchange.method == method and asked == question:
            pages.append(exchange.answer)
            if exchange.answer is None or "nextToken" not in exchange.answer:
                return pages
    assert not pages, "nobody looked to the end"
    return [None]


def _ours(pages: Sequence[JSON | None], key: str, connection_id: str) -> list[JSON]:
    return [one for page in pages if page is not None for one in page[key] if one["connectionId"] == connection_id]
