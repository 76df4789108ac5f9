"""Direct Connect for moto: what AWS documents, with switches for what it does not, and faults on demand."""

from .attachments import GatewayAttachment
from .behaviour import AT_ONCE, GONE_CONNECTION_MESSAGES, MALFORMED_ID_MESSAGE, NEVER, Behaviour, Delay
from .client import InProcessClient
from .clock import ManualClock
from .faults import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    CutJson,
    EmptyBody,
    Fault,
    Html,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    Slow,
    StaleAnswer,
    client_error,
)
from .hooks import Hook
from .lifecycle import Call
from .models import DirectConnectBackend, directconnect_backends, install
from .resiliency_groups import ResiliencyGroup
from .routes import Route
from .virtual_interfaces import SECRET_WORD

__all__ = [
    "AT_ONCE",
    "GONE_CONNECTION_MESSAGES",
    "MALFORMED_ID_MESSAGE",
    "NEVER",
    "SECRET_WORD",
    "SERVER_ERROR",
    "SERVER_ERROR_AS_400",
    "THROTTLED",
    "AccessDenied",
    "AnswerLost",
    "Behaviour",
    "Call",
    "CutJson",
    "Delay",
    "DirectConnectBackend",
    "EmptyBody",
    "Fault",
    "GatewayAttachment",
    "Hook",
    "Html",
    "InProcessClient",
    "ManualClock",
    "Nothing",
    "Nulls",
    "Refusal",
    "Reset",
    "ResiliencyGroup",
    "Route",
    "Slow",
    "StaleAnswer",
    "client_error",
    "directconnect_backends",
    "install",
]
