"""Answers of AWS that leave it unknown what happened, and everything that an error holds."""

import traceback
from typing import Final

from sandbox.directconnect import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AnswerLost,
    CutJson,
    EmptyBody,
    Fault,
    Html,
    Nothing,
    Nulls,
    Refusal,
    Reset,
    client_error,
)

BUSY: Final[dict[str, Fault]] = {
    "throttled": THROTTLED,
    "server error": SERVER_ERROR,
    "server error as 400": SERVER_ERROR_AS_400,
    "bad gateway": Refusal("NobodyKnows", "A gateway between us and AWS says no", status=502),
    "transitioning": client_error("It is in a transitioning state."),
    "answer lost": AnswerLost(),
    "connection broken": AnswerLost(connection_breaks=True),
    "reset": Reset(),
    "HTML": Html(),
    "empty body": EmptyBody(),
    "{}": Nothing(),
    "nulls": Nulls(),
    "cut JSON": CutJson(),
}


def everything_in(error: BaseException) -> str:
    """Return the traceback of an error, and the text and the fields of the error and of its causes."""
    texts = traceback.format_exception(error)
    cause: BaseException | None = error
    while cause is not None:
        texts += [str(cause), repr(cause), repr(cause.__dict__)]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(texts)
