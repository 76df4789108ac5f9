"""The handler raises every error again, and logs it in one line of JSON."""

import importlib
import json
from types import ModuleType

import pytest

from decommission.errors import AwsBusyError
from sandbox.runtime import Context, function_environment
from tests.bench.function import ENVIRONMENT
from tests.support.driver import logging_to_standard_output


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in function_environment(ENVIRONMENT).items():
        monkeypatch.setenv(name, value)
    return importlib.import_module("decommission.handler")


@pytest.mark.parametrize(
    "error", [AwsBusyError("throttled"), ZeroDivisionError("unforeseen")], ids=["foreseen", "unforeseen"]
)
def test_an_error_is_logged_and_raised(
    error: Exception, module: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(_: object) -> None:
        module.logger.append_keys(connectionId="dxcon-fg5678gh")
        raise error

    monkeypatch.setattr(module, "_step", step)
    with logging_to_standard_output(), pytest.raises(type(error)):
        module.handler({}, Context())

    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert ("ERROR", "dxcon-fg5678gh", type(error).__name__) == (line["level"], line["connectionId"], line["error"])
