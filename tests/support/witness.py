"""A client between a step and AWS, which judges every deletion, and lets others act between two calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from decommission.schemas import JSON
from sandbox.directconnect import DirectConnectBackend, InProcessClient, StaleAnswer
from sandbox.directconnect.states import GONE
from tests.support.driver import Around, is_under_way
from tests.support.oracle import Oracle
from tests.support.snapshot import Snapshot, port_ids, snapshot

DELETES: Final = frozenset(
    {"delete_virtual_interface", "update_lag", "disassociate_connection_from_lag", "delete_connection", "delete_lag"}
)
# Of these calls a look consists; the survey makes them as well.
LOOKS: Final = frozenset({"describe_lags", "describe_connections", "describe_virtual_interfaces"})
LONGEST_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call and its answer; None if the call failed."""

    method: str
    parameters: Mapping[str, Any]
    answer: JSON | None

    @property
    def deletes(self) -> bool:
        return self.method in DELETES


class Changes:
    """The number of changes by other people and by AWS; a look with a smaller number is out of date."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        self.count += 1


class Witness:
    """
    The Direct Connect client of one step.

    It raises AssertionError at a deleting call that must never be made, judged by the world at the step's last look.
    The step is excused if somebody changed the world during its survey.
    """

    def __init__(
        self, world: DirectConnectBackend, around: Around, event: JSON, changes: Changes, pause: Callable[[], None]
    ) -> None:
        self._client = InProcessClient(world)
        self._world = world
        self._around = around
        self._event = event
        self._changes = changes
        self._pause = pause
        self._survey_began: int | None = None
        self._connection_look: Snapshot | None = None
        self._lag_look: Snapshot | None = None
        self._last_look: Snapshot | None = None
        self._had_ended = False
        self._tests_seen: dict[str, int] = {}
        self.meta = self._client.meta
        self.exchanges: list[Exchange] = []

    def __getattr__(self, name: str) -> Callable[..., JSON]:
        method = cast("Callable[..., JSON]", getattr(self._client, name))

        def witnessed(**parameters: Any) -> JSON:  # noqa: ANN401 - as boto3
            moment = self._world.clock()
            self._pause()
            if name in DELETES:
                self._judge(name, parameters, moment)
                self._judge_rehearsal()
            elif name == "start_bgp_failover_test":
                self._judge(name, parameters, moment)
                assert self._event["rehearsal"] is None, "BGP is taken down twice"
                assert parameters["testDurationInMinutes"] == self._event["request"]["rehearsalMinutes"], "too long"
            elif name == "stop_bgp_failover_test":
                self._judge_stop(parameters["virtualInterfaceId"])
            if isinstance(self._world.faults.waiting(_operation(name)), StaleAnswer):
                # A stale answer shows a world that no longer exists.
                self._changes.note()
            answer = None
            try:
                answer = method(**parameters)
            finally:
                self.exchanges.append(Exchange(name, parameters, answer))
                self._note_look(name, parameters)
            return answer

        witnessed.__name__ = name
        return witnessed

    def _note_look(self, name: str, parameters: Mapping[str, Any]) -> None:
        if name == "list_virtual_interface_test_history":
            self._tests_seen[parameters["virtualInterfaceId"]] = self._changes.count
        if "lagId" in self._event:
            self._note_look_at_lag(name, parameters)
            return
        # A look is two calls: the first shows the connection, the second everything else.
        id_ = self._event["connectionId"]
        is_look = parameters.get("connectionId") == id_
        if name == "describe_connections" and is_look:
            self._connection_look = snapshot(self._world, self._around, self._changes.count)
        elif name == "describe_virtual_interfaces" and is_look:
            seen = snapshot(self._world, self._around, self._changes.count)
            self._had_ended = "startedAt" in self._event and "report.json" in self._around.written_by(self._event)
            before = self._connection_look.connections if self._connection_look else {}
            self._last_look = replace(
                seen, connections={**seen.connections, **{i: before[i] for i in before if i == id_}}
            )
        elif self._survey_began is None:
            self._survey_began = self._changes.count

    def _note_look_at_lag(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Note a look: of four calls, the first shows the LAG, the second the connections, the others the rest."""
        if name == "describe_lags" and "lagId" in parameters:
            self._lag_look = snapshot(self._world, self._around, self._changes.count)
        elif name == "describe_connections":
            self._connection_look = snapshot(self._world, self._around, self._changes.count)
        elif name == "describe_virtual_interfaces" and "connectionId" in parameters:
            seen = snapshot(self._world, self._around, self._changes.count)
            self._had_ended = "startedAt" in self._event and "report.json" in self._around.written_by(self._event)
            if self._lag_look and self._connection_look:
                seen = replace(seen, lags=self._lag_look.lags, connections=self._connection_look.connections)
            self._last_look = seen
        elif name not in LOOKS and self._survey_began is None:
            self._survey_began = self._changes.count

    def _judge(self, name: str, parameters: Mapping[str, Any], now: datetime) -> None:
        """Judge a deleting call that the step decided on at ``now``; others may have changed the world since."""
        event, seen = self._event, self._last_look
        assert "phase" in event, "the first step deletes"
        assert is_under_way(event), "a step deletes that must not delete"
        assert now >= _notice_ends_at(event), "a step deletes during the notice"
        if name in DELETES and (event["request"].get("noticeMinutes") or event["plan"]["virtualInterfaces"]):
            assert now >= _earliest_deletion(event), "a step deletes before the time that was told"
        assert not event["request"]["dryRun"], "a dry run deletes"
        assert seen is not None, "a step deletes without a look"
        assert (now - seen.moment).total_seconds() <= LONGEST_SECONDS, "the look was too old"
        assert now < _deadline(event), "the deadline has passed"
        recorded = self._around.written_by(event).keys()
        assert {"plan.json", "progress.json"} <= recorded, "the record does not have the plan and the progress"
        assert name not in DELETES or "restore.json" in recorded, "the record does not have what builds it again"
        assert not self._had_ended, "people were told that the run had ended"
        self._judge_target(name, parameters, seen)
        # The survey may have missed a change that was made during it, and a stale answer shows an old world.
        if self._survey_began == seen.changes:
            found = list(Oracle(seen, event).objections())
            assert not found, f"a guard should have stopped {name}: {found}"
        if self._survey_began == self._changes.count:
            # Only other runs have acted since. Together with them, the step must not take the last path or link.
            found = list(Oracle(snapshot(self._world, self._around, 0), event).shared())
            assert not found, f"two runs together: {found}"

    def _judge_rehearsal(self) -> None:
        """Judge what comes before the first deletion: a rehearsal, and alarms that are quiet."""
        rehearsal, seen = self._event["rehearsal"], self._last_look
        if rehearsal is not None:
            assert rehearsal["endedAt"] is not None, "a step deletes during the rehearsal"
            assert rehearsal["problem"] is None, "a step deletes although the rehearsal met a problem"
        elif self._event["request"]["rehearsalMinutes"] and seen and self._survey_began == seen.changes:
            has_begun = any(call["outcome"] in {"ACCEPTED", "FAILED"} for call in self._event["calls"])
            up = [v.id for v in seen.on_any(port_ids(self._event)) if v.state == "available"]
            planned = {v["virtualInterfaceId"] for v in self._event["plan"]["virtualInterfaces"]}
            assert has_begun or planned.isdisjoint(up), "a step deletes without the rehearsal"
        self._judge_alarms()

    def _judge_alarms(self) -> None:
        """Judge the alarms until the first deletion of the run: they go off late."""
        ids = {v["virtualInterfaceId"] for v in self._event["plan"]["virtualInterfaces"]}
        has_deleted = any(call["outcome"] == "ACCEPTED" for call in self._event["calls"])
        # A step that was killed leaves no calls in the result.
        gone = not ids <= {v.id for v in self._last_look.on_any(port_ids(self._event))} if self._last_look else True
        if has_deleted or gone or self._survey_began != self._changes.count:
            return
        alarms = self._around.cloudwatch.alarms
        states = {name: alarms[name].state if name in alarms else None for name in self._event["request"]["alarmNames"]}
        assert {*states.values()} <= {"OK"}, f"a step deletes although an alarm is not OK: {states}"

    def _judge_stop(self, id_: str) -> None:
        rehearsal = self._event["rehearsal"]
        assert rehearsal is not None, "a step stops a test that it did not start"
        if self._tests_seen.get(id_) == self._changes.count:
            tests = [t for t in self._world.failover_tests if t.virtual_interface_id == id_]
            running = {t.id for t in tests if t.is_running(self._world.clock())}
            assert running <= set(rehearsal["tests"].values()), "a step stops somebody else's test"

    def _judge_target(self, name: str, parameters: Mapping[str, Any], seen: Snapshot) -> None:
        ids = port_ids(self._event)
        if name in {"delete_virtual_interface", "start_bgp_failover_test"}:
            id_ = parameters["virtualInterfaceId"]
            assert id_ in {v["virtualInterfaceId"] for v in self._event["plan"]["virtualInterfaces"]}, "not planned"
            if self._survey_began == seen.changes:
                assert id_ in {v.id for v in seen.on_any(ids)}, "it was not on the port"
            named = self._event["request"].get("virtualInterfaceIds")
            assert not named or id_ in named, "not one of the virtual interfaces that were named"
            return
        assert not self._event["request"].get("virtualInterfaceIds"), "the port was to stay"
        if "connectionId" in parameters:
            assert parameters["connectionId"] in {*ids} - {self._event.get("lagId")}, "a connection that is not planned"
        if "lagId" in parameters:
            assert self._event["plan"]["lagId"] == parameters["lagId"], "another LAG than the planned one"
        if name in {"update_lag", "delete_lag"}:
            assert "lagId" in self._event, "the LAG of a connection is to stay"
        if name == "update_lag":
            assert {"lagId", "minimumLinks"} == set(parameters), "something else of the LAG is changed"
            assert parameters["minimumLinks"] == 0
        if self._survey_began == seen.changes:
            assert not seen.on_any(ids), "an interface is neither gone nor absent"
            if name == "delete_lag":
                standing = [c for c in seen.connections.values() if c.lag_id == parameters["lagId"]]
                assert all(c.state in GONE for c in standing), "a connection is in the LAG that is deleted"


def _operation(method: str) -> str:
    return "".join(part.capitalize() for part in method.split("_"))


def is_gone(world: DirectConnectBackend, port_id: str) -> bool:
    one = world.lags.get(port_id) or world.connections.get(port_id)
    interconnect = world.interconnects.get(port_id)
    return (one is None or one.state in GONE) and (interconnect is None or interconnect.state in GONE)


def _notice_ends_at(event: JSON) -> datetime:
    return datetime.fromisoformat(event["startedAt"]) + timedelta(minutes=event["request"].get("noticeMinutes") or 0)


def _earliest_deletion(event: JSON) -> datetime:
    down = event["request"]["rehearsalMinutes"]
    return _notice_ends_at(event) + timedelta(minutes=down + min(down, 5))


def _deadline(event: JSON) -> datetime:
    return _earliest_deletion(event) + timedelta(minutes=event["request"]["patienceMinutes"])
