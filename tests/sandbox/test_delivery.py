"""Functions that EventBridge invokes: a test that waits for them misses none, whenever it looks."""

import threading
import time

import pytest

from sandbox.awslambda.models import LambdaBackend


class _Slow(threading.Thread):
    """A thread that lets others run before it starts: what the machine's scheduler does once in a long while."""

    def start(self) -> None:
        time.sleep(0.05)
        super().start()


def test_a_function_that_is_just_being_invoked_can_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = LambdaBackend("eu-central-1", "123456789012")
    invoked: list[str] = []
    monkeypatch.setattr(functions, "invoke", lambda name, *_: invoked.append(name))
    monkeypatch.setattr(threading, "Thread", _Slow)
    rule = _Slow(target=lambda: functions.invoke_later("notifier", {}))
    rule.start()
    for _ in range(20):
        functions.settle()
        time.sleep(0.01)
    assert ["notifier"] == invoked
