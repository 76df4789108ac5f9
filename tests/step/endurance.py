"""Drives a run of which some calls meet a fault, and keeps everything that it told to anybody."""

import io
import json
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any, Final, cast

from decommission.documents import port_of
from decommission.errors import DecommissionError
from decommission.schemas import JSON
from decommission.steps import Steps
from sandbox.directconnect import DirectConnectBackend, Fault, ManualClock
from sandbox.directconnect.faults import Faults
from sandbox.directconnect.states import GONE
from tests.support.driver import REQUEST, Around, drive_patiently, new_step, new_world
from tests.support.events import ROLE
from tests.support.strategies import ACCOUNT

ON_ITS_WAY: Final = {"deleting", *GONE}


@dataclass(frozen=True, order=True)
class Moment:
    """The call of this number, counted from 1, of an operation."""

    service: str
    operation: str
    number: int


@dataclass
class Endured:
    """What became of a run: its last result or its error, all that it told, and what it did that it must not do."""

    outcome: JSON | DecommissionError
    told: list[str] = field(default_factory=list)
    made: list[Moment] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def end(self) -> str:
        return type(self.outcome).__name__ if isinstance(self.outcome, DecommissionError) else self.outcome["phase"]


class _Watch:
    """Counts the calls of all services, lets the chosen ones meet the fault, and looks at every deletion."""

    def __init__(
        self,
        world: DirectConnectBackend,
        around: Around,
        strikes: Callable[[Moment], Fault | None],
        request: JSON,
    ) -> None:
        self._world = world
        self._strikes = strikes
        self._counts: Counter[tuple[str, str]] = Counter()
        self.made: list[Moment] = []
        self.wrong: list[str] = []
        port_id, named = port_of(request)[1], request.get("virtualInterfaceIds", ())
        here = {one.id for one in world.virtual_interfaces.values() if one.connection_id == port_id}
        self.planned = here & set(named or here)
        members = {one.id for one in world.connections.values() if one.lag_id == port_id}
        self.leaving_ids = set() if named else {port_id, *members}
        for service, client in (
            ("directconnect", world),
            ("cloudwatch", around.cloudwatch),
            ("s3", around.s3),
            ("sts", around.sts),
        ):
            client.before_each = self._hook(service, client.faults)

    def _hook(self, service: str, faults: Faults) -> Callable[[str, Mapping[str, Any]], None]:
        def before(operation: str, parameters: Mapping[str, Any]) -> None:
            self._counts[service, operation] += 1
            moment = Moment(service, operation, self._counts[service, operation])
            self.made.append(moment)
            if fault := self._strikes(moment):
                faults.add(operation, fault)
            self.wrong += self._wrongs(operation, parameters)

        return before

    def _wrongs(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[str]:
        world = self._world
        if not operation.startswith("Delete"):
            return
        for resource in world.resources():
            resource.settle(world.clock())
        if operation == "DeleteVirtualInterface":
            id_ = parameters["virtualInterfaceId"]
            if id_ not in self.planned:
                yield f"{id_} was not planned"
            if world.virtual_interfaces[id_].state in ON_ITS_WAY:
                yield f"{id_} is deleted twice"
            return
        (id_,) = parameters.values()
        port = world.lags[id_] if operation == "DeleteLag" else world.connections[id_]
        if id_ not in self.leaving_ids:
            yield f"{parameters} is to stay"
        if port.state in ON_ITS_WAY:
            yield f"{id_} is deleted twice"
        if any(child.state not in GONE for child in world.children(id_)):
            yield f"{id_} is deleted while it has interfaces"
        if operation == "DeleteLag" and world.members(id_):
            yield f"{id_} is deleted while it has connections"


def endure(
    world: DirectConnectBackend,
    clock: ManualClock,
    strikes: Callable[[Moment], Fault | None] = lambda _: None,
    *,
    request: JSON = REQUEST,
) -> Endured:
    """
    Drive patiently to the end, or to the error that the state machine does not retry.

    If the world is another account's, the function is at home in an empty one, and the request names the place.
    """
    around = Around()
    watch = _Watch(world, around, strikes, request)
    told: list[str] = []
    step = new_step(world, around=around)
    if world.account_id != ACCOUNT:
        step = new_step(new_world(clock), around=around, elsewhere=[world])
        request = {**request, "region": world.region_name, "roleArn": ROLE}
    outcome: JSON | DecommissionError

    def listening(event: object) -> JSON:
        try:
            result = step(event)
        except DecommissionError as error:
            told.extend(_told_by(error))
            raise
        told.append(json.dumps(result))
        return result

    printed = io.StringIO()
    with redirect_stdout(printed):
        try:
            outcome = drive_patiently(cast("Steps", listening), request, clock)[-1]
        except DecommissionError as error:
            outcome = error
    told += [printed.getvalue(), *(body.decode("latin-1") for body in around.s3.objects.values())]
    return Endured(outcome=outcome, told=told, made=watch.made, wrong=watch.wrong)


def _told_by(error: BaseException) -> Iterator[str]:
    """List all that is to be found in an error: what is printed, and what it leads to."""
    yield "".join(traceback.format_exception(error))
    cause: BaseException | None = error
    while cause:
        yield f"{cause!r} {vars(cause)}"
        cause = cause.__cause__ or cause.__context__
