"""The survey: everything that is looked at once, before the first deletion."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from decommission.calls import RefusedError, call
from decommission.direct_connect import DirectConnect
from decommission.errors import DirectConnectBusyError
from decommission.models import Connection, Observation, Surroundings, VirtualInterfaceState
from decommission.traffic import TrafficMeter

if TYPE_CHECKING:
    from botocore.client import BaseClient


class Survey:
    """``sts`` makes the STS client: only the first step of a run needs it."""

    def __init__(
        self, direct_connect: DirectConnect, traffic_meter: TrafficMeter, sts: Callable[[], "BaseClient"]
    ) -> None:
        self._direct_connect = direct_connect
        self._traffic_meter = traffic_meter
        self._sts = sts

    def look_around(
        self, connection: Connection, observation: Observation, now: datetime, lookback_minutes: int
    ) -> Surroundings:
        """
        Look at what is around a connection, in ten calls, and two more if it is in a LAG.

        Raises DirectConnectBusyError and DirectConnectDeniedError: what cannot be looked at is not taken for harmless.
        """
        id_ = connection.connection_id
        ids = tuple(v.virtual_interface_id for v in observation.remaining)
        testing = [v for v in observation.remaining if v.state == VirtualInterfaceState.TESTING]
        neighbours = {v.virtual_interface_id: v for v in self._direct_connect.all_virtual_interfaces()}
        if connection.lag_id:
            # Those of other accounts may be listed by the LAG's id only.
            neighbours |= {
                v.virtual_interface_id: v for v in self._direct_connect.virtual_interfaces(connection.lag_id)
            }
        return Surroundings(
            caller_account=self._caller_account(),
            lag=self._direct_connect.lag(connection.lag_id) if connection.lag_id else None,
            neighbours=tuple(v for v in neighbours.values() if v.connection_id != id_),
            hosted_connection_ids=self._direct_connect.hosted_connection_ids(id_),
            failover_tests=tuple(
                test for v in testing for test in self._direct_connect.failover_tests(v.virtual_interface_id)
            ),
            traffic=self._traffic_meter.peaks(id_, ids, since=now - timedelta(minutes=lookback_minutes), until=now),
            gateway_names=self._direct_connect.gateway_names(),
            loa=self._direct_connect.loa(id_),
        )

    def is_interconnect(self, connection_id: str) -> bool:
        return self._direct_connect.is_interconnect(connection_id)

    def _caller_account(self) -> str:
        try:
            account: str = call(self._sts(), "GetCallerIdentity")["Account"]
        except RefusedError as refusal:
            raise DirectConnectBusyError(f"AWS refused sts:GetCallerIdentity: {refusal}") from refusal
        return account
