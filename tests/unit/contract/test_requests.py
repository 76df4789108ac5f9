"""A request starts a run; an invalid one is refused with the name of the field that is wrong."""

from collections.abc import Callable

import pytest

from decommission.schemas import JSON, RequestSchema
from tests.support.events import (
    CONSENT,
    EXECUTION,
    OTHER_ID,
    POISON,
    REQUEST,
    ROLE,
    brief,
    complaint,
    enveloped,
    overriding,
    run_of,
    started,
    wrapped,
)
from tests.support.strategies import CONNECTION_ID

DEFAULTS: JSON = {"dryRun": False, "overrides": [], "noticeMinutes": 0, "rehearsalMinutes": 0, "alarmNames": []}
FIELDS = [field.alias or "" for field in RequestSchema.model_fields.values()]
WATCHED = "alarmNames are watched in a rehearsal, and rehearsalMinutes is missing or 0"
LONG_ID = f"dxcon-{'z' * 21}"
WRONG: dict[str, list[object]] = {
    "connectionId": [
        *[None, "", 5, [CONNECTION_ID, OTHER_ID], f"{OTHER_ID}\n", f" {OTHER_ID}", f"{OTHER_ID}\u0663"],
        *[f"dxcon-{POISON}abc", f"dxcon-{POISON * 5}ab", f"dxcon-{POISON * 2_500}", OTHER_ID.upper()],
        *[f"dxvif-{POISON}{POISON}", f"dxlag-{POISON}{POISON}"],
        f"arn:aws:directconnect:eu-central-1:1:dxcon/{OTHER_ID}",
    ],
    "region": [
        *[
            "",
            5,
            POISON,
            "EU-central-1",
            "eu-central-1 ",
            "eu-central-1\n",
            "eu-central",
            "eu-central-a",
            "eu_central_1",
        ],
        *[f"{POISON}e-central-1", "eu-central-123", "eu-central-1.evil.example", ["eu-central-1"]],
    ],
    "roleArn": [
        *["", 5, POISON, ROLE.upper(), f"{ROLE} ", f"{ROLE}\n", f" {ROLE}", [ROLE], ROLE.replace(":iam:", ":sts:")],
        *[ROLE.replace("210987654321", "21098765432"), ROLE.replace(":role/", ":user/"), f"{ROLE}*"],
    ],
    "virtualInterfaceIds": [
        *[
            None,
            [],
            "dxvif-fgabc123",
            [CONNECTION_ID],
            ["dxvif-fgabc123", None],
            ["dxvif-FGABC123"],
            [["dxvif-fgabc123"]],
        ],
        *[["dxvif-fgabc123"] * 2, [f"dxvif-aaaaaa{number:02}" for number in range(52)], {"dxvif-fgabc123": 1}],
    ],
    "dryRun": ["true", 1, None],
    "planDigest": ["0" * 12, "0" * 63, "0" * 65, "A" * 64, POISON * 16, ["0" * 64]],
    "rehearsalMinutes": [-1, 181, None, True, "60", 60.5],
    "alarmNames": [None, "a", ["", "b"], [1], ["a" * 256], ["a\n"], [str(n) for n in range(6)]],
    "patienceMinutes": [0, 1441, True, "60", 60.5],
    "reason": [5, f"{POISON * 250}!"],
    "overrides": [None, {}],
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        ({"connectionId": LONG_ID}, {"connection_id": LONG_ID}),
        *[({"region": region}, {"region": region}) for region in ("us-east-1", "us-gov-west-1", "us-isob-east-1")],
        ({"roleArn": ROLE}, {"role_arn": ROLE}),
        ({"dryRun": True}, {"dry_run": True}),
        *[
            ({"virtualInterfaceIds": ids}, {"virtual_interface_ids": tuple(ids)})
            for ids in (["dxvif-fgabc123"], [f"dxvif-aaaaaa{number:02}" for number in range(51)])
        ],
        ({"planDigest": "0" * 64}, {"plan_digest": "0" * 64}),
        (DEFAULTS, {}),
        *[({"rehearsalMinutes": minutes}, {"rehearsal_minutes": minutes}) for minutes in (0, 1, 180)],
        (
            {"rehearsalMinutes": 1, "alarmNames": ["a b", "ä"]},
            {"rehearsal_minutes": 1, "alarm_names": ("a b", "ä")},
        ),
        *[({"patienceMinutes": minutes}, {"patience_minutes": minutes}) for minutes in (30, 1440)],
        *[({"reason": text}, {"reason": text}) for text in ("Site A, CHG-1 ☎", "", "x" * 1000)],
        # Step Functions asks for this field where one workflow starts another.
        ({"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": EXECUTION}, {}),
    ],
    ids=brief,
)
def test_a_request_starts_a_run(fields: JSON, expected: JSON) -> None:
    assert started(**expected) == run_of(REQUEST | fields)


