"""One step of a run: look at the world, decide, act, and write the result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never, cast

from decommission import contract, decision, gone, guards, metrics, rehearsal
from decommission.contract import StepOutcome
from decommission.decided import Decided, Delete, KeepNotice, LookAgain, MakePlan, Rehearse, SeemsGone, Stop
from decommission.direct_connect import denial
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.guards.evidence import Evidence, Guard
from decommission.guards.paths import paths
from decommission.guards.tags import essential
from decommission.log import log_call, log_verdicts, logger
from decommission.metrics import Metric
from decommission.models import Aftermath, Observation, Port, Surroundings
from decommission.places import Here
from decommission.plan import Plan
from decommission.record import Record, RunHasEndedError
from decommission.remains import has_begun, is_lag_changed, phase_of, what_is_left
from decommission.report import plan_document, progress_document, report_document, restore_document
from decommission.run import Action, Call, CallOutcome, NewRun, Outcome, Phase, Run, Verdict
from decommission.schemas import JSON
from decommission.settings import Settings
from decommission.trial import Trial
from decommission.wait import SHORTEST_WAIT_SECONDS, wait_seconds
from decommission.words import listed, moment

# A step makes delete calls for so long after its last look, and leaves the rest to the next step.
DELETING_TIME = timedelta(seconds=10)
# What a survey found is used for so long after its end.
SURVEY_LASTS = timedelta(minutes=1)


class Step:
    """
    Looks at the world, does one thing, and says what to do next.

    ``clock`` answers in UTC, ``jitter`` a number from 0 to 1.
    """

    def __init__(
        self,
        here: Here,
        *,
        record: Record,
        settings: Settings,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self._here = here
        self._record = record
        self._settings = settings
        self._clock = clock
        self._jitter = jitter
        self._trial = Trial(here, clock)

    def __call__(self, run: NewRun) -> JSON:
        """
        Take one step.

        Raises AwsBusyError, AwsDeniedError and ConfigurationError when AWS did not let it finish. What was deleted
        until then stays deleted, and the next step finds it so.
        """
        if isinstance(run, Run) and run.is_rehearsing and not rehearsal.is_heard(run.on_trial, self._clock()):
            # A look may take so long that the step is killed before it brings BGP back.
            run = self._trial.bring_back(run).run
        try:
            return self._go_on(run) if isinstance(run, Run) else self._begin(run)
        except (AwsBusyError, AwsDeniedError) as error:
            if isinstance(run, Run) and run.is_rehearsing:
                raise self._unheard(run, error) from None
            raise
        except RunHasEndedError as ended:
            logger.info("the run had ended before this step", phase=ended.report["phase"])
            return contract.as_it_ended(ended.report)

    def _unheard(self, run: Run, error: AwsBusyError | AwsDeniedError) -> AwsBusyError | AwsDeniedError:
        """Bring BGP back if nobody can be heard: for good, as a denial fails the execution, or for too long."""
        if isinstance(error, AwsBusyError) and rehearsal.is_heard(run.on_trial, self._clock()):
            return error
        stopped = self._trial.bring_back(run)
        if stopped.left:
            return AwsBusyError(
                f"{error}; nobody can be heard, and BGP may still be down on trial, until "
                f"{moment(rehearsal.over_at(run))}, on {listed(stopped.left)}: the next attempt stops its tests, and "
                "so does StopBgpFailoverTest"
            )
        if ids := stopped.run.on_trial.stopped:
            error.args = (f"{error}; nobody could be heard, so BGP was brought back on {listed(ids)}",)
        return error

    def _look(self, run: NewRun) -> Observation:
        request, planned_ids = run.request, run.plan.member_ids if isinstance(run, Run) else ()
        named = request.virtual_interface_ids or ()
        if request.lag_id is not None:
            return self._here.direct_connect.observe_lag(request.lag_id, planned_ids, named)
        return self._here.direct_connect.observe(request.port_id, named)

    def _begin(self, run: NewRun) -> JSON:
        observation = self._look(run)
        decided = decision.first(observation, run)
        if isinstance(decided, MakePlan):
            return self._plan(run, observation, cast("Port", observation.port))
        return self._conclude(run, decided, observation)

    def _plan(self, run: NewRun, observation: Observation, port: Port) -> JSON:
        """Make the plan, ask the guards, and record both. Nothing is deleted."""
        plan = Plan.of(observation)
        surroundings = self._look_around(port, plan, observation, with_routes=True, with_record=True, with_tests=True)
        now = self._clock()
        evidence = Evidence(
            port=port,
            observation=observation,
            surroundings=surroundings,
            plan=plan,
            request=run.request,
            settings=self._settings,
            # An override that ends before the first deletion would block only then, when nobody expects it.
            at=max(now, run.earliest_deletion),
        )
        alarms = self._here.alarms.states(run.request.alarm_names)
        verdicts = (*guards.judge(evidence), *rehearsal.foreseen(run.request.alarm_names, alarms))
        log_verdicts(verdicts)
        decided = decision.planned(observation, run, verdicts)
        planned = Run(
            request=run.request,
            started_at=run.started_at,
            execution=run.execution,
            event=run.event,
            plan=plan,
            port=essential(port, self._settings),
            port_states={id_: there.state for id_, there in observation.ports.items()},
            verdicts=verdicts,
            phase=decided.phase,
            # Two hosts' clocks may differ, and a phase does not begin before its run.
            phase_started_at=max(now, run.started_at),
        )
        if surroundings.loa is None:
            logger.warning("the record has no LOA-CFA", words=surroundings.refusals.get("DescribeLoa"))
        result = self._result(planned, decided, observation, soon=decided.phase is not Phase.NOTICE)
        self._record.write_plan(planned, plan_document(result, planned, evidence), surroundings.loa)
        return self._finish(planned, decided, observation, result)

    def _go_on(self, run: Run) -> JSON:
        observation = self._look(run)
        if out := set(run.plan.out(observation)) - run.left_ids:
            # Only what a step was about to ask, that was killed, is out of its LAG by this run.
            run = run.with_calls(self._record.lost_calls(run, Action.DISASSOCIATE_FROM_LAG, out))
        decided = self._next(observation, run)
        if run.is_rehearsing:
            return self._watch(run, decided, observation)
        if isinstance(decided, Delete | Rehearse):
            return self._carry_out(run, decided, observation)
        if isinstance(decided, KeepNotice):
            run, observation = self._heed(run, observation, guards.BRAKES)
            return self._conclude(run, decision.blocked(observation, run) if run.blocks else decided, observation)
        if isinstance(decided, LookAgain) and decided.phase is Phase.REHEARSING and (missed := self._trial.missed(run)):
            return self._conclude(run, rehearsal.blocked_by_rehearsal(observation, run, missed), observation)
        return self._conclude(run, decided, observation)

    def _heed(self, run: Run, before: Observation, asked: Mapping[str, Guard]) -> tuple[Run, Observation]:
        """Look around, look again, and ask these guards."""
        surroundings = self._look_around(
            before.port or run.port, run.plan, before, with_routes=False, with_record=False, with_tests=False
        )
        observation = self._look(run)
        evidence = Evidence(
            port=observation.port or run.port,
            observation=observation,
            surroundings=surroundings,
            plan=run.plan,
            request=run.request,
            settings=self._settings,
            at=self._clock(),
            left_ids=run.left_ids,
        )
        return replace(run, verdicts=guards.heed(evidence, run.verdicts, asked)), observation

    def _watch(self, run: Run, decided: Decided, observation: Observation) -> JSON:
        """Listen for whoever misses what is down; when it is over, or somebody objects, bring it back and see it up."""
        objects = ""
        if run.on_trial.problem is None:
            run, objects, observation = self._listen(run, decided, observation)
        heard_at = self._clock()
        run, goes_on = self._trial.go_on(run, objects, observation)
        if not run.is_rehearsing and isinstance(decided, SeemsGone):
            return self._conclude(run, decided, observation)
        may_start = run.on_trial.pending and not run.on_trial.problem and self._clock() <= heard_at + SURVEY_LASTS
        if isinstance(goes_on, LookAgain) and may_start:
            return self._start_pending(run, goes_on)
        return self._conclude(run, goes_on, observation)

    def _start_pending(self, run: Run, goes_on: LookAgain) -> JSON:
        """Start the tests that could not be started before, on what is still where it was planned."""
        observation, looked_at = self._look(run), self._clock()
        here = {v.virtual_interface_id: v for v in observation.to_be_deleted}
        kept = tuple(id_ for id_ in run.on_trial.pending if id_ in here)
        ids = tuple(id_ for id_ in kept if here[id_].is_up)
        run = replace(run, rehearsal=replace(run.on_trial, pending=kept))
        if ids and not isinstance(self._next(observation, run), SeemsGone | Stop):
            begins = Rehearse(phase=Phase.REHEARSING, resource_ids=ids, reason=goes_on.reason)
            self._write_progress(run, begins, observation)
            until = min(looked_at + DELETING_TIME, rehearsal.starts_until(run))
            run = self._trial.begin(run, ids, until=until)
        return self._conclude(run, goes_on, observation)

    def _listen(self, run: Run, decided: Decided, observation: Observation) -> tuple[Run, str, Observation]:
        """Ask the alarms, the brake and the other paths; return who objects as well, in words, and the last look."""
        if isinstance(decided, SeemsGone):
            return run, "what was on trial is no longer where it was", observation
        if isinstance(decided, Stop):
            return run, _words_of(decided.verdicts) or decided.reason, observation
        try:
            if problem := self._trial.missed(run):
                return run, problem, observation
            run, observation = self._heed(run, observation, guards.IN_REHEARSAL)
        except AwsDeniedError as denied:
            # A run that can no longer watch brings BGP back before it ends.
            return run, str(denied), observation
        return run, _words_of(run.blocks), observation

    def _next(self, observation: Observation, run: Run) -> Decided:
        least_patience = timedelta(minutes=self._settings.least_patience_minutes)
        return decision.next_step(observation, run, self._clock(), least_patience=least_patience)

    def _carry_out(self, run: Run, wanted: Delete | Rehearse, before: Observation) -> JSON:
        """Look around, look again, ask the guards, record what is about to be done, and do it."""
        on_trial = run.rehearsal
        surroundings = self._look_around(
            before.port or run.port,
            run.plan,
            before,
            with_routes=not run.has_begun,
            with_record=False,
            with_tests=True,
            rehearsed=(on_trial.started_at, on_trial.ended_at) if on_trial and on_trial.ended_at else None,
        )
        surveyed_at = self._clock()
        observation = self._look(run)
        looked_at = self._clock()
        decided = self._next(observation, run)
        if not isinstance(decided, Delete | Rehearse):
            return self._conclude(run, decided, observation)
        changed = not _ids(observation) <= _ids(before) or phase_of(observation, run) is not phase_of(before, run)
        # What has gone down a moment ago was to be taken down on trial, and must not be deleted unheard.
        if changed or type(decided) is not type(wanted):
            reason = "something changed while this step looked around, so the next step looks again"
            return self._conclude(run, LookAgain(phase=decided.phase, reason=reason), observation)
        evidence = Evidence(
            port=observation.port or run.port,
            observation=observation,
            surroundings=surroundings,
            plan=run.plan,
            request=run.request,
            settings=self._settings,
            at=looked_at
            + DELETING_TIME
            + (run.request.rehearsal_time if isinstance(decided, Rehearse) else timedelta(0)),
            left_ids=run.left_ids,
            has_begun=has_begun(before, run, (v.virtual_interface_id for v in surroundings.neighbours)),
            run_has_begun=run.has_begun,
        )
        run = replace(run, verdicts=guards.judge(evidence, run.verdicts))
        log_verdicts(verdict for verdict in run.verdicts if verdict.outcome is Outcome.BLOCK)
        if stop := self._objection(run, observation):
            return self._conclude(run, stop, observation)
        progress = self._result(run, decided, observation)
        if isinstance(decided, Delete) and not run.has_begun:
            is_whole = not evidence.has_begun and not is_lag_changed(observation, run)
            self._record.write_restore(run, restore_document(progress, evidence), is_whole=is_whole)
        # Last, because a later step may take what stands there for a call whose answer was lost.
        self._record.write_progress(run, progress_document(progress, decided, self._clock()))
        now = self._clock()
        if now > looked_at + DELETING_TIME or now > surveyed_at + SURVEY_LASTS:
            self._record_that_nothing_was_asked(run, decided, observation)
            reason = "AWS answered so slowly that the look was too old to delete by; the next step looks again"
            return self._conclude(run, LookAgain(phase=decided.phase, reason=reason), observation)
        if isinstance(decided, Rehearse):
            return self._begin_rehearsal(run, decided, observation, until=looked_at + DELETING_TIME)
        return self._act(run, decided, observation, until=min(looked_at + DELETING_TIME, run.deadline))

    def _objection(self, run: Run, observation: Observation) -> Stop | None:
        """End the run if a guard blocks, or an alarm that goes off late; None if nobody objects."""
        if run.blocks:
            return decision.blocked(observation, run)
        missed = self._trial.missed(run)
        return rehearsal.blocked_by_rehearsal(observation, run, missed) if missed else None

    def _write_progress(self, run: Run, decided: Delete | Rehearse, observation: Observation) -> None:
        progress = self._result(run, decided, observation)
        self._record.write_progress(run, progress_document(progress, decided, self._clock()))

    def _record_that_nothing_was_asked(self, run: Run, decided: Delete | Rehearse, observation: Observation) -> None:
        """Write the progress again: what it was about to ask, somebody else may do before the next step."""
        self._write_progress(run, replace(decided, resource_ids=()), observation)

    def _begin_rehearsal(self, run: Run, decided: Rehearse, observation: Observation, *, until: datetime) -> JSON:
        """Start the tests; if one cannot be started, the next step stops the others."""
        run = self._trial.begin(run, decided.resource_ids, until=until)
        reason = "; ".join(filter(None, [decided.reason, run.on_trial.problem]))
        return self._conclude(run, LookAgain(phase=Phase.REHEARSING, reason=reason), observation)

    def _act(self, run: Run, decided: Delete, observation: Observation, *, until: datetime) -> JSON:
        calls: list[Call] = []
        try:
            for resource_id in decided.resource_ids:
                now = self._clock()
                if now >= run.deadline or (calls and now > until):
                    break
                calls.append(self._call(decided.action, resource_id, run, now))
                log_call(calls[-1])
                if calls[-1].outcome is CallOutcome.THROTTLED:
                    break
        finally:
            # Also when something unforeseen breaks the loop: the next step does not ask for these again.
            metrics.publish(run, observation.region, metrics.requested(run, calls))
        denied = [call for call in calls if call.outcome is CallOutcome.DENIED]
        if denied and not any(call.may_have_had_effect for call in calls):
            self._record_that_nothing_was_asked(run.with_calls(calls), decided, observation)
            raise denial(denied[0], what_is_left(observation, run.with_calls(calls)))
        words = [f'AWS on {call.resource_id}: "{call.words}"' for call in calls if not call.is_accepted]
        rest = len(decided.resource_ids) - len(calls)
        later = [f"left to the next step: {rest}"] if rest else []
        reason = "; ".join([decided.reason, *words, *later])
        # Only a step that got on, and ran out of time, has nothing to wait for.
        soon = bool(rest) and any(call.is_accepted for call in calls) and calls[-1].outcome is not CallOutcome.THROTTLED
        return self._conclude(
            run.with_calls(calls), LookAgain(phase=decided.phase, reason=reason), observation, soon=soon
        )

    def _call(self, action: Action, resource_id: str, run: Run, now: datetime) -> Call:
        match action:
            case Action.DELETE_VIRTUAL_INTERFACE:
                return self._here.direct_connect.delete_virtual_interface(resource_id, now)
            case Action.DISASSOCIATE_FROM_LAG:
                # Only ever the LAG that the plan names.
                lag_id = cast("str", run.plan.lag_id)
                return self._here.direct_connect.disassociate_connection_from_lag(resource_id, lag_id, now)
            case Action.UPDATE_LAG:
                return self._here.direct_connect.lower_minimum_links(resource_id, now)
            case Action.DELETE_CONNECTION:
                return self._here.direct_connect.delete_connection(resource_id, now)
            case Action.DELETE_LAG:
                return self._here.direct_connect.delete_lag(resource_id, now)
            case Action.START_FAILOVER_TEST | Action.STOP_FAILOVER_TEST:
                raise ValueError(f"{action} deletes nothing")
            case _:
                assert_never(action)

    def _look_around(  # noqa: PLR0913 - as the survey's
        self,
        port: Port,
        plan: Plan,
        observation: Observation,
        *,
        with_routes: bool,
        with_record: bool,
        with_tests: bool,
        rehearsed: tuple[datetime, datetime] | None = None,
    ) -> Surroundings:
        def paths_of(gateway_id: str, around: Surroundings) -> list[str]:
            left = paths(gateway_id, plan.leaving_ids, around, self._settings)
            return [path.virtual_interface_id for path in left]

        around = self._here.survey.look_around(
            port,
            observation,
            self._clock(),
            paths_of=paths_of,
            with_routes=with_routes,
            with_record=with_record,
            with_tests=with_tests,
            rehearsed=rehearsed,
        )
        return self._here.survey.with_moved(around, plan, observation)

    def _conclude(
        self, run: NewRun, decided: LookAgain | SeemsGone | Stop, observation: Observation, *, soon: bool = False
    ) -> JSON:
        aftermath: Aftermath | None = None
        if isinstance(decided, SeemsGone):
            aftermath = self._here.survey.aftermath(run)
            decided = gone.confirmed(decided, aftermath, run, self._clock())
        if isinstance(decided, Stop):
            if decided.already_gone:
                decided = self._with_record_of_deletion(run, decided)
            log_verdicts(decided.verdicts)
        return self._finish(run, decided, observation, self._result(run, decided, observation, soon=soon), aftermath)

    def _with_record_of_deletion(self, run: NewRun, stop: Stop) -> Stop:
        """Name the record of the run that deleted it, so that a duplicate leads to the original."""
        id_ = run.request.port_id
        if not (address := self._record.deletion_of(id_)):
            return stop
        reason = f"{id_} was gone when this run began, so nothing was deleted; the run that deleted it: {address}"
        return replace(stop, reason=reason, deleted_by=address)

    def _finish(
        self,
        run: NewRun,
        decided: LookAgain | Stop,
        observation: Observation,
        result: JSON,
        aftermath: Aftermath | None = None,
    ) -> JSON:
        """Log and count what was decided, and write the report if it is the end."""
        logger.info("decided", phase=decided.phase, reason=decided.reason)
        now = self._clock()
        values: dict[Metric, float] = {Metric.VIRTUAL_INTERFACES_REMAINING: len(observation.remaining)}
        if isinstance(decided, Stop):
            document = report_document(result, run, observation, aftermath, now)
            self._record.write_report(run, document | {"deletedBy": decided.deleted_by})
            values |= metrics.ended(run, observation, decided, now)
            metrics.publish_blocks(run, observation.region, decided, result)
        metrics.publish(run, observation.region, values)
        return result

    def _result(
        self,
        run: NewRun,
        decided: Delete | Rehearse | LookAgain | Stop,
        observation: Observation,
        *,
        soon: bool = False,
    ) -> JSON:
        now = max(self._clock(), run.started_at)
        verdicts: tuple[Verdict, ...] = ()
        phase_started_at = now
        if isinstance(run, Run):
            verdicts = run.verdicts
            phase_started_at = run.phase_started_at if decided.phase is run.phase else now
        if isinstance(decided, Stop):
            verdicts = tuple({v.guard: v for v in (*verdicts, *decided.verdicts)}.values())
        wait = SHORTEST_WAIT_SECONDS
        if not soon:
            minimum, jitter = self._settings.minimum_wait_seconds, self._jitter()
            wait = wait_seconds(run, phase_started_at, now, minimum=minimum, jitter=jitter)
        outcome = StepOutcome(
            at=now,
            phase=decided.phase,
            reason=f"{self._here.name}: {decided.reason}" if self._here.name else decided.reason,
            wait_seconds=wait if decided.phase.waits else 0,
            verdicts=verdicts,
            already_gone=isinstance(decided, Stop) and decided.already_gone,
            phase_started_at=phase_started_at,
        )
        return contract.write(run, outcome, observation)


def _ids(observation: Observation) -> set[str]:
    return {v.virtual_interface_id for v in observation.to_be_deleted}


def _words_of(verdicts: Iterable[Verdict]) -> str:
    return "; ".join(f"{verdict.guard}: {verdict.reason}" for verdict in verdicts)
