"""STS: GetCallerIdentity and AssumeRole only."""

from collections.abc import Callable
from copy import copy
from typing import Any, ClassVar, Self, override

from botocore.parsers import ResponseParserError

from sandbox.directconnect.calls import Answer
from sandbox.directconnect.faults import NoAnswer
from sandbox.directconnect.resources.virtual_interfaces import SECRET_WORD
from sandbox.in_process.client import Client


class STS(Client):
    """Every role may be assumed; the key that is given out ends with the account of the role."""

    service: ClassVar[str] = "sts"

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account

    def get_caller_identity(self) -> Answer:
        return self.call("GetCallerIdentity", {}, lambda: {"Account": self.account})

    def assume_role(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        account = parameters["RoleArn"].split(":")[4]
        credentials = {
            "AccessKeyId": f"{SECRET_WORD}{account}",
            "SecretAccessKey": f"{SECRET_WORD} of {account}",
            "SessionToken": f"{SECRET_WORD} for a session in {account}",
        }
        return self.call("AssumeRole", parameters, lambda: {"Credentials": credentials})

    def used_by(self, access_key_id: str) -> Self:
        """Return the same service, called with a key that it gave out."""
        other = copy(self)
        other.account = access_key_id.removeprefix(SECRET_WORD)
        return other

    @override
    def read(self, operation: str, fault: NoAnswer) -> Answer:
        raise ResponseParserError(f"Unable to parse response, invalid XML received: {fault.body!r}")

    @override
    def read_cut(self, operation: str, work: Callable[[], Answer]) -> Exception:
        return ResponseParserError("Unable to parse response, invalid XML received")
