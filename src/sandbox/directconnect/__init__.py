"""Direct Connect for moto: what AWS documents, with switches for what it does not, and faults on demand."""

from .behaviour import AT_ONCE, GONE_CONNECTION_MESSAGES, NEVER, Behaviour, Delay
from .client import InProcessClient
from .clock import ManualClock
from .faults import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Fault,
    Refusal,
    StaleAnswer,
    client_error,
)
from .lifecycle import Call
from .models import DirectConnectBackend, directconnect_backends, install
from .virtual_interfaces import SECRET_WORD

__all__ = [
    "AT_ONCE",
    "GONE_CONNECTION_MESSAGES",
    "NEVER",
    "SECRET_WORD",
    "SERVER_ERROR",
    "SERVER_ERROR_AS_400",
    "THROTTLED",
    "AccessDenied",
    "AnswerLost",
    "Behaviour",
    "Call",
    "Delay",
    "DirectConnectBackend",
    "Fault",
    "InProcessClient",
    "ManualClock",
    "Refusal",
    "StaleAnswer",
    "client_error",
    "directconnect_backends",
    "install",
]
