"""The shell around the operations: JSON 1.1 in, JSON 1.1 out."""

from __future__ import annotations

import json
import socket

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from .exceptions import AnswerLostError, RawAnswerError
from .models import DirectConnectBackend, directconnect_backends
from .operations import OPERATIONS
from .wire import CONTENT_TYPE, as_json


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
        except RawAnswerError as raw:
            # moto takes the status from among the headers.
            return raw.status, {"content-type": raw.content_type, "status": str(raw.status)}, raw.body
        return 200, {"content-type": CONTENT_TYPE}, as_json(answer)


# moto finds an operation by the name of a method.
for _operation in OPERATIONS:
    setattr(DirectConnectResponse, camelcase_to_underscores(_operation), DirectConnectResponse.answer)
