"""The bucket of the records, by key."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, call
from decommission.errors import AwsBusyError, ConfigurationError

if TYPE_CHECKING:
    from botocore.client import BaseClient

JSON_TYPE = "application/json"
ALREADY_THERE = "PreconditionFailed"


class Bucket:
    """
    ``client`` makes the S3 client when it is needed; few steps need it.

    Every method raises AwsBusyError, AwsDeniedError, and ConfigurationError when S3 refuses the bucket or the object.
    """

    def __init__(self, client: Callable[[], "BaseClient"], name: str) -> None:
        self._client = client
        self.name = name

    def put(self, key: str, body: bytes, content_type: str = JSON_TYPE) -> None:
        """Write an object, in the place of an earlier one."""
        self._put(key, body, content_type)

    def put_once(self, key: str, body: bytes, content_type: str = JSON_TYPE, **metadata: str) -> bool:
        """Write an object; False if one is already there, which stays as it is."""
        conditions: dict[str, object] = {"IfNoneMatch": "*"}
        if metadata:
            conditions["Metadata"] = metadata
        try:
            self._put(key, body, content_type, **conditions)
        except _AlreadyThereError:
            return False
        return True

    def get(self, key: str) -> bytes:
        try:
            body: bytes = call(self._client(), "GetObject", Bucket=self.name, Key=key)["Body"].read()
        except RefusedError as refusal:
            raise ConfigurationError(f"S3 refused to read {key} in the bucket {self.name}: {refusal}") from None
        return body

    def metadata(self, key: str) -> dict[str, str]:
        """Return what ``put_once`` noted beside an object."""
        try:
            noted: dict[str, str] = call(self._client(), "HeadObject", Bucket=self.name, Key=key).get("Metadata", {})
        except RefusedError as refusal:
            raise ConfigurationError(f"S3 refused to show {key} in the bucket {self.name}: {refusal}") from None
        return noted

    def keys(self, prefix: str) -> Iterator[str]:
        """List the keys that begin so, in alphabetical order."""
        after = ""
        while True:
            try:
                start = {"StartAfter": after} if after else {}
                page = call(self._client(), "ListObjectsV2", Bucket=self.name, Prefix=prefix, **start)
            except RefusedError as refusal:
                raise ConfigurationError(f"S3 refused to list the bucket {self.name}: {refusal}") from None
            found = [one["Key"] for one in page.get("Contents") or ()]
            if page.get("KeyCount") != len(found):
                raise AwsBusyError("s3:ListObjectsV2 was answered without all of its keys, so nobody knows what exists")
            yield from found
            if not page.get("IsTruncated") or not found:
                return
            after = found[-1]

    def _put(self, key: str, body: bytes, content_type: str, **conditions: object) -> None:
        try:
            answered = call(
                self._client(),
                "PutObject",
                Bucket=self.name,
                Key=key,
                Body=body,
                ContentType=content_type,
                **conditions,
            )
        except RefusedError as refusal:
            if refusal.code == ALREADY_THERE:
                raise _AlreadyThereError from None
            raise ConfigurationError(f"S3 refused to record {key} in the bucket {self.name}: {refusal}") from None
        if not answered.get("ETag"):
            # botocore takes an empty answer of something in between for S3's.
            raise AwsBusyError(f"s3:PutObject of {key} was answered without an ETag, so nothing may have been written")


class _AlreadyThereError(Exception):
    """Raised within this module when an object that is to be written once is there."""
