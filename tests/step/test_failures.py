"""One deletion that AWS does not make holds up nothing else, and every reason quotes what AWS said last."""

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
    InProcessClient,
    Nothing,
    Reset,
    client_error,
)
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import MOST_RETRIES, REQUEST, Around, asked, changes, logs_in, new_step, take
from tests.support.strategies import CONNECTION_ID

FIRST, SECOND, THIRD = INTERFACE_IDS
PATIENT: Final = REQUEST | {"patienceMinutes": 30}


def strike(world: DirectConnectBackend, fault: Fault, *ids: str) -> None:
    """Let every delete call for one of these ids meet the fault."""

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
def test_the_others_go(fault: Fault, words: str, struck: str, around: Around, world: DirectConnectBackend) -> None:
    strike(world, fault, struck)

    last = run(world, PATIENT, around)[-1]

    others = [id_ for id_ in INTERFACE_IDS if id_ != struck]
    assert "TIMED_OUT" == last["phase"]
    assert ["available"] == [one.state for one in world.virtual_interfaces.values() if one.state != "deleted"]
    assert f"no longer on {CONNECTION_ID}: {', '.join(others)}; still there: {struck} (" in last["reason"]
    assert f'AWS\'s last words about {struck}: "{words}"' in last["reason"]
    assert CONNECTION_ID not in asked(world)
    assert others == around.report()["deleted"]


def test_the_reason_of_the_step_names_it(world: DirectConnectBackend) -> None:
    strike(world, client_error("Not today"), SECOND)
    step = new_step(world)

    result = take(step, take(step, REQUEST))

    assert result["reason"].endswith(f'; AWS on {SECOND}: "Not today"')
    assert ["ACCEPTED", "REFUSED", "ACCEPTED"] == [call["outcome"] for call in result["calls"]]
    assert 10 == result["waitSeconds"]


def test_a_refusal_is_a_reason_to_ask_again(world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=30), connection_in_use_message="Not yet, {id}")

    results = run(world)

    refused = [
        result for result in results if f'AWS on {CONNECTION_ID}: "Not yet, {CONNECTION_ID}"' in result["reason"]
    ]
    assert {"DELETING_CONNECTION"} == {result["phase"] for result in refused}
    assert "COMPLETED" == results[-1]["phase"]


@pytest.mark.parametrize(("struck", "first"), [(FIRST, []), (SECOND, [FIRST]), (THIRD, [FIRST, SECOND])])
def test_what_comes_after_a_throttled_call_is_the_next_steps(
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
    rest = len(INTERFACE_IDS) - len(first) - 1
    assert (f"left to the next step: {rest}" in result["reason"]) == bool(rest)
    assert "COMPLETED" == run(world, result)[-1]["phase"]
    assert {struck: 2} == {id_: times for id_, times in Counter(asked(world)).items() if times > 1}


@pytest.mark.parametrize("struck", INTERFACE_IDS)
def test_one_denied_deletion(struck: str, world: DirectConnectBackend) -> None:
    strike(world, AccessDenied(), struck)

    with pytest.raises(AwsDeniedError, match="AWS denied directconnect:DeleteVirtualInterface"):
        run(world)
    assert [struck] == [one.id for one in world.virtual_interfaces.values() if one.state == "available"]


def deny_all(world: DirectConnectBackend, operation: str) -> str:
    world.faults.add(operation, AccessDenied(), math.inf)
    with pytest.raises(AwsDeniedError) as caught:
        run(world)
    return str(caught.value)


@pytest.mark.parametrize("operation", ["DeleteVirtualInterface", "DeleteConnection"])
def test_every_deletion_denied(operation: str, world: DirectConnectBackend) -> None:
    text = deny_all(world, operation)

    assert text.startswith(f"AWS denied directconnect:{operation} (User: arn:")
    assert "Find out whether" in text
    # It never advises to open the fence.
    assert [] == [word for word in ("grant", "allow", "remove", "add the", "attach") if word in text.lower()]
    assert "available" == world.connections[CONNECTION_ID].state


def test_leaving_the_lag_denied(member: DirectConnectBackend) -> None:
    text = deny_all(member, "DisassociateConnectionFromLag")

    assert text.startswith("AWS denied directconnect:DisassociateConnectionFromLag (User: arn:")


LOA_FAULTS: Final = [
    pytest.param(fault, id=str(fault).partition("(")[0] + f" {number}")
    for number, fault in enumerate(
        (
            AccessDenied(),
            AnswerLost(),
            AnswerLost(connection_breaks=True),
            Html(),
            Nothing(),
            Reset(),
            SERVER_ERROR,
            SERVER_ERROR_AS_400,
            THROTTLED,
            client_error("No LOA-CFA for hosted connections"),
        )
    )
]


@pytest.mark.parametrize("fault", LOA_FAULTS)
def test_a_loa_that_cannot_be_had(
    fault: Fault, around: Around, world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    world.faults.add("DescribeLoa", fault)

    last = run(world, around=around)[-1]

    assert "COMPLETED" == last["phase"]
    assert ["plan.json", "progress.json", "report.json"] == sorted(key.rpartition("/")[2] for key in around.s3.objects)
    assert around.document("plan.json")["loa"].startswith('no LOA-CFA: "')
    (warned,) = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "the record has no LOA-CFA"]
    assert ("WARNING", True) == (warned["level"], warned["words"] in around.document("plan.json")["loa"])


@pytest.mark.parametrize("operation", ["ListVirtualInterfaceRoutes", "ListResiliencyGroups"])
@pytest.mark.parametrize("fault", [AccessDenied(), client_error("Not here")], ids=["denied", "refused"])
def test_what_may_be_refused_is_a_warning(
    fault: Fault, operation: str, around: Around, routed: DirectConnectBackend
) -> None:
    routed.faults.add(operation, fault, math.inf)

    last = run(routed, around=around, retries=MOST_RETRIES)[-1]

    guard = "routes" if operation == "ListVirtualInterfaceRoutes" else "resiliency-group"
    planned = {one["guard"]: one for one in around.document("plan.json")["guards"]}[guard]
    assert ("COMPLETED", "WARN") == (last["phase"], planned["outcome"])
    assert 'AWS said: "' in planned["reason"]
    assert operation in planned["reason"] or "Not here" in planned["reason"]


def test_a_failover_test_that_begins_on_the_way_blocks(world: DirectConnectBackend) -> None:
    strike(world, client_error("No"), THIRD)
    step = new_step(world)
    first = take(step, take(step, REQUEST))
    InProcessClient(world).start_bgp_failover_test(virtualInterfaceId=THIRD, testDurationInMinutes=30)
    world.calls.clear()

    last = run(world, first)[-1]

    assert ("BLOCKED", []) == (last["phase"], changes(world))
    assert f"a BGP failover test is running on {THIRD}, test " in last["reason"]
    assert "until 2026-01-05 12:30 UTC at the latest; stop it with StopBgpFailoverTest, or wait" in last["reason"]
