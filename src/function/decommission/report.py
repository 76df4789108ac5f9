"""The documents of the record; ``result`` is the result of the step that writes them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from decommission import creation
from decommission.decided import Delete, Rehearse
from decommission.documents import RUN_OF_ITS_OWN, partition_of
from decommission.guards.evidence import Evidence
from decommission.guards.paths import Path, by_gateway, paths_left
from decommission.guards.tags import approval_of
from decommission.models import (
    Aftermath,
    Connection,
    Leftovers,
    Observation,
    Port,
    Surroundings,
    VirtualInterface,
    connections_of,
)
from decommission.prices import monthly_saving
from decommission.remains import digest_of_what_is_left, outside, what_is_left
from decommission.run import Action, NewRun, Outcome, Phase, Run
from decommission.schemas import JSON
from decommission.words import listed

# The parts of a result that every document repeats.
SHARED = ("connectionId", "lagId", "request", "execution", "event", "startedAt", "plan", "guards")
SEEN = ("connectionState", "lagState", "connections")


def plan_document(result: JSON, run: NewRun, evidence: Evidence) -> JSON:
    """Describe what is about to be deleted, with the inputs of the calls that create the same again; no BGP keys."""
    surroundings, settings = evidence.surroundings, evidence.settings
    remaining, lag = evidence.observation.remaining, evidence.lag
    return _taken(result, *SHARED, "phase", "reason", "connectionAtStart", "lagAtStart", *SEEN) | {
        "region": evidence.observation.region,
        "account": surroundings.caller_account,
        "noticeEndsAt": run.notice_ends_at.isoformat(),
        "earliestDeletion": run.earliest_deletion.isoformat(),
        "protectionTagKey": settings.protection_tag_key,
        "approvalTag": dict(zip(("key", "value"), approval_of(evidence.plan, settings), strict=True)),
        "virtualInterfaces": [_planned(v, surroundings) for v in remaining],
        "pathsLeft": {
            gateway_id: [_left(path) for path in paths_left(gateway_id, evidence)]
            for gateway_id in by_gateway(evidence)
        },
        "create": _create(result, evidence),
        "lag": {"lagId": lag.lag_id, "minimumLinks": lag.minimum_links} if lag else None,
        "gatewayNames": dict(surroundings.gateway_names),
        "loa": "loa.pdf" if surroundings.loa else _no_loa(surroundings),
    }


def restore_document(result: JSON, evidence: Evidence) -> JSON:
    """Describe what is about to be deleted as it is now: a notice may be long, and people go on changing things."""
    return _taken(result, "connectionId", "lagId", "plan", "connectionAtStart", "lagAtStart") | {
        "region": evidence.observation.region,
        "create": _create(result, evidence),
    }


def _create(result: JSON, evidence: Evidence) -> list[creation.Creation]:
    """List the calls that create the same again, in order."""
    port, key = evidence.port, evidence.settings.approval_tag_key
    create: list[creation.Creation] = []
    if not evidence.plan.keeps_connection:
        arns = f"arn:{partition_of(result)}:directconnect:{evidence.observation.region}"
        create = list(creation.of_port(port, evidence.connections, key, arns))
    of_interfaces = (creation.of_virtual_interface(v, port.owner_account, key) for v in evidence.observation.remaining)
    return [*create, *chain.from_iterable(of_interfaces)]


def _taken(result: JSON, *names: str) -> JSON:
    """Take these members; those of a connection are not in the result of a LAG, and the other way round."""
    return {name: result[name] for name in names if name in result}


def _planned(v: VirtualInterface, surroundings: Surroundings) -> JSON:
    return {
        "virtualInterfaceId": v.virtual_interface_id,
        "name": v.name,
        "state": v.state,
        "amazonSideAsn": v.amazon_side_asn,
        "announced": list((surroundings.routes or {}).get(v.virtual_interface_id, ())),
    }


def _left(path: Path) -> JSON:
    return {
        "virtualInterfaceId": path.virtual_interface_id,
        "connectionId": path.connection_id,
        "location": path.location,
    }


def _no_loa(surroundings: Surroundings) -> str:
    refused = surroundings.refusals.get("DescribeLoa")
    return f'no LOA-CFA: "{refused}"' if refused else "AWS has no LOA-CFA for it"


def progress_document(result: JSON, decided: Delete | Rehearse, now: datetime) -> JSON:
    """Describe how far the run is, and which calls it is about to make."""
    action = decided.action if isinstance(decided, Delete) else Action.START_FAILOVER_TEST
    return _taken(result, *SHARED, "virtualInterfaces", *SEEN, "calls") | {
        "aboutToAsk": {"action": action.value, "resourceIds": list(decided.resource_ids)},
        "writtenAt": now.isoformat(),
    }


def report_document(
    result: JSON, run: NewRun, observation: Observation, aftermath: Aftermath | None, now: datetime
) -> JSON:
    """Describe how a run ended: the last result, what was deleted, what is left and why, and what people have to do."""
    at_start = run.port if isinstance(run, Run) else None
    is_completed = result["phase"] == Phase.COMPLETED
    existing = {v.virtual_interface_id: v.state for v in observation.remaining}
    if not observation.named:
        existing |= {id_: port.state for id_, port in observation.ports.items()}
    if aftermath is not None and aftermath.interconnect_ids:
        existing |= dict.fromkeys(aftermath.interconnect_ids, "interconnect")
    moved = {v.virtual_interface_id: v.connection_id for v in aftermath.elsewhere} if aftermath is not None else {}
    gone = _gone(run, observation, {*existing, *moved}, is_completed=is_completed)
    gone_ids = {*gone["deleted"], *gone["goneWithoutThisRun"]}
    left = [{"id": id_, "why": _why(id_, state, run)} for id_, state in sorted(existing.items())]
    left += [{"id": id_, "why": f"it was moved to {port}, and was not deleted"} for id_, port in sorted(moved.items())]
    return result | {
        "region": observation.region,
        "account": run.account,
        **gone,
        "moved": moved,
        "leftBehind": left + (_without_use(aftermath.leftovers) if is_completed and aftermath is not None else []),
        "toDo": [
            *(_to_do(run, at_start, gone_ids) if isinstance(run, Run) and at_start else ()),
            *(_to_go_on_with(run, observation, existing) if isinstance(run, Run) and not is_completed else ()),
            *(_to_mind(run) if is_completed and isinstance(run, Run) and at_start else ()),
        ],
        "estimatedMonthlySavingUsd": _saving(at_start, gone["deleted"], observation.region),
        "approval": {
            "reason": result["request"]["reason"],
            "planDigest": result["request"]["planDigest"],
            "overrides": result["request"]["overrides"],
            "tags": dict(at_start.tags) if at_start else {},
        },
        "digestOfWhatIsLeft": digest_of_what_is_left(observation),
        "whatIsLeft": what_is_left(observation, run) if isinstance(run, Run) and not is_completed else None,
        "endedAt": now.isoformat(),
    }


def _saving(at_start: Port | None, deleted: list[str], region: str) -> float | None:
    """Add up what the run itself deleted: what somebody else deleted is somebody else's saving."""
    ports = [c for c in connections_of(at_start) if c.connection_id in deleted] if at_start else []
    savings = [monthly_saving(c, region) for c in ports]
    known = [saving for saving in savings if saving is not None]
    return round(sum(known), 2) if known and len(known) == len(savings) else None


