"""Each line of a step's log is JSON and says of which connection, and of which execution, it speaks."""

from typing import Final

import pytest

from sandbox.directconnect import Behaviour, Delay, DirectConnectBackend
from tests.step.worlds import INTERFACE_IDS, run
from tests.support.driver import REQUEST, logs_in, new_step, take
from tests.support.strategies import CONNECTION_ID

EXECUTION: Final = "arn:aws:states:eu-central-1:123456789012:execution:decommission:0f1e2d3c"


@pytest.fixture
def world(world: DirectConnectBackend) -> DirectConnectBackend:
    world.behaviour = Behaviour(parent_refusal=Delay(seconds=30))
    world.connections[CONNECTION_ID].billing_mode = "PortPairFlatRateTier1"
    return world


def test_each_line(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    last = run(world, {"execution": EXECUTION, "event": REQUEST})[-1]
    take(new_step(world), last)

    lines = logs_in(capsys.readouterr().out)

    assert {"guard", "decided", "called", "the run had ended before this step"} == {line["message"] for line in lines}
    assert {CONNECTION_ID} == {line["connectionId"] for line in lines}
    assert {EXECUTION} == {line.get("execution") for line in lines}


def test_each_call(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    run(world)

    called = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "called"]
    assert [*((id_, "ACCEPTED") for id_ in INTERFACE_IDS), (CONNECTION_ID, "REFUSED")] == [
        (call["resourceId"], call["outcome"]) for call in called[:4]
    ]
    assert ("DELETE_CONNECTION", f"Connection {CONNECTION_ID} still has attached resources.") == (
        called[3]["action"],
        called[3]["words"],
    )
    assert ("ACCEPTED", None) == (called[-1]["outcome"], called[-1].get("words"))
    assert all(call["awsRequestId"] for call in called)


def test_a_finding_is_a_warning_and_a_pass_is_not(
    world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    take(new_step(world), REQUEST)

    verdicts = [line for line in logs_in(capsys.readouterr().out) if line["message"] == "guard"]
    assert {("PASS", "INFO"), ("WARN", "WARNING")} == {(line["outcome"], line["level"]) for line in verdicts}


def test_a_later_step_logs_what_blocks(world: DirectConnectBackend, capsys: pytest.CaptureFixture[str]) -> None:
    planned = take(new_step(world), REQUEST)
    world.connections[CONNECTION_ID].tags.clear()
    capsys.readouterr()

    last = run(world, planned)[-1]

    lines = logs_in(capsys.readouterr().out)
    assert [("guard", "WARNING", "approval"), ("decided", "INFO", None)] == [
        (line["message"], line["level"], line.get("guard")) for line in lines
    ]
    assert last["reason"] == lines[-1]["reason"]
