"""A run of another account or region deletes there, records at home, and says everywhere where it worked."""

from dataclasses import replace
from typing import Final

import pytest

from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.schemas import JSON
from sandbox.directconnect import THROTTLED, AccessDenied, DirectConnectBackend, Fault, ManualClock
from tests.step.worlds import available
from tests.support.driver import (
    APPROVED,
    REQUEST,
    SETTINGS,
    Around,
    blocked_by,
    changes,
    drive,
    logs_in,
    metrics_in,
    new_step,
    new_world,
    take,
)
from tests.support.events import EXECUTION, ROLE, wrapped
from tests.support.strategies import ACCOUNT, CONNECTION_ID, OTHER_ACCOUNT

REGION: Final = "eu-central-1"
OTHER_REGION: Final = "us-east-1"
IN_ACCOUNT: Final[JSON] = REQUEST | {"region": OTHER_REGION, "roleArn": ROLE}
# By place: what the request adds, and how the reasons of its results begin.
PLACES: Final[dict[tuple[str, str], tuple[JSON, str]]] = {
    (ACCOUNT, OTHER_REGION): ({"region": OTHER_REGION}, f"in {OTHER_REGION}: "),
    (OTHER_ACCOUNT, REGION): ({"roleArn": ROLE}, f"in {REGION} of account {OTHER_ACCOUNT}: "),
    (OTHER_ACCOUNT, OTHER_REGION): (
        {"roleArn": ROLE, "region": OTHER_REGION},
        f"in {OTHER_REGION} of account {OTHER_ACCOUNT}: ",
    ),
}


def elsewhere(clock: ManualClock, account: str = OTHER_ACCOUNT, region: str = OTHER_REGION) -> DirectConnectBackend:
    """Make a world with the connection of the same id, and on it an interface of the same id, as at home."""
    world = DirectConnectBackend(region, account)
    world.clock = clock
    world.add_connection(CONNECTION_ID, tags=APPROVED)
    world.add_virtual_interface(CONNECTION_ID, "dxvif-aaaaaaa0", direct_connect_gateway_id="")
    return world