def _why(id_: str, state: str, run: NewRun) -> str:
    words = run.last_words(id_) if isinstance(run, Run) else None
    return f'{state}; AWS said last: "{words}"' if words else f"{state}; the reason of this report says why"


def _gone(run: NewRun, observation: Observation, existing: set[str], *, is_completed: bool) -> JSON:
    """
    Sort what is gone by who deleted it.

    Only at the end of a completed run has every virtual interface been looked for elsewhere; until then, one that is no
    longer on its port may have been moved.
    """
    planned = run.plan.virtual_interface_ids if isinstance(run, Run) else ()
    # A run that was blocked without a plan never saw the port: its id may be wrong.
    ports = run.plan.leaving_ids if isinstance(run, Run) else (run.request.port_id,) if is_completed else ()
    if observation.named:
        ports = ()
        planned = planned or (observation.named if is_completed else ())
    deleted = run.deleted_ids if isinstance(run, Run) else frozenset()
    gone = [id_ for id_ in (*planned, *ports) if id_ not in existing]
    others = [id_ for id_ in gone if id_ not in deleted]
    return {
        "deleted": [id_ for id_ in gone if id_ in deleted],
        "goneWithoutThisRun": others if is_completed else [],
        "deletedOrMovedByOthers": [] if is_completed else others,
    }


