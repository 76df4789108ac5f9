"""STS: GetCallerIdentity only."""

from collections.abc import Callable
from typing import ClassVar, override

from botocore.parsers import ResponseParserError

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.faults import NoAnswer
from sandbox.in_process.client import Client


class STS(Client):
    service: ClassVar[str] = "sts"

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account

    def get_caller_identity(self) -> Answer:
        return self.call("GetCallerIdentity", {}, lambda: {"Account": self.account})

    @override
    def read(self, operation: str, fault: NoAnswer) -> Answer:
        raise ResponseParserError(f"Unable to parse response, invalid XML received: {fault.body!r}")

    @override
    def read_cut(self, operation: str, work: Callable[[], Answer]) -> Exception:
        return ResponseParserError("Unable to parse response, invalid XML received")
