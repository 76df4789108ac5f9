"""A client without HTTP, for tests that need thousands of histories."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ConnectionClosedError, ParamValidationError
from botocore.validate import ParamValidator

from .exceptions import AnswerLostError, DirectConnectError
from .operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError
    from botocore.model import ServiceModel

    from .lifecycle import Answer
    from .models import DirectConnectBackend


@dataclass(frozen=True, slots=True)
class ClientMeta:
    service_model: ServiceModel
    region_name: str


class InProcessClient:
    """
    Speak to a backend as boto3's client does, with the same validation, answers and errors.

    It makes one attempt, as a client without retries. `account_id` is who calls, if not the backend's own account.
    """

    def __init__(self, backend: DirectConnectBackend, account_id: str | None = None) -> None:
        self._backend = backend
        self._account_id = account_id
        self.meta = ClientMeta(service_model(), backend.region_name)
        self.exceptions = _exceptions()

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if (operation := _operations_by_method().get(name)) is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        def method(**parameters: Any) -> Answer:  # noqa: ANN401  # as boto3
            return self._call(operation, parameters)

        # boto3's methods know their names, and error messages quote them.
        method.__name__ = name
        return method

    def _call(self, operation: str, parameters: dict[str, Any]) -> Answer:
        _validate(operation, parameters)
        try:
            answer = self._backend.run(operation, parameters, self._account_id)
        except DirectConnectError as error:
            raise self._client_error(operation, error) from error
        except AnswerLostError as error:
            raise ConnectionClosedError(endpoint_url="in process") from error
        return {**answer, "ResponseMetadata": _metadata(200)}

    def _client_error(self, operation: str, error: DirectConnectError) -> ClientError:
        response = {
            "Error": {"Code": error.error_type, "Message": error.message},
            "ResponseMetadata": _metadata(error.code),
            "message": error.message,
        }
        cause: ClientError = self.exceptions.from_code(error.error_type)(response, operation)
        return cause


@cache
def service_model() -> ServiceModel:
    """Load botocore's own model of the service, once."""
    return botocore.session.get_session().get_service_model("directconnect")


@cache
def _exceptions() -> Any:  # noqa: ANN401  # botocore makes the class at run time
    return ClientExceptionsFactory().create_client_exceptions(service_model())


@cache
def _operations_by_method() -> dict[str, str]:
    return {xform_name(operation): operation for operation in OPERATIONS}


def _validate(operation: str, parameters: dict[str, Any]) -> None:
    shape = service_model().operation_model(operation).input_shape
    if shape is not None:
        report = ParamValidator().validate(parameters, shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())


def _metadata(status: int) -> dict[str, Any]:
    return {"RequestId": "in-process", "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
