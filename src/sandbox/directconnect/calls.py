"""What arrives at the backend, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Answer = dict[str, Any]
"""What an operation answers. Times are ``datetime`` and blobs are ``bytes``: they are not written as JSON yet."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, by the account ``caller``."""

    operation: str
    parameters: Mapping[str, Any]
    moment: datetime
    caller: str


def without_nones(answer: Answer) -> Answer:
    """Leave out what is not set, as AWS does."""
    return {name: value for name, value in answer.items() if value is not None}
