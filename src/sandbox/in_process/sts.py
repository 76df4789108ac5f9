"""STS, as far as it says who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, override

from botocore.parsers import ResponseParserError

from sandbox.in_process.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.directconnect.faults import NoAnswer
    from sandbox.directconnect.lifecycle import Answer


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