@pytest.fixture
def other(clock: ManualClock) -> DirectConnectBackend:
    return elsewhere(clock)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_the_connection_of_the_place_is_deleted_and_its_namesake_stays(
    place: tuple[str, str], clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    places = [elsewhere(clock, *one) for one in PLACES]
    chosen = places[list(PLACES).index(place)]
    fields, begin = PLACES[place]

    results = drive(new_step(world, around=around, elsewhere=places), wrapped(REQUEST | fields), clock)

    assert ("COMPLETED", []) == (results[-1]["phase"], available(chosen))
    assert [] == [call for untouched in (world, *places) if untouched is not chosen for call in untouched.calls]
    assert all(result["reason"].startswith(begin) for result in results)
    for name in ("plan.json", "report.json"):
        document = around.document(name)
        assert place == (document["account"], document["region"])
        assert fields.get("roleArn") == document["request"]["roleArn"]
    assert around.report()["reason"] == results[-1]["reason"]


def test_the_own_region_by_name_is_home(clock: ManualClock, world: DirectConnectBackend) -> None:
    result = drive(new_step(world), REQUEST | {"region": REGION}, clock)[-1]
    assert ("COMPLETED", False) == (result["phase"], result["reason"].startswith("in "))


@pytest.mark.parametrize("request_", [IN_ACCOUNT, REQUEST | {"region": OTHER_REGION}], ids=["account", "region"])
def test_at_home_nothing_is_assumed(
    request_: JSON, clock: ManualClock, around: Around, world: DirectConnectBackend
) -> None:
    places = [elsewhere(clock), elsewhere(clock, ACCOUNT)]
    drive(new_step(world, around=around, elsewhere=places), REQUEST, clock)
    assert "AssumeRole" not in [operation for operation, _ in around.sts.calls]

    results = drive(new_step(world, around=around, elsewhere=places), request_, clock)

    assumed = [operation for operation, _ in around.sts.calls].count("AssumeRole")
    assert (len(results) if "roleArn" in request_ else 0) == assumed


def test_each_step_assumes_the_role_under_the_name_of_the_execution(
    around: Around, world: DirectConnectBackend, other: DirectConnectBackend
) -> None:
    take(new_step(world, around=around, elsewhere=[other]), wrapped(IN_ACCOUNT, f"{EXECUTION}:site#a/1"))
    ((_, asked),) = [call for call in around.sts.calls if call[0] == "AssumeRole"]
    assert {"RoleArn": ROLE, "RoleSessionName": "site-a-1", "ExternalId": SETTINGS.spoke_external_id} == asked


@pytest.mark.parametrize(("owner", "blocks"), [(OTHER_ACCOUNT, []), (ACCOUNT, ["ownership"])])
def test_the_owner_is_compared_with_the_account_of_the_place(
    owner: str, blocks: list[str], world: DirectConnectBackend, other: DirectConnectBackend
) -> None:
    """The account of the function itself is another account there."""
    for resource in other.resources():
        resource.owner_account = owner
    assert blocks == blocked_by(take(new_step(world, elsewhere=[other]), IN_ACCOUNT))


def test_the_brake_is_in_the_account_of_the_place(
    clock: ManualClock, world: DirectConnectBackend, other: DirectConnectBackend
) -> None:
    step = new_step(world, elsewhere=[other])
    planned = take(step, IN_ACCOUNT)
    world.connections[CONNECTION_ID].tags["decommission-protected"] = ""
    del other.connections[CONNECTION_ID].tags["decommission"]

    last = drive(step, planned, clock)[-1]

    assert ("BLOCKED", ["approval"], []) == (last["phase"], blocked_by(last), changes(other))


def test_a_role_that_is_no_longer_allowed_stops_a_run_under_way(
    around: Around, world: DirectConnectBackend, other: DirectConnectBackend
) -> None:
    planned = take(new_step(world, around=around, elsewhere=[other]), IN_ACCOUNT)
    before = len(around.sts.calls), len(other.calls)
    later = new_step(world, around=around, elsewhere=[other], settings=replace(SETTINGS, spoke_role_name="another"))
    with pytest.raises(Exception, match=r"^roleArn: must end with :role/another "):
        take(later, planned)
    assert before == (len(around.sts.calls), len(other.calls))


@pytest.mark.parametrize(("fault", "error"), [(AccessDenied(), AwsDeniedError), (THROTTLED, AwsBusyError)], ids=str)
def test_an_error_says_where_it_happened(
    fault: Fault, error: type[Exception], world: DirectConnectBackend, other: DirectConnectBackend
) -> None:
    other.faults.add("DescribeConnections", fault)
    with pytest.raises(error, match=f"^while working in {OTHER_REGION} of account {OTHER_ACCOUNT}: "):
        take(new_step(world, elsewhere=[other]), IN_ACCOUNT)


def test_an_error_at_home_says_nothing_of_it(world: DirectConnectBackend) -> None:
    world.faults.add("DescribeConnections", THROTTLED)
    with pytest.raises(AwsBusyError, match=r"^directconnect:DescribeConnections failed for now: ") as raised:
        take(new_step(world), REQUEST)
    assert raised.value.is_throttling


@pytest.mark.parametrize(
    ("request_", "place"),
    [(REQUEST, (ACCOUNT, REGION)), (IN_ACCOUNT, (OTHER_ACCOUNT, OTHER_REGION))],
    ids=["home", "elsewhere"],
)
def test_logs_and_metrics_name_the_place(
    request_: JSON,
    place: tuple[str, str],
    clock: ManualClock,
    other: DirectConnectBackend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    drive(new_step(new_world(clock), elsewhere=[other]), wrapped(request_), clock)
    printed = capsys.readouterr().out
    lines = [*logs_in(printed), *metrics_in(printed)]
    assert {place} == {(line["account"], line["region"]) for line in lines}
    assert all(
        ["service"] == document["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0] for document in metrics_in(printed)
    )
