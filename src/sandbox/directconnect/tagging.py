"""Tags: of connections, virtual interfaces, LAGs, interconnects and gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .exceptions import DirectConnectClientException, DuplicateTagKeysException, TooManyTagsException

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .lifecycle import Answer, Request, Resource
    from .world import World

MOST_TAGS: Final = 50


def checked_tags(asked: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Refuse what AWS refuses: keys given twice, keys that are AWS's own, too many of them."""
    pairs = [(tag["key"], tag.get("value", "")) for tag in asked]
    tags = dict(pairs)
    if len(tags) < len(pairs):
        raise DuplicateTagKeysException
    if any(key.lower().startswith("aws:") for key in tags):
        raise DirectConnectClientException("Tag keys that start with aws: are reserved.")
    if len(tags) > MOST_TAGS:
        raise TooManyTagsException
    return tags


def asked_tags(asked: Mapping[str, Any], parameter: str = "tags") -> dict[str, str]:
    """Read the tags with which something is created."""
    return checked_tags(asked.get(parameter, []))


def tag_resource(world: World, request: Request) -> Answer:
    resource = _resource(world, request.parameters["resourceArn"])
    tags = resource.tags | checked_tags(request.parameters["tags"])
    if len(tags) > MOST_TAGS:
        raise TooManyTagsException
    resource.tags = tags
    return {}


def untag_resource(world: World, request: Request) -> Answer:
    tags = _resource(world, request.parameters["resourceArn"]).tags
    for key in request.parameters["tagKeys"]:
        tags.pop(key, None)
    return {}


def describe_tags(world: World, request: Request) -> Answer:
    return {
        "resourceTags": [
            {"resourceArn": arn, "tags": _resource(world, arn).shown_tags(world.behaviour, request.caller)}
            for arn in request.parameters["resourceArns"]
        ]
    }


def _resource(world: World, arn: str) -> Resource:
    for resource in world.resources():
        if resource.arn == arn:
            return resource
    raise DirectConnectClientException(f"Resource {arn} does not exist.")
