"""Tags: of connections, virtual interfaces, LAGs, interconnects and gateways."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import (
    DirectConnectClientException,
    DuplicateTagKeysException,
    TooManyTagsException,
)
from sandbox.directconnect.lifecycle import Resource
from sandbox.directconnect.world import World

MOST_TAGS: Final = 50


def checked_tags(asked: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Refuse what AWS refuses: a key twice, a key of AWS's own, or too many keys."""
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
    """Return the tags of something that is to be created."""
    return checked_tags(asked.get(parameter, []))


def tag_resource(world: World, call: Call) -> Answer:
    resource = _resource(world, call.parameters["resourceArn"])
    tags = resource.tags | checked_tags(call.parameters["tags"])
    if len(tags) > MOST_TAGS:
        raise TooManyTagsException
    resource.tags = tags
    return {}


def untag_resource(world: World, call: Call) -> Answer:
    tags = _resource(world, call.parameters["resourceArn"]).tags
    for key in call.parameters["tagKeys"]:
        tags.pop(key, None)
    return {}


def _resource(world: World, arn: str) -> Resource:
    for resource in world.resources():
        if resource.arn == arn:
            return resource
    raise DirectConnectClientException(f"Resource {arn} does not exist.")
