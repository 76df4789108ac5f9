"""Hooks: what a test lets happen before and after each call."""

from __future__ import annotations

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
    Something whose calls can be watched.

    A call that a hook makes in process calls neither ``before_each`` nor ``after_each``, of no client and no backend:
    it is the world's own doing, not a call of the code under test.
    """

    before_each: Hook | None = None
    after_each: Hook | None = None
    """Called when a call has been answered or has failed; the call cannot tell the two apart."""

    @contextmanager
    def hooks(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[None]:
        _call(self.before_each, operation, parameters)
        try:
            yield
        finally:
            _call(self.after_each, operation, parameters)


@contextmanager
def in_hook() -> Iterator[None]:
    """Count what is called in here as called by a hook."""
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
