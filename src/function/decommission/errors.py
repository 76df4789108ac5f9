"""
The errors that leave the function. Their names are a public contract: the state machine matches them.

    DecommissionError
    ├── InvalidRequestError   the event is wrong; nothing was called; never retried
    ├── AwsBusyError          AWS could not answer now, or gave an answer that makes no sense; retried
    ├── AwsDeniedError        AWS refuses the caller; never retried
    └── ConfigurationError    the function was deployed wrongly; never retried
"""


class DecommissionError(Exception):
    """Base of every error that this function raises on purpose."""


class InvalidRequestError(DecommissionError):
    """Raised when the event is neither a request, an EventBridge envelope nor the result of a step."""


class AwsBusyError(DecommissionError):
    """
    Raised when a call that only looks was throttled, failed, got no answer, or got one that does not fit AWS's model.

    ``is_throttling`` is True if AWS asked us to slow down, which also means that the call had no effect.
    """

    def __init__(self, message: str, *, is_throttling: bool = False) -> None:
        super().__init__(message)
        self.is_throttling = is_throttling


class AwsDeniedError(DecommissionError):
    """Raised when AWS refuses the caller; names the action that was denied and what to find out."""


class ConfigurationError(DecommissionError):
    """Raised when an environment variable is missing or wrong, the SDK is too old, or S3 refuses the bucket."""
