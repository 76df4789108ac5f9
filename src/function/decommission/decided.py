"""What a step may decide: each is one thing to do, with a sentence that an operator can act on."""

from dataclasses import dataclass

from decommission.run import Action, Phase, Verdict

type Decided = Delete | Rehearse | LookAgain | SeemsGone | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan:
    """The first step: make the plan, ask the guards, delete nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Make ``action`` for each of ``resource_ids``, if the guards still agree."""

    action: Action
    resource_ids: tuple[str, ...]
    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearse:
    """Start a BGP failover test on each of ``resource_ids``, if the guards still agree."""

    resource_ids: tuple[str, ...]
    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain:
    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepNotice(LookAgain):
    """Look again when the notice is over, unless somebody has put on the brake by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeemsGone:
    """What the run deletes is no longer shown; ``confirmed`` decides what that means, after one more look around."""

    reason: str
    already_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """
    The run has ended.

    ``verdicts`` are those that the end adds to the verdicts of the run. ``deleted_by`` is the address of the record of
    an earlier run that had deleted it.
    """

    phase: Phase
    reason: str
    already_gone: bool = False
    deleted_by: str | None = None
    verdicts: tuple[Verdict, ...] = ()
