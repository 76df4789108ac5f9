"""A client without HTTP, for tests that need thousands of histories."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from sandbox.directconnect.calls import Answer, without_nones
from sandbox.directconnect.exceptions import AnswerLostError, DirectConnectError, RawAnswerError
from sandbox.directconnect.models import DirectConnectBackend
from sandbox.directconnect.operations import OPERATIONS

_OK = 200


@dataclass(frozen=True, slots=True)
class ClientMeta:
    service_model: ServiceModel
    region_name: str


class InProcessClient:
    """
    Speak to a backend as boto3's client does, with the same validation, answers and errors.

    It makes one attempt, as a client without retries does. ``account_id`` is the caller; by default it is the account
    of the backend. Request ids are ``in-process-1``, ``in-process-2`` and so on, over all clients of the backend.
    """

    def __init__(self, backend: DirectConnectBackend, account_id: str | None = None) -> None:
        self._backend = backend
        self._account_id = account_id
        self.meta = ClientMeta(service_model(), backend.region_name)
        self.exceptions = _exceptions()

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if (operation := _operations_by_method().get(name)) is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        def method(**parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
            return self._call(operation, parameters)

        # boto3's methods know their names, and error messages quote them.
        method.__name__ = name
        return method

    def _call(self, operation: str, parameters: dict[str, Any]) -> Answer:
        _validate(operation, parameters)
        request_id = self._backend.new_request_id()
        try:
            answer = self._backend.run(operation, parameters, self._account_id)
        except DirectConnectError as error:
            raise self._client_error(operation, error, request_id) from error
        except RawAnswerError as raw:
            return self._read(operation, raw)
        except AnswerLostError as error:
            raise ConnectionClosedError(endpoint_url="in process") from error
        # botocore leaves out what is null.
        return {**without_nones(answer), "ResponseMetadata": _metadata(200, request_id)}

    def _read(self, operation: str, raw: RawAnswerError) -> Answer:
        """Do what botocore does with a body that it cannot parse: ignore it, or quote it in an error."""
        metadata = _metadata(raw.status)
        if raw.status == _OK:
            return {"ResponseMetadata": metadata}
        code = str(raw.status)
        response = {"Error": {"Code": code, "Message": raw.body}, "ResponseMetadata": metadata}
        raise self.exceptions.from_code(code)(response, operation)

    def _client_error(self, operation: str, error: DirectConnectError, request_id: str) -> ClientError:
        response = {
            "Error": {"Code": error.code, "Message": error.message},
            "ResponseMetadata": _metadata(error.status, request_id),
            "message": error.message,
        }
        cause: ClientError = self.exceptions.from_code(error.code)(response, operation)
        return cause


@cache
def service_model() -> ServiceModel:
    """Load botocore's own model of the service, once."""
    return botocore.session.get_session().get_service_model("directconnect")


@cache
def _exceptions() -> Any:  # noqa: ANN401 - botocore makes the class at run time
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


def _metadata(status: int, request_id: str | None = None) -> dict[str, Any]:
    """Return the metadata of an answer; one that does not come from AWS has no request id."""
    metadata: dict[str, Any] = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
    return metadata if request_id is None else {"RequestId": request_id, **metadata}
