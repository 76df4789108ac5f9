"""
The errors that leave the function; their names are what the state machine matches in ``ErrorEquals``.

    DecommissionError
    ├── InvalidRequestError        the event is wrong; no call was made; never retried
    ├── DirectConnectBusyError     AWS could not answer now; retried
    ├── DirectConnectDeniedError   AWS refuses the caller; never retried
    └── ConfigurationError         the function was deployed wrongly; it fails before its first step
"""


class DecommissionError(Exception):
    """Base of every error that this function raises on purpose."""


class InvalidRequestError(DecommissionError):
    """Raised when the event is not a request, an EventBridge envelope or a result that holds together."""


class DirectConnectBusyError(DecommissionError):
    """Raised when AWS throttles, fails, is out of reach, or says that a resource is in transition."""


class DirectConnectDeniedError(DecommissionError):
    """Raised when AWS refuses the caller; names the action that was denied."""


class ConfigurationError(DecommissionError):
    """Raised at start when an environment variable is missing or wrong, or the SDK is too old."""
