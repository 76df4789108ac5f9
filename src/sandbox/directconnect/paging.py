"""Pages and their tokens."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Final, Protocol

from .exceptions import DirectConnectClientException

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .lifecycle import Request

LARGEST_PAGE: Final = 100  # "If MaxResults is given a value larger than 100, only 100 results are returned."


class Listed(Protocol):
    @property
    def sequence(self) -> int: ...


def page[T: Listed](request: Request, listed: Iterable[T], page_size: int) -> tuple[list[T], dict[str, str]]:
    """
    Cut the page that is asked for; the second part is the ``nextToken``, if there is more.

    A token stands for a place in the order of creation, not for a number of items: nothing is left out when
    something vanishes between two pages.
    """
    parameters = request.parameters
    after = _place(parameters["nextToken"], request) if "nextToken" in parameters else -1
    rest = [one for one in listed if one.sequence > after]
    size = max(1, min(parameters.get("maxResults", LARGEST_PAGE), LARGEST_PAGE, page_size))
    if len(rest) <= size:
        return rest, {}
    return rest[:size], {"nextToken": _token(request, rest[size - 1].sequence)}


def _question(parameters: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in parameters.items() if name not in {"maxResults", "nextToken"}}


def _token(request: Request, place: int) -> str:
    content = json.dumps([request.operation, _question(request.parameters), place], sort_keys=True)
    return base64.urlsafe_b64encode(content.encode()).decode()


def _place(token: str, request: Request) -> int:
    try:
        operation, question, place = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError) as error:
        raise DirectConnectClientException("The nextToken is not valid.") from error
    if [operation, question] != [request.operation, _question(request.parameters)]:
        raise DirectConnectClientException("The nextToken belongs to another request.")
    return int(place)
