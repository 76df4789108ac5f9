"""One step of a run: read, observe, decide, act, tell."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never, cast

from aws_lambda_powertools.logging import Logger

from decommission import contract, metrics
from decommission.decision import Action, Decision, decide
from decommission.direct_connect import Answer, DirectConnect
from decommission.guards import Evidence, judge, judge_interconnect
from decommission.metrics import Metric
from decommission.models import Observation
from decommission.plan import Plan
from decommission.record import Record
from decommission.report import plan_document, report_document
from decommission.run import Deletion, Outcome, Run
from decommission.settings import Settings
from decommission.survey import Survey
from decommission.wait import wait_seconds

logger = Logger()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Step:
    """
    Looks at the world, does one thing, and says what to do next; keeps nothing between calls.

    Called again by anything, at any time and with the same event, it converges on the same end. ``clock`` answers in
    UTC, ``jitter`` a number from 0 to 1.
    """

    def __init__(  # noqa: PLR0913 - each is a seam: AWS, time and chance
        self,
        direct_connect: DirectConnect,
        survey: Survey,
        record: Record,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._direct_connect = direct_connect
        self._survey = survey
        self._record = record
        self._settings = settings
        self._clock = clock
        self._jitter = jitter

    def __call__(self, event: object) -> contract.JSON:
        """
        Take one step.

        Raises InvalidRequestError before any call is made; DirectConnectBusyError, DirectConnectDeniedError and
        ConfigurationError when AWS did not let it finish. What was deleted until then stays deleted, and the next step
        finds it so.
        """
        run = contract.read(event, now=self._clock(), default_patience_minutes=self._settings.patience_minutes)
        logger.append_keys(connectionId=run.request.connection_id)
        if run.has_ended:
            logger.info("the run had ended before this step", phase=run.phase)
            return cast("contract.JSON", event)
        observation = self._direct_connect.observe(run.request.connection_id)
        if run.phase is None:
            run = self._begin(run, observation)
        decision = decide(observation, run, self._clock())
        logger.info("decided", action=decision.action, phase=decision.phase, reason=decision.reason)
        answers = self._act(decision, run)
        return self._tell(run.with_answers(answers), observation, decision, answers)

    def _begin(self, run: Run, observation: Observation) -> Run:
        """Make the plan, ask the guards, and record both: what is not recorded is not deleted."""
        connection = observation.connection
        if connection is None or connection.is_gone:
            return replace(run, verdicts=judge_interconnect(self._survey.is_interconnect(run.request.connection_id)))
        surroundings = self._survey.look_around(
            connection, observation, self._clock(), self._settings.traffic_lookback_minutes
        )
        plan = Plan.of(connection, observation.remaining)
        evidence = Evidence(
            connection=connection,
            virtual_interfaces=observation.remaining,
            surroundings=surroundings,
            plan=plan,
            request=run.request,
            settings=self._settings,
        )
        run = replace(run, plan=plan, connection=connection, verdicts=judge(evidence))
        for verdict in run.verdicts:
            tell = logger.info if verdict.outcome is Outcome.PASS else logger.warning
            tell("guard", guard=verdict.guard, outcome=verdict.outcome, reason=verdict.reason)
        if surroundings.loa is None:
            logger.warning("AWS has no LOA-CFA for this connection, so the record is without one")
        self._record.write_plan(run, plan_document(run, observation, surroundings), surroundings.loa)
        return run

    def _act(self, decision: Decision, run: Run) -> tuple[Deletion, ...]:
        """Do what was decided, and give back what AWS answered."""
        connection_id = run.request.connection_id
        match decision.action:
            case Action.DELETE_VIRTUAL_INTERFACES:
                delete = self._direct_connect.delete_virtual_interface
                return self._ask(decision.action, delete, decision.virtual_interface_ids, run)
            case Action.DISASSOCIATE_FROM_LAG:
                return self._ask(decision.action, self._leave_lag(run), (connection_id,), run)
            case Action.DELETE_CONNECTION:
                return self._ask(decision.action, self._direct_connect.delete_connection, (connection_id,), run)
            case Action.LOOK_AGAIN | Action.STOP:
                return ()
            case _:
                assert_never(decision.action)

    def _leave_lag(self, run: Run) -> Callable[[str], Answer]:
        # Only ever the LAG that the plan names.
        lag_id = run.plan.lag_id if run.plan else None
        return lambda connection_id: self._direct_connect.disassociate_connection_from_lag(connection_id, lag_id or "")

    def _ask(
        self, action: Action, change: Callable[[str], Answer], resource_ids: tuple[str, ...], run: Run
    ) -> tuple[Deletion, ...]:
        answers: list[Deletion] = []
        try:
            for resource_id in resource_ids:
                # Fifty calls take their time, and the deadline may pass between two of them.
                if self._clock() >= run.deadline:
                    break
                answer = change(resource_id)
                answers.append(
                    Deletion(
                        action=action.value,
                        resource_id=resource_id,
                        requested_at=self._clock(),
                        request_id=answer.request_id,
                        refusal=answer.refusal,
                    )
                )
                logger.info(
                    "asked",
                    action=action,
                    resourceId=resource_id,
                    awsRequestId=answer.request_id,
                    refusal=answer.refusal,
                )
        finally:
            # Also when AWS fails half-way: the retry finds these on their way, and does not ask for them again.
            metrics.publish(run.request.connection_id, metrics.requested(run, answers))
        return tuple(answers)

    def _tell(
        self, run: Run, observation: Observation, decision: Decision, answers: tuple[Deletion, ...]
    ) -> contract.JSON:
        now = self._clock()
        phase_started_at = run.phase_started_at if decision.phase == run.phase else None
        # Two hosts' clocks may differ, and a phase does not begin before its run.
        after = replace(run, phase=decision.phase, phase_started_at=phase_started_at or max(now, run.started_at))
        values: dict[Metric, float] = {Metric.VIRTUAL_INTERFACES_REMAINING: len(observation.remaining)}
        if after.has_ended and self._record.write_report(after, report_document(after, decision, observation, now)):
            values |= metrics.ended(after, observation, decision, now)
        metrics.publish(run.request.connection_id, values)
        refusals = [f"AWS refused for {a.resource_id}: {a.refusal}" for a in answers if not a.is_accepted]
        return contract.write(
            after,
            decision,
            observation,
            reason="; ".join([decision.reason, *refusals]),
            wait_seconds=wait_seconds(
                after,
                now,
                minimum=self._settings.minimum_wait_seconds,
                jitter=self._jitter(),
                is_first=run.phase is None,
            ),
        )
