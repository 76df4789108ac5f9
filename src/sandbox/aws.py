"""AWS on this machine: moto's server on a loopback port, with our backends in it and the application deployed."""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, cast

import boto3
from moto import backends
from moto.awslambda.models import lambda_backends
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.sns.models import sns_backends

from sandbox import awslambda, cloudwatch, directconnect, events, stepfunctions, sts
from sandbox.awslambda.models import LambdaBackend
from sandbox.runtime import CREDENTIALS, REGION, Runtime
from sandbox.stack import Stack, deploy, deploy_spoke

STACK_NAME = "dx-decommission"
SPOKE_STACK_NAME = "dx-decommission-spoke"
# With these parameters a run takes seconds.
QUICK = {"MinimumWaitSeconds": "1", "SweepNoticeMinutes": "0"}


class Sandbox:
    """
    A new world for each ``with`` block. Only one at a time: a process has one set of moto's backends.

    ``runtime`` is where the function runs; ``parameters`` are the template's; ``port`` 0 takes any free one.
    """

    def __init__(
        self, runtime: Runtime, *, parameters: Mapping[str, str] | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.runtime = runtime
        self._parameters = {**QUICK, **(parameters or {})}
        self._server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)

    def __enter__(self) -> Self:
        for service in (directconnect, awslambda, cloudwatch, events, stepfunctions, sts):
            service.install()
        _remember_modules()
        BackendDict.reset()
        LambdaBackend.runtime = self.runtime
        # They would log every request, and every execution that fails on purpose.
        for name in ("werkzeug", "moto.stepfunctions"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._server.start()
        port = self._server.get_host_and_port()[1]
        # moto's interpreter of state machines calls Lambda on this port.
        os.environ["MOTO_PORT"] = str(port)
        self.endpoint_url = f"http://127.0.0.1:{port}"
        self.session = boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self.stack: Stack = deploy(
            self.session, self.endpoint_url, STACK_NAME, {"EndpointUrl": self.endpoint_url, **self._parameters}
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._functions.settle()
        self.runtime.stop()
        self._server.stop()
        LambdaBackend.runtime = None
        del os.environ["MOTO_PORT"]

    @property
    def direct_connect(self) -> directconnect.DirectConnectBackend:
        """The world behind the API; tests add to it, change it and read it directly."""
        return self.direct_connect_in()

    def direct_connect_in(
        self, *, account: str = DEFAULT_ACCOUNT_ID, region: str = REGION
    ) -> directconnect.DirectConnectBackend:
        """Return the world of any account and region."""
        return directconnect.directconnect_backends[account][region]

    def deploy_spoke(self, account: str, **parameters: str) -> Stack:
        """Let the application work in another account: deploy that account's stack there."""
        hub = self.stack.outputs
        roles = {"HubRoleArn": hub["DecommissionFunctionRoleArn"], "HubReaderRoleArn": hub["SweepFunctionRoleArn"]}
        return deploy_spoke(self.client("cloudformation", account=account), SPOKE_STACK_NAME, roles | parameters)

    @property
    def _functions(self) -> LambdaBackend:
        return cast("LambdaBackend", lambda_backends[DEFAULT_ACCOUNT_ID][REGION])

    def messages(self) -> list[tuple[str, str]]:
        """List the subject and the text of each message that was sent to people so far."""
        self._functions.settle()
        topic = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.stack.outputs["NotificationTopicArn"]]
        return [(str(subject), str(text)) for _, text, subject, *_ in topic.sent_notifications]

    def failed_later(self) -> list[str]:
        """List the functions that failed when EventBridge invoked them; CloudWatch counts these as Errors."""
        self._functions.settle()
        return self._functions.failed_later

    def events(self, source: str) -> list[dict[str, Any]]:
        """List the events that this source has put on the default bus so far."""
        self._functions.settle()
        bus = cast("events.EventsBackend", events_backends[DEFAULT_ACCOUNT_ID][REGION])
        return [cast("dict[str, Any]", event) for event in bus.delivered if source == event["source"]]

    def client(self, service: str, *, account: str = DEFAULT_ACCOUNT_ID) -> Any:  # noqa: ANN401 - boto3's clients have a type for each service
        make: Callable[..., Any] = self.session.client
        if account == DEFAULT_ACCOUNT_ID:
            return make(service, endpoint_url=self.endpoint_url)
        # moto finds the account by the access key.
        key = iam_backends[account]["aws"].create_temp_access_key()
        return make(
            service,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
        )

    def start(self, event: object, machine: str = "StateMachineArn") -> str:
        """Start a state machine, by the output that names it, and return the ARN of its execution."""
        states = self.client("stepfunctions")
        started = states.start_execution(
            stateMachineArn=self.stack.outputs[machine], input=json.dumps(event), name=f"run-{time.time_ns()}"
        )
        arn: str = started["executionArn"]
        return arn

    def execution(self, arn: str) -> dict[str, Any]:
        execution: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=arn)
        return execution

    def finish(self, arn: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until an execution has ended; raises TimeoutError if that takes longer than ``seconds``."""
        until = time.monotonic() + seconds
        while (execution := self.execution(arn))["status"] == "RUNNING":
            if time.monotonic() > until:
                raise TimeoutError(f"{arn} still runs after {seconds} seconds")
            time.sleep(0.05)
        return execution

    def run(self, event: object) -> dict[str, Any]:
        return self.finish(self.start(event))

    def sweep(self, event: object, seconds: float = 60) -> dict[str, Any]:
        return self.finish(self.start(event, "SweepStateMachineArn"), seconds)

    def path(self, arn: str) -> list[str]:
        """Name the states that an execution entered, in order."""
        return [entered["name"] for entered in self._entered(arn)]

    def results(self, arn: str) -> list[dict[str, Any]]:
        """List what the function has returned to an execution so far."""
        return [json.loads(entered["input"]) for entered in self._entered(arn) if entered["name"] == "WhichPhase"]

    def _entered(self, arn: str) -> list[dict[str, str]]:
        history = self.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
        return [event["stateEnteredEventDetails"] for event in history if "stateEnteredEventDetails" in event]

    def metrics(self) -> list[dict[str, Any]]:
        """List the EMF documents that the function has printed."""
        return [json.loads(line) for line in self.runtime.lines() if line.startswith('{"_aws"')]

    def record(self) -> dict[str, bytes]:
        """Read every object of the record, by key, once the functions that EventBridge invokes have written theirs."""
        self._functions.settle()
        s3, bucket = self.client("s3"), self.stack.outputs["RecordBucketName"]
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def _remember_modules() -> None:
    """Have moto's server list its own folder once, and not at every request: that takes half of the server's time."""
    modules = tuple(backends.list_of_moto_modules())
    setattr(backends, "list_of_moto_modules", lambda: modules)  # noqa: B010 - of another type than moto's
