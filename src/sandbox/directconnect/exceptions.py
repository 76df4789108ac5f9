"""
Every error that this service answers.

AWS has one code for every mistake of a caller and one for its own failures. No code says "not found", "in use" or
"conflict": the message is all there is.
"""

from moto.core.exceptions import JsonRESTError

from .wire import CONTENT_TYPE


class DirectConnectError(JsonRESTError):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = status  # the HTTP status, in the words of werkzeug; ``error_type`` is AWS's code


class DirectConnectClientException(DirectConnectError):  # noqa: N818 - AWS's name
    def __init__(self, message: str) -> None:
        super().__init__("DirectConnectClientException", message)


class DirectConnectServerException(DirectConnectError):  # noqa: N818 - AWS's name
    """Documented with HTTP 400, modelled with 500."""

    def __init__(self, status: int = 500) -> None:
        super().__init__("DirectConnectServerException", "A server-side error occurred.", status)


class DuplicateTagKeysException(DirectConnectError):  # noqa: N818 - AWS's name
    def __init__(self) -> None:
        super().__init__("DuplicateTagKeysException", "A tag key was specified more than once.")


class TooManyTagsException(DirectConnectError):  # noqa: N818 - AWS's name
    def __init__(self) -> None:
        super().__init__("TooManyTagsException", "You have reached the limit on the number of tags.")


class AnswerLostError(ConnectionError):
    """
    Raised when the connection breaks before the answer arrives.

    A ``ConnectionError``, because werkzeug takes that for a client that has hung up, and answers nothing.
    """


class RawAnswerError(Exception):
    """Raised when the answer is a body that does not come from AWS, or only half of one that does."""

    def __init__(self, status: int, body: str, content_type: str = CONTENT_TYPE) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.content_type = content_type
