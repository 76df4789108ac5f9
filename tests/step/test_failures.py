"""AWS refuses, denies or does not answer a call: the other calls are made, and the reason quotes AWS."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pytest

from decommission.errors import AwsDeniedError
from sandbox.directconnect import (
    SERVER_ERROR,
    SERVER_ERROR_AS_400,
    THROTTLED,
    AccessDenied,
    AnswerLost,
    Behaviour,
    Delay,
    DirectConnectBackend,
    Fault,
    Html,
    Nothing,
    Reset,
    client_error,
)
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import MOST_RETRIES, REQUEST, Around, asked, logs_in, new_step, take
from tests.support.strategies import CONNECTION_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
PATIENT: Final = REQUEST | {"patienceMinutes": 30}


def strike(world: DirectConnectBackend, fault: Fault, *ids: str) -> None:
    """Make every DeleteVirtualInterface of these ids fail."""

    def decide(parameters: Mapping[str, Any]) -> None:
        if parameters["virtualInterfaceId"] in ids:
            world.faults.add("DeleteVirtualInterface", fault)

    world.before["DeleteVirtualInterface"] = decide


FOR_EVER: Final = [
    pytest.param(client_error("Not today, says AWS"), "Not today, says AWS", id="refused"),
    pytest.param(SERVER_ERROR_AS_400, "A server-side error occurred.", id="server error as 400"),
    pytest.param(SERVER_ERROR, "A server-side error occurred.", id="server error"),
    pytest.param(Reset(), "got no answer (ConnectionClosedError)", id="no answer"),
    pytest.param(Html(), "answered without virtualInterfaceState", id="a page of a proxy"),
    pytest.param(Nothing(), "answered without virtualInterfaceState", id="an empty answer"),
]


@pytest.mark.parametrize("struck", INTERFACE_IDS)
@pytest.mark.parametrize(("fault", "words"), FOR_EVER)
def test_the_other_interfaces_are_deleted(
    fault: Fault, words: str, struck: str, around: Around, world: DirectConnectBackend
) -> None:
    strike(world, fault, struck)

    last = run(world, PATIENT, around)[-1]

    others = [id_ for id_ in INTERFACE_IDS if id_ != struck]
    assert "TIMED_OUT" == last["phase"]
    assert ["available"] == [one.state for one in world.virtual_interfaces.values() if one.state != "deleted"]
    assert words in last["reason"]
    assert CONNECTION_ID not in asked(world)
    assert others == around.report()["deleted"]


def test_the_reason_of_the_step_quotes_aws(world: DirectConnectBackend) -> None:
    strike(world, client_error("Not today"), SECOND)
    step = new_step(world)

    result = take(step, take(step, REQUEST))

    assert f'AWS on {SECOND}: "Not today"' in result["reason"]
    assert ["ACCEPTED", "REFUSED", "ACCEPTED"] == [call["outcome"] for call in result["calls"]]
    assert 10 == result["waitSeconds"]


def test_a_refused_deletion_is_tried_again(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=30), connection_in_use_message="Not yet, {id}")

    results = run(world)

    assert {"DELETING_CONNECTION"} == {result["phase"] for result in results if "Not yet" in result["reason"]}
    assert "COMPLETED" == results[-1]["phase"]


@pytest.mark.parametrize(("struck", "first"), [(FIRST, []), (SECOND, [FIRST]), (THIRD, [FIRST, SECOND])])
def test_a_throttled_step_stops_and_the_next_one_goes_on(
    struck: str, first: list[str], world: DirectConnectBackend
) -> None:
    once = True

    def throttle(parameters: Mapping[str, Any]) -> None:
        nonlocal once
        if once and parameters["virtualInterfaceId"] == struck:
            once = False
            world.faults.add("DeleteVirtualInterface", THROTTLED)

    world.before["DeleteVirtualInterface"] = throttle
    step = new_step(world)

    result = take(step, take(step, REQUEST))

    assert [*first, struck] == asked(world)
    assert (10, "THROTTLED") == (result["waitSeconds"], result["calls"][-1]["outcome"])
    assert "COMPLETED" == run(world, result)[-1]["phase"]
    assert {struck: 2} == {id_: times for id_, times in Counter(asked(world)).items() if times > 1}


@pytest.mark.parametrize("struck", INTERFACE_IDS)
def test_one_deletion_is_denied(struck: str, world: DirectConnectBackend) -> None:
    strike(world, AccessDenied(), struck)

    with pytest.raises(AwsDeniedError, match="AWS denied directconnect:DeleteVirtualInterface"):
        run(world)
    assert [struck] == [one.id for one in world.virtual_interfaces.values() if one.state == "available"]


@pytest.mark.parametrize("operation", ["DeleteVirtualInterface", "DeleteConnection", "DisassociateConnectionFromLag"])
def test_every_deletion_is_denied(operation: str, world: DirectConnectBackend, member: DirectConnectBackend) -> None:
    used = member if operation == "DisassociateConnectionFromLag" else world
    used.faults.add(operation, AccessDenied(), math.inf)

    with pytest.raises(AwsDeniedError, match=f"directconnect:{operation}"):
        run(used)
    assert "available" == used.connections[CONNECTION_ID].state


LOA_FAULTS: Final = {
    "denied": AccessDenied(),
    "answer lost": AnswerLost(),
    "connection broken": AnswerLost(connection_breaks=True),
    "a page of a proxy": Html(),
    "an empty answer": Nothing(),
    "no answer": Reset(),
    "server error": SERVER_ERROR,
    "server error as 400": SERVER_ERROR_AS_400,
    "throttled": THROTTLED,
    "refused": client_error("No LOA-CFA for hosted connections"),
}


@pytest.mark.parametrize("fault", LOA_FAULTS.values(), ids=LOA_FAULTS)
def test_the_loa_cannot_be_read(
    fault: Fault, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.faults.add("DescribeLoa", fault)

    last = run(world, around=around)[-1]

    assert "COMPLETED" == last["phase"]
    documents = sorted(key.rpartition("/")[2] for key in around.s3.objects)
    assert ["plan.json", "progress.json", "report.json", "restore.json"] == documents
    assert around.document("plan.json")["loa"].startswith('no LOA-CFA: "')
    (warned,) = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "the record has no LOA-CFA"]
    assert ("WARNING", True) == (warned["level"], warned["words"] in around.document("plan.json")["loa"])


@pytest.mark.parametrize("operation", ["ListVirtualInterfaceRoutes", "ListResiliencyGroups"])
@pytest.mark.parametrize("fault", [AccessDenied(), client_error("Not here")], ids=["denied", "refused"])
def test_a_refused_or_denied_survey_of_routes_or_groups_is_a_warning(
    fault: Fault, operation: str, around: Around, routed: DirectConnectBackend
) -> None:
    routed.faults.add(operation, fault, math.inf)

    last = run(routed, around=around, retries=MOST_RETRIES)[-1]

    guard = "routes" if operation == "ListVirtualInterfaceRoutes" else "resiliency-group"
    planned = {one["guard"]: one for one in around.document("plan.json")["guards"]}[guard]
    assert ("COMPLETED", "WARN") == (last["phase"], planned["outcome"])
    assert operation in planned["reason"] or "Not here" in planned["reason"]
