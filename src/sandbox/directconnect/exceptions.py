"""
Every error that this service answers.

AWS has one code for whatever a caller did wrong and one for its own failures. No code says "not found",
"in use" or "conflict": the message is all there is.
"""

from moto.core.exceptions import JsonRESTError


class DirectConnectError(JsonRESTError):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = status  # the HTTP status, in the words of werkzeug; `error_type` is AWS's code


class DirectConnectClientException(DirectConnectError):  # noqa: N818  # AWS's name
    def __init__(self, message: str) -> None:
        super().__init__("DirectConnectClientException", message)


class DirectConnectServerException(DirectConnectError):  # noqa: N818  # AWS's name
    """Documented with HTTP 400, modelled with 500."""

    def __init__(self, status: int = 500) -> None:
        super().__init__("DirectConnectServerException", "A server-side error occurred.", status)


class DuplicateTagKeysException(DirectConnectError):  # noqa: N818  # AWS's name
    def __init__(self) -> None:
        super().__init__("DuplicateTagKeysException", "A tag key was specified more than once.")


class TooManyTagsException(DirectConnectError):  # noqa: N818  # AWS's name
    def __init__(self) -> None:
        super().__init__("TooManyTagsException", "You have reached the limit on the number of tags.")


class AnswerLostError(ConnectionError):
    """
    The connection breaks before the answer arrives.

    A `ConnectionError`, because that is what werkzeug takes for a client that is gone: it answers nothing.
    """
