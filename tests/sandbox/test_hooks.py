"""What a test lets happen before and after each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.directconnect import Hook, InProcessClient, client_error
from sandbox.in_process import S3, STS, CloudWatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect import DirectConnectBackend


def test_hooks_are_called_around_each_call(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    connection = direct_connect_backend.add_connection()
    seen: list[tuple[str, str, Mapping[str, Any], str]] = []

    def noting(when: str) -> Hook:
        return lambda operation, parameters: seen.append((when, operation, parameters, connection.state))

    direct_connect_backend.before_each = noting("before")
    direct_connect_backend.after_each = noting("after")

    either_client.describe_connections()
    either_client.delete_connection(connectionId=connection.id)

    asked = {"connectionId": connection.id}
    assert [
        ("before", "DescribeConnections", {}, "available"),
        ("after", "DescribeConnections", {}, "available"),
        ("before", "DeleteConnection", asked, "available"),
        ("after", "DeleteConnection", asked, "deleted"),
    ] == seen


def test_a_call_that_fails_is_over_too(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    seen: list[str] = []
    direct_connect_backend.after_each = lambda operation, _: seen.append(operation)
    direct_connect_backend.faults.add("DescribeLags", client_error("No."))

    with pytest.raises(ClientError):
        either_client.describe_lags()

    assert ["DescribeLags"] == seen


@pytest.mark.parametrize("kind", ["before", "before_each", "after_each"])
def test_what_a_hook_calls_calls_no_hook(
    kind: str, either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    world = direct_connect_backend
    other_people = InProcessClient(world)
    seen: list[str] = []

    def act(*_: object) -> None:
        other_people.tag_resource(resourceArn=connection.arn, tags=[{"key": "seen", "value": str(len(seen))}])

    def note_and_act(operation: str, _: object) -> None:
        seen.append(operation)
        act()

    connection = world.add_connection()
    world.before_each = lambda operation, _: seen.append(operation)
    if kind == "before":
        world.before["DescribeConnections"] = act
    else:
        setattr(world, kind, note_and_act)

    either_client.describe_connections()
    either_client.describe_connections()

    assert {"DescribeConnections"} == set(seen)
    assert "seen" in connection.tags
    order = ["DescribeConnections", "TagResource"]  # a call is noted when it arrives, also before its hooks
    assert order * 2 == [call.operation for call in world.calls]


def test_a_hook_can_change_the_world_before_the_call_sees_it(
    either_client: DirectConnectClient, direct_connect_backend: DirectConnectBackend
) -> None:
    direct_connect_backend.before_each = lambda _operation, _parameters: direct_connect_backend.add_connection()

    assert len(either_client.describe_connections()["connections"]) == 1


def test_the_other_clients_have_the_same_hooks(direct_connect_backend: DirectConnectBackend) -> None:
    seen: list[tuple[str, str]] = []
    cloudwatch, s3, sts = CloudWatch(), S3(), STS("123456789012")
    direct_connect_backend.before_each = lambda operation, _: seen.append(("never", operation))
    for client in (cloudwatch, s3, sts):

        def before(operation: str, _: object) -> None:
            seen.append(("before", operation))
            InProcessClient(direct_connect_backend).describe_connections()

        client.before_each = before
        client.after_each = lambda operation, _: seen.append(("after", operation))

    sts.get_caller_identity()
    s3.put_object(Bucket="records", Key="a", Body=b"1")
    with pytest.raises(ClientError):
        s3.put_object(Bucket="records", Key="a", Body=b"2", IfNoneMatch="*")

    assert [
        (when, operation)
        for operation in ("GetCallerIdentity", "PutObject", "PutObject")
        for when in ("before", "after")
    ] == seen
    assert {"a": b"1"} == s3.objects
