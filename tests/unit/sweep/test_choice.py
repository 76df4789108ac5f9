"""Which connections a sweep takes, which it skips, and which it does not mention."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from decommission.models import Connection
from sweep import choice
from tests.support.sweeps import SETTINGS

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
APPROVED = {"decommission": "approved"}
PAST = {"decommission-after": "2026-11-30"}


def connection(tags: Mapping[str, str], state: str = "available") -> Connection:
    return Connection(connection_id="dxcon-fg5678gh", state=state, owner_account="123456789012", tags=tags)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (APPROVED | PAST, "started"),
        ({"decommission": "approved:0123456789ab"} | PAST, "started"),
        (APPROVED | {"Decommission-After ": "2026-11-30"}, "started"),
        (APPROVED | {"decommission-after": "2026-12-01T02:00Z"}, "started"),
        (APPROVED | {"decommission-after": "2026-12-01T02:00:01Z"}, "left out"),
        (APPROVED | {"decommission-after": "2026-12-01"}, "left out"),
        (APPROVED, "left out"),
        ({}, "left out"),
        (APPROVED | {"decommission-after": "soon"}, "the tag decommission-after is 'soon', which is neither a date"),
        ({"decommission-after": "2026-02-30"}, "the tag decommission-after is '2026-02-30', which names a day"),
        (
            APPROVED | PAST | {"DECOMMISSION-AFTER": "2027-01-01"},
            "the tag decommission-after is there more than once: '2026-11-30', '2027-01-01'",
        ),
        (PAST, "it is not approved: it has no tag decommission=approved"),
        (PAST | {"decommission": "no"}, "it is not approved"),
        (APPROVED | PAST | {"Decommission-Protected": ""}, "the tag decommission-protected protects it"),
    ],
    ids=str,
)
def test_what_is_due(tags: dict[str, str], expected: str) -> None:
    chosen = list(choice.due([connection(tags)], NOW, SETTINGS))
    if expected == "left out":
        assert [] == chosen
    else:
        (one,) = chosen
        assert (one.skipped or "started").startswith(expected)


@pytest.mark.parametrize("state", ["deleted", "rejected"])
def test_what_is_gone_is_left_out(state: str) -> None:
    gone = [connection(APPROVED | PAST | {"site": "a"}, state)]
    assert [] == list(choice.due(gone, NOW, SETTINGS))
    assert [] == list(choice.tagged(gone, {"site": "a"}, SETTINGS))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (APPROVED | {"site": "a", "rack": "7"}, "started"),
        (APPROVED | {"site": "a"}, "left out"),
        (APPROVED | {"site": "A", "rack": "7"}, "left out"),
        ({"site": "a", "rack": "7"}, "it is not approved"),
    ],
    ids=str,
)
def test_a_fleet_by_tags_carries_all_of_them(tags: dict[str, str], expected: str) -> None:
    chosen = list(choice.tagged([connection(tags)], {"site": "a", "rack": "7"}, SETTINGS))
    assert [expected] == [(one.skipped or "started")[: len(expected)] for one in chosen] or (
        [] == chosen and expected == "left out"
    )


def test_a_long_value_is_shown_in_part() -> None:
    (one,) = choice.due([connection({"decommission-after": "x" * 256})], NOW, SETTINGS)
    assert one.skipped is not None
    assert len(one.skipped) < 300
