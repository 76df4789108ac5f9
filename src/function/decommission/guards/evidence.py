"""What a guard is given, and what it gives back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from decommission.models import Connection, Lag, Observation, Port, Surroundings, VirtualInterface
from decommission.plan import Plan
from decommission.run import Outcome, Request
from decommission.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    What the guards judge by: one look, and the survey around it.

    ``port`` is that of the observation, or the one at the start if AWS does not show it any more. ``at`` is the latest
    time at which this step may delete. ``left_ids`` are the connections that this run may have taken out of their LAG.
    ``has_begun`` is True once something of the plan was deleted, ``run_has_begun`` once a call of this run may have
    done so.
    """

    port: Port
    observation: Observation
    surroundings: Surroundings
    plan: Plan
    request: Request
    settings: Settings
    at: datetime
    left_ids: frozenset[str] = frozenset()
    has_begun: bool = False
    run_has_begun: bool = False

    @property
    def virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """Those that are still to be deleted."""
        return self.observation.to_be_deleted

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connection, or those of the LAG, as far as they are not gone."""
        return self.observation.connections

    @property
    def ports(self) -> dict[str, Port]:
        """The connections, and the LAG that they are in or of which the run is."""
        ports = self.observation.ports
        return ports if self.lag is None else {**ports, self.lag.lag_id: ports.get(self.lag.lag_id, self.lag)}

    @property
    def lag(self) -> Lag | None:
        return self.surroundings.lag(self.port.lag_id)

    @property
    def of_lag(self) -> tuple[VirtualInterface, ...]:
        """The virtual interfaces of the LAG that the connection is in."""
        lag_id = self.port.lag_id
        return tuple(v for v in self.surroundings.neighbours if lag_id and v.connection_id == lag_id and not v.is_gone)


@dataclass(frozen=True, slots=True)
class Objection:
    """
    What an override has to cover for a guard to give way.

    ``bits_per_second`` is the traffic that was measured, if that is the objection.
    """

    resource_id: str
    bits_per_second: float = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a guard found. Without ``objections``, no override helps against a BLOCK."""

    outcome: Outcome
    reason: str
    objections: tuple[Objection, ...] = ()


type Guard = Callable[[Evidence], Finding]


def passes(reason: str) -> Finding:
    return Finding(Outcome.PASS, reason)


def warns(reason: str) -> Finding:
    return Finding(Outcome.WARN, reason)


def blocks(reason: str, ids: Iterable[str] = ()) -> Finding:
    return Finding(Outcome.BLOCK, reason, tuple(map(Objection, ids)))
