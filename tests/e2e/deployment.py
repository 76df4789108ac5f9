"""One deployment for many tests: each finds it as it was right after the deployment."""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self, cast

from moto.cloudformation.models import cloudformation_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from sandbox.aws import Sandbox
from sandbox.awslambda.models import LambdaBackend
from sandbox.directconnect import directconnect_backends
from sandbox.events import EventsBackend
from sandbox.runtime import REGION, InProcess
from sandbox.stack import RECORD_BUCKET
from tests.conftest import ACCOUNT


class Deployment:
    """Deploys the application, with its functions in this process, once for tests with the same parameters."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._sandbox: Sandbox | None = None
        self._parameters: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def emptied(self, parameters: Mapping[str, str]) -> Sandbox:
        """Return the sandbox, with the application deployed with these parameters and nothing else in it."""
        if self._sandbox is None or parameters != self._parameters or not _is_whole():
            self._stack.close()
            self._sandbox = self._stack.enter_context(Sandbox(InProcess(), parameters=parameters))
            self._parameters = parameters
            return self._sandbox
        _forget(self._sandbox)
        return self._sandbox


def _is_whole() -> bool:
    """Return whether the bucket of the record is still there; one test deletes it."""
    return RECORD_BUCKET in s3_backends[ACCOUNT]["aws"].buckets


def _forget(sandbox: Sandbox) -> None:
    """Remove what the test before has left in AWS, and start the functions cold again."""
    sandbox.failed_later().clear()
    for backends in (directconnect_backends, cloudwatch_backends):
        for account in backends.values():
            account.reset()
    for account_id in iam_backends.keys() - {ACCOUNT}:
        iam_backends[account_id].reset()
        cloudformation_backends[account_id].reset()
    s3_backends[ACCOUNT]["aws"].buckets[RECORD_BUCKET].keys.clear()
    for topic in sns_backends[ACCOUNT][REGION].topics.values():
        topic.sent_notifications.clear()
    cast("EventsBackend", events_backends[ACCOUNT][REGION]).delivered.clear()
    step_functions = stepfunctions_parser_backends[ACCOUNT][REGION]
    ours = [sandbox.stack.outputs[name] for name in ("StateMachineArn", "SweepStateMachineArn")]
    step_functions.state_machines = [machine for machine in step_functions.state_machines if machine.arn in ours]
    for arn in ours:
        step_functions.describe_state_machine(arn).executions.clear()
    sandbox.runtime = LambdaBackend.runtime = InProcess()
