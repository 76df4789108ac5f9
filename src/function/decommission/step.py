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
from decommission.metrics import Metric
from decommission.models import Observation
from decommission.run import Run
from decommission.settings import Settings
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

    def __init__(
        self,
        direct_connect: DirectConnect,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._direct_connect = direct_connect
        self._settings = settings
        self._clock = clock
        self._jitter = jitter

    def __call__(self, event: object) -> contract.JSON:
        """
        Take one step.

        Raises InvalidRequestError before any call is made; DirectConnectBusyError and DirectConnectDeniedError when AWS
        did not let it finish. What was deleted until then stays deleted, and the next step finds it so.
        """
        run = contract.read(event, now=self._clock(), default_patience_minutes=self._settings.patience_minutes)
        logger.append_keys(connectionId=run.request.connection_id)
        if run.has_ended:
            logger.info("the run had ended before this step", phase=run.phase)
            return cast("contract.JSON", event)
        observation = self._direct_connect.observe(run.request.connection_id)
        decision = decide(observation, run, self._clock())
        logger.info("decided", action=decision.action, phase=decision.phase, reason=decision.reason)
        refusals = self._act(decision, run)
        return self._tell(run, observation, decision, refusals)

    def _act(self, decision: Decision, run: Run) -> list[str]:
        """Do what was decided, and give back what AWS refused, in its own words."""
        match decision.action:
            case Action.DELETE_VIRTUAL_INTERFACES:
                requested = Metric.VIRTUAL_INTERFACE_DELETE_REQUESTED
                return self._delete(
                    self._direct_connect.delete_virtual_interface, decision.virtual_interface_ids, run, requested
                )
            case Action.DELETE_CONNECTION:
                requested = Metric.CONNECTION_DELETE_REQUESTED
                connection_ids = (run.request.connection_id,)
                return self._delete(self._direct_connect.delete_connection, connection_ids, run, requested)
            case Action.LOOK_AGAIN | Action.STOP:
                return []
            case _:
                assert_never(decision.action)

    def _delete(
        self, delete: Callable[[str], Answer], resource_ids: tuple[str, ...], run: Run, requested: Metric
    ) -> list[str]:
        refusals: list[str] = []
        accepted = 0
        try:
            for resource_id in resource_ids:
                # Fifty calls take their time, and the deadline may pass between two of them.
                if self._clock() >= run.deadline:
                    break
                answer = delete(resource_id)
                if answer.refusal is None:
                    accepted += 1
                    logger.info("delete requested", resourceId=resource_id, awsRequestId=answer.request_id)
                else:
                    refusals.append(f"AWS refused to delete {resource_id}: {answer.refusal}")
                    logger.warning("delete refused", resourceId=resource_id, refusal=answer.refusal)
        finally:
            # Also when AWS fails half-way: the retry finds these on their way, and does not ask for them again.
            if accepted:
                metrics.publish(run.request.connection_id, {requested: accepted})
        return refusals

    def _tell(self, run: Run, observation: Observation, decision: Decision, refusals: list[str]) -> contract.JSON:
        now = self._clock()
        phase_started_at = run.phase_started_at if decision.phase == run.phase else None
        after = replace(
            run, plan=decision.plan, phase=decision.phase, phase_started_at=phase_started_at or max(now, run.started_at)
        )
        metrics.publish(run.request.connection_id, metrics.seen(run, observation, decision, now))
        return contract.write(
            after,
            decision,
            observation,
            reason="; ".join([decision.reason, *refusals]),
            wait_seconds=wait_seconds(after, now, minimum=self._settings.minimum_wait_seconds, jitter=self._jitter()),
        )
