"""
The errors that Direct Connect answers, and two ways in which no proper answer arrives.

AWS has one code for every mistake of a caller and one for its own failures. No code means "not found", "in use" or
"conflict": only the message says so.
"""

from sandbox.directconnect.wire import CONTENT_TYPE


class DirectConnectError(Exception):
    """Raised when the answer is an error; ``code`` is AWS's code, ``status`` that of HTTP."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class DirectConnectClientException(DirectConnectError):  # noqa: N818 - AWS's name
    """Raised when AWS refuses a call."""

    def __init__(self, message: str) -> None:
        super().__init__("DirectConnectClientException", message)


class DirectConnectServerException(DirectConnectError):  # noqa: N818 - AWS's name
    """Raised when AWS itself fails."""

    def __init__(self) -> None:
        super().__init__("DirectConnectServerException", "A server-side error occurred.", 500)


class DuplicateTagKeysException(DirectConnectError):  # noqa: N818 - AWS's name
    """Raised when a call names a tag key twice."""

    def __init__(self) -> None:
        super().__init__("DuplicateTagKeysException", "A tag key was specified more than once.")


class TooManyTagsException(DirectConnectError):  # noqa: N818 - AWS's name
    """Raised when a resource would have more than 50 tags."""

    def __init__(self) -> None:
        super().__init__("TooManyTagsException", "You have reached the limit on the number of tags.")


class AnswerLostError(ConnectionError):
    """
    Raised when the connection breaks before the answer arrives.

    It is a ``ConnectionError`` because werkzeug treats that as a client that has hung up, and sends no answer.
    """


class RawAnswerError(Exception):
    """Raised when the body of the answer does not come from AWS, or is only half of AWS's."""

    def __init__(self, status: int, body: str, content_type: str = CONTENT_TYPE) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.content_type = content_type
