"""Answers as they travel."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .lifecycle import Answer

CONTENT_TYPE: Final = "application/x-amz-json-1.1"

_KEY: Final = '"authKey": "'


def as_json(answer: Answer) -> str:
    return json.dumps(answer, default=_encode)


def first_half(text: str) -> str:
    """Cut a JSON text in the middle, or behind its first BGP key if that comes later."""
    key = text.find(_KEY)
    behind_key = text.index('"', key + len(_KEY)) + 1 if key >= 0 else 0
    return text[: max(len(text) // 2, behind_key)]


def _encode(value: object) -> float | str:
    """Write times in seconds since 1970 and blobs in base64, as the protocol wants them."""
    match value:
        case datetime():
            return value.timestamp()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
