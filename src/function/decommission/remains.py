"""What a run has left to do, and the sentence that says so when it ends early."""

from decommission.models import Observation
from decommission.plan import Plan
from decommission.run import Run
from decommission.words import described, listed, moment, several

# The report quotes AWS's last words about every resource; a reason quotes the first few.
MOST_QUOTED = 10


def digest_of_what_is_left(observation: Observation) -> str | None:
    """Return the digest that the plan of a new run has; None if nothing is left."""
    connection = observation.connection
    if connection is None or connection.is_gone:
        return None
    if observation.named and not observation.to_be_deleted:
        return None
    return Plan.of(connection, observation.to_be_deleted, keeps_connection=bool(observation.named)).digest


def has_begun(observation: Observation, run: Run) -> bool:
    """
    Return True if a deletion was made, by this run or by anybody.

    A step that was killed leaves no calls in the result, so what AWS still shows counts as well.
    """
    existing = {v.virtual_interface_id for v in observation.to_be_deleted}
    return run.has_begun or not existing >= set(run.plan.virtual_interface_ids)


def what_is_left(observation: Observation, run: Run) -> str:
    """Say what is gone, what still exists, AWS's last words about it, and the digest of what is left."""
    connection, remaining = observation.connection, observation.remaining
    existing = [*map(described, remaining)]
    ids = [v.virtual_interface_id for v in remaining]
    parts: list[str] = []
    if gone := [id_ for id_ in run.plan.virtual_interface_ids if id_ not in ids]:
        parts.append(f"no longer on {run.request.connection_id}: {listed(gone)}")
    if connection is not None and not connection.is_gone and not observation.named:
        existing.append(f"{connection.connection_id} ({connection.state})")
        ids.append(connection.connection_id)
        if run.plan.lag_id and connection.lag_id is None:
            parts.append(f"it has left {run.plan.lag_id}")
    if existing:
        parts.append(f"still there: {', '.join(existing)}")
    said = [(id_, words) for id_ in ids if (words := run.last_words(id_))]
    parts += [f'AWS\'s last words about {id_}: "{words}"' for id_, words in said[:MOST_QUOTED]]
    if len(said) > MOST_QUOTED:
        parts.append(f"AWS's last words about {len(said) - MOST_QUOTED} more are in the report")
    if digest := digest_of_what_is_left(observation):
        parts.append(f"the plan of what is left has the digest {digest}")
    # A step that was killed may have deleted something, and left no calls in the result.
    ended = "nothing more is deleted" if has_begun(observation, run) else "nothing was deleted by this run"
    return "; ".join([ended, *parts])


def timed_out(observation: Observation, run: Run) -> str:
    since = "the end of the notice" if run.request.notice_minutes else "the start"
    if run.request.rehearsal_minutes:
        since = "the rehearsal"
    patience = several(run.request.patience_minutes, "minute")
    return (
        f"the deadline for {run.request.connection_id}, {patience} after {since}, is {moment(run.deadline)}; "
        f"{what_is_left(observation, run)}; a new run goes on from here"
    )
