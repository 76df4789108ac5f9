"""An STS backend that reads the trust policy of a role; moto's own gives out any role, also one that does not exist."""

import json
from typing import Any, override

from moto.core.exceptions import AccessDeniedError
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.models import AssumedRole, sts_backends
from moto.sts.models import STSBackend as MotoSTSBackend


class STSBackend(MotoSTSBackend):
    """Of a trust policy it reads the external id only: moto does not know which role makes a call."""

    @override
    def assume_role(
        self,
        region_name: str,
        role_session_name: str,
        role_arn: str,
        policy: str,
        duration: int,
        external_id: str,
    ) -> AssumedRole:
        if not self._is_trusted(role_arn, external_id):
            caller = f"arn:aws:sts::{self.account_id}:assumed-role/DecommissionFunctionRole/step"
            raise AccessDeniedError(caller, f"sts:AssumeRole on resource: {role_arn}")
        return super().assume_role(region_name, role_session_name, role_arn, policy, duration, external_id)

    def _is_trusted(self, role_arn: str, external_id: str) -> bool:
        try:
            role = iam_backends[role_arn.split(":")[4]][self.partition].get_role_by_arn(role_arn)
        except NotFoundException:
            return False
        statements: list[dict[str, Any]] = json.loads(role.assume_role_policy_document)["Statement"]
        return any(s["Condition"]["StringEquals"]["sts:ExternalId"] == external_id for s in statements)


def install() -> None:
    """Have moto make our backend from now on."""
    sts_backends.backend = STSBackend
