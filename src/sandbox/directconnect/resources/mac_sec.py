"""MACsec keys of a port: AWS shows the secret's ARN and the CKN, never the CAK."""

from dataclasses import dataclass

from sandbox.directconnect.calls import Answer, without_nones
from sandbox.directconnect.states import MacSecKeyState


@dataclass(frozen=True, slots=True, kw_only=True)
class MacSecKey:
    secret_arn: str
    ckn: str | None
    start_on: str  # a text in the model, not a time
    state: str = MacSecKeyState.ASSOCIATED

    def to_dict(self) -> Answer:
        return without_nones(
            {"secretARN": self.secret_arn, "ckn": self.ckn, "state": str(self.state), "startOn": self.start_on}
        )
