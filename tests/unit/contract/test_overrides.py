"""An override names a guard that can be overridden, resources of the right kinds, and a reason."""

from datetime import UTC, datetime

import pytest

from decommission.guards import GUARDS, OVERRIDABLE
from decommission.run import NewRun
from decommission.schemas import JSON
from tests.support.events import (
    CONSENT,
    INTERFACE_ID,
    OTHER_ID,
    POISON,
    brief,
    complaint,
    consented,
    overriding,
    run_of,
    without,
)

MANY_IDS = [f"dxvif-{number:08}" for number in range(200)]
ID_OF_KIND = {"dxcon": "dxcon-fg5678gh", "dxlag": "dxlag-fg5678gh", "dxvif": INTERFACE_ID}
ID_OF_KIND |= {"dxrg": "dxrg-0123456789abcdef0"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        ({"upToBps": 0}, {"up_to_bps": 0}),
        ({"upToBps": 10**15}, {"up_to_bps": 10**15}),
        ({"reason": "OK"}, {"reason": "OK"}),
        ({"reason": "x" * 256}, {"reason": "x" * 256}),
        ({"until": "2026-12-01T08:00:00+02:00"}, {"until": datetime(2026, 12, 1, 6, tzinfo=UTC)}),
        ({"ids": MANY_IDS}, {"ids": tuple(MANY_IDS)}),
    ],
    ids=brief,
)
def test_a_valid_override(fields: JSON, expected: JSON) -> None:
    assert consented(**expected) == run_of(overriding(CONSENT | fields))


def test_a_request_may_have_sixteen_overrides() -> None:
    run = run_of(overriding(*[CONSENT] * 16))
    assert isinstance(run, NewRun)
    assert consented().request.overrides * 16 == run.request.overrides
    assert complaint(overriding(*[CONSENT] * 17)).startswith("overrides: ")


@pytest.mark.parametrize("guard", OVERRIDABLE)
def test_an_override_may_name_the_kinds_of_ids_of_its_guard_only(guard: str) -> None:
    kinds = OVERRIDABLE[guard]
    assert consented(guard=guard, ids=tuple(ID_OF_KIND[kind] for kind in kinds)) == run_of(
        overriding(CONSENT | {"guard": guard, "ids": [ID_OF_KIND[kind] for kind in kinds]})
    )
    wanted = " or ".join(f"{kind}-" for kind in kinds)
    for kind in ID_OF_KIND.keys() - set(kinds):
        mixed = CONSENT | {"guard": guard, "ids": [ID_OF_KIND[kinds[0]], ID_OF_KIND[kind]]}
        assert f"overrides.1: ids must begin with {wanted} for guard {guard}" == complaint(overriding(CONSENT, mixed))


@pytest.mark.parametrize("guard", sorted(GUARDS.keys() - OVERRIDABLE.keys()))
def test_some_guards_cannot_be_overridden(guard: str) -> None:
    assert f"overrides.0: guard {guard} cannot be overridden" == complaint(overriding(CONSENT | {"guard": guard}))


@pytest.mark.parametrize("guard", [POISON, "*", "TRAFFIC"])
def test_an_unknown_guard_is_refused(guard: str) -> None:
    expected = f"overrides.0: guard is not one of {', '.join(OVERRIDABLE)}"
    assert expected == complaint(overriding(CONSENT | {"guard": guard}))


@pytest.mark.parametrize("name", CONSENT)
def test_a_missing_field_is_named(name: str) -> None:
    assert f"overrides.0.{name}: is missing" == complaint(overriding(without(CONSENT, name)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        *[({"reason": text}, "reason: must be at least one word") for text in ("", "   ", "- x _ ?")],
        ({"reason": f"{POISON}\n"}, "reason: has characters that cannot be printed"),
        *[({"until": value}, "until: is not a time in ISO 8601") for value in (1_800_000_000, POISON)],
        ({"until": "0001-01-01T00:00:00+14:00"}, "until: is out of range"),
        ({"up_to_bps": 1}, "up_to_bps: is no known field"),
    ],
    ids=brief,
)
def test_the_error_says_what_is_wrong(fields: JSON, expected: str) -> None:
    assert f"overrides.0.{expected}" == complaint(overriding(CONSENT | fields))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("reason", None), ("reason", 5), ("reason", f"{POISON * 64}!")],
        *[("ids", None), ("ids", []), ("ids", INTERFACE_ID)],
        *[("upToBps", -1), ("upToBps", 10**15 + 1), ("upToBps", 0.5), ("upToBps", "50000")],
        # Without a time zone, or without a time.
        *[("until", value) for value in ("2026-12-01T06:00:00", "2026-12-01")],
    ],
    ids=brief,
)
def test_a_wrong_value_is_refused_by_its_field(field: str, value: object) -> None:
    assert complaint(overriding(CONSENT | {field: value})).startswith(f"overrides.0.{field}: ")


@pytest.mark.parametrize("id_", [5, "dxvif-*", f"{INTERFACE_ID}\n", INTERFACE_ID.upper(), f"dxvif-{POISON}abc"])
def test_a_wrong_id_is_refused_by_its_place(id_: object) -> None:
    assert complaint(overriding(CONSENT | {"ids": [id_]})).startswith("overrides.0.ids.0: ")


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([CONSENT | {"ids": [*MANY_IDS, OTHER_ID]}], "overrides.0: ids are more than 200"),
        ([CONSENT | {"ids": MANY_IDS}] * 3 + [CONSENT], "overrides name more than 600 ids in all"),
        ([CONSENT | {"guard": "state", "upToBps": 1}], "overrides.0: upToBps is for guard traffic only"),
        ([CONSENT | {"guard": "redundancy", "upToBps": 0}], "overrides.0: upToBps is for guard traffic only"),
    ],
    ids=brief,
)
def test_limits(overrides: list[object], expected: str) -> None:
    assert expected == complaint(overriding(*overrides))


def test_six_hundred_ids_in_all_are_allowed() -> None:
    assert isinstance(run_of(overriding(*[CONSENT | {"ids": MANY_IDS}] * 3)), NewRun)


def test_an_override_must_be_an_object() -> None:
    assert complaint(overriding("traffic")).startswith("overrides.0: ")
