"""
The guards of docs/design.md, written a second time: what should have stopped a deletion, judged by the real world.

The oracle shares no code with the function. Each sentence names the guard that should have blocked, and why.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from decommission.schemas import JSON
from sandbox.directconnect.resources.connections import Connection
from sandbox.directconnect.resources.lags import Lag
from sandbox.directconnect.resources.virtual_interfaces import VirtualInterface
from sandbox.directconnect.states import GONE
from sandbox.in_process import Measured
from tests.support.snapshot import Snapshot, port_ids

ACCOUNT: Final = "123456789012"
THRESHOLD: Final = 10_000
DOCUMENTED_STATES: Final = frozenset(
    {"confirming", "verifying", "pending", "available", "down", "testing", "deleting", "deleted", "rejected"}
    | {"ordering", "requested"}
)
QUIET: Final = (0.0, 1.0)


class Oracle:
    """Judge a snapshot for a run; ``event`` is the last result of the run."""

    def __init__(self, seen: Snapshot, event: JSON) -> None:
        self._seen = seen
        self._event = event
        self._lag_id: str | None = event.get("lagId")
        self._ids = port_ids(event)
        self._planned: dict[str, JSON] = {v["virtualInterfaceId"]: v for v in event["plan"]["virtualInterfaces"]}
        there = [seen.connections.get(id_) for id_ in self._ids] + [self._inside(c) for c in seen.connections.values()]
        # The connection, or those of the LAG and what joined it since.
        self._connections = {c.id: c for c in there if c is not None and c.state not in GONE}
        lag = seen.lags.get(self._lag_id or "")
        self._lag = lag if lag is not None and lag.state not in GONE else None
        # If the request names virtual interfaces, only these may go, and the connection stays.
        self._named: list[str] = event["request"].get("virtualInterfaceIds") or []
        self._existing = [
            v for v in seen.on_any({*self._ids, *self._connections}) if not self._named or v.id in self._named
        ]
        self._to_delete = [v for v in self._existing if v.state != "deleting"]
        self._begun_by_run = any(call["outcome"] in {"ACCEPTED", "FAILED"} for call in event["calls"])
        self._begun = self._begun_by_run or {v.id for v in self._to_delete} < set(self._planned)

    def objections(self) -> Iterator[str]:
        """List everything that should have stopped a deletion."""
        if not self._connections and self._lag is None:
            yield "the port was not there"
            return
        yield from self._by_look()
        yield from self._by_survey()

    def shared(self) -> Iterator[str]:
        """List what two runs must not delete together: the last path of a gateway, a link that a LAG needs."""
        if self._connections or self._lag is not None:
            if not (self._named or self._lag_id):
                yield from self._of_lag(*self._connections.values())
            yield from self._of_gateways()

    def _inside(self, connection: Connection) -> Connection | None:
        return connection if self._lag_id and connection.lag_id == self._lag_id else None

    def _ports(self) -> list[Connection | Lag]:
        return [*self._connections.values(), *([self._lag] if self._lag else [])]

    def _by_look(self) -> Iterator[str]:
        yield from self._by_approval()
        for port in self._ports():
            if port.owner_account != ACCOUNT:
                yield f"ownership: {port.id} is another account's"
            if not self._is_known(port.state, port.id):
                yield f"state: {port.id} is {port.state!r}"
            if _is_protected(port.tags) and port.owner_account == ACCOUNT:
                yield f"protection: of {port.id}"
        stays = self._named and self._lag_id
        for connection in () if stays else self._connections.values():
            if connection.lag_id not in {None, self._event["plan"]["lagId"]} or connection.id not in self._ids:
                yield f"plan: {connection.id} joined {connection.lag_id}"
            if not self._named and connection.lag_id is None and self._event["plan"]["lagId"] and self._existing:
                yield f"plan: {connection.id} left its LAG"
        for v in self._existing:
            yield from self._by_look_at_interface(v)

    def _by_approval(self) -> Iterator[str]:
        digest = self._event["plan"]["digest"]
        for one in self._to_delete if self._named else self._ports():
            # The tags of other accounts are hidden.
            value = one.tags.get("decommission") if one.owner_account == ACCOUNT else None
            digits = (value or "").removeprefix("approved:")
            by_digest = digits != value and len(digits) >= 12 and digest.startswith(digits)
            if value != "approved" and not by_digest:
                yield f"approval: the tag of {one.id} is {value!r}"
        if (approved := self._event["request"]["planDigest"]) not in {None, digest}:
            yield f"plan: {approved} was approved"

    def _by_look_at_interface(self, v: VirtualInterface) -> Iterator[str]:
        # The tags of other accounts are hidden.
        if _is_protected(v.tags) and v.owner_account == ACCOUNT:
            yield f"protection: of {v.id}"
        # What is being deleted already belongs to no plan, and nothing is asked of it.
        if v.state == "deleting":
            return
        if (planned := self._planned.get(v.id)) is None:
            yield f"plan: {v.id} is new"
            return
        identity = (v.owner_account, v.direct_connect_gateway_id or None, v.virtual_gateway_id or None)
        if identity != (planned["ownerAccount"], planned["directConnectGatewayId"], planned["virtualGatewayId"]):
            yield f"plan: {v.id} has changed"
        if not self._is_known(v.state, v.id):
            yield f"state: {v.id} is {v.state!r}"
        if v.state in {"pending", "verifying", "confirming"} and not self._covers("under-construction", v.id):
            yield f"under-construction: {v.id}"
        if v.state == "testing" and not self._covers("failover-test", v.id):
            yield f"failover-test: {v.id}"
        if v.owner_account != ACCOUNT and not self._covers("foreign-interfaces", v.id):
            yield f"foreign-interfaces: {v.id}"

    def _by_survey(self) -> Iterator[str]:
        yield from self._of_gateways()
        if self._to_delete or not (self._planned or self._begun):
            yield from self._of_traffic()
        if self._named:
            for connection in self._connections.values():
                if (lag := self._seen.lags.get(connection.lag_id or "")) is not None and _is_protected(lag.tags):
                    yield f"protection: of {lag.id}"
            return
        if self._lag_id is None:
            yield from self._of_lag(*self._connections.values())
        hosted = [] if self._seen.partner_calls_refused else self._hosted(*self._ports())
        # What a LAG carries does not outlive it, whatever anybody consents to.
        uncovered = [id_ for id_ in hosted if self._lag_id or not self._covers("hosted-connections", id_)]
        yield from (f"hosted-connections: {id_}" for id_ in uncovered)
        for group_id, members in self._seen.grouped_ids.items():
            if not self._connections.keys().isdisjoint(members) and not self._covers("resiliency-group", group_id):
                yield f"resiliency-group: {group_id}"

    def _hosted(self, *ports: Connection | Lag) -> list[str]:
        parents = {id_ for port in ports for id_ in (port.id, getattr(port, "lag_id", None)) if id_}
        return [c.id for c in self._seen.connections.values() if c.parent_id in parents and c.state not in GONE]

    def _of_lag(self, connection: Connection) -> Iterator[str]:
        lag = self._seen.lags.get(connection.lag_id or "")
        if lag is None:
            return
        interfaces, hosted = self._seen.on(lag.id), self._hosted(connection)
        if self._seen.partner_calls_refused:
            hosted = []
        for resource_id, tags, owner in [
            (lag.id, lag.tags, ACCOUNT),
            *((v.id, v.tags, v.owner_account) for v in interfaces),
        ]:
            if _is_protected(tags) and owner == ACCOUNT:
                yield f"protection: of {resource_id}"
        members = [c for c in self._seen.connections.values() if c.lag_id == lag.id and c.state not in GONE]
        left = [c for c in members if c.id != connection.id and c.state == "available" and not _may_go(c)]
        is_short = len(left) < lag.minimum_links and (len(members) > 1 or bool(interfaces or hosted))
        needed = [lag.id] if left else [lag.id, *(v.id for v in interfaces)]
        if (interfaces or hosted or is_short) and not all(self._covers("lag", id_) for id_ in needed):
            yield f"lag: {lag.id} needs the link"

    def _of_gateways(self) -> Iterator[str]:
        for v in self._to_delete:
            gateway = v.direct_connect_gateway_id or v.virtual_gateway_id
            if gateway and not self._has_path(gateway) and not self._covers("redundancy", v.id):
                yield f"redundancy: {v.id} is the last path of {gateway}"

    def _has_path(self, gateway: str) -> bool:
        for v in self._seen.virtual_interfaces.values():
            is_here = v.connection_id in {*self._ids, *self._connections}
            leaves = is_here and (not self._named or v.id in self._named)
            if leaves or v.state != "available" or (v.owner_account == ACCOUNT and _may_go(v)):
                continue
            if gateway == (v.direct_connect_gateway_id or v.virtual_gateway_id) and self._carries(v.connection_id):
                return True
        return any(a.direct_connect_gateway_id == gateway and a.state == "attached" for a in self._seen.attachments)

    def _carries(self, port_id: str) -> bool:
        if (lag := self._seen.lags.get(port_id)) is not None:
            links = (
                [c for c in self._seen.connections.values() if c.lag_id == port_id] if lag.state == "available" else []
            )
        elif (port := self._seen.connections.get(port_id)) is not None:
            links = [port]
        else:
            return True
        leaving = () if self._named else self._ids
        return any(c.id not in leaving and c.state == "available" and not _may_go(c) for c in links)

    def _of_traffic(self) -> Iterator[str]:
        total = THRESHOLD * max(len(self._planned), 1)
        room = total + max(sum(map(self._consented, self._planned)), *map(self._consented, self._ids))
        limit = room if self._begun else THRESHOLD
        judged = [(v.id, v.state, limit) for v in self._to_delete]
        if not self._named:
            judged += [(c.id, c.state, total) for c in self._connections.values() if c.partner_name is None]
        for id_, state, most in judged:
            peak, share = _measured(self._seen.measured.get(id_))
            if peak > most and not self._covers("traffic", id_, bits_per_second=peak):
                yield f"traffic: {id_} carried {peak}"
            if share < 0.9 and state == "available" and not self._covers("traffic", id_):
                yield f"traffic: {id_} was measured {share:.0%} of the time"

    def _consented(self, id_: str) -> int:
        overrides = self._event["request"]["overrides"]
        return max((o["upToBps"] or 0 for o in overrides if o["guard"] == "traffic" and id_ in o["ids"]), default=0)

    def _is_known(self, state: str, id_: str) -> bool:
        return state in DOCUMENTED_STATES or self._covers("state", id_)

    def _covers(self, guard: str, id_: str, *, bits_per_second: float = 0) -> bool:
        return any(
            o["guard"] == guard and id_ in o["ids"] and bits_per_second <= (o["upToBps"] or 0)
            for o in self._event["request"]["overrides"]
        )


def _is_protected(tags: Mapping[str, str]) -> bool:
    return any(key.strip().lower() == "decommission-protected" for key in tags)


def _may_go(one: Connection | VirtualInterface) -> bool:
    return any(
        key.strip().lower() == "decommission" and value.strip().startswith("approved")
        for key, value in one.tags.items()
    )


def _measured(measured: Measured | None) -> tuple[float, float]:
    """Return the peak in bits per second, and the share of the data points that exist."""
    if measured is None:
        return QUIET
    peaks: list[float] = []
    for direction in (measured.ingress, measured.egress):
        points = direction if isinstance(direction, Sequence) else [direction]
        peaks += [point for point in points if point is not None]
    is_missing = any(direction in (None, []) for direction in (measured.ingress, measured.egress))
    return max(peaks, default=0.0), 0.0 if is_missing else measured.share
