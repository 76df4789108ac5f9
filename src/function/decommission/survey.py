"""The survey: everything around a port that the guards need, read again in each step that deletes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, call
from decommission.direct_connect import DirectConnect
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.leftovers import find_leftovers
from decommission.models import (
    Aftermath,
    Attachment,
    FailoverTest,
    Leftovers,
    Observation,
    Port,
    Surroundings,
    VirtualInterface,
    VirtualInterfaceState,
)
from decommission.plan import Plan
from decommission.run import NewRun, Run
from decommission.traffic import TrafficMeter

if TYPE_CHECKING:
    from botocore.client import BaseClient

type PathsOf = Callable[[str, Surroundings], Collection[str]]
"""Returns the ids of the virtual interfaces that these surroundings show as paths that a gateway keeps."""

# AWS answers this to accounts that are no partners, and so have neither hosted connections nor interconnects.
_FOR_PARTNERS_ONLY = "is not an authorized Direct Connect partner"
_PARTNER_OPERATIONS = {"DescribeHostedConnections", "DescribeInterconnects"}


class Survey:
    """``sts`` makes the STS client when it is needed. All methods raise AwsBusyError and AwsDeniedError."""

    def __init__(
        self, direct_connect: DirectConnect, traffic_meter: TrafficMeter, sts: "Callable[[], BaseClient]"
    ) -> None:
        self._direct_connect = direct_connect
        self._traffic_meter = traffic_meter
        self._sts = sts

    def look_around(  # noqa: PLR0913 - each is a choice of the step's
        self,
        port: Port,
        observation: Observation,
        now: datetime,
        *,
        with_routes: bool,
        with_record: bool,
        with_tests: bool,
        paths_of: PathsOf,
        rehearsed: tuple[datetime, datetime] | None = None,
    ) -> Surroundings:
        """
        Look at what is around a port.

        ``with_tests`` adds what is known of the BGP failover tests that run, one call each. ``with_record`` adds what
        only the record needs: names of gateways and the LOA. Gateways for which ``paths_of`` finds nothing are looked
        at in all regions and accounts. If anything cannot be read, this raises; only what AWS may refuse, such as
        routes and the LOA, is noted in ``refusals`` instead. ``rehearsed`` is when BGP was down.
        """
        refusals = _Refusals()
        leaving, connection_ids = observation.to_be_deleted, tuple(c.connection_id for c in observation.connections)
        gateway_ids, ids = _unique(v.gateway_id for v in leaving), _unique([port.id, *connection_ids])
        routes = self._routes(port, observation, gateway_ids, paths_of, refusals) if with_routes else {}
        # What takes long, and what changes slowly, is read first; what people change in a moment is read last.
        around = Surroundings(
            caller_account=self.caller_account(),
            interconnect_ids=self._interconnect_ids(ids, refusals),
            traffic=self._traffic_meter.measure(
                connection_ids,
                tuple(v.virtual_interface_id for v in observation.remaining),
                ids,
                now=now,
                rehearsed=rehearsed,
            ),
            gateway_names=self._direct_connect.gateway_names() if with_record else {},
            loa=self._loa(port.id, refusals) if with_record else None,
            resiliency_group_ids=self._resiliency_group_ids(ids, refusals),
            failover_tests=self._failover_tests(observation, refusals) if with_tests else (),
            hosted_connection_ids=self._hosted_connection_ids(_unique([*ids, port.lag_id]), refusals),
            neighbours=self._neighbours(port, observation),
            connections=self._direct_connect.all_connections(),
            lags=self._direct_connect.lags(),
        )
        direct_connect_gateway_ids = _unique(v.direct_connect_gateway_id for v in leaving)
        without_path = [gateway_id for gateway_id in direct_connect_gateway_ids if not paths_of(gateway_id, around)]
        attachments = tuple(a for gateway_id in without_path for a in self._attachments(gateway_id, refusals))
        here = {"", self._direct_connect.region}
        attached = (a.virtual_interface_id for a in attachments if a.region in here)
        known = (*observation.virtual_interfaces, *around.neighbours)
        around = replace(around, neighbours=(*around.neighbours, *self._by_own_ids(attached, known)))
        if with_routes:
            # What became a path while this looked around, because somebody took an approval off it.
            routes |= self._announced(_path_ids(gateway_ids, around, paths_of) - routes.keys(), refusals)
        announced = {id_: prefixes for id_, prefixes in routes.items() if prefixes is not None}
        return replace(
            around,
            routes=announced if with_routes else None,
            attachments=attachments,
            refusals=refusals.words,
        )

    def with_moved(self, around: Surroundings, plan: Plan, observation: Observation) -> Surroundings:
        """Add what was planned and is not on its port: another account's may be elsewhere, and in no list."""
        foreign = (v.virtual_interface_id for v in plan.virtual_interfaces if v.owner_account != plan.owner_account)
        moved = self._by_own_ids(foreign, (*observation.virtual_interfaces, *around.neighbours))
        return replace(around, neighbours=(*around.neighbours, *(v for v in moved if not v.is_gone)))

    def aftermath(self, run: NewRun) -> Aftermath:
        """
        Find out what became of what the run is about, and what it leaves behind without use.

        A connection may be an interconnect now, and virtual interfaces may be on another port.
        """
        refusals = _Refusals()
        ids, asked = {run.request.port_id}, {*(run.request.virtual_interface_ids or ())}
        if isinstance(run, Run):
            ids.update(run.plan.leaving_ids)
            asked.update(run.plan.virtual_interface_ids)
        interconnect_ids = self._interconnect_ids(ids, refusals)
        listed = self._direct_connect.all_virtual_interfaces()
        listed += self._by_own_ids(sorted(_perhaps_foreign(run)), listed)
        there = [v for v in listed if not v.is_gone]
        found = [v for v in there if v.virtual_interface_id in asked]
        about = found if run.request.virtual_interface_ids else there
        return Aftermath(
            interconnect_ids=None if refusals.words else interconnect_ids,
            elsewhere=tuple(v for v in found if v.connection_id not in ids),
            still_listed=tuple(v for v in about if v.connection_id in ids),
            leftovers=find_leftovers(run, there, self._direct_connect) if isinstance(run, Run) else Leftovers(),
        )

    def caller_account(self) -> str:
        """Ask STS which account this runs in."""
        try:
            account = call(self._sts(), "GetCallerIdentity").get("Account")
        except RefusedError as refusal:
            raise AwsBusyError(f"AWS refused sts:GetCallerIdentity: {refusal}") from None
        if not isinstance(account, str) or not account:
            raise AwsBusyError("sts:GetCallerIdentity answered without Account")
        return account

    def _interconnect_ids(self, ids: Collection[str], refusals: "_Refusals") -> tuple[str, ...]:
        """List those of these ids that are interconnects."""
        ask = self._direct_connect.interconnect_ids
        return tuple(id_ for id_ in refusals.unless_refused("DescribeInterconnects", ask, otherwise=()) if id_ in ids)

    def _neighbours(self, port: Port, observation: Observation) -> tuple[VirtualInterface, ...]:
        """List what is around: on other ports, and on the port itself if the run names others."""
        ids = set[str]() if observation.named else {port.id, *(c.id for c in observation.connections)}
        found = self._direct_connect.all_virtual_interfaces(ids)
        if port.lag_id and port.lag_id not in ids:
            # Those of other accounts may be listed by the LAG's id only.
            found += self._direct_connect.virtual_interfaces(port.lag_id)
        by_id = {v.virtual_interface_id: v for v in found}
        about = observation.named
        return tuple(v for v in by_id.values() if v.connection_id not in ids and not _is_about(v, port, about))

    def _hosted_connection_ids(self, parent_ids: tuple[str, ...], refusals: "_Refusals") -> tuple[str, ...]:
        found = [
            hosted_id
            for parent_id in parent_ids
            for hosted_id in refusals.unless_refused(
                "DescribeHostedConnections",
                partial(self._direct_connect.hosted_connection_ids, parent_id),
                otherwise=(),
            )
        ]
        # Not the connections themselves, in case AWS lists the members of a LAG as well.
        return _unique(hosted_id for hosted_id in found if hosted_id not in parent_ids)

    def _failover_tests(self, observation: Observation, refusals: "_Refusals") -> tuple[FailoverTest, ...]:
        """Find the names of the tests that are running; the states alone show that they are."""
        return tuple(
            test
            for v in observation.remaining
            if v.state == VirtualInterfaceState.TESTING
            for test in refusals.unless_refused_or_denied(
                "ListVirtualInterfaceTestHistory",
                partial(self._direct_connect.failover_tests, v.virtual_interface_id),
                otherwise=(),
            )
        )

    def _routes(
        self,
        port: Port,
        observation: Observation,
        gateway_ids: tuple[str, ...],
        paths_of: PathsOf,
        refusals: "_Refusals",
    ) -> dict[str, tuple[str, ...] | None]:
        """
        Ask for the prefixes on the interfaces that leave, and on the paths that take their place.

        Only on these: a gateway may have hundreds of interfaces on ports that are approved for decommission as well.
        """
        around = Surroundings(
            caller_account="",
            neighbours=self._neighbours(port, observation),
            connections=self._direct_connect.all_connections(),
            lags=self._direct_connect.lags(),
        )
        leaving = observation.to_be_deleted
        staying = _path_ids(gateway_ids, around, paths_of)
        return self._announced([*(v.virtual_interface_id for v in leaving), *sorted(staying)], refusals)

    def _announced(self, ids: Iterable[str], refusals: "_Refusals") -> dict[str, tuple[str, ...] | None]:
        return {
            id_: refusals.unless_refused_or_denied(
                "ListVirtualInterfaceRoutes", partial(self._direct_connect.routes, id_), otherwise=None
            )
            for id_ in ids
        }

    def _resiliency_group_ids(self, ids: Collection[str], refusals: "_Refusals") -> tuple[str, ...]:
        """Ask group by group: a group that AWS refuses to show hides no other."""
        direct_connect, operation = self._direct_connect, "ListResiliencyGroups"
        return tuple(
            group_id
            for group_id in refusals.unless_refused_or_denied(
                operation, direct_connect.all_resiliency_group_ids, otherwise=()
            )
            if not set(ids).isdisjoint(
                refusals.unless_refused_or_denied(
                    operation, partial(direct_connect.ids_in_resiliency_group, group_id), otherwise=()
                )
            )
        )

    def _attachments(self, gateway_id: str, refusals: "_Refusals") -> tuple[Attachment, ...]:
        # A gateway of another account: without its attachments there is no path to be seen, and redundancy blocks.
        return refusals.unless_refused_or_denied(
            "DescribeDirectConnectGatewayAttachments",
            partial(self._direct_connect.attachments, gateway_id),
            otherwise=(),
        )

    def _by_own_ids(self, ids: Iterable[str], known: Iterable[VirtualInterface]) -> tuple[VirtualInterface, ...]:
        """Look for those that are not known by their own ids; the list of all may lack other accounts' on our ports."""
        known_ids = {v.virtual_interface_id for v in known}
        missing = (id_ for id_ in _unique(ids) if id_ not in known_ids)
        return tuple(v for id_ in missing for v in self._direct_connect.virtual_interface(id_))

    def _loa(self, port_id: str, refusals: "_Refusals") -> bytes | None:
        try:
            return refusals.unless_refused_or_denied(
                "DescribeLoa", partial(self._direct_connect.loa, port_id), otherwise=None
            )
        except AwsBusyError as error:
            # For a hosted connection it is not known what AWS answers: a missing LOA is a warning, whatever the cause.
            refusals.note("DescribeLoa", error)
            return None


