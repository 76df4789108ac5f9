"""The time that a step needs, without the time of its calls."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from decommission.schemas import JSON
from sandbox.directconnect import Behaviour, Delay
from sandbox.in_process import S3, STS, CloudWatch
from tests.bench.function import unheard
from tests.bench.report import Report
from tests.bench.world import ACCOUNT, CONNECTION_ID, World
from tests.support.driver import Around

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

# The quota of a dedicated connection.
VIRTUAL_INTERFACES: Final = 51
REPETITIONS: Final = 100
LONGEST_MILLISECONDS: Final = 10
# Each deletion has a line of its own in the log, written at once: a step may be killed right after it.
LONGEST_OF_A_DELETION: Final = 0.05
BEHAVIOUR: Final = Behaviour(virtual_interface_deletion=Delay(seconds=5 * 60))

DELETES_ALL: Final = f"the one that deletes {VIRTUAL_INTERFACES}"
# The steps of one run, each with the time that passes before it.
SITUATIONS: Final = {
    "the first, which plans and asks the guards": 0,
    DELETES_ALL: 1,
    f"one that looks, while {VIRTUAL_INTERFACES} are deleting": 30,
    f"the one that deletes the connection, {VIRTUAL_INTERFACES} deleted": 5 * 60,
    "the last": 10,
}


class Stopwatch:
    """Adds up the seconds that are spent in AWS's stand-ins."""

    def __init__(self) -> None:
        self.seconds = 0.0


class TimedClient:
    """A client whose methods add their seconds to a stopwatch."""

    def __init__(self, client: Any, stopwatch: Stopwatch) -> None:  # noqa: ANN401 - as boto3
        self._client = client
        self._stopwatch = stopwatch
        self.meta = client.meta

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def timed(**parameters: object) -> object:
            began = perf_counter()
            try:
                return method(**parameters)
            finally:
                self._stopwatch.seconds += perf_counter() - began

        return timed


def measure(report: Report) -> None:
    report.section(
        f"A step's own time for {VIRTUAL_INTERFACES} virtual interfaces, without the API's, "
        f"over {REPETITIONS} repetitions",
    )
    samples: defaultdict[str, list[float]] = defaultdict(list)
    with unheard():
        for _ in range(REPETITIONS):
            for situation, milliseconds in _own_milliseconds().items():
                samples[situation].append(milliseconds)
    table = report.table("step", "median", "9 of 10 within", "bound", "holds")
    for situation, all_milliseconds in samples.items():
        middle = median(all_milliseconds)
        bound = LONGEST_MILLISECONDS + (VIRTUAL_INTERFACES * LONGEST_OF_A_DELETION if situation == DELETES_ALL else 0)
        table.add_row(
            situation,
            f"{middle:.1f} ms",
            f"{quantiles(all_milliseconds, n=10)[-1]:.1f} ms",
            f"{bound:.1f} ms",
            report.verdict(f"step time: {situation}", holds=middle <= bound),
        )
    report.print(table)


def _own_milliseconds() -> dict[str, float]:
    world = World(virtual_interfaces=VIRTUAL_INTERFACES, behaviour=BEHAVIOUR)
    stopwatch = Stopwatch()
    timed = partial(TimedClient, stopwatch=stopwatch)
    world.around = Around(
        cloudwatch=cast("CloudWatch", timed(CloudWatch())),
        s3=cast("S3", timed(S3())),
        sts=cast("STS", timed(STS(ACCOUNT))),
    )
    step = world.step(cast("DirectConnectClient", timed(world.client())), jitter=lambda: 0.5)
    result: JSON = {"connectionId": CONNECTION_ID}
    own: dict[str, float] = {}
    for situation, seconds_before in SITUATIONS.items():
        world.clock.advance(seconds=seconds_before)
        stopwatch.seconds = 0.0
        began = perf_counter()
        result = step(result)
        own[situation] = (perf_counter() - began - stopwatch.seconds) * 1000
    assert "COMPLETED" == result["phase"]
    return own