def _without_use(leftovers: Leftovers) -> list[JSON]:
    left: list[JSON] = []
    for id_, words in leftovers.gateways.items():
        # Only a virtual private gateway can have VPNs.
        vpn = "; a VPN may still use it" if id_.startswith("vgw-") else ""
        why = f"no virtual interface uses this gateway any more{vpn}"
        if words:
            why = f'no virtual interface here uses this gateway any more; AWS refused to list others: "{words}"'
        left.append({"id": id_, "why": why})
    left += [{"id": id_, "why": "no connection is left in this LAG"} for id_ in leftovers.lag_ids]
    secrets = leftovers.mac_sec_secret_arns
    return left + [{"id": arn, "why": "no connection or LAG here uses this MACsec secret any more"} for arn in secrets]


def _to_do(run: Run, port: Port, gone_ids: set[str]) -> Iterator[str]:
    """
    Say what AWS does not do about what is gone, be it half of what was to go.

    It pulls the fibre on its own patch panel only, and the others go on billing.
    """
    for c in connections_of(port):
        if c.connection_id in gone_ids:
            yield from _to_cancel(c, "" if c is port else f" of {c.connection_id}")
    for v in run.plan.virtual_interfaces:
        if v.owner_account != port.owner_account and v.virtual_interface_id in gone_ids:
            yield f"tell account {v.owner_account} that its virtual interface {v.virtual_interface_id} is gone"


def _to_go_on_with(run: Run, observation: Observation, existing: Iterable[str]) -> Iterator[str]:
    """Say what goes on after the end of a run, and what a new run does not know of."""
    for c in connections_of(run.port):
        if c.connection_id in run.deleted_ids & {*existing}:
            for line in _to_cancel(c, f" of {c.connection_id}"):
                yield f"AWS has agreed to delete {c.connection_id}, and goes on with it; once it is gone, {line}"
    # One that somebody else took out was rescued.
    if run.request.lag_id and (out := [id_ for id_ in outside(observation, run) if id_ in run.left_ids]):
        yield f"{RUN_OF_ITS_OWN} {run.request.port_id}: {listed(out)}"


def _to_mind(run: Run) -> Iterator[str]:
    for verdict in run.verdicts:
        # What is left behind is known better by now.
        if verdict.outcome is Outcome.WARN and verdict.guard != "macsec":
            yield f"mind what {verdict.guard} warned of: {verdict.reason}"


def _to_cancel(connection: Connection, of: str) -> Iterator[str]:
    if connection.partner_name:
        yield f"cancel the service of the partner {connection.partner_name}{of}: deleting it here does not"
    else:
        at = connection.location or "the location"
        yield f"cancel the cross-connect{of} at {at} (its LOA-CFA, if there is one, names it)"
    if connection.provider_name:
        yield f"cancel the circuit{of} of the carrier {connection.provider_name}"
