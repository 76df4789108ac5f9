"""Tags: as Direct Connect sets and shows them, and as the Resource Groups Tagging API finds them."""

import boto3
import pytest
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import DirectConnectBackend
from sandbox.directconnect.resources.connections import Connection
from tests.sandbox.seen import error


def test_tags_are_set_shown_and_removed(client: DirectConnectClient, connection: Connection) -> None:
    connection.tags = {"aws:cloudformation:stack-name": "net"}
    stack, approval = (
        {"key": "aws:cloudformation:stack-name", "value": "net"},
        {"key": "decommission", "value": "approved"},
    )

    client.tag_resource(resourceArn=connection.arn, tags=[approval])  # type: ignore[list-item] # boto3 has a type of its own
    assert [stack, approval] == client.describe_connections()["connections"][0]["tags"]

    client.untag_resource(resourceArn=connection.arn, tagKeys=["decommission", "never-set"])
    assert [stack] == client.describe_connections()["connections"][0]["tags"]


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        pytest.param([("aws:mine", "x")], "DirectConnectClientException", id="a key of AWS's own"),
        pytest.param([("a", "1"), ("a", "2")], "DuplicateTagKeysException", id="a key twice"),
        pytest.param([(f"key-{n}", "") for n in range(51)], "TooManyTagsException", id="51 keys"),
    ],
)
def test_tags_that_aws_refuses(
    tags: list[tuple[str, str]], code: str, client: DirectConnectClient, connection: Connection
) -> None:
    asked = [{"key": key, "value": value} for key, value in tags]

    assert code == error(client.tag_resource, resourceArn=connection.arn, tags=asked)[0]
    assert {} == connection.tags


def test_resources_that_were_made_with_the_same_tags_are_tagged_separately(world: DirectConnectBackend) -> None:
    tags = {"decommission": "approved"}
    first, second = world.add_connection(tags=tags), world.add_connection(tags=tags)

    first.tags.clear()

    assert {"decommission": "approved"} == second.tags


def test_the_resource_groups_tagging_api(moto_server: str, world: DirectConnectBackend, connection: Connection) -> None:
    world.add_connection(tags={"decommission": "protected"})
    tagging = boto3.client("resourcegroupstaggingapi", endpoint_url=moto_server, region_name="eu-central-1")

    tagging.tag_resources(ResourceARNList=[connection.arn], Tags={"decommission": "approved", "by": "mistake"})
    tagging.untag_resources(ResourceARNList=[connection.arn], TagKeys=["by"])
    found = tagging.get_resources(
        TagFilters=[{"Key": "decommission", "Values": ["approved"]}], ResourceTypeFilters=["directconnect:dxcon"]
    )

    assert {"decommission": "approved"} == connection.tags
    assert [connection.arn] == [one["ResourceARN"] for one in found["ResourceTagMappingList"]]
