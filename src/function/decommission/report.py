"""What the record says: enough to order the same connection again, and to know what is left to do."""

from datetime import datetime

from decommission.contract import JSON, as_json
from decommission.decision import Decision
from decommission.models import Connection, Observation, Surroundings
from decommission.prices import monthly_saving
from decommission.run import Outcome, Phase, Run


def plan_document(run: Run, observation: Observation, surroundings: Surroundings) -> JSON:
    """Describe what is about to be deleted, with everything that is needed to order it again; no BGP keys."""
    lag = surroundings.lag
    return {
        "request": as_json(run.request),
        "startedAt": as_json(run.started_at),
        "region": observation.region,
        "account": surroundings.caller_account,
        "plan": {"digest": run.plan.digest, **as_json(run.plan)} if run.plan else None,
        "guards": as_json(run.verdicts),
        "connection": as_json(run.connection),
        "virtualInterfaces": as_json(observation.remaining),
        "lag": {"lagId": lag.lag_id, "minimumLinks": lag.minimum_links} if lag else None,
        "gatewayNames": dict(surroundings.gateway_names),
        "loa": "loa.pdf" if surroundings.loa else "AWS has no LOA-CFA for this connection",
    }


def report_document(run: Run, decision: Decision, observation: Observation, now: datetime) -> JSON:
    """Tell how a run ended, whatever the end: what is gone, what stands and why, and what is left to a person."""
    planned = run.plan.virtual_interface_ids if run.plan else ()
    standing = {v.virtual_interface_id: v.state for v in observation.remaining}
    connection = observation.connection
    if connection is not None and not connection.is_gone:
        standing[connection.connection_id] = connection.state
    gone = [id_ for id_ in (*planned, run.request.connection_id) if id_ not in standing]
    return {
        "connectionId": run.request.connection_id,
        "phase": decision.phase.value,
        "reason": decision.reason,
        # Gone without this run: somebody else was faster, or an answer of AWS was lost.
        "alreadyGone": [id_ for id_ in gone if id_ not in run.deleted_ids],
        "deleted": [id_ for id_ in gone if id_ in run.deleted_ids],
        "leftBehind": _left_behind(run, standing, decision),
        "toDo": _to_do(run, run.connection) if run.connection and decision.phase is Phase.COMPLETED else [],
        "estimatedMonthlySavingUsd": monthly_saving(run.connection) if run.connection else None,
        "approval": {
            "reason": run.request.reason,
            "planDigest": run.request.plan_digest,
            "overrides": as_json(run.request.overrides),
            "tags": dict(run.connection.tags) if run.connection else {},
        },
        "guards": as_json(run.verdicts),
        "calls": as_json(run.deletions),
        "startedAt": as_json(run.started_at),
        "endedAt": as_json(now),
    }


def _left_behind(run: Run, standing: dict[str, str], decision: Decision) -> list[JSON]:
    left = [{"id": id_, "why": f"{state}: {decision.reason}"} for id_, state in sorted(standing.items())]
    if decision.phase is not Phase.COMPLETED:
        return left
    gateways = {
        gateway
        for v in (run.plan.virtual_interfaces if run.plan else ())
        for gateway in (v.direct_connect_gateway_id, v.virtual_gateway_id)
        if gateway
    }
    left += [
        {"id": id_, "why": "deleting virtual interfaces leaves their gateway in place"} for id_ in sorted(gateways)
    ]
    secrets = run.connection.mac_sec_secret_arns if run.connection else ()
    return left + [{"id": arn, "why": "MACsec secrets stay in Secrets Manager"} for arn in secrets]


def _to_do(run: Run, connection: Connection) -> list[str]:
    """Say what AWS does not do: it pulls the fibre on its own patch panel only, and the others go on billing."""
    if connection.partner_name:
        to_do = [f"cancel the service of the partner {connection.partner_name}: deleting it here does not"]
    else:
        to_do = [f"cancel the cross-connect at {connection.location or 'the location'} (the LOA-CFA names it)"]
    if connection.provider_name:
        to_do.append(f"cancel the circuit of the carrier {connection.provider_name}")
    to_do += [
        f"tell account {v.owner_account} that its virtual interface {v.virtual_interface_id} is gone"
        for v in (run.plan.virtual_interfaces if run.plan else ())
        if v.owner_account != connection.owner_account
    ]
    return to_do + [verdict.reason for verdict in run.verdicts if verdict.outcome is Outcome.WARN]
