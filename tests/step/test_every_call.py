"""Every call of a whole run meets every fault, once and for ever: the run ends, and never by a wrong deletion."""

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest

from sandbox.directconnect import (
    SECRET_WORD,
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    CutJson,
    DirectConnectBackend,
    EmptyBody,
    Fault,
    Html,
    ManualClock,
    Nothing,
    Nulls,
    Reset,
    StaleAnswer,
)
from tests.step import worlds
from tests.step.endurance import Endured, Moment, endure
from tests.support.driver import OF_LAG, REQUEST

WORLDS: Final[dict[str, Callable[[ManualClock], DirectConnectBackend]]] = {
    "with a gateway": worlds.routed,
    "in a LAG": worlds.member,
    "a whole LAG": worlds.whole_lag,
    "only some interfaces": worlds.some_approved,
    "in another account and region": worlds.elsewhere,
}
REQUESTS: Final = {"a whole LAG": OF_LAG, "only some interfaces": worlds.SOME}
FAULTS: Final[dict[str, Fault]] = {
    "throttled": THROTTLED,
    "server error": SERVER_ERROR,
    "server error as 400": SERVER_ERROR_AS_400,
    "answer lost": AnswerLost(),
    "connection broken": AnswerLost(connection_breaks=True),
    "reset": Reset(),
    "html": Html(),
    "empty body": EmptyBody(),
    "nothing": Nothing(),
    "nulls": Nulls(),
    "cut json": CutJson(),
    "denied": AccessDenied(),
    "stale answer": StaleAnswer(),
}
# AWS may deny these: the guards warn.
MAY_BE_DENIED: Final = {
    "DescribeLoa",
    "ListResiliencyGroups",
    "ListResiliencyGroupAssociations",
    "ListVirtualInterfaceRoutes",
}
# No step deletes without it, and every step can end a run without it.
BEFORE_DELETIONS: Final = "ListObjectsV2"
CHANGES: Final = {
    *("DeleteVirtualInterface", "UpdateLag", "DisassociateConnectionFromLag"),
    *("DeleteConnection", "DeleteLag"),
}
# The call takes effect, or its answer is as good as the right one.
HARMLESS: Final = {
    ("answer lost", "directconnect"): CHANGES,
    ("connection broken", "directconnect"): CHANGES,
    ("nulls", "directconnect"): CHANGES,
    ("nulls", "s3"): {"PutObject", "ListObjectsV2"},
    ("nulls", "sts"): {"GetCallerIdentity", "AssumeRole"},
}


@cache
def calls_of(name: str) -> tuple[Moment, ...]:
    clock = ManualClock()
    endured = endure(WORLDS[name](clock), clock, request=REQUESTS.get(name, REQUEST))
    assert ("COMPLETED", []) == (endured.end, endured.wrong)
    return tuple(endured.made)


def once(name: str, fault: Fault, moment: Moment) -> Endured:
    clock = ManualClock()
    request = REQUESTS.get(name, REQUEST)
    return endure(WORLDS[name](clock), clock, lambda made: fault if made == moment else None, request=request)


def leaks(endured: Endured) -> list[str]:
    return [text for text in endured.told if SECRET_WORD in text]


def test_what_is_called() -> None:
    """Otherwise the tests below would prove little."""
    services = {service for name in WORLDS for service in {moment.service for moment in calls_of(name)}}
    assert {"directconnect", "cloudwatch", "s3", "sts"} == services
    assert all(len(calls_of(name)) > 50 for name in WORLDS)


def wrongs(endured: Endured, fault: str) -> list[str]:
    # A stale answer shows as available what is being deleted; AWS does nothing twice.
    return [wrong for wrong in endured.wrong if fault != "stale answer" or "twice" not in wrong]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", WORLDS)
def test_once(name: str, fault: str) -> None:
    # Where one of three deletions is denied, the others go, and the next step asks again.
    may_be_denied = MAY_BE_DENIED | {"DeleteVirtualInterface"}
    if name == "a whole LAG":
        may_be_denied |= {"DisassociateConnectionFromLag", "DeleteConnection"}
    for moment in calls_of(name):
        endured = once(name, FAULTS[fault], moment)

        is_denied = fault == "denied" and moment.operation not in may_be_denied
        assert ("AwsDeniedError" if is_denied else "COMPLETED", moment) == (endured.end, moment), endured.outcome
        assert ([], [], moment) == (wrongs(endured, fault), leaks(endured), moment)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", WORLDS)
def test_for_ever(name: str, fault: str) -> None:
    for service, operation in sorted({(moment.service, moment.operation) for moment in calls_of(name)}):
        clock = ManualClock()

        endured = endure(
            WORLDS[name](clock),
            clock,
            lambda made: FAULTS[fault] if (made.service, made.operation) == (service, operation) else None,  # noqa: B023 - called in this turn of the loop
            request=REQUESTS.get(name, REQUEST) | {"patienceMinutes": 30},
        )

        assert endured.end in ends_for_ever(fault, service, operation), (operation, endured.outcome)
        assert ([], [], operation) == (wrongs(endured, fault), leaks(endured), operation)


def ends_for_ever(fault: str, service: str, operation: str) -> set[str]:
    if fault == "stale answer":
        return {"COMPLETED", "TIMED_OUT"}
    if fault == "denied":
        return {"COMPLETED" if operation in MAY_BE_DENIED else "AwsDeniedError"}
    if operation == "DescribeLoa" or operation in HARMLESS.get((fault, service), ()):
        return {"COMPLETED"}
    return {"TIMED_OUT"} if operation in {*CHANGES, BEFORE_DELETIONS} else {"AwsBusyError"}