class _Refusals:
    """AWS's words by operation. If an operation is refused several times, the first words are kept."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def note(self, operation: str, error: Exception) -> None:
        self.words.setdefault(operation, str(error))

    def unless_refused[T, U](self, operation: str, look: Callable[[], T], *, otherwise: U) -> T | U:
        """Look. If AWS refuses, return ``otherwise``; note AWS's words, unless they say only that we are no partner."""
        try:
            return look()
        except RefusedError as refusal:
            if operation not in _PARTNER_OPERATIONS or _FOR_PARTNERS_ONLY not in str(refusal):
                self.note(operation, refusal)
            return otherwise

    def unless_refused_or_denied[T, U](self, operation: str, look: Callable[[], T], *, otherwise: U) -> T | U:
        """Look. If AWS refuses or denies, return ``otherwise`` and note AWS's words."""
        try:
            return look()
        except (RefusedError, AwsDeniedError) as error:
            self.note(operation, error)
            return otherwise


def _perhaps_foreign(run: NewRun) -> set[str]:
    """Return the ids of what a run was to delete and may be another account's, which the list of all may lack."""
    if not isinstance(run, Run):
        return {*(run.request.virtual_interface_ids or ())}
    planned = {v.virtual_interface_id: v.owner_account for v in run.plan.virtual_interfaces}
    named = dict.fromkeys(run.request.virtual_interface_ids or (), "")
    return {id_ for id_, owner in (named | planned).items() if owner != run.plan.owner_account}


def _is_about(v: VirtualInterface, port: Port, named: Collection[str]) -> bool:
    """Return True if a run that names virtual interfaces is about this one: elsewhere, it is a neighbour."""
    return v.connection_id == port.id and v.virtual_interface_id in named


def _path_ids(gateway_ids: Iterable[str], around: Surroundings, paths_of: PathsOf) -> set[str]:
    return {id_ for gateway_id in gateway_ids for id_ in paths_of(gateway_id, around)}


def _unique(ids: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for id_ in ids if id_))
