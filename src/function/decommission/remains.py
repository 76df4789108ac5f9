"""What a run has left to do, and the sentence that says so when it ends early."""

from collections.abc import Iterable, Iterator

from decommission.models import Lag, Observation, Port
from decommission.plan import Plan
from decommission.run import Action, NewRun, Phase, Run
from decommission.words import described, have, listed, moment, several

# The report quotes AWS's last words about every resource; a reason quotes the first few.
MOST_QUOTED = 10


def phase_of(observation: Observation, run: NewRun) -> Phase:
    """Return the phase of a run that waits; one that names virtual interfaces deletes no port."""
    if observation.remaining or observation.named:
        return Phase.DELETING_VIRTUAL_INTERFACES
    is_empty = run.request.lag_id is not None and not observation.connections
    return Phase.DELETING_LAG if is_empty else Phase.DELETING_CONNECTION


def digest_of_what_is_left(observation: Observation) -> str | None:
    """Return the digest that the plan of a new run has; None if nothing is left."""
    if not observation.has_port or (observation.named and not observation.to_be_deleted):
        return None
    return Plan.of(observation).digest


def has_begun(observation: Observation, run: Run, elsewhere: Iterable[str] = ()) -> bool:
    """
    Return True if a deletion was made, by this run or by anybody; what is ``elsewhere`` now was not deleted.

    A step that was killed leaves no calls in the result, so what AWS still shows counts as well.
    """
    existing = {*elsewhere, *(v.virtual_interface_id for v in observation.to_be_deleted)}
    return run.has_begun or not existing >= set(run.plan.virtual_interface_ids)


def is_lag_changed(observation: Observation, run: Run) -> bool:
    """Return True if the minimum of links was lowered, or a connection has left the LAG of the plan."""
    return _is_lower(observation.port, run) or bool(outside(observation, run))


def _is_lower(port: Port | None, run: Run) -> bool:
    return isinstance(port, Lag) and port.minimum_links < run.plan.minimum_links


def what_is_left(observation: Observation, run: Run) -> str:
    """Say what is gone, what still exists, AWS's last words about it, and the digest of what is left."""
    remaining, id_ = observation.remaining, run.request.port_id
    existing = [*map(described, remaining)]
    ids = [v.virtual_interface_id for v in remaining]
    parts: list[str] = []
    if gone := [v for v in run.plan.virtual_interface_ids if v not in ids]:
        parts.append(f"no longer on {id_}: {listed(gone)}")
    if not observation.named:
        existing += [f"{port.id} ({port.state})" for port in observation.ports.values()]
        ids += observation.ports
        parts += _of_lag(observation, run)
    if existing:
        parts.append(f"still there: {', '.join(existing)}")
    said = [(about, words) for about in ids if (words := run.last_words(about))]
    parts += [f'AWS\'s last words about {about}: "{words}"' for about, words in said[:MOST_QUOTED]]
    if len(said) > MOST_QUOTED:
        parts.append(f"AWS's last words about {len(said) - MOST_QUOTED} more are in the report")
    if digest := digest_of_what_is_left(observation):
        parts.append(f"the plan of what is left has the digest {digest}")
    # A step that was killed may have deleted something, and left no calls in the result.
    ended = "this run deletes nothing more" if has_begun(observation, run) else "nothing was deleted by this run"
    return "; ".join([ended, *parts])


def _of_lag(observation: Observation, run: Run) -> Iterator[str]:
    """Say which connections are no longer in their LAG, and what its minimum of links was before this run."""
    plan, lag = run.plan, observation.port
    if gone := [id_ for id_ in plan.member_ids if id_ not in observation.ports]:
        yield f"gone: {listed(gone)}"
    out = outside(observation, run)
    if out and plan.connection_id:
        yield f"it has left {plan.lag_id}: if it is to stay, put it back (AssociateConnectionWithLag)"
    elif out:
        yield f"{listed(out)} {have(out)} left {plan.lag_id}"
    if not isinstance(lag, Lag) or lag.is_gone:
        return
    back = ["put its connections back (AssociateConnectionWithLag)"] if out else []
    if _is_lower(lag, run) or run.has_asked(Action.UPDATE_LAG):
        undo = ", then ".join([*back, "set it again with UpdateLag"])
        yield (
            f"the minimum of links of {lag.lag_id} was {plan.minimum_links} when the run began, and is "
            f"{lag.minimum_links}: if the LAG is to stay, {undo}"
        )
    elif back:
        yield f"if {lag.lag_id} is to stay, {back[0]}"


def timed_out(observation: Observation, run: Run) -> str:
    since = "the end of the notice" if run.request.notice_minutes else "the start"
    if run.request.rehearsal_minutes:
        since = "the rehearsal"
    patience = several(run.request.patience_minutes, "minute")
    return (
        f"the deadline for {run.request.port_id}, {patience} after {since}, is {moment(run.deadline)}; "
        f"{what_is_left(observation, run)}; {how_to_go_on(observation, run)}"
    )


def outside(observation: Observation, run: Run) -> list[str]:
    """List the connections that have left the LAG of the plan."""
    if run.plan.lag_id is None or observation.named:
        return []
    return [c.connection_id for c in observation.connections if c.lag_id is None]


def how_to_go_on(observation: Observation, run: Run) -> str:
    """Say which runs go on from here; one of a LAG knows nothing of the connections that have left it."""
    if run.request.lag_id is None or not (out := outside(observation, run)):
        return "a new run goes on from here"
    of_lag = (
        f"one of {run.request.lag_id}, " if isinstance(observation.port, Lag) and not observation.port.is_gone else ""
    )
    return f"to go on from here, start a run of each: {of_lag}{listed(out)}"
