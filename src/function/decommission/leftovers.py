"""What a decommission leaves behind without use: gateways, LAGs and MACsec secrets that nothing else needs."""

from collections.abc import Collection

from decommission.calls import RefusedError
from decommission.direct_connect import DirectConnect
from decommission.errors import AwsDeniedError
from decommission.models import Leftovers, Port, VirtualInterface, connections_of, is_managed_by_direct_connect
from decommission.plan import Plan
from decommission.run import Run

DETACHED = {"detaching", "detached"}


def find_leftovers(run: Run, there: Collection[VirtualInterface], direct_connect: DirectConnect) -> Leftovers:
    """
    Look what else uses what the run's plan used; ``there`` are all virtual interfaces that AWS shows.

    Raises AwsBusyError, and AwsDeniedError for what every run has to read.
    """
    gateways = _unused_gateways(run.plan, there, direct_connect)
    ports: list[Port] = [run.port, *connections_of(run.port)]
    arns = {arn for port in ports for arn in port.mac_sec_secret_arns}
    secrets = {arn for arn in arns if not is_managed_by_direct_connect(arn)}
    if run.plan.keeps_connection or not (secrets or run.plan.lag_id):
        return Leftovers(gateways=gateways)
    gone = {*run.plan.leaving_ids}
    lags = [lag for lag in direct_connect.lags() if not lag.is_gone and lag.lag_id not in gone]
    others: list[Port] = [c for c in direct_connect.all_connections() if c.connection_id not in gone and not c.is_gone]
    used = {arn for port in (others + lags) for arn in port.mac_sec_secret_arns}
    empty = [lag.lag_id for lag in lags if gone.issuperset(member.connection_id for member in lag.members)]
    return Leftovers(
        gateways=gateways,
        lag_ids=tuple(lag_id for lag_id in empty if lag_id == run.plan.lag_id),
        mac_sec_secret_arns=tuple(sorted(secrets - used)),
    )


def _unused_gateways(
    plan: Plan, there: Collection[VirtualInterface], direct_connect: DirectConnect
) -> dict[str, str | None]:
    """Find gateways without a virtual interface; a Direct Connect gateway may have some in any Region and account."""
    planned = plan.virtual_interfaces
    used = {id_ for v in there for id_ in (v.direct_connect_gateway_id, v.virtual_gateway_id)}
    # What else uses one of another account is not shown to this one.
    own = (v for v in planned if v.owner_account == plan.owner_account)
    virtual = {v.virtual_gateway_id for v in own if v.virtual_gateway_id} - used
    unused: dict[str, str | None] = dict.fromkeys(sorted(virtual))
    for gateway_id in sorted({v.direct_connect_gateway_id for v in planned if v.direct_connect_gateway_id} - used):
        try:
            attachments = direct_connect.attachments(gateway_id)
        except (RefusedError, AwsDeniedError) as error:
            unused[gateway_id] = str(error)
            continue
        attached = {a.virtual_interface_id for a in attachments if a.state not in DETACHED}
        if attached <= {*plan.virtual_interface_ids}:
            unused[gateway_id] = None
    return unused
