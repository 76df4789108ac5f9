"""The shell around the operations: JSON 1.1 in, JSON 1.1 out."""

from __future__ import annotations

import base64
import json
import socket
from datetime import datetime

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from .exceptions import AnswerLostError
from .models import DirectConnectBackend, directconnect_backends
from .operations import OPERATIONS


class DirectConnectResponse(BaseResponse):
    def __init__(self) -> None:
        super().__init__(service_name="directconnect")

    @property
    def directconnect_backend(self) -> DirectConnectBackend:
        return directconnect_backends[self.current_account][self.region]

    def answer(self) -> tuple[int, dict[str, str], str]:
        try:
            answer = self.directconnect_backend.run(self._get_action(), json.loads(self.body or "{}"))
        except AnswerLostError:
            # Werkzeug lets go of the request, not of the socket: the client would wait until its time-out.
            self.normalized_request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise
        return 200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(answer, default=_encode)


# moto finds an operation by the name of a method.
for _operation in OPERATIONS:
    setattr(DirectConnectResponse, camelcase_to_underscores(_operation), DirectConnectResponse.answer)


def _encode(value: object) -> float | str:
    """Write what JSON has no form for as the protocol wants it: times in seconds since 1970, blobs in base64."""
    match value:
        case datetime():
            return value.timestamp()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
