"""Stands between a step and AWS: sees every call, judges every deletion, and lets others act in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from sandbox.directconnect import InProcessClient, StaleAnswer
from sandbox.directconnect.states import GONE
from tests.support.oracle import Oracle
from tests.support.snapshot import Snapshot, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from decommission.schemas import JSON
    from sandbox.directconnect import DirectConnectBackend
    from tests.support.driver import Around

DELETES: Final = frozenset({"delete_virtual_interface", "disassociate_connection_from_lag", "delete_connection"})
LONGEST_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call and its answer; None if there was an error instead."""

    method: str
    parameters: Mapping[str, Any]
    answer: JSON | None

    @property
    def deletes(self) -> bool:
        return self.method in DELETES


class Changes:
    """Counts what other people and AWS itself did to the world, so that a look can be told to be out of date."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        self.count += 1


class Witness:
    """
    A client for one step.

    It raises AssertionError at a deleting call that must never be made, judged by the world as it was at the step's
    last look. What somebody changed after the survey had begun, and not in the look itself, is excused.
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
        self._last_look: Snapshot | None = None
        self.meta = self._client.meta
        self.exchanges: list[Exchange] = []

    def __getattr__(self, name: str) -> Callable[..., JSON]:
        method = cast("Callable[..., JSON]", getattr(self._client, name))

        def witnessed(**parameters: Any) -> JSON:  # noqa: ANN401 - as boto3
            moment = self._world.clock()
            self._pause()
            if name in DELETES:
                self._judge(name, parameters, moment)
            if isinstance(self._world.faults.waiting(_operation(name)), StaleAnswer):
                # A stale answer shows another world than the one that is there.
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
        # A look is two calls: the connection is as the first one found it, all else as the second did.
        id_ = self._event["connectionId"]
        is_look = parameters.get("connectionId") == id_
        if name == "describe_connections" and is_look:
            self._connection_look = snapshot(self._world, self._around, self._changes.count)
        elif name == "describe_virtual_interfaces" and is_look:
            seen = snapshot(self._world, self._around, self._changes.count)
            before = self._connection_look.connections if self._connection_look else {}
            self._last_look = replace(
                seen, connections={**seen.connections, **{i: before[i] for i in before if i == id_}}
            )
        elif self._survey_began is None:
            self._survey_began = self._changes.count

    def _judge(self, name: str, parameters: Mapping[str, Any], now: datetime) -> None:
        """Judge a deleting call that the step decided on at the time ``now``; others may have acted since."""
        event, seen = self._event, self._last_look
        assert event.get("phase", "").startswith("DELETING"), "a step deletes that was not to delete"
        assert not event["request"]["dryRun"], "a dry run deletes"
        assert seen is not None, "a step deletes without a look"
        assert (now - seen.moment).total_seconds() <= LONGEST_SECONDS, "the look was too old"
        assert now < _deadline(event), "the deadline has passed"
        folder = f"{event['connectionId']}/"
        recorded = [key.rpartition("/")[2] for key in self._around.s3.objects if key.startswith(folder)]
        assert {"plan.json", "progress.json"} <= set(recorded), "it is not on record"
        self._judge_target(name, parameters, seen)
        # A change during the survey may have been missed by it, and a stale answer shows another world.
        if self._survey_began == seen.changes:
            found = list(Oracle(seen, event).objections())
            assert not found, f"a guard should have stopped {name}: {found}"
        if self._survey_began == self._changes.count:
            # Nobody but other runs has acted since, and together with them it must not take the last one either.
            found = list(Oracle(snapshot(self._world, self._around, 0), event).shared())
            assert not found, f"two runs together: {found}"

    def _judge_target(self, name: str, parameters: Mapping[str, Any], seen: Snapshot) -> None:
        connection_id = self._event["connectionId"]
        if name == "delete_virtual_interface":
            id_ = parameters["virtualInterfaceId"]
            assert id_ in {v["virtualInterfaceId"] for v in self._event["plan"]["virtualInterfaces"]}, "not planned"
            if self._survey_began == seen.changes:
                assert id_ in {v.id for v in seen.on(connection_id)}, "it was not on the connection"
            return
        assert connection_id == parameters["connectionId"]
        if name == "disassociate_connection_from_lag":
            assert self._event["plan"]["lagId"] == parameters["lagId"], "another LAG than the planned one"
        if self._survey_began == seen.changes:
            assert not seen.on(connection_id), "an interface is neither gone nor absent"


def _operation(method: str) -> str:
    return "".join(part.capitalize() for part in method.split("_"))


def is_gone(world: DirectConnectBackend, connection_id: str) -> bool:
    one = world.connections.get(connection_id)
    interconnect = world.interconnects.get(connection_id)
    return (one is None or one.state in GONE) and (interconnect is None or interconnect.state in GONE)


def _deadline(event: JSON) -> datetime:
    return datetime.fromisoformat(event["startedAt"]) + timedelta(minutes=event["request"]["patienceMinutes"])
