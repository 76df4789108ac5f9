"""Hooks: functions that a test has called before and after each call."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_directconnect import DirectConnectClient

from sandbox.directconnect import DirectConnectBackend, Hook, InProcessClient, client_error
from sandbox.directconnect.resources.connections import Connection
from sandbox.in_process import S3, STS, CloudWatch
from tests.sandbox.seen import refusal


def test_hooks_are_called_before_and_after_each_call(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    seen = list[tuple[str, str, Mapping[str, Any], str]]()

    def noting(when: str) -> Hook:
        return lambda operation, parameters: seen.append((when, operation, parameters, connection.state))

    world.before_each, world.after_each = noting("before"), noting("after")

    client.describe_connections()
    client.delete_connection(connectionId=connection.id)

    asked = {"connectionId": connection.id}
    assert [
        ("before", "DescribeConnections", {}, "available"),
        ("after", "DescribeConnections", {}, "available"),
        ("before", "DeleteConnection", asked, "available"),
        ("after", "DeleteConnection", asked, "deleted"),
    ] == seen


def test_a_hook_is_called_after_a_call_that_failed(client: DirectConnectClient, world: DirectConnectBackend) -> None:
    seen: list[str] = []
    world.after_each = lambda operation, _: seen.append(operation)
    world.faults.add("DescribeLags", client_error("No."))

    assert "No." == refusal(client.describe_lags)

    assert ["DescribeLags"] == seen


@pytest.mark.parametrize("kind", ["before", "before_each", "after_each"])
def test_the_calls_of_a_hook_call_no_hook(
    kind: str, client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    other_people = InProcessClient(world)
    seen: list[str] = []

    def act(*_: object) -> None:
        other_people.tag_resource(resourceArn=connection.arn, tags=[{"key": "seen", "value": str(len(seen))}])

    def note_and_act(operation: str, _: object) -> None:
        seen.append(operation)
        act()

    world.before_each = lambda operation, _: seen.append(operation)
    if kind == "before":
        world.before["DescribeConnections"] = act
    else:
        setattr(world, kind, note_and_act)

    client.describe_connections()
    client.describe_connections()

    assert {"DescribeConnections"} == set(seen)
    assert "seen" in connection.tags
    order = ["DescribeConnections", "TagResource"]  # a call is in the log before its hooks are called
    assert order * 2 == [call.operation for call in world.calls]


def test_a_call_sees_what_a_hook_changed_before_it(
    client: DirectConnectClient, world: DirectConnectBackend, connection: Connection
) -> None:
    asked = {"connectionId": connection.id}

    def build(parameters: object) -> None:
        assert asked == parameters
        world.add_virtual_interface(connection.id)

    world.before["DeleteConnection"] = build

    assert "attached" in refusal(client.delete_connection, **asked)


def test_the_other_clients_have_the_same_hooks(world: DirectConnectBackend) -> None:
    seen: list[tuple[str, str]] = []
    cloudwatch, s3, sts = CloudWatch(), S3(), STS("123456789012")
    world.before_each = lambda operation, _: seen.append(("never", operation))

    def before(operation: str, _: object) -> None:
        seen.append(("before", operation))
        InProcessClient(world).describe_connections()

    for client in (cloudwatch, s3, sts):
        client.before_each = before
        client.after_each = lambda operation, _: seen.append(("after", operation))

    sts.get_caller_identity()
    s3.put_object(Bucket="records", Key="a", Body=b"1")
    with pytest.raises(ClientError):
        s3.put_object(Bucket="records", Key="a", Body=b"2", IfNoneMatch="*")

    operations = ("GetCallerIdentity", "PutObject", "PutObject")
    assert [(when, operation) for operation in operations for when in ("before", "after")] == seen
    assert {"a": b"1"} == s3.objects
