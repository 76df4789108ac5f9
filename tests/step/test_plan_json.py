"""The document ``plan.json`` of the record."""

from typing import Final

import pytest

from decommission.schemas import JSON
from sandbox.directconnect import SECRET_WORD, Behaviour, DirectConnectBackend, ManualClock
from tests.step import worlds
from tests.step.worlds import INTERFACE_IDS, PREFIXES, run
from tests.support.driver import REQUEST, Around, logs_in, new_step, take
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

SECRETS: Final = (SECRET_WORD, "authKey", "customerRouterConfig", "bgp_auth_key")
EXECUTION: Final = "arn:aws:states:eu-central-1:123456789012:execution:decommission:0f1e2d3c"
EVENT: Final = {"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "time": "2026-01-05T11:59:00Z"}
ENVELOPE: Final = {"detail-type": "Connection to be decommissioned", "source": "cmdb", **EVENT, "detail": REQUEST}


def plan_of(world: DirectConnectBackend, around: Around, event: JSON = REQUEST) -> JSON:
    take(new_step(world, around=around), event)
    document = around.document("plan.json")
    assert [] == [secret for secret in SECRETS if secret in str(document)]
    return document


def test_it_holds_what_was_read(clock: ManualClock, around: Around) -> None:
    world = worlds.routed(clock)
    (gateway,) = world.direct_connect_gateways
    world.virtual_interfaces[INTERFACE_IDS[0]].name = "to site A"

    found = plan_of(world, around)

    assert ("eu-central-1", ACCOUNT, "available") == (found["region"], found["account"], found["connectionState"])
    assert {gateway: "core"} == found["gatewayNames"]
    names = ["to site A", *(world.virtual_interfaces[id_].name for id_ in INTERFACE_IDS[1:])]
    assert names == [v.pop("name") for v in found["virtualInterfaces"]]
    assert [
        {"virtualInterfaceId": id_, "state": "available", "amazonSideAsn": 64_512, "announced": PREFIXES[number % 2 :]}
        for number, id_ in enumerate(INTERFACE_IDS)
    ] == found["virtualInterfaces"]
    assert None is found["lag"]


def test_it_shows_the_paths_that_each_gateway_keeps(clock: ManualClock, around: Around) -> None:
    world = worlds.routed(clock)
    (gateway,) = world.direct_connect_gateways
    staying = [v for v in world.virtual_interfaces.values() if v.connection_id != CONNECTION_ID]

    assert {
        gateway: [
            {
                "virtualInterfaceId": v.id,
                "connectionId": v.connection_id,
                "location": world.connections[v.connection_id].location,
            }
            for v in staying
        ]
    } == plan_of(world, around)["pathsLeft"]
    assert staying


def test_it_shows_the_tag_that_approves_it_and_nothing_else(around: Around, world: DirectConnectBackend) -> None:
    found = plan_of(world, around, REQUEST | {"dryRun": True})
    tag = found["approvalTag"]
    assert {"key": "decommission", "value": f"approved:{found['plan']['digest'][:12]}"} == tag
    world.connections[CONNECTION_ID].tags = {tag["key"]: tag["value"]}
    assert "COMPLETED" == run(world, REQUEST)[-1]["phase"]


def test_it_agrees_with_the_result_of_the_first_step(around: Around, world: DirectConnectBackend) -> None:
    result = take(new_step(world, around=around), REQUEST | {"reason": "site A closes, CHG-1"})
    found = around.document("plan.json")

    same = {"connectionId", "request", "execution", "event", "startedAt", "plan", "guards", "phase", "reason"}
    same |= {"connectionState", "connectionAtStart"}
    assert {name: result[name] for name in same} == {name: found[name] for name in same}
    assert "site A closes, CHG-1" == found["request"]["reason"]


@pytest.mark.parametrize(
    ("event", "execution", "trigger"),
    [
        pytest.param(REQUEST, None, None, id="a bare request"),
        pytest.param({"execution": EXECUTION, "event": REQUEST}, EXECUTION, None, id="in an execution"),
        pytest.param(ENVELOPE, None, EVENT, id="by an event"),
        pytest.param({"execution": EXECUTION, "event": ENVELOPE}, EXECUTION, EVENT, id="by an event, in an execution"),
        pytest.param({"detail": REQUEST}, None, {"id": None, "time": None}, id="by an event without id"),
    ],
)
def test_execution_and_event_are_in_every_result_document_and_log_line(  # noqa: PLR0913 - a table and its fixtures
    *,
    event: JSON,
    execution: str | None,
    trigger: JSON | None,
    around: Around,
    world: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = run(world, event, around)

    documents = [around.document(f"{name}.json") for name in ("plan", "progress", "report")]
    for told in (*results, *documents):
        assert (execution, trigger) == (told["execution"], told["event"])
    lines = logs_in(capsys.readouterr().out)
    assert {execution} == {line.get("execution") for line in lines}


def test_it_names_the_lag(around: Around, world: DirectConnectBackend) -> None:
    world.add_lag(LAG_ID, minimum_links=2)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_virtual_interface(LAG_ID)

    found = plan_of(world, around)

    assert {"lagId": LAG_ID, "minimumLinks": 2} == found["lag"]
    assert LAG_ID == found["plan"]["lagId"]
    assert INTERFACE_IDS == [v["virtualInterfaceId"] for v in found["virtualInterfaces"]], (
        "the interfaces of the LAG are not planned"
    )


@pytest.mark.parametrize(
    ("partner", "answers", "expected"),
    [
        pytest.param(None, False, "loa.pdf", id="dedicated"),
        pytest.param("ACME", True, "loa.pdf", id="hosted, with one"),
        pytest.param("ACME", False, "no LOA-CFA:", id="hosted, without one"),
    ],
)
def test_it_says_whether_there_is_a_loa(
    *, partner: str | None, answers: bool, expected: str, around: Around, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(loa_for_hosted_connections=answers)
    world.connections[CONNECTION_ID].partner_name = partner

    found = plan_of(world, around)

    assert found["loa"].startswith(expected)
    assert (expected == "loa.pdf") == any(key.endswith("/loa.pdf") for key in around.s3.objects)
