"""Hooks: functions that a test has called before and after each call."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

type Hook = Callable[[str, Mapping[str, Any]], object]
"""Called with the name of the operation and its parameters."""


class _Running(threading.local):
    hook = False


_running = _Running()


class Hooked:
    """
    A client or backend that calls hooks around each call.

    Calls that a hook makes in this process call no hooks: they are somebody else's, not the code's under test.
    """

    before_each: Hook | None = None
    after_each: Hook | None = None
    """Called after a call has been answered or has failed."""

    @contextmanager
    def hooks(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[None]:
        _call(self.before_each, operation, parameters)
        try:
            yield
        finally:
            _call(self.after_each, operation, parameters)


@contextmanager
def in_hook() -> Iterator[None]:
    """Mark the calls of a ``with`` block as made by a hook."""
    outside = _running.hook
    _running.hook = True
    try:
        yield
    finally:
        _running.hook = outside


def _call(hook: Hook | None, operation: str, parameters: Mapping[str, Any]) -> None:
    if hook is not None and not _running.hook:
        with in_hook():
            hook(operation, parameters)
