"""S3: the calls that the record makes."""

import io
from collections.abc import Callable
from typing import Any, ClassVar, override

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.faults import EmptyBody, NoAnswer
from sandbox.in_process.client import Client, metadata, unreadable


class S3(Client):
    """``objects`` are the bodies of all objects, by key; there is one bucket."""

    service: ClassVar[str] = "s3"

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}

    def put_object(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        return self.call("PutObject", parameters, lambda: self._put(parameters))

    def get_object(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        return self.call("GetObject", parameters, lambda: {"Body": io.BytesIO(self.objects[parameters["Key"]])})

    def list_objects_v2(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        return self.call("ListObjectsV2", parameters, lambda: self._list(parameters))

    def _list(self, parameters: dict[str, Any]) -> Answer:
        keys = sorted(key for key in self.objects if key.startswith(parameters["Prefix"]))
        return {"Contents": [{"Key": key} for key in keys], "IsTruncated": False, "KeyCount": len(keys)}

    def _put(self, parameters: dict[str, Any]) -> Answer:
        key = parameters["Key"]
        if parameters.get("IfNoneMatch") == "*" and key in self.objects:
            message = "At least one of the pre-conditions you specified did not hold"
            raise self.error("PutObject", "PreconditionFailed", message, 412)
        self.objects[key] = parameters["Body"]
        return {"ETag": f'"{len(self.objects)}"'}

    @override
    def read(self, operation: str, fault: NoAnswer) -> Answer:
        # S3 itself answers an empty body; botocore makes a server error of any other body that is not XML.
        if isinstance(fault, EmptyBody):
            return {"ResponseMetadata": metadata(200)}
        raise unreadable(operation, "Internal Server Error", 500)

    @override
    def read_cut(self, operation: str, work: Callable[[], Answer]) -> Exception:
        return unreadable(operation, "Bad Request", 400)
