"""Direct Connect for moto: it does what AWS documents, with switches for what is not known and faults on demand."""

from sandbox.directconnect.behaviour import (
    AT_ONCE,
    GONE_CONNECTION_MESSAGES,
    MALFORMED_ID_MESSAGE,
    NEVER,
    Behaviour,
    Delay,
)
from sandbox.directconnect.calls import Call
from sandbox.directconnect.client import InProcessClient
from sandbox.directconnect.clock import ManualClock
from sandbox.directconnect.faults import (
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
from sandbox.directconnect.hooks import Hook
from sandbox.directconnect.models import DirectConnectBackend, directconnect_backends, install
from sandbox.directconnect.resources.gateways import GatewayAttachment
from sandbox.directconnect.resources.routes import Route
from sandbox.directconnect.resources.virtual_interfaces import SECRET_WORD

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
    "Route",
    "Slow",
    "StaleAnswer",
    "client_error",
    "directconnect_backends",
    "install",
]
