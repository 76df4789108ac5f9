"""A connection in a world with a manual clock, and a run that deletes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final, cast

from decommission.schemas import JSON
from decommission.steps import Steps
from sandbox.directconnect import Behaviour, DirectConnectBackend, InProcessClient, ManualClock
from sandbox.runtime import REGION
from tests.bench.function import PATIENCE_MINUTES
from tests.support.driver import APPROVED, Around, new_step

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

ACCOUNT: Final = "123456789012"
CONNECTION_ID: Final = "dxcon-fg5678gh"


@dataclass(slots=True, kw_only=True)
class World:
    """One connection with virtual interfaces, and other connections without."""

    virtual_interfaces: int
    other_connections: int = 0
    behaviour: Behaviour
    clock: ManualClock = field(default_factory=ManualClock)
    around: Around = field(default_factory=Around)
    backend: DirectConnectBackend = field(init=False)

    def __post_init__(self) -> None:
        self.backend = DirectConnectBackend(REGION, ACCOUNT)
        self.backend.clock = self.clock
        self.backend.behaviour = self.behaviour
        for connection_id in (CONNECTION_ID, *(f"dxcon-other{number:03}" for number in range(self.other_connections))):
            self.backend.add_connection(connection_id, tags=APPROVED)
        for _ in range(self.virtual_interfaces):
            # On no gateway, so that none is the last path of one.
            self.backend.add_virtual_interface(CONNECTION_ID, direct_connect_gateway_id="")

    def client(self) -> "DirectConnectClient":
        return cast("DirectConnectClient", InProcessClient(self.backend))

    def step(self, client: "DirectConnectClient", jitter: Callable[[], float]) -> Steps:
        return new_step(self.backend, client, around=self.around, jitter=jitter)

    def run(self, *, seed: int, patience_minutes: int = PATIENCE_MINUTES) -> Iterator[JSON]:
        """Take every step of a run, and yield each result before the wait that it asks for."""
        step = self.step(self.client(), Random(seed).random)  # noqa: S311 - jitter that can be repeated, not a secret
        result: JSON = {"connectionId": CONNECTION_ID, "patienceMinutes": patience_minutes}
        while True:
            result = step(result)
            yield result
            if not result["waitSeconds"]:
                return
            self.clock.advance(seconds=result["waitSeconds"])
