"""The steps of all runs: each event becomes one step, at the place of its run."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import cast

from decommission import contract
from decommission.contract import Ended
from decommission.errors import AwsBusyError, AwsDeniedError
from decommission.log import logger
from decommission.places import Places
from decommission.record import Record
from decommission.run import NewRun
from decommission.schemas import JSON
from decommission.settings import Settings
from decommission.step import Step


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Steps:
    """
    Takes the step that an event asks for; keeps nothing between calls.

    Called again by anything, at any time and with the same event, it converges on the same end. ``clock`` answers in
    UTC, ``jitter`` a number from 0 to 1.
    """

    def __init__(
        self,
        places: Places,
        record: Record,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._places = places
        self._settings = settings
        self._clock = clock
        self._step_at = partial(Step, record=record, settings=settings, clock=clock, jitter=jitter)

    def __call__(self, event: object) -> JSON:
        """Take one step. Raises InvalidRequestError before any call is made; otherwise as ``Step`` and ``Places``."""
        run = contract.read(event, now=self._clock(), settings=self._settings)
        if isinstance(run, Ended):
            logger.append_keys(connectionId=run.port_id)
            logger.info("the run had ended before this step", phase=run.phase)
            return cast("JSON", event)
        logger.append_keys(
            connectionId=run.request.port_id,
            region=run.request.region or self._places.home_region,
            account=run.account,
            execution=run.execution,
        )
        return self._take(run)

    def _take(self, run: NewRun) -> JSON:
        here = self._places.at(run)
        try:
            return self._step_at(here)(run)
        except (AwsBusyError, AwsDeniedError) as error:
            if here.name:
                error.args = (f"while working {here.name}: {error}",)
            raise
