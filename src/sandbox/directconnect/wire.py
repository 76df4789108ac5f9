"""Answers as JSON 1.1."""

import base64
import json
from datetime import datetime
from typing import Final

from sandbox.directconnect.calls import Answer

CONTENT_TYPE: Final = "application/x-amz-json-1.1"

_KEY: Final = '"authKey": "'


def as_json(answer: Answer) -> str:
    return json.dumps(answer, default=_encode)


def first_half(text: str) -> str:
    """Cut a JSON text in the middle, or after its first BGP key if that ends later."""
    key = text.find(_KEY)
    end_of_key = text.index('"', key + len(_KEY)) + 1 if key >= 0 else 0
    return text[: max(len(text) // 2, end_of_key)]


def _encode(value: object) -> float | str:
    """Write a time as seconds since 1970 and a blob in base64, as the protocol requires."""
    match value:
        case datetime():
            return value.timestamp()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")
