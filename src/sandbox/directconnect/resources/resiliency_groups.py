"""Resiliency groups: connections that back each other up."""

from dataclasses import dataclass, field

from sandbox.directconnect.calls import Answer


@dataclass(slots=True, kw_only=True)
class Association:
    sequence: int
    group_id: str
    connection_arn: str
    state: str

    def to_dict(self) -> Answer:
        return {
            "resiliencyGroupId": self.group_id,
            "connectionArn": self.connection_arn,
            "state": str(self.state),
        }


@dataclass(slots=True, kw_only=True)
class ResiliencyGroup:
    id: str
    arn: str
    owner_account: str
    sequence: int
    state: str = "available"
    associations: list[Association] = field(default_factory=list)

    def to_dict(self) -> Answer:
        return {
            "resiliencyGroupId": self.id,
            "resiliencyGroupArn": self.arn,
            "resiliencyGroupName": "resiliency-group",
            "resiliencyGroupType": "Managed",
            "ownerAccount": self.owner_account,
            "state": self.state,
        }
