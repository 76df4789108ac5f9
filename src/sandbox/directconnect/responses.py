"""Direct Connect over HTTP: JSON 1.1 in, JSON 1.1 out."""

import json
import socket

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from sandbox.directconnect.exceptions import AnswerLostError, DirectConnectError, RawAnswerError
from sandbox.directconnect.models import DirectConnectBackend, directconnect_backends
from sandbox.directconnect.operations import OPERATIONS
from sandbox.directconnect.wire import CONTENT_TYPE, as_json


class DirectConnectResponse(BaseResponse):
    def __init__(self) -> None:
        super().__init__(service_name="directconnect")

    @property
    def directconnect_backend(self) -> DirectConnectBackend:
        return directconnect_backends[self.current_account][self.region]

    def answer(self) -> tuple[int, dict[str, str], str]:
        try:
            answer = self.directconnect_backend.run(self._get_action(), json.loads(self.body or "{}"))
        except DirectConnectError as error:
            return _response(as_json({"__type": error.code, "message": error.message}), error.status)
        except AnswerLostError:
            # Werkzeug ends the request but leaves the socket open: the client would wait until its time-out.
            self.normalized_request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise
        except RawAnswerError as raw:
            return _response(raw.body, raw.status, raw.content_type)
        return _response(as_json(answer))


def _response(body: str, status: int = 200, content_type: str = CONTENT_TYPE) -> tuple[int, dict[str, str], str]:
    # moto takes the status from the headers.
    return status, {"content-type": content_type, "status": str(status)}, body


# moto finds an operation by the name of a method.
for _operation in OPERATIONS:
    setattr(DirectConnectResponse, camelcase_to_underscores(_operation), DirectConnectResponse.answer)
