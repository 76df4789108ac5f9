"""
A run under way survives a deployment: the results of earlier releases are valid events.

Files in tests/results are only ever added, never changed or removed; tests/support/results.py writes them.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from decommission.contract import Ended, read
from decommission.documents import port_of
from decommission.run import CallOutcome, Phase, Run
from decommission.schemas import JSON
from tests.support.events import RESULTS, rewritten
from tests.support.evidence import SETTINGS
from tests.support.results import CASES

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEPT: dict[str, JSON] = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_result_is_read_whole(name: str) -> None:
    """A step that continues the run writes all of it again."""
    result = KEPT[name]
    run = read(result, now=NOW, settings=SETTINGS)
    if isinstance(run, Run):
        written = rewritten(result, run)
        # What later releases added is not in it.
        for part in ("request", "plan", "rehearsal", "lagAtStart"):
            if result.get(part):
                written[part] = {field: written[part][field] for field in result[part]}
        assert result == {field: written[field] for field in result}
    else:
        assert Ended(port_id=port_of(result)[1], phase=Phase(result["phase"])) == run


def test_the_kept_results_show_everything_that_a_result_may_hold() -> None:
    results = list(KEPT.values())
    assert {*Phase} == {result["phase"] for result in results}
    calls = [call for result in results for call in result["calls"]]
    assert {CallOutcome.ACCEPTED, CallOutcome.REFUSED} <= {call["outcome"] for call in calls}
    for part in ("execution", "event", "plan"):
        assert {True, False} == {result[part] is None for result in results}, part
    assert any(result["plan"]["lagId"] for result in results if result["plan"])
    overrides = [override for result in results for override in result["request"]["overrides"]]
    assert any(override["upToBps"] and override["until"] for override in overrides)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_this_release_writes_the_fields_of_the_newest_kept_results(case: Callable[[], JSON]) -> None:
    """After a release adds a field, each case needs a new file."""
    name = case.__name__.replace("_", "-")
    newest = [result for stem, result in KEPT.items() if stem.partition("-")[2] == name][-1]
    assert newest.keys() == case().keys()
