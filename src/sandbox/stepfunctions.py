"""Step Functions for moto: CloudFormation's state machines can run, can start others, and can write objects."""

import json
from collections.abc import Callable
from typing import Any

from moto.core.config import default_user_config
from moto.stepfunctions import models
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk as MotoStateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn as MotoStateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.models import stepfunctions_parser_backends


class StateTaskServiceSfn(MotoStateTaskServiceSfn):
    """Converts a Task's parameters to boto3's spelling, and boto3's answer to a Task's; moto's own does not."""

    def _normalise_parameters(self, parameters: dict[str, Any], *args: str | None, **kwargs: str | None) -> None:
        super()._normalise_parameters(parameters, *args, **kwargs)
        _rename(parameters, str.lower)

    def _normalise_response(self, response: dict[str, Any], *_: str | None, **__: str | None) -> None:
        _rename(response, str.upper)


class StateTaskServiceAwsSdk(MotoStateTaskServiceAwsSdk):
    """Sends the body of an object as JSON; moto's own sends Python's."""

    def _normalise_parameters(self, parameters: dict[str, Any], *args: str | None, **kwargs: str | None) -> None:
        super()._normalise_parameters(parameters, *args, **kwargs)
        if "Body" in parameters:
            parameters["Body"] = json.dumps(parameters["Body"])


def _rename(members: dict[str, Any], case: Callable[[str], str]) -> None:
    for name in list(members):
        members[case(name[0]) + name[1:]] = members.pop(name)


_moto_set_error = Environment.set_error


def _set_error(self: Environment, error: ExecutionFailedEventDetails) -> None:
    """Set that an execution has failed, unless it was stopped: a state that is cut off in its middle fails in moto."""
    if not isinstance(self.program_state(), ProgramStopped):
        _moto_set_error(self, error)


def install() -> None:
    """Have moto run state machines like this from now on."""
    # moto has two backends: CloudFormation creates state machines in one, and executions run in the other.
    setattr(models, "stepfunctions_backends", stepfunctions_parser_backends)  # noqa: B010 - of another type than moto's
    setattr(state_task_service_factory, "StateTaskServiceAwsSdk", StateTaskServiceAwsSdk)  # noqa: B010 - likewise
    setattr(state_task_service_factory, "StateTaskServiceSfn", StateTaskServiceSfn)  # noqa: B010 - of another type than moto's
    setattr(Environment, "set_error", _set_error)  # noqa: B010 - likewise
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
