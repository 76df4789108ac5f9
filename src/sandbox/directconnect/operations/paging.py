"""Pages and their tokens."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.world import World

LARGEST_PAGE: Final = 100  # "If MaxResults is given a value larger than 100, only 100 results are returned."


class Listed(Protocol):
    @property
    def sequence(self) -> int: ...


def page[T: Listed](world: World, call: Call, name: str, listed: Iterable[T], show: Callable[[T], Answer]) -> Answer:
    """
    Answer the page that is asked for, as the list ``name``, and a ``nextToken`` if there is more.

    A token holds a place in the order of creation, not a number of items, so that nothing is left out when something
    vanishes between two pages.
    """
    after = _place(call) if "nextToken" in call.parameters else -1
    rest = sorted((one for one in listed if one.sequence > after), key=lambda one: one.sequence)
    size = max(1, min(call.parameters.get("maxResults", LARGEST_PAGE), LARGEST_PAGE, world.behaviour.page_size))
    more = {"nextToken": _token(call, rest[size - 1].sequence)} if len(rest) > size else {}
    return {name: [show(one) for one in rest[:size]], **more}


def _question(parameters: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in parameters.items() if name not in {"maxResults", "nextToken"}}


def _token(call: Call, place: int) -> str:
    content = json.dumps([call.operation, _question(call.parameters), place], sort_keys=True)
    return base64.urlsafe_b64encode(content.encode()).decode()


def _place(call: Call) -> int:
    try:
        operation, question, place = json.loads(base64.urlsafe_b64decode(call.parameters["nextToken"]))
    except (binascii.Error, ValueError, TypeError) as error:
        raise DirectConnectClientException("The nextToken is not valid.") from error
    if [operation, question] != [call.operation, _question(call.parameters)]:
        raise DirectConnectClientException("The nextToken belongs to another request.")
    return int(place)
