"""Fixtures of the property tests."""

import logging
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import pytest

from tests.support.driver import environment, logging_to_standard_output


@pytest.fixture
def quiet() -> Iterator[None]:
    """Print nothing, and spend no time on logs."""
    logging.disable()
    with redirect_stdout(StringIO()), environment(), logging_to_standard_output():
        yield
    logging.disable(logging.NOTSET)