@pytest.mark.parametrize("event", [None, [REQUEST], CONNECTION_ID, 5, True], ids=brief)
def test_an_event_must_be_an_object(event: object) -> None:
    assert "the event must be a JSON object: a request, an EventBridge envelope or a result" == complaint(event)


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, values in WRONG.items() for v in values], ids=brief)
def test_a_wrong_value_is_refused_by_its_field(field: str, value: object) -> None:
    assert complaint(REQUEST | {field: value}).startswith((f"{field}: ", f"{field}.0: ", f"{field}.1: "))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, "connectionId: is missing, or a lagId in its place"),
        *[(REQUEST | {"alarmNames": ["a"], **more}, WATCHED) for more in ({}, {"rehearsalMinutes": 0})],
        (REQUEST | {"rehearsalMinutes": 1, "alarmNames": ["a", "a"]}, "alarmNames: has one twice"),
        *[(REQUEST | {"patienceMinutes": n}, "patienceMinutes: must be 30 or more") for n in (-1, 0, 29)],
        ({"connectionId": "dxlag-fg5678gh"}, "connectionId: is the id of a LAG, which goes into lagId"),
        ({"lagId": CONNECTION_ID}, "lagId: is the id of a connection, which goes into connectionId"),
        (REQUEST | {"reason": f"{POISON}\x1b[2J"}, "reason: has characters that cannot be printed"),
        (REQUEST | {"reason": {POISON}}, "the event is not JSON"),
    ],
    ids=brief,
)
def test_the_error_says_what_is_wrong(event: object, expected: str) -> None:
    assert expected == complaint(event)


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in {"connectionId", "lagId"}])
@pytest.mark.parametrize("wrap", [dict, wrapped, enveloped], ids=["alone", "wrapped", "in an envelope"])
def test_a_value_that_got_lost_on_the_way_is_not_taken_for_the_default(name: str, wrap: Callable[[JSON], JSON]) -> None:
    assert complaint(wrap(REQUEST | {name: None})).startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["region", "roleArn", "planDigest", "noticeMinutes", "patienceMinutes", "reason"])
def test_null_is_called_null(name: str) -> None:
    assert f"{name}: is null; leave it out, or give it a value" == complaint(REQUEST | {name: None})


def test_each_null_is_named() -> None:
    lost = overriding(CONSENT | {"until": None, "upToBps": None}) | {"virtualInterfaceIds": None}
    assert (
        "virtualInterfaceIds: is null; leave it out to delete the whole connection or LAG; "
        "overrides.0.until: is null; leave it out, or give it a value; "
        "overrides.0.upToBps: is null; leave it out, or give it a value"
    ) == complaint(lost)


def test_a_lone_surrogate_is_no_json() -> None:
    for wrap in (dict, wrapped, enveloped):
        assert "the event is not JSON" == complaint(wrap(REQUEST | {"reason": f"{POISON}\ud800"}))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        # Misspelt names and names in Python's spelling must not be ignored.
        *[(name, name) for name in ("force", "dryrun", "ConnectionId", "connection_id", "dry_run")],
        ("a\nb", r"'a\nb'"),
        ("f" * 10_000, "f" * 60),
    ],
    ids=brief,
)
def test_an_unknown_field_is_refused(name: str, shown: str) -> None:
    assert f"{shown}: is no known field" == complaint(REQUEST | {name: POISON})


@pytest.mark.parametrize("name", ["field", "dry_run"])
def test_an_error_names_ten_fields_at_most(name: str) -> None:
    message = complaint(REQUEST | {f"{name}{number}": POISON for number in range(1_000)})
    more = "; and 990 more" if name == "field" else ""
    assert "; ".join(f"{name}{number}: is no known field" for number in range(10)) + more == message


def test_the_settings_have_the_default_and_the_least_patience() -> None:
    assert started(patience_minutes=600) == run_of(REQUEST, patience_minutes=600)
    expected = "patienceMinutes: must be 61 or more"
    assert expected == complaint(REQUEST | {"patienceMinutes": 60}, least_patience_minutes=61)


def test_a_list_is_not_called_too_short_for_what_is_wrong_in_it() -> None:
    complaint_ = complaint(REQUEST | {"virtualInterfaceIds": [CONNECTION_ID]})
    assert complaint_.startswith("virtualInterfaceIds.0: must have the form ")
    assert "too short" not in complaint_
    assert "virtualInterfaceIds: is too short: the least is 1" == complaint(REQUEST | {"virtualInterfaceIds": []})
